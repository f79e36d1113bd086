//! `temoin query`: an answer that is known to be right and complete.
//!
//! Time is public in the log and never goes back, so a period is a range of places. All records of that
//! range are asked for, each is held against its entry, and none may be missing; only then are they
//! narrowed, here.

use super::{Target, print};
use crate::Verdict;
use crate::audit::{open_log, record_files};
use crate::check::signature;
use crate::check::{completeness, records};
use crate::disclosed::{self, Disclosure, Told};
use crate::evidence;
use crate::finding::{Failure, Finding, Tally, apart};
use crate::keys::Pins;
use crate::period::{Filters, Period};
use crate::place::{self, Place};
use crate::places::{Places, Runs};
use crate::progress::Progress;
use crate::report::{Check, Report, Section, counted};
use crate::served::ServedLog;
use crate::state::{Saved, State};
use crate::trusted::TrustedLog;
use anyhow::Result;
use clap::Args;
use consent_core::calendar::Timestamp;
use consent_core::entry::Event;
use consent_core::receipt::{DisclosedRecord, ErasedRecord, SiteLogs};
use consent_core::{ConsentRecord, Purpose};
use consent_log::VerifierKey;
use serde_json::json;
use std::collections::HashMap;
use std::ops::Range;
use std::path::PathBuf;

/// The command's arguments.
#[derive(Args)]
pub struct Query {
    #[command(flatten)]
    target: Target,
    #[command(flatten)]
    filters: Filters,
    /// The keys and checkpoints that `temoin verify` or `temoin watch` remembers
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Where to write evidence of what does not hold
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    /// Tell how far the work is, even where nobody looks
    #[arg(long)]
    progress: bool,
}

/// The answer.
pub struct Answer {
    /// What was checked.
    pub report: Report,
    /// Of each log, the range that the answer is complete over.
    pub ranges: Vec<Covered>,
    /// The records that are wanted, oldest first.
    pub records: Vec<DisclosedRecord>,
}

/// The range of one log.
#[derive(Debug, PartialEq, Eq)]
pub struct Covered {
    /// The log.
    pub origin: String,
    /// The places.
    pub places: Range<u64>,
    /// How many of them are consents that were erased.
    pub erased: u64,
}

impl Covered {
    fn in_words(&self) -> String {
        let count = self.places.end - self.places.start;
        if count == 0 {
            return format!("{}: complete: no entry of that time", self.origin);
        }
        format!(
            "{}: complete: {} from index {} to {}, {} erased",
            self.origin,
            counted(count, "entry"),
            self.places.start,
            self.places.end - 1,
            self.erased
        )
    }
}

impl Query {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        let token = self.target.token.clone();
        let place = Place::open(&self.target.source, self.target.site.as_ref(), token)?;
        let state = match &self.state {
            Some(path) => State::load(path)?,
            None => State::default(),
        };
        let pins = Pins {
            given: &self.target.keys,
            state: &state,
        };
        let mut progress = Progress::new(self.progress);
        let answer = answer(&place, place.site()?, pins, &self.filters, &mut progress)?;
        progress.clear();
        let holds = answer.report.holds();
        let evidence = if holds {
            Vec::new()
        } else {
            evidence::write(&answer.report, self.evidence.as_deref())?
        };
        print(&if self.json {
            answer.to_json(&evidence)
        } else {
            answer.to_text(&self.filters, &evidence)
        })?;
        Ok(Verdict::of(holds))
    }
}

impl Answer {
    fn to_json(&self, evidence: &[PathBuf]) -> String {
        let mut more = serde_json::Map::new();
        let ranges = self.ranges.iter().map(|covered| {
            json!({
                "log": covered.origin,
                "from": covered.places.start,
                "before": covered.places.end,
                "erased": covered.erased,
            })
        });
        more.insert("complete".to_owned(), ranges.collect());
        more.insert("records".to_owned(), json!(self.records));
        if !evidence.is_empty() {
            let shown = evidence.iter().map(|path| path.display().to_string());
            more.insert("evidence".to_owned(), shown.collect());
        }
        format!("{}\n", self.report.to_json(more))
    }

    fn to_text(&self, filters: &Filters, evidence: &[PathBuf]) -> String {
        if !self.report.holds() {
            let shown: Vec<_> = evidence
                .iter()
                .map(|path| path.display().to_string())
                .collect();
            return format!(
                "{}NOT verified: the answer is not shown. Evidence is in {}\n",
                self.report,
                shown.join(", ")
            );
        }
        let mut wanted = filters.in_words();
        if !wanted.is_empty() {
            wanted = format!(" ({wanted})");
        }
        let count = counted(self.records.len() as u64, "record");
        let mut lines = vec![format!("{}\n{count}{wanted}", table(&self.records))];
        lines.extend(self.ranges.iter().map(Covered::in_words));
        if filters.narrow() {
            let how = "All records of these places were checked; then they were narrowed here.";
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
    "PLACE",
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
        .chain(records.iter().map(|told| row(&told.record)))
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

/// Asks, checks, narrows.
pub fn answer(
    place: &Place,
    logs: &SiteLogs,
    pins: Pins<'_>,
    filters: &Filters,
    progress: &mut Progress,
) -> Result<Answer> {
    let prefixes: Vec<_> = logs
        .logs
        .iter()
        .map(|log| place::prefix(&log.origin))
        .collect();
    let mut answer = Answer {
        report: Report::default(),
        ranges: Vec::new(),
        records: Vec::new(),
    };
    let mut ranges = Vec::new();
    for (summary, prefix) in logs.logs.iter().zip(&prefixes) {
        let log = ServedLog::new(&*place.source, prefix);
        let listed = Some((summary.origin.as_str(), summary.key.as_str()));
        match LogRange::open(log, listed, pins, filters.period())? {
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
    let mut elsewhere = Tally::default();
    progress.begin();
    for (number, told) in (1..).zip(all_told(place, logs, filters.period())?) {
        progress.tell("records", number, None);
        let (whence, disclosure) = match apart(told)? {
            Ok(told) => told,
            Err(finding) => {
                elsewhere.push(finding);
                continue;
            }
        };
        let origin = match &disclosure {
            Disclosure::Record(told) => &told.record.log,
            Disclosure::Erased(told) => &told.log,
        };
        let Some(at) = by_origin.get(origin.as_str()) else {
            let what = "a record of a log that is not listed, or could not be read";
            let finding = Finding::new(Check::Records, whence, what);
            elsewhere.push(finding.expected("a listed log", origin));
            continue;
        };
        let told = ranges[*at].take(&whence, disclosure, place.source.is_live())?;
        answer
            .records
            .extend(told.filter(|told| filters.want(&told.record)));
    }
    section.settle(Check::Records, elsewhere, "all are of the site's logs");
    answer.report.sections.push(section);
    for range in ranges {
        let (section, covered) = range.settle();
        answer.report.sections.push(section);
        answer.ranges.push(covered);
    }
    answer.records.sort_by_key(|told| told.record.time);
    Ok(answer)
}

fn all_told<'a>(
    place: &'a Place,
    logs: &SiteLogs,
    period: Period,
) -> Result<Box<dyn Iterator<Item = Told> + 'a>> {
    let Some(folder) = &place.folder else {
        return Ok(Box::new(disclosed::on_server(
            &*place.source,
            &logs.site,
            period,
        )));
    };
    let files = record_files(folder);
    let files = files
        .iter()
        .map(|file| disclosed::in_file(file))
        .collect::<Result<Vec<_>>>()?;
    Ok(Box::new(files.into_iter().flatten()))
}

/// A period's places in one log.
struct LogRange<'a> {
    log: ServedLog<'a>,
    key: VerifierKey,
    section: Section,
    trusted: TrustedLog<'a>,
    places: Range<u64>,
    consents: Places,
    disclosed: Places,
    erased: Runs,
    wrong: Tally,
}

impl<'a> LogRange<'a> {
    fn open(
        log: ServedLog<'a>,
        listed: Option<(&str, &str)>,
        pins: Pins<'_>,
        period: Period,
    ) -> Result<Result<Self, Section>> {
        let mut opened = match open_log(log, listed, pins)? {
            Ok(opened) => opened,
            Err(section) => return Ok(Err(section)),
        };
        let saved = pins.state.checkpoints(opened.key.name())?.pop();
        let found = || {
            let mut trusted = TrustedLog::open(log, opened.signed.clone())?;
            if saved.is_some() {
                super::watch::compare(log, saved.as_ref(), &opened.signed)?;
            }
            let places =
                first_at(&mut trusted, period.from)?..first_at(&mut trusted, period.until)?;
            let consents = read(&mut trusted, &places, period)?;
            Ok((trusted, places, consents))
        };
        match apart(found())? {
            Ok((trusted, places, consents)) => Ok(Ok(Self {
                log,
                key: opened.key,
                section: opened.section,
                trusted,
                places,
                consents,
                disclosed: Places::default(),
                erased: Runs::default(),
                wrong: Tally::default(),
            })),
            Err(finding) => {
                opened.section.fail(finding);
                Ok(Err(opened.section))
            }
        }
    }

    /// A record that is in the range, once it is checked.
    fn take(
        &mut self,
        whence: &str,
        disclosure: Disclosure,
        live: bool,
    ) -> Result<Option<DisclosedRecord>> {
        let index = match &disclosure {
            Disclosure::Record(told) => told.record.index,
            Disclosure::Erased(told) => told.index,
        };
        let later = live && index >= self.trusted.size();
        let elsewhere = index < self.trusted.size() && !self.places.contains(&index);
        if later || elsewhere {
            return Ok(None);
        }
        let checked = match &disclosure {
            Disclosure::Record(told) => self.check_record(whence, told),
            Disclosure::Erased(told) => self.check_erased(whence, told, live),
        };
        if let Err(finding) = apart(checked)? {
            self.wrong.push(finding);
            return Ok(None);
        }
        Ok(match disclosure {
            Disclosure::Record(told) => Some(*told),
            Disclosure::Erased(_) => None,
        })
    }

    fn check_record(&mut self, whence: &str, told: &DisclosedRecord) -> Result<(), Failure> {
        let index = told.record.index;
        let leaf = self.trusted.leaf(index)?;
        if leaf.is_some() && self.disclosed.insert(index) {
            let finding = Finding::new(Check::Records, whence, "two records claim the same place");
            return Err(finding.expected("one", "another one").into());
        }
        let entry = || self.trusted.entry_bytes(index).ok().flatten();
        Ok(records::check(told, leaf, whence, entry)?)
    }

    fn check_erased(
        &mut self,
        whence: &str,
        told: &ErasedRecord,
        live: bool,
    ) -> Result<(), Failure> {
        let mut said = was_erased(&mut self.trusted, told)?;
        if !said && live {
            // It may have been erased since.
            self.catch_up()?;
            said = was_erased(&mut self.trusted, told)?;
        }
        let entry = self.trusted.entry(told.index)?;
        records::check_erased(told, entry.as_ref(), said, whence)?;
        self.erased.insert(told.index, told.index);
        Ok(())
    }

    fn catch_up(&mut self) -> Result<(), Failure> {
        let served = self.log.checkpoint()?;
        let newer = signature::check(&served.bytes, &self.key, &served.place)?;
        let old = self.trusted.signed();
        let saved = Saved {
            note: old.note.clone(),
            checkpoint: old.checkpoint.clone(),
        };
        super::watch::compare(self.log, Some(&saved), &newer)?;
        self.trusted = TrustedLog::open(self.log, newer)?;
        Ok(())
    }

    fn settle(mut self) -> (Section, Covered) {
        let size = self.trusted.size();
        let root = self.trusted.signed().checkpoint.root;
        let seen = format!("each is checked up to the root {root} of {size} entries");
        self.section.settle(Check::Records, self.wrong, seen);
        let none = Runs::default();
        let account = completeness::Account {
            consents: &self.consents,
            asked_at: self.places.end,
            erased_then: &none,
            erased_now: &self.erased,
            disclosed: &self.disclosed,
        };
        let trusted = &mut self.trusted;
        let balance = completeness::check(&account, |place, what| {
            let finding = Finding::new(Check::Completeness, trusted.place(place), what);
            match trusted.entry_bytes(place) {
                Ok(Some(bytes)) => finding.file("entry", bytes),
                _ => finding,
            }
        });
        let covered = Covered {
            origin: self.key.name().to_owned(),
            places: self.places,
            erased: balance.erased,
        };
        let seen = covered.in_words();
        self.section
            .settle(Check::Completeness, balance.wrong, seen);
        (self.section, covered)
    }
}

/// The first place whose entry is no earlier than `time`, found by halving: in a log time never goes
/// back, which `temoin verify` checks over all entries.
fn first_at(trusted: &mut TrustedLog<'_>, time: Timestamp) -> Result<u64, Failure> {
    let (mut low, mut high) = (0, trusted.size());
    if time == Timestamp::MIN {
        return Ok(0);
    }
    if time == Timestamp::MAX {
        return Ok(high);
    }
    while low < high {
        let middle = low + (high - low) / 2;
        match trusted.entry(middle)? {
            Some(entry) if entry.time < time => low = middle + 1,
            _ => high = middle,
        }
    }
    Ok(low)
}

/// The consents of a range, every entry of which is in the period.
fn read(
    trusted: &mut TrustedLog<'_>,
    places: &Range<u64>,
    period: Period,
) -> Result<Places, Failure> {
    let mut consents = Places::default();
    let mut newest = period.from;
    for place in places.clone() {
        let Some(entry) = trusted.entry(place)? else {
            continue;
        };
        if entry.time < newest || !period.covers(entry.time) {
            let finding = Finding::new(Check::Time, trusted.place(place), "time goes back");
            let expected = format!("{newest} or later");
            return Err(finding.expected(expected, entry.time).into());
        }
        newest = entry.time;
        if matches!(entry.event, Event::Consent { .. }) {
            consents.insert(place);
        }
    }
    Ok(consents)
}

/// Whether the log has an erase entry of that time and reason that covers the record.
fn was_erased(trusted: &mut TrustedLog<'_>, told: &ErasedRecord) -> Result<bool, Failure> {
    let first = first_at(trusted, told.erased_at)?.max(told.index + 1);
    for place in first..trusted.size() {
        let Some(entry) = trusted.entry(place)? else {
            break;
        };
        if entry.time != told.erased_at {
            break;
        }
        if let Event::Erase(erasure) = entry.event
            && erasure.covers(told.index)
            && erasure.reason == told.reason
        {
            return Ok(true);
        }
    }
    Ok(false)
}
