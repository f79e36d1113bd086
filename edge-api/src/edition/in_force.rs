//! Which edition of a site is in force.

use consent_core::jurisdiction::Jurisdiction;
use consent_core::{NoticeHash, Sha256Digest, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The edition of a site that is in force, as its first object knows it.
#[derive(Clone, Serialize, Deserialize)]
pub struct InForce {
    /// The notice in force.
    pub notice: NoticeHash,
    /// The law that it is under.
    pub law: Jurisdiction,
    /// The notices of visitors to whose place another law applies.
    pub laws: BTreeMap<Jurisdiction, NoticeHash>,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
    /// SHA-256 of the edition in force, in JSON.
    pub edition: Sha256Digest,
}
