//! The table of a site's records. What is erased leaves its place, its id and its time.

use crate::ledger::{Entry, Head};
use crate::query::{ConsentQuery, cursor_after};
use crate::refusal::Refusal;
use consent_core::calendar::Timestamp;
use consent_core::receipt::{ConsentPage, ErasedRecord};
use consent_core::{ConsentRecord, Purpose, ReportId};
use serde::Deserialize;
use worker::{SqlStorage, SqlStorageValue};

/// `body` is the record as JSON; the columns before it are what an auditor filters by. All of them
/// are gone from a record that is erased.
pub const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS record (
    place INTEGER PRIMARY KEY,
    report TEXT NOT NULL UNIQUE,
    time INTEGER NOT NULL,
    erased_at INTEGER,
    method TEXT,
    notice TEXT,
    necessary TEXT,
    preferences TEXT,
    statistics TEXT,
    marketing TEXT,
    body TEXT,
    CHECK ((body IS NULL) = (erased_at IS NOT NULL))
) STRICT;
CREATE INDEX IF NOT EXISTS record_time ON record (time);
";

/// The table.
pub struct Records {
    sql: SqlStorage,
}

#[derive(Deserialize)]
struct Row {
    place: u64,
    time: i64,
    erased_at: Option<i64>,
    body: Option<String>,
}

impl TryFrom<Row> for Entry {
    type Error = Refusal;

    fn try_from(row: Row) -> Result<Self, Refusal> {
        let erased_at = match row {
            Row {
                body: Some(body), ..
            } => return Ok(Self::Kept(serde_json::from_str(&body)?)),
            Row { erased_at, .. } => erased_at,
        };
        Ok(Self::Erased(ErasedRecord {
            index: row.place,
            time: instant(row.time)?,
            erased_at: instant(erased_at.unwrap_or(row.time))?,
        }))
    }
}

impl Records {
    /// The table in this database, which has it ([`SCHEMA`]).
    pub const fn new(sql: SqlStorage) -> Self {
        Self { sql }
    }

    /// The end of the log.
    pub fn head(&self) -> Result<Head, Refusal> {
        let end = self.rows("1 ORDER BY place DESC LIMIT 1", vec![])?.pop();
        end.map_or(Ok(Head::EMPTY), |end| {
            Ok(Head {
                size: end.place + 1,
                last: instant(end.time)?,
            })
        })
    }

    /// What was kept under this id.
    pub fn find(&self, report: ReportId) -> Result<Option<Entry>, Refusal> {
        let found = self.rows("report = ?", vec![report.to_string().into()])?;
        found.into_iter().next().map(Entry::try_from).transpose()
    }

    /// Writes a record at its place.
    pub fn insert(&self, record: &ConsentRecord) -> Result<(), Refusal> {
        let place = i64::try_from(record.index)
            .map_err(|_| Refusal::Internal("the log is full".to_owned()))?;
        let mut values: Vec<SqlStorageValue> = vec![
            SqlStorageValue::try_from_i64(place)?,
            record.receipt.report.to_string().into(),
            SqlStorageValue::Integer(record.time.as_millis()),
            record.method.as_str().into(),
            record.notice.to_string().into(),
        ];
        values.extend(Purpose::ALL.map(|purpose| record.decision.get(purpose).as_str().into()));
        values.push(serde_json::to_string(record)?.into());
        self.sql.exec(
            "INSERT INTO record (place, report, time, method, notice,
                necessary, preferences, statistics, marketing, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            values,
        )?;
        Ok(())
    }

    /// Takes out of a record all that says who answered, and what. Its place stays taken and its
    /// time stays known: an auditor tells an erasure from a gap, and the log ends where it did.
    pub fn erase(&self, report: ReportId, now: Timestamp) -> Result<(), Refusal> {
        let values = vec![
            SqlStorageValue::Integer(now.as_millis()),
            report.to_string().into(),
        ];
        self.sql.exec(
            "UPDATE record SET erased_at = max(?, time), method = NULL, notice = NULL,
                necessary = NULL, preferences = NULL, statistics = NULL, marketing = NULL,
                body = NULL
             WHERE report = ?",
            values,
        )?;
        Ok(())
    }

    /// What an auditor asks for. Each place is on one page, erased or not.
    pub fn page(&self, query: &ConsentQuery) -> Result<ConsentPage, Refusal> {
        let (clause, mut values) = query.to_sql();
        // One more than asked, to know whether there is a next page.
        values.push(SqlStorageValue::Integer(i64::from(query.limit) + 1));
        let mut rows = self.rows(&format!("{clause} ORDER BY place LIMIT ?"), values)?;
        let more = rows.len() > usize::from(query.limit);
        rows.truncate(query.limit.into());
        let mut page = ConsentPage {
            next: rows
                .last()
                .filter(|_| more)
                .map(|last| cursor_after(last.place)),
            records: Vec::new(),
            erased: Vec::new(),
        };
        for row in rows {
            match Entry::try_from(row)? {
                Entry::Kept(record) => page.records.push(*record),
                Entry::Erased(erased) => page.erased.push(erased),
            }
        }
        Ok(page)
    }

    fn rows(&self, clause: &str, values: Vec<SqlStorageValue>) -> Result<Vec<Row>, Refusal> {
        let query = format!("SELECT place, time, erased_at, body FROM record WHERE {clause}");
        Ok(self.sql.exec(&query, values)?.to_array()?)
    }
}

fn instant(millis: i64) -> Result<Timestamp, Refusal> {
    Timestamp::from_millis(millis).map_err(|error| Refusal::Internal(error.to_string()))
}
