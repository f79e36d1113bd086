//! The facts of an entry that need a source, by name.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A fact of an entry, or one item of it: `country`, `cookies`, `cookies/_ga`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Fact {
    /// What the fact is about.
    pub about: About,
    /// Which item of a list; without one, all of them.
    pub item: Option<String>,
}

/// What a fact is about: a field of the entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum About {
    /// Who receives the data.
    Recipient,
    /// Where the recipient is.
    Country,
    /// The company in Europe.
    InEurope,
    /// What protects the data.
    Safeguard,
    /// The privacy policy.
    PolicyUrl,
    /// Where it is loaded from.
    Hosts,
    /// Its cookies with their lifetimes, or that it has none.
    Cookies,
    /// Its storage keys.
    Storage,
    /// How it is told of a choice.
    ConsentCall,
    /// Whether it can be exempt as audience measurement.
    AudienceExemption,
}

impl About {
    /// Each with the name of its field, and whether it is a list.
    pub const TABLE: [(Self, &'static str, bool); 10] = [
        (Self::Recipient, "recipient", false),
        (Self::Country, "country", false),
        (Self::InEurope, "in_europe", false),
        (Self::Safeguard, "safeguard", false),
        (Self::PolicyUrl, "policy_url", false),
        (Self::Hosts, "hosts", true),
        (Self::Cookies, "cookies", true),
        (Self::Storage, "storage", true),
        (Self::ConsentCall, "consent_call", false),
        (Self::AudienceExemption, "audience_exemption", false),
    ];
}

/// The text names no fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a field that needs a source, or an item of one that is a list: country, cookies, cookies/_ga"
)]
pub struct BadFact;

impl Fact {
    /// A whole field.
    pub const fn all(about: About) -> Self {
        Self { about, item: None }
    }

    /// An item of a field.
    pub fn item(about: About, item: impl Into<String>) -> Self {
        let item = Some(item.into());
        Self { about, item }
    }

    /// Whether this fact is the other one, or the whole of which the other is an item.
    pub fn covers(&self, other: &Self) -> bool {
        self.about == other.about && (self.item.is_none() || self.item == other.item)
    }
}

impl FromStr for Fact {
    type Err = BadFact;

    fn from_str(text: &str) -> Result<Self, BadFact> {
        let (field, item) = match text.split_once('/') {
            Some((field, item)) => (field, Some(item)),
            None => (text, None),
        };
        About::TABLE
            .into_iter()
            .find(|&(_, name, is_list)| name == field && (is_list || item.is_none()))
            .filter(|_| item != Some(""))
            .map(|(about, ..)| Self {
                about,
                item: item.map(str::to_owned),
            })
            .ok_or(BadFact)
    }
}

impl fmt::Display for Fact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let field = About::TABLE
            .into_iter()
            .find(|&(about, ..)| about == self.about);
        f.write_str(field.map_or("", |(_, name, _)| name))?;
        match &self.item {
            Some(item) => write!(f, "/{item}"),
            None => Ok(()),
        }
    }
}

impl TryFrom<String> for Fact {
    type Error = BadFact;

    fn try_from(text: String) -> Result<Self, BadFact> {
        text.parse()
    }
}

impl From<Fact> for String {
    fn from(fact: Fact) -> Self {
        fact.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn facts_read_back() {
        for text in ["country", "cookies", "cookies/_ga_*", "hosts/t.co/i/adsct"] {
            assert_eq!(text.parse::<Fact>().unwrap().to_string(), text);
        }
        for bad in ["", "name", "country/FR", "cookies/", "Cookies"] {
            assert!(bad.parse::<Fact>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_whole_covers_its_items() {
        let (all, ga) = (Fact::all(About::Cookies), Fact::item(About::Cookies, "_ga"));
        assert!(all.covers(&ga) && ga.covers(&ga));
        assert!(!ga.covers(&all) && !Fact::all(About::Hosts).covers(&ga));
    }
}
