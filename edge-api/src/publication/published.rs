//! What is published of a site, for those who ask the Worker rather than the site's object.

use crate::directory;
use crate::http::error::Refusal;
use crate::site;
use consent_core::{Notice, NoticeHash, Sha256Digest, SiteId, Timestamp};
use serde::{Deserialize, Serialize};
use worker::Env;

/// What a site's object knows of it.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub struct InForce {
    /// The notice in force.
    pub notice: NoticeHash,
    /// When it was first published.
    pub published_at: Option<Timestamp>,
    /// SHA-256 of the edition in force, in JSON.
    pub edition: Sha256Digest,
}

/// A notice in force, read.
pub struct Published {
    /// Which one.
    pub in_force: InForce,
    /// The notice.
    pub notice: Notice,
}

impl Published {
    /// That of a site, if it was ever published.
    pub async fn of(env: &Env, site: &SiteId) -> Result<Self, Refusal> {
        directory::client::shards(env, site).await?;
        let in_force = site::object::in_force(env, site).await?;
        let notice = directory::client::notice(env, in_force.notice).await?;
        Ok(Self {
            in_force,
            notice: serde_json::from_str(&notice)?,
        })
    }
}
