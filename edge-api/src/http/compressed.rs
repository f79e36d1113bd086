//! Text that is compressed once, when it is made, and sent many times.

use crate::http::error::ApiError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use brotli::enc::BrotliEncoderParams;
use serde::{Deserialize, Serialize};
use worker::{EncodeBody, Response};

/// A text, and the same text in brotli (RFC 7932) at the best quality. A runtime that compresses each
/// answer anew uses a lower quality, and sends a loader 7 % larger.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Compressed {
    text: String,
    /// In base64, since it is stored in JSON.
    brotli: String,
}

impl Compressed {
    /// Compresses a text.
    pub fn new(text: String) -> Result<Self, ApiError> {
        let parameters = BrotliEncoderParams {
            quality: 11,
            size_hint: text.len(),
            ..BrotliEncoderParams::default()
        };
        let mut brotli = Vec::new();
        brotli::BrotliCompress(&mut text.as_bytes(), &mut brotli, &parameters)
            .map_err(|error| ApiError::Internal(error.to_string()))?;
        Ok(Self {
            text,
            brotli: STANDARD.encode(brotli),
        })
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Builds a response with the text, compressed if the client accepts brotli.
    pub fn to_response(&self, takes_brotli: bool) -> Result<Response, ApiError> {
        if !takes_brotli {
            return Ok(Response::ok(self.text())?);
        }
        let brotli = STANDARD
            .decode(&self.brotli)
            .map_err(|error| ApiError::Internal(error.to_string()))?;
        let mut response = Response::from_bytes(brotli)?.with_encode_body(EncodeBody::Manual);
        response.headers_mut().set("content-encoding", "br")?;
        Ok(response)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_can_be_read_again() {
        let text = "« Tout refuser » ".repeat(100);
        let compressed = Compressed::new(text.clone()).unwrap();
        let brotli = STANDARD.decode(&compressed.brotli).unwrap();
        assert!(brotli.len() * 10 < text.len(), "{} bytes", brotli.len());
        let mut read = Vec::new();
        brotli::BrotliDecompress(&mut &*brotli, &mut read).unwrap();
        assert_eq!(read, text.as_bytes());
        assert_eq!(compressed.text(), text);
    }
}
