//! The sites that a token opens, and the publications of a site.

use crate::api::problem::Problem;
use crate::calendar::Timestamp;
use crate::ident::{GrantId, NoticeHash, Sha256Digest, SiteId};
use crate::site::compare::Comparison;
use crate::site::jurisdiction::Jurisdiction;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The answer to `GET /v1/sites`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Sites {
    /// The sites that are published, in the order of their names.
    pub sites: Vec<SiteSummary>,
    /// The `after` of the next answer; absent where there are no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<SiteId>,
}

/// A site, and what is in force there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SiteSummary {
    /// The site.
    pub site: SiteId,
    /// What is in force; absent where there is a problem.
    #[serde(flatten, default, skip_serializing_if = "Option::is_none")]
    pub in_force: Option<EditionInForce>,
    /// Why the site cannot say what is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// The edition in force, in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EditionInForce {
    /// Its notice.
    pub notice: NoticeHash,
    /// When it was published; absent where a version of the server that did not keep publications did so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// SHA-256 of its configuration; absent where `since` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub configuration: Option<Sha256Digest>,
    /// When everything that belongs to the site is erased; absent where its owner has not left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purge_at: Option<Timestamp>,
}

/// The answer to `GET /v1/sites/SITE/editions`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublishedEditions {
    /// The publications, newest first.
    pub editions: Vec<PublishedEdition>,
    /// The `before` of the next answer; absent where there are no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// One publication.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublishedEdition {
    /// Its number; it grows with each publication of the site.
    pub number: u64,
    /// When it was published, and has been in force since: the server's time.
    pub from: Timestamp,
    /// Until when it was in force: the time of the next publication. Absent for the one in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Timestamp>,
    /// The grants of the token that published it.
    pub grants: Vec<GrantId>,
    /// SHA-256 of the configuration, the file as it was sent.
    pub configuration: Sha256Digest,
    /// The notice.
    pub notice: NoticeHash,
    /// Of a site with several laws, the notices of visitors to whose place each of the others applies.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub laws: BTreeMap<Jurisdiction, NoticeHash>,
    /// Whether visitors who chose under the edition before it are asked anew.
    pub asks_anew: bool,
    /// Why: what is material and had changed.
    pub material_changes: Vec<String>,
}

/// The answer to `GET /v1/sites/SITE/compare`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct EditionComparison {
    /// SHA-256 of the first configuration.
    pub a: Sha256Digest,
    /// SHA-256 of the second one.
    pub b: Sha256Digest,
    /// What differs.
    #[serde(flatten)]
    pub comparison: Comparison,
}
