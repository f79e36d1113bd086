//! Who read which records of a site: what its owner, and an auditor, look at.

use crate::proof::read::KeptRead;
use serde::{Deserialize, Serialize};

/// The answer to `GET /v1/sites/SITE/reads`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Reads {
    /// The reads, newest first.
    pub reads: Vec<KeptRead>,
    /// The `before` of the next answer; absent where there are no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}
