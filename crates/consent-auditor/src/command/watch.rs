//! `temoin watch`: keeps an eye on logs, so that a fork or a step back is noticed, with both
//! signatures in hand.

use super::{Target, now, print};
use crate::Verdict;
use crate::audit::{Opened, open_log};
use crate::check::listing;
use crate::check::signature::Signed;
use crate::log::fetched::ServedLog;
use crate::log::pins::{Pins, Trust};
use crate::log::state::{Saved, State};
use crate::log::verified::{TrustedLog, unread};
use crate::report::evidence::{self, Folders};
use crate::report::finding::{Failure, Finding, apart};
use crate::report::{Check, Report, Section};
use crate::source::target::{self, Place, What};
use anyhow::{Result, bail};
use clap::Args;
use consent_log::{consistency_proof, verify_consistency};
use std::path::PathBuf;
use std::time::Duration;

/// The command's arguments.
#[derive(Args)]
pub struct Watch {
    #[command(flatten)]
    target: Target,
    /// Where keys and checkpoints are remembered
    #[arg(long, value_name = "FILE")]
    state: PathBuf,
    /// How long to wait between two rounds
    #[arg(long, value_name = "DURATION", value_parser = super::verify::duration, default_value = "10s")]
    every: Duration,
    /// Look once, and stop
    #[arg(long)]
    once: bool,
    /// Where to write evidence of a fork
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
    /// Answer in JSON, a line for each log and round
    #[arg(long)]
    json: bool,
}

/// What a round has found of a log.
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
                    self.tell(&report, &evidence)?;
                    return Ok(Verdict::Fails);
                }
                Ok(_) if self.once => return Ok(Verdict::Holds),
                Err(error) if self.once => return Err(error),
                Ok(_) => {}
                // A server that cannot be reached now may be the next time.
                Err(error) => eprintln!("{}: {error:#}", now()),
            }
            std::thread::sleep(self.every);
        }
    }

    /// Looks at each log once, and remembers those that hold.
    fn round(&self, state: &mut State) -> Result<Report> {
        let site = self.target.site.as_ref();
        let place = Place::open(&self.target.source, site, None)?;
        let mut report = Report::default();
        let logs = match &place.what {
            What::Log => vec![(String::new(), None)],
            What::Site(logs) => {
                let mut section = Section::new(format!("site {}", logs.site));
                let list = place.source.show(&format!("v1/sites/{}/logs", logs.site));
                let wrong = listing::check(logs, &logs.site, &list, state.origins());
                section.settle(Check::Listing, wrong, "");
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
            let log = ServedLog::new(&*place.source, prefix);
            let listed = listed
                .as_ref()
                .map(|(origin, key)| (origin.as_str(), key.as_str()));
            match look(log, listed, &self.target, state)? {
                Ok((opened, seen)) => {
                    state.pin(&opened.key, &opened.signed.note);
                    self.tell_seen(&seen)?;
                }
                Err(section) => report.sections.push(section),
            }
        }
        state.save(&self.state)?;
        Ok(report)
    }

    fn tell_seen(&self, seen: &Seen) -> Result<()> {
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
                "{time}  {origin}: {size} entries, {} more, consistent with those before\n",
                size - before
            ),
        })
    }

    fn tell(&self, report: &Report, evidence: &Folders) -> Result<()> {
        if self.json {
            let mut more = serde_json::Map::new();
            more.insert("evidence".to_owned(), evidence.to_json());
            return print(&format!("{}\n", report.to_json(more)));
        }
        print(&format!("{report}Evidence is in {evidence}\n"))
    }
}

/// Opens a log and compares its checkpoint with the newest one that is remembered.
fn look<'a>(
    log: ServedLog<'a>,
    listed: Option<(&str, &str)>,
    target: &Target,
    state: &State,
) -> Result<Result<(Opened<'a>, Seen), Section>> {
    let pins = Pins {
        given: &target.keys,
        state,
    };
    let mut opened = match open_log(log, listed, pins)? {
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
    match apart(compare(log, saved.as_ref(), &opened.signed))? {
        Ok(()) => Ok(Ok((opened, seen))),
        Err(finding) => {
            opened.section.fail(finding);
            let key = format!("{}\n", opened.key);
            opened.section.attach("vkey", key.as_bytes());
            Ok(Err(opened.section))
        }
    }
}

/// That a checkpoint continues an earlier one, by the tiles that the log serves.
pub fn compare(log: ServedLog<'_>, saved: Option<&Saved>, signed: &Signed) -> Result<(), Failure> {
    let Some(saved) = saved else {
        return TrustedLog::open(log, signed.clone()).map(drop);
    };
    let (old, new) = (&saved.checkpoint, &signed.checkpoint);
    let wrong = |what: String| {
        Finding::new(Check::Consistency, log.place("checkpoint"), what)
            .by_hand("cat checkpoint earlier    # both are signed by the log")
            .file("checkpoint", signed.bytes())
            .file("earlier", saved.note.to_string())
    };
    if new.size < old.size {
        let finding =
            wrong("the log was rolled back: it signed for more entries before".to_owned());
        let expected = format!("at least {} entries", old.size);
        return Err(finding
            .expected(expected, format!("{} entries", new.size))
            .into());
    }
    if new.size == old.size {
        if new.root == old.root {
            return Ok(());
        }
        let what = format!(
            "the log forked: it signed two trees of {} entries",
            new.size
        );
        return Err(wrong(what).expected(old.root, new.root).into());
    }
    let proof = consistency_proof(old.size, new.size, &mut { log }).map_err(unread)?;
    verify_consistency(old.size, old.root, new.size, new.root, &proof).map_err(|error| {
        let what = format!(
            "the log forked, or serves other tiles than it signed: nothing shows that its tree of {} \
             entries continues the one of {} entries",
            new.size, old.size
        );
        let hashes: Vec<_> = proof.iter().map(|hash| format!("{hash}\n")).collect();
        let finding = wrong(what).file("proof", hashes.concat());
        let expected = format!("a proof from {} to {}", old.root, new.root);
        Failure::from(finding.expected(expected, error))
    })
}
