//! The logs of a site.

use crate::calendar::Timestamp;
use crate::ident::SiteId;
use crate::log_origin::LogOrigin;
use serde::{Deserialize, Serialize};

/// The logs of a site: the answer to `GET /v1/sites/SITE/logs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SiteLogs {
    /// The site.
    pub site: SiteId,
    /// Its logs, oldest first.
    pub logs: Vec<LogSummary>,
    /// The log in which their checkpoints are.
    pub anchor: AnchorSummary,
}

/// One log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LogSummary {
    /// Its name, and its place below `/log/`.
    pub origin: LogOrigin,
    /// The key of its checkpoints (C2SP signed-note, verifier key).
    pub key: String,
    /// How many entries it has.
    pub size: u64,
    /// Whether consents are still added to it.
    pub open: bool,
    /// When the time was over for which its proofs are kept, and all of them were erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased_at: Option<Timestamp>,
}

/// The anchor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AnchorSummary {
    /// Its name, and its place below `/log/`.
    pub origin: LogOrigin,
    /// The key of its checkpoints.
    pub key: String,
    /// The keys of the witnesses that are asked to cosign them (C2SP tlog-cosignature).
    pub witnesses: Vec<String>,
}
