//! What a person can ask of whoever holds their data, and how.

use crate::site::service::Lifetime;
use crate::text::{Email, Label, Link};
use serde::{Deserialize, Serialize};

/// A right. Which law gives which: [`Statute`](crate::statute::Statute).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// To know what is held, and to see it.
    Access,
    /// To have it corrected.
    Rectification,
    /// To have it deleted.
    Erasure,
    /// To have its use suspended.
    Restriction,
    /// To receive it in a format that computers read, or to have it sent on.
    Portability,
    /// To object to its use.
    Objection,
    /// To have a person look at what a program decided.
    AutomatedDecisions,
    /// To withdraw a consent.
    Withdrawal,
    /// To say what becomes of it after one's death.
    AfterDeath,
    /// To have it no longer disseminated, or a link to it removed from what a search finds.
    Deindexing,
    /// To stop its sale, its sharing and targeted advertising.
    OptOut,
    /// To limit the use of sensitive data.
    Limit,
    /// Not to be treated worse for using a right.
    NoRetaliation,
    /// To have a refusal looked at again.
    Appeal,
    /// To complain to the authority.
    Complaint,
}

/// How visitors use their rights: at least one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RightsContact {
    /// A form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Link>,
    /// An address for mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// A postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Label>,
    /// Within how long the site answers: never longer than the law gives, which is the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer_within: Option<Lifetime>,
}

/// A visitor's rights, as a notice states them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StatedRights {
    /// The rights that the law gives.
    pub rights: Vec<LegalRight>,
    /// Within how long a request is answered.
    pub answer_within: Lifetime,
    /// A form to use them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Link>,
    /// An address for mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<Email>,
    /// A postal address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<Label>,
}

/// A right, and where it is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LegalRight {
    /// Which.
    pub right: Right,
    /// The act and its section, in English.
    pub source: Label,
}
