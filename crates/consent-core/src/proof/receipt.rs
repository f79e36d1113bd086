//! The visitor's copy of a record.

use crate::calendar::Timestamp;
use crate::choice::decision::{ConsentStatus, Decision};
use crate::choice::service_answers::ServiceAnswers;
use crate::field::FieldError;
use crate::ident::{EvidenceHash, NoticeHash, ReceiptId};
use crate::log_origin::LogOrigin;
use crate::proof::commitment::{DecisionText, Salt, Salts, SubjectText, Texts};
use crate::proof::entry::{Answer, ErasureReason, Event, LogEntry};
use crate::proof::record::{ConsentRecord, Method};
use crate::text::Localized;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What the server answers to a report, once the record is durable (ISO/IEC TS 27560, consent
/// receipt).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentReceipt {
    /// Names the receipt and its record.
    pub id: ReceiptId,
    /// The log that the record is in.
    pub log: LogOrigin,
    /// The record's place there, counted from 0.
    pub index: u64,
    /// The server's time.
    pub time: Timestamp,
    /// When the choice ends.
    pub valid_until: Timestamp,
    /// Where the consent stands.
    pub status: ConsentStatus,
    /// The answer for each of the four purposes.
    pub decision: Decision,
    /// The services answered apart from their purpose.
    #[serde(default, skip_serializing_if = "ServiceAnswers::is_empty")]
    pub services: ServiceAnswers,
    /// How it was given.
    pub method: Method,
    /// What was shown.
    pub notice: NoticeHash,
    /// What proves all this without asking the server again.
    pub evidence: Evidence,
}

/// What proves a receipt: see `docs/proof-format.md`. Whoever checks it reads the texts of the other
/// fields; the visitor's browser only keeps them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The salt of who answered, in hexadecimal.
    pub subject_salt: String,
    /// Who answered, as committed to.
    pub subject: String,
    /// The salt of what they said, in hexadecimal.
    pub decision_salt: String,
    /// What they said, as committed to.
    pub decision: String,
    /// The key of the log's checkpoints (C2SP signed-note, verifier key).
    pub key: String,
    /// The record's entry in a checkpoint of the log (C2SP tlog-proof).
    pub proof: String,
    /// The key of the anchor's checkpoints, once the anchor has that checkpoint.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor_key: Option<String>,
    /// That checkpoint in a checkpoint of the anchor (C2SP tlog-proof), with the cosignatures of
    /// the anchor's witnesses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor_proof: Option<String>,
}

/// Why a receipt and its evidence do not say the same.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// A committed text or a salt that is none.
    #[error("evidence.{field} cannot be read: {why}")]
    Unreadable {
        /// Which.
        field: &'static str,
        /// Why.
        why: String,
    },
    /// A member of the receipt that the committed text contradicts.
    #[error("the receipt's {0} is not what was committed to")]
    Differs(&'static str),
}

impl ConsentReceipt {
    /// The entry of the log that this receipt claims, after checking that the receipt says what
    /// its committed texts say. Whether the log has that entry, its proof tells.
    pub fn claimed_entry(&self) -> Result<LogEntry, EvidenceError> {
        let evidence = &self.evidence;
        let salt = |field, text: &str| text.parse::<Salt>().map_err(|why| unreadable(field, &why));
        let salts = Salts {
            subject: salt("subject_salt", &evidence.subject_salt)?,
            decision: salt("decision_salt", &evidence.decision_salt)?,
        };
        read::<SubjectText>("subject", &evidence.subject)?;
        let said: DecisionText = read("decision", &evidence.decision)?;
        for (member, same) in [
            ("id", said.receipt == self.id),
            ("time", said.time == self.time),
            ("valid_until", said.valid_until == self.valid_until),
            ("status", said.status == self.status),
            ("decision", said.decision == self.decision),
            ("services", said.services == self.services),
            ("method", said.method == self.method),
            ("notice", said.notice == self.notice),
        ] {
            if !same {
                return Err(EvidenceError::Differs(member));
            }
        }
        let texts = Texts {
            subject: evidence.subject.clone(),
            decision: evidence.decision.clone(),
        };
        Ok(LogEntry {
            time: said.time,
            event: Event::Consent {
                answer: Answer::of(said.status).ok_or(EvidenceError::Differs("status"))?,
                notice: said.notice.into(),
                commitment: texts.commit(&salts),
            },
        })
    }
}

/// Reads a committed text, which has one spelling: another reader could take another one otherwise.
fn read<T: DeserializeOwned + Serialize>(
    field: &'static str,
    text: &str,
) -> Result<T, EvidenceError> {
    let value: T = serde_json::from_str(text).map_err(|why| unreadable(field, &why))?;
    match serde_json::to_string(&value) {
        Ok(written) if written == text => Ok(value),
        _ => Err(unreadable(field, &"it is spelled otherwise")),
    }
}

fn unreadable(field: &'static str, why: &dyn std::fmt::Display) -> EvidenceError {
    EvidenceError::Unreadable {
        field,
        why: why.to_string(),
    }
}

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

/// A file that is to be entered in the log: the body of `POST /v1/sites/SITE/evidence`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceReport {
    /// Its hash.
    pub sha256: EvidenceHash,
}

/// What proves that a file was there at a time: the answer to `POST /v1/sites/SITE/evidence`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceReceipt {
    /// The file's hash.
    pub sha256: EvidenceHash,
    /// The log it is in.
    pub log: LogOrigin,
    /// Its place there, counted from 0.
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
    /// The entry of the log that it claims.
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

/// The logs of a site: the answer to `GET /v1/sites/SITE/logs`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteLogs {
    /// The site.
    pub site: crate::ident::SiteId,
    /// Its logs, oldest first.
    pub logs: Vec<LogSummary>,
    /// The log in which their checkpoints are.
    pub anchor: AnchorSummary,
}

/// One log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
pub struct AnchorSummary {
    /// Its name, and its place below `/log/`.
    pub origin: LogOrigin,
    /// The key of its checkpoints.
    pub key: String,
    /// The keys of the witnesses that are asked to cosign them (C2SP tlog-cosignature).
    pub witnesses: Vec<String>,
}

/// A page of records: the answer to `GET /v1/sites/SITE/consents`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConsentPage {
    /// The records, oldest first.
    pub records: Vec<DisclosedRecord>,
    /// The places on this page whose records were erased, so that an erasure is told from a gap.
    /// A query that asks what was decided, how or under which notice has none: nobody knows any
    /// more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erased: Vec<ErasedRecord>,
    /// What to pass as `cursor` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The answer to `PUT /v1/sites/SITE`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Publication {
    /// The site.
    pub site: crate::ident::SiteId,
    /// The notice now in force.
    pub notice: NoticeHash,
    /// When this notice was first published; absent where it was not (`?dry_run`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// Whether the notice was already in force.
    pub unchanged: bool,
    /// Whether visitors who chose under the notice before it are asked anew.
    pub asks_anew: bool,
    /// Why: what is material and has changed.
    pub material_changes: Vec<String>,
    /// What the owner should know, although it stops nothing.
    pub findings: Vec<FieldError>,
    /// The tag to put first in the `<head>` of every page.
    pub embed: String,
    /// By language, a tag that names this very loader by its digest; it does not follow later
    /// publications.
    pub pinned: Localized<String>,
    /// What the owner keeps as a bookmark, and presses in a page of theirs to have it inspected.
    pub inspector: String,
}
