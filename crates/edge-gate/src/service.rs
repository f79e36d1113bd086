//! A service of the site.

use consent_core::service::CookieName;
use consent_core::text::Host;
use consent_core::{Purpose, ServiceId};
use serde::{Deserialize, Serialize};

/// A service, by what it is known by.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ServiceRule {
    /// Its id.
    pub id: ServiceId,
    /// What it is used for.
    pub purpose: Purpose,
    /// The hosts it is loaded from, and what is below them.
    pub hosts: Vec<Host>,
    /// What it keeps.
    pub cookies: Vec<CookieName>,
    /// Whether its tag runs before a choice, since it obeys Google's Consent Mode.
    pub open: bool,
}
