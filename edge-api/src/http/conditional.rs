//! Conditional requests (RFC 9110, "If-None-Match").

use crate::http::error::ApiError;
use serde::{Deserialize, Serialize};
use worker::Request;

/// The tags of the answers that a client has already, as its header lists them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IfNoneMatch(String);

impl IfNoneMatch {
    /// Those of a request.
    pub fn of(request: &Request) -> Result<Self, ApiError> {
        let header = request.headers().get("if-none-match")?;
        Ok(Self(header.unwrap_or_default()))
    }

    /// Whether the client has the answer with this tag.
    pub fn has(&self, etag: &str) -> bool {
        self.0
            .split(',')
            .any(|tag| tag.trim().trim_start_matches("W/") == etag)
    }
}
