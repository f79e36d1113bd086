//! A file of the owner's that is entered in the log, such as the report of a scan.

use crate::calendar::Timestamp;
use crate::ident::{EvidenceHash, NoticeHash};
use crate::log_origin::LogOrigin;
use crate::proof::entry::{Event, LogEntry};
use serde::{Deserialize, Serialize};

/// A file that is to be entered in the log: the body of `POST /v1/sites/SITE/evidence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct EvidenceReport {
    /// Its hash.
    pub sha256: EvidenceHash,
}

/// What proves that a file was there at a time: the answer to `POST /v1/sites/SITE/evidence`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EvidenceReceipt {
    /// The file's hash.
    pub sha256: EvidenceHash,
    /// The log it is in.
    pub log: LogOrigin,
    /// Its index there, counted from 0.
    pub index: u64,
    /// The server's time.
    pub time: Timestamp,
    /// The notice in force then.
    pub notice: NoticeHash,
    /// The key of the log (C2SP signed-note, verifier key).
    pub key: String,
    /// Its inclusion in the log (C2SP tlog-proof).
    pub proof: String,
}

impl EvidenceReceipt {
    /// The log entry that this receipt claims.
    pub fn claimed_entry(&self) -> LogEntry {
        LogEntry {
            time: self.time,
            event: Event::Evidence {
                notice: self.notice.into(),
                hash: self.sha256,
            },
        }
    }
}
