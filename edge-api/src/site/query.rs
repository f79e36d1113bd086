//! What an auditor asks for.

use crate::http::query::{Query, Repeated};
use crate::site::columns::{Code as _, bit, every_bit};
use crate::site::store::LogNumber;
use crate::storage::database::integer;
use consent_core::calendar::Timestamp;
use consent_core::field::FieldError;
use consent_core::log_origin::Shard;
use consent_core::{Consent, Method, NoticeHash, Purpose};
use std::fmt;
use worker::SqlStorageValue;

/// Records answered at once, unless asked otherwise.
const DEFAULT_LIMIT: u16 = 100;
/// Records answered at once, at most.
const LARGEST_LIMIT: u16 = 1000;
/// What is wrong with a cursor that no answer gave.
pub const BAD_CURSOR: &str = "must be the `next` of an earlier answer";

/// The filters of `GET /v1/sites/SITE/consents`; together they narrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentQuery {
    /// Inclusive.
    pub from: Timestamp,
    /// Exclusive.
    pub until: Timestamp,
    decision: Option<(Option<Purpose>, Consent)>,
    method: Option<Method>,
    notice: Option<NoticeHash>,
    /// The first place to look at.
    pub start: Cursor,
    /// How many records at most.
    pub limit: u16,
}

impl ConsentQuery {
    /// Reads the parameters of an address. Every one that is wrong or unknown is reported.
    pub fn parse(parameters: &Query<'_>) -> Result<Self, Vec<FieldError>> {
        let mut query = Self {
            from: Timestamp::MIN,
            until: Timestamp::MAX,
            decision: None,
            method: None,
            notice: None,
            start: Cursor::START,
            limit: DEFAULT_LIMIT,
        };
        let (mut purpose, mut decision) = (None, None);
        let read = parameters.read(Repeated::Refused, |name, value| {
            match name {
                "from" => query.from = instant(value, Day::Begins)?,
                "to" => query.until = instant(value, Day::Ends)?,
                "purpose" => purpose = Some(named(value, &Purpose::ALL, Purpose::as_str)?),
                "decision" => decision = Some(named(value, &[Consent::Granted, Consent::Denied], Consent::as_str)?),
                "method" => query.method = Some(named(value, &Method::ALL, Method::as_str)?),
                "notice" => query.notice = Some(value.parse().map_err(|error: consent_core::ident::BadIdentifier| error.to_string())?),
                "cursor" => query.start = cursor(value)?,
                "limit" => query.limit = limit(value)?,
                _ => return Err("is not a filter; those are from, to, purpose, decision, method, notice, cursor, limit".to_owned()),
            }
            Ok(())
        });
        let mut errors = read.err().unwrap_or_default();
        if purpose.is_some() && decision.is_none() && !parameters.has("decision") {
            errors.push(FieldError::new(
                "purpose",
                "needs decision=granted or decision=denied: every record states all four purposes",
            ));
        }
        query.decision = decision.map(|decision| (purpose, decision));
        if errors.is_empty() {
            Ok(query)
        } else {
            Err(errors)
        }
    }

    /// What a consent must meet besides its time, as the continuation of a `WHERE` clause with its
    /// values in order. What is erased meets none of it.
    pub fn condition(&self) -> (String, Vec<SqlStorageValue>) {
        let mut clause = String::new();
        let mut values = Vec::new();
        if let Some(method) = self.method {
            clause.push_str(" AND method = ?");
            values.push(integer(method.to_code().into()));
        }
        if let Some(notice) = self.notice {
            clause.push_str(
                " AND granted IS NOT NULL AND notice = (SELECT number FROM notice WHERE hash = ?)",
            );
            values.push(notice.to_string().into());
        }
        if let Some((purpose, decision)) = self.decision {
            let bits = match purpose {
                None => every_bit(),
                // The necessary has no bit: it is always granted.
                Some(purpose) => bit(purpose),
            };
            clause.push_str(match (bits, decision) {
                (0, Consent::Granted) => " AND granted & ? = 0",
                (0, Consent::Denied) | (_, Consent::Granted) => " AND granted & ? != 0",
                (_, Consent::Denied) => " AND ~granted & ? != 0",
            });
            values.push(integer(bits.into()));
        }
        (clause, values)
    }
}

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

fn cursor(text: &str) -> Result<Cursor, String> {
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

fn limit(text: &str) -> Result<u16, String> {
    text.parse()
        .ok()
        .filter(|limit| (1..=LARGEST_LIMIT).contains(limit))
        .ok_or_else(|| format!("must be a number from 1 to {LARGEST_LIMIT}"))
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
        ConsentQuery::parse(&Query::parse(query)).map_err(|errors| {
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
        insta::assert_snapshot!(parse("from=yesterday&decision=maybe&limit=0&cursor=x&color=red&limit=3").unwrap_err(), @"from: must be a day, 2026-11-22, or an instant, 2026-11-22T20:27:45Z; decision: must be one of granted, denied; limit: must be a number from 1 to 1000; cursor: must be the `next` of an earlier answer; color: is not a filter; those are from, to, purpose, decision, method, notice, cursor, limit; limit: is given twice");
        insta::assert_snapshot!(parse("purpose=marketing").unwrap_err(), @"purpose: needs decision=granted or decision=denied: every record states all four purposes");
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
