//! All that the Worker and the sites' objects may ask of the anchor.

use super::protocol::{
    AnchorRequest, AnchorResponse, AnchorResult, Anchored, LOG_REQUEST, LogRequest,
};
use crate::http::error::ApiError;
use crate::http::object;
use consent_core::LogOrigin;
use consent_log::LogResource;
use worker::{Env, Response, Stub};

/// Serves the anchor's log. The answer is the client's as it is.
pub async fn serve_log(env: &Env, resource: LogResource) -> Result<Response, ApiError> {
    object::forward(&stub(env)?, LOG_REQUEST, &LogRequest { resource }, None).await
}

/// Has a checkpoint of another log appended to the anchor's.
pub async fn append_checkpoint(env: &Env, checkpoint: String) -> Result<(), ApiError> {
    match ask(env, &AnchorRequest::Append { checkpoint }).await? {
        AnchorResponse::Appended => Ok(()),
        _ => Err(unexpected()),
    }
}

/// The newest checkpoint of a log that is in the published tree.
pub async fn find(env: &Env, origin: LogOrigin) -> Result<Option<Anchored>, ApiError> {
    match ask(env, &AnchorRequest::Find { origin }).await? {
        AnchorResponse::Found(found) => Ok(found.map(|found| *found)),
        _ => Err(unexpected()),
    }
}

/// The key of the anchor's log, as text.
pub async fn key(env: &Env) -> Result<String, ApiError> {
    match ask(env, &AnchorRequest::Key).await? {
        AnchorResponse::Key(key) => Ok(key),
        _ => Err(unexpected()),
    }
}

async fn ask(env: &Env, request: &AnchorRequest) -> Result<AnchorResponse, ApiError> {
    let answer: AnchorResult = object::ask(&stub(env)?, "the anchor", request).await?;
    Ok(answer?)
}

fn stub(env: &Env) -> Result<Stub, ApiError> {
    Ok(env
        .durable_object("ANCHOR")?
        .id_from_name("anchor")?
        .get_stub()?)
}

fn unexpected() -> ApiError {
    ApiError::Internal("the anchor answered another request than the one made".to_owned())
}
