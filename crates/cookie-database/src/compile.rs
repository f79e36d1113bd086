//! Compiles the CSV of the database into the table.

use crate::format::{
    ANYWHERE, CONFLICTING, CONTROLLER, DOMAIN, FUNCTIONAL, HOST, NAME, OTHER_DOMAIN, PURPOSE,
    RETENTION, ROW, SERVICE,
};
use consent_core::Purpose;
use consent_core::service::{Lifetime, Unit};
use consent_core::text::Host;
use std::collections::{BTreeMap, BTreeSet};

/// A row of the database cannot be understood.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// The file is not CSV.
    #[error("{0}")]
    Csv(#[from] csv::Error),
    /// A column is missing.
    #[error("there is no column “{0}”")]
    Column(&'static str),
    /// A category that has no purpose yet.
    #[error("line {line}: the category “{category}” is unknown: decide what it is for")]
    Category {
        /// The line of the row.
        line: u64,
        /// The category.
        category: String,
    },
    /// Neither 0 nor 1.
    #[error("line {line}: “{text}” does not say whether the name is a wildcard")]
    Wildcard {
        /// The line of the row.
        line: u64,
        /// What stands there instead.
        text: String,
    },
    /// A name must have a character, a domain column two domains at most.
    #[error("line {line}: the name is empty, or there are more than two domains")]
    Shape {
        /// The line of the row.
        line: u64,
    },
    /// More than the format can count.
    #[error("there are more than 65,535 of something")]
    TooMany,
}

/// The columns that are read.
const COLUMNS: [&str; 7] = [
    "Platform",
    "Category",
    "Cookie / Data Key name",
    "Domain",
    "Retention period",
    "Data Controller",
    "Wildcard match",
];

/// A row of the database, in one spelling.
struct Row {
    name: String,
    wildcard: bool,
    purpose: u16,
    service: String,
    controller: String,
    retention: String,
    domains: Domains,
}

/// Compiles the database, in the format of [`crate::format`].
pub fn compile(csv: &[u8]) -> Result<Vec<u8>, CompileError> {
    let mut rows = read(csv)?;
    rows.sort_by(|a, b| a.name.cmp(&b.name));
    let hosts = hosts(&rows);
    let strings: BTreeSet<&str> = rows
        .iter()
        .flat_map(|row| [&row.name, &row.service, &row.controller, &row.retention])
        .map(String::as_str)
        .chain(rows.iter().flat_map(|row| row.domains.names()))
        .chain([""])
        .collect();
    let number: BTreeMap<&str, u16> = strings.iter().copied().zip(0..).collect();
    let (prefixes, names): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.wildcard);

    let mut table = Vec::new();
    for count in [strings.len(), names.len(), prefixes.len(), hosts.len()] {
        let count = u16::try_from(count).map_err(|_| CompileError::TooMany)?;
        table.extend(count.to_le_bytes());
    }
    let mut end = 0_u32;
    for string in &strings {
        end += u32::try_from(string.len()).map_err(|_| CompileError::TooMany)?;
        table.extend(end.to_le_bytes());
    }
    for row in names.into_iter().chain(prefixes) {
        let mut domains = row.domains.names().map(|domain| number[domain]);
        let anywhere = if row.domains.anywhere { ANYWHERE } else { 0 };
        let mut fields = [0; ROW];
        fields[NAME] = number[&*row.name];
        fields[PURPOSE] = row.purpose | anywhere;
        fields[SERVICE] = number[&*row.service];
        fields[CONTROLLER] = number[&*row.controller];
        fields[RETENTION] = number[&*row.retention];
        fields[DOMAIN] = domains.next().unwrap_or_default();
        fields[OTHER_DOMAIN] = domains.next().unwrap_or_default();
        table.extend(fields.into_iter().flat_map(u16::to_le_bytes));
    }
    for (host, said) in hosts {
        let mut fields = [0; HOST];
        fields[NAME] = number[host];
        fields[PURPOSE] = agreed(&said, |row| row.purpose).unwrap_or(CONFLICTING);
        fields[SERVICE] = agreed(&said, |row| number[&*row.service]).unwrap_or_default();
        fields[CONTROLLER] = agreed(&said, |row| number[&*row.controller]).unwrap_or_default();
        table.extend(fields.into_iter().flat_map(u16::to_le_bytes));
    }
    table.extend(strings.into_iter().flat_map(str::bytes));
    Ok(table)
}

/// The rows of each host.
fn hosts(rows: &[Row]) -> BTreeMap<&str, Vec<&Row>> {
    let mut hosts = BTreeMap::<_, Vec<_>>::new();
    for row in rows {
        for host in row.domains.names() {
            hosts.entry(host).or_default().push(row);
        }
    }
    hosts
}

/// What all rows say alike.
fn agreed<T: PartialEq>(rows: &[&Row], of: impl Fn(&Row) -> T) -> Option<T> {
    let mut said = rows.iter().map(|row| of(row));
    let first = said.next()?;
    said.all(|other| other == first).then_some(first)
}

fn read(csv: &[u8]) -> Result<Vec<Row>, CompileError> {
    let mut reader = csv::Reader::from_reader(csv);
    let headers = reader.headers()?.clone();
    let mut places = [0; COLUMNS.len()];
    for (place, column) in places.iter_mut().zip(COLUMNS) {
        let at = headers.iter().position(|header| header == column);
        *place = at.ok_or(CompileError::Column(column))?;
    }
    reader
        .records()
        .map(|record| {
            let record = record?;
            let line = record.position().map_or(0, csv::Position::line);
            // A record has as many fields as the header, or the reader refuses it.
            row(line, places.map(|at| &record[at]))
        })
        .collect()
}

fn row(line: u64, columns: [&str; COLUMNS.len()]) -> Result<Row, CompileError> {
    let [
        platform,
        category,
        name,
        domain,
        retention,
        controller,
        wildcard,
    ] = columns;
    let name = clean(name);
    let flagged = match wildcard {
        "0" => false,
        "1" => true,
        text => {
            let text = text.to_owned();
            return Err(CompileError::Wildcard { line, text });
        }
    };
    // Some rows write the star instead of, or as well as, the flag.
    let stem = name.strip_suffix('*');
    // Two rows have these the wrong way round.
    let (retention, controller) = match (lifetime(retention), lifetime(controller)) {
        (None, Some(_)) => (controller, retention),
        _ => (retention, controller),
    };
    let row = Row {
        wildcard: flagged || stem.is_some(),
        purpose: purpose(category).ok_or_else(|| CompileError::Category {
            line,
            category: category.to_owned(),
        })?,
        service: clean(platform),
        controller: clean(controller),
        retention: match lifetime(retention) {
            Some(lifetime) => lifetime.to_string(),
            None if is_unsaid(retention) => String::new(),
            None => clean(retention),
        },
        domains: Domains::read(domain),
        name: stem.map(str::to_owned).unwrap_or(name),
    };
    if row.name.is_empty() || row.domains.known.len() > 2 {
        return Err(CompileError::Shape { line });
    }
    Ok(row)
}

/// Without white space around it, and without what nobody sees.
fn clean(text: &str) -> String {
    let text: String = text
        .chars()
        .filter(|c| !matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{feff}'))
        .collect();
    text.trim().to_owned()
}

/// What a category is for. "Functional" is necessary or preferences, and is never taken for
/// necessary unseen.
fn purpose(category: &str) -> Option<u16> {
    let purpose = match category {
        "Functional" => return Some(FUNCTIONAL),
        "Necessary" | "Security" => Purpose::Necessary,
        "Personalization" => Purpose::Preferences,
        "Analytics" => Purpose::Statistics,
        "Marketing" => Purpose::Marketing,
        _ => return None,
    };
    Purpose::ALL
        .into_iter()
        .zip(1..)
        .find_map(|(known, code)| (known == purpose).then_some(code))
}

/// Where a row holds.
struct Domains {
    /// The domains that can be read.
    known: Vec<Host>,
    /// Whether it holds for every domain: where none is said, or "the site's own or …".
    anywhere: bool,
}

impl Domains {
    /// `.bing.com (3rd party) or .microsoft.com (3rd party)`, ` or demdex.net`. What is not a
    /// domain (`ads-[account].example`) is none, which is not the same as any.
    fn read(text: &str) -> Self {
        let parts: Vec<String> = text
            .split(" or ")
            .map(|part| clean(&part.replace("(3rd party)", "")))
            .map(|part| part.trim_matches('.').to_ascii_lowercase())
            .collect();
        Self {
            anywhere: parts.iter().any(String::is_empty),
            known: parts
                .iter()
                .filter(|part| part.contains('.'))
                .filter_map(|part| part.parse().ok())
                .collect(),
        }
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(Host::as_str)
    }
}

/// A retention period that can be counted: `2 years`, `30 mins`, `Session`.
fn lifetime(text: &str) -> Option<Lifetime> {
    let text = clean(text).to_lowercase();
    if matches!(
        &*text,
        "session" | "sessions" | "session cookie" | "end of session (browser)"
    ) {
        return Some(Lifetime::Session);
    }
    let (count, unit) = text.split_once(' ')?;
    let unit = match unit {
        "min" | "mins" | "minute" | "minutes" => Unit::Minute,
        "hour" | "hours" => Unit::Hour,
        "day" | "days" => Unit::Day,
        "week" | "weeks" => Unit::Week,
        "month" | "months" => Unit::Month,
        "year" | "years" => Unit::Year,
        _ => return None,
    };
    let count = count.parse().ok().filter(|count| *count > 0)?;
    Some(Lifetime::For(count, unit))
}

/// Whether a retention period says that it says nothing.
fn is_unsaid(text: &str) -> bool {
    matches!(&*text.to_lowercase(), "" | "unknown" | "undefined")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "Platform,Category,Cookie / Data Key name,Domain,Retention period,Data Controller,Wildcard match";

    fn error_of(row: &str) -> String {
        compile(format!("{HEAD}\n{row}\n").as_bytes())
            .unwrap_err()
            .to_string()
    }

    #[test]
    fn a_category_that_has_no_purpose_fails_the_build() {
        assert_eq!(
            error_of("Un outil,Telemetry,_m,,1 year,Quelqu’un,0"),
            "line 2: the category “Telemetry” is unknown: decide what it is for"
        );
    }

    #[test]
    fn a_row_that_is_not_understood_fails_the_build() {
        insta::assert_snapshot!(error_of("Un outil,Marketing,_m,,1 year,Quelqu’un,yes"), @"line 2: “yes” does not say whether the name is a wildcard");
        insta::assert_snapshot!(error_of("Un outil,Marketing, ,,1 year,Quelqu’un,0"), @"line 2: the name is empty, or there are more than two domains");
        insta::assert_snapshot!(
            error_of("Un outil,Marketing,_m,a.example or b.example or c.example,,,0"), @"line 2: the name is empty, or there are more than two domains"
        );
        insta::assert_snapshot!(error_of("Un outil,Marketing"), @"CSV error: record 1 (line: 2, byte: 96): found record with 2 fields, but the previous record has 7 fields");
        insta::assert_snapshot!(compile(b"Platform,Category\n").unwrap_err(), @"there is no column “Cookie / Data Key name”");
    }

    #[test]
    fn a_functional_row_is_never_taken_for_necessary() {
        assert_eq!(purpose("Functional"), Some(FUNCTIONAL));
        assert_eq!(purpose("Security"), Some(1));
        assert_eq!(purpose("functional"), None);
    }

    #[test]
    fn domains_as_they_are_written() {
        for (text, known, anywhere) in [
            ("", "", true),
            (".Example.org", "example.org", false),
            ("example.org (3rd party)", "example.org", false),
            ("example.org (3rd party) or ", "example.org", true),
            (" or example.org (3rd party)", "example.org", true),
            (
                ".a.example (3rd party) or .b.example (3rd party)",
                "a.example b.example",
                false,
            ),
            (".example.org\u{200b}", "example.org", false),
            (".example.org.", "example.org", false),
            ("ads-[account].example.org", "", false),
            ("example", "", false),
        ] {
            let domains = Domains::read(text);
            let names: Vec<_> = domains.names().collect();
            assert_eq!(
                (&*names.join(" "), domains.anywhere),
                (known, anywhere),
                "{text}"
            );
        }
    }

    #[test]
    fn retention_periods_as_they_are_written() {
        for (text, read) in [
            ("2 years", Some("P2Y")),
            ("1 Year ", Some("P1Y")),
            ("30 mins", Some("PT30M")),
            ("24 hours", Some("PT24H")),
            ("3 weeks", Some("P3W")),
            ("End of session (browser)", Some("session")),
            ("Session", Some("session")),
            ("30 seconds", None),
            ("0 days", None),
            ("2 years after last activity", None),
            ("30 minutes, 3w or 1y depending on value", None),
            ("Varies", None),
            ("99999 days", None),
        ] {
            let read_back = lifetime(text).map(|lifetime| lifetime.to_string());
            assert_eq!(read_back.as_deref(), read, "{text}");
        }
    }

    #[test]
    fn two_columns_the_wrong_way_round_are_put_right() {
        let row = row(
            2,
            [
                "Un outil",
                "Marketing",
                "m*",
                "",
                "Quelqu’un",
                "29 days",
                "0",
            ],
        )
        .unwrap();
        assert_eq!(row.retention, "P29D");
        assert_eq!(row.controller, "Quelqu’un");
        assert!(row.wildcard && row.name == "m");
    }
}
