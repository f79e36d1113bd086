//! A record as an auditor gets it, and what is left of one that was erased.

use crate::calendar::Timestamp;
use crate::log_origin::LogOrigin;
use crate::proof::commitment::Salts;
use crate::proof::entry::{ErasureReason, LogEntry};
use crate::proof::record::ConsentRecord;
use serde::{Deserialize, Serialize};

/// A record as an auditor gets it, with the salts that tie it to its log entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DisclosedRecord {
    /// The record.
    #[serde(flatten)]
    pub record: ConsentRecord,
    /// The salts of its commitment.
    pub salts: Salts,
}

impl DisclosedRecord {
    /// The log entry that this record must re-encode to.
    pub fn claimed_entry(&self) -> LogEntry {
        self.record.entry(&self.salts)
    }
}

/// What remains of an erased record: its index, when it was kept, when it was erased, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ErasedRecord {
    /// The log it was in.
    pub log: LogOrigin,
    /// Its index there, counted from 0.
    pub index: u64,
    /// When the record was kept.
    pub time: Timestamp,
    /// When it was erased.
    pub erased_at: Timestamp,
    /// Why.
    pub reason: ErasureReason,
}
