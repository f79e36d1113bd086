//! The rows of the registers.

use super::query::{CaseQuery, Wanted};
use crate::http::error::ApiError;
use crate::site::columns::Code;
use crate::site::logs::Logs;
use crate::site::store::LogNumber;
use crate::storage::database::{Database, Transaction, bytes, integer};
use crate::storage::error::StoreError;
use consent_core::LogEntry;
use consent_core::calendar::Date;
use consent_core::ident::Salt;
use consent_core::register::{
    DisclosedRegisterText, IncidentCase, Register, RegisterEntry, RegisterText, RequestCase,
    RequestStatus,
};
use serde::Deserialize;
use worker::SqlStorageValue;

/// Cases answered at once.
pub const PAGE: usize = 50;

/// The most cases of a register. Nobody reaches it by hand.
pub const MOST_CASES: u32 = 10_000;

/// The most entries of a case.
const MOST_ENTRIES: u64 = 200;

/// The most that the registers of a site hold, in bytes: what an owner writes must not fill the object that takes visitors'
/// consents.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// Which case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseKey {
    /// Its register.
    pub register: Register,
    /// Its number there.
    pub number: u32,
}

impl CaseKey {
    fn values(self) -> Vec<SqlStorageValue> {
        let code = i64::from(self.register.to_code());
        vec![code.into(), i64::from(self.number).into()]
    }
}

#[derive(Deserialize)]
struct Number {
    number: u64,
}

/// The case that was written with this salt. Each writing has its own.
pub fn written(transaction: &Transaction<'_>, salt: &Salt) -> Result<Option<u32>, StoreError> {
    #[derive(Deserialize)]
    struct Row {
        number: u32,
    }
    let query = "SELECT number FROM register_entry WHERE salt = ?";
    let row: Option<Row> = transaction.one(query, vec![salt.as_bytes().to_vec().into()])?;
    Ok(row.map(|row| row.number))
}

/// The number of a new case.
pub fn next_case(transaction: &Transaction<'_>, register: Register) -> Result<u32, ApiError> {
    check_room(transaction)?;
    let query = "SELECT ifnull(max(number), 0) + 1 AS number FROM register_case WHERE register = ?";
    let next = count(
        transaction,
        query,
        vec![i64::from(register.to_code()).into()],
    )?;
    u32::try_from(next)
        .ok()
        .filter(|next| *next <= MOST_CASES)
        .ok_or(ApiError::RegisterFull)
}

/// Fails where a case has as many entries as it may have.
pub fn check_more(transaction: &Transaction<'_>, case: CaseKey) -> Result<(), ApiError> {
    check_room(transaction)?;
    let query = "SELECT count(*) AS number FROM register_entry WHERE register = ? AND number = ?";
    if count(transaction, query, case.values())? < MOST_ENTRIES {
        Ok(())
    } else {
        Err(ApiError::RegisterFull)
    }
}

fn check_room(transaction: &Transaction<'_>) -> Result<(), ApiError> {
    let query = "SELECT ifnull(sum(length(text)), 0) AS number FROM register_entry";
    if count(transaction, query, vec![])? < MOST_BYTES {
        Ok(())
    } else {
        Err(ApiError::RegisterFull)
    }
}

fn count(
    database: &Database,
    query: &str,
    values: Vec<SqlStorageValue>,
) -> Result<u64, StoreError> {
    let row: Option<Number> = database.one(query, values)?;
    Ok(row.map_or(0, |row| row.number))
}

/// Keeps what the entry at a place of a log commits to.
pub fn keep(
    transaction: &Transaction<'_>,
    (log, place): (LogNumber, u64),
    kept: &DisclosedRegisterText,
) -> Result<(), ApiError> {
    let case = CaseKey {
        register: kept.text.written.register(),
        number: kept.text.case,
    };
    let mut values = case.values();
    values.extend([
        i64::from(log.0).into(),
        integer(place),
        kept.salt.as_bytes().to_vec().into(),
        serde_json::to_string(&kept.text)?.into(),
    ]);
    transaction.run(
        "INSERT INTO register_entry (register, number, log, place, salt, text) VALUES (?, ?, ?, ?, ?, ?)",
        values,
    )?;
    Ok(())
}

/// Notes where a case stands, for whoever looks for it: open and due on a day, or neither.
fn note_standing(
    transaction: &Transaction<'_>,
    case: CaseKey,
    due_on: Option<Date>,
) -> Result<(), StoreError> {
    let mut values = case.values();
    values.push(due_on.map_or(SqlStorageValue::Null, |day| i64::from(day.days()).into()));
    transaction.run(
        "INSERT INTO register_case (register, number, due_day) VALUES (?, ?, ?)
         ON CONFLICT (register, number) DO UPDATE SET due_day = excluded.due_day",
        values,
    )?;
    Ok(())
}

/// Notes where the case stands in which something was written.
pub fn note_case(
    transaction: &Transaction<'_>,
    logs: &Logs,
    text: &RegisterText,
) -> Result<(), ApiError> {
    let (register, number) = (text.written.register(), text.case);
    let due_on = match register {
        Register::Requests => due_on(&request(transaction, logs, number)?),
        Register::Incidents => None,
    };
    Ok(note_standing(
        transaction,
        CaseKey { register, number },
        due_on,
    )?)
}

/// When a request is due, while it is open.
fn due_on(case: &RequestCase) -> Option<Date> {
    let content = case.content.as_ref()?;
    (content.status == RequestStatus::Open).then_some(content.due_on)
}

/// Erases what was written of a case. Its entries stay, in the log and here, and say nothing.
pub fn erase(transaction: &Transaction<'_>, case: CaseKey) -> Result<(), StoreError> {
    transaction.run(
        "UPDATE register_entry SET salt = NULL, text = NULL WHERE register = ? AND number = ?",
        case.values(),
    )?;
    note_standing(transaction, case, None)
}

/// A request.
pub fn request(database: &Database, logs: &Logs, number: u32) -> Result<RequestCase, ApiError> {
    let register = Register::Requests;
    let entries = of_case(database, logs, CaseKey { register, number })?;
    Ok(RequestCase::of(number, entries))
}

/// An incident.
pub fn incident(database: &Database, logs: &Logs, number: u32) -> Result<IncidentCase, ApiError> {
    let register = Register::Incidents;
    let entries = of_case(database, logs, CaseKey { register, number })?;
    Ok(IncidentCase::of(number, entries))
}

/// The entries of a case, in order.
fn of_case(
    database: &Database,
    logs: &Logs,
    case: CaseKey,
) -> Result<Vec<RegisterEntry>, ApiError> {
    let rows: Vec<Row> = database.all(
        "SELECT register_entry.log, register_entry.place, lower(hex(salt)) AS salt, text,
            lower(hex(entry.entry)) AS entry
         FROM register_entry JOIN entry ON entry.log = register_entry.log AND entry.place = register_entry.place
         WHERE register = ? AND number = ? ORDER BY register_entry.log, register_entry.place",
        case.values(),
    )?;
    if rows.is_empty() {
        return Err(ApiError::UnknownCase);
    }
    rows.iter().map(|row| row.entry(logs)).collect()
}

/// The numbers of the cases of a register that somebody looks for, newest first, and the `before` of the next answer.
pub fn numbers(
    database: &Database,
    register: Register,
    asked: CaseQuery,
    today: Date,
    most: usize,
) -> Result<(Vec<u32>, Option<u64>), ApiError> {
    let condition = match asked.wanted {
        None => "?3 = ?3",
        Some(Wanted::Open) => "?3 = ?3 AND due_day IS NOT NULL",
        Some(Wanted::Late) => "due_day < ?3",
        Some(Wanted::Closed) => "?3 = ?3 AND due_day IS NULL",
    };
    let query = format!(
        "SELECT number FROM register_case WHERE register = ?1 AND number < ?2 AND {condition}
         ORDER BY number DESC LIMIT {}",
        most + 1
    );
    let values = vec![
        i64::from(register.to_code()).into(),
        i64::from(asked.before.unwrap_or(u32::MAX)).into(),
        i64::from(today.days()).into(),
    ];
    let rows: Vec<Number> = database.all(&query, values)?;
    let more = rows.len() > most;
    let numbers: Option<Vec<u32>> = rows
        .iter()
        .take(most)
        .map(|row| u32::try_from(row.number).ok())
        .collect();
    let numbers = numbers.ok_or_else(|| StoreError::unreadable("number", "too large"))?;
    let next = numbers.last().filter(|_| more).map(|last| u64::from(*last));
    Ok((numbers, next))
}

#[derive(Deserialize)]
struct Row {
    log: LogNumber,
    place: u64,
    salt: String,
    text: Option<String>,
    entry: String,
}

impl Row {
    fn entry(&self, logs: &Logs) -> Result<RegisterEntry, ApiError> {
        let disclosed = match &self.text {
            None => None,
            Some(text) => Some(DisclosedRegisterText {
                text: serde_json::from_str::<RegisterText>(text)?,
                salt: self
                    .salt
                    .parse()
                    .map_err(|error| StoreError::unreadable("salt", error))?,
            }),
        };
        let logged = LogEntry::from_bytes(&bytes(&self.entry)?)
            .map_err(|error| ApiError::Internal(error.to_string()))?;
        let kept = RegisterEntry {
            log: logs.get(self.log)?.log.origin().clone(),
            index: self.place,
            time: logged.time,
            disclosed,
        };
        // What is disclosed must re-encode to exactly the logged entry.
        if kept.claimed_entry().is_some_and(|entry| entry != logged) {
            let why = format!(
                "what a register has of place {} of log {}",
                self.place, self.log.0
            );
            return Err(ApiError::Internal(format!(
                "{why} differs from what was written"
            )));
        }
        Ok(kept)
    }
}
