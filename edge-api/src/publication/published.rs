//! Reads the notice that a site has in force.

use crate::directory;
use crate::edition::InForce;
use crate::http::error::ApiError;
use crate::http::response;
use crate::site;
use consent_core::jurisdiction::Jurisdiction;
use consent_core::site::Place;
use consent_core::{Notice, NoticeHash, SiteId};
use worker::Env;

/// A notice in force, read.
pub struct Published {
    /// Its hash.
    pub hash: NoticeHash,
    /// What is in force.
    pub in_force: InForce,
    /// The notice.
    pub notice: Notice,
}

impl Published {
    /// Reads it; fails if the site was never published. Where the site has several laws, it is the one that a visitor at this place
    /// is shown.
    pub async fn of(env: &Env, site: &SiteId, place: Option<&Place>) -> Result<Self, ApiError> {
        directory::client::shards(env, site).await?;
        let in_force = site::client::in_force(env, site).await?;
        let law = place.and_then(|place| place.other_law(in_force.law, &in_force.laws));
        let by_law = law.and_then(|law| in_force.laws.get(&law));
        let hash = *by_law.unwrap_or(&in_force.notice);
        let notice = directory::client::notice(env, hash).await?;
        Ok(Self {
            hash,
            in_force,
            notice: serde_json::from_str(&notice)?,
        })
    }

    /// Every law of the site, if there are several: the one for everyone else first.
    pub fn laws(&self) -> Vec<Jurisdiction> {
        if self.in_force.laws.is_empty() {
            return Vec::new();
        }
        let by_law = self.in_force.laws.keys().copied();
        std::iter::once(self.in_force.law).chain(by_law).collect()
    }

    /// How long what is made of it may be kept, and by whom, if the request asked for this place.
    pub fn cache(&self, asked: Option<&Place>) -> &'static str {
        response::cache_short(!self.in_force.laws.is_empty() && asked.is_none())
    }
}
