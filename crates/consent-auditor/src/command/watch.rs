//! `temoin watch`: reads checkpoints again and again, so that a log that forks or is rolled back is caught, with both
//! signed checkpoints as evidence.

use super::{TargetArguments, now, print};
use crate::Verdict;
use crate::audit::consistency;
use crate::audit::open::{Opened, open};
use crate::check::listing;
use crate::log::fetched::ServedLog;
use crate::log::pins::{Pins, Trust};
use crate::log::state::State;
use crate::report::evidence::{self, Folders};
use crate::report::finding::split_finding;
use crate::report::{Check, Report, Section};
use crate::source::target::{self, Scope, Target};
use anyhow::{Result, bail};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// The command's arguments.
#[derive(Args)]
pub struct Watch {
    #[command(flatten)]
    target: TargetArguments,
    /// The file that keys and checkpoints are remembered in
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// How long to wait between two rounds
    #[arg(long, value_name = "DURATION", value_parser = super::duration, default_value = "10s")]
    every: Duration,
    /// Look once, and stop
    #[arg(long)]
    once: bool,
    /// The folder for the evidence of a fork
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
    /// Answer in JSON, a line for each log and round
    #[arg(long)]
    json: bool,
}

/// What one round saw of a log.
struct Seen {
    origin: String,
    size: u64,
    before: Option<u64>,
    trust: Trust,
}

impl Watch {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        let mut state = State::load(&self.state)?;
        loop {
            match self.round(&mut state) {
                Ok(report) if !report.holds() => {
                    let evidence = evidence::write(&report, self.evidence.as_deref())?;
                    self.print_findings(&report, &evidence)?;
                    return Ok(Verdict::Fails);
                }
                Ok(_) if self.once => return Ok(Verdict::Holds),
                Err(error) if self.once => return Err(error),
                Ok(_) => {}
                // A server that cannot be reached now may be reached the next time.
                Err(error) => eprintln!("{}: {error:#}", now()),
            }
            std::thread::sleep(self.every);
        }
    }

    /// Reads each log's checkpoint once, and remembers those that hold.
    fn round(&self, state: &mut State) -> Result<Report> {
        let site = self.target.site.as_ref();
        let target = Target::open(&self.target.source, site, None)?;
        let mut report = Report::default();
        let logs = match &target.scope {
            Scope::Log => vec![(String::new(), None)],
            Scope::Site(logs) => {
                let mut section = Section::new(format!("site {}", logs.site));
                let list = target
                    .source
                    .location(&format!("v1/sites/{}/logs", logs.site));
                let wrong = listing::check(logs, &logs.site, &list, state.origins());
                section.conclude(Check::Listing, wrong, "");
                report.sections.push(section);
                let logs_of_site = logs.logs.iter().map(|log| (&log.origin, &log.key));
                let anchor = (&logs.anchor.origin, &logs.anchor.key);
                logs_of_site
                    .chain([anchor])
                    .map(|(origin, key)| {
                        let listed = (origin.to_string(), key.clone());
                        (target::prefix(origin), Some(listed))
                    })
                    .collect()
            }
        };
        for (prefix, listed) in &logs {
            let log = ServedLog::new(&*target.source, prefix);
            let listed = listed
                .as_ref()
                .map(|(origin, key)| (origin.as_str(), key.as_str()));
            match look(log, listed, &self.target, state)? {
                Ok((opened, seen)) => {
                    state.pin(&opened.key, &opened.signed.note);
                    self.print_seen(&seen)?;
                }
                Err(section) => report.sections.push(section),
            }
        }
        state.save(&self.state)?;
        Ok(report)
    }

    fn print_seen(&self, seen: &Seen) -> Result<()> {
        let Seen {
            origin,
            size,
            before,
            trust,
        } = seen;
        let time = now();
        if self.json {
            let line = serde_json::json!({ "time": time, "log": origin, "size": size, "before": before, "holds": true });
            return print(&format!("{line}\n"));
        }
        print(&match before {
            None => format!(
                "{time}  {origin}: {size} entries; now pinned: {}\n",
                trust.in_words()
            ),
            Some(before) if before == size => {
                format!("{time}  {origin}: {size} entries, unchanged\n")
            }
            Some(before) => format!(
                "{time}  {origin}: {size} entries, {} more, consistent with the earlier ones\n",
                size - before
            ),
        })
    }

    fn print_findings(&self, report: &Report, evidence: &Folders) -> Result<()> {
        if self.json {
            let mut more = serde_json::Map::new();
            more.insert("evidence".to_owned(), evidence.to_json());
            return print(&format!("{}\n", report.to_json(more)));
        }
        print(&format!("{report}Evidence is in {evidence}\n"))
    }
}

/// Opens a log, and checks that its checkpoint is consistent with the newest one that is remembered.
fn look<'a>(
    log: ServedLog<'a>,
    listed: Option<(&str, &str)>,
    target: &TargetArguments,
    state: &State,
) -> Result<Result<(Opened<'a>, Seen), Section>> {
    let pins = Pins {
        given: &target.keys,
        state,
    };
    let mut opened = match open(log, listed, pins)? {
        Ok(opened) if opened.section.holds() => opened,
        Ok(opened) => return Ok(Err(opened.section)),
        Err(section) => return Ok(Err(section)),
    };
    let origin = opened.key.name().to_owned();
    let Some((_, trust)) = pins
        .known(&origin)?
        .or(Some((opened.key.clone(), Trust::FirstUse)))
    else {
        bail!("no key is known for {origin}");
    };
    let saved = state.checkpoints(&origin)?.pop();
    let seen = Seen {
        size: opened.signed.checkpoint.size,
        before: saved.as_ref().map(|saved| saved.checkpoint.size),
        origin,
        trust,
    };
    match split_finding(consistency::check(log, saved.as_ref(), &opened.signed))? {
        Ok(()) => Ok(Ok((opened, seen))),
        Err(finding) => {
            opened.section.fail(finding);
            let key = format!("{}\n", opened.key);
            opened.section.attach("vkey", key.as_bytes());
            Ok(Err(opened.section))
        }
    }
}
