//! What an export says of itself: which records it was asked for, up to where it goes, and that it has ended.
//!
//! In NDJSON the first line is an [`ExportStart`], the last one an [`ExportEnd`]; between them each line is a
//! [`DisclosedRecord`](crate::proof::DisclosedRecord), an [`ErasedRecord`](crate::proof::ErasedRecord) or an [`OtherLine`].

use crate::calendar::Timestamp;
use crate::ident::{Sha256Digest, SiteId};
use crate::log_origin::LogOrigin;
use crate::proof::other::OtherRecord;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The first line of an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportStart {
    /// What follows.
    pub export: ExportHead,
}

/// What an export is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportHead {
    /// The version of this format: [`ExportHead::FORMAT`].
    pub format: String,
    /// The site.
    pub site: SiteId,
    /// When it was begun, by the server's clock.
    pub made_at: Timestamp,
    /// The filters, by their names in the API; `from` and `to` are instants, `to` the first one that was not asked for.
    pub filters: Map<String, Value>,
    /// What it proves.
    pub proof: ExportProof,
    /// The logs of the site then, and up to where the export goes: it has nothing of any entry beyond.
    pub logs: Vec<ExportedLog>,
}

impl ExportHead {
    /// The version that is written.
    pub const FORMAT: &str = "temoin-export/v1";
}

/// What an export proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ExportProof {
    /// That its records are in the log, and that none is missing which passes the filters.
    Complete,
    /// That its records are in the log.
    Records,
}

impl ExportProof {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Complete, Self::Records];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Records => "records",
        }
    }
}

/// A log, and up to where the export goes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportedLog {
    /// Its name, and its place below `/log/`.
    pub origin: LogOrigin,
    /// The key of its checkpoints (C2SP signed-note, verifier key).
    pub key: String,
    /// How many entries the checkpoint signs for.
    pub size: u64,
    /// The checkpoint (C2SP tlog-checkpoint).
    pub checkpoint: String,
}

/// A line about a record that the filters leave out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtherLine {
    /// What shows that it does not pass them.
    pub other: OtherRecord,
}

/// The last line of an export. A file without it was cut.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportEnd {
    /// What came before.
    pub end: ExportSums,
}

/// How much an export has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportSums {
    /// The records.
    pub records: u64,
    /// Those that were erased.
    pub erased: u64,
    /// Those that the filters leave out, each with what shows it.
    pub others: u64,
    /// SHA-256 of all bytes before the line that has it: by it a damaged file is known, not a forged one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<Sha256Digest>,
}
