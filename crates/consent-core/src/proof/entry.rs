//! Entries of the log: 58 bytes for each event. They are public, and tell nothing about any visitor.
//! `docs/proof-format.md` pins the bytes.

use crate::calendar::Timestamp;
use crate::choice::status::ConsentStatus;
use crate::ident::{Commitment, EvidenceHash, NoticeHash, Sha256Digest};
use crate::proof::commitment::{Salts, Texts};
use crate::proof::record::ConsentRecord;

/// The length of an entry, in bytes.
pub const ENTRY_BYTES: usize = 58;

/// The version of every entry, but for publications that name their configuration.
const VERSION: u8 = 1;
/// The version of a publication that names its configuration, where version 1 repeats the notice's hash.
const VERSION_NAMING_CONFIGURATION: u8 = 2;

/// An entry of a site's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEntry {
    /// The server's time. In a log it never goes back.
    pub time: Timestamp,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Someone answered.
    Consent {
        /// What the answer amounts to.
        answer: Answer,
        /// The beginning of the hash of the notice that they answered.
        notice: NoticePrefix,
        /// The commitment to the record. Only with the salts can a record be checked against it.
        commitment: Commitment,
    },
    /// Consents of this log were erased.
    Erase(Erasure),
    /// The consents that come after it may answer this notice.
    Publish {
        /// The notice.
        notice: NoticeHash,
        /// The beginning of the SHA-256 of the configuration, the file as the owner sent it. Without it, the entry
        /// says that the notice goes on in another log, or is of a server of before this was entered.
        configuration: Option<ConfigurationPrefix>,
    },
    /// The owner had a file at that time, such as a scan of the site's pages: one of the means of
    /// proof that the CNIL names.
    Evidence {
        /// The beginning of the hash of the notice then in force.
        notice: NoticePrefix,
        /// The file's hash.
        hash: EvidenceHash,
    },
    /// Somebody read records of the site.
    Read {
        /// The commitment to who it was and what they asked for: [`crate::proof::read::ReadText::commit`].
        commitment: Commitment,
    },
    /// The owner wrote in a register of the site.
    Register {
        /// The commitment to what was written: [`crate::register::RegisterText::commit`].
        commitment: Commitment,
    },
}

/// What an answer amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// At least one optional purpose, or a service, was granted.
    Grant,
    /// Everything optional was refused.
    Refuse,
    /// What had been granted was taken back.
    Withdraw,
}

impl Answer {
    /// The answer behind a record's status, or `None` for an expired consent, which is no answer.
    pub const fn of(status: ConsentStatus) -> Option<Self> {
        match status {
            ConsentStatus::Given => Some(Self::Grant),
            ConsentStatus::Refused => Some(Self::Refuse),
            ConsentStatus::Withdrawn => Some(Self::Withdraw),
            ConsentStatus::Expired => None,
        }
    }
}

/// The first 16 bytes of a notice's hash: enough to tell the notices of a site apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct NoticePrefix(pub [u8; 16]);

/// The first 16 bytes of the SHA-256 of a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ConfigurationPrefix(pub [u8; 16]);

impl From<Sha256Digest> for ConfigurationPrefix {
    fn from(digest: Sha256Digest) -> Self {
        let mut prefix = [0; 16];
        prefix.copy_from_slice(&digest.as_bytes()[..16]);
        Self(prefix)
    }
}

impl From<NoticeHash> for NoticePrefix {
    fn from(hash: NoticeHash) -> Self {
        let mut prefix = [0; 16];
        prefix.copy_from_slice(&hash.as_bytes()[..16]);
        Self(prefix)
    }
}

/// Which consents of a log were erased, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// The first index erased.
    pub first: u64,
    /// The last index erased, included.
    pub last: u64,
    /// Why.
    pub reason: ErasureReason,
}

impl Erasure {
    /// Whether it erases the consent at this index.
    pub const fn covers(&self, place: u64) -> bool {
        self.first <= place && place <= self.last
    }
}

/// Why a consent was erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ErasureReason {
    /// Its holder asked for it.
    Holder,
    /// The time for which its proof is kept is over.
    Retention,
    /// The owner of the site left the server.
    Departure,
}

impl ErasureReason {
    /// Its byte in an entry.
    pub const fn to_byte(self) -> u8 {
        match self {
            Self::Holder => 1,
            Self::Retention => 2,
            Self::Departure => 3,
        }
    }

    /// The reason of a byte.
    pub const fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Holder),
            2 => Some(Self::Retention),
            3 => Some(Self::Departure),
            _ => None,
        }
    }

    /// The name used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Holder => "holder",
            Self::Retention => "retention",
            Self::Departure => "departure",
        }
    }
}

/// Why bytes are no entry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// The number of bytes is wrong.
    #[error("an entry has {ENTRY_BYTES} bytes; this has {0}")]
    Length(usize),
    /// The version is unknown.
    #[error("an entry's version is 1, or 2 of a publication; this one's is {0}")]
    Version(u8),
    /// The kind is unknown.
    #[error("an entry's kind is 1 to 7; this one's is {0}")]
    Kind(u8),
    /// A time past the year 9999.
    #[error("an entry's time is in milliseconds, to the year 9999; this one's is {0}")]
    Time(u64),
    /// The reason is unknown.
    #[error("an erasure's reason is 1 to 3; this one's is {0}")]
    Reason(u8),
    /// An erasure that ends before it begins.
    #[error("an erasure goes from its first place to its last; this one goes from {0} to {1}")]
    Range(u64, u64),
    /// A notice's hash that begins otherwise than the entry says.
    #[error("the notice's hash does not begin as the entry says")]
    Prefix,
    /// Bytes that must be zero.
    #[error("the bytes that say nothing must be zero")]
    Padding,
}

impl LogEntry {
    /// Encodes the entry.
    pub fn to_bytes(self) -> [u8; ENTRY_BYTES] {
        let mut bytes = [0; ENTRY_BYTES];
        bytes[0] = match self.event {
            Event::Publish {
                configuration: Some(_),
                ..
            } => VERSION_NAMING_CONFIGURATION,
            _ => VERSION,
        };
        bytes[2..10].copy_from_slice(&self.time.as_millis().cast_unsigned().to_be_bytes());
        let (kind, notice, rest) = match self.event {
            Event::Consent {
                answer,
                notice,
                commitment,
            } => (answer as u8 + 1, notice.0, *commitment.as_bytes()),
            Event::Erase(erasure) => {
                let mut rest = [0; 32];
                rest[..8].copy_from_slice(&erasure.first.to_be_bytes());
                rest[8..16].copy_from_slice(&erasure.last.to_be_bytes());
                rest[16] = erasure.reason.to_byte();
                (ERASE, [0; 16], rest)
            }
            Event::Publish {
                notice,
                configuration,
            } => {
                let repeated = NoticePrefix::from(notice).0;
                let prefix = configuration.map_or(repeated, |configuration| configuration.0);
                (PUBLISH, prefix, *notice.as_bytes())
            }
            Event::Evidence { notice, hash } => (EVIDENCE, notice.0, *hash.as_bytes()),
            Event::Read { commitment } => (READ, [0; 16], *commitment.as_bytes()),
            Event::Register { commitment } => (REGISTER, [0; 16], *commitment.as_bytes()),
        };
        bytes[1] = kind;
        bytes[10..26].copy_from_slice(&notice);
        bytes[26..].copy_from_slice(&rest);
        bytes
    }

    /// Reads what [`Self::to_bytes`] writes, and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EntryError> {
        let bytes: &[u8; ENTRY_BYTES] = bytes
            .try_into()
            .map_err(|_| EntryError::Length(bytes.len()))?;
        let names_configuration = match (bytes[0], bytes[1]) {
            (VERSION, _) => false,
            (VERSION_NAMING_CONFIGURATION, PUBLISH) => true,
            (version, _) => return Err(EntryError::Version(version)),
        };
        let millis = u64::from_be_bytes(part(bytes, 2));
        let time = i64::try_from(millis)
            .ok()
            .and_then(|millis| Timestamp::from_millis(millis).ok())
            .ok_or(EntryError::Time(millis))?;
        let notice = NoticePrefix(part(bytes, 10));
        let rest: [u8; 32] = part(bytes, 26);
        let consent = |answer| Event::Consent {
            answer,
            notice,
            commitment: Commitment::from_bytes(rest),
        };
        let event = match bytes[1] {
            1 => consent(Answer::Grant),
            2 => consent(Answer::Refuse),
            3 => consent(Answer::Withdraw),
            ERASE => {
                let (first, last) = (
                    u64::from_be_bytes(part(bytes, 26)),
                    u64::from_be_bytes(part(bytes, 34)),
                );
                if first > last {
                    return Err(EntryError::Range(first, last));
                }
                if notice.0 != [0; 16] || rest[17..] != [0; 15] {
                    return Err(EntryError::Padding);
                }
                let reason =
                    ErasureReason::from_byte(rest[16]).ok_or(EntryError::Reason(rest[16]))?;
                Event::Erase(Erasure {
                    first,
                    last,
                    reason,
                })
            }
            PUBLISH => {
                let published = NoticeHash::from_bytes(rest);
                let configuration = names_configuration.then_some(ConfigurationPrefix(notice.0));
                if configuration.is_none() && notice != NoticePrefix::from(published) {
                    return Err(EntryError::Prefix);
                }
                Event::Publish {
                    notice: published,
                    configuration,
                }
            }
            EVIDENCE => Event::Evidence {
                notice,
                hash: EvidenceHash::from_bytes(rest),
            },
            kind @ (READ | REGISTER) => {
                if notice.0 != [0; 16] {
                    return Err(EntryError::Padding);
                }
                let commitment = Commitment::from_bytes(rest);
                if kind == READ {
                    Event::Read { commitment }
                } else {
                    Event::Register { commitment }
                }
            }
            kind => return Err(EntryError::Kind(kind)),
        };
        Ok(Self { time, event })
    }
}

impl ConsentRecord {
    /// Builds the entry that commits the log to this record.
    pub fn entry(&self, salts: &Salts) -> LogEntry {
        LogEntry {
            time: self.time,
            event: Event::Consent {
                // A record is of an answer, which never is one that has ended.
                answer: Answer::of(self.status).unwrap_or(Answer::Refuse),
                notice: self.notice.into(),
                commitment: Texts::of(self).commit(salts),
            },
        }
    }
}

const ERASE: u8 = 4;
const PUBLISH: u8 = 5;
const EVIDENCE: u8 = 6;
const READ: u8 = 7;
const REGISTER: u8 = 8;

#[expect(
    clippy::indexing_slicing,
    reason = "the places of an entry's parts are constants, and a test reads each"
)]
fn part<const LENGTH: usize>(bytes: &[u8; ENTRY_BYTES], at: usize) -> [u8; LENGTH] {
    let mut part = [0; LENGTH];
    part.copy_from_slice(&bytes[at..at + LENGTH]);
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn entry(event: Event) -> LogEntry {
        LogEntry {
            time: "2026-11-22T20:27:45.120Z".parse().unwrap(),
            event,
        }
    }

    fn consent() -> LogEntry {
        entry(Event::Consent {
            answer: Answer::Refuse,
            notice: NoticePrefix([0xab; 16]),
            commitment: Commitment::from_bytes([0xcd; 32]),
        })
    }

    fn erase() -> LogEntry {
        entry(Event::Erase(Erasure {
            first: 1,
            last: 258,
            reason: ErasureReason::Retention,
        }))
    }

    #[test]
    fn format_unchanged() {
        insta::assert_snapshot!(hex::encode(consent().to_bytes()), @"0102000001a204f17e60ababababababababababababababababcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd");
        insta::assert_snapshot!(hex::encode(erase().to_bytes()), @"0104000001a204f17e60000000000000000000000000000000000000000000000001000000000000010202000000000000000000000000000000");
        let publish = entry(Event::Publish {
            notice: NoticeHash::of(b"abc"),
            configuration: None,
        });
        insta::assert_snapshot!(hex::encode(publish.to_bytes()), @"0105000001a204f17e60ba7816bf8f01cfea414140de5dae2223ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let configured = entry(Event::Publish {
            notice: NoticeHash::of(b"abc"),
            configuration: Some(Sha256Digest::of(b"{}").into()),
        });
        insta::assert_snapshot!(hex::encode(configured.to_bytes()), @"0205000001a204f17e6044136fa355b3678a1146ad16f7e8649eba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        let evidence = entry(Event::Evidence {
            notice: NoticePrefix([0xab; 16]),
            hash: EvidenceHash::from_bytes([0xef; 32]),
        });
        insta::assert_snapshot!(hex::encode(evidence.to_bytes()), @"0106000001a204f17e60ababababababababababababababababefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefefef");
        let read = entry(Event::Read {
            commitment: Commitment::from_bytes([0xcd; 32]),
        });
        insta::assert_snapshot!(hex::encode(read.to_bytes()), @"0107000001a204f17e6000000000000000000000000000000000cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd");
        let register = entry(Event::Register {
            commitment: Commitment::from_bytes([0xcd; 32]),
        });
        insta::assert_snapshot!(hex::encode(register.to_bytes()), @"0108000001a204f17e6000000000000000000000000000000000cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd");
    }

    #[test]
    fn what_does_not_fit_is_refused_with_its_reason() {
        let changed = |entry: LogEntry, at: usize, byte: u8| {
            let mut bytes = entry.to_bytes();
            bytes[at] = byte;
            LogEntry::from_bytes(&bytes).unwrap_err()
        };
        assert_eq!(changed(consent(), 0, 2), EntryError::Version(2));
        assert_eq!(changed(consent(), 1, 0), EntryError::Kind(0));
        assert_eq!(changed(consent(), 1, 9), EntryError::Kind(9));
        assert_eq!(changed(consent(), 1, 7), EntryError::Padding);
        assert_eq!(changed(consent(), 1, 8), EntryError::Padding);
        assert!(matches!(changed(consent(), 2, 0xff), EntryError::Time(_)));
        assert_eq!(changed(erase(), 10, 1), EntryError::Padding);
        assert_eq!(changed(erase(), 57, 1), EntryError::Padding);
        assert_eq!(changed(erase(), 42, 4), EntryError::Reason(4));
        assert_eq!(changed(erase(), 32, 9), EntryError::Range(0x901, 258));
        let publish = entry(Event::Publish {
            notice: NoticeHash::of(b"abc"),
            configuration: None,
        });
        assert_eq!(changed(publish, 10, 0), EntryError::Prefix);
        assert_eq!(LogEntry::from_bytes(&[1; 57]), Err(EntryError::Length(57)));
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_back(
            mut bytes in any::<[u8; ENTRY_BYTES]>(), version in 0_u8..4, kind in 0_u8..10
        ) {
            bytes[0] = version;
            bytes[1] = kind;
            bytes[2..4].fill(0);
            if let Ok(entry) = LogEntry::from_bytes(&bytes) {
                prop_assert_eq!(entry.to_bytes(), bytes);
            }
        }

        #[test]
        fn an_erasure_reads_back(first: u64, more in 0_u64..1 << 40, reason in 1_u8..4) {
            let reason = ErasureReason::from_byte(reason).unwrap();
            let last = first.saturating_add(more);
            let written = entry(Event::Erase(Erasure { first, last, reason }));
            prop_assert_eq!(LogEntry::from_bytes(&written.to_bytes()), Ok(written));
        }
    }
}
