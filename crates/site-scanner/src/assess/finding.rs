//! A finding: a thing, or the consent dialog, that breaks a rule.

use super::inventory::Thing;
use super::rule::{Rule, Severity};
use crate::observe::observation::{Initiator, Kind};
use serde::Serialize;

/// A rule that was broken, by what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub rule: Rule,
    /// How grave it is.
    pub severity: Severity,
    /// The kind of thing that broke it; nothing for the dialog.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// The thing's name, key or address; or the part of the dialog.
    pub subject: String,
    /// The service that the thing belongs to, or its host.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// What was expected.
    pub expected: &'static str,
    /// What was found.
    pub found: String,
    /// What to do.
    pub advice: &'static str,
    /// Who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Initiator>,
    /// The pages on which it was seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<String>,
}

impl Finding {
    /// A finding about a thing, on all pages where it was seen.
    pub fn of_thing(rule: Rule, severity: Severity, thing: &Thing, found: String) -> Self {
        let mut pages: Vec<_> = thing
            .seen
            .values()
            .flat_map(|seen| seen.pages.clone())
            .collect();
        pages.sort();
        pages.dedup();
        Self {
            kind: Some(thing.kind),
            owner: thing.owner().to_owned(),
            by: thing.by.clone(),
            pages,
            ..Self::new(rule, severity, thing.name.clone(), found)
        }
    }

    /// A finding about no observed thing.
    pub fn new(rule: Rule, severity: Severity, subject: String, found: String) -> Self {
        let words = rule.words();
        Self {
            rule,
            severity,
            kind: None,
            subject,
            owner: String::new(),
            expected: words.expected,
            found,
            advice: words.advice,
            by: None,
            pages: Vec::new(),
        }
    }

    /// Whether it is a violation, and not only advice.
    pub fn is_violation(&self) -> bool {
        self.severity != Severity::Advice
    }
}
