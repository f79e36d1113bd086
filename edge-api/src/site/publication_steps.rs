//! How a site's object carries out a publication: one step of it in each object.

use super::client;
use super::protocol::{EnforcedHosts, PublishedBy};
use super::state::SiteState;
use crate::clock::now;
use crate::directory;
use crate::directory::protocol::EnforcedSite;
use crate::edition::Edition;
use crate::http::error::ApiError;
use crate::site::publishing::{self, Followers};
use consent_core::api::Publication;
use consent_core::text::Localized;
use std::collections::BTreeMap;
use std::rc::Rc;
use worker::Env;

impl SiteState {
    /// What publishing an edition would change.
    pub fn preview(&self, new: &Edition) -> Result<Publication, ApiError> {
        self.changes(self.edition_before()?, new)
    }

    /// Lets reports answer the notice of an edition.
    pub async fn admit_notice(&self, new: &Edition) -> Result<(), ApiError> {
        self.ensure_alarm().await?;
        let proofs = self.proofs_of(new)?;
        self.editions.admit(&proofs, new, now())
    }

    /// Puts an edition in force, tells the other objects, and says what that changed.
    pub async fn put_in_force(
        &self,
        new: &Edition,
        hosts: &EnforcedHosts,
        by: PublishedBy,
    ) -> Result<Publication, ApiError> {
        self.ensure_alarm().await?;
        // From here to the commit nothing waits.
        let before = self.edition_before()?;
        let proofs = self.proofs_of(new)?;
        let done = self.editions.put_in_force(&proofs, new, hosts, by, now());
        self.forget_edition();
        done?;
        let publication = self.changes(before, new)?;
        if let Err(error) = self.tell_the_others().await {
            worker::console_error!(
                "not all know yet what is in force, and will be told: {}",
                error.to_log()
            );
        }
        Ok(publication)
    }

    /// Takes over an edition that the first shard has put in force.
    pub async fn adopt(&self, edition: &Edition, revision: u64) -> Result<(), ApiError> {
        self.ensure_alarm().await?;
        let done = self.editions.adopt(edition, revision);
        self.forget_edition();
        done
    }

    /// Tells the other objects what is in force, if they do not know it yet.
    pub async fn tell_the_others(&self) -> Result<(), ApiError> {
        publishing::follow(&self.editions, &Others(&self.env)).await
    }

    fn edition_before(&self) -> Result<Option<Rc<Edition>>, ApiError> {
        match self.edition() {
            Ok(before) => Ok(Some(before)),
            Err(ApiError::UnknownSite) => Ok(None),
            Err(other) => Err(other),
        }
    }

    /// What an edition changes.
    fn changes(&self, before: Option<Rc<Edition>>, new: &Edition) -> Result<Publication, ApiError> {
        let changes = before
            .as_ref()
            .map(|before| new.material.changes_since(&before.material));
        let changes = changes.unwrap_or_default();
        Ok(Publication {
            site: new.site.clone(),
            notice: new.notice,
            published_at: self.terms().published_at(new.notice)?,
            unchanged: before
                .is_some_and(|before| before.notice == new.notice && before.left.is_none()),
            asks_anew: !changes.is_empty(),
            material_changes: changes,
            findings: Vec::new(),
            embed: String::new(),
            pinned: Localized::new(),
            inspector: String::new(),
            preview: Localized::new(),
            laws: BTreeMap::new(),
        })
    }
}

/// Those that a site's first object tells what is in force.
struct Others<'a>(&'a Env);

impl Followers for Others<'_> {
    async fn adopt(&self, edition: Edition, revision: u64) -> Result<(), ApiError> {
        client::adopt(self.0, edition, revision).await
    }

    async fn enforce(&self, enforced: EnforcedSite) -> Result<(), ApiError> {
        directory::client::enforce(self.0, enforced).await
    }
}
