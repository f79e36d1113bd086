//! Dates as cookies have them (RFC 6265, section 5.1.1): everything that servers write, read as browsers read it.

/// Milliseconds since 1970; nothing where a browser finds no date either.
pub fn parse(text: &str) -> Option<i64> {
    let (mut time, mut day, mut month, mut year) = (None, None, None, None);
    for token in text.split(is_delimiter).filter(|token| !token.is_empty()) {
        // Each token is the first of these that it can be and that has not been found yet.
        let _ = fill(&mut time, || time_of(token))
            || fill(&mut day, || number(token, 1, 2))
            || fill(&mut month, || month_of(token))
            || fill(&mut year, || number(token, 2, 4));
    }
    let (seconds, day, month) = (time?, day?, month?);
    let year = match year? {
        year @ 70..=99 => year + 1900,
        year @ 0..=69 => year + 2000,
        year => year,
    };
    if year < 1601 || !(1..=days_in(year, month)).contains(&day) {
        return None;
    }
    Some((days_since_1970(year, month, day) * 86_400 + seconds) * 1_000)
}

/// Fills what is still missing, if this is it.
fn fill<T>(missing: &mut Option<T>, read: impl FnOnce() -> Option<T>) -> bool {
    if missing.is_some() {
        return false;
    }
    *missing = read();
    missing.is_some()
}

/// `delimiter`: whitespace and signs, but no colon.
const fn is_delimiter(c: char) -> bool {
    matches!(c, '\t' | ' '..='/' | ';'..='@' | '['..='`' | '{'..='~')
}

/// The number that a token begins with, of so many digits and no more.
fn number(token: &str, least: usize, most: usize) -> Option<i64> {
    let end = token
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(token.len());
    let digits = token.get(..end).filter(|_| (least..=most).contains(&end))?;
    digits.parse().ok()
}

/// Seconds of the day, of `hms-time`.
fn time_of(token: &str) -> Option<i64> {
    let mut parts = token.splitn(3, ':');
    let whole = |part: &str| {
        number(part, 1, 2).filter(|_| part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit()))
    };
    let hours = whole(parts.next()?)?;
    let minutes = whole(parts.next()?)?;
    let seconds = number(parts.next()?, 1, 2)?;
    let is_time = hours <= 23 && minutes <= 59 && seconds <= 59;
    is_time.then_some((hours * 60 + minutes) * 60 + seconds)
}

fn month_of(token: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let start = token.get(..3)?;
    let nth = MONTHS
        .iter()
        .position(|month| start.eq_ignore_ascii_case(month))?;
    i64::try_from(nth + 1).ok()
}

const fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

const fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1 January 1970, in the Gregorian calendar.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leap_days = before / 4 - before / 100 + before / 400;
    let days_of_years = before * 365 + leap_days;
    let days_of_months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    // 1 January 1970 is the 719,163rd day from 1 January of the year 1.
    days_of_years + days_of_months + day - 1 - 719_162
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_core::calendar::Timestamp;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<String> {
        parse(text).map(|ms| {
            Timestamp::from_millis(ms).map_or_else(|_| ms.to_string(), |at| at.to_string())
        })
    }

    #[test]
    fn a_date_is_read_as_browsers_read_it() {
        for (text, date) in [
            ("Sun, 06 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37.000Z"),
            ("Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37.000Z"),
            ("Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37.000Z"),
            ("6 November 1994 8:9:7", "1994-11-06T08:09:07.000Z"),
            ("08:49:37xyz 6th nov 94", "1994-11-06T08:49:37.000Z"),
            ("01-Jan-1970 00:00:00 GMT", "1970-01-01T00:00:00.000Z"),
            ("Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29T23:59:59.000Z"),
            ("Fri, 31 Dec 69 23:59:59 GMT", "2069-12-31T23:59:59.000Z"),
            ("31 Dec 9999 23:59:59", "9999-12-31T23:59:59.000Z"),
            ("Fri, 31 Dec 1601 00:00:00 GMT", "-11613024000000"),
        ] {
            assert_eq!(read(text).as_deref(), Some(date), "{text}");
        }
        for none in [
            "",
            "0",
            "-1",
            "1994-11-06T08:49:37Z",
            "Sun, 06 Nov 1994",
            "06 Nov 1994 24:00:00",
            "06 Nov 1994 8:60:00",
            "31 Feb 2024 00:00:00",
            "29 Feb 2023 00:00:00",
            "32 Jan 2024 00:00:00",
            "0 Jan 2024 00:00:00",
            "6 Nov 1600 08:49:37",
            "6 Nov 19941 08:49:37",
            "6 11 1994 08:49:37",
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_a_panic(text: String) {
            let _ = parse(&text);
        }

        #[test]
        fn a_date_in_the_usual_form_reads_back(seconds in 0_i64..253_402_300_800) {
            let at = Timestamp::from_millis(seconds * 1_000).unwrap().to_string();
            let (date, time) = at.split_once('T').unwrap();
            let parts: Vec<&str> = date.split('-').collect();
            let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
            let month = months[parts[1].parse::<usize>().unwrap() - 1];
            let text = format!("Xxx, {} {month} {} {} GMT", parts[2], parts[0], &time[..8]);
            prop_assert_eq!(parse(&text), Some(seconds * 1_000));
        }
    }
}
