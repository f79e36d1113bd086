//! Who read which records: beside each entry of the log that says that somebody read, what it commits to.

use crate::http::error::ApiError;
use crate::site::logs::Logs;
use crate::site::query;
use crate::site::store::LogNumber;
use crate::storage::database::{Database, Transaction, bytes, integer};
use crate::storage::error::StoreError;
use consent_core::LogEntry;
use consent_core::api::Reads;
use consent_core::ident::Salt;
use consent_core::proof::{DisclosedRead, KeptRead};
use serde::Deserialize;

/// Reads answered at once.
const PAGE: usize = 100;

/// Whether a read with this salt is kept. Each has its own.
pub fn is_kept(transaction: &Transaction<'_>, salt: &Salt) -> Result<bool, StoreError> {
    #[derive(Deserialize)]
    struct Count {
        count: u64,
    }
    let query = "SELECT count(*) AS count FROM read WHERE salt = ?";
    let row: Option<Count> = transaction.one(query, vec![salt.as_bytes().to_vec().into()])?;
    Ok(row.is_some_and(|row| row.count > 0))
}

/// Keeps what the entry at a place of a log commits to.
pub fn keep(
    transaction: &Transaction<'_>,
    (log, place): (LogNumber, u64),
    kept: &DisclosedRead,
) -> Result<(), ApiError> {
    transaction.run(
        "INSERT INTO read (log, place, salt, text) VALUES (?, ?, ?, ?)",
        vec![
            i64::from(log.0).into(),
            integer(place),
            kept.salt.as_bytes().to_vec().into(),
            serde_json::to_string(&kept.read)?.into(),
        ],
    )?;
    Ok(())
}

/// Erases who read what, where the records of a log are erased at the end of their retention.
pub fn erase(transaction: &Transaction<'_>, log: LogNumber) -> Result<(), StoreError> {
    transaction.run(
        "UPDATE read SET salt = NULL, text = NULL WHERE log = ?",
        vec![i64::from(log.0).into()],
    )?;
    Ok(())
}

#[derive(Deserialize)]
struct Row {
    number: u64,
    log: LogNumber,
    place: u64,
    salt: String,
    text: Option<String>,
    entry: String,
}

impl Row {
    fn read(&self, logs: &Logs) -> Result<KeptRead, ApiError> {
        let disclosed = match &self.text {
            None => None,
            Some(text) => Some(DisclosedRead {
                read: serde_json::from_str(text)?,
                salt: self
                    .salt
                    .parse()
                    .map_err(|error| StoreError::unreadable("salt", error))?,
            }),
        };
        let logged = LogEntry::from_bytes(&bytes(&self.entry)?)
            .map_err(|error| ApiError::Internal(error.to_string()))?;
        let kept = KeptRead {
            log: logs.get(self.log)?.log.origin().clone(),
            index: self.place,
            time: logged.time,
            disclosed,
        };
        // What is disclosed must re-encode to exactly the logged entry.
        if kept.claimed_entry().is_some_and(|entry| entry != logged) {
            let why = format!("the read at place {} of log {}", self.place, self.log.0);
            return Err(ApiError::Internal(format!(
                "{why} differs from what was written"
            )));
        }
        Ok(kept)
    }
}

/// `GET /v1/sites/SITE/reads`: the newest first, those with a number below `before`.
pub fn page(database: &Database, logs: &Logs, asked: &str) -> Result<Reads, ApiError> {
    let before = query::before(asked).map_err(ApiError::Malformed)?;
    let rows: Vec<Row> = database.all(
        "SELECT read.number, read.log, read.place, lower(hex(read.salt)) AS salt, read.text,
            lower(hex(entry.entry)) AS entry
         FROM read JOIN entry ON entry.log = read.log AND entry.place = read.place
         WHERE read.number < ? ORDER BY read.number DESC LIMIT ?",
        vec![
            integer(before.unwrap_or(u64::MAX)),
            integer(PAGE as u64 + 1),
        ],
    )?;
    let more = rows.len() > PAGE;
    let next = rows.get(PAGE - 1).filter(|_| more).map(|row| row.number);
    let reads = rows.iter().take(PAGE).map(|row| row.read(logs));
    Ok(Reads {
        reads: reads.collect::<Result<_, _>>()?,
        next,
    })
}
