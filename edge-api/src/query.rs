//! What an auditor asks for.

use consent_core::calendar::Timestamp;
use consent_core::field::FieldError;
use consent_core::{Consent, Method, NoticeHash, Purpose};
use worker::SqlStorageValue;

/// Records answered at once, unless asked otherwise.
const DEFAULT_LIMIT: u16 = 100;
/// Records answered at once, at most.
const LARGEST_LIMIT: u16 = 1000;

/// The filters of `GET /v1/sites/SITE/consents`; together they narrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentQuery {
    from: Timestamp,
    /// Exclusive.
    until: Timestamp,
    decision: Option<(Option<Purpose>, Consent)>,
    method: Option<Method>,
    notice: Option<NoticeHash>,
    /// The first place to look at.
    start: u64,
    /// How many records at most.
    pub limit: u16,
}

impl ConsentQuery {
    /// Reads the parameters of an address. Every one that is wrong or unknown is reported.
    pub fn parse<'a>(
        pairs: impl Iterator<Item = (impl AsRef<str> + 'a, impl AsRef<str> + 'a)>,
    ) -> Result<Self, Vec<FieldError>> {
        let mut query = Self {
            from: Timestamp::MIN,
            until: Timestamp::MAX,
            decision: None,
            method: None,
            notice: None,
            start: 0,
            limit: DEFAULT_LIMIT,
        };
        let mut errors = Vec::new();
        let (mut purpose, mut decision) = (None, None);
        let mut seen = Vec::new();
        for (name, value) in pairs {
            let (name, value) = (name.as_ref(), value.as_ref());
            if seen.iter().any(|earlier| earlier == name) {
                errors.push(FieldError::new(name, "is given twice"));
                continue;
            }
            seen.push(name.to_owned());
            let read = match name {
                "from" => instant(value, Day::Begins).map(|from| query.from = from),
                "to" => instant(value, Day::Ends).map(|until| query.until = until),
                "purpose" => named(value, &Purpose::ALL, Purpose::as_str).map(|p| purpose = Some(p)),
                "decision" => named(value, &[Consent::Granted, Consent::Denied], Consent::as_str)
                    .map(|d| decision = Some(d)),
                "method" => named(value, &Method::ALL, Method::as_str).map(|m| query.method = Some(m)),
                "notice" => value
                    .parse()
                    .map(|hash| query.notice = Some(hash))
                    .map_err(|error: consent_core::ident::BadIdentifier| error.to_string()),
                "cursor" => cursor(value).map(|start| query.start = start),
                "limit" => limit(value).map(|limit| query.limit = limit),
                _ => Err("is not a filter; those are from, to, purpose, decision, method, notice, cursor, limit".to_owned()),
            };
            if let Err(message) = read {
                errors.push(FieldError::new(name, message));
            }
        }
        if purpose.is_some() && decision.is_none() && !seen.iter().any(|name| name == "decision") {
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

    /// The `WHERE` clause and its values, in order.
    pub fn to_sql(&self) -> (String, Vec<SqlStorageValue>) {
        let mut clause = "place >= ? AND time >= ? AND time < ?".to_owned();
        let mut values = vec![
            integer(self.start),
            SqlStorageValue::Integer(self.from.as_millis()),
            SqlStorageValue::Integer(self.until.as_millis()),
        ];
        if let Some(method) = self.method {
            clause.push_str(" AND method = ?");
            values.push(method.as_str().into());
        }
        if let Some(notice) = self.notice {
            clause.push_str(" AND notice = ?");
            values.push(notice.to_string().into());
        }
        if let Some((purpose, decision)) = self.decision {
            let purposes = purpose.map_or(Purpose::ALL[1..].to_vec(), |purpose| vec![purpose]);
            let columns: Vec<_> = purposes
                .iter()
                .map(|purpose| format!("{} = ?", purpose.as_str()))
                .collect();
            values.extend(purposes.iter().map(|_| decision.as_str().into()));
            clause.push_str(" AND (");
            clause.push_str(&columns.join(" OR "));
            clause.push(')');
        }
        (clause, values)
    }
}

/// What to pass as `cursor` to go on after the record at this place.
pub fn cursor_after(index: u64) -> String {
    format!("p{}", index + 1)
}

fn cursor(text: &str) -> Result<u64, String> {
    text.strip_prefix('p')
        .filter(|digits| (1..=15).contains(&digits.len()))
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| "must be the `next` of an earlier answer".to_owned())
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
    instant
        .and_then(|instant| Timestamp::from_millis(instant.as_millisecond()).ok())
        .ok_or_else(|| "must be a day, 2026-11-22, or an instant, 2026-11-22T20:27:45Z".to_owned())
}

fn integer(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<ConsentQuery, String> {
        let pairs = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap());
        ConsentQuery::parse(pairs).map_err(|errors| {
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
            .to_sql();
        assert_eq!(
            clause,
            "place >= ? AND time >= ? AND time < ? AND method = ? AND (marketing = ?)"
        );
        assert_eq!(values[3..], ["save".into(), "granted".into()]);
        let (clause, _) = parse("decision=denied").unwrap().to_sql();
        assert!(clause.ends_with("(preferences = ? OR statistics = ? OR marketing = ?)"));
    }

    #[test]
    fn a_cursor_reads_back() {
        assert_eq!(cursor(&cursor_after(41)), Ok(42));
    }
}
