//! An entry of the catalogue: one service, as a file of `services` says it.

use crate::address::Address;
use crate::fact::{About, Fact};
use consent_core::Purpose;
use consent_core::ServiceId;
use consent_core::service::{CookieName, CountryCode, Lifetime, Safeguard};
use consent_core::text::{Host, Label, Link, Paragraph};
use serde::{Deserialize, Serialize};

/// A service that many sites use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Its id, and the name of its file.
    pub id: ServiceId,
    /// Its name, as visitors know it.
    pub name: Label,
    /// What kind of tool it is.
    pub kind: Kind,
    /// The purpose to file it under. An owner may be stricter.
    pub purpose: Purpose,
    /// Why this purpose.
    pub purpose_reason: Texts,
    /// Who receives the data, by its legal name.
    pub recipient: Label,
    /// Where the recipient is.
    pub country: CountryCode,
    /// The company of the same group that European sites deal with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_europe: Option<InEurope>,
    /// What protects data that goes from the European Union to `country`, where it could be confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safeguard: Option<Safeguard>,
    /// The recipient's privacy policy.
    pub policy_url: Link,
    /// What it does, for visitors.
    pub description: Texts,
    /// Whether its tag obeys Google Consent Mode. A configuration says so only where the tag may run before a choice, which
    /// is for its owner to decide.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consent_mode: bool,
    /// Whether it runs on the owner's own server: the owner is the recipient.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub self_hosted: bool,
    /// Where it is loaded from, and where it sends to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<LoadedFrom>,
    /// Its cookies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cookies: Vec<Cookie>,
    /// Its keys in the browser's storage.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub storage: Vec<StorageKey>,
    /// Parts of the snippets that it makes owners paste: hosts and names by which it is known.
    pub snippets: Vec<String>,
    /// The calls by which it is told of a choice, as its documentation writes them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consent_call: Vec<String>,
    /// Whether it can be exempt from consent as audience measurement, under the conditions of the CNIL (deliberation
    /// 2020-091, paragraphs 50 to 52). Absent: not examined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience_exemption: Option<AudienceExemption>,
    /// What an owner must know besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Where the facts are from.
    pub sources: Vec<Source>,
    /// Where sources say different things.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disagreements: Vec<Disagreement>,
    /// The facts that no source could confirm.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<Fact>,
}

/// A text in French and English.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// In French.
    pub fr: Paragraph,
    /// In English.
    pub en: Paragraph,
}

/// A kind of tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Counts visits.
    Analytics,
    /// Records what each visitor does in a page.
    SessionReplay,
    /// Compares variants of a page, or chooses what it shows.
    AbTesting,
    /// Shows, sells or measures advertisements.
    Advertising,
    /// Loads other tools.
    TagManager,
    /// Shows what is of a social network, or shares the page.
    Social,
    /// Comments below pages.
    Comments,
    /// Reviews by customers.
    Reviews,
    /// Videos.
    Video,
    /// Music and podcasts.
    Audio,
    /// Documents and presentations.
    Documents,
    /// Maps.
    Maps,
    /// Conversations with the team of a site.
    Chat,
    /// Appointments, tables and tickets.
    Booking,
    /// Forms and surveys.
    Form,
    /// Newsletters, notifications, and the visits of those who have them.
    Newsletter,
    /// Payments and donations.
    Payment,
    /// Carts and orders.
    Shop,
    /// Signing in.
    SignIn,
    /// Tells visitors from robots.
    Captcha,
    /// Adapts or translates the page.
    Accessibility,
    /// Typefaces and icons.
    Fonts,
    /// Programs that pages need, and what protects a site.
    Cdn,
    /// Faults and speed of pages.
    Monitoring,
}

/// The company of a group that European sites deal with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InEurope {
    /// Its legal name.
    pub recipient: Label,
    /// Where it is.
    pub country: CountryCode,
}

/// An address of a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadedFrom {
    /// The host, or a path there.
    pub address: Address,
    /// Another entry that has this address too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_with: Option<ServiceId>,
    /// Why both have it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// A cookie of a service, or a family of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cookie {
    /// The name, or a prefix that ends with `*`.
    pub name: CookieName,
    /// How long it stays by default.
    pub lifetime: Lifetime,
    /// The domain that keeps it. Absent: the site's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<Host>,
}

/// A key in the browser's storage, or a family of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StorageKey {
    /// The key, or a prefix that ends with `*`.
    pub name: CookieName,
    /// In which storage.
    pub area: Area,
}

/// A storage of the browser (HTML, Web storage).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Area {
    /// Until somebody erases it.
    Local,
    /// Until the tab is closed.
    Session,
}

/// Whether a tool can be exempt from consent as audience measurement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudienceExemption {
    /// Whether it can, where the owner sets it up as its maker describes.
    pub possible: bool,
    /// Why.
    pub reason: Texts,
}

/// Where facts are from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The page or the repository.
    pub url: Link,
    /// The day it was read: `2026-11-30`.
    pub checked: String,
    /// The facts that it confirms.
    #[serde(rename = "for")]
    pub confirms: Vec<Fact>,
}

/// Two sources that say different things of a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disagreement {
    /// The fact.
    pub fact: Fact,
    /// What the catalogue says, by the source that confirms it.
    pub here: String,
    /// What the other source says.
    pub elsewhere: String,
    /// The other source.
    pub source: Link,
}

impl Kind {
    /// Its name, as a file writes it.
    pub fn name(self) -> String {
        serde_json::to_value(self)
            .ok()
            .and_then(|value| value.as_str().map(str::to_owned))
            .unwrap_or_default()
    }
}

impl Entry {
    /// Every fact of the entry that needs a source.
    pub fn facts(&self) -> Vec<Fact> {
        let mut facts = vec![Fact::all(About::PolicyUrl)];
        if !self.self_hosted {
            facts.extend([About::Recipient, About::Country].map(Fact::all));
        }
        let optional = [
            (self.in_europe.is_some(), About::InEurope),
            (self.safeguard.is_some(), About::Safeguard),
            (!self.consent_call.is_empty(), About::ConsentCall),
            (self.audience_exemption.is_some(), About::AudienceExemption),
            // That there is none is a fact too.
            (self.cookies.is_empty(), About::Cookies),
        ];
        let present = optional.into_iter().filter(|(present, _)| *present);
        facts.extend(present.map(|(_, about)| Fact::all(about)));
        let hosts = self.hosts.iter().map(|host| host.address.to_string());
        facts.extend(hosts.map(|host| Fact::item(About::Hosts, host)));
        let cookies = self.cookies.iter().map(|cookie| cookie.name.as_str());
        facts.extend(cookies.map(|name| Fact::item(About::Cookies, name)));
        let keys = self.storage.iter().map(|key| key.name.as_str());
        facts.extend(keys.map(|name| Fact::item(About::Storage, name)));
        facts
    }

    /// Whether a source confirms a fact.
    pub fn confirms(&self, fact: &Fact) -> bool {
        let mut confirmed = self.sources.iter().flat_map(|source| &source.confirms);
        confirmed.any(|confirmed| confirmed.covers(fact))
    }
}
