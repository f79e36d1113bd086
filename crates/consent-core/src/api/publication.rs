//! What came of a publication.

use crate::calendar::Timestamp;
use crate::field::FieldError;
use crate::ident::{NoticeHash, SiteId};
use crate::site::jurisdiction::Jurisdiction;
use crate::text::Localized;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The answer to `PUT /v1/sites/SITE`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Publication {
    /// The site.
    pub site: SiteId,
    /// The notice now in force.
    pub notice: NoticeHash,
    /// When this notice was first published; absent where it was not (`?dry_run`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// Whether the notice was already in force.
    pub unchanged: bool,
    /// Whether visitors who chose under the notice before it are asked anew.
    pub asks_anew: bool,
    /// Why: what is material and has changed.
    pub material_changes: Vec<String>,
    /// What the owner should know, although it stops nothing.
    pub findings: Vec<FieldError>,
    /// The tag to put first in the `<head>` of every page.
    pub embed: String,
    /// By language, a tag that names this very loader by its digest; it does not follow later
    /// publications.
    pub pinned: Localized<String>,
    /// What the owner keeps as a bookmark, and presses in a page of theirs to have it inspected.
    pub inspector: String,
    /// By language, the page that shows this banner and keeps and sends nothing; of a draft, for seven days. Empty after a dry run.
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub preview: Localized<String>,
    /// Of a site with several laws, what visitors are shown to whose place each of the others applies.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub laws: BTreeMap<Jurisdiction, PublishedLaw>,
}

/// What visitors are shown to whose place a law applies.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PublishedLaw {
    /// The notice.
    pub notice: NoticeHash,
    /// As [`Publication::pinned`]: such a tag shows this notice to every visitor.
    pub pinned: Localized<String>,
    /// As [`Publication::preview`].
    #[serde(default, skip_serializing_if = "Localized::is_empty")]
    pub preview: Localized<String>,
}
