//! The declaration for programs: what the page at `/d/SITE` says, each fact with its code and its words.

use crate::calendar::Timestamp;
use crate::choice::purpose::Purpose;
use crate::ident::{NoticeHash, ServiceId, SiteId};
use crate::site::config::{Controller, Policy};
use crate::site::jurisdiction::{Authority, ConsentModel, Jurisdiction};
use crate::site::service::{CookieName, CountryCode, Lifetime, Safeguard};
use crate::text::{Host, Label, LanguageTag, Link, Paragraph};
use serde::Serialize;
use std::collections::BTreeMap;

/// The answer to `GET /v1/sites/SITE/declaration`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Declaration<'a> {
    /// The site.
    pub site: &'a SiteId,
    /// Its name.
    pub name: &'a Label,
    /// The notice in force; its bytes are at `/v1/notices/HASH`.
    pub notice: NoticeHash,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
    /// The language of the words.
    pub language: &'a LanguageTag,
    /// The others that there are.
    pub languages: &'a [LanguageTag],
    /// The law that applies.
    pub jurisdiction: Jurisdiction,
    /// Every law of the site where it has several, the one that applies where no other does first: each has its own declaration
    /// (`?place=`).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub jurisdictions: Vec<Jurisdiction>,
    /// How consent works under it: opt-out only where that holds for every optional purpose.
    pub model: ConsentModel,
    /// The model of each optional purpose, where they differ.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub models: &'a BTreeMap<Purpose, ConsentModel>,
    /// Whom to complain to.
    pub authority: Authority,
    /// Who answers for the site.
    pub controller: &'a Controller,
    /// The policy in force.
    pub policy: &'a Policy,
    /// How long what is the site's own is kept.
    pub kept: DeclaredTimes,
    /// What is used, by purpose.
    pub purposes: Vec<DeclaredPurpose<'a>>,
}

/// A lifetime: `session` or an ISO 8601 duration, and the same in words.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredTime {
    /// The lifetime.
    pub iso: Lifetime,
    /// The same in words.
    pub words: String,
}

/// How long what is the site's own is kept. Absent is what the site does not ask for, or does not say.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredTimes {
    /// A choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choice: Option<DeclaredTime>,
    /// Until a visitor is asked again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub asked_again: Option<DeclaredTime>,
    /// The proof of a choice, after the choice has ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proofs: Option<DeclaredTime>,
    /// Audience data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<DeclaredTime>,
}

/// A purpose, and what is used for it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredPurpose<'a> {
    /// The purpose.
    pub id: Purpose,
    /// Its name.
    pub name: &'a Label,
    /// What it means.
    pub description: &'a Paragraph,
    /// Whether a visitor can refuse it.
    pub optional: bool,
    /// What is used for it.
    pub services: Vec<DeclaredService<'a>>,
}

/// A service.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredService<'a> {
    /// How pages name it in `data-service`.
    pub id: &'a ServiceId,
    /// Its name.
    pub name: &'a Label,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<&'a Paragraph>,
    /// Who receives the data.
    pub recipient: &'a Label,
    /// Where the recipient is.
    pub country: DeclaredCountry,
    /// What protects the data that leaves the jurisdiction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub safeguard: Option<DeclaredSafeguard<'a>>,
    /// The recipient's own policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_url: Option<&'a Link>,
    /// The hosts it is loaded from; absent where none is listed.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub hosts: &'a [Host],
    /// What it reads or writes on the device.
    pub cookies: Vec<DeclaredCookie<'a>>,
}

/// A country.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredCountry {
    /// Its code.
    pub code: CountryCode,
    /// Its name.
    pub name: String,
}

/// A safeguard.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredSafeguard<'a> {
    /// Which.
    pub id: Safeguard,
    /// The same in words.
    pub words: &'a Label,
}

/// A cookie or storage key.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredCookie<'a> {
    /// Its name, or a prefix that ends with `*`.
    pub name: &'a CookieName,
    /// How long it stays.
    pub lifetime: DeclaredTime,
}
