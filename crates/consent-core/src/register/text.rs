//! What is written in a register, and what the log commits to. `docs/proof-format.md` pins the bytes.

use crate::calendar::Timestamp;
use crate::ident::{Commitment, GrantId, Salt, SiteId};
use crate::log_origin::LogOrigin;
use crate::proof::commitment::commit_text;
use crate::proof::entry::{Event, LogEntry};
use crate::register::incident::{IncidentNote, NewIncident};
use crate::register::request::{NewRequest, RequestNote};
use serde::{Deserialize, Serialize};

/// One of a site's registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Register {
    /// Visitors' requests.
    Requests,
    /// Incidents of confidentiality.
    Incidents,
}

/// What is written at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Written {
    /// A request that came.
    Request(NewRequest),
    /// What was done about one.
    RequestNote(RequestNote),
    /// An incident.
    Incident(NewIncident),
    /// What was done or found out about one.
    IncidentNote(IncidentNote),
}

impl Written {
    /// In which register.
    pub const fn register(&self) -> Register {
        match self {
            Self::Request(_) | Self::RequestNote(_) => Register::Requests,
            Self::Incident(_) | Self::IncidentNote(_) => Register::Incidents,
        }
    }
}

/// Who wrote what: the committed text is its JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RegisterText {
    /// The site whose register it is.
    pub site: SiteId,
    /// The grants of the token that wrote it.
    pub grants: Vec<GrantId>,
    /// The number of the case in its register, counted from 1.
    pub case: u32,
    /// What was written.
    pub written: Written,
}

impl RegisterText {
    /// Computes the commitment that the log holds: SHA-256 of `temoin register v1`, a newline, the salt, and the text.
    pub fn commit(&self, salt: &Salt) -> Commitment {
        commit_text("register", salt, self)
    }
}

/// What a register has of one entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RegisterEntry {
    /// The log it is in.
    pub log: LogOrigin,
    /// Its index there, counted from 0.
    pub index: u64,
    /// The server's time.
    pub time: Timestamp,
    /// What was written; absent once it was erased.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub disclosed: Option<DisclosedRegisterText>,
}

/// What was written, and the salt that opens the commitment to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DisclosedRegisterText {
    /// Who wrote what.
    pub text: RegisterText,
    /// The salt.
    pub salt: Salt,
}

impl RegisterEntry {
    /// The log entry that it claims; nothing where it was erased.
    pub fn claimed_entry(&self) -> Option<LogEntry> {
        let DisclosedRegisterText { text, salt } = self.disclosed.as_ref()?;
        Some(LogEntry {
            time: self.time,
            event: Event::Register {
                commitment: text.commit(salt),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> RegisterText {
        RegisterText {
            site: "relais".parse().unwrap(),
            grants: vec!["owner-1".parse().unwrap()],
            case: 3,
            written: Written::RequestNote(RequestNote {
                text: "Copy sent".to_owned().try_into().unwrap(),
                outcome: Some(crate::register::request::Outcome::Answered),
                due_on: None,
            }),
        }
    }

    #[test]
    fn the_commitment_is_of_the_salt_and_of_every_field() {
        let salt = Salt::from_bytes([7; 32]);
        insta::assert_snapshot!(
            serde_json::to_string(&text()).unwrap(),
            @r#"{"site":"relais","grants":["owner-1"],"case":3,"written":{"request_note":{"text":"Copy sent","outcome":"answered"}}}"#
        );
        let others = [
            RegisterText {
                site: "autre".parse().unwrap(),
                ..text()
            },
            RegisterText {
                grants: vec![],
                ..text()
            },
            RegisterText { case: 4, ..text() },
            RegisterText {
                written: Written::IncidentNote(IncidentNote {
                    text: "Copy sent".to_owned().try_into().unwrap(),
                    findings: crate::register::incident::IncidentFindings::default(),
                }),
                ..text()
            },
        ];
        let commitment = text().commit(&salt);
        for other in others {
            assert_ne!(other.commit(&salt), commitment, "{other:?}");
        }
        assert_ne!(text().commit(&Salt::from_bytes([8; 32])), commitment);
    }
}
