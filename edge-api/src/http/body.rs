//! Reading a body without trusting its length.

use crate::http::error::ApiError;
use consent_core::field::parse_json;
use serde::de::DeserializeOwned;
use worker::Request;

/// Reads a body of at most `limit` bytes. A longer one is refused as soon as it is known to be
/// longer: from its declared length, or at the first byte too many.
pub async fn read(request: &mut Request, limit: usize) -> Result<Vec<u8>, ApiError> {
    let declared = declared_length(request)?;
    read_declared(request, declared, limit).await
}

/// The length of a body that its client declares, in bytes.
pub fn declared_length(request: &Request) -> Result<Option<u64>, ApiError> {
    let declared = request.headers().get("content-length")?;
    Ok(declared.and_then(|length| length.parse().ok()))
}

/// Reads a body as [`read`] does, whose declared length is known from elsewhere.
pub async fn read_declared(
    request: &mut Request,
    declared: Option<u64>,
    limit: usize,
) -> Result<Vec<u8>, ApiError> {
    use futures_util::StreamExt as _;

    if declared.is_some_and(|length| length > limit as u64) {
        return Err(ApiError::TooLarge { limit });
    }
    if request.inner().body().is_none() {
        return Ok(Vec::new());
    }
    let mut stream = request.stream()?;
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        if body.len() + chunk.len() > limit {
            return Err(ApiError::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Reads JSON into a checked type. The error names the field that is wrong.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    parse_json(body).map_err(|error| ApiError::Malformed(vec![error]))
}
