//! Reads of records: the log says that somebody read, and commits to who it was and what they asked for.
//!
//! The history of reads is then as hard to change as that of the answers. `docs/proof-format.md` pins the bytes.

use crate::calendar::Timestamp;
use crate::ident::{Commitment, GrantId, Salt, SiteId};
use crate::log_origin::LogOrigin;
use crate::proof::commitment::commit_text;
use crate::proof::entry::{Event, LogEntry};
use serde::{Deserialize, Serialize};

/// The longest query that is kept as it was asked, in bytes.
pub const LONGEST_QUERY_BYTES: usize = 2048;

/// What was asked for. Statistics are no read: they say nothing of any one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ReadRequest {
    /// A page of records: `GET /v1/sites/SITE/consents`.
    Page,
    /// How many records there are: `GET /v1/sites/SITE/consents/count`.
    Count,
    /// All records in one file: `GET /v1/sites/SITE/export`.
    Export,
}

impl ReadRequest {
    /// The name used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Page => "page",
            Self::Count => "count",
            Self::Export => "export",
        }
    }
}

/// Who read what: the committed text is its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadText {
    /// The site whose records were read.
    pub site: SiteId,
    /// The grants of the token that read.
    pub grants: Vec<GrantId>,
    /// What was asked for.
    pub request: ReadRequest,
    /// The query of the address, as it was sent: the filters, and where a page begins.
    pub query: String,
    /// How many records were answered or counted; absent where that was not known before the answer began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub records: Option<u64>,
    /// How many erased records were named or counted; absent as `records` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erased: Option<u64>,
}

impl ReadText {
    /// Computes the commitment that the log holds: SHA-256 of `temoin read v1`, a newline, the salt, and the text.
    pub fn commit(&self, salt: &Salt) -> Commitment {
        commit_text("read", salt, self)
    }
}

/// A read that is kept, with what ties it to its entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeptRead {
    /// The log it is in.
    pub log: LogOrigin,
    /// Its index there, counted from 0.
    pub index: u64,
    /// The server's time.
    pub time: Timestamp,
    /// What was read; absent once it was erased with the records of its log.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub disclosed: Option<DisclosedRead>,
}

/// What was read, and the salt that opens the commitment to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DisclosedRead {
    /// Who read what.
    pub read: ReadText,
    /// The salt.
    pub salt: Salt,
}

impl KeptRead {
    /// The log entry that it claims; nothing where it was erased.
    pub fn claimed_entry(&self) -> Option<LogEntry> {
        let DisclosedRead { read, salt } = self.disclosed.as_ref()?;
        Some(LogEntry {
            time: self.time,
            event: Event::Read {
                commitment: read.commit(salt),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commitment_is_of_the_salt_and_of_every_field() {
        let text = ReadText {
            site: "relais".parse().unwrap(),
            grants: vec!["auditor-1".parse().unwrap()],
            request: ReadRequest::Page,
            query: "status=refused&purpose=marketing&decision=denied".to_owned(),
            records: Some(2),
            erased: Some(0),
        };
        let salt = Salt::from_bytes([7; 32]);
        insta::assert_snapshot!(
            serde_json::to_string(&text).unwrap(),
            @r#"{"site":"relais","grants":["auditor-1"],"request":"page","query":"status=refused&purpose=marketing&decision=denied","records":2,"erased":0}"#
        );
        let commitment = text.commit(&salt);
        let others = [
            ReadText {
                site: "autre".parse().unwrap(),
                ..text.clone()
            },
            ReadText {
                grants: vec![],
                ..text.clone()
            },
            ReadText {
                request: ReadRequest::Count,
                ..text.clone()
            },
            ReadText {
                query: String::new(),
                ..text.clone()
            },
            ReadText {
                records: None,
                ..text.clone()
            },
            ReadText {
                erased: Some(1),
                ..text.clone()
            },
        ];
        for other in others {
            assert_ne!(other.commit(&salt), commitment, "{other:?}");
        }
        assert_ne!(text.commit(&Salt::from_bytes([8; 32])), commitment);
    }
}
