//! Asks the server, with the token of the session. Not what is made of its answers.

mod request;

use crate::session::Session;
use consent_core::problem::Problem;
use leptos::prelude::*;
use leptos::task::spawn_local;
pub use request::File;
use request::{Answer, fetch_file, send};
use serde::de::DeserializeOwned;
use std::future::Future;

/// Why there is no answer to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// No answer came.
    Silent,
    /// The server has refused.
    Refused(Problem),
    /// The answer is not one that this console understands: most likely the server is of another version.
    Unreadable,
}

impl Failure {
    /// The problem's own name: `forbidden` of `urn:temoin:problem:forbidden`.
    pub fn kind(&self) -> &str {
        match self {
            Self::Refused(problem) => problem.kind.rsplit(':').next().unwrap_or_default(),
            Self::Silent | Self::Unreadable => "",
        }
    }
}

/// The API, for the session.
#[derive(Clone, Copy)]
pub struct Api {
    session: Session,
}

impl Api {
    /// The API, with the token of a session.
    pub const fn new(session: Session) -> Self {
        Self { session }
    }

    /// `GET`, and the answer read.
    pub async fn get<T: DeserializeOwned>(self, path: &str) -> Result<T, Failure> {
        let answer = self.ask("GET", path, None).await?;
        serde_json::from_slice(&answer.bytes).map_err(|_| Failure::Unreadable)
    }

    /// `GET`, and the answer as text.
    pub async fn text(self, path: &str) -> Result<String, Failure> {
        let answer = self.ask("GET", path, None).await?;
        String::from_utf8(answer.bytes).map_err(|_| Failure::Unreadable)
    }

    /// A request with a body, and the answer read.
    pub async fn send<T: DeserializeOwned>(
        self,
        method: &str,
        path: &str,
        body: &str,
    ) -> Result<T, Failure> {
        let answer = self.ask(method, path, Some(body)).await?;
        serde_json::from_slice(&answer.bytes).map_err(|_| Failure::Unreadable)
    }

    /// `DELETE`.
    pub async fn delete(self, path: &str) -> Result<(), Failure> {
        self.ask("DELETE", path, None).await.map(drop)
    }

    /// `GET` of something public, without the token: its bytes, or nothing where there is none.
    pub async fn public(self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        let answer = send("GET", path, None, None).await.ok_or(Failure::Silent)?;
        match answer.status {
            200 => Ok(Some(answer.bytes)),
            404 => Ok(None),
            _ => Err(refusal(&answer)),
        }
    }

    /// The same as text.
    pub async fn public_text(self, path: String) -> Result<Option<String>, Failure> {
        let bytes = self.public(&path).await?;
        let text = bytes.map(String::from_utf8).transpose();
        text.map_err(|_| Failure::Unreadable)
    }

    /// `GET` of a file; `so_far` is told how many of its bytes have come.
    pub async fn file(self, path: &str, so_far: impl Fn(u64)) -> Result<File, Failure> {
        let token = self.session.token();
        let came = fetch_file(path, token.as_deref(), so_far).await;
        came.ok_or(Failure::Silent)?
            .map_err(|answer| self.refused(&answer))
    }

    async fn ask(self, method: &str, path: &str, body: Option<&str>) -> Result<Answer, Failure> {
        let token = self.session.token();
        let answer = send(method, path, body, token.as_deref())
            .await
            .ok_or(Failure::Silent)?;
        if (200..300).contains(&answer.status) {
            Ok(answer)
        } else {
            Err(self.refused(&answer))
        }
    }

    fn refused(self, answer: &Answer) -> Failure {
        if answer.status == 401 {
            // Revoked or expired: nothing more can be shown with it.
            self.session.end();
        }
        refusal(answer)
    }
}

/// Whether the server accepts a token: it lists the sites that the token opens.
pub async fn accepts(token: &str) -> Result<(), Failure> {
    let answer = send("GET", "/v1/sites", None, Some(token))
        .await
        .ok_or(Failure::Silent)?;
    match answer.status {
        200 => Ok(()),
        _ => Err(refusal(&answer)),
    }
}

fn refusal(answer: &Answer) -> Failure {
    serde_json::from_slice(&answer.bytes).map_or(Failure::Unreadable, Failure::Refused)
}

/// Something that is asked for, and may not be there yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Load<T> {
    /// It is still to come.
    Waiting,
    /// It is there.
    Ready(T),
    /// It will not come.
    Failed(Failure),
}

/// Starts to wait for something; the signal has it once it is there.
pub fn load<T: Send + Sync + 'static>(
    future: impl Future<Output = Result<T, Failure>> + 'static,
) -> RwSignal<Load<T>> {
    let signal = RwSignal::new(Load::Waiting);
    spawn_local(async move {
        let loaded = future.await.map_or_else(Load::Failed, Load::Ready);
        // The page may be gone meanwhile.
        let _ = signal.try_set(loaded);
    });
    signal
}
