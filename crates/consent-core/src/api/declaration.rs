//! The declaration for programs: what the page at `/d/SITE` says, each fact with its code and its words.

use crate::calendar::Timestamp;
use crate::choice::purpose::Purpose;
use crate::ident::{MaterialDigest, NoticeHash, ServiceId, SiteId};
use crate::site::basis::LegalBasis;
use crate::site::config::{Controller, Policy};
use crate::site::exemption::{Condition, ExemptionKind};
use crate::site::jurisdiction::{Authority, ConsentModel, Jurisdiction};
use crate::site::rights::Right;
use crate::site::role::Role;
use crate::site::service::{CookieName, CountryCode, DataKind, Lifetime, Safeguard};
use crate::text::{Email, Host, Label, LanguageTag, Link, Paragraph};
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
    /// The digest of what is material in it: a stored choice that names another one is no answer to this notice.
    pub material: MaterialDigest,
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
    /// Whether they decide themselves; absent where they do.
    #[serde(skip_serializing_if = "Role::is_controller")]
    pub role: Role,
    /// On whose behalf they act, or a service does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<DeclaredCustomer<'a>>,
    /// A visitor's rights, if the site says how they are used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rights: Option<DeclaredRights<'a>>,
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

/// The customer on whose behalf a site acts.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredCustomer<'a> {
    /// Who they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'a Label>,
    /// How to reach them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<&'a Label>,
}

/// A visitor's rights.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredRights<'a> {
    /// Those that the law gives.
    pub rights: Vec<DeclaredRight<'a>>,
    /// Within how long a request is answered.
    pub answer_within: DeclaredTime,
    /// A form to use them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<&'a Link>,
    /// An address for mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a Email>,
    /// A postal address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<&'a Label>,
}

/// A right.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredRight<'a> {
    /// Which.
    pub id: Right,
    /// The same in words.
    pub words: &'a Label,
    /// The act and its section, in English.
    pub source: &'a Label,
}

/// A legal basis.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredBasis<'a> {
    /// Which.
    pub id: LegalBasis,
    /// The same in words.
    pub words: &'a Label,
}

/// How long one kind of data is kept.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredRetention<'a> {
    /// Which data.
    pub data: DataKind,
    /// Its name.
    pub name: &'a Label,
    /// How long.
    pub keep: DeclaredTime,
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
    /// Why data may be used for it, if the site says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<DeclaredBasis<'a>>,
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
    /// Why data may be used for it, where that differs from its purpose's basis.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<DeclaredBasis<'a>>,
    /// Why it needs no consent, and where the law says so; absent where it waits for its purpose.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exempt: Option<DeclaredExemption<'a>>,
    /// How long each kind of its data is kept; absent where the site does not say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub retention: Vec<DeclaredRetention<'a>>,
    /// For whom the site uses it, where that differs from the site's role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// The recipient's own policy.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy_url: Option<&'a Link>,
    /// The hosts it is loaded from; absent where none is listed.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub hosts: &'a [Host],
    /// What it reads or writes on the device.
    pub cookies: Vec<DeclaredCookie<'a>>,
}

/// Why a service needs no consent: it is on until the visitor objects to it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct DeclaredExemption<'a> {
    /// What it is exempt as.
    pub kind: ExemptionKind,
    /// The conditions that the owner says are met.
    pub conditions: &'a [Condition],
    /// Where the law says so.
    pub source: &'static str,
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
    /// Where to read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<&'a Link>,
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
