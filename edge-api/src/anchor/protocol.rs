//! What crosses between the anchor's object and those who ask it.

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
