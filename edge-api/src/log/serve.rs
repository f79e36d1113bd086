//! A log over HTTP (C2SP tlog-tiles): its checkpoint, tiles, entries and key, open to everyone.

use super::{Log, Store};
use crate::http::error::ApiError;
use crate::http::response;
use consent_log::{LogResource, encode_tile};
use worker::Response;

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// Serves one resource of a log. `checkpoint` is the checkpoint that the log publishes; the anchor's has
/// cosignatures.
pub fn serve<S: Store>(
    log: &Log<S>,
    resource: LogResource,
    checkpoint: impl FnOnce() -> Result<String, ApiError>,
) -> Result<Response, ApiError> {
    let (body, kind, cache) = match resource {
        LogResource::Checkpoint => (checkpoint()?.into_bytes(), TEXT, "no-store"),
        LogResource::Key => (
            format!("{}\n", log.key()).into_bytes(),
            TEXT,
            // A log keeps its key; a cache must not hide that it was ever otherwise.
            "no-cache",
        ),
        LogResource::Tile(tile) => {
            let hashes = log.tile(tile)?.ok_or(ApiError::NoSuchTile)?;
            (encode_tile(&hashes), BYTES, response::CACHE_FOREVER)
        }
        LogResource::Entries(bundle) => {
            let entries = log.bundle(bundle)?.ok_or(ApiError::NoSuchTile)?;
            (entries, BYTES, response::CACHE_FOREVER)
        }
    };
    answered(body, kind, cache)
}

/// Builds the response with a full tile or bundle.
pub fn full(body: Vec<u8>) -> Result<Response, ApiError> {
    answered(body, BYTES, response::CACHE_FOREVER)
}

fn answered(body: Vec<u8>, kind: &str, cache: &str) -> Result<Response, ApiError> {
    let mut response = Response::from_bytes(body)?;
    response::share(response.headers_mut(), kind, cache)?;
    Ok(response)
}

/// A resource of a log in JSON, by its path.
pub mod resource_as_text {
    use consent_log::LogResource;
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    /// Writes the path.
    pub fn serialize<S: Serializer>(resource: &LogResource, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(resource)
    }

    /// Reads the path.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<LogResource, D::Error> {
        let path = String::deserialize(from)?;
        path.parse().map_err(D::Error::custom)
    }
}
