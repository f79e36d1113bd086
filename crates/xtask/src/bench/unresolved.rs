//! What the database knows and does not say the purpose of, for owners to decide.

use consent_core::classify::{Reason, Seen};
use cookie_database::{Row, TABLE};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Where the list is committed.
pub const PATH: &str = "docs/unresolved-cookies.md";

/// The database's own word for necessary or preferences.
pub const FUNCTIONAL: &str = "Functional";
/// What begins or equals too much.
pub const TOO_SHORT: &str = "Too short to be told, and no domain named";
/// A column that names something else than a domain.
pub const NO_DOMAIN: &str = "The domain cannot be read";
/// Rows that disagree.
const CONFLICTING: &str = "More than one purpose";
const NECESSARY: &str = "Only a necessary cookie, which says nothing of requests";

/// Why something stays open; nothing if it does not.
fn open(reason: &Reason) -> Option<&'static str> {
    match reason {
        Reason::Owner { .. } | Reason::Database(_) => None,
        Reason::Functional(_) => Some(FUNCTIONAL),
        Reason::Conflicting(_) => Some(CONFLICTING),
        Reason::NecessaryElsewhere(_) => Some(NECESSARY),
        Reason::TooShort(_) => Some(TOO_SHORT),
        Reason::OtherDomain(_) | Reason::Unknown => Some(NO_DOMAIN),
    }
}

/// Why a row stays open, seen on the domain it names.
fn of_row(row: &Row) -> Option<&'static str> {
    let seen = Seen::Cookie {
        name: row.name(),
        host: row.domains().next(),
    };
    open(&TABLE.classify(&seen).reason)
}

/// How many rows are resolved, or stay open for each reason.
pub fn counts() -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for row in TABLE.rows() {
        *counts
            .entry(of_row(&row).unwrap_or("resolved"))
            .or_default() += 1;
    }
    counts
}

/// The list, in Markdown: by reason, then by platform.
pub fn list() -> String {
    let mut names = BTreeMap::<_, BTreeMap<_, BTreeSet<_>>>::new();
    let mut hosts = BTreeMap::<_, BTreeSet<_>>::new();
    for row in TABLE.rows() {
        if let Some(why) = of_row(&row) {
            let service = row.service().unwrap_or("(no platform)");
            let of_service = names.entry(why).or_default().entry(service).or_default();
            of_service.insert(format!("`{}`", row.rule()));
        }
        for host in row.domains() {
            if let Some(why) = open(&TABLE.classify(&Seen::Request { host }).reason) {
                hosts.entry(why).or_default().insert(format!("`{host}`"));
            }
        }
    }
    let mut list = HEAD.to_owned();
    let commas = |texts: BTreeSet<String>| texts.into_iter().collect::<Vec<_>>().join(", ");
    for (why, services) in names {
        let _ = writeln!(list, "\n## Names: {why}\n");
        for (service, names) in services {
            let _ = writeln!(list, "- {service}: {}", commas(names));
        }
    }
    for (why, hosts) in hosts {
        let _ = writeln!(list, "\n## Hosts: {why}\n\n{}", commas(hosts));
    }
    list
}

const HEAD: &str = "# Cookies that stay unresolved

Written by `cargo xtask bench classify`. The Open Cookie Database knows these, and does not say whether a visitor may
refuse them. They are held back as marketing until the site's owner files them under one of its services; they are never
taken for necessary.
";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_list_is_what_the_table_says() {
        let committed = std::fs::read_to_string(local_server::root().join(PATH)).unwrap();
        assert!(
            committed == list(),
            "{PATH} is out of date: cargo xtask bench classify"
        );
    }

    #[test]
    fn every_row_is_counted_and_every_open_name_is_listed() {
        let counts = counts();
        assert_eq!(counts.values().sum::<usize>(), TABLE.rows().count());
        let list = list();
        for row in TABLE.rows().filter(|row| of_row(row).is_some()) {
            assert!(list.contains(&format!("`{}`", row.rule())));
        }
    }
}
