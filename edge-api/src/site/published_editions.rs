//! The publications of a site and their configurations: rows of the site's first object.

use crate::edition::Edition;
use crate::http::error::ApiError;
use crate::site::protocol::{PublishedBy, StoredConfiguration};
use crate::site::query;
use crate::storage::database::{Database, Transaction, instant, integer, millis};
use consent_core::api::{EditionInForce, PublishedEdition, PublishedEditions};
use consent_core::calendar::Timestamp;
use consent_core::material::Material;
use consent_core::{NoticeHash, Sha256Digest};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Publications answered at once.
const PAGE: usize = 100;

/// The columns of a publication, as [`Row`] reads them.
const COLUMNS: &str = "number, time, grants, configuration, notice, laws, material_changes,
    (SELECT later.time FROM publication AS later WHERE later.number > publication.number
     ORDER BY later.number LIMIT 1) AS until";

#[derive(Deserialize)]
struct Row {
    number: u64,
    time: i64,
    until: Option<i64>,
    grants: String,
    configuration: Sha256Digest,
    notice: NoticeHash,
    laws: String,
    material_changes: String,
}

impl Row {
    fn read(self) -> Result<PublishedEdition, ApiError> {
        let material_changes: Vec<String> = serde_json::from_str(&self.material_changes)?;
        Ok(PublishedEdition {
            number: self.number,
            from: instant(self.time)?,
            to: self.until.map(instant).transpose()?,
            grants: serde_json::from_str(&self.grants)?,
            configuration: self.configuration,
            notice: self.notice,
            laws: serde_json::from_str(&self.laws)?,
            asks_anew: !material_changes.is_empty(),
            material_changes,
        })
    }
}

/// The publications with a number below `before`, newest first.
fn newest(
    database: &Database,
    before: Option<u64>,
    limit: usize,
) -> Result<Vec<PublishedEdition>, ApiError> {
    let query =
        format!("SELECT {COLUMNS} FROM publication WHERE number < ? ORDER BY number DESC LIMIT ?");
    let before = integer(before.unwrap_or(u64::MAX));
    let values = vec![before, integer(limit as u64)];
    let rows: Vec<Row> = database.all(&query, values)?;
    rows.into_iter().map(Row::read).collect()
}

/// Keeps a publication and its configuration, unless the one in force is the same, and says what about it is material. It
/// must run before the edition takes the place of the one in force.
pub fn keep(
    transaction: &Transaction<'_>,
    new: &Edition,
    by: &PublishedBy,
    now: Timestamp,
) -> Result<Option<Vec<String>>, ApiError> {
    #[derive(Deserialize)]
    struct InForce {
        material: String,
    }
    let configuration = &by.configuration;
    let laws: BTreeMap<_, _> = new
        .laws
        .iter()
        .map(|(law, edition)| (*law, edition.notice))
        .collect();
    let before = newest(transaction, None, 1)?.pop();
    if before.is_some_and(|before| {
        before.configuration == configuration.hash
            && before.notice == new.notice
            && before.laws == laws
            && before.grants == by.grants
    }) {
        return Ok(None);
    }
    let query = "SELECT edition -> '$.material' AS material FROM edition";
    let in_force: Option<InForce> = transaction.one(query, vec![])?;
    let material_changes = match in_force {
        Some(InForce { material }) => {
            let before: Material = serde_json::from_str(&material)?;
            new.material.changes_since(&before)
        }
        None => Vec::new(),
    };
    transaction.run(
        "INSERT INTO configuration (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING",
        vec![
            configuration.hash.to_string().into(),
            configuration.text.as_str().into(),
        ],
    )?;
    transaction.run(
        "INSERT INTO publication (time, grants, configuration, notice, laws, material_changes)
         VALUES (?, ?, ?, ?, ?, ?)",
        vec![
            millis(now),
            serde_json::to_string(&by.grants)?.into(),
            configuration.hash.to_string().into(),
            new.notice.to_string().into(),
            serde_json::to_string(&laws)?.into(),
            serde_json::to_string(&material_changes)?.into(),
        ],
    )?;
    Ok(Some(material_changes))
}

/// `GET /v1/sites/SITE/editions`: the newest first, those with a number below `before`.
pub fn page(database: &Database, asked: &str) -> Result<PublishedEditions, ApiError> {
    let before = query::before(asked).map_err(ApiError::Malformed)?;
    let mut editions = newest(database, before, PAGE + 1)?;
    let more = editions.len() > PAGE;
    editions.truncate(PAGE);
    let next = editions.last().filter(|_| more).map(|last| last.number);
    Ok(PublishedEditions { editions, next })
}

/// The edition in force, in short.
///
/// # Errors
///
/// [`ApiError::UnknownSite`] where none is.
pub fn in_force(database: &Database) -> Result<EditionInForce, ApiError> {
    #[derive(Deserialize)]
    struct InForce {
        notice: NoticeHash,
        purge_at: Option<Timestamp>,
    }
    // Of a site that was erased, nothing is.
    let query = "SELECT edition ->> '$.notice' AS notice, edition ->> '$.left.purge_at' AS purge_at FROM edition
        WHERE ifnull(edition ->> '$.left.purged', 0) = 0";
    let row: Option<InForce> = database.one(query, vec![])?;
    let InForce { notice, purge_at } = row.ok_or(ApiError::UnknownSite)?;
    let newest = newest(database, None, 1)?.pop();
    Ok(EditionInForce {
        notice,
        since: newest.as_ref().map(|edition| edition.from),
        configuration: newest.map(|edition| edition.configuration),
        purge_at,
    })
}

/// A configuration that was published, by its hash.
pub fn configuration(
    database: &Database,
    hash: Sha256Digest,
) -> Result<Option<StoredConfiguration>, ApiError> {
    let query = "SELECT hash, text FROM configuration WHERE hash = ?";
    Ok(database.one(query, vec![hash.to_string().into()])?)
}
