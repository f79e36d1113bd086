//! The logs of a site in its object's database: entries, and beside each consent the record that it
//! commits to, until it is erased.

use crate::http::error::ApiError;
use crate::log::{Commit, Head, Row, Store, signed};
use crate::site::columns::{Code as _, EntryKind, code, hash};
use crate::site::terms::{KnownNotice, NoticeNumber};
use crate::storage::database::{Database, Transaction, bytes, hashes, instant, integer, millis};
use crate::storage::error::StoreError;
use consent_core::calendar::Timestamp;
use consent_core::entry::{Event, LogEntry};
use consent_core::ident::Seed;
use consent_core::signals::Tools;
use consent_core::{ConsentRecord, EvidenceHash, NoticeHash};
use consent_log::Hash;
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::HashSet;
use worker::SqlStorageValue;

/// What is written of an entry.
pub struct SiteRow {
    entry: LogEntry,
    /// Of a consent, what it commits to, and the number of its notice.
    consent: Option<(Box<ConsentRecord>, Seed, NoticeNumber)>,
    /// Until when that is kept.
    keep_until: Timestamp,
}

impl SiteRow {
    /// A consent's, whose proof is kept for so many calendar months after its end.
    pub fn consent(record: Box<ConsentRecord>, seed: Seed, notice: &KnownNotice) -> Self {
        Self {
            entry: record.entry(&seed.salts()),
            keep_until: record.valid_until.add_months(notice.terms.proof_months),
            consent: Some((record, seed, notice.number)),
        }
    }

    /// That of anything else.
    pub const fn other(entry: LogEntry) -> Self {
        Self {
            entry,
            consent: None,
            keep_until: Timestamp::MIN,
        }
    }
}

impl Row for SiteRow {
    fn entry(&self) -> Vec<u8> {
        self.entry.to_bytes().to_vec()
    }
}

/// Which log of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LogNumber(pub u32);

/// One log of the object.
pub struct SiteStore {
    database: Database,
    number: LogNumber,
}

#[derive(Deserialize)]
struct HeadRow {
    size: u64,
    time: i64,
    checkpoint: Option<String>,
}

#[derive(Deserialize)]
struct KeepUntil {
    keep_until: i64,
}

#[derive(Deserialize)]
struct OtherRow {
    place: u64,
    entry: String,
}

impl OtherRow {
    fn read(self) -> Result<(u64, LogEntry), ApiError> {
        let entry = LogEntry::from_bytes(&bytes(&self.entry)?);
        let entry = entry.map_err(|error| ApiError::Internal(error.to_string()))?;
        Ok((self.place, entry))
    }
}

#[derive(Deserialize)]
struct Text {
    text: Option<String>,
}

impl SiteStore {
    /// The log of this number.
    pub const fn new(database: Database, number: LogNumber) -> Self {
        Self { database, number }
    }

    fn number(&self) -> SqlStorageValue {
        SqlStorageValue::Integer(self.number.0.into())
    }

    /// Until when the last of its consents is kept.
    pub fn keep_until(&self) -> Result<Timestamp, ApiError> {
        let query = "SELECT keep_until FROM log WHERE number = ?";
        let row: Option<KeepUntil> = self.database.one(query, vec![self.number()])?;
        Ok(instant(row.map_or(0, |row| row.keep_until))?)
    }

    /// The notices that were published in it.
    pub fn published(&self) -> Result<HashSet<NoticeHash>, ApiError> {
        let query = "SELECT lower(hex(hash)) AS text FROM entry
             WHERE log = ? AND kind = ? AND hash IS NOT NULL";
        let values = vec![self.number(), code(EntryKind::Publish)];
        let rows: Vec<Text> = self.database.all(query, values)?;
        let hashes = rows.iter().map(|row| {
            let hash = row.text.as_deref().unwrap_or_default();
            Ok(hash
                .parse()
                .map_err(|error| StoreError::unreadable("hash", error))?)
        });
        hashes.collect()
    }
}

impl SiteStore {
    /// The newest publication in it.
    pub fn publication(&self) -> Result<Option<Event>, ApiError> {
        let query = "SELECT place, lower(hex(entry)) AS entry FROM entry
             WHERE log = ? AND kind = ? AND hash IS NOT NULL ORDER BY place DESC LIMIT 1";
        let values = vec![self.number(), code(EntryKind::Publish)];
        let row: Option<OtherRow> = self.database.one(query, values)?;
        Ok(row
            .map(OtherRow::read)
            .transpose()?
            .map(|(_, entry)| entry.event))
    }

    /// Where a file was entered as evidence, if it was.
    pub fn evidence(&self, hash: EvidenceHash) -> Result<Option<(u64, LogEntry)>, ApiError> {
        let query = "SELECT place, lower(hex(entry)) AS entry FROM entry
             WHERE log = ? AND kind = ? AND hash = ?";
        let hash = hash.as_bytes().to_vec();
        let values = vec![self.number(), code(EntryKind::Evidence), hash.into()];
        let row: Option<OtherRow> = self.database.one(query, values)?;
        row.map(OtherRow::read).transpose()
    }
}

impl Store for SiteStore {
    type Row = SiteRow;

    fn head(&self) -> Result<Option<Head>, StoreError> {
        let query = "SELECT size, time, checkpoint FROM log WHERE number = ?";
        let row: Option<HeadRow> = self.database.one(query, vec![self.number()])?;
        let Some(HeadRow {
            size,
            time,
            checkpoint: Some(checkpoint),
        }) = row
        else {
            return Ok(None);
        };
        Ok(Some(Head {
            size,
            time: instant(time)?,
            checkpoint: signed(&checkpoint)?,
        }))
    }

    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, StoreError> {
        let query =
            "SELECT hex(hashes) AS text FROM tile WHERE log = ? AND level = ? AND number = ?";
        let values = vec![self.number(), i64::from(level).into(), integer(index)];
        let row: Option<Text> = self.database.one(query, values)?;
        row.and_then(|row| row.text)
            .map(|text| hashes(&text))
            .transpose()
    }

    fn entries(&self, from: u64, to: u64) -> Result<Vec<Vec<u8>>, StoreError> {
        // One text for all: a row for each would cost more than the entries themselves.
        let query = "SELECT group_concat(entry, ' ') AS text FROM (
            SELECT hex(entry) AS entry FROM entry
            WHERE log = ? AND place >= ? AND place < ? ORDER BY place)";
        let values = vec![self.number(), integer(from), integer(to)];
        let row: Option<Text> = self.database.one(query, values)?;
        let text = row.and_then(|row| row.text).unwrap_or_default();
        text.split_ascii_whitespace().map(bytes).collect()
    }

    fn commit(&self, commit: &Commit<SiteRow>) -> Result<(), StoreError> {
        self.database.transaction(|transaction| {
            let keep_until = commit.rows.iter().map(|row| row.keep_until).max();
            let end = vec![self.number(), integer(commit.before)];
            let values = [
                end,
                vec![
                    integer(commit.head.size),
                    millis(commit.head.time),
                    commit.head.checkpoint.to_string().into(),
                    millis(keep_until.unwrap_or(Timestamp::MIN)),
                ],
            ]
            .concat();
            let written = transaction.run(
                "UPDATE log SET size = ?3, time = ?4, checkpoint = ?5,
                    keep_until = max(keep_until, ?6)
                 WHERE number = ?1 AND size = ?2",
                values,
            )?;
            if written == 0 {
                return Err(StoreError::SecondWriter("the log".into()));
            }
            self.insert(transaction, commit)?;
            self.insert_tiles(transaction, commit)
        })
    }
}

impl SiteStore {
    /// All rows by one statement, as JSON: each crossing into the runtime costs more than a row.
    fn insert(
        &self,
        transaction: &Transaction<'_>,
        commit: &Commit<SiteRow>,
    ) -> Result<(), StoreError> {
        let rows: Vec<_> = (commit.before..)
            .zip(commit.rows)
            .map(|(place, row)| match &row.consent {
                None => json!([
                    place,
                    hex::encode(row.entry.to_bytes()),
                    EntryKind::from(&row.entry.event).to_code(),
                    hash(&row.entry.event),
                ]),
                Some((record, seed, notice)) => json!([
                    place,
                    hex::encode(row.entry.to_bytes()),
                    EntryKind::from(&row.entry.event).to_code(),
                    null,
                    notice,
                    record.receipt.report,
                    record.subject,
                    seed,
                    record.method.to_code(),
                    record.layer.to_code(),
                    record.trusted.to_code(),
                    record.gpc.to_code(),
                    record.decision.to_code(),
                    record.language,
                    (!record.services.is_empty()).then(|| record.services.to_string()),
                    record.chosen_at.map(Timestamp::as_millis),
                    record.previous,
                    record.schema,
                    record.served_at.map(Timestamp::as_millis),
                    record.told.map(Tools::bits),
                ]),
            })
            .collect();
        transaction.run(
            "INSERT INTO entry (log, place, entry, kind, hash, notice, report, subject, seed, method,
                layer, trusted, gpc, granted, language, services, chosen_at, previous, record_schema, served_at,
                told)
             SELECT ?, value ->> 0, unhex(value ->> 1), value ->> 2, unhex(value ->> 3),
                value ->> 4, unhex(value ->> 5), unhex(value ->> 6), unhex(value ->> 7),
                value ->> 8, value ->> 9, value ->> 10, value ->> 11, value ->> 12, value ->> 13,
                value ->> 14, value ->> 15, value ->> 16, ifnull(value ->> 17, 1), value ->> 18,
                value ->> 19
             FROM json_each(?)",
            vec![self.number(), json!(rows).to_string().into()],
        )?;
        Ok(())
    }

    fn insert_tiles(
        &self,
        transaction: &Transaction<'_>,
        commit: &Commit<SiteRow>,
    ) -> Result<(), StoreError> {
        for tile in commit.tiles {
            let values = vec![
                self.number(),
                i64::from(tile.level).into(),
                integer(tile.index),
                consent_log::encode_tile(&tile.hashes).into(),
            ];
            transaction.run(
                "INSERT INTO tile (log, level, number, hashes) VALUES (?, ?, ?, ?)",
                values,
            )?;
        }
        Ok(())
    }
}
