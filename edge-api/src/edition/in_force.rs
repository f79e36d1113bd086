//! Which edition of a site is in force.

use consent_core::{NoticeHash, Sha256Digest, Timestamp};
use serde::{Deserialize, Serialize};

/// The edition of a site that is in force, as its first object knows it.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct InForce {
    /// The notice in force.
    pub notice: NoticeHash,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
    /// SHA-256 of the edition in force, in JSON.
    pub edition: Sha256Digest,
}
