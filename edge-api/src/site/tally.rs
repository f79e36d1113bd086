//! Counts the consents of an object's logs, for statistics.
//!
//! Nothing is counted when a record arrives: that would make each commit longer. What came since is counted when somebody asks, a
//! bounded number of entries at a time, each of them once; what was counted is a table with a row for each day and kind of answer.

use crate::http::error::ApiError;
use crate::site::columns::{Code as _, EntryKind, bit};
use crate::site::logs::{Logs, OpenLog};
use crate::storage::database::{Database, integer};
use consent_core::api::stats::{Counted, GrantedCount, OtherCount};
use consent_core::calendar::Timestamp;
use consent_core::jurisdiction::Jurisdiction;
use consent_core::text::LanguageTag;
use consent_core::{Method, NoticeHash, Purpose};
use serde::{Deserialize, Serialize};

/// Entries that one request counts, at most.
pub const AT_ONCE: u64 = 16_384;

/// Days of logs that one request counts, at most.
const DAYS_AT_ONCE: usize = 100;

/// Milliseconds of a day.
const DAY: i64 = 86_400_000;

/// The days that are asked for, as numbers since 1970-01-01: inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Days {
    /// The first.
    pub from: i64,
    /// The last.
    pub to: i64,
}

/// What an object has counted of some days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// By day, as a number since 1970-01-01: of each kind of answer one row.
    pub days: Vec<DayRow>,
    /// By everything but the day.
    pub kinds: Vec<KindRow>,
}

/// A kind of answer, as columns have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerColumns {
    kind: i64,
    method: i64,
    trusted: i64,
    granted: i64,
}

/// The answers of one kind on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayRow {
    /// The day.
    pub day: i64,
    /// The kind.
    #[serde(flatten)]
    pub answer: AnswerColumns,
    /// How many.
    pub choices: u64,
}

/// The answers of one kind under one notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KindRow {
    /// The notice; absent where an early version of the server did not keep it.
    pub notice: Option<NoticeHash>,
    /// Its law.
    pub jurisdiction: Option<Jurisdiction>,
    /// The language of the banner.
    pub language: LanguageTag,
    /// Whether the browser sends Global Privacy Control, as a column has it.
    pub gpc: u8,
    /// The kind.
    #[serde(flatten)]
    pub answer: AnswerColumns,
    /// How many.
    pub choices: u64,
}

impl AnswerColumns {
    /// What the entry is.
    pub fn entry(self) -> Result<EntryKind, ApiError> {
        Ok(EntryKind::from_code(self.kind)?)
    }

    /// How the choice was made.
    pub fn method(self) -> Result<Method, ApiError> {
        Ok(Method::from_code(self.method)?)
    }

    /// Whether the browser trusts the press.
    pub const fn is_trusted(self) -> bool {
        self.trusted == 1
    }

    /// Which count of others it belongs to; none where a person answered.
    fn other(self, others: &mut OtherCount) -> Result<Option<&mut u64>, ApiError> {
        if self.entry()? == EntryKind::Withdraw {
            return Ok(Some(&mut others.withdrawals));
        }
        Ok(match self.method()? {
            Method::Withdraw => Some(&mut others.withdrawals),
            Method::Gpc => Some(&mut others.signals),
            Method::Api => Some(&mut others.scripts),
            Method::Imported => Some(&mut others.imported),
            Method::AcceptAll | Method::RejectAll | Method::Save => {
                (!self.is_trusted()).then_some(&mut others.synthetic)
            }
        })
    }

    /// Whether a person answered the banner or the dialog.
    pub fn is_of_a_person(self) -> Result<bool, ApiError> {
        Ok(self.other(&mut OtherCount::default())?.is_none())
    }

    /// Adds so many of them.
    pub fn add_to(self, counted: &mut Counted, choices: u64) -> Result<(), ApiError> {
        if let Some(other) = self.other(&mut counted.others)? {
            *other += choices;
            return Ok(());
        }
        counted.choices += choices;
        self.add_granted(&mut counted.granted, choices);
        Ok(())
    }

    /// Adds so many to each purpose that was granted.
    pub fn add_granted(self, granted: &mut GrantedCount, choices: u64) {
        for purpose in Purpose::OPTIONAL {
            if self.granted & i64::from(bit(purpose)) != 0 {
                granted.add(purpose, choices);
            }
        }
    }
}

#[derive(Deserialize)]
struct Tallied {
    tallied: u64,
}

/// Counts what was not counted yet, at most so many entries: whether there is more.
pub fn count_some(database: &Database, logs: &Logs, most: u64) -> Result<bool, ApiError> {
    let mut left = most;
    let mut days = 0;
    for open in logs.all()? {
        let size = open.log.head()?.size;
        let query = "SELECT tallied FROM log WHERE number = ?";
        let row: Option<Tallied> = database.one(query, vec![integer(open.number.0.into())])?;
        let mut from = row.map_or(0, |row| row.tallied);
        while from < size {
            if left == 0 || days == DAYS_AT_ONCE {
                return Ok(true);
            }
            let day = open.time_of(from)?.as_millis().div_euclid(DAY);
            let tomorrow = Timestamp::from_millis((day + 1) * DAY).unwrap_or(Timestamp::MAX);
            let end = open.first_at(tomorrow)?.min(from.saturating_add(left));
            count(database, &open, day, (from, end))?;
            left -= end - from;
            days += 1;
            from = end;
        }
    }
    Ok(false)
}

/// Counts the entries of one day, from one place up to another.
fn count(
    database: &Database,
    open: &OpenLog,
    day: i64,
    (from, end): (u64, u64),
) -> Result<(), ApiError> {
    let log = || integer(open.number.0.into());
    database.transaction(|transaction| {
        transaction.run(
            "INSERT INTO tally (day, notice, language, kind, method, trusted, gpc, granted, choices)
             SELECT ?, ifnull(notice, 0), language, kind, method, trusted, gpc, granted, count(*) FROM entry
             WHERE log = ? AND place >= ? AND place < ? AND kind IN (1, 2, 3) AND granted IS NOT NULL
             GROUP BY notice, language, kind, method, trusted, gpc, granted
             ON CONFLICT (day, notice, language, kind, method, trusted, gpc, granted)
                DO UPDATE SET choices = choices + excluded.choices",
            vec![day.into(), log(), integer(from), integer(end)],
        )?;
        transaction.run(
            "UPDATE log SET tallied = ? WHERE number = ?",
            vec![integer(end), log()],
        )?;
        Ok(())
    })
}

/// What was counted of some days.
pub fn of_days(database: &Database, days: Days) -> Result<Tally, ApiError> {
    let values = || vec![days.from.into(), days.to.into()];
    let by_day = "SELECT day, kind, method, trusted, granted, sum(choices) AS choices FROM tally
         WHERE day BETWEEN ? AND ? GROUP BY day, kind, method, trusted, granted ORDER BY day";
    let by_kind = "SELECT notice.hash AS notice, notice.terms ->> '$.jurisdiction' AS jurisdiction, language, gpc, kind,
            method, trusted, granted, sum(choices) AS choices
         FROM tally LEFT JOIN notice ON notice.number = tally.notice
         WHERE day BETWEEN ? AND ? GROUP BY notice.hash, jurisdiction, language, gpc, kind, method, trusted, granted";
    Ok(Tally {
        days: database.all(by_day, values())?,
        kinds: database.all(by_kind, values())?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(kind: EntryKind, method: Method, trusted: bool, granted: u8) -> AnswerColumns {
        AnswerColumns {
            kind: kind.to_code().into(),
            method: method.to_code().into(),
            trusted: trusted.to_code().into(),
            granted: granted.into(),
        }
    }

    #[test]
    fn only_what_people_answer_is_a_choice_and_everything_else_has_its_own_count() {
        use EntryKind::{Grant, Refuse, Withdraw};
        let mut counted = Counted::default();
        for (nth, kind) in [
            kind(Grant, Method::AcceptAll, true, 7),
            kind(Refuse, Method::RejectAll, true, 0),
            kind(Grant, Method::Save, true, 2),
            kind(Withdraw, Method::Withdraw, true, 0),
            kind(Refuse, Method::Gpc, false, 0),
            kind(Grant, Method::Api, false, 7),
            kind(Grant, Method::Imported, false, 7),
            kind(Grant, Method::AcceptAll, false, 7),
        ]
        .into_iter()
        .enumerate()
        {
            kind.add_to(&mut counted, 1 << nth).unwrap();
        }
        assert_eq!(counted.choices, 0b111);
        let granted = counted.granted;
        assert_eq!(
            (granted.preferences, granted.statistics, granted.marketing),
            (0b001, 0b101, 0b001)
        );
        let others = counted.others;
        assert_eq!(others.withdrawals, 1 << 3);
        assert_eq!(others.signals, 1 << 4);
        assert_eq!(others.scripts, 1 << 5);
        assert_eq!(others.imported, 1 << 6);
        assert_eq!(others.synthetic, 1 << 7);
    }

    #[test]
    fn a_code_that_nobody_writes_is_an_error() {
        let unknown = AnswerColumns {
            method: 99,
            ..kind(EntryKind::Grant, Method::Save, true, 0)
        };
        assert!(unknown.add_to(&mut Counted::default(), 1).is_err());
    }
}
