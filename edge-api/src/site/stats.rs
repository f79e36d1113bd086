//! `GET /v1/sites/SITE/stats`: how visitors answer, of all of a site's objects together.

use crate::directory;
use crate::http::error::ApiError;
use crate::http::query::{Query, Repeated};
use crate::http::response::{self, Cors};
use crate::site::client;
use crate::site::columns::EntryKind;
use crate::site::tally::{AnswerColumns, Days, Tally};
use consent_core::ConsentStatus;
use consent_core::SiteId;
use consent_core::api::SiteStats;
use consent_core::api::stats::{Breakdown, Counted, GrantedCount, PartCount, PeriodCount, Step};
use consent_core::field::FieldError;
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use std::collections::BTreeMap;
use worker::{Env, Request, Response};

/// Requests to objects for one answer, at most.
const MOST_PARTS: usize = 400;

/// Periods of one answer, at most.
const MOST_PERIODS: usize = 1_000;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct StatsQuery {
    from: Option<Date>,
    to: Option<Date>,
    by: Step,
}

/// `GET /v1/sites/SITE/stats`
pub async fn serve(env: &Env, site: &SiteId, request: &Request) -> Result<Response, ApiError> {
    let url = request.url()?;
    let query = Query::parse(url.query().unwrap_or_default());
    let asked = StatsQuery::parse(&query).map_err(ApiError::Malformed)?;
    let mut all = Tally::default();
    let mut parts = 0;
    for shard in directory::client::shards(env, site).await?.iter() {
        // Each counts only what has come since somebody asked last.
        while client::count_some(env, site, shard).await? {
            parts += 1;
            if parts == MOST_PARTS {
                return Err(ApiError::Overloaded);
            }
        }
        let tally = client::tally(env, site, shard, asked.days()).await?;
        all.days.extend(tally.days);
        all.kinds.extend(tally.kinds);
    }
    response::json(&stats(asked, &all)?, 200, Cors::None)
}

impl StatsQuery {
    fn parse(query: &Query) -> Result<Self, Vec<FieldError>> {
        let mut asked = Self {
            from: None,
            to: None,
            by: Step::Day,
        };
        query.read(Repeated::Refused, |name, value| {
            let day = || {
                let day = value.parse::<Date>();
                day.map(Some)
                    .map_err(|_| "must be a day, in UTC: 2026-11-22".to_owned())
            };
            match name {
                "from" => asked.from = day()?,
                "to" => asked.to = day()?,
                "by" => {
                    let step = Step::ALL.into_iter().find(|step| step.as_str() == value);
                    asked.by = step.ok_or("must be one of day, week, month")?;
                }
                _ => return Err("is not a parameter; those are from, to, by".to_owned()),
            }
            Ok(())
        })?;
        match (asked.from, asked.to) {
            (Some(from), Some(to)) if to < from => {
                Err(vec![FieldError::new("to", "must not be before `from`")])
            }
            _ => Ok(asked),
        }
    }

    /// All days that it asks for.
    fn days(self) -> Days {
        Days {
            from: self.from.map_or(0, number),
            to: self.to.map_or(i64::from(i32::MAX), number),
        }
    }
}

/// A day as a number since 1970-01-01.
fn number(day: Date) -> i64 {
    i64::from((day - date(1970, 1, 1)).get_days())
}

/// The day of a number.
fn day(number: i64) -> Result<Date, ApiError> {
    let day = date(1970, 1, 1).checked_add(number.days());
    day.map_err(|error| ApiError::Internal(error.to_string()))
}

/// The first day of the period that a day is in.
fn period(day: Date, by: Step) -> Date {
    let back = match by {
        Step::Day => 0,
        Step::Week => i64::from(day.weekday().to_monday_zero_offset()),
        Step::Month => i64::from(day.day()) - 1,
    };
    day.checked_sub(back.days()).unwrap_or(day)
}

fn stats(asked: StatsQuery, tally: &Tally) -> Result<SiteStats, ApiError> {
    let mut total = Counted::default();
    let mut periods: BTreeMap<Date, Counted> = BTreeMap::new();
    let (mut first, mut last) = (asked.from, asked.to);
    for row in &tally.days {
        let day = day(row.day)?;
        if asked.from.is_none() {
            first = Some(first.map_or(day, |first| first.min(day)));
        }
        if asked.to.is_none() {
            last = Some(last.map_or(day, |last| last.max(day)));
        }
        let of_period = periods.entry(period(day, asked.by)).or_default();
        for counted in [&mut total, of_period] {
            row.answer.add_to(counted, row.choices)?;
        }
    }
    if let (Some(first), Some(last)) = (first, last) {
        fill(&mut periods, first, last, asked.by)?;
    }
    let periods = periods.into_iter().map(|(from, counted)| PeriodCount {
        from: from.to_string(),
        counted,
    });
    Ok(SiteStats {
        from: first.map(|day| day.to_string()),
        to: last.map(|day| day.to_string()),
        by: asked.by,
        total,
        periods: periods.collect(),
        breakdown: breakdown(tally)?,
    })
}

/// Adds the periods in which nothing came.
fn fill(
    periods: &mut BTreeMap<Date, Counted>,
    first: Date,
    last: Date,
    by: Step,
) -> Result<(), ApiError> {
    let step = match by {
        Step::Day => 1.day(),
        Step::Week => 1.week(),
        Step::Month => 1.month(),
    };
    let all = period(first, by)
        .series(step)
        .take_while(|day| *day <= last);
    for (nth, day) in all.enumerate() {
        if nth == MOST_PERIODS {
            let why = format!(
                "gives more than {MOST_PERIODS} periods: ask by week or month, or for less time"
            );
            return Err(ApiError::Malformed(vec![FieldError::new("by", why)]));
        }
        periods.entry(day).or_default();
    }
    Ok(())
}

fn breakdown(tally: &Tally) -> Result<Breakdown, ApiError> {
    let [mut notice, mut language, mut jurisdiction, mut gpc] = [const { Parts::new() }; 4];
    let [mut method, mut trusted, mut status] = [const { Parts::new() }; 3];
    for row in &tally.kinds {
        let (answer, choices) = (row.answer, row.choices);
        if answer.is_of_a_person()? {
            if let Some(hash) = row.notice {
                notice.add(hash.to_string(), answer, choices);
            }
            if let Some(law) = row.jurisdiction {
                jurisdiction.add(law.as_str().to_owned(), answer, choices);
            }
            language.add(row.language.to_string(), answer, choices);
            gpc.add((row.gpc == 1).to_string(), answer, choices);
        }
        method.add(answer.method()?.as_str().to_owned(), answer, choices);
        trusted.add(answer.is_trusted().to_string(), answer, choices);
        let of_kind = match answer.entry()? {
            EntryKind::Refuse => ConsentStatus::Refused,
            EntryKind::Withdraw => ConsentStatus::Withdrawn,
            _ => ConsentStatus::Given,
        };
        status.add(of_kind.as_str().to_owned(), answer, choices);
    }
    Ok(Breakdown {
        notice: notice.sorted(),
        language: language.sorted(),
        jurisdiction: jurisdiction.sorted(),
        gpc: gpc.sorted(),
        method: method.sorted(),
        trusted: trusted.sorted(),
        status: status.sorted(),
    })
}

/// Counts by value.
struct Parts(BTreeMap<String, PartCount>);

impl Parts {
    const fn new() -> Self {
        Self(BTreeMap::new())
    }

    fn add(&mut self, value: String, answer: AnswerColumns, choices: u64) {
        let part = self.0.entry(value).or_insert_with_key(|value| PartCount {
            value: value.clone(),
            choices: 0,
            granted: GrantedCount::default(),
        });
        part.choices += choices;
        answer.add_granted(&mut part.granted, choices);
    }

    /// The most frequent first.
    fn sorted(self) -> Vec<PartCount> {
        let mut parts: Vec<_> = self.0.into_values().collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.choices));
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<StatsQuery, String> {
        StatsQuery::parse(&Query::parse(query)).map_err(|errors| {
            let errors = errors.iter();
            let errors = errors.map(|error| format!("{}: {}", error.field, error.message));
            errors.collect::<Vec<_>>().join("; ")
        })
    }

    fn periods(query: &str) -> Vec<String> {
        let stats = stats(asked(query).unwrap(), &Tally::default()).unwrap();
        stats.periods.into_iter().map(|it| it.from).collect()
    }

    #[test]
    fn a_period_begins_on_its_first_day_and_none_is_left_out() {
        assert_eq!(
            periods("from=2026-11-28&to=2026-12-01"),
            ["2026-11-28", "2026-11-29", "2026-11-30", "2026-12-01"]
        );
        // 30 November 2026 is a Monday.
        assert_eq!(
            periods("from=2026-11-29&to=2026-12-07&by=week"),
            ["2026-11-23", "2026-11-30", "2026-12-07"]
        );
        assert_eq!(
            periods("from=2026-11-29&to=2027-01-01&by=month"),
            ["2026-11-01", "2026-12-01", "2027-01-01"]
        );
        assert!(periods("").is_empty());
        assert_eq!(periods("from=2028-02-29&to=2028-02-29").len(), 1);
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(number(date(1970, 1, 1)), 0);
        assert_eq!(number(date(2026, 11, 29)), 20_786);
        assert_eq!(day(20_786).unwrap(), date(2026, 11, 29));
    }

    #[test]
    fn every_wrong_parameter_is_named() {
        insta::assert_snapshot!(
            asked("from=2026-11-31&to=now&by=year&from=2026-11-01&x=1").unwrap_err(),
            @"from: must be a day, in UTC: 2026-11-22; to: must be a day, in UTC: 2026-11-22; by: must be one of day, week, month; from: is given twice; x: is not a parameter; those are from, to, by"
        );
        assert_eq!(
            asked("from=2026-11-02&to=2026-11-01"),
            Err("to: must not be before `from`".to_owned())
        );
        let long = asked("from=2000-01-01&to=2026-01-01").unwrap();
        assert!(stats(long, &Tally::default()).is_err());
        let long = asked("from=2000-01-01&to=2026-01-01&by=month").unwrap();
        assert_eq!(stats(long, &Tally::default()).unwrap().periods.len(), 313);
    }
}
