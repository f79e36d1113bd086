//! What crosses between the anchor's object and those who ask it.

use crate::http::error::ObjectError;
use crate::log::resource_as_text;
use consent_core::LogOrigin;
use consent_log::LogResource;
use serde::{Deserialize, Serialize};

/// The newest checkpoint of a log that the anchor has, and what proves it.
#[derive(Serialize, Deserialize)]
pub struct Anchored {
    /// The checkpoint of the log.
    pub checkpoint: String,
    /// How many entries the log had then.
    pub size: u64,
    /// The key of the anchor.
    pub key: String,
    /// The checkpoint's inclusion in the anchor, with cosignatures.
    pub proof: String,
}

/// What is asked of the anchor. It crosses as the body, in JSON.
#[derive(Serialize, Deserialize)]
pub enum AnchorRequest {
    /// Append a checkpoint of another log. Answered by [`AnchorResponse::Appended`].
    Append {
        /// The checkpoint, as its log signed it.
        checkpoint: String,
    },
    /// The newest checkpoint of a log that is in the published tree. Answered by
    /// [`AnchorResponse::Found`].
    Find {
        /// The log.
        origin: LogOrigin,
    },
    /// The key of the anchor's log. Answered by [`AnchorResponse::Key`].
    Key,
}

/// What the anchor answers.
#[derive(Serialize, Deserialize)]
pub enum AnchorResponse {
    /// The checkpoint is in the anchor's log.
    Appended,
    /// The newest checkpoint of a log, if there is one.
    Found(Option<Box<Anchored>>),
    /// The key of the anchor's log (C2SP signed-note, verifier key).
    Key(String),
}

/// The answer to an [`AnchorRequest`].
pub type AnchorResult = Result<AnchorResponse, ObjectError>;

/// The header that a [`LogRequest`] crosses in, as JSON.
pub const LOG_REQUEST: &str = "x-temoin-request";

/// What anyone may ask of the anchor's log. The answer is a finished response.
#[derive(Serialize, Deserialize)]
pub struct LogRequest {
    /// Which resource.
    #[serde(with = "resource_as_text")]
    pub resource: LogResource,
}
