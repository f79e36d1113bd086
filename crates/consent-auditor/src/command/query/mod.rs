//! `temoin query`: finds records; the answer is verified to be right and complete.
//!
//! Time is public in the log and never goes back, so a period is a range of indices. All records of that range are
//! requested, each is checked against its entry, and none may be missing; only then the other filters are applied,
//! here.

pub mod range;

use super::{CheckArguments, TargetArguments, print};
use crate::Verdict;
use crate::audit::export::record_files;
use crate::log::checkpoint::SignedCheckpoint;
use crate::log::fetched::ServedLog;
use crate::log::pins::Pins;
use crate::log::state::State;
use crate::report::evidence::{self, Folders};
use crate::report::finding::{Finding, Findings, split_finding};
use crate::report::progress::Progress;
use crate::report::{Check, Report, Section, counted};
use crate::source::filters::{Filters, Period};
use crate::source::notices::Notices;
use crate::source::records::{self as source_records, Disclosure, ReadDisclosure};
use crate::source::target::{self, Target};
use anyhow::{Result, ensure};
use clap::Args;
use consent_core::api::SiteLogs;
use consent_core::proof::{DisclosedRecord, ErasedRecord};
use consent_core::{ConsentRecord, Purpose};
use consent_log::VerifierKey;
use range::{Asked, LogRange};
use serde_json::json;
use std::collections::HashMap;
use std::ops::Range;

/// The command's arguments.
#[derive(Args)]
pub struct Query {
    #[command(flatten)]
    target: TargetArguments,
    #[command(flatten)]
    filters: Filters,
    #[command(flatten)]
    check: CheckArguments,
}

/// The answer.
pub struct Answer {
    /// What was checked.
    pub report: Report,
    /// The range of each log over which the answer is complete.
    pub ranges: Vec<Covered>,
    /// The records that pass the filters, oldest first.
    pub records: Vec<DisclosedRecord>,
}

/// A range of one log over which the answer is complete.
#[derive(Debug)]
pub struct Covered {
    /// The log's origin.
    pub origin: String,
    /// The indices.
    pub range: Range<u64>,
    /// How many of its consents were erased.
    pub erased: u64,
    /// What is left of those that were erased, in the order of the answer.
    pub erasures: Vec<ErasedRecord>,
    /// The key of the log.
    pub key: VerifierKey,
    /// The checkpoint up to which everything was verified.
    pub signed: SignedCheckpoint,
}

impl Covered {
    fn in_words(&self) -> String {
        let count = self.range.end - self.range.start;
        if count == 0 {
            return format!("{}: complete: no entry of that time", self.origin);
        }
        format!(
            "{}: complete: {} from index {} to {}, {} erased",
            self.origin,
            counted(count, "entry"),
            self.range.start,
            self.range.end - 1,
            self.erased
        )
    }
}

impl Query {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        let token = self.target.token.clone();
        let target = Target::open(&self.target.source, self.target.site.as_ref(), token)?;
        let state = State::load_if_given(self.check.state.as_deref())?;
        let pins = Pins {
            given: &self.target.keys,
            state: &state,
        };
        let mut progress = Progress::new(self.check.progress);
        let (logs, most) = (target.site()?, usize::MAX);
        let answer = answer(&target, logs, pins, &self.filters, most, &mut progress)?;
        progress.clear();
        let holds = answer.report.holds();
        let evidence = evidence::write(&answer.report, self.check.evidence.as_deref())?;
        print(&if self.check.json {
            answer.to_json(&evidence)
        } else {
            answer.to_text(&self.filters, &evidence)
        })?;
        Ok(Verdict::of(holds))
    }
}

impl Answer {
    fn to_json(&self, evidence: &Folders) -> String {
        let mut more = serde_json::Map::new();
        let ranges = self.ranges.iter().map(|covered| {
            json!({
                "log": covered.origin,
                "from": covered.range.start,
                "before": covered.range.end,
                "erased": covered.erased,
            })
        });
        more.insert("complete".to_owned(), ranges.collect());
        more.insert("records".to_owned(), json!(self.records));
        if !evidence.is_empty() {
            more.insert("evidence".to_owned(), evidence.to_json());
        }
        format!("{}\n", self.report.to_json(more))
    }

    fn to_text(&self, filters: &Filters, evidence: &Folders) -> String {
        if !self.report.holds() {
            return format!(
                "{}NOT verified: the answer is not shown. Evidence is in {evidence}\n",
                self.report
            );
        }
        let mut wanted = filters.in_words();
        if !wanted.is_empty() {
            wanted = format!(" ({wanted})");
        }
        let count = counted(self.records.len() as u64, "record");
        let mut lines = vec![format!("{}\n{count}{wanted}", table(&self.records))];
        lines.extend(self.ranges.iter().map(Covered::in_words));
        if filters.beyond_time() {
            let how =
                "All records of these ranges were verified; then the filters were applied here.";
            lines.push(how.to_owned());
        }
        lines.join("\n") + "\n"
    }
}

/// The columns of the table.
const COLUMNS: [&str; 10] = [
    "TIME",
    "STATUS",
    "PREFERENCES",
    "STATISTICS",
    "MARKETING",
    "METHOD",
    "LAYER",
    "LANGUAGE",
    "NOTICE",
    "ENTRY",
];

fn row(record: &ConsentRecord) -> [String; 10] {
    let decided = |purpose| record.decision.get(purpose).as_str().to_owned();
    let log = record
        .log
        .as_str()
        .splitn(3, '/')
        .nth(2)
        .unwrap_or_default();
    [
        record.time.to_string(),
        record.status.as_str().to_owned(),
        decided(Purpose::Preferences),
        decided(Purpose::Statistics),
        decided(Purpose::Marketing),
        record.method.as_str().to_owned(),
        record.layer.as_str().to_owned(),
        record.language.to_string(),
        record.notice.to_string()[..8].to_owned(),
        format!("{log} {}", record.index),
    ]
}

fn table(records: &[DisclosedRecord]) -> String {
    let head = COLUMNS.map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head)
        .chain(records.iter().map(|disclosed| row(&disclosed.record)))
        .collect();
    let widths: Vec<_> = (0..COLUMNS.len())
        .map(|column| {
            rows.iter()
                .map(|row| row[column].len())
                .max()
                .unwrap_or_default()
        })
        .collect();
    let line = |row: &[String; 10]| {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"));
        let cells: Vec<_> = cells.collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

/// Requests the records, checks them, and applies the filters. An error if more than `most` records pass them.
pub fn answer(
    target: &Target,
    logs: &SiteLogs,
    pins: Pins<'_>,
    filters: &Filters,
    most: usize,
    progress: &mut Progress,
) -> Result<Answer> {
    let prefixes: Vec<_> = logs
        .logs
        .iter()
        .map(|log| target::prefix(&log.origin))
        .collect();
    let mut answer = Answer {
        report: Report::default(),
        ranges: Vec::new(),
        records: Vec::new(),
    };
    let mut ranges = Vec::new();
    for (summary, prefix) in logs.logs.iter().zip(&prefixes) {
        let log = ServedLog::new(&*target.source, prefix);
        let listed = Some((summary.origin.as_str(), summary.key.as_str()));
        match LogRange::open(log, listed, pins, Asked::of(filters.period()))? {
            Ok(range) => ranges.push(range),
            Err(section) => answer.report.sections.push(section),
        }
    }
    let by_origin: HashMap<_, _> = ranges
        .iter()
        .enumerate()
        .map(|(at, range)| (range.key.name().to_owned(), at))
        .collect();
    let mut section = Section::new(format!("site {}", logs.site));
    let mut elsewhere = Findings::default();
    let notices = Notices::new(&*target.source);
    progress.begin();
    for (number, read) in (1..).zip(disclosures(target, logs, filters.period())?) {
        progress.update("records", number, None);
        let (source, disclosure) = match split_finding(read)? {
            Ok(read) => read,
            Err(finding) => {
                elsewhere.push(finding);
                continue;
            }
        };
        let origin = match &disclosure {
            Disclosure::Record(claim) => &claim.disclosed.record.log,
            Disclosure::Erased(erased) => &erased.log,
        };
        let Some(at) = by_origin.get(origin.as_str()) else {
            let what = "this is a record of a log that is not listed, or could not be read";
            let finding = Finding::new(Check::Records, source, what);
            elsewhere.push(finding.expected("a listed log", origin));
            continue;
        };
        let record = ranges[*at].check(&source, disclosure, target.source.is_live())?;
        let Some(disclosed) = record else { continue };
        match split_finding(filters.matches(&disclosed.record, &notices))? {
            Ok(true) => answer.records.push(disclosed),
            Ok(false) => {}
            Err(finding) => elsewhere.push(finding),
        }
        ensure!(
            answer.records.len() <= most,
            "more than {most} records pass the filters; narrow them (--from, --to, …), or take `temoin export`, which \
             has no limit"
        );
    }
    section.conclude(Check::Records, elsewhere, "all are of the site's logs");
    answer.report.sections.push(section);
    for range in ranges {
        let (section, covered) = range.conclude();
        answer.report.sections.push(section);
        answer.ranges.push(covered);
    }
    answer
        .records
        .sort_by_key(|disclosed| disclosed.record.time);
    Ok(answer)
}

fn disclosures<'a>(
    target: &'a Target,
    logs: &SiteLogs,
    period: Period,
) -> Result<Box<dyn Iterator<Item = ReadDisclosure> + 'a>> {
    let Some(folder) = &target.folder else {
        return Ok(Box::new(source_records::on_server(
            &*target.source,
            &logs.site,
            period,
        )));
    };
    let files = record_files(folder);
    let files = files
        .iter()
        .map(|file| source_records::in_file(file))
        .collect::<Result<Vec<_>>>()?;
    Ok(Box::new(files.into_iter().flatten()))
}
