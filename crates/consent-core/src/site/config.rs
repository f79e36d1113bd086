//! What an owner writes about a site.

use crate::choice::purpose::Purpose;
use crate::log_origin::Shards;
use crate::site::basis::LegalBasis;
use crate::site::jurisdiction::Jurisdiction;
use crate::site::rights::RightsContact;
use crate::site::role::{Customer, Role};
use crate::site::service::Service;
use crate::site::signals::{GoogleMode, Signals};
use crate::site::words::own::Words;
use crate::text::{Host, Label, LanguageTag, Link, Origin};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A choice is kept thirteen calendar months at most: the CNIL's ceiling for trackers, and the
/// product's own hard cap everywhere.
pub const LONGEST_CHOICE_MONTHS: u16 = 13;

/// What an owner publishes about a site.
///
/// [`SiteConfig::parse`] is the only way in from outside: a value that exists has passed the lint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a yes or no in the owner's file"
)]
pub struct SiteConfig {
    /// The site's name, as visitors know it.
    pub name: Label,
    /// The origins whose pages may report choices.
    pub origins: Vec<Origin>,
    /// The law that applies; where there are several, that of every visitor whose place has none of the others.
    pub jurisdiction: Jurisdiction,
    /// The laws that apply by the visitor's place.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jurisdictions: Vec<Jurisdiction>,
    /// The languages of the notice, the default one first.
    pub languages: Vec<LanguageTag>,
    /// Who decides why and how data is used (GDPR article 4(7)); where `role` is `processor`, who runs the site.
    pub controller: Controller,
    /// The privacy policy in force.
    pub policy: Policy,
    /// The purposes the site asks for. `necessary` is understood, and may be listed.
    pub purposes: Vec<Purpose>,
    /// The tools it uses.
    #[serde(default)]
    pub services: Vec<Service>,
    /// Why data may be used for each purpose, if the site says; a service can have its own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub legal_bases: BTreeMap<Purpose, LegalBasis>,
    /// Whether `controller` decides itself, or acts on behalf of `customer`.
    #[serde(default, skip_serializing_if = "Role::is_controller")]
    pub role: Role,
    /// On whose behalf, where the site or a service of it is a processor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// How visitors use their rights: which they have is the law's to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<RightsContact>,
    /// How long a choice is kept, in calendar months: 1 to 13.
    #[serde(default = "longest_choice")]
    pub choice_max_age_months: u16,
    /// After how many calendar months a visitor is asked anew although their choice still holds;
    /// the jurisdiction's preset where it is not said, and the same for a yes and a no.
    #[serde(default)]
    pub reask_after_months: Option<u16>,
    /// How long audience data is kept, in calendar months, if the site says.
    #[serde(default)]
    pub audience_data_months: Option<u16>,
    /// How long the proof of a choice is kept after the choice has ended, in calendar months.
    #[serde(default = "two_years")]
    pub proof_months: u16,
    /// Among how many objects its proofs are spread: more than one for a site of thousands of
    /// choices a second. The first publication settles it.
    #[serde(default = "one")]
    pub shards: Shards,
    /// Whether the site is for minors: marketing can then not be asked for.
    #[serde(default)]
    pub minors: bool,
    /// What the gate holds back.
    #[serde(default)]
    pub blocking: Blocking,
    /// Whose tags are told what was decided.
    #[serde(default)]
    pub signals: Signals,
    /// The domain whose subdomains share one choice.
    #[serde(default)]
    pub cookie_domain: Option<Host>,
    /// Whether a choice goes along when a visitor follows a link to another of `origins`.
    #[serde(default)]
    pub hand_over: bool,
    /// Other tools whose stored choice is taken over, as imported.
    #[serde(default)]
    pub import_from: Vec<ImportSource>,
    /// Whether `window.Cookiebot`, its events and its cookie are there for pages that rely on them.
    #[serde(default)]
    pub cookiebot_api: bool,
    /// Whether a small button stays on every page to change one's mind. Without it, the pages
    /// must have a `data-temoin="open"` element.
    #[serde(default = "shown")]
    pub reopen_button: bool,
    /// The owner's own words, in some of its languages.
    #[serde(default, skip_serializing_if = "Words::is_empty")]
    pub words: Words,
    /// Where the banner stands.
    #[serde(default, skip_serializing_if = "Position::is_bottom")]
    pub position: Position,
    /// Where the site's pages come from, if the consent server stands before them and enforces each
    /// visitor's choice in what passes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edge: Option<Edge>,
}

const fn longest_choice() -> u16 {
    LONGEST_CHOICE_MONTHS
}

const fn shown() -> bool {
    true
}

const fn one() -> Shards {
    Shards::ONE
}

pub(crate) const fn two_years() -> u16 {
    24
}

/// Where the banner stands. Its answers, its texts and their order are the same everywhere, and the page can be used beside it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// At the bottom, where a line of the language begins.
    #[default]
    Bottom,
    /// In the corner at the bottom where a line of the language ends, narrower.
    Corner,
    /// In the middle of the window; at the bottom where the window is not high enough to leave the page room.
    Centre,
}

impl Position {
    /// Whether it is the one that is not written down.
    pub const fn is_bottom(&self) -> bool {
        matches!(self, Self::Bottom)
    }
}

/// What the gate holds back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Blocking {
    /// What the page marks.
    #[default]
    Marked,
    /// What the page marks, and everything from third parties without being marked: by the hosts
    /// and cookies of the services; what belongs to none of them waits for marketing.
    Automatic,
}

/// The site behind the consent server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Edge {
    /// The server that has the pages. Visitors do not go there themselves.
    pub origin_server: Origin,
    /// What becomes of cookies that no service of the site lists.
    #[serde(default)]
    pub unknown_cookies: UnknownCookies,
}

/// What becomes, at the edge, of a cookie that no service lists.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum UnknownCookies {
    /// It passes: most are the site's own sessions, and without them nobody stays signed in. The
    /// loader lets them be as well.
    #[default]
    Pass,
    /// It waits for marketing, like a stranger's script: for sites that list every cookie they set.
    Hold,
}

/// A tool whose stored choice can be taken over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum ImportSource {
    /// The cookie `CookieConsent`.
    Cookiebot,
    /// The cookie `cc_cookie`.
    VanillaCookieconsent,
    /// The cookie `klaro`.
    Klaro,
}

/// Who answers for the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Controller {
    /// The organisation.
    pub name: Label,
    /// The person in charge of the protection of personal information.
    pub person_in_charge: Label,
    /// How to reach them.
    pub contact: Label,
}

/// The privacy policy in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The owner's name for this version; a new one asks every visitor anew.
    pub version: PolicyVersion,
    /// Where to read it.
    pub url: Link,
}

/// The owner's name for a version of the policy.
pub type PolicyVersion = Label;

impl SiteConfig {
    /// The optional purposes the site asks for, in the order of [`Purpose::ALL`].
    pub fn asked(&self) -> Vec<Purpose> {
        Purpose::OPTIONAL
            .into_iter()
            .filter(|purpose| self.purposes.contains(purpose))
            .collect()
    }

    /// The laws that apply by the visitor's place, without the one that applies to everyone else.
    pub fn laws_by_place(&self) -> impl Iterator<Item = Jurisdiction> {
        let others = self.jurisdictions.iter().copied();
        others.filter(|law| *law != self.jurisdiction)
    }

    /// Every law that applies to some visitor: first the one that applies where no other does.
    pub fn laws(&self) -> impl Iterator<Item = Jurisdiction> {
        std::iter::once(self.jurisdiction).chain(self.laws_by_place())
    }

    /// The same site, for the visitors to whom one of its laws applies.
    #[must_use]
    pub fn under(&self, law: Jurisdiction) -> Self {
        Self {
            jurisdiction: law,
            jurisdictions: self.laws().collect(),
            ..self.clone()
        }
    }

    /// Whether what nobody marked is held. At the edge it always is: what a script adds to a page later
    /// must meet the same rule as what came with the page.
    pub fn holds_unmarked(&self) -> bool {
        self.blocking == Blocking::Automatic || self.edge.is_some()
    }

    /// Whether the tags of some services run before a choice.
    pub fn lets_tags_run(&self) -> bool {
        self.signals
            .google
            .as_ref()
            .is_some_and(|google| google.mode == GoogleMode::Advanced)
    }
}
