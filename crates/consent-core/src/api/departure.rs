//! An owner leaves the server: what becomes of the site, and when.

use crate::calendar::Timestamp;
use crate::ident::SiteId;
use serde::{Deserialize, Serialize};

/// The answer to `DELETE /v1/sites/SITE`, with or without `?confirm`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Departure {
    /// The site.
    pub site: SiteId,
    /// What to send as `confirm` to leave; absent once the owner has left. It changes with each publication.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
    /// When the owner left: since then no loader is served, and no report kept. Absent before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left_at: Option<Timestamp>,
    /// When everything that belongs to the site is erased. Absent before the owner has left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purge_at: Option<Timestamp>,
    /// How long after the departure that is, in days. To publish again before then undoes the departure.
    pub purge_after_days: u16,
    /// The hosts under which the site's pages pass through this server (`edge`): as long as there are any, nobody can leave.
    pub hosts: Vec<String>,
}
