//! Full tiles and bundles of entries beside the objects: R2 on Cloudflare, a folder on one machine.
//!
//! What is full never changes, so a copy is as good as the object's own, and reading a long log does not
//! keep its object busy. The object needs no archive: no proof waits for it, and without one the object
//! serves everything.

use crate::http::error::ApiError;
use crate::log::{self, Log};
use crate::site::logs::Logs;
use consent_core::LogOrigin;
use consent_log::{BundleId, LogResource, TILE_WIDTH, TileId, encode_tile};
use js_sys::Uint8Array;
use worker::{Bucket, Env, Fetcher, Method, Request, RequestInit, Response};

/// How many bundles are copied in one alarm, each with its tiles.
const AT_ONCE: u64 = 64;

/// An object store.
pub enum Archive {
    /// Cloudflare R2.
    Bucket(Bucket),
    /// A folder that the runtime serves, and writes to.
    Folder(Fetcher),
}

impl Archive {
    /// The archive of this server, if it has one: the binding `ARCHIVE`.
    pub fn of(env: &Env) -> Option<Self> {
        let bucket = env.bucket("ARCHIVE").map(Self::Bucket);
        bucket
            .or_else(|_| env.service("ARCHIVE").map(Self::Folder))
            .ok()
    }

    async fn get(&self, key: &str) -> Result<Option<Vec<u8>>, ApiError> {
        match self {
            Self::Bucket(bucket) => {
                let found = bucket.get(key).execute().await?;
                match found.as_ref().and_then(worker::Object::body) {
                    Some(body) => Ok(Some(body.bytes().await?)),
                    None => Ok(None),
                }
            }
            Self::Folder(folder) => {
                let mut answer = folder.fetch(address(key), None).await?;
                match answer.status_code() {
                    200 => Ok(Some(answer.bytes().await?)),
                    404 => Ok(None),
                    status => Err(unexpected(status)),
                }
            }
        }
    }

    async fn put(&self, key: &str, bytes: Vec<u8>) -> Result<(), ApiError> {
        match self {
            Self::Bucket(bucket) => {
                bucket.put(key, bytes).execute().await?;
                Ok(())
            }
            Self::Folder(folder) => {
                let mut init = RequestInit::new();
                let bytes = Uint8Array::from(&*bytes);
                init.with_method(Method::Put).with_body(Some(bytes.into()));
                let request = Request::new_with_init(&address(key), &init)?;
                match folder.fetch_request(request).await?.status_code() {
                    200..300 => Ok(()),
                    status => Err(unexpected(status)),
                }
            }
        }
    }
}

fn address(key: &str) -> String {
    format!("https://archive/{key}")
}

fn unexpected(status: u16) -> ApiError {
    ApiError::Internal(format!("the archive answered {status}"))
}

/// Serves a resource from the archive, if the archive has it.
pub async fn serve(
    env: &Env,
    origin: &LogOrigin,
    resource: LogResource,
) -> Result<Option<Response>, ApiError> {
    let full = match resource {
        LogResource::Tile(tile) => tile.width == TILE_WIDTH,
        LogResource::Entries(bundle) => bundle.width == TILE_WIDTH,
        LogResource::Checkpoint | LogResource::Key => false,
    };
    if !full {
        return Ok(None);
    }
    let Some(archive) = Archive::of(env) else {
        return Ok(None);
    };
    let found = archive.get(&format!("{origin}/{resource}")).await;
    // The object has everything: an archive that does not answer costs time only.
    let found = found.unwrap_or_else(|error| {
        worker::console_error!("{origin}/{resource}: {}", error.to_log());
        None
    });
    found.map(log::full).transpose()
}

/// Copies what has become full since the last time. Returns whether there is more to copy.
pub async fn copy(env: &Env, logs: &Logs) -> Result<bool, ApiError> {
    let Some(archive) = Archive::of(env) else {
        return Ok(false);
    };
    let mut left = AT_ONCE;
    for open in logs.all()? {
        let full = open.log.head()?.size / u64::from(TILE_WIDTH);
        let done = open.archived.get();
        for bundle in done..full.min(done + left) {
            for (resource, bytes) in filled(&open.log, bundle)? {
                let key = format!("{}/{resource}", open.log.origin());
                archive.put(&key, bytes).await?;
            }
            // Noted after the copy: after a crash the same bytes are copied again.
            logs.archived(&open, bundle + 1)?;
            left -= 1;
        }
        if left == 0 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The bundle of this number, and the tiles that its last entry filled.
fn filled<S: log::Store>(
    log: &Log<S>,
    bundle: u64,
) -> Result<Vec<(LogResource, Vec<u8>)>, ApiError> {
    let missing = |what: &str| ApiError::Internal(format!("{}: {what} is missing", log.origin()));
    let width = u64::from(TILE_WIDTH);
    let entries = BundleId {
        index: bundle,
        width: TILE_WIDTH,
    };
    let bytes = log.bundle(entries)?.ok_or_else(|| missing("a bundle"))?;
    let mut filled = vec![(LogResource::Entries(entries), bytes)];
    let (mut level, mut count) = (0, bundle + 1);
    loop {
        let tile = TileId::full(level, count - 1);
        let hashes = log.tile(tile)?.ok_or_else(|| missing("a tile"))?;
        filled.push((LogResource::Tile(tile), encode_tile(&hashes)));
        if count % width != 0 {
            return Ok(filled);
        }
        level += 1;
        count /= width;
    }
}
