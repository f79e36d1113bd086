//! The directory in its object's database.

use super::protocol::{EnforcedSite, Registration};
use crate::directory::protocol::Part;
use crate::storage::database::{Database, Transaction, integer};
use crate::storage::error::StoreError;
use crate::storage::schema::{Migration, Schema};
use consent_core::field::FieldError;
use consent_core::log_origin::Shards;
use consent_core::text::LanguageTag;
use consent_core::{NoticeHash, Sha256Digest, SiteId};
use serde::Deserialize;

/// The tables. A notice and what was rendered from it never change. A row of `host` says whose the
/// host is; it has a `body`, an `Enforcement`, where choices are enforced on it. A site's `revision`
/// is that of the last edition whose hosts are in force; 0 before the first.
pub const SCHEMA: Schema = Schema {
    object: "the directory",
    migrations: &[
        Migration(&[
            "CREATE TABLE IF NOT EXISTS notice (
    hash TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT",
            "CREATE TABLE IF NOT EXISTS site (
    name TEXT PRIMARY KEY,
    shards INTEGER NOT NULL
) STRICT, WITHOUT ROWID",
            "CREATE TABLE IF NOT EXISTS rendered (
    hash TEXT NOT NULL,
    language TEXT NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (hash, language, name)
) STRICT, WITHOUT ROWID",
            "CREATE TABLE IF NOT EXISTS enforced (
    authority TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID",
            "CREATE INDEX IF NOT EXISTS enforced_site ON enforced (site)",
        ]),
        // A host can be a site's before anything is enforced on it.
        Migration(&[
            "CREATE TABLE host (
    authority TEXT PRIMARY KEY,
    site TEXT NOT NULL,
    body TEXT
) STRICT, WITHOUT ROWID",
            "INSERT INTO host (authority, site, body) SELECT authority, site, body FROM enforced",
            "DROP TABLE enforced",
            "CREATE INDEX host_site ON host (site)",
            "ALTER TABLE site ADD COLUMN revision INTEGER NOT NULL DEFAULT 0",
        ]),
    ],
};

/// The directory in its database.
pub struct DirectoryStore {
    database: Database,
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

#[derive(Deserialize)]
struct SiteRow {
    shards: Shards,
    revision: u64,
}

impl DirectoryStore {
    /// That in this database, brought to the newest version.
    pub fn open(database: Database) -> Result<Self, StoreError> {
        SCHEMA.migrate(&database)?;
        Ok(Self { database })
    }

    /// The shards of a site that has a name.
    pub fn shards(&self, site: &SiteId) -> Result<Option<Shards>, StoreError> {
        Ok(self.site(site)?.map(|row| row.shards))
    }

    fn site(&self, site: &SiteId) -> Result<Option<SiteRow>, StoreError> {
        let query = "SELECT shards, revision FROM site WHERE name = ?";
        self.database.one(query, vec![site.as_str().into()])
    }

    /// The bytes of a notice.
    pub fn notice(&self, hash: NoticeHash) -> Result<Option<String>, StoreError> {
        let query = "SELECT body AS text FROM notice WHERE hash = ?";
        self.text(query, vec![hash.to_string().into()])
    }

    /// What was rendered from a notice in one language.
    pub fn part(
        &self,
        hash: Sha256Digest,
        language: &LanguageTag,
        part: Part,
    ) -> Result<Option<String>, StoreError> {
        let query =
            "SELECT body AS text FROM rendered WHERE hash = ? AND language = ? AND name = ?";
        let values = vec![
            hash.to_string().into(),
            language.as_str().into(),
            part.as_str().into(),
        ];
        self.text(query, values)
    }

    /// What is enforced on a host, with its port.
    pub fn enforcement(&self, authority: &str) -> Result<Option<String>, StoreError> {
        let query = "SELECT body AS text FROM host WHERE authority = ? AND body IS NOT NULL";
        self.text(query, vec![authority.into()])
    }

    fn text(
        &self,
        query: &str,
        values: Vec<worker::SqlStorageValue>,
    ) -> Result<Option<String>, StoreError> {
        let row: Option<Text> = self.database.one(query, values)?;
        Ok(row.map(|row| row.text))
    }

    /// Registers a publication; an error in a field where the site has another number of shards, or
    /// a host is another site's, and then nothing is changed.
    pub fn register(
        &self,
        registration: &Registration,
    ) -> Result<Result<(), FieldError>, StoreError> {
        let site = registration.site.as_str();
        self.database.transaction(|transaction| {
            if let Some(known) = self.shards(&registration.site)?
                && let Err(error) = settled(known, registration.shards)
            {
                return Ok(Err(error));
            }
            for (at, authority) in registration.authorities.iter().enumerate() {
                let taken = "SELECT site AS text FROM host WHERE authority = ? AND site <> ?";
                let values = vec![authority.as_str().into(), site.into()];
                if self.text(taken, values)?.is_some() {
                    return Ok(Err(FieldError::new(
                        format!("origins[{at}]"),
                        format!("{authority} is enforced (`edge`) for another site of this server"),
                    )));
                }
            }
            keep(transaction, registration)?;
            Ok(Ok(()))
        })
    }

    /// Enforces what an edition in force says, unless that of a later one is enforced already.
    pub fn enforce(&self, enforced: &EnforcedSite) -> Result<(), StoreError> {
        let site = enforced.site.as_str();
        self.database.transaction(|transaction| {
            let known = self.site(&enforced.site)?;
            if known.is_none_or(|known| known.revision >= enforced.revision) {
                return Ok(());
            }
            transaction.run("DELETE FROM host WHERE site = ?", vec![site.into()])?;
            for authority in &enforced.authorities {
                // A host that another site has meanwhile is an error, and nothing is changed: it was
                // this site's from its registration on.
                transaction.run(
                    "INSERT INTO host (authority, site, body) VALUES (?, ?, ?)",
                    vec![
                        authority.as_str().into(),
                        site.into(),
                        enforced.body.as_str().into(),
                    ],
                )?;
            }
            transaction.run(
                "UPDATE site SET revision = ? WHERE name = ?",
                vec![integer(enforced.revision), site.into()],
            )?;
            Ok(())
        })
    }
}

/// Everything that a registration adds. What is there already stays as it is.
fn keep(transaction: &Transaction<'_>, registration: &Registration) -> Result<(), StoreError> {
    let site = registration.site.as_str();
    transaction.run(
        "INSERT INTO site (name, shards) VALUES (?, ?) ON CONFLICT DO NOTHING",
        vec![site.into(), integer(u8::from(registration.shards).into())],
    )?;
    for authority in &registration.authorities {
        transaction.run(
            "INSERT INTO host (authority, site) VALUES (?, ?) ON CONFLICT DO NOTHING",
            vec![authority.as_str().into(), site.into()],
        )?;
    }
    for part in &registration.parts {
        transaction.run(
            "INSERT INTO rendered (hash, language, name, body) VALUES (?, ?, ?, ?)
             ON CONFLICT DO NOTHING",
            vec![
                part.hash.to_string().into(),
                part.language.as_str().into(),
                part.part.as_str().into(),
                part.body.as_str().into(),
            ],
        )?;
    }
    transaction.run(
        "INSERT INTO notice (hash, site, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
        vec![
            registration.hash.to_string().into(),
            site.into(),
            registration.notice.as_str().into(),
        ],
    )?;
    Ok(())
}

/// Refuses another number of shards than the one that a site has.
pub fn settled(known: Shards, asked: Shards) -> Result<(), FieldError> {
    if known == asked {
        return Ok(());
    }
    let (known, asked) = (u8::from(known), u8::from(asked));
    Err(FieldError::new(
        "shards",
        format!("is {asked}; the first publication of this site settled it at {known}"),
    ))
}
