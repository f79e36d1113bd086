//! What an auditor asks for.

use crate::http::query::{Query, Repeated};
use crate::site::columns::{Code as _, EntryKind, bit, code, every_bit};
use crate::site::store::LogNumber;
use crate::storage::database::integer;
use consent_core::calendar::Timestamp;
use consent_core::field::FieldError;
use consent_core::ident::SubjectTag;
use consent_core::jurisdiction::Jurisdiction;
use consent_core::log_origin::Shard;
use consent_core::text::LanguageTag;
use consent_core::{Consent, ConsentStatus, Layer, Method, NoticeHash, Purpose, ServiceId};
use serde_json::{Map, Value, json};
use std::fmt;
use std::str::FromStr;
use worker::SqlStorageValue;

/// Records answered at once, unless asked otherwise.
const DEFAULT_LIMIT: u16 = 100;
/// Records answered at once, at most.
const LARGEST_LIMIT: u16 = 1000;
/// What is wrong with a cursor that no answer gave.
pub const BAD_CURSOR: &str = "must be the `next` of an earlier answer";

/// What an error lists.
const FILTERS: &str = "from, to, purpose, service, decision, status, method, layer, notice, language, jurisdiction, \
    gpc, trusted, served, subject";

/// The filters of `GET /v1/sites/SITE/consents`; together they narrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentQuery {
    /// Inclusive.
    pub from: Timestamp,
    /// Exclusive.
    pub until: Timestamp,
    decision: Option<(Decided, Consent)>,
    status: Option<ConsentStatus>,
    method: Option<Method>,
    layer: Option<Layer>,
    notice: Option<NoticeHash>,
    language: Option<LanguageTag>,
    jurisdiction: Option<Jurisdiction>,
    gpc: Option<bool>,
    trusted: Option<bool>,
    served: Option<bool>,
    subject: Option<SubjectTag>,
    /// The first place to look at.
    pub start: Cursor,
    /// How many records at most.
    pub limit: u16,
}

/// What a decision is about.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Decided {
    /// Any of the optional purposes.
    Any,
    /// One purpose.
    Purpose(Purpose),
    /// One service: it follows its purpose, unless it was answered apart.
    Service(ServiceId),
}

/// How an answer is given in pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paging {
    /// With `limit` and `cursor`.
    Pages,
    /// With `cursor` alone: a count that goes on.
    Count,
    /// Not at all: an export, which has parameters of its own beside the filters.
    Export,
}

/// The parameters of an export that are no filters.
pub const EXPORT_PARAMETERS: [&str; 2] = ["format", "proof"];

impl ConsentQuery {
    /// Reads the parameters of an address. Every one that is wrong or unknown is reported.
    pub fn parse(parameters: &Query<'_>, paging: Paging) -> Result<Self, Vec<FieldError>> {
        let mut query = Self::everything();
        let (mut purpose, mut service, mut decision) = (None, None, None);
        let read = parameters.read(Repeated::Refused, |name, value| {
            match name {
                "purpose" => purpose = Some(named(value, &Purpose::ALL, Purpose::as_str)?),
                "service" => service = Some(parsed(value)?),
                "decision" => decision = Some(named(value, &ANSWERS, Consent::as_str)?),
                "limit" if paging == Paging::Pages => query.limit = limit(value)?,
                _ => query.read(name, value, paging)?,
            }
            Ok(())
        });
        let mut errors = read.err().unwrap_or_default();
        for name in ["purpose", "service"] {
            if parameters.has(name) && !parameters.has("decision") {
                let why = "needs decision=granted or decision=denied: every record answers for all of them";
                errors.push(FieldError::new(name, why));
            }
        }
        if purpose.is_some() && service.is_some() {
            let why = "cannot be asked for together with a purpose: a service has its own";
            errors.push(FieldError::new("service", why));
        }
        let decided = match (service, purpose) {
            (Some(service), _) => Decided::Service(service),
            (None, Some(purpose)) => Decided::Purpose(purpose),
            (None, None) => Decided::Any,
        };
        query.decision = decision.map(|decision| (decided, decision));
        if errors.is_empty() {
            Ok(query)
        } else {
            Err(errors)
        }
    }

    /// That of whoever asks for all.
    const fn everything() -> Self {
        Self {
            from: Timestamp::MIN,
            until: Timestamp::MAX,
            decision: None,
            status: None,
            method: None,
            layer: None,
            notice: None,
            language: None,
            jurisdiction: None,
            gpc: None,
            trusted: None,
            served: None,
            subject: None,
            start: Cursor::START,
            limit: DEFAULT_LIMIT,
        }
    }

    /// Reads one parameter.
    fn read(&mut self, name: &str, value: &str, paging: Paging) -> Result<(), String> {
        match name {
            "from" => self.from = instant(value, Day::Begins)?,
            "to" => self.until = instant(value, Day::Ends)?,
            "status" => {
                let known = &ConsentStatus::OF_RECORDS;
                self.status = Some(named(value, known, ConsentStatus::as_str)?);
            }
            "method" => self.method = Some(named(value, &Method::ALL, Method::as_str)?),
            "layer" => self.layer = Some(named(value, &Layer::ALL, Layer::as_str)?),
            "notice" => self.notice = Some(parsed(value)?),
            "language" => self.language = Some(parsed(value)?),
            "jurisdiction" => {
                self.jurisdiction = Some(named(value, Jurisdiction::ALL, Jurisdiction::as_str)?);
            }
            "gpc" => self.gpc = Some(boolean(value)?),
            "trusted" => self.trusted = Some(boolean(value)?),
            "served" => self.served = Some(boolean(value)?),
            "subject" => self.subject = Some(parsed(value)?),
            "cursor" if paging != Paging::Export => self.start = cursor(value)?,
            name if paging == Paging::Export && EXPORT_PARAMETERS.contains(&name) => {}
            _ => {
                let paging = match paging {
                    Paging::Pages => "cursor, limit",
                    Paging::Count => "cursor",
                    Paging::Export => "format, proof",
                };
                return Err(format!(
                    "is not a filter; those are {FILTERS}; besides them there is {paging}"
                ));
            }
        }
        Ok(())
    }

    /// What a consent must meet besides its time, as the continuation of a `WHERE` clause with its
    /// values in order. What is erased meets none of it.
    pub fn condition(&self) -> (String, Vec<SqlStorageValue>) {
        self.condition_with(self.subject)
    }

    /// What a consent must meet besides its time and the visitor who gave it.
    pub fn decision_condition(&self) -> (String, Vec<SqlStorageValue>) {
        self.condition_with(None)
    }

    /// What the entry of a consent must meet besides its time, as everybody can see it in the log.
    pub fn entry_condition(&self) -> (String, Vec<SqlStorageValue>) {
        let mut condition = Condition::default();
        if let Some(status) = self.status {
            condition.and("kind = ?", [code(kind_of(status))]);
        }
        if let Some(notice) = self.notice {
            let text = "notice = (SELECT number FROM notice WHERE hash = ?)";
            condition.and(text, [notice.to_string().into()]);
        }
        (condition.clause, condition.values)
    }

    /// What a block of entries must meet by its summary so that a consent in it can pass, whenever it was given; nothing
    /// where every block does.
    pub fn block_condition(&self) -> Option<BlockCondition> {
        let mut condition = Condition::default();
        let one_of = |code: u8| integer(1 << code);
        if let Some(method) = self.method {
            condition.and("methods & ? != 0", [one_of(method.to_code())]);
        }
        if let Some(layer) = self.layer {
            condition.and("layers & ? != 0", [one_of(layer.to_code())]);
        }
        if let Some(status) = self.status {
            condition.and("kinds & ? != 0", [one_of(kind_of(status).to_code())]);
        }
        for (asked, yes, no) in [
            (self.gpc, flag::GPC, flag::NO_GPC),
            (self.trusted, flag::TRUSTED, flag::NOT_TRUSTED),
            (self.served, flag::SERVED, flag::NOT_SERVED),
        ] {
            if let Some(asked) = asked {
                condition.and("flags & ? != 0", [integer(if asked { yes } else { no })]);
            }
        }
        if let Some(language) = &self.language {
            let listed = format!(",{language},");
            condition.and("instr(languages, ?) > 0", [listed.into()]);
        }
        if let Some(subject) = self.subject {
            let text = "block IN (SELECT place / 256 FROM entry
                WHERE entry.log = summary.log AND subject IS NOT NULL AND subject = unhex(?))";
            condition.and(text, [subject.to_string().into()]);
        }
        if let Some(notice) = self.notice {
            let text = "ifnull(instr(notices, ',' || (SELECT number FROM notice WHERE hash = ?) || ','), 0) > 0";
            condition.and(text, [notice.to_string().into()]);
        }
        if self.jurisdiction.is_some() {
            let text = "EXISTS (SELECT 1 FROM lawful WHERE instr(notices, ',' || lawful.number || ',') > 0)";
            condition.and(text, []);
        }
        match &self.decision {
            None => {}
            Some((Decided::Any, decision)) => condition.and_block_bits(every_bit(), *decision),
            Some((Decided::Purpose(purpose), decision)) => {
                condition.and_block_bits(bit(*purpose), *decision);
            }
            Some((Decided::Service(_), _)) => {
                let text = "(flags & ? != 0
                    OR EXISTS (SELECT 1 FROM offering WHERE instr(notices, ',' || offering.number || ',') > 0))";
                condition.and(text, [integer(flag::APART)]);
            }
        }
        let service = match &self.decision {
            Some((Decided::Service(service), _)) => Some(service_path(service)),
            _ => None,
        };
        (!condition.clause.is_empty()).then(|| BlockCondition {
            clause: condition.clause,
            values: condition.values,
            jurisdiction: self.jurisdiction.map(|law| law.as_str().to_owned()),
            service,
        })
    }

    /// The filters that were given, by their names.
    pub fn filters(&self) -> Map<String, Value> {
        let mut filters = Map::new();
        let mut put = |name: &str, value: Option<Value>| {
            filters.extend(value.map(|value| (name.to_owned(), value)));
        };
        let time = |time: Timestamp, unbounded| (time != unbounded).then(|| json!(time));
        put("from", time(self.from, Timestamp::MIN));
        put("to", time(self.until, Timestamp::MAX));
        if let Some((decided, decision)) = &self.decision {
            put("decision", Some(json!(decision)));
            match decided {
                Decided::Any => {}
                Decided::Purpose(purpose) => put("purpose", Some(json!(purpose))),
                Decided::Service(service) => put("service", Some(json!(service))),
            }
        }
        put("status", self.status.map(|one| json!(one)));
        put("method", self.method.map(|one| json!(one)));
        put("layer", self.layer.map(|one| json!(one)));
        put("notice", self.notice.map(|one| json!(one)));
        put("language", self.language.as_ref().map(|one| json!(one)));
        put("jurisdiction", self.jurisdiction.map(|one| json!(one)));
        put("gpc", self.gpc.map(|one| json!(one)));
        put("trusted", self.trusted.map(|one| json!(one)));
        put("served", self.served.map(|one| json!(one)));
        put("subject", self.subject.map(|one| json!(one)));
        filters
    }

    fn condition_with(&self, subject: Option<SubjectTag>) -> (String, Vec<SqlStorageValue>) {
        let mut condition = Condition::default();
        if let Some(method) = self.method {
            condition.and("method = ?", [code(method)]);
        }
        if let Some(layer) = self.layer {
            condition.and("layer = ?", [code(layer)]);
        }
        if let Some(status) = self.status {
            // The kind of its entry is where it stands; that of an erased one is public.
            let text = "granted IS NOT NULL AND kind = ?";
            condition.and(text, [code(kind_of(status))]);
        }
        if let Some(gpc) = self.gpc {
            condition.and("gpc = ?", [code(gpc)]);
        }
        if let Some(trusted) = self.trusted {
            condition.and("trusted = ?", [code(trusted)]);
        }
        if let Some(served) = self.served {
            let text = if served {
                "served_at IS NOT NULL"
            } else {
                // Of a record of format 1, nobody knows.
                "granted IS NOT NULL AND record_schema > 1 AND served_at IS NULL"
            };
            condition.and(text, []);
        }
        if let Some(language) = &self.language {
            condition.and("language = ?", [language.as_str().into()]);
        }
        if let Some(subject) = subject {
            // By the index of subjects, where there is nothing else to go by.
            let text = "subject IS NOT NULL AND subject = unhex(?)";
            condition.and(text, [subject.to_string().into()]);
        }
        if let Some(notice) = self.notice {
            let text =
                "granted IS NOT NULL AND notice = (SELECT number FROM notice WHERE hash = ?)";
            condition.and(text, [notice.to_string().into()]);
        }
        if let Some(jurisdiction) = self.jurisdiction {
            let text = "granted IS NOT NULL AND notice IN
                (SELECT number FROM notice WHERE terms ->> '$.jurisdiction' = ?)";
            condition.and(text, [jurisdiction.as_str().into()]);
        }
        match &self.decision {
            None => {}
            Some((Decided::Any, decision)) => condition.and_bits(every_bit(), *decision),
            Some((Decided::Purpose(purpose), decision)) => {
                condition.and_bits(bit(*purpose), *decision);
            }
            Some((Decided::Service(service), decision)) => {
                condition.and_service(service, *decision);
            }
        }
        (condition.clause, condition.values)
    }
}

/// What the summary of a block of entries must meet.
pub struct BlockCondition {
    /// The continuation of a `WHERE` clause. It may ask the tables `lawful` and `offering`: the notices of a law, and those
    /// that offer a service.
    pub clause: String,
    /// Its values, in order.
    pub values: Vec<SqlStorageValue>,
    /// The law.
    pub jurisdiction: Option<String>,
    /// Where the terms of a notice have the service.
    pub service: Option<String>,
}

/// What occurs in a block, as its summary has it. A bit is stored: it is never given another meaning.
pub mod flag {
    /// Sent with Global Privacy Control.
    pub const GPC: u64 = 1;
    /// Sent without.
    pub const NO_GPC: u64 = 2;
    /// The browser vouched for the click.
    pub const TRUSTED: u64 = 4;
    /// It did not.
    pub const NOT_TRUSTED: u64 = 8;
    /// A loader was served before.
    pub const SERVED: u64 = 16;
    /// None was.
    pub const NOT_SERVED: u64 = 32;
    /// A service was answered apart from its purpose.
    pub const APART: u64 = 64;
}

/// Where the terms of a notice have the purpose of a service.
fn service_path(service: &ServiceId) -> String {
    format!("$.services.\"{service}\"")
}

/// The kind of the entry of a record of this status.
const fn kind_of(status: ConsentStatus) -> EntryKind {
    match status {
        ConsentStatus::Given => EntryKind::Grant,
        ConsentStatus::Refused => EntryKind::Refuse,
        ConsentStatus::Withdrawn | ConsentStatus::Expired => EntryKind::Withdraw,
    }
}

/// The continuation of a `WHERE` clause.
#[derive(Default)]
struct Condition {
    clause: String,
    values: Vec<SqlStorageValue>,
}

impl Condition {
    fn and<const N: usize>(&mut self, text: &str, values: [SqlStorageValue; N]) {
        self.clause.push_str(" AND ");
        self.clause.push_str(text);
        self.values.extend(values);
    }

    /// That one of these purposes was answered so. The necessary has no bit: it is always granted.
    fn and_bits(&mut self, bits: u8, decision: Consent) {
        let text = match (bits, decision) {
            (0, Consent::Granted) => "granted & ? = 0",
            (0, Consent::Denied) | (_, Consent::Granted) => "granted & ? != 0",
            (_, Consent::Denied) => "~granted & ? != 0",
        };
        self.and(text, [integer(bits.into())]);
    }

    /// That in a block one of these purposes was answered so.
    fn and_block_bits(&mut self, bits: u8, decision: Consent) {
        match (bits, decision) {
            // Every consent grants the necessary.
            (0, Consent::Granted) => {}
            (0, Consent::Denied) => self.and("0", []),
            (_, Consent::Granted) => self.and("granted & ? != 0", [integer(bits.into())]),
            (_, Consent::Denied) => self.and("denied & ? != 0", [integer(bits.into())]),
        }
    }

    /// That a service was answered so: apart from its purpose, or as the purpose that it has in the notice.
    fn and_service(&mut self, service: &ServiceId, decision: Consent) {
        let asked = "notice IN (SELECT number FROM notice WHERE json_extract(terms, ?) = ?)";
        let apart = |letter| format!("~{letter}{service}~");
        let path = service_path(service);
        let mut as_purpose = Vec::new();
        let mut values = Vec::new();
        for purpose in Purpose::ALL {
            let bits = bit(purpose);
            as_purpose.push(match (bits, decision) {
                (0, Consent::Granted) => format!("granted & {bits} = 0 AND {asked}"),
                (0, Consent::Denied) | (_, Consent::Granted) => {
                    format!("granted & {bits} != 0 AND {asked}")
                }
                (_, Consent::Denied) => format!("granted & {bits} = 0 AND {asked}"),
            });
            values.extend([path.as_str().into(), purpose.as_str().into()]);
        }
        let (same, other) = match decision {
            Consent::Granted => ('g', 'd'),
            Consent::Denied => ('d', 'g'),
        };
        let listed = "instr('~' || ifnull(services, '') || '~', ?)";
        let text = format!(
            "granted IS NOT NULL AND ({listed} > 0 OR ({listed} = 0 AND (({}))))",
            as_purpose.join(") OR (")
        );
        self.and(&text, [apart(same).into(), apart(other).into()]);
        self.values.extend(values);
    }
}

/// The answers that a filter may ask for.
const ANSWERS: [Consent; 2] = [Consent::Granted, Consent::Denied];

/// Where the reading of the logs of an object goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// In this shard, and those after it.
    pub shard: Shard,
    /// In this log, and those after it.
    pub log: LogNumber,
    /// From this place in that log.
    pub place: u64,
}

impl Cursor {
    /// Where it begins.
    pub const START: Self = Self::start_of(Shard::FIRST);

    /// Where a shard begins.
    pub const fn start_of(shard: Shard) -> Self {
        Self {
            shard,
            log: LogNumber(0),
            place: 0,
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { shard, log, place } = self;
        if *shard != Shard::FIRST {
            write!(f, "s{}", shard.0)?;
        }
        write!(f, "p{}-{place}", log.0)
    }
}

/// Reads a cursor.
pub fn cursor(text: &str) -> Result<Cursor, String> {
    let number = |digits: &str| {
        let plain = (1..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        digits.parse::<u64>().ok().filter(|_| plain)
    };
    let read = |text: &str| {
        let (shard, rest) = match text.strip_prefix('s') {
            None => (Shard::FIRST, text.strip_prefix('p')?),
            Some(text) => {
                let (shard, rest) = text.split_once('p')?;
                let shard = shard.parse().ok();
                (shard.filter(|shard| *shard != Shard::FIRST)?, rest)
            }
        };
        let (log, place) = rest.split_once('-')?;
        Some(Cursor {
            shard,
            log: LogNumber(u32::try_from(number(log)?).ok()?),
            place: number(place)?,
        })
    };
    read(text).ok_or_else(|| BAD_CURSOR.to_owned())
}

/// Reads the one parameter of a list that has its newest first: `before`, a number that an answer gave as its `next`. Nothing where the list begins.
pub fn before(query: &str) -> Result<Option<u64>, Vec<FieldError>> {
    let mut before = None;
    Query::parse(query).read(Repeated::Refused, |name, value| {
        let "before" = name else {
            return Err("is not a parameter; `before` is".to_owned());
        };
        let number: Option<u32> = value.parse().ok();
        before = Some(number.ok_or_else(|| BAD_CURSOR.to_owned())?.into());
        Ok(())
    })?;
    Ok(before)
}

fn limit(text: &str) -> Result<u16, String> {
    text.parse()
        .ok()
        .filter(|limit| (1..=LARGEST_LIMIT).contains(limit))
        .ok_or_else(|| format!("must be a number from 1 to {LARGEST_LIMIT}"))
}

fn boolean(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "must be true or false".to_owned())
}

fn parsed<T: FromStr<Err: ToString>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

fn named<T: Copy>(text: &str, all: &[T], name: fn(T) -> &'static str) -> Result<T, String> {
    all.iter()
        .copied()
        .find(|one| name(*one) == text)
        .ok_or_else(|| {
            let names: Vec<_> = all.iter().map(|one| name(*one)).collect();
            format!("must be one of {}", names.join(", "))
        })
}

#[derive(Clone, Copy)]
enum Day {
    Begins,
    Ends,
}

/// An instant with its offset (RFC 3339), or a whole day in UTC: `to` a day includes it.
fn instant(text: &str, day: Day) -> Result<Timestamp, String> {
    let instant = text.parse::<jiff::Timestamp>().ok().or_else(|| {
        let date = text.parse::<jiff::civil::Date>().ok()?;
        let date = match day {
            Day::Begins => date,
            Day::Ends => date.tomorrow().ok()?,
        };
        Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    });
    // The `+` of a time zone that was not written as `%2B` arrives as a space (WHATWG URL, urlencoded parsing).
    let instant = instant.or_else(|| text.replace(' ', "+").parse::<jiff::Timestamp>().ok());
    instant
        .and_then(|instant| Timestamp::from_millis(instant.as_millisecond()).ok())
        .ok_or_else(|| "must be a day, 2026-11-22, or an instant, 2026-11-22T20:27:45Z".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<ConsentQuery, String> {
        ConsentQuery::parse(&Query::parse(query), Paging::Pages).map_err(|errors| {
            let errors: Vec<_> = errors
                .iter()
                .map(|error| format!("{}: {}", error.field, error.message))
                .collect();
            errors.join("; ")
        })
    }

    #[test]
    fn a_day_is_whole_on_both_sides() {
        let query = parse("from=2026-11-22&to=2026-11-22").unwrap();
        assert_eq!(query.from.to_string(), "2026-11-22T00:00:00.000Z");
        assert_eq!(query.until.to_string(), "2026-11-23T00:00:00.000Z");
        let query = parse("to=2026-11-22T10:00:00-05:00").unwrap();
        assert_eq!(query.until.to_string(), "2026-11-22T15:00:00.000Z");
        for east in ["2026-11-22T10:00:00+01:00", "2026-11-22T10:00:00%2B01:00"] {
            let query = parse(&format!("from={east}")).unwrap();
            assert_eq!(query.from.to_string(), "2026-11-22T09:00:00.000Z", "{east}");
        }
    }

    #[test]
    fn every_wrong_parameter_is_named() {
        insta::assert_snapshot!(parse("from=yesterday&decision=maybe&limit=0&cursor=x&color=red&limit=3").unwrap_err(), @"from: must be a day, 2026-11-22, or an instant, 2026-11-22T20:27:45Z; decision: must be one of granted, denied; limit: must be a number from 1 to 1000; cursor: must be the `next` of an earlier answer; color: is not a filter; those are from, to, purpose, service, decision, status, method, layer, notice, language, jurisdiction, gpc, trusted, served, subject; besides them there is cursor, limit; limit: is given twice");
        insta::assert_snapshot!(parse("purpose=marketing").unwrap_err(), @"purpose: needs decision=granted or decision=denied: every record answers for all of them");
        insta::assert_snapshot!(parse("service=youtube&purpose=marketing&decision=granted").unwrap_err(), @"service: cannot be asked for together with a purpose: a service has its own");
        insta::assert_snapshot!(parse("service=You'&status=expired&layer=top&jurisdiction=XX&gpc=1&trusted=yes&served=&subject=a&language=e").unwrap_err(), @"service: must be a service id: 1 to 40 lower-case letters, digits and single dashes; status: must be one of given, refused, withdrawn; layer: must be one of banner, dialog, placeholder, none; jurisdiction: must be one of AT, BE, BG, HR, CY, CZ, DK, EE, FI, FR, DE, GR, HU, IS, IE, IT, LV, LI, LT, LU, MT, NL, NO, PL, PT, RO, SK, SI, ES, SE, GB, CH, CA-QC, CA, US-CA, US, BR; gpc: must be true or false; trusted: must be true or false; served: must be true or false; subject: must be a subject tag: 32 lower-case hexadecimal digits; language: must be a language tag such as fr-CA, fr-FR or en; service: needs decision=granted or decision=denied: every record answers for all of them");
        let limit = ConsentQuery::parse(&Query::parse("limit=3"), Paging::Count).unwrap_err();
        assert!(limit[0].message.ends_with("besides them there is cursor"));
    }

    #[test]
    fn filters_become_parameters_never_text() {
        let (clause, values) = parse("purpose=marketing&decision=granted&method=save")
            .unwrap()
            .condition();
        assert_eq!(clause, " AND method = ? AND granted & ? != 0");
        assert_eq!(values, [integer(2), integer(4)]);
        let (clause, values) = parse("decision=denied").unwrap().condition();
        assert_eq!(
            (&*clause, values),
            (" AND ~granted & ? != 0", vec![integer(7)])
        );
    }

    #[test]
    fn a_cursor_reads_back() {
        let after = Cursor {
            shard: Shard::FIRST,
            log: LogNumber(2),
            place: 42,
        };
        assert_eq!(cursor(&after.to_string()), Ok(after));
        let elsewhere = Cursor {
            shard: Shard(3),
            ..after
        };
        assert_eq!(elsewhere.to_string(), "s3p2-42");
        assert_eq!(cursor("s3p2-42"), Ok(elsewhere));
        for bad in [
            "",
            "p",
            "p1",
            "p-1",
            "p1-",
            "p+1-2",
            "p1-2-3",
            "s",
            "s1",
            "sp1-2",
            "s0p1-2",
            "s01p1-2",
            "s1p",
            "1-2",
            "p1-1234567890123456",
        ] {
            assert!(cursor(bad).is_err(), "{bad}");
        }
    }
}
