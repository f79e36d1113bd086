//! The table says what the database says: read a second time here, in another way.

use consent_core::Purpose;
use consent_core::classify::{Reason, Seen};
use cookie_database::TABLE;
use std::collections::{BTreeMap, BTreeSet};

/// A row as it stands in the file.
struct Line {
    name: String,
    wildcard: bool,
    category: String,
    platform: String,
    domain: Option<String>,
}

fn lines() -> Vec<Line> {
    let csv = include_bytes!("../data/open-cookie-database.csv");
    csv::Reader::from_reader(&csv[..])
        .records()
        .map(|record| {
            let record = record.unwrap();
            let name = record[3].trim().replace('\u{ad}', "");
            let domain = record[4]
                .trim_matches([' ', '.', '\u{200b}'])
                .to_lowercase();
            // The first that is named: after a leading "or", before a space.
            let domain = domain
                .trim_start_matches("or ")
                .split(' ')
                .next()
                .unwrap_or_default();
            let domain = domain.trim_start_matches('.').to_owned();
            Line {
                wildcard: &record[9] == "1" || name.ends_with('*'),
                name: name.trim_end_matches('*').to_owned(),
                category: record[2].to_owned(),
                platform: record[1].to_owned(),
                domain: (domain.contains('.') && !domain.contains('[')).then_some(domain),
            }
        })
        .collect()
}

fn purpose(category: &str) -> Option<Purpose> {
    match category {
        "Functional" => None,
        "Necessary" | "Security" => Some(Purpose::Necessary),
        "Personalization" => Some(Purpose::Preferences),
        "Analytics" => Some(Purpose::Statistics),
        "Marketing" => Some(Purpose::Marketing),
        other => panic!("{other}"),
    }
}

#[test]
fn every_row_is_there() {
    let lines = lines();
    let names = |wildcard| {
        lines
            .iter()
            .filter(|line| line.wildcard == wildcard)
            .count()
    };
    assert_eq!((names(false), names(true)), (2000, 264));
    assert_eq!(TABLE.rows().count(), 2264);
    let written: BTreeSet<_> = lines
        .iter()
        .map(|line| (&*line.name, line.wildcard))
        .collect();
    let compiled: BTreeSet<_> = TABLE
        .rows()
        .map(|row| {
            (
                row.name(),
                matches!(row.rule(), consent_core::classify::Rule::Prefix(_)),
            )
        })
        .collect();
    assert_eq!(written, compiled);
}

/// Every row, seen where it says it is kept, is for what it says; those that cannot be told are
/// counted, by why.
#[test]
fn the_table_agrees_with_every_row_that_is_unambiguous() {
    let mut said = BTreeMap::<_, usize>::new();
    for line in lines() {
        let name = line.name.clone() + if line.wildcard { "\u{1}" } else { "" };
        let found = TABLE.classify(&Seen::Cookie {
            name: &name,
            host: line.domain.as_deref(),
        });
        let told = match found.reason {
            Reason::Database(_) => {
                assert_eq!(found.purpose, purpose(&line.category), "{name}");
                if let Some(service) = found.service {
                    assert_eq!(service, line.platform, "{name}");
                }
                "agrees"
            }
            Reason::Functional(_) => {
                assert_eq!(line.category, "Functional", "{name}");
                "functional"
            }
            Reason::Conflicting(_) => "conflicting",
            Reason::TooShort(_) => "too short",
            Reason::OtherDomain(_) => {
                assert_eq!(line.domain, None, "{name}");
                "no readable domain"
            }
            other => panic!("{name}: {other}"),
        };
        *said.entry(told).or_default() += 1;
    }
    insta::assert_debug_snapshot!(said, @r#"
    {
        "agrees": 1279,
        "functional": 966,
        "no readable domain": 4,
        "too short": 15,
    }
    "#);
}
