//! Reads the notice that a site has in force.

use crate::directory;
use crate::edition::InForce;
use crate::http::error::ApiError;
use crate::site;
use consent_core::{Notice, SiteId};
use worker::Env;

/// A notice in force, read.
pub struct Published {
    /// Which one.
    pub in_force: InForce,
    /// The notice.
    pub notice: Notice,
}

impl Published {
    /// Reads it; fails if the site was never published.
    pub async fn of(env: &Env, site: &SiteId) -> Result<Self, ApiError> {
        directory::client::shards(env, site).await?;
        let in_force = site::client::in_force(env, site).await?;
        let notice = directory::client::notice(env, in_force.notice).await?;
        Ok(Self {
            in_force,
            notice: serde_json::from_str(&notice)?,
        })
    }
}
