//! Conditional requests (RFC 9110, "If-None-Match").

use crate::http::error::Refusal;
use worker::Request;

/// Whether the client has this very answer.
pub fn has_tag(request: &Request, etag: &str) -> Result<bool, Refusal> {
    let known = request.headers().get("if-none-match")?.unwrap_or_default();
    Ok(known
        .split(',')
        .any(|tag| tag.trim().trim_start_matches("W/") == etag))
}
