//! The page of the catalogue, `docs/service-catalogue.md`: what is in it is what the files say. `TEMOIN_BLESS=1` writes it.

use service_catalogue::{About, Entry, Fact, entries};
use std::collections::BTreeMap;
use std::fmt::Write as _;

const PAGE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/service-catalogue.md"
);

const HEAD: &str = "# The catalogue of services

Written from `crates/service-catalogue/services`, one file for each service, by
`TEMOIN_BLESS=1 cargo test -p service-catalogue --test page`. `temoin catalogue show ID` shows an entry.

An entry proposes; the owner of a site decides. It says what a service is by default: settings change lifetimes, contracts change recipients. Each fact
names its source in the file, with the day it was read. A fact that no source could confirm is marked there as unverified, and counted here: check it before you rely on it.
";

const SOURCES: &str = "
## How facts were checked

- **Lifetimes** against the [Open Cookie Database](https://github.com/jkwakman/Open-Cookie-Database) and the maker’s documentation; where that could not be read, against another published list of cookies. Where the
  database and the other source differ, the other counts, and the difference is listed below. A cookie whose lifetime nobody says is left out; one that is marked as unverified has the lifetime that is usually named for it.
- **Hosts, countries, policy addresses and names of companies** were compared with [tarteaucitron.js](https://github.com/AmauriC/tarteaucitron.js), [TrackerDB](https://github.com/ghostery/trackerdb) and
  [Tracker Radar](https://github.com/duckduckgo/tracker-radar): a fact that one of them says as well counts as confirmed by it. Nothing was taken from them.
- **Safeguards** are said only where an adequacy decision of the European Commission covers the country. Whether a recipient in the United States is certified under the Data Privacy Framework could not
  be confirmed for any: these entries say none, and the lint asks the owner.
- **The audience-measurement exemption** is held to the conditions of the CNIL (deliberation 2020-091, paragraphs 50 to 52). The CNIL no longer keeps a list of tools: since July 2025 makers assess themselves.
";

/// How many entries have an unverified fact of each kind.
fn unverified() -> BTreeMap<&'static str, usize> {
    let fields = About::TABLE.into_iter().map(|(about, name, _)| {
        let marked = |entry: &&Entry| entry.unverified.iter().any(|fact| fact.about == about);
        (name, entries().iter().filter(marked).count())
    });
    fields.filter(|(_, count)| *count > 0).collect()
}

fn table(page: &mut String) -> std::fmt::Result {
    let mut kinds = BTreeMap::<_, Vec<&Entry>>::new();
    for entry in entries() {
        kinds.entry(entry.kind).or_default().push(entry);
    }
    writeln!(
        page,
        "\n## The services\n\n{} services of {} kinds.",
        entries().len(),
        kinds.len()
    )?;
    for (kind, entries) in kinds {
        writeln!(page, "\n### `{}`\n", kind.name())?;
        writeln!(
            page,
            "| id | service | purpose | recipient | cookies and keys | unverified |"
        )?;
        writeln!(page, "| --- | --- | --- | --- | --: | --- |")?;
        for entry in entries {
            let recipient = match &entry.in_europe {
                Some(here) => format!(
                    "{} ({}); in Europe {} ({})",
                    entry.recipient, entry.country, here.recipient, here.country
                ),
                None => format!("{} ({})", entry.recipient, entry.country),
            };
            let marked: Vec<_> = entry.unverified.iter().map(Fact::to_string).collect();
            let marked = marked.join(", ").replace('|', "\\|");
            let kept = entry.cookies.len() + entry.storage.len();
            writeln!(
                page,
                "| `{}` | {} | {} | {recipient} | {kept} | {marked} |",
                entry.id, entry.name, entry.purpose
            )?;
        }
    }
    Ok(())
}

fn exemptions(page: &mut String) -> std::fmt::Result {
    writeln!(page, "\n## What can be exempt as audience measurement\n")?;
    let said = |possible| {
        let said = move |entry: &&Entry| {
            entry
                .audience_exemption
                .as_ref()
                .is_some_and(|one| one.possible == possible)
        };
        entries().iter().filter(said)
    };
    for entry in said(true) {
        if let Some(exemption) = &entry.audience_exemption {
            writeln!(page, "- **{}**: {}", entry.name, exemption.reason.en)?;
        }
    }
    let never: Vec<_> = said(false).map(|entry| entry.name.to_string()).collect();
    writeln!(
        page,
        "- Never, each for the reason in its file: {}.",
        never.join(", ")
    )
}

fn disagreements(page: &mut String) -> std::fmt::Result {
    writeln!(page, "\n## Where sources disagree\n")?;
    writeln!(
        page,
        "| service | fact | the catalogue | the other source |\n| --- | --- | --- | --- |"
    )?;
    for entry in entries() {
        for one in &entry.disagreements {
            let (fact, source) = (one.fact.to_string(), one.source.as_str());
            writeln!(
                page,
                "| `{}` | `{fact}` | {} | {} ([source]({source})) |",
                entry.id, one.here, one.elsewhere
            )?;
        }
    }
    writeln!(
        page,
        "\n## What is unverified\n\nThe number of services with an unverified fact of each kind:\n"
    )?;
    for (field, count) in unverified() {
        writeln!(page, "- `{field}`: {count}")?;
    }
    Ok(())
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    page.push_str(SOURCES);
    exemptions(&mut page).unwrap();
    disagreements(&mut page).unwrap();
    table(&mut page).unwrap();
    page
}

#[test]
fn the_page_says_what_the_files_say() {
    let page = page();
    if std::env::var_os("TEMOIN_BLESS").is_some() {
        std::fs::write(PAGE, &page).unwrap();
    }
    let written = std::fs::read_to_string(PAGE).unwrap_or_default();
    assert!(
        written == page,
        "docs/service-catalogue.md is not what the files say: run this test with TEMOIN_BLESS=1"
    );
}
