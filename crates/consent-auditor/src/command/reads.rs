//! `temoin reads`: who read which records of a site.
//!
//! Each read that the server tells of is checked against the entry that the log has of it, and no such entry may be without
//! its read, but where the log says that it was erased.

use super::text_table::table;
use super::{CheckArguments, TargetArguments, print};
use crate::Verdict;
use crate::audit::consistency;
use crate::audit::open::open;
use crate::log::fetched::ServedLog;
use crate::log::pins::Pins;
use crate::log::state::State;
use crate::log::verified::VerifiedLog;
use crate::report::evidence::{self, Folders};
use crate::report::finding::{Failure, Finding, Findings, split_finding};
use crate::report::progress::Progress;
use crate::report::{Check, Report, Section, counted};
use crate::source::Source;
use crate::source::target::{self, Target};
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use consent_core::LogEntry;
use consent_core::SiteId;
use consent_core::api::{LogSummary, Reads as Page};
use consent_core::entry::{Erasure, Event};
use consent_core::proof::KeptRead;
use serde_json::json;
use std::collections::{BTreeMap, HashMap};

/// The command's arguments.
#[derive(Args)]
pub struct Reads {
    #[command(flatten)]
    target: TargetArguments,
    #[command(flatten)]
    check: CheckArguments,
}

impl Reads {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        let token = self.target.token.clone();
        let target = Target::open(&self.target.source, self.target.site.as_ref(), token)?;
        let logs = target.site()?;
        ensure!(
            target.source.is_live(),
            "an export has no reads: give the server's URL"
        );
        let state = State::load_if_given(self.check.state.as_deref())?;
        let pins = Pins {
            given: &self.target.keys,
            state: &state,
        };
        let mut progress = Progress::new(self.check.progress);
        // The logs first: a read that comes meanwhile is told of, and is beyond the end that is checked.
        let mut report = Report::default();
        let mut entered = Vec::new();
        for summary in &logs.logs {
            let prefix = target::prefix(&summary.origin);
            let log = ServedLog::new(&*target.source, &prefix);
            match Entered::of(log, summary, pins, &mut progress)? {
                Ok(one) => entered.push(one),
                Err(section) => report.sections.push(section),
            }
        }
        let mut reads = read_all(&*target.source, &logs.site)?;
        progress.clear();
        let mut elsewhere = Section::new(format!("site {}", logs.site));
        let known: Vec<_> = entered
            .iter()
            .map(|one| one.section.subject.clone())
            .collect();
        let mut strange = Findings::default();
        for read in &reads {
            if !known.iter().any(|origin| origin == read.log.as_str()) {
                let what = "this is a read in a log that is not listed, or could not be read";
                let finding = Finding::new(Check::Reads, in_words(read), what);
                strange.push(finding.expected("a listed log", &read.log));
            }
        }
        elsewhere.conclude(Check::Reads, strange, "all are in the site's logs");
        report.sections.push(elsewhere);
        for one in entered {
            report.sections.push(one.check(&reads));
        }
        // Oldest first, as the log has them.
        reads.reverse();
        let holds = report.holds();
        let evidence = evidence::write(&report, self.check.evidence.as_deref())?;
        print(&if self.check.json {
            to_json(&report, &reads, &evidence)
        } else {
            to_text(&report, &reads, &evidence)
        })?;
        Ok(Verdict::of(holds))
    }
}

/// What one log says of reads.
struct Entered {
    section: Section,
    size: u64,
    /// Each entry of a read, by its index.
    reads: BTreeMap<u64, LogEntry>,
    erasures: Vec<Erasure>,
}

impl Entered {
    /// Reads all entries of a log, each verified up to the signed root.
    fn of(
        log: ServedLog<'_>,
        summary: &LogSummary,
        pins: Pins<'_>,
        progress: &mut Progress,
    ) -> Result<Result<Self, Section>> {
        let listed = Some((summary.origin.as_str(), summary.key.as_str()));
        let mut opened = match open(log, listed, pins)? {
            Ok(opened) => opened,
            Err(section) => return Ok(Err(section)),
        };
        let saved = pins.state.checkpoints(opened.key.name())?.pop();
        progress.begin();
        let mut found = || -> Result<_, Failure> {
            let mut verified = VerifiedLog::open(log, opened.signed.clone())?;
            if saved.is_some() {
                consistency::check(log, saved.as_ref(), &opened.signed)?;
            }
            let (mut reads, mut erasures) = (BTreeMap::new(), Vec::new());
            for index in 0..verified.size() {
                progress.update("entries", index, Some(verified.size()));
                match verified.entry(index)? {
                    Some(entry) if matches!(entry.event, Event::Read { .. }) => {
                        reads.insert(index, entry);
                    }
                    Some(LogEntry {
                        event: Event::Erase(erasure),
                        ..
                    }) => erasures.push(erasure),
                    _ => {}
                }
            }
            Ok((verified.size(), reads, erasures))
        };
        Ok(match split_finding(found())? {
            Ok((size, reads, erasures)) => Ok(Self {
                section: opened.section,
                size,
                reads,
                erasures,
            }),
            Err(finding) => {
                opened.section.fail(finding);
                Err(opened.section)
            }
        })
    }

    /// Checks the reads that the server tells of this log.
    fn check(mut self, reads: &[KeptRead]) -> Section {
        let origin = self.section.subject.clone();
        let of_this = reads.iter().filter(|read| read.log.as_str() == origin);
        let mut told: HashMap<u64, &KeptRead> = HashMap::new();
        let mut wrong = Findings::default();
        for read in of_this.filter(|read| read.index < self.size) {
            if told.insert(read.index, read).is_some() {
                let what = "two reads have the same index";
                let finding = Finding::new(Check::Reads, in_words(read), what);
                wrong.push(finding.expected("one", "another one"));
            }
            let entry = self.reads.get(&read.index);
            let found = match (entry, read.claimed_entry()) {
                (Some(entry), Some(claimed)) if *entry == claimed => continue,
                (Some(entry), None) if entry.time == read.time && self.erased(read.index) => {
                    continue;
                }
                (None, _) => "the log has no read at its place",
                (Some(_), None) => {
                    "it is told without its content, and the log does not say that it was erased"
                }
                (Some(_), Some(_)) => "it does not encode to the entry that the log has",
            };
            let finding = Finding::new(Check::Reads, in_words(read), found);
            let finding = match entry {
                Some(entry) => finding.file("entry", entry.to_bytes()),
                None => finding,
            };
            wrong.push(finding.file("read", json!(read).to_string()));
        }
        for (index, entry) in &self.reads {
            if !told.contains_key(index) {
                let what = "the log has a read here of which the server does not tell";
                let place = format!("entry {index} of {origin}");
                let finding = Finding::new(Check::Reads, place, what);
                wrong.push(finding.file("entry", entry.to_bytes()));
            }
        }
        let seen = format!(
            "{}, each told of as the log has it",
            counted(self.reads.len() as u64, "read")
        );
        self.section.conclude(Check::Reads, wrong, seen);
        self.section
    }

    fn erased(&self, index: u64) -> bool {
        self.erasures.iter().any(|erasure| erasure.covers(index))
    }
}

/// All reads that the server tells of, newest first.
fn read_all(source: &dyn Source, site: &SiteId) -> Result<Vec<KeptRead>> {
    let mut reads = Vec::new();
    let mut before = None;
    loop {
        let query = before.map_or(String::new(), |before: u64| format!("?before={before}"));
        let path = format!("v1/sites/{site}/reads{query}");
        let place = source.location(&path);
        let bytes = source
            .get(&path)?
            .with_context(|| format!("{place}: expected the site's reads; nothing is there"))?;
        let page: Page = serde_json::from_slice(&bytes)
            .with_context(|| format!("{place}: these are no reads"))?;
        reads.extend(page.reads);
        match page.next {
            None => return Ok(reads),
            next => {
                ensure!(
                    before.is_none_or(|before| next.is_some_and(|next| next < before)),
                    "{place}: the server names no earlier page as the next one"
                );
                before = next;
            }
        }
    }
}

fn in_words(read: &KeptRead) -> String {
    format!(
        "the read of {} at index {} of {}",
        read.time, read.index, read.log
    )
}

fn to_json(report: &Report, reads: &[KeptRead], evidence: &Folders) -> String {
    let mut more = serde_json::Map::new();
    more.insert("reads".to_owned(), json!(reads));
    if !evidence.is_empty() {
        more.insert("evidence".to_owned(), evidence.to_json());
    }
    format!("{}\n", report.to_json(more))
}

fn to_text(report: &Report, reads: &[KeptRead], evidence: &Folders) -> String {
    if !report.holds() {
        return format!(
            "{report}NOT verified: the reads are not shown. Evidence is in {evidence}\n"
        );
    }
    let rows = reads.iter().map(row).collect();
    let head = ["TIME", "BY", "WHAT", "RECORDS", "ERASED", "QUERY"];
    let count = counted(reads.len() as u64, "read");
    format!(
        "{}\n{count}. Each is as the log has it, and the log has no other.\n",
        table(&head, rows)
    )
}

fn row(read: &KeptRead) -> Vec<String> {
    let Some(disclosed) = &read.disclosed else {
        let erased = "(erased with the records of its log)".to_owned();
        return vec![read.time.to_string(), erased];
    };
    let text = &disclosed.read;
    let grants: Vec<_> = text.grants.iter().map(ToString::to_string).collect();
    let number = |number: Option<u64>| number.map_or("-".to_owned(), |number| number.to_string());
    vec![
        read.time.to_string(),
        grants.join(" "),
        text.request.as_str().to_owned(),
        number(text.records),
        number(text.erased),
        text.query.clone(),
    ]
}
