//! `temoin catalogue`: looks services up in the catalogue, and writes one as a configuration has it.

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand};
use consent_auditor::Verdict;
use consent_auditor::command::print;
use consent_auditor::command::text_table::table;
use consent_core::jurisdiction::Jurisdiction;
use consent_core::text::LanguageTag;
use service_catalogue::{Area, Entry, Fact};
use std::fmt::Write as _;

/// The command's arguments.
#[derive(Args)]
pub struct Catalogue {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// List the services with a term in their name, recipient, hosts or cookies [default: all]
    Search(Search),
    /// Say what the catalogue has of a service, and from which source
    Show(Show),
}

#[derive(Args)]
struct Search {
    /// A part of a name, a recipient, a host or a cookie
    #[arg(default_value = "")]
    term: String,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Show {
    /// The service's id, as `search` lists it
    id: String,
    /// Write the service as a site's configuration has it, ready to paste into `services`
    #[arg(long)]
    service: bool,
    /// The law that the site follows, with --service: FR, CA-QC
    #[arg(long, requires = "service", value_name = "CODE", default_value = "FR")]
    law: Jurisdiction,
    /// A language of the site, with --service; may be repeated
    #[arg(
        long = "language",
        requires = "service",
        value_name = "LANGUAGE",
        default_values = ["fr", "en"]
    )]
    languages: Vec<LanguageTag>,
    /// Answer in JSON: the entry as its file has it
    #[arg(long, conflicts_with = "service")]
    json: bool,
}

impl Catalogue {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        match self.action {
            Action::Search(search) => search.run(),
            Action::Show(show) => show.run(),
        }
    }
}

impl Search {
    fn run(self) -> Result<Verdict> {
        let found = service_catalogue::search(&self.term);
        if self.json {
            print(&format!("{}\n", serde_json::to_string_pretty(&found)?))?;
        } else if found.is_empty() {
            print(&format!(
                "No service of the catalogue has “{}”.\n",
                self.term
            ))?;
        } else {
            print(&listed(&found))?;
        }
        Ok(Verdict::of(!found.is_empty()))
    }
}

/// The table of some entries.
fn listed(found: &[&Entry]) -> String {
    let rows = found.iter().map(|entry| {
        vec![
            entry.id.to_string(),
            entry.name.to_string(),
            entry.kind.name(),
            entry.purpose.to_string(),
            format!("{} ({})", entry.recipient, entry.country),
        ]
    });
    let head = ["id", "service", "kind", "purpose", "recipient"];
    table(&head, rows.collect())
}

impl Show {
    fn run(self) -> Result<Verdict> {
        let Some(entry) = service_catalogue::by_id(&self.id) else {
            bail!(
                "the catalogue has no service “{}”: `temoin catalogue search` lists those there are",
                self.id
            );
        };
        let text = if self.service {
            let service = entry.to_service(self.law, &self.languages);
            format!("{}\n", serde_json::to_string_pretty(&service)?)
        } else if self.json {
            format!("{}\n", serde_json::to_string_pretty(entry)?)
        } else {
            shown(entry).context("the entry cannot be written")?
        };
        print(&text)?;
        Ok(Verdict::Holds)
    }
}

/// An entry in words, with the source of each fact.
fn shown(entry: &Entry) -> Result<String, std::fmt::Error> {
    let mut text = String::new();
    writeln!(text, "{} ({}, {})", entry.name, entry.id, entry.kind.name())?;
    writeln!(text, "{}\n", entry.description.en.as_str())?;
    writeln!(text, "purpose    {}", entry.purpose)?;
    writeln!(text, "           {}", entry.purpose_reason.en.as_str())?;
    writeln!(text, "recipient  {} ({})", entry.recipient, entry.country)?;
    if let Some(here) = &entry.in_europe {
        writeln!(
            text,
            "           in Europe: {} ({})",
            here.recipient, here.country
        )?;
    }
    writeln!(text, "policy     {}", entry.policy_url.as_str())?;
    for host in &entry.hosts {
        let shared = host.shared_with.as_ref();
        let shared = shared.map_or_else(String::new, |with| format!(" (shared with {with})"));
        writeln!(text, "host       {}{shared}", host.address)?;
    }
    for cookie in &entry.cookies {
        let domain = cookie.domain.as_ref();
        let domain = domain.map_or_else(String::new, |domain| format!(" at {}", domain.as_str()));
        writeln!(
            text,
            "cookie     {} {}{domain}",
            cookie.name, cookie.lifetime
        )?;
    }
    for key in &entry.storage {
        let area = match key.area {
            Area::Local => "local storage",
            Area::Session => "session storage",
        };
        writeln!(text, "key        {} in {area}", key.name)?;
    }
    for call in &entry.consent_call {
        writeln!(text, "call       {call}")?;
    }
    if let Some(exemption) = &entry.audience_exemption {
        let can = if exemption.possible {
            "possible"
        } else {
            "impossible"
        };
        writeln!(text, "exemption  {can}: {}", exemption.reason.en.as_str())?;
    }
    if let Some(note) = &entry.note {
        writeln!(text, "note       {note}")?;
    }
    sources(&mut text, entry)?;
    Ok(text)
}

/// Where the facts are from, where sources disagree, and what none confirms.
fn sources(text: &mut String, entry: &Entry) -> std::fmt::Result {
    let listed = |facts: &[Fact]| {
        let facts: Vec<_> = facts.iter().map(Fact::to_string).collect();
        facts.join(", ")
    };
    writeln!(text, "\nSources:")?;
    for source in &entry.sources {
        writeln!(text, "  {} ({})", source.url.as_str(), source.checked)?;
        writeln!(text, "    {}", listed(&source.confirms))?;
    }
    for one in &entry.disagreements {
        let (here, elsewhere) = (&one.here, &one.elsewhere);
        let source = one.source.as_str();
        writeln!(
            text,
            "Disagreement: {} is {here} here, and {elsewhere} in {source}",
            one.fact
        )?;
    }
    if !entry.unverified.is_empty() {
        writeln!(text, "Unverified: {}", listed(&entry.unverified))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Program {
        #[command(flatten)]
        catalogue: Catalogue,
    }

    fn run(arguments: &[&str]) -> Result<Verdict> {
        let arguments = std::iter::once(&"catalogue").chain(arguments);
        Program::try_parse_from(arguments)?.catalogue.run()
    }

    #[test]
    fn a_search_that_finds_nothing_fails() {
        assert_eq!(run(&["search", "stripe"]).unwrap(), Verdict::Holds);
        assert_eq!(run(&["search", "no such tool"]).unwrap(), Verdict::Fails);
    }

    #[test]
    fn an_unknown_id_and_wrong_arguments_are_errors() {
        let error = run(&["show", "no-such-tool"]).unwrap_err().to_string();
        assert!(error.contains("`temoin catalogue search` lists"), "{error}");
        for wrong in [
            &["show", "stripe", "--law", "CA-QC"][..],
            &["show", "stripe", "--service", "--law", "XX"],
            &["show", "stripe", "--service", "--language", "français"],
            &["show", "stripe", "--service", "--json"],
        ] {
            assert!(run(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_list_names_each_service_on_its_line() {
        let list = listed(&service_catalogue::search("__stripe_mid"));
        let mut lines = list.lines();
        assert!(lines.next().unwrap().starts_with("id      service  kind"));
        assert_eq!(
            lines.next().unwrap(),
            "stripe  Stripe   payment  necessary  Stripe, LLC (US)"
        );
        assert_eq!(lines.next(), None);
        let all = listed(&service_catalogue::search(""));
        assert_eq!(all.lines().count(), 1 + service_catalogue::entries().len());
    }

    #[test]
    fn an_entry_is_shown_with_its_sources_and_its_doubts() {
        let shown = shown(service_catalogue::by_id("matomo").unwrap()).unwrap();
        for line in [
            "purpose    statistics",
            "cookie     _pk_id* P13M",
            "exemption  possible: ",
            "  https://matomo.org/faq/general/faq_146/ (2026-11-30)",
            "Disagreement: cookies/_pk_cvar* is PT30M here, and P3Y in https://github.com/jkwakman/Open-Cookie-Database",
            "Unverified: ",
        ] {
            assert!(shown.contains(line), "{line} is not in\n{shown}");
        }
    }
}
