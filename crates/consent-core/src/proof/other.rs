//! What shows that a record does not belong to an answer, without disclosing the whole of it.

use crate::choice::status::ConsentStatus;
use crate::ident::{Commitment, Salt, Sha256Digest, SubjectTag};
use crate::log_origin::LogOrigin;
use crate::proof::commitment::{
    DecisionText, SubjectOpening, SubjectText, commit_parts, decision_hash, subject_hash,
};
use crate::proof::disclosed::DisclosedRecord;
use crate::proof::entry::{Answer, Event, LogEntry, NoticePrefix};
use crate::proof::record::ConsentRecord;
use serde::{Deserialize, Serialize};

/// A consent of the log that does not pass the filters of an export: one part of its record shows why. Of the other part
/// there is only the hash, so that nobody learns from it who gave which answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherRecord {
    /// The log it is in.
    pub log: LogOrigin,
    /// Its index there, counted from 0.
    pub index: u64,
    /// The part.
    #[serde(flatten)]
    pub part: OpenedPart,
}

/// The part of a record that is opened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum OpenedPart {
    /// What was answered.
    Decision {
        /// The part itself.
        decision: Box<DecisionText>,
        /// Its salt.
        decision_salt: Salt,
        /// The hash of the part that says who answered.
        subject_hash: Sha256Digest,
    },
    /// Who answered.
    Subject {
        /// The part itself.
        subject: SubjectText,
        /// Its salt.
        subject_salt: Salt,
        /// The hash of the part that says what was answered.
        decision_hash: Sha256Digest,
    },
    /// Who answered, by the word of the server alone: the part that says it named a record that was erased since.
    Said {
        /// The visitor, as the server says.
        said_subject: SubjectTag,
    },
}

impl OtherRecord {
    /// Opens what was answered.
    pub fn by_decision(disclosed: &DisclosedRecord) -> Self {
        let record = &disclosed.record;
        Self::of(
            record,
            OpenedPart::Decision {
                decision: Box::new(record.into()),
                decision_salt: disclosed.salts.decision,
                subject_hash: match disclosed.salts.subject {
                    SubjectOpening::Salt(salt) => subject_hash(&record.into(), salt),
                    SubjectOpening::Hash(hash) => hash,
                },
            },
        )
    }

    /// Opens who answered.
    pub fn by_subject(disclosed: &DisclosedRecord) -> Self {
        let record = &disclosed.record;
        let part = match disclosed.salts.subject {
            SubjectOpening::Salt(subject_salt) => OpenedPart::Subject {
                subject: record.into(),
                subject_salt,
                decision_hash: decision_hash(&record.into(), disclosed.salts.decision),
            },
            SubjectOpening::Hash(_) => OpenedPart::Said {
                said_subject: record.subject,
            },
        };
        Self::of(record, part)
    }

    fn of(record: &ConsentRecord, part: OpenedPart) -> Self {
        Self {
            log: record.log.clone(),
            index: record.index,
            part,
        }
    }

    /// Computes the commitment that the log must have; nothing where there is only the server's word.
    pub fn commitment(&self) -> Option<Commitment> {
        match &self.part {
            OpenedPart::Decision {
                decision,
                decision_salt,
                subject_hash,
            } => Some(commit_parts(
                *subject_hash,
                decision_hash(decision, *decision_salt),
            )),
            OpenedPart::Subject {
                subject,
                subject_salt,
                decision_hash,
            } => Some(commit_parts(
                subject_hash(subject, *subject_salt),
                *decision_hash,
            )),
            OpenedPart::Said { .. } => None,
        }
    }

    /// Whether it fits the entry that the log has at its index: the commitment, and all that an opened decision says of
    /// the rest of the entry.
    pub fn fits(&self, entry: &LogEntry) -> bool {
        let Event::Consent {
            answer,
            notice,
            commitment,
        } = entry.event
        else {
            return false;
        };
        let same = self.commitment().is_none_or(|own| own == commitment);
        same && match &self.part {
            OpenedPart::Decision { decision, .. } => {
                let said = match decision.status {
                    ConsentStatus::Given => Answer::Grant,
                    ConsentStatus::Refused => Answer::Refuse,
                    ConsentStatus::Withdrawn | ConsentStatus::Expired => Answer::Withdraw,
                };
                decision.time == entry.time
                    && NoticePrefix::from(decision.notice) == notice
                    && said == answer
            }
            OpenedPart::Subject { .. } | OpenedPart::Said { .. } => true,
        }
    }

    /// What was answered, as a record of a visitor who is not named; nothing where that part is not opened.
    pub fn decision(&self) -> Option<ConsentRecord> {
        let OpenedPart::Decision { decision, .. } = &self.part else {
            return None;
        };
        let decision = decision.as_ref().clone();
        Some(ConsentRecord {
            schema: decision.schema,
            receipt: decision.receipt,
            log: self.log.clone(),
            index: self.index,
            time: decision.time,
            valid_until: decision.valid_until,
            subject: SubjectTag::from_bytes([0; 16]),
            status: decision.status,
            decision: decision.decision,
            services: decision.services,
            method: decision.method,
            chosen_at: decision.chosen_at,
            layer: decision.layer,
            trusted: decision.trusted,
            notice: decision.notice,
            policy_version: decision.policy_version,
            language: decision.language,
            jurisdiction: decision.jurisdiction,
            jurisdiction_from: decision.jurisdiction_from,
            gpc: decision.gpc,
            served_at: decision.served_at,
            told: decision.told,
            previous: None,
        })
    }

    /// Who answered; nothing where that part is not opened.
    pub fn subject(&self) -> Option<SubjectTag> {
        match &self.part {
            OpenedPart::Decision { .. } => None,
            OpenedPart::Subject { subject, .. } => Some(subject.subject),
            OpenedPart::Said { said_subject } => Some(*said_subject),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ident::Seed;
    use crate::proof::commitment::tests::record;

    fn disclosed() -> DisclosedRecord {
        let salts = Seed::from_bytes([7; 32]).salts();
        DisclosedRecord {
            record: record(),
            salts,
        }
    }

    #[test]
    fn either_part_gives_the_commitment_of_the_whole_and_tells_nothing_of_the_other() {
        let disclosed = disclosed();
        let entry = disclosed.claimed_entry();
        let by_decision = OtherRecord::by_decision(&disclosed);
        let by_subject = OtherRecord::by_subject(&disclosed);
        for other in [&by_decision, &by_subject] {
            assert!(other.fits(&entry), "{other:?}");
            let json = serde_json::to_string(other).unwrap();
            let read: OtherRecord = serde_json::from_str(&json).unwrap();
            assert_eq!(&read, other, "{json}");
        }
        let subject = disclosed.record.subject.to_string();
        let json = serde_json::to_string(&by_decision).unwrap();
        assert!(
            !json.contains(&subject) && json.contains("\"method\""),
            "{json}"
        );
        let json = serde_json::to_string(&by_subject).unwrap();
        assert!(
            json.contains(&subject) && !json.contains("\"method\""),
            "{json}"
        );
        assert_eq!(by_subject.subject(), Some(disclosed.record.subject));
        assert_eq!(
            by_decision.decision().unwrap().method,
            disclosed.record.method
        );
    }

    #[test]
    fn a_changed_part_does_not_fit() {
        let disclosed = disclosed();
        let entry = disclosed.claimed_entry();
        let mut other = OtherRecord::by_decision(&disclosed);
        if let OpenedPart::Decision { decision, .. } = &mut other.part {
            decision.gpc = !decision.gpc;
        }
        assert!(!other.fits(&entry));
        let mut other = OtherRecord::by_subject(&disclosed);
        if let OpenedPart::Subject { subject, .. } = &mut other.part {
            subject.subject = SubjectTag::from_bytes([1; 16]);
        }
        assert!(!other.fits(&entry));
    }

    #[test]
    fn of_a_visitor_whose_part_is_closed_there_is_only_the_word_of_the_server() {
        let mut disclosed = disclosed();
        let hash = subject_hash(
            &(&disclosed.record).into(),
            Seed::from_bytes([7; 32]).salts().decision,
        );
        disclosed.salts.subject = SubjectOpening::Hash(hash);
        let other = OtherRecord::by_subject(&disclosed);
        assert_eq!(other.commitment(), None);
        assert_eq!(other.subject(), Some(disclosed.record.subject));
        assert!(OtherRecord::by_decision(&disclosed).fits(&disclosed.claimed_entry()));
    }
}
