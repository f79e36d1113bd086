//! Why a log could not be read or grown.

use crate::http::error::ApiError;
use crate::storage::error::StoreError;
use consent_core::LogOrigin;
use consent_log::{CheckpointError, ReadError, TileId};

/// Why a log could not be read or grown.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// Its store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A checkpoint cannot be opened with the log's key.
    #[error("a checkpoint of {origin} cannot be opened: {cause}")]
    Checkpoint {
        /// The log.
        origin: LogOrigin,
        /// Why.
        cause: CheckpointError,
    },
    /// The store has other entries than those that were signed.
    #[error("{0}: the entries kept do not give the root that was signed; nothing is appended")]
    OtherRoot(LogOrigin),
    /// The store lacks entries of the signed tree.
    #[error("{origin}: entries are missing from index {first}")]
    MissingEntries {
        /// The log.
        origin: LogOrigin,
        /// The first index that was read.
        first: u64,
    },
    /// The store lacks a tile of the signed tree.
    #[error("the tile {0} is missing")]
    MissingTile(TileId),
    /// A proof, a tile or a bundle cannot be made.
    #[error("{0}")]
    Tree(String),
    /// The log was made to read everything anew while it was being read.
    #[error("a log was forgotten while it was read")]
    Forgotten,
}

impl From<ReadError<LogError>> for LogError {
    fn from(error: ReadError<LogError>) -> Self {
        match error {
            ReadError::Reader(error) => error,
            other => Self::Tree(other.to_string()),
        }
    }
}

impl From<LogError> for ApiError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Store(error) => error.into(),
            other => Self::Internal(other.to_string()),
        }
    }
}
