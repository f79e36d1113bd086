//! The anchor's object: it reads a request, has it answered, and wakes up when its alarm is due.

use super::protocol::{AnchorRequest, AnchorResponse, AnchorResult, LOG_REQUEST, LogRequest};
use super::state::AnchorState;
use crate::contain::contained;
use crate::http::error::{ApiError, ObjectError};
use crate::http::object;
use crate::http::response::{self, Cors};
use worker::{DurableObject, Env, Request, Response, State, durable_object, wasm_bindgen};

/// The object itself. Only the Worker and the sites' objects can reach it.
#[durable_object]
pub struct Anchor {
    anchor: AnchorState,
}

impl DurableObject for Anchor {
    fn new(state: State, env: Env) -> Self {
        Self {
            anchor: AnchorState::new(state, env),
        }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        contained(request, |request| self.respond(request)).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        self.anchor.wake_up().await?;
        Response::empty()
    }
}

impl Anchor {
    async fn respond(&self, mut request: Request) -> worker::Result<Response> {
        if let Some(LogRequest { resource }) = object::forwarded(&request, LOG_REQUEST)? {
            let checked = self.anchor.check_schema();
            let result = checked.and_then(|()| self.anchor.serve_log(resource));
            return result.or_else(|error| response::problem(&error, Cors::None));
        }
        let asked = request.json().await?;
        let answer: AnchorResult = self.answer(asked).await.map_err(ObjectError::from);
        Response::from_json(&answer)
    }

    async fn answer(&self, asked: AnchorRequest) -> Result<AnchorResponse, ApiError> {
        self.anchor.check_schema()?;
        match asked {
            AnchorRequest::Append { checkpoint } => {
                self.anchor.append_checkpoint(&checkpoint).await?;
                Ok(AnchorResponse::Appended)
            }
            AnchorRequest::Key => Ok(AnchorResponse::Key(self.anchor.key()?)),
            AnchorRequest::Find { origin } => {
                let found = self.anchor.find(&origin)?;
                Ok(AnchorResponse::Found(found.map(Box::new)))
            }
        }
    }
}
