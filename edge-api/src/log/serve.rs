//! A log over HTTP (C2SP tlog-tiles): its checkpoint, tiles, entries and key, open to everyone.

use super::{Log, Store};
use crate::http::error::Refusal;
use crate::http::response;
use consent_log::{BundleId, TileId, encode_tile};
use worker::Response;

/// What can be asked of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resource {
    /// `checkpoint`
    Checkpoint,
    /// `vkey`
    Key,
    /// `tile/L/N[.p/W]`
    Tile(TileId),
    /// `tile/entries/N[.p/W]`
    Entries(BundleId),
}

impl Resource {
    /// Splits the tail of an address, `ORIGIN/…`, into the origin and what is asked of it.
    pub fn split(tail: &str) -> Option<(&str, Self)> {
        if let Some(origin) = tail.strip_suffix("/checkpoint") {
            return Some((origin, Self::Checkpoint));
        }
        if let Some(origin) = tail.strip_suffix("/vkey") {
            return Some((origin, Self::Key));
        }
        let (origin, tile) = tail.split_once("/tile/")?;
        let resource = match tile.strip_prefix("entries/") {
            Some(bundle) => Self::Entries(bundle.parse().ok()?),
            None => Self::Tile(tile.parse().ok()?),
        };
        Some((origin, resource))
    }
}

const TEXT: &str = "text/plain; charset=utf-8";
const BYTES: &str = "application/octet-stream";

/// Answers from a log. `checkpoint` is what it publishes: of the anchor, with cosignatures.
pub fn serve<S: Store>(
    log: &Log<S>,
    resource: Resource,
    checkpoint: impl FnOnce() -> Result<String, Refusal>,
) -> Result<Response, Refusal> {
    let (body, kind, cache) = match resource {
        Resource::Checkpoint => (checkpoint()?.into_bytes(), TEXT, "no-store"),
        Resource::Key => (
            format!("{}\n", log.key()).into_bytes(),
            TEXT,
            response::FOR_EVER,
        ),
        Resource::Tile(tile) => {
            let hashes = log.tile(tile)?.ok_or(Refusal::NoSuchTile)?;
            (encode_tile(&hashes), BYTES, response::FOR_EVER)
        }
        Resource::Entries(bundle) => {
            let entries = log.bundle(bundle)?.ok_or(Refusal::NoSuchTile)?;
            (entries, BYTES, response::FOR_EVER)
        }
    };
    answered(body, kind, cache)
}

/// The answer with a full tile or bundle.
pub fn full(body: Vec<u8>) -> Result<Response, Refusal> {
    answered(body, BYTES, response::FOR_EVER)
}

fn answered(body: Vec<u8>, kind: &str, cache: &str) -> Result<Response, Refusal> {
    let mut response = Response::from_bytes(body)?;
    response::share(response.headers_mut(), kind, cache)?;
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_a_log() {
        let origin = "temoin.example/relais/2026q4/0";
        let split = |tail: &str| {
            let full = format!("{origin}/{tail}");
            let (found, resource) = Resource::split(&full)?;
            assert_eq!(found, origin);
            Some(resource)
        };
        assert_eq!(split("checkpoint"), Some(Resource::Checkpoint));
        assert_eq!(split("vkey"), Some(Resource::Key));
        let tile = TileId {
            level: 1,
            index: 1_234_067,
            width: 5,
        };
        assert_eq!(
            split("tile/1/x001/x234/067.p/5"),
            Some(Resource::Tile(tile))
        );
        let bundle = BundleId {
            index: 0,
            width: 256,
        };
        assert_eq!(split("tile/entries/000"), Some(Resource::Entries(bundle)));
        for none in [
            "",
            "checkpoint/",
            "tile",
            "tile/",
            "tile/0",
            "tile/64/000",
            "tile/0/0",
            "tile/0/000.p/0",
            "tile/entries/000.p/256",
            "tile/0/000/tile/0/000",
        ] {
            assert_eq!(split(none), None, "{none}");
        }
    }
}
