//! A record as an auditor gets it, and what is left of one that was erased.

use crate::calendar::Timestamp;
use crate::log_origin::LogOrigin;
use crate::proof::commitment::Salts;
use crate::proof::entry::{ErasureReason, LogEntry};
use crate::proof::record::ConsentRecord;
use serde::{Deserialize, Serialize};

/// A record as an auditor gets it: with what ties it to its entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisclosedRecord {
    /// The record.
    #[serde(flatten)]
    pub record: ConsentRecord,
    /// The salts of its commitment.
    pub salts: Salts,
}

impl DisclosedRecord {
    /// The entry of the log that this record claims.
    pub fn claimed_entry(&self) -> LogEntry {
        self.record.entry(&self.salts)
    }
}

/// What is left of a record that was erased: that it was there, since when, and why it is not any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedRecord {
    /// The log it was in.
    pub log: LogOrigin,
    /// Its place there, counted from 0.
    pub index: u64,
    /// When the record was kept.
    pub time: Timestamp,
    /// When it was erased.
    pub erased_at: Timestamp,
    /// Why.
    pub reason: ErasureReason,
}
