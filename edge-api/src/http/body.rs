//! Reading a body without trusting its length.

use crate::http::error::Refusal;
use worker::Request;

/// Reads a body of at most `limit` bytes. A longer one is refused as soon as it is known to be
/// longer: from its declared length, or at the first byte too many.
pub async fn read(request: &mut Request, limit: usize) -> Result<Vec<u8>, Refusal> {
    use futures_util::StreamExt as _;

    let declared = request.headers().get("content-length")?;
    let declared = declared.and_then(|length| length.parse::<u64>().ok());
    if declared.is_some_and(|length| length > limit as u64) {
        return Err(Refusal::TooLarge { limit });
    }
    if request.inner().body().is_none() {
        return Ok(Vec::new());
    }
    let mut stream = request.stream()?;
    let mut body = Vec::new();
    while let Some(chunk) = stream.next().await {
        let chunk = chunk?;
        if body.len() + chunk.len() > limit {
            return Err(Refusal::TooLarge { limit });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
