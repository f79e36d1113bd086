//! What a cookie, a storage key or a request is for.
//!
//! The owner's services answer first ([`by_owner`]), then a database of well-known ones (the crate
//! `cookie-database`). Every answer says why. What neither of them knows, or cannot tell apart, is
//! never guessed: it has no purpose, and is held back as marketing.

mod owner;

pub use owner::by_owner;

use crate::choice::purpose::Purpose;
use crate::ident::ServiceId;
use crate::site::service::Lifetime;
use crate::text::covers;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Something seen in a page, in a browser or on the wire.
///
/// Names are compared byte for byte, as browsers do. Hosts are in lower case, as browsers write them;
/// the dot before a cookie's domain may stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase", deny_unknown_fields)]
pub enum Seen<'a> {
    /// A cookie.
    Cookie {
        /// Its name.
        name: &'a str,
        /// The domain it is kept for, or the page's host where the page cannot see more.
        host: Option<&'a str>,
    },
    /// A key of local or session storage.
    Storage {
        /// The key.
        name: &'a str,
        /// The host of the origin it is kept for.
        host: Option<&'a str>,
    },
    /// A request.
    Request {
        /// The host it goes to.
        host: &'a str,
    },
}

impl<'a> Seen<'a> {
    /// The host, without the dots that may stand around it.
    pub fn host(&self) -> Option<&'a str> {
        match *self {
            Self::Cookie { host, .. } | Self::Storage { host, .. } => host,
            Self::Request { host } => Some(host),
        }
        .map(|host| host.trim_matches('.'))
        .filter(|host| !host.is_empty())
    }
}

/// What something is for, as far as it is known, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Classification<'a> {
    /// What it is used for; nothing while that is open.
    pub purpose: Option<Purpose>,
    /// The service it belongs to, by the name that people know.
    pub service: Option<&'a str>,
    /// Who receives the data.
    pub controller: Option<&'a str>,
    /// How long it stays.
    pub retention: Option<Retention<'a>>,
    /// Where the answer comes from, or why there is none.
    pub reason: Reason<'a>,
}

impl Classification<'_> {
    /// What nobody knows.
    pub const UNKNOWN: Self = Self::open(Reason::Unknown);

    /// No answer, and why.
    pub const fn open(reason: Reason<'_>) -> Classification<'_> {
        Classification {
            purpose: None,
            service: None,
            controller: None,
            retention: None,
            reason,
        }
    }

    /// The purpose it waits for: its own, or marketing while it has none.
    pub fn held_back_as(&self) -> Purpose {
        self.purpose.unwrap_or(Purpose::Marketing)
    }
}

/// How long something stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum Retention<'a> {
    /// A time that can be counted.
    For(Lifetime),
    /// What the database says and nobody can count: `Varies`, `2 years after last activity`.
    Words(&'a str),
}

impl fmt::Display for Retention<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::For(lifetime) => lifetime.fmt(f),
            Self::Words(words) => f.write_str(words),
        }
    }
}

/// What matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Rule<'a> {
    /// The whole name.
    Name(&'a str),
    /// Its beginning.
    Prefix(&'a str),
    /// The host, or one that it is below.
    Host(&'a str),
}

impl<'a> Rule<'a> {
    /// A pattern as owners write it: a name, or a prefix that ends with `*`.
    pub fn of_pattern(pattern: &'a str) -> Self {
        pattern
            .strip_suffix('*')
            .map_or(Self::Name(pattern), Self::Prefix)
    }

    /// Whether it holds for what was seen.
    pub fn matches(&self, seen: &Seen) -> bool {
        match (*self, *seen) {
            (Self::Name(known), Seen::Cookie { name, .. } | Seen::Storage { name, .. }) => {
                name == known
            }
            (Self::Prefix(known), Seen::Cookie { name, .. } | Seen::Storage { name, .. }) => {
                name.starts_with(known)
            }
            (Self::Host(known), Seen::Request { .. }) => {
                seen.host().is_some_and(|host| covers(known, host))
            }
            _ => false,
        }
    }

    /// Which of two rules that match knows better: the whole name before a prefix, then the longer.
    pub const fn rank(&self) -> (bool, usize) {
        match self {
            Self::Name(text) => (true, text.len()),
            Self::Prefix(text) | Self::Host(text) => (false, text.len()),
        }
    }
}

impl fmt::Display for Rule<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(text) | Self::Host(text) => f.write_str(text),
            Self::Prefix(text) => write!(f, "{text}*"),
        }
    }
}

/// Where an answer comes from, or why there is none. As text, a sentence for the owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason<'a> {
    /// A service of the site says so.
    Owner {
        /// The service.
        service: &'a ServiceId,
        /// What of it matched.
        rule: Rule<'a>,
    },
    /// The database says so.
    Database(Rule<'a>),
    /// The database files it under "Functional", which is necessary or preferences.
    Functional(Rule<'a>),
    /// The database files it under more than one purpose.
    Conflicting(Rule<'a>),
    /// The database knows the host only for a necessary cookie, which says nothing of requests.
    NecessaryElsewhere(Rule<'a>),
    /// The database has something so short that it takes the domain to tell it.
    TooShort(Rule<'a>),
    /// The database has it of another domain.
    OtherDomain(Rule<'a>),
    /// Neither the owner nor the database knows it.
    Unknown,
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner { service, rule } => {
                write!(f, "The owner files {rule} under the service {service}.")
            }
            Self::Database(rule) => write!(f, "The Open Cookie Database has {rule}."),
            Self::Functional(rule) => write!(
                f,
                "The Open Cookie Database files {rule} under “Functional”, which can be necessary or \
                 preferences: the owner decides."
            ),
            Self::Conflicting(rule) => write!(
                f,
                "The Open Cookie Database files {rule} under more than one purpose: the owner decides."
            ),
            Self::NecessaryElsewhere(rule) => write!(
                f,
                "The Open Cookie Database has only a necessary cookie of {rule}, which does not make \
                 requests to it necessary: the owner decides."
            ),
            Self::TooShort(rule) => write!(
                f,
                "The Open Cookie Database has {rule}, too short to be told without its domain."
            ),
            Self::OtherDomain(rule) => {
                write!(
                    f,
                    "The Open Cookie Database has {rule} of another domain only."
                )
            }
            Self::Unknown => {
                f.write_str("Neither the site’s services nor the Open Cookie Database know it.")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_open_is_held_back_as_marketing() {
        assert_eq!(Classification::UNKNOWN.purpose, None);
        assert_eq!(Classification::UNKNOWN.held_back_as(), Purpose::Marketing);
    }

    #[test]
    fn what_was_seen_reads_from_json() {
        let text = json!({ "kind": "cookie", "name": "_ga", "host": ".example.org" }).to_string();
        let seen: Seen = serde_json::from_str(&text).unwrap();
        assert_eq!(seen.host(), Some("example.org"));
        let text = json!({ "kind": "request", "host": "www.example.org" }).to_string();
        assert_eq!(
            serde_json::from_str::<Seen>(&text).unwrap(),
            Seen::Request {
                host: "www.example.org"
            }
        );
    }

    #[test]
    fn every_reason_is_a_sentence() {
        let service = "mesure".parse().unwrap();
        let rule = Rule::Prefix("_ga_");
        let reasons = [
            Reason::Owner {
                service: &service,
                rule,
            },
            Reason::Database(rule),
            Reason::Functional(rule),
            Reason::Conflicting(rule),
            Reason::NecessaryElsewhere(Rule::Host("a.example")),
            Reason::TooShort(rule),
            Reason::OtherDomain(rule),
            Reason::Unknown,
        ];
        let said: Vec<_> = reasons.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(said.join("\n"), @r"
        The owner files _ga_* under the service mesure.
        The Open Cookie Database has _ga_*.
        The Open Cookie Database files _ga_* under “Functional”, which can be necessary or preferences: the owner decides.
        The Open Cookie Database files _ga_* under more than one purpose: the owner decides.
        The Open Cookie Database has only a necessary cookie of a.example, which does not make requests to it necessary: the owner decides.
        The Open Cookie Database has _ga_*, too short to be told without its domain.
        The Open Cookie Database has _ga_* of another domain only.
        Neither the site’s services nor the Open Cookie Database know it.
        ");
        insta::assert_json_snapshot!(reasons, @r#"
        [
          {
            "owner": {
              "service": "mesure",
              "rule": {
                "prefix": "_ga_"
              }
            }
          },
          {
            "database": {
              "prefix": "_ga_"
            }
          },
          {
            "functional": {
              "prefix": "_ga_"
            }
          },
          {
            "conflicting": {
              "prefix": "_ga_"
            }
          },
          {
            "necessary_elsewhere": {
              "host": "a.example"
            }
          },
          {
            "too_short": {
              "prefix": "_ga_"
            }
          },
          {
            "other_domain": {
              "prefix": "_ga_"
            }
          },
          "unknown"
        ]
        "#);
    }
}
