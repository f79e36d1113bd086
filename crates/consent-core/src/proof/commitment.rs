//! Commitments: the log holds a hash of each record, which tells nothing to whoever does not have its salts.
//!
//! A plain hash of four booleans can be guessed, and is personal data as long as it can be. So each of the two
//! parts of a record is hashed with a salt of 256 bits that only the keeper of the record knows. Either part can be
//! disclosed without the other. `docs/proof-format.md` pins the bytes.

use crate::calendar::Timestamp;
use crate::choice::decision::Decision;
use crate::choice::method::{Layer, Method};
use crate::choice::service_answers::ServiceAnswers;
use crate::choice::status::ConsentStatus;
use crate::ident::{Commitment, NoticeHash, ReceiptId, Salt, Seed, Sha256Digest, SubjectTag};
use crate::proof::record::ConsentRecord;
use crate::site::config::PolicyVersion;
use crate::site::jurisdiction::{Jurisdiction, JurisdictionFrom};
use crate::site::signals::Tools;
use crate::text::LanguageTag;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// A part of a record that can be disclosed without the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Who answered.
    Subject,
    /// What they said.
    Decision,
}

impl Part {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Decision => "decision",
        }
    }
}

/// The salts of a record: what opens its commitment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Salts {
    /// What opens the part that says who answered, or closes it for good.
    #[serde(flatten)]
    pub subject: SubjectOpening,
    /// The salt of the part that says what they answered.
    pub decision: Salt,
}

/// What opens the part of a commitment that says who answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum SubjectOpening {
    /// Its salt: whoever has the text can check it.
    #[serde(rename = "subject")]
    Salt(Salt),
    /// Its hash, all that is left of a part that named a record which was erased: nobody can tell any more what
    /// the part said, and the commitment can still be computed.
    #[serde(rename = "subject_hash")]
    Hash(Sha256Digest),
}

impl Seed {
    /// Derives the salts of both parts.
    pub fn salts(&self) -> Salts {
        Salts {
            subject: SubjectOpening::Salt(self.salt(Part::Subject)),
            decision: self.salt(Part::Decision),
        }
    }

    fn salt(&self, part: Part) -> Salt {
        Salt::from_bytes(hash(&[
            b"temoin salt v1 ",
            part.as_str().as_bytes(),
            b"\n",
            self.as_bytes(),
        ]))
    }
}

/// The texts that a record is committed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Texts {
    /// Who answered.
    pub subject: String,
    /// What they said.
    pub decision: String,
}

impl Texts {
    /// Writes the texts of a record.
    ///
    /// # Panics
    ///
    /// Never: a record has nothing that JSON cannot hold.
    #[expect(
        clippy::expect_used,
        reason = "a record has nothing that JSON cannot hold"
    )]
    pub fn of(record: &ConsentRecord) -> Self {
        let json = "a record is plain data";
        Self {
            subject: serde_json::to_string(&SubjectText::from(record)).expect(json),
            decision: serde_json::to_string(&DecisionText::from(record)).expect(json),
        }
    }

    /// Computes the commitment that the log holds.
    pub fn commit(&self, salts: &Salts) -> Commitment {
        let decision = of_part(Part::Decision, salts.decision, &self.decision);
        commit_parts(self.subject_hash(salts), Sha256Digest::from_bytes(decision))
    }

    /// Computes the hash of the part that says who answered. Where only the hash is left, the text does not count.
    pub fn subject_hash(&self, salts: &Salts) -> Sha256Digest {
        match salts.subject {
            SubjectOpening::Salt(salt) => {
                Sha256Digest::from_bytes(of_part(Part::Subject, salt, &self.subject))
            }
            SubjectOpening::Hash(hash) => hash,
        }
    }
}

/// Computes the hash of the part that says who answered.
///
/// # Panics
///
/// Never: the text has nothing that JSON cannot hold.
#[expect(
    clippy::expect_used,
    reason = "the text has nothing that JSON cannot hold"
)]
pub fn subject_hash(text: &SubjectText, salt: Salt) -> Sha256Digest {
    let text = serde_json::to_string(text).expect("a text is plain data");
    Sha256Digest::from_bytes(of_part(Part::Subject, salt, &text))
}

/// Computes the hash of the part that says what they answered.
///
/// # Panics
///
/// Never: the text has nothing that JSON cannot hold.
#[expect(
    clippy::expect_used,
    reason = "the text has nothing that JSON cannot hold"
)]
pub fn decision_hash(text: &DecisionText, salt: Salt) -> Sha256Digest {
    let text = serde_json::to_string(text).expect("a text is plain data");
    Sha256Digest::from_bytes(of_part(Part::Decision, salt, &text))
}

/// Computes the commitment from the hashes of both parts.
pub fn commit_parts(subject: Sha256Digest, decision: Sha256Digest) -> Commitment {
    Commitment::from_bytes(hash(&[
        b"temoin commitment v1\n",
        subject.as_bytes(),
        decision.as_bytes(),
    ]))
}

/// Computes the commitment to a text that is committed to as a whole: SHA-256 of `temoin`, a space, what it is of, ` v1`, a
/// newline, the salt, and the text's JSON.
///
/// # Panics
///
/// Never: the text has nothing that JSON cannot hold.
#[expect(
    clippy::expect_used,
    reason = "the text has nothing that JSON cannot hold"
)]
pub fn commit_text(kind: &str, salt: &Salt, text: &impl Serialize) -> Commitment {
    let text = serde_json::to_string(text).expect("a text is plain data");
    Commitment::from_bytes(of_text(kind, salt, &text))
}

fn of_part(part: Part, salt: Salt, text: &str) -> [u8; 32] {
    of_text(part.as_str(), &salt, text)
}

fn of_text(kind: &str, salt: &Salt, text: &str) -> [u8; 32] {
    hash(&[
        b"temoin ",
        kind.as_bytes(),
        b" v1\n",
        salt.as_bytes(),
        text.as_bytes(),
    ])
}

fn hash(pieces: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for piece in pieces {
        hash.update(piece);
    }
    hash.finalize().into()
}

/// Who answered: the committed text is its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "as in `ConsentRecord`")]
pub struct SubjectText {
    pub subject: SubjectTag,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<ReceiptId>,
}

impl SubjectText {
    /// Computes the hash of this part of a record with that seed.
    pub fn hash(&self, seed: &Seed) -> Sha256Digest {
        subject_hash(self, seed.salt(Part::Subject))
    }
}

impl From<&ConsentRecord> for SubjectText {
    fn from(record: &ConsentRecord) -> Self {
        Self {
            subject: record.subject,
            previous: record.previous.clone(),
        }
    }
}

/// What they said: the committed text is its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "as in `ConsentRecord`")]
pub struct DecisionText {
    pub schema: u8,
    pub receipt: ReceiptId,
    pub time: Timestamp,
    pub valid_until: Timestamp,
    pub status: ConsentStatus,
    pub decision: Decision,
    #[serde(default, skip_serializing_if = "ServiceAnswers::is_empty")]
    pub services: ServiceAnswers,
    pub method: Method,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen_at: Option<Timestamp>,
    pub layer: Layer,
    pub trusted: bool,
    pub notice: NoticeHash,
    pub policy_version: PolicyVersion,
    pub language: LanguageTag,
    pub jurisdiction: Jurisdiction,
    pub jurisdiction_from: JurisdictionFrom,
    pub gpc: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub served_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub told: Option<Tools>,
}

impl From<&ConsentRecord> for DecisionText {
    fn from(record: &ConsentRecord) -> Self {
        Self {
            schema: record.schema,
            receipt: record.receipt.clone(),
            time: record.time,
            valid_until: record.valid_until,
            status: record.status,
            decision: record.decision,
            services: record.services.clone(),
            method: record.method,
            chosen_at: record.chosen_at,
            layer: record.layer,
            trusted: record.trusted,
            notice: record.notice,
            policy_version: record.policy_version.clone(),
            language: record.language.clone(),
            jurisdiction: record.jurisdiction,
            jurisdiction_from: record.jurisdiction_from,
            gpc: record.gpc,
            served_at: record.served_at,
            told: record.told,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::choice::purpose::Purpose;

    pub(crate) fn record() -> ConsentRecord {
        ConsentRecord {
            schema: 1,
            receipt: "relais.000102030405060708090a0b0c0d0e0f".parse().unwrap(),
            log: "temoin.example/relais/2026q4/0".parse().unwrap(),
            index: 7,
            time: "2026-11-22T20:27:45.120Z".parse().unwrap(),
            valid_until: "2027-12-22T20:27:45.120Z".parse().unwrap(),
            subject: SubjectTag::from_bytes([9; 16]),
            status: ConsentStatus::Given,
            decision: Decision::granting(&[Purpose::Statistics]),
            services: ServiceAnswers::decode("gyoutube").unwrap(),
            method: Method::Save,
            chosen_at: None,
            layer: Layer::Dialog,
            trusted: true,
            notice: NoticeHash::of(b"abc"),
            policy_version: "2 « mai » 2024".to_owned().try_into().unwrap(),
            language: "fr-CA".parse().unwrap(),
            jurisdiction: Jurisdiction::Quebec,
            jurisdiction_from: JurisdictionFrom::Site,
            gpc: false,
            served_at: None,
            told: None,
            previous: Some("relais.0f0e0d0c0b0a09080706050403020100".parse().unwrap()),
        }
    }

    #[test]
    fn format_unchanged() {
        let texts = Texts::of(&record());
        insta::assert_snapshot!(texts.subject, @r#"{"subject":"09090909090909090909090909090909","previous":"relais.0f0e0d0c0b0a09080706050403020100"}"#);
        insta::assert_snapshot!(texts.decision, @r#"{"schema":1,"receipt":"relais.000102030405060708090a0b0c0d0e0f","time":"2026-11-22T20:27:45.120Z","valid_until":"2027-12-22T20:27:45.120Z","status":"given","decision":{"necessary":"granted","preferences":"denied","statistics":"granted","marketing":"denied"},"services":{"youtube":"granted"},"method":"save","layer":"dialog","trusted":true,"notice":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad","policy_version":"2 « mai » 2024","language":"fr-CA","jurisdiction":"CA-QC","jurisdiction_from":"site","gpc":false}"#);
        let salts = Seed::from_bytes([5; 32]).salts();
        let SubjectOpening::Salt(subject) = salts.subject else {
            panic!("{salts:?}");
        };
        insta::assert_snapshot!(subject, @"0c132e85fc761bc839cc0c5bb9677ba6495376649ef04105a2146a6c99d6ba89");
        insta::assert_snapshot!(salts.decision, @"286e22f7bd68c30f6eb843d95d2ff8f170d52799349fb11fb80a7698780ce4e0");
        insta::assert_snapshot!(texts.commit(&salts), @"2818ac69c2ef2d3ffca6fe8b419978885af4803d178267c88846e6570ee1a138");
    }

    #[test]
    fn format_2_says_when_the_loader_was_served() {
        let mut record = record();
        record.schema = 2;
        let without = Texts::of(&record).decision;
        record.served_at = "2026-11-22T20:27:00Z".parse().ok();
        let with = Texts::of(&record).decision;
        let served = r#","served_at":"2026-11-22T20:27:00.000Z"}"#;
        assert_eq!(with, without.strip_suffix('}').unwrap().to_owned() + served);
        let read: DecisionText = serde_json::from_str(&with).unwrap();
        assert_eq!(read, DecisionText::from(&record));
        assert!(without.starts_with(r#"{"schema":2,"#) && without.ends_with(r#""gpc":false}"#));
    }

    #[test]
    fn format_3_says_which_tools_were_told() {
        use crate::site::signals::Tool;
        let mut record = record();
        record.schema = 3;
        record.served_at = "2026-11-22T20:27:00Z".parse().ok();
        let without = Texts::of(&record).decision;
        record.told = Some([Tool::Meta, Tool::Google].into_iter().collect());
        let with = Texts::of(&record).decision;
        let told = r#","told":["google","meta"]}"#;
        assert_eq!(with, without.strip_suffix('}').unwrap().to_owned() + told);
        let read: DecisionText = serde_json::from_str(&with).unwrap();
        assert_eq!(read, DecisionText::from(&record));
        record.told = Some(Tools::default());
        assert!(Texts::of(&record).decision.ends_with(r#","told":[]}"#));
    }

    #[test]
    fn every_part_and_every_salt_counts() {
        let texts = Texts::of(&record());
        let salts = Seed::from_bytes([5; 32]).salts();
        let committed = texts.commit(&salts);
        let other = Seed::from_bytes([6; 32]).salts();
        for (texts, salts) in [
            (texts.clone(), other),
            (
                texts.clone(),
                Salts {
                    subject: other.subject,
                    ..salts
                },
            ),
            (
                texts.clone(),
                Salts {
                    decision: other.decision,
                    ..salts
                },
            ),
            (
                Texts {
                    subject: texts.subject.to_uppercase(),
                    ..texts.clone()
                },
                salts,
            ),
            (
                Texts {
                    decision: texts.decision.to_uppercase(),
                    ..texts.clone()
                },
                salts,
            ),
            (
                Texts {
                    subject: texts.decision.clone(),
                    decision: texts.subject.clone(),
                },
                salts,
            ),
        ] {
            assert_ne!(texts.commit(&salts), committed);
        }
        assert_ne!(salts.subject, SubjectOpening::Salt(salts.decision));
    }

    #[test]
    fn the_hash_of_who_answered_gives_the_same_commitment_and_says_nothing_of_the_text() {
        let texts = Texts::of(&record());
        let salts = Seed::from_bytes([5; 32]).salts();
        let closed = Salts {
            subject: SubjectOpening::Hash(texts.subject_hash(&salts)),
            ..salts
        };
        let without = Texts::of(&ConsentRecord {
            previous: None,
            ..record()
        });
        assert_ne!(without.commit(&salts), texts.commit(&salts));
        assert_eq!(without.commit(&closed), texts.commit(&salts));
        let json = serde_json::to_value(closed).unwrap();
        let names: Vec<_> = json.as_object().unwrap().keys().collect();
        assert_eq!(names, ["decision", "subject_hash"]);
        assert_eq!(serde_json::from_value::<Salts>(json).unwrap(), closed);
        let json = serde_json::to_string(&salts).unwrap();
        assert!(json.starts_with(r#"{"subject":"0c13"#), "{json}");
        assert_eq!(serde_json::from_str::<Salts>(&json).unwrap(), salts);
    }

    #[test]
    fn where_a_record_stands_is_not_committed_to() {
        let moved = ConsentRecord {
            index: 8,
            ..record()
        };
        assert_eq!(Texts::of(&moved), Texts::of(&record()));
    }

    #[test]
    fn a_committed_text_reads_back_to_the_byte() {
        let texts = Texts::of(&record());
        let subject: SubjectText = serde_json::from_str(&texts.subject).unwrap();
        let decision: DecisionText = serde_json::from_str(&texts.decision).unwrap();
        assert_eq!(serde_json::to_string(&subject).unwrap(), texts.subject);
        assert_eq!(serde_json::to_string(&decision).unwrap(), texts.decision);
    }
}
