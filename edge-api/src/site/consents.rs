//! Reads the consents of an object's logs, and erases them. How a log itself is stored is `store`'s.

use crate::http::error::ApiError;
use crate::site::columns::{Code as _, code};
use crate::site::ledger::Entry;
use crate::site::logs::Logs;
use crate::site::query::ConsentQuery;
use crate::site::store::LogNumber;
use crate::site::summaries;
use crate::site::terms::{KnownNotice, Terms};
use crate::site::webhooks::deliveries;
use crate::storage::database::{Database, Transaction, bytes, instant, integer, millis};
use crate::storage::error::StoreError;
use consent_core::ConsentStatus;
use consent_core::calendar::Timestamp;
use consent_core::commitment::{SubjectOpening, SubjectText};
use consent_core::entry::{ErasureReason, Event, LogEntry};
use consent_core::ident::{Seed, SubjectTag};
use consent_core::proof::{DisclosedRecord, ErasedRecord};
use consent_core::signals::Tools;
use consent_core::text::LanguageTag;
use consent_core::{
    ConsentRecord, Decision, Layer, Method, ReceiptId, ReportId, Salts, ServiceAnswers,
    Sha256Digest, SiteId,
};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use worker::SqlStorageValue;

/// The columns of a [`ConsentRow`].
const COLUMNS: &str = "log, place, lower(hex(entry)) AS entry, lower(hex(report)) AS report,
    erased_at, reason, lower(hex(subject)) AS subject, lower(hex(seed)) AS seed,
    lower(hex(subject_hash)) AS subject_hash, lower(hex(decision_salt)) AS decision_salt, method, layer,
    trusted, gpc, granted, language, services, chosen_at, previous, record_schema, served_at,
    told";

/// Which entries are, or were, consents.
const FROM: &str = "FROM entry WHERE kind IN (1, 2, 3)";

#[derive(Deserialize)]
struct ConsentRow {
    log: LogNumber,
    place: u64,
    entry: String,
    /// Empty where it is erased, as are the others: `hex` of nothing.
    report: String,
    erased_at: Option<i64>,
    reason: Option<i64>,
    subject: String,
    seed: String,
    subject_hash: String,
    decision_salt: String,
    method: Option<i64>,
    layer: Option<i64>,
    trusted: Option<i64>,
    gpc: Option<i64>,
    granted: Option<i64>,
    language: Option<LanguageTag>,
    services: Option<String>,
    chosen_at: Option<i64>,
    previous: Option<ReceiptId>,
    record_schema: u8,
    served_at: Option<i64>,
    told: Option<u16>,
    #[serde(default)]
    passes: Option<i64>,
    #[serde(default)]
    decided: Option<i64>,
}

/// Whether a consent passes the filters of a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passes {
    /// All of them.
    All,
    /// All but that which names a visitor.
    AllButSubject,
    /// Not even those by what was answered.
    No,
}

#[derive(Deserialize)]
struct CountRow {
    present: u64,
    erased: u64,
}

/// A consent in its log.
pub struct LocatedConsent {
    /// The log.
    pub log: LogNumber,
    /// Its index there.
    pub place: u64,
    /// What stands there.
    pub entry: Entry,
}

/// Reads the consents of an object's logs.
pub struct Consents<'a> {
    /// The object's database.
    pub database: &'a Database,
    /// The site.
    pub site: &'a SiteId,
    /// The terms of its notices.
    pub terms: &'a Terms,
    /// The logs.
    pub logs: &'a Logs,
}

impl Consents<'_> {
    /// Finds the consents with these ids that are not erased.
    pub fn find(&self, reports: &[ReportId]) -> Result<Vec<(ReportId, LocatedConsent)>, ApiError> {
        let query = format!(
            "SELECT {COLUMNS} {FROM} AND report IS NOT NULL AND report IN (SELECT unhex(value) FROM json_each(?))"
        );
        let values = vec![serde_json::to_string(reports)?.into()];
        let rows: Vec<ConsentRow> = self.database.all(&query, values)?;
        let broken = |_| ApiError::Internal("the report differs from what was written".to_owned());
        rows.into_iter()
            .map(|row| Ok((row.report.parse().map_err(broken)?, self.read(row)?)))
            .collect()
    }

    /// Which of these reports were erased. Which entries they were, nobody knows any more.
    pub fn erased(&self, reports: &[ReportId]) -> Result<HashSet<ReportId>, ApiError> {
        let digests: HashMap<String, ReportId> = reports
            .iter()
            .map(|report| (hex::encode(digest(*report)), *report))
            .collect();
        let query = "SELECT lower(hex(digest)) AS text FROM erased_report
             WHERE digest IN (SELECT unhex(value) FROM json_each(?))";
        let names: Vec<_> = digests.keys().collect();
        let values = vec![serde_json::to_string(&names)?.into()];
        let rows: Vec<Text> = self.database.all(query, values)?;
        let found = rows.iter().filter_map(|row| digests.get(&row.text));
        Ok(found.copied().collect())
    }

    /// At most `limit` consents of a visitor in a log, oldest first, that are not erased.
    pub fn of_subject(
        &self,
        log: LogNumber,
        subject: SubjectTag,
        limit: usize,
    ) -> Result<Vec<LocatedConsent>, ApiError> {
        let query = format!(
            "SELECT {COLUMNS} {FROM} AND log = ? AND subject IS NOT NULL AND subject = unhex(?) ORDER BY place LIMIT ?"
        );
        let subject = subject.to_string().into();
        let values = vec![i64::from(log.0).into(), subject, integer(limit as u64)];
        let rows: Vec<ConsentRow> = self.database.all(&query, values)?;
        rows.into_iter().map(|row| self.read(row)).collect()
    }

    /// Finds at most `limit` consents of a log, from one index up to another, that meet a condition.
    pub fn range(
        &self,
        log: LogNumber,
        (from, to): (u64, u64),
        (condition, values): (String, Vec<SqlStorageValue>),
        limit: usize,
    ) -> Result<Vec<LocatedConsent>, ApiError> {
        let query = format!(
            "SELECT {COLUMNS} {FROM} AND log = ? AND place >= ? AND place < ? {condition} ORDER BY place LIMIT ?"
        );
        let range = vec![i64::from(log.0).into(), integer(from), integer(to)];
        let limit = vec![integer(limit as u64)];
        let rows: Vec<ConsentRow> = self.database.all(&query, [range, values, limit].concat())?;
        rows.into_iter().map(|row| self.read(row)).collect()
    }

    /// Finds at most `limit` consents of a log, from one index up to another, whose entries fit the query, and says of each
    /// whether its record does.
    pub fn range_with_others(
        &self,
        log: LogNumber,
        (from, to): (u64, u64),
        query: &ConsentQuery,
        limit: usize,
    ) -> Result<Vec<(LocatedConsent, Passes)>, ApiError> {
        let (all, all_values) = query.condition();
        let (decided, decided_values) = query.decision_condition();
        let (entry, entry_values) = query.entry_condition();
        let text = format!(
            "SELECT {COLUMNS}, (1 {all}) AS passes, (1 {decided}) AS decided {FROM}
             AND log = ? AND place >= ? AND place < ? {entry} ORDER BY place LIMIT ?"
        );
        let range = vec![i64::from(log.0).into(), integer(from), integer(to)];
        let limit = vec![integer(limit as u64)];
        let values = [all_values, decided_values, range, entry_values, limit].concat();
        let rows: Vec<ConsentRow> = self.database.all(&text, values)?;
        let read = rows.into_iter().map(|row| {
            let passes = match (row.passes, row.decided) {
                (Some(1), _) => Passes::All,
                (_, Some(1)) => Passes::AllButSubject,
                _ => Passes::No,
            };
            Ok((self.read(row)?, passes))
        });
        read.collect()
    }

    /// How many consents of a log, from one index up to another, meet a condition: those that are there, and those
    /// that were erased.
    pub fn count(
        &self,
        log: LogNumber,
        (from, to): (u64, u64),
        (condition, values): (String, Vec<SqlStorageValue>),
    ) -> Result<(u64, u64), ApiError> {
        let query = format!(
            "SELECT count(*) - count(erased_at) AS present, count(erased_at) AS erased FROM entry
             WHERE kind IN (1, 2, 3) AND log = ? AND place >= ? AND place < ? {condition}"
        );
        let range = vec![i64::from(log.0).into(), integer(from), integer(to)];
        let row: Option<CountRow> = self.database.one(&query, [range, values].concat())?;
        Ok(row.map_or((0, 0), |row| (row.present, row.erased)))
    }

    fn read(&self, row: ConsentRow) -> Result<LocatedConsent, ApiError> {
        let (log, place) = (row.log, row.place);
        let entry = self.entry(row).map_err(|error| match error {
            ApiError::Internal(why) => ApiError::Internal(format!(
                "the entry at place {place} of log {}: {why}",
                log.0
            )),
            other => other,
        })?;
        Ok(LocatedConsent { log, place, entry })
    }

    fn entry(&self, row: ConsentRow) -> Result<Entry, ApiError> {
        let broken =
            |what: &str| ApiError::Internal(format!("{what} differs from what was written"));
        let log = self.logs.get(row.log)?.log.origin().clone();
        let logged = LogEntry::from_bytes(&bytes(&row.entry)?)
            .map_err(|error| ApiError::Internal(error.to_string()))?;
        let Event::Consent { notice, .. } = logged.event else {
            return Err(broken("its kind"));
        };
        if let Some(erased_at) = row.erased_at {
            let reason = row.reason.ok_or_else(|| broken("the reason"))?;
            return Ok(Entry::Erased(ErasedRecord {
                log,
                index: row.place,
                time: logged.time,
                erased_at: instant(erased_at)?,
                reason: ErasureReason::from_code(reason)?,
            }));
        }
        let KnownNotice { hash, terms, .. } = &*self.terms.of(notice)?;
        let decision = Decision::from_code(row.granted.ok_or_else(|| broken("the decision"))?)?;
        let services = row.services.as_deref();
        let services = services.map_or(Some(ServiceAnswers::NONE), ServiceAnswers::decode);
        let services = services.ok_or_else(|| broken("the services"))?;
        let method = Method::from_code(row.method.ok_or_else(|| broken("the method"))?)?;
        let layer = Layer::from_code(row.layer.ok_or_else(|| broken("the layer"))?)?;
        let trusted = bool::from_code(row.trusted.ok_or_else(|| broken("`trusted`"))?)?;
        let gpc = bool::from_code(row.gpc.ok_or_else(|| broken("`gpc`"))?)?;
        let chosen_at = row.chosen_at.map(instant).transpose()?;
        let told = row.told.map(Tools::from_bits);
        let told = told.map(|told| told.ok_or_else(|| broken("the tools told")));
        let told = told.transpose()?;
        let subject: SubjectTag = row.subject.parse().map_err(|_| broken("the subject"))?;
        let salts = if row.subject_hash.is_empty() {
            let seed: Seed = row.seed.parse().map_err(|_| broken("the seed"))?;
            seed.salts()
        } else {
            let hash = row.subject_hash.parse();
            let decision = row.decision_salt.parse();
            Salts {
                subject: SubjectOpening::Hash(hash.map_err(|_| broken("the subject's hash"))?),
                decision: decision.map_err(|_| broken("the salt"))?,
            }
        };
        let report = row.report.parse().map_err(|_| broken("the report"))?;
        let record = ConsentRecord {
            schema: row.record_schema,
            receipt: ReceiptId {
                site: self.site.clone(),
                report,
            },
            log,
            index: row.place,
            time: logged.time,
            valid_until: chosen_at
                .unwrap_or(logged.time)
                .add_months(terms.choice_max_age_months),
            subject,
            status: ConsentStatus::after(method, decision, &services),
            decision,
            services,
            method,
            chosen_at,
            layer,
            trusted,
            notice: *hash,
            policy_version: terms.policy_version.clone(),
            language: row.language.ok_or_else(|| broken("the language"))?,
            jurisdiction: terms.jurisdiction,
            jurisdiction_from: terms.jurisdiction_from,
            gpc,
            served_at: row.served_at.map(instant).transpose()?,
            told,
            previous: row.previous,
        };
        // A disclosed record must re-encode to exactly the logged entry.
        if record.entry(&salts) != logged {
            return Err(broken("the record"));
        }
        Ok(Entry::Present(Box::new(DisclosedRecord { record, salts })))
    }
}

/// Erases from consents everything that says who answered, and what, and every name by which another record or
/// a visitor could find the entry again.
pub fn erase(
    transaction: &Transaction<'_>,
    site: &SiteId,
    log: LogNumber,
    (first, last): (u64, u64),
    (at, reason): (Timestamp, ErasureReason),
) -> Result<(), ApiError> {
    let range = || vec![i64::from(log.0).into(), integer(first), integer(last)];
    let query = "SELECT lower(hex(report)) AS text FROM entry
         WHERE log = ? AND place >= ? AND place <= ? AND report IS NOT NULL";
    let reports = reports(&transaction.all::<Text>(query, range())?)?;
    transaction.run(
        "UPDATE entry SET erased_at = ?, reason = ?, report = NULL, subject = NULL, seed = NULL,
            subject_hash = NULL, decision_salt = NULL, method = NULL, layer = NULL, trusted = NULL,
            gpc = NULL, granted = NULL, language = NULL, services = NULL, chosen_at = NULL,
            previous = NULL, served_at = NULL, told = NULL
         WHERE log = ? AND place >= ? AND place <= ? AND kind IN (1, 2, 3) AND erased_at IS NULL",
        [vec![millis(at), code(reason)], range()].concat(),
    )?;
    summaries::delete(transaction, log, (first, last))?;
    forget(transaction, site, &reports)
}

/// Whether a log has a record or a read that is not erased.
pub fn are_left(transaction: &Transaction<'_>, log: LogNumber) -> Result<bool, ApiError> {
    #[derive(Deserialize)]
    struct Left {
        left_over: u8,
    }
    let query = "SELECT EXISTS (SELECT 1 FROM entry WHERE log = ?1 AND kind IN (1, 2, 3) AND erased_at IS NULL)
            OR EXISTS (SELECT 1 FROM read WHERE log = ?1 AND text IS NOT NULL) AS left_over";
    let row: Option<Left> = transaction.one(query, vec![i64::from(log.0).into()])?;
    Ok(row.is_some_and(|row| row.left_over == 1))
}

/// Reports forgotten by one statement.
const FORGOTTEN_AT_ONCE: usize = 1000;

/// Notes that reports were erased, here or in another of the site's objects, and takes their names out of the
/// records that came after them: of who answered there, only the hash is left, so that the commitment still holds.
pub fn forget(
    transaction: &Transaction<'_>,
    site: &SiteId,
    reports: &[ReportId],
) -> Result<(), ApiError> {
    for some in reports.chunks(FORGOTTEN_AT_ONCE) {
        let digests: Vec<_> = some
            .iter()
            .map(|report| hex::encode(digest(*report)))
            .collect();
        transaction.run(
            "INSERT OR IGNORE INTO erased_report (digest) SELECT unhex(value) FROM json_each(?)",
            vec![serde_json::to_string(&digests)?.into()],
        )?;
        let names: Vec<_> = some
            .iter()
            .map(|report| ReceiptId {
                site: site.clone(),
                report: *report,
            })
            .collect();
        deliveries::forget(transaction, &names)?;
        let query = "SELECT log, place, lower(hex(subject)) AS subject, lower(hex(seed)) AS seed, previous
             FROM entry WHERE previous IS NOT NULL AND previous IN (SELECT value FROM json_each(?))";
        let rows: Vec<NamingRow> =
            transaction.all(query, vec![serde_json::to_string(&names)?.into()])?;
        let closed: Result<Vec<_>, StoreError> = rows.iter().map(NamingRow::close).collect();
        transaction.run(
            "UPDATE entry SET subject_hash = unhex(value ->> 2), decision_salt = unhex(value ->> 3),
                seed = NULL, previous = NULL
             FROM json_each(?) WHERE log = value ->> 0 AND place = value ->> 1",
            vec![serde_json::to_string(&closed?)?.into()],
        )?;
    }
    Ok(())
}

/// Gives every report that a server of an earlier version erased to [`forget`].
pub fn forget_undigested(database: &Database, site: &SiteId) -> Result<(), ApiError> {
    let query = "SELECT lower(hex(report)) AS text FROM undigested_report";
    let rows: Vec<Text> = database.all(query, vec![])?;
    if rows.is_empty() {
        return Ok(());
    }
    let reports = reports(&rows)?;
    database.transaction(|transaction| {
        forget(transaction, site, &reports)?;
        transaction.run("DELETE FROM undigested_report", vec![])?;
        Ok(())
    })
}

/// A record that names the one before it.
#[derive(Deserialize)]
struct NamingRow {
    log: LogNumber,
    place: u64,
    subject: String,
    seed: String,
    previous: ReceiptId,
}

impl NamingRow {
    /// Its place, the hash of who answered, and the salt of what they said.
    fn close(&self) -> Result<(u32, u64, String, String), StoreError> {
        let unreadable = |error| StoreError::unreadable("subject, seed", error);
        let subject = SubjectText {
            subject: self.subject.parse().map_err(unreadable)?,
            previous: Some(self.previous.clone()),
        };
        let seed: Seed = self.seed.parse().map_err(unreadable)?;
        let (hash, decision) = (subject.hash(&seed), seed.salts().decision);
        Ok((
            self.log.0,
            self.place,
            hash.to_string(),
            decision.to_string(),
        ))
    }
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

/// Reads the ids of reports.
fn reports(rows: &[Text]) -> Result<Vec<ReportId>, StoreError> {
    let unreadable = |error| StoreError::unreadable("report", error);
    rows.iter()
        .map(|row| row.text.parse().map_err(unreadable))
        .collect()
}

/// What is remembered of the id of an erased report: 16 bytes of a hash, enough to know it again.
fn digest(report: ReportId) -> [u8; 16] {
    let text = format!("temoin erased report v1\n{report}");
    let whole = Sha256Digest::of(text.as_bytes());
    whole.as_bytes().first_chunk().copied().unwrap_or_default()
}
