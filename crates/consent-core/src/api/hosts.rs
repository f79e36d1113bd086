//! The hosts of a site.

use serde::{Deserialize, Serialize};

/// The answer to `GET /v1/sites/SITE/hosts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SiteHosts {
    /// The hosts that the site has, in the order of their names.
    pub hosts: Vec<SiteHost>,
}

/// A host that a site has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SiteHost {
    /// The host, with its port if it is not the scheme's own.
    pub host: String,
    /// Whether the site's choices are enforced on it now.
    pub enforced: bool,
}
