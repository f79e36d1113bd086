//! A publication as the objects of a site do it. The first shard decides: the entry in its log, the
//! notice's terms and the edition in force are one commit. What others must know of it stands beside
//! the edition until they know it, so that a crash only delays them.

use crate::directory::protocol::EnforcedSite;
use crate::edition::Edition;
use crate::http::error::ApiError;
use crate::site::loaders_by_law;
use crate::site::proofs::Proofs;
use crate::site::protocol::{EnforcedHosts, PublishedBy};
use crate::site::published_editions;
use crate::site::security_events;
use crate::site::terms::Terms;
use crate::site::webhooks::events::Told;
use crate::storage::database::{Database, Transaction, bytes, integer};
use crate::storage::error::StoreError;
use crate::storage::secret_key::SecretKey;
use consent_core::Sha256Digest;
use consent_core::api::security_event::SecurityEventKind;
use consent_core::calendar::Timestamp;
use consent_core::webhook::WebhookEvent;
use serde::Deserialize;

/// The edition in force in an object's database.
pub struct Editions {
    database: Database,
}

/// What others are yet to be told.
struct Following {
    revision: u64,
    edition: Edition,
    hosts: EnforcedHosts,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

#[derive(Deserialize)]
struct FollowingRow {
    revision: u64,
    edition: String,
    following: String,
}

impl Editions {
    /// That in this database.
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// The edition in force.
    pub fn in_force(&self) -> Result<Edition, ApiError> {
        Ok(serde_json::from_str(&self.text()?)?)
    }

    /// SHA-256 of the edition in force, in JSON: see [`digest`].
    pub fn digest(&self) -> Result<Sha256Digest, ApiError> {
        Ok(Sha256Digest::of(self.text()?.as_bytes()))
    }

    fn text(&self) -> Result<String, ApiError> {
        let query = "SELECT edition AS text FROM edition";
        let row: Option<Text> = self.database.one(query, vec![])?;
        Ok(row.ok_or(ApiError::UnknownSite)?.text)
    }

    /// The key that signs this object's hand-overs, made with its first edition.
    pub fn hand_over_key(&self) -> Result<SecretKey, ApiError> {
        let query = "SELECT hex(key) AS text FROM edition";
        let row: Option<Text> = self.database.one(query, vec![])?;
        Ok(SecretKey::new(bytes(
            &row.ok_or(ApiError::UnknownSite)?.text,
        )?))
    }

    /// Lets reports answer the notices of an edition: their entries in the log, and their terms. What is in
    /// force stays so. Doing so again changes nothing.
    pub fn admit(&self, proofs: &Proofs, new: &Edition, now: Timestamp) -> Result<(), ApiError> {
        self.appending(proofs, |transaction| {
            for (notice, terms) in new.notices() {
                proofs.admit(notice, None, now)?;
                Terms::keep(transaction, notice, terms, now)?;
            }
            Ok(())
        })
    }

    /// Puts an edition in force: its entry in the log first, without which nothing is. On an error
    /// nothing was changed, or all of it was and the database could not say so.
    pub fn put_in_force(
        &self,
        proofs: &Proofs,
        new: &Edition,
        hosts: &EnforcedHosts,
        by: PublishedBy,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let key = SecretKey::random()?;
        let edition = text(new)?;
        let following = serde_json::to_string(hosts)?;
        self.appending(proofs, |transaction| {
            let configuration = by.configuration.hash.into();
            for (notice, terms) in new.notices() {
                if notice == new.notice {
                    proofs.publish(notice, configuration, now)?;
                } else {
                    proofs.admit(notice, Some(configuration), now)?;
                }
                Terms::keep(transaction, notice, terms, now)?;
            }
            loaders_by_law::keep(transaction, new)?;
            if let Some(material) = published_editions::keep(transaction, new, &by, now)? {
                let hash = by.configuration.hash;
                let told = || Told::published(&new.site, new.notice, hash, &material, now);
                let kind = WebhookEvent::SitePublished;
                proofs.outbox.put(transaction, kind, now, told)?;
            }
            let published = SecurityEventKind::Published {
                grants: by.grants,
                notice: new.notice,
                configuration: by.configuration.hash,
                origins: new.origins.clone(),
                hosts: hosts.authorities.clone(),
                changed: Vec::new(),
            };
            security_events::published(transaction, published, now)?;
            transaction.run(
                "INSERT INTO edition (one, key, edition, revision, following) VALUES (1, ?, ?, 1, ?)
                 ON CONFLICT DO UPDATE SET edition = excluded.edition, revision = revision + 1,
                    following = excluded.following",
                vec![key.into(), edition.into(), following.into()],
            )?;
            Ok(())
        })
    }

    /// Runs what appends to a log and writes what follows from it, in one transaction.
    fn appending(
        &self,
        proofs: &Proofs,
        run: impl FnOnce(&Transaction<'_>) -> Result<(), ApiError>,
    ) -> Result<(), ApiError> {
        self.database.transaction(run).inspect_err(|_| {
            // What is in memory may be ahead of what is written.
            proofs.logs.forget();
        })
    }

    /// Takes over an edition that another shard has put in force, unless a later one is known here.
    pub fn adopt(&self, edition: &Edition, revision: u64) -> Result<(), ApiError> {
        let values = vec![
            SecretKey::random()?.into(),
            serde_json::to_string(edition)?.into(),
            integer(revision),
        ];
        self.database.transaction(|transaction| {
            transaction.run(
                "INSERT INTO edition (one, key, edition, revision) VALUES (1, ?, ?, ?)
                 ON CONFLICT DO UPDATE SET edition = excluded.edition, revision = excluded.revision
                 WHERE revision < excluded.revision",
                values,
            )?;
            Ok(())
        })
    }

    /// What others are yet to be told of the edition in force.
    fn following(&self) -> Result<Option<Following>, ApiError> {
        let query = "SELECT revision, edition, following FROM edition WHERE following IS NOT NULL";
        let row: Option<FollowingRow> = self.database.one(query, vec![])?;
        let Some(row) = row else {
            return Ok(None);
        };
        Ok(Some(Following {
            revision: row.revision,
            edition: serde_json::from_str(&row.edition)?,
            hosts: serde_json::from_str(&row.following)?,
        }))
    }

    /// Notes that the others know this revision.
    fn followed(&self, revision: u64) -> Result<(), StoreError> {
        self.database.transaction(|transaction| {
            transaction.run(
                "UPDATE edition SET following = NULL WHERE revision = ?",
                vec![integer(revision)],
            )?;
            Ok(())
        })
    }
}

/// SHA-256 of an edition, in JSON: tells editions of the same notice apart.
pub fn digest(edition: &Edition) -> Result<Sha256Digest, ApiError> {
    Ok(Sha256Digest::of(text(edition)?.as_bytes()))
}

/// An edition as it is stored.
fn text(edition: &Edition) -> Result<String, ApiError> {
    Ok(serde_json::to_string(&edition.without_loaders_by_law())?)
}

/// Those that the first shard tells what is in force. Each may be told again.
pub trait Followers {
    /// Has the edition's shard take it over.
    async fn adopt(&self, edition: Edition, revision: u64) -> Result<(), ApiError>;

    /// Has the directory enforce choices on the edition's hosts.
    async fn enforce(&self, enforced: EnforcedSite) -> Result<(), ApiError>;
}

/// Tells the others what is in force, if they do not know it yet.
pub async fn follow(editions: &Editions, followers: &impl Followers) -> Result<(), ApiError> {
    let Some(Following {
        revision,
        edition,
        hosts,
    }) = editions.following()?
    else {
        return Ok(());
    };
    for shard in edition.shards.iter().skip(1) {
        followers.adopt(edition.for_proofs(shard), revision).await?;
    }
    let EnforcedHosts { authorities, body } = hosts;
    let enforced = EnforcedSite {
        site: edition.site,
        revision,
        authorities,
        body,
    };
    followers.enforce(enforced).await?;
    // A later edition that came meanwhile has others to tell.
    Ok(editions.followed(revision)?)
}
