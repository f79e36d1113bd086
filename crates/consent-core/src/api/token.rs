//! Tokens: what each allows, and how they are made, listed and revoked.

use crate::calendar::Timestamp;
use crate::ident::{GrantId, SiteId};
use crate::text::HostPattern;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What a token lets its holder do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Publishes sites, and makes tokens for them.
    Owner,
    /// Queries proofs; changes nothing.
    Auditor,
    /// Asks what the cookies seen in pages are for, and no more: the inspector's token is typed
    /// into a page, where other scripts could read it.
    Inspector,
    /// Runs the server: may do everything on every site, and makes tokens of every role.
    Administrator,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [
        Self::Owner,
        Self::Auditor,
        Self::Inspector,
        Self::Administrator,
    ];

    /// Whether whoever has it may do what another one may: an administrator may do everything.
    pub fn includes(self, other: Self) -> bool {
        self == Self::Administrator || self == other
    }

    /// Its name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Auditor => "auditor",
            Self::Inspector => "inspector",
            Self::Administrator => "administrator",
        }
    }
}

/// What a token allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenGrant {
    /// What the server calls it wherever it says who did what.
    pub id: GrantId,
    /// What its maker calls it; absent for tokens of the server's environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<TokenName>,
    /// What it lets its holder do.
    pub role: Role,
    /// The sites it is for; `null` for all of them.
    pub sites: Option<BTreeSet<SiteId>>,
    /// The hosts on which its holder may have choices enforced (`edge`); `null` is any host for a token of every site, and
    /// none for a token of some.
    pub hosts: Option<Vec<HostPattern>>,
    /// From when on it opens nothing; absent for never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl TokenGrant {
    /// Whether it is for this site.
    pub fn covers(&self, site: &SiteId) -> bool {
        self.sites.as_ref().is_none_or(|sites| sites.contains(site))
    }
}

/// The answer to `GET /v1/token`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenGrants {
    /// What the token of the request allows, grant by grant.
    pub grants: Vec<TokenGrant>,
}

/// The body of `POST /v1/sites/SITE/tokens` and `POST /v1/tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What to call it.
    pub name: TokenName,
    /// What it lets its holder do.
    pub role: Role,
    /// The sites it is for; absent for all of them. Only `POST /v1/tokens` reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sites: Option<BTreeSet<SiteId>>,
    /// The hosts on which its holder may have choices enforced (`edge`): see [`TokenGrant::hosts`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hosts: Option<Vec<HostPattern>>,
    /// From when on it opens nothing; absent for as long as the token that makes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

/// A token as it is listed; nobody can learn the token itself from it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TokenSummary {
    /// What it allows. Of its sites and hosts, only those that the asker's own token opens are named.
    #[serde(flatten)]
    pub grant: TokenGrant,
    /// When it was made; absent for tokens of the server's environment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made_at: Option<Timestamp>,
    /// The grants of the token that made it; empty for tokens of the server's environment.
    pub made_by: Vec<GrantId>,
    /// Since when it opens nothing, where it was revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
}

impl TokenSummary {
    /// Whether it opens something at `now`.
    pub fn is_live(&self, now: Timestamp) -> bool {
        let expired = self
            .grant
            .expires_at
            .is_some_and(|expires_at| expires_at <= now);
        self.revoked_at.is_none() && !expired
    }
}

/// The answer to `POST /v1/sites/SITE/tokens` and `POST /v1/tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MadeToken {
    /// The token itself. The server keeps only its SHA-256: it is shown this once.
    pub token: String,
    /// What it allows.
    #[serde(flatten)]
    pub summary: TokenSummary,
}

/// The answer to `GET /v1/sites/SITE/tokens` and `GET /v1/tokens`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Tokens {
    /// The tokens: those of the server's environment first, then those that were made, newest first.
    pub tokens: Vec<TokenSummary>,
    /// The `before` of the next answer; absent where there are no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// What a token is called: 1 to 80 characters on one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TokenName(String);

impl TokenName {
    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for TokenName {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let text = text.trim();
        let length = text.chars().count();
        if (1..=80).contains(&length) && !text.chars().any(char::is_control) {
            Ok(Self(text.to_owned()))
        } else {
            Err("must have 1 to 80 characters on one line")
        }
    }
}

impl From<TokenName> for String {
    fn from(name: TokenName) -> Self {
        name.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_a_person_can_read() {
        let name = |text: &str| TokenName::try_from(text.to_owned()).map(String::from);
        assert_eq!(name("  Agence Érable ").as_deref(), Ok("Agence Érable"));
        assert!(name(&"é".repeat(80)).is_ok());
        for bad in ["", "   ", "a\nb", "a\u{0}b", &"x".repeat(81)] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_token_is_live_until_it_expires_or_is_revoked() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1000).unwrap();
        let token = |expires_at, revoked_at| TokenSummary {
            grant: TokenGrant {
                id: "a".parse().unwrap(),
                name: None,
                role: Role::Auditor,
                sites: None,
                hosts: None,
                expires_at,
            },
            made_at: None,
            made_by: Vec::new(),
            revoked_at,
        };
        assert!(token(None, None).is_live(at(1)));
        assert!(token(Some(at(2)), None).is_live(at(1)));
        assert!(!token(Some(at(2)), None).is_live(at(2)));
        assert!(!token(None, Some(at(1))).is_live(at(1)));
    }
}
