//! Instants, and the calendar arithmetic that the lifetime of a choice needs.
//!
//! The widget carries this code, so it is the few lines that are needed (proleptic Gregorian
//! calendar, UTC, milliseconds), checked against the `jiff` library in the tests.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

const MS_PER_DAY: i64 = 86_400_000;

/// An instant in UTC, in whole milliseconds since 1970-01-01T00:00:00Z, from the year 1970 to 9999.
///
/// As text and in JSON: RFC 3339 with milliseconds and `Z`, `2026-11-22T20:27:45.120Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Timestamp(i64);

/// The text or number is not an instant from 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be an instant in UTC such as 2026-11-22T20:27:45.120Z, from 1970 to 9999")]
pub struct NotATimestamp;

impl Timestamp {
    /// 1970-01-01T00:00:00.000Z.
    pub const MIN: Self = Self(0);
    /// 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// From milliseconds since the Unix epoch.
    pub const fn from_millis(millis: i64) -> Result<Self, NotATimestamp> {
        if millis < Self::MIN.0 || millis > Self::MAX.0 {
            return Err(NotATimestamp);
        }
        Ok(Self(millis))
    }

    /// From a clock that counts milliseconds since the Unix epoch (JavaScript's `Date.now()`); a
    /// value that is not an instant becomes the nearest one, and `NaN` the epoch.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the cast saturates, and the result is clamped"
    )]
    pub fn from_clock(millis: f64) -> Self {
        Self((millis as i64).clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// This instant moved by whole seconds, kept within the range of the type.
    #[must_use]
    pub fn saturating_add_seconds(self, seconds: i64) -> Self {
        let moved = self.0.saturating_add(seconds.saturating_mul(1000));
        Self(moved.clamp(Self::MIN.0, Self::MAX.0))
    }

    /// The same time of day `months` calendar months later. Where the month is shorter, its last
    /// day: 31 January and 13 months is 28 (or 29) February. Past the year 9999, [`Self::MAX`].
    #[must_use]
    pub fn add_months(self, months: u16) -> Self {
        let Civil { year, month, day } = Civil::from_days(self.0.div_euclid(MS_PER_DAY));
        let months_from_zero = year * 12 + i64::from(month - 1) + i64::from(months);
        let (year, month) = (
            months_from_zero.div_euclid(12),
            u8::try_from(months_from_zero.rem_euclid(12) + 1).unwrap_or(12),
        );
        let day = day.min(days_in_month(year, month));
        let moved =
            Civil { year, month, day }.to_days() * MS_PER_DAY + self.0.rem_euclid(MS_PER_DAY);
        Self(moved.min(Self::MAX.0))
    }

    /// The year and the month, 1 to 12, in UTC.
    pub(crate) fn year_and_month(self) -> (u16, u8) {
        let Civil { year, month, .. } = Civil::from_days(self.0.div_euclid(MS_PER_DAY));
        (u16::try_from(year).unwrap_or(9999), month)
    }

    /// The first instant of a month, 1 to 12, in UTC.
    pub(crate) fn start_of_month(year: u16, month: u8) -> Self {
        let first = Civil {
            year: year.into(),
            month,
            day: 1,
        };
        Self((first.to_days() * MS_PER_DAY).clamp(Self::MIN.0, Self::MAX.0))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day } = Civil::from_days(self.0.div_euclid(MS_PER_DAY));
        let ms = self.0.rem_euclid(MS_PER_DAY);
        let (hour, minute, second) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{:03}Z",
            ms % 1000
        )
    }
}

impl FromStr for Timestamp {
    type Err = NotATimestamp;

    /// Accepts what [`Display`](fmt::Display) writes, with or without the milliseconds.
    fn from_str(text: &str) -> Result<Self, NotATimestamp> {
        let bytes = text.as_bytes();
        let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':')];
        let is = |at: usize, byte: u8| bytes.get(at) == Some(&byte);
        let shape = match bytes.len() {
            20 => is(19, b'Z'),
            24 => is(19, b'.') && is(23, b'Z'),
            _ => false,
        };
        if !shape || separators.iter().any(|&(at, byte)| !is(at, byte)) {
            return Err(NotATimestamp);
        }
        let number = |from: usize, to: usize| {
            let digits = bytes.get(from..to).ok_or(NotATimestamp)?;
            digits.iter().try_fold(0_i64, |sum, byte| {
                byte.is_ascii_digit()
                    .then(|| sum * 10 + i64::from(byte - b'0'))
                    .ok_or(NotATimestamp)
            })
        };
        let millis = if bytes.len() == 24 {
            number(20, 23)?
        } else {
            0
        };
        let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
        let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
        let (Ok(month), Ok(day)) = (u8::try_from(month), u8::try_from(day)) else {
            return Err(NotATimestamp);
        };
        if !(1..=12).contains(&month)
            || day == 0
            || day > days_in_month(year, month)
            || hour > 23
            || minute > 59
            || second > 59
        {
            return Err(NotATimestamp);
        }
        let days = Civil { year, month, day }.to_days();
        Self::from_millis(
            days * MS_PER_DAY + hour * 3_600_000 + minute * 60_000 + second * 1000 + millis,
        )
    }
}

impl TryFrom<String> for Timestamp {
    type Error = NotATimestamp;

    fn try_from(text: String) -> Result<Self, NotATimestamp> {
        text.parse()
    }
}

impl From<Timestamp> for String {
    fn from(timestamp: Timestamp) -> Self {
        timestamp.to_string()
    }
}

/// A day of the calendar, from 1970-01-01 to 9999-12-31, in UTC where nothing else is said.
///
/// As text and in JSON: RFC 3339's `full-date`, `2026-11-22`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(i32);

/// The text is not a day from 1970 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a day such as 2026-11-22, from 1970 to 9999")]
pub struct NotADate;

impl Date {
    /// 9999-12-31.
    const MAX: i32 = 2_932_896;

    /// The day of an instant, in UTC.
    pub fn of(time: Timestamp) -> Self {
        let days = time.0.div_euclid(MS_PER_DAY);
        Self(i32::try_from(days).unwrap_or(Self::MAX))
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// The day so many days later, within the range of the type.
    #[must_use]
    pub fn add_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days).clamp(0, Self::MAX))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Civil { year, month, day } = Civil::from_days(self.0.into());
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = NotADate;

    fn from_str(text: &str) -> Result<Self, NotADate> {
        // Ten characters, so that nothing else of an instant is read as a part of it.
        if text.len() != 10 {
            return Err(NotADate);
        }
        let start: Timestamp = format!("{text}T00:00:00Z").parse().map_err(|_| NotADate)?;
        Ok(Self::of(start))
    }
}

impl TryFrom<String> for Date {
    type Error = NotADate;

    fn try_from(text: String) -> Result<Self, NotADate> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> Self {
        date.to_string()
    }
}

/// A calendar day.
struct Civil {
    year: i64,
    month: u8,
    day: u8,
}

impl Civil {
    /// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`: years are
    /// counted from 1 March, so that the leap day comes last, in eras of 400 years.
    fn from_days(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = (month_from_march + 2) % 12 + 1;
        Self {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month: u8::try_from(month).unwrap_or(12),
            day: u8::try_from(day).unwrap_or(31),
        }
    }

    /// Days since 1970-01-01 (Hinnant, `days_from_civil`).
    fn to_days(&self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (i64::from(self.month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }
}

fn days_in_month(year: i64, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::{ToSpan, tz::TimeZone};
    use proptest::prelude::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn thirteen_months_are_clamped_at_the_end_of_a_month() {
        for (from, to) in [
            ("2025-01-31T23:59:59.999Z", "2026-02-28T23:59:59.999Z"),
            ("2027-01-31T00:00:00.000Z", "2028-02-29T00:00:00.000Z"),
            ("2028-02-29T12:00:00.000Z", "2029-03-29T12:00:00.000Z"),
            ("2026-11-30T08:00:00.000Z", "2027-12-30T08:00:00.000Z"),
            ("2026-05-31T08:00:00.000Z", "2027-06-30T08:00:00.000Z"),
            ("2026-12-15T08:00:00.000Z", "2028-01-15T08:00:00.000Z"),
        ] {
            assert_eq!(at(from).add_months(13), at(to), "{from}");
        }
    }

    #[test]
    fn what_is_not_an_instant_is_refused() {
        for text in [
            "",
            "2026-11-22",
            "2026-11-22T20:27:45",
            "2026-11-22T20:27:45.1Z",
            "2026-11-22T20:27:45+00:00",
            "2026-11-22 20:27:45Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "2026-01-00T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:60Z",
            "1969-12-31T23:59:59Z",
            "+026-01-01T00:00:00Z",
            "２０２６-01-01T00:00:00Z",
        ] {
            assert_eq!(text.parse::<Timestamp>(), Err(NotATimestamp), "{text}");
        }
        assert_eq!(Timestamp::from_millis(-1), Err(NotATimestamp));
        assert_eq!(Timestamp::from_clock(f64::NAN), Timestamp::MIN);
        assert_eq!(Timestamp::from_clock(f64::INFINITY), Timestamp::MAX);
    }

    #[test]
    fn what_is_not_a_day_is_refused() {
        for text in [
            "",
            "2026-02-29",
            "2026-11-2",
            "2026-11-22T",
            "1969-12-31",
            "22-11-2026",
            "２０２６-11-22",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NotADate), "{text}");
        }
        assert_eq!("9999-12-31".parse::<Date>().map(Date::days), Ok(Date::MAX));
    }

    proptest! {
        #[test]
        fn text_agrees_with_jiff_and_reads_back(ms in 0..=Timestamp::MAX.0) {
            let ours = Timestamp::from_millis(ms).unwrap();
            let theirs = jiff::Timestamp::from_millisecond(ms).unwrap();
            prop_assert_eq!(ours.to_string(), format!("{theirs:.3}"));
            prop_assert_eq!(ours.to_string().parse::<Timestamp>(), Ok(ours));
        }

        #[test]
        fn adding_months_agrees_with_jiff(
            ms in 0..=at("9990-01-01T00:00:00Z").0,
            months in 0_u16..=60,
        ) {
            let theirs = jiff::Timestamp::from_millisecond(ms).unwrap().to_zoned(TimeZone::UTC);
            let theirs = theirs.checked_add(i64::from(months).months()).unwrap();
            prop_assert_eq!(Timestamp(ms).add_months(months).0, theirs.timestamp().as_millisecond());
        }

        #[test]
        fn a_day_is_that_of_its_instants_and_reads_back(ms in 0..=Timestamp::MAX.0, days in 0..400) {
            let time = Timestamp(ms);
            let date = Date::of(time);
            prop_assert_eq!(&date.to_string(), &time.to_string()[..10]);
            prop_assert_eq!(date.to_string().parse::<Date>(), Ok(date));
            let later = Timestamp(ms.saturating_add(i64::from(days) * MS_PER_DAY).min(Timestamp::MAX.0));
            prop_assert_eq!(date.add_days(days), Date::of(later));
        }

        #[test]
        fn parsing_any_text_never_panics(text in "\\PC{0,30}") {
            let _ = text.parse::<Timestamp>();
            let _ = text.parse::<Date>();
        }
    }
}
