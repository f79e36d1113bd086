//! The receipt: the visitor's copy of a record, with the evidence that proves it.

use crate::calendar::Timestamp;
use crate::choice::decision::Decision;
use crate::choice::method::Method;
use crate::choice::service_answers::ServiceAnswers;
use crate::choice::status::ConsentStatus;
use crate::ident::{NoticeHash, ReceiptId, Salt, Sha256Digest};
use crate::log_origin::LogOrigin;
use crate::proof::commitment::{DecisionText, Salts, SubjectOpening, SubjectText, Texts};
use crate::proof::disclosed::DisclosedRecord;
use crate::proof::entry::{Answer, Event, LogEntry};
use crate::proof::record::ConsentRecord;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// What the server answers to a report, once the record is durable (ISO/IEC TS 27560, consent
/// receipt).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
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
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Evidence {
    /// The salt of who answered, in hexadecimal; empty, and absent in JSON, where there is `subject_hash`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject_salt: String,
    /// Who answered, as committed to; empty, and absent in JSON, where there is `subject_hash`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub subject: String,
    /// In the place of both: the hash of that part, in hexadecimal, where the part named a record that was erased.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject_hash: Option<String>,
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

/// Why a receipt does not agree with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// A committed text or a salt cannot be read.
    #[error("evidence.{field} cannot be read: {why}")]
    Unreadable {
        /// Which.
        field: &'static str,
        /// Why.
        why: String,
    },
    /// The committed text contradicts a member of the receipt.
    #[error("the receipt's {0} is not what was committed to")]
    Differs(&'static str),
}

impl ConsentReceipt {
    /// Checks that the receipt agrees with its committed texts, and returns the log entry that it claims. Whether the
    /// log has that entry is for the inclusion proof to show.
    pub fn claimed_entry(&self) -> Result<LogEntry, EvidenceError> {
        let evidence = &self.evidence;
        let salt = |field, text: &str| text.parse::<Salt>().map_err(|why| unreadable(field, &why));
        let subject = match &evidence.subject_hash {
            None => {
                let salt = salt("subject_salt", &evidence.subject_salt)?;
                read::<SubjectText>("subject", &evidence.subject)?;
                SubjectOpening::Salt(salt)
            }
            Some(hash) => {
                if !(evidence.subject.is_empty() && evidence.subject_salt.is_empty()) {
                    let why = "it stands beside what it stands for";
                    return Err(unreadable("subject_hash", &why));
                }
                let hash = hash.parse::<Sha256Digest>();
                let hash = hash.map_err(|why| unreadable("subject_hash", &why));
                SubjectOpening::Hash(hash?)
            }
        };
        let salts = Salts {
            subject,
            decision: salt("decision_salt", &evidence.decision_salt)?,
        };
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

impl Evidence {
    /// What proves a record: its texts with what opens the commitment to them, the key of its log, and its entry in a
    /// checkpoint of that log.
    pub fn new(disclosed: &DisclosedRecord, key: String, proof: String) -> Self {
        let DisclosedRecord { record, salts } = disclosed;
        let texts = Texts::of(record);
        let (subject_salt, subject, subject_hash) = match salts.subject {
            SubjectOpening::Salt(salt) => (salt.to_string(), texts.subject, None),
            SubjectOpening::Hash(hash) => (String::new(), String::new(), Some(hash.to_string())),
        };
        Self {
            subject_salt,
            subject,
            subject_hash,
            decision_salt: salts.decision.to_string(),
            decision: texts.decision,
            key,
            proof,
            anchor_key: None,
            anchor_proof: None,
        }
    }
}

impl ConsentRecord {
    /// Builds the visitor's copy of this record.
    pub fn receipt(&self, evidence: Evidence) -> ConsentReceipt {
        ConsentReceipt {
            id: self.receipt.clone(),
            log: self.log.clone(),
            index: self.index,
            time: self.time,
            valid_until: self.valid_until,
            status: self.status,
            decision: self.decision,
            services: self.services.clone(),
            method: self.method,
            notice: self.notice,
            evidence,
        }
    }
}

/// Reads a committed text, which must re-encode to the same bytes: otherwise two readers could read it differently.
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
