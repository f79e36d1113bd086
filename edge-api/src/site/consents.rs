//! Reads the consents of an object's logs, and erases them. How a log itself is stored is `store`'s.

use crate::http::error::ApiError;
use crate::site::columns::{Code as _, code};
use crate::site::ledger::Entry;
use crate::site::logs::Logs;
use crate::site::store::LogNumber;
use crate::site::terms::{KnownNotice, Terms};
use crate::storage::database::{Database, Transaction, bytes, instant, integer, millis};
use crate::storage::error::StoreError;
use consent_core::ConsentStatus;
use consent_core::calendar::Timestamp;
use consent_core::entry::{ErasureReason, Event, LogEntry};
use consent_core::ident::{Seed, SubjectTag};
use consent_core::proof::{DisclosedRecord, ErasedRecord};
use consent_core::record::JurisdictionFrom;
use consent_core::text::LanguageTag;
use consent_core::{
    ConsentRecord, Decision, Layer, Method, ReceiptId, ReportId, ServiceAnswers, SiteId,
};
use serde::Deserialize;
use worker::SqlStorageValue;

/// Selects every entry that is, or was, a consent: [`ConsentRow`].
const CONSENT: &str = "SELECT log, place, lower(hex(entry)) AS entry, lower(hex(report)) AS report,
    erased_at, reason, lower(hex(subject)) AS subject, lower(hex(seed)) AS seed, method, layer,
    trusted, gpc, granted, language, services, chosen_at, previous
    FROM entry WHERE report IS NOT NULL";

#[derive(Deserialize)]
struct ConsentRow {
    log: LogNumber,
    place: u64,
    entry: String,
    report: ReportId,
    erased_at: Option<i64>,
    reason: Option<i64>,
    /// Empty where it is erased: `hex` of nothing.
    subject: String,
    seed: String,
    method: Option<i64>,
    layer: Option<i64>,
    trusted: Option<i64>,
    gpc: Option<i64>,
    granted: Option<i64>,
    language: Option<LanguageTag>,
    services: Option<String>,
    chosen_at: Option<i64>,
    previous: Option<ReceiptId>,
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
    /// Finds the consents with these ids, erased or not.
    pub fn find(&self, reports: &[ReportId]) -> Result<Vec<(ReportId, LocatedConsent)>, ApiError> {
        let query = format!("{CONSENT} AND report IN (SELECT unhex(value) FROM json_each(?))");
        let values = vec![serde_json::to_string(reports)?.into()];
        let rows: Vec<ConsentRow> = self.database.all(&query, values)?;
        rows.into_iter()
            .map(|row| Ok((row.report, self.read(row)?)))
            .collect()
    }

    /// Finds at most `limit` consents of a log, from one index up to another, that meet a condition.
    pub fn range(
        &self,
        log: LogNumber,
        (from, to): (u64, u64),
        (condition, values): (&str, Vec<SqlStorageValue>),
        limit: usize,
    ) -> Result<Vec<LocatedConsent>, ApiError> {
        let query = format!(
            "{CONSENT} AND log = ? AND place >= ? AND place < ? {condition} ORDER BY place LIMIT ?"
        );
        let range = vec![i64::from(log.0).into(), integer(from), integer(to)];
        let limit = vec![integer(limit as u64)];
        let rows: Vec<ConsentRow> = self.database.all(&query, [range, values, limit].concat())?;
        rows.into_iter().map(|row| self.read(row)).collect()
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
        let subject: SubjectTag = row.subject.parse().map_err(|_| broken("the subject"))?;
        let seed: Seed = row.seed.parse().map_err(|_| broken("the seed"))?;
        let record = ConsentRecord {
            schema: ConsentRecord::SCHEMA,
            receipt: ReceiptId {
                site: self.site.clone(),
                report: row.report,
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
            jurisdiction_from: JurisdictionFrom::Site,
            gpc,
            previous: row.previous,
        };
        let salts = seed.salts();
        // A disclosed record must re-encode to exactly the logged entry.
        if record.entry(&salts) != logged {
            return Err(broken("the record"));
        }
        Ok(Entry::Kept(Box::new(DisclosedRecord { record, salts })))
    }
}

/// Erases from consents everything that says who answered, and what.
pub fn erase(
    transaction: &Transaction<'_>,
    log: LogNumber,
    (first, last): (u64, u64),
    (at, reason): (Timestamp, ErasureReason),
) -> Result<(), StoreError> {
    transaction.run(
        "UPDATE entry SET erased_at = ?, reason = ?, subject = NULL, seed = NULL, method = NULL,
            layer = NULL, trusted = NULL, gpc = NULL, granted = NULL, language = NULL,
            services = NULL, chosen_at = NULL, previous = NULL
         WHERE log = ? AND place >= ? AND place <= ? AND report IS NOT NULL AND erased_at IS NULL",
        vec![
            millis(at),
            code(reason),
            i64::from(log.0).into(),
            integer(first),
            integer(last),
        ],
    )?;
    Ok(())
}
