//! The directory in its object's database.

use super::protocol::{EnforcedSite, HostClaim, Registration, Release};
use crate::directory::protocol::Part;
use crate::storage::database::{Database, Transaction, integer, millis};
use crate::storage::error::StoreError;
use crate::storage::schema::{Migration, Schema};
use consent_core::api::hosts::SiteHost;
use consent_core::calendar::Timestamp;
use consent_core::field::FieldError;
use consent_core::log_origin::Shards;
use consent_core::text::LanguageTag;
use consent_core::{NoticeHash, Sha256Digest, SiteId};
use serde::Deserialize;
use std::collections::BTreeSet;

/// The tables. A notice and what was rendered from it never change. A row of `host` says whose the
/// host is; it has a `body`, an `Enforcement`, where choices are enforced on it. A site's `revision`
/// is that of the last edition whose hosts are in force; 0 before the first. A row of `token` is a token that was made: its
/// SHA-256, and in `token` a `TokenSummary`, in JSON. A row of `draft_part` is what was rendered from a draft that is not
/// published.
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
        // Tokens stood in the environment alone, and nothing could be looked at before it was published.
        Migration(&[
            "CREATE TABLE token (
    number INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL UNIQUE,
    id TEXT NOT NULL UNIQUE,
    token TEXT NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT",
            "CREATE TABLE draft (
    number INTEGER PRIMARY KEY,
    site TEXT NOT NULL,
    notice TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    UNIQUE (site, notice)
) STRICT",
            "CREATE TABLE draft_part (
    hash TEXT NOT NULL,
    language TEXT NOT NULL,
    name TEXT NOT NULL,
    draft INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (hash, language, name)
) STRICT, WITHOUT ROWID",
            "CREATE INDEX draft_part_draft ON draft_part (draft)",
        ]),
        // Nothing said whose it was. What was rendered before has no site, and is kept.
        Migration(&[
            "ALTER TABLE rendered ADD COLUMN site TEXT",
            "CREATE INDEX rendered_site ON rendered (site) WHERE site IS NOT NULL",
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

    /// The database itself, for the other files of this room.
    pub(super) const fn database(&self) -> &Database {
        &self.database
    }

    /// The shards of a site that has a name.
    pub fn shards(&self, site: &SiteId) -> Result<Option<Shards>, StoreError> {
        Ok(self.site(site)?.map(|row| row.shards))
    }

    /// The names of sites in their order: only some of them or all, those after a name, and so many at most.
    pub fn sites(
        &self,
        among: Option<&BTreeSet<SiteId>>,
        after: Option<&SiteId>,
        limit: u16,
    ) -> Result<Vec<SiteId>, StoreError> {
        #[derive(Deserialize)]
        struct Row {
            name: SiteId,
        }
        let mut values = vec![
            after.map_or("", SiteId::as_str).into(),
            integer(limit.into()),
        ];
        let mut only = "";
        if let Some(among) = among {
            only = "AND name IN (SELECT value FROM json_each(?3))";
            values.push(serde_json::json!(among).to_string().into());
        }
        let query = format!("SELECT name FROM site WHERE name > ?1 {only} ORDER BY name LIMIT ?2");
        let rows: Vec<Row> = self.database.all(&query, values)?;
        Ok(rows.into_iter().map(|row| row.name).collect())
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

    /// What was rendered from a notice in one language; the notice may be that of a draft.
    pub fn part(
        &self,
        hash: Sha256Digest,
        language: &LanguageTag,
        part: Part,
    ) -> Result<Option<String>, StoreError> {
        let query =
            "SELECT body AS text FROM rendered WHERE hash = ?1 AND language = ?2 AND name = ?3
             UNION ALL
             SELECT body AS text FROM draft_part WHERE hash = ?1 AND language = ?2 AND name = ?3
             LIMIT 1";
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

    /// Registers a publication; errors in fields where the site has another number of shards, or may not have a
    /// host, and then nothing is changed.
    pub fn register(
        &self,
        registration: &Registration,
    ) -> Result<Result<(), Vec<FieldError>>, StoreError> {
        let Registration {
            site,
            shards,
            hosts,
            ..
        } = registration;
        self.database.transaction(|transaction| {
            let refused = self.check(site, *shards, hosts)?;
            if refused.is_ok() {
                keep(transaction, registration)?;
            }
            Ok(refused)
        })
    }

    /// Whether a publication would be registered.
    pub fn check(
        &self,
        site: &SiteId,
        shards: Shards,
        hosts: &[HostClaim],
    ) -> Result<Result<(), Vec<FieldError>>, StoreError> {
        let mut errors = Vec::new();
        if let Some(known) = self.shards(site)? {
            errors.extend(settled(known, shards).err());
        }
        for (at, HostClaim { authority, granted }) in hosts.iter().enumerate() {
            let query = "SELECT site AS text FROM host WHERE authority = ?";
            let why = match self.text(query, vec![authority.as_str().into()])? {
                Some(owner) if owner == site.as_str() => continue,
                Some(_) => "is enforced (`edge`) for another site of this server",
                None if *granted => continue,
                None => {
                    "is a host that this token may not have enforced (`edge`): have the operator of this server \
                     add it to the token's `hosts`"
                }
            };
            let error = FieldError::new(format!("origins[{at}]"), format!("{authority} {why}"));
            errors.push(error);
        }
        Ok(if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        })
    }

    /// The hosts that a site has, by name.
    pub fn hosts(&self, site: &SiteId) -> Result<Vec<SiteHost>, StoreError> {
        #[derive(Deserialize)]
        struct Row {
            authority: String,
            enforced: u8,
        }
        let query = "SELECT authority, body IS NOT NULL AS enforced FROM host WHERE site = ? ORDER BY authority";
        let rows: Vec<Row> = self.database.all(query, vec![site.as_str().into()])?;
        let hosts = rows.into_iter().map(|row| SiteHost {
            host: row.authority,
            enforced: row.enforced == 1,
        });
        Ok(hosts.collect())
    }

    /// Releases a host that a site has and does not use: another site may claim it from then on.
    pub fn release(&self, site: &SiteId, authority: &str) -> Result<Release, StoreError> {
        self.database.transaction(|transaction| {
            let hosts = self.hosts(site)?;
            match hosts.iter().find(|known| known.host == authority) {
                None => Ok(Release::Unknown),
                Some(host) if host.enforced => Ok(Release::InUse),
                Some(_) => {
                    transaction.run(
                        "DELETE FROM host WHERE authority = ? AND site = ?",
                        vec![authority.into(), site.as_str().into()],
                    )?;
                    Ok(Release::Released)
                }
            }
        })
    }

    /// Forgets what belongs to a site whose owner has left: its hosts, its drafts, what was rendered for it, and the tokens that open
    /// nothing else. Its name stays, with its notices, which receipts name.
    pub fn forget_site(&self, site: &SiteId, now: Timestamp) -> Result<(), StoreError> {
        let name = || vec![site.as_str().into()];
        self.database.transaction(|transaction| {
            transaction.run("DELETE FROM host WHERE site = ?", name())?;
            transaction.run("DELETE FROM rendered WHERE site = ?", name())?;
            transaction.run("DELETE FROM draft WHERE site = ?", name())?;
            transaction.run(
                "DELETE FROM draft_part WHERE draft NOT IN (SELECT number FROM draft)",
                vec![],
            )?;
            transaction.run(
                "UPDATE token SET revoked_at = ? WHERE revoked_at IS NULL AND token -> '$.sites' = json_array(?)",
                vec![millis(now), site.as_str().into()],
            )?;
            Ok(())
        })
    }

    /// Enforces what an edition in force says, unless that of a later one is enforced already. A host that the site
    /// gives up stays the site's until it is released: nobody else may show pages under it meanwhile.
    pub fn enforce(&self, enforced: &EnforcedSite) -> Result<(), StoreError> {
        let site = enforced.site.as_str();
        self.database.transaction(|transaction| {
            let known = self.site(&enforced.site)?;
            if known.is_none_or(|known| known.revision >= enforced.revision) {
                return Ok(());
            }
            transaction.run(
                "UPDATE host SET body = NULL WHERE site = ?",
                vec![site.into()],
            )?;
            for authority in &enforced.authorities {
                transaction.run(
                    "DELETE FROM host WHERE authority = ? AND site = ?",
                    vec![authority.as_str().into(), site.into()],
                )?;
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
    for host in &registration.hosts {
        transaction.run(
            "INSERT INTO host (authority, site) VALUES (?, ?) ON CONFLICT DO NOTHING",
            vec![host.authority.as_str().into(), site.into()],
        )?;
    }
    for part in &registration.parts {
        transaction.run(
            "INSERT INTO rendered (hash, language, name, site, body) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT DO UPDATE SET site = excluded.site",
            vec![
                part.hash.to_string().into(),
                part.language.as_str().into(),
                part.part.as_str().into(),
                site.into(),
                part.body.as_str().into(),
            ],
        )?;
    }
    let by_law = registration.by_law.iter().map(|(hash, body)| (hash, body));
    for (hash, body) in by_law.chain([(&registration.hash, &registration.notice)]) {
        transaction.run(
            "INSERT INTO notice (hash, site, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            vec![hash.to_string().into(), site.into(), body.as_str().into()],
        )?;
    }
    Ok(())
}

/// Refuses another number of shards than the one that a site has.
fn settled(known: Shards, asked: Shards) -> Result<(), FieldError> {
    if known == asked {
        return Ok(());
    }
    let (known, asked) = (u8::from(known), u8::from(asked));
    Err(FieldError::new(
        "shards",
        format!("is {asked}; the first publication of this site settled it at {known}"),
    ))
}
