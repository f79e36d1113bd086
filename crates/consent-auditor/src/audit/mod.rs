//! A whole audit: what is read in which order, so that each check finds what it needs.
//!
//! The anchor comes first, then the logs, then the records: each is at least as new as what it is
//! compared with. A record that was erased while the records were read is explained by a newer
//! checkpoint, up to which the log is then walked on.

mod anchor;
mod log;
mod receipts;
mod records;
pub mod walk;

pub use log::{Opened, open as open_log};
pub use receipts::{Receipts, load as load_receipts, parse as parse_receipt};

use crate::audit::walk::{Opaque, Reader};
use crate::check::anchor::AnchorReader;
use crate::check::completeness;
use crate::check::history::History;
use crate::check::manifest::Manifest;
use crate::check::milestones::Milestone;
use crate::check::witnesses::Demand;
use crate::check::{listing, notices};
use crate::log::fetched::ServedLog;
use crate::log::pins::Pins;
use crate::report::finding::{Finding, Tally};
use crate::report::progress::Progress;
use crate::report::{Check, Report, Section, counted};
use crate::source::Source;
use crate::source::filters::{Filters, Period};
use crate::source::records::Disclosure;
use crate::source::target;
use anyhow::Result;
use consent_core::NoticeHash;
use consent_core::receipt::SiteLogs;
use consent_log::{SignedNote, VerifierKey};
use log::{NO_TREE, Walked};
use std::collections::BTreeSet;
use std::path::Path;

/// Where records are read from.
#[derive(Clone, Copy)]
pub enum RecordsFrom<'a> {
    /// The audit API.
    Server,
    /// NDJSON files.
    Files(&'a [std::path::PathBuf]),
    /// Nowhere, and why.
    Nowhere(&'static str),
}

/// What an audit is to do.
pub struct Audit<'a> {
    /// The files.
    pub source: &'a dyn Source,
    /// The keys known before.
    pub pins: Pins<'a>,
    /// The witnesses given; those that the server names where there are none.
    pub witnesses: &'a [VerifierKey],
    /// What is asked of them.
    pub demand: Demand,
    /// Whether the entries are someone else's business.
    pub opaque: bool,
    /// Where the records are.
    pub records: RecordsFrom<'a>,
    /// Which of them.
    pub filters: Filters,
    /// Receipts.
    pub receipts: Receipts,
    /// Of an export, what it says of itself.
    pub manifest: Option<&'a Manifest>,
}

/// What came of it.
#[derive(Default)]
pub struct Audited {
    /// The checks.
    pub report: Report,
    /// What may be remembered: keys, and checkpoints that hold.
    pub hold: Vec<(VerifierKey, SignedNote)>,
    /// The checkpoint of each log, and how many of its entries the records were asked for.
    pub logs: Vec<(SignedNote, u64)>,
    /// The notices that were published.
    pub notices: BTreeSet<NoticeHash>,
}

impl<'a> Audit<'a> {
    /// Of a log by itself, held to these keys and to nothing else.
    #[cfg(test)]
    pub fn of_log(source: &'a dyn Source, pins: Pins<'a>) -> Self {
        Self {
            source,
            pins,
            witnesses: &[],
            demand: Demand {
                quorum: 0,
                fresh: None,
                now: consent_core::calendar::Timestamp::MIN,
            },
            opaque: false,
            records: RecordsFrom::Nowhere("none are asked for"),
            filters: Filters::default(),
            receipts: Receipts::default(),
            manifest: None,
        }
    }

    /// Audits one log by itself.
    pub fn log(&self, prefix: &'a str, progress: &mut Progress) -> Result<Audited> {
        let log = ServedLog::new(self.source, prefix);
        let mut audited = Audited::default();
        let Some(opened) = self.open(log, None, &mut audited)? else {
            return Ok(audited);
        };
        let origin = opened.key.name().to_owned();
        let is_anchor = (origin.parse().ok()).and_then(|origin| listing::server_of_anchor(&origin));
        let milestones = self.receipts.milestones(&origin);
        if is_anchor.is_some() && !self.opaque {
            let mut reader = AnchorReader::new(log.place(""), None, std::iter::empty());
            let mut walked = self.walk(opened, milestones, &mut reader, progress)?;
            anchor::settle(&mut walked.section, &mut reader);
            self.check_witnesses(&mut walked, &[]);
            audited.add(walked);
        } else {
            let mut walked = self.walk_entries(opened, milestones, progress)?;
            self.check_receipts(&mut walked)?;
            audited.add(walked);
        }
        self.settle_receipts(&mut audited.report, None);
        Ok(audited)
    }

    /// Audits all that belongs to a site. `each` gets every record as it comes, and the outcome of
    /// its check.
    pub fn site(
        &self,
        logs: &'a SiteLogs,
        prefixes: &'a Prefixes,
        progress: &mut Progress,
        each: &mut dyn FnMut(&Disclosure) -> Result<()>,
    ) -> Result<Audited> {
        let mut audited = Audited::default();
        let mut section = Section::new(format!("site {}", logs.site));
        let place = self.source.show(&format!("v1/sites/{}/logs", logs.site));
        let known = self.pins.state.origins();
        let mut list = listing::check(logs, &logs.site, &place, known);
        let mut opened = Vec::new();
        for (summary, prefix) in logs.logs.iter().zip(&prefixes.logs) {
            let log = ServedLog::new(self.source, prefix);
            let listed = Some((summary.origin.as_str(), summary.key.as_str()));
            opened.push((log, listed));
        }
        let mut anchor = self.anchor(logs, &prefixes.anchor, progress, &mut audited)?;
        if let Some(anchor) = &mut anchor {
            list.extend(anchor.reader.unlisted());
        }
        let seen = format!("{} and the anchor", counted(logs.logs.len() as u64, "log"));
        section.settle(Check::Listing, list, seen);
        let mut walked = Vec::new();
        for (log, listed) in opened {
            let Some(opened) = self.open(log, listed, &mut audited)? else {
                continue;
            };
            let origin = opened.key.name().to_owned();
            let mut milestones = self.receipts.milestones(&origin);
            let anchored = anchor.as_mut().map(|anchor| anchor.reader.take(&origin));
            if let Some(anchored) = &anchored {
                milestones.extend(&anchored.milestones);
            }
            let mut log = self.walk_entries(opened, milestones, progress)?;
            Self::check_anchored(&mut log, anchored, anchor.as_mut())?;
            self.check_receipts(&mut log)?;
            walked.push(log);
        }
        audited.notices = published(&walked);
        self.check_notices(&audited.notices, &mut section)?;
        self.check_records(logs, &mut walked, &mut section, progress, each)?;
        for log in walked {
            audited.add(log);
        }
        audited.report.sections.insert(0, section);
        self.settle_receipts(&mut audited.report, Some(logs));
        Ok(audited)
    }

    /// Opens a log: its key, its checkpoint. What is wrong goes into the report.
    fn open(
        &self,
        log: ServedLog<'a>,
        listed: Option<(&str, &str)>,
        audited: &mut Audited,
    ) -> Result<Option<Opened<'a>>> {
        match log::open(log, listed, self.pins)? {
            Ok(opened) => Ok(Some(opened)),
            Err(section) => {
                audited.report.sections.push(section);
                Ok(None)
            }
        }
    }

    fn walk(
        &self,
        opened: Opened<'a>,
        mut milestones: Vec<Milestone>,
        reader: &mut (dyn Reader + 'a),
        progress: &mut Progress,
    ) -> Result<Walked<'a>> {
        let saved = self.pins.state.checkpoints(opened.key.name())?;
        milestones.extend((0..).zip(&saved).map(|(number, saved)| Milestone {
            check: Check::Consistency,
            size: saved.checkpoint.size,
            root: saved.checkpoint.root,
            number,
        }));
        log::walk(opened, milestones, &saved, reader, progress)
    }

    fn walk_entries(
        &self,
        opened: Opened<'a>,
        milestones: Vec<Milestone>,
        progress: &mut Progress,
    ) -> Result<Walked<'a>> {
        if self.opaque {
            return self.walk(opened, milestones, &mut Opaque, progress);
        }
        let logs = self
            .manifest
            .map(|manifest| &*manifest.logs)
            .unwrap_or_default();
        let exported = logs
            .iter()
            .find(|log| log.origin.as_str() == opened.key.name());
        let asked_at = exported.map(|log| log.disclosed);
        let place = opened.log.place("");
        let mut history = History::new(self.filters.period(), place, asked_at);
        let mut walked = self.walk(opened, milestones, &mut history, progress)?;
        history.settle(&mut walked.section);
        walked.asked_at = asked_at.unwrap_or(walked.asked_at);
        walked.erased_then = history.erased_then().clone();
        walked.history = Some(history);
        Ok(walked)
    }

    fn check_notices(&self, hashes: &BTreeSet<NoticeHash>, section: &mut Section) -> Result<()> {
        if self.opaque {
            return Ok(());
        }
        let mut tally = Tally::default();
        for hash in hashes {
            let path = format!("v1/notices/{hash}");
            let bytes = self.source.get(&path)?;
            let place = self.source.show(&path);
            if let Err(finding) = notices::check(*hash, bytes.as_deref(), &place) {
                tally.push(*finding);
            }
        }
        let seen = format!(
            "{} published, each served as it was published",
            hashes.len()
        );
        section.settle(Check::Notices, tally, seen);
        Ok(())
    }

    fn check_records(
        &self,
        list: &SiteLogs,
        logs: &mut [Walked<'a>],
        section: &mut Section,
        progress: &mut Progress,
        each: &mut dyn FnMut(&Disclosure) -> Result<()>,
    ) -> Result<()> {
        if let RecordsFrom::Nowhere(why) = self.records {
            section.skip(Check::Records, why);
            section.skip(Check::Completeness, why);
            return Ok(());
        }
        records::check(self, list, logs, section, progress, each)?;
        for log in &mut *logs {
            self.check_completeness(log, progress)?;
        }
        Ok(())
    }

    fn check_completeness(&self, log: &mut Walked<'a>, progress: &mut Progress) -> Result<()> {
        if self.filters.narrow() {
            let why = "only some records are there, by more than their time";
            log.section.skip(Check::Completeness, why);
            return Ok(());
        }
        if log.trusted.is_none() {
            log.section.skip(Check::Completeness, NO_TREE);
            return Ok(());
        }
        if self.source.is_live() && balance(log).is_some_and(|balance| balance.missing > 0) {
            // What is missing may have been erased since the checkpoint that was checked.
            log.catch_up(progress)?;
        }
        let Some(balance) = balance(log) else {
            return Ok(());
        };
        let period = match self.filters.period() {
            Period::ALL => String::new(),
            _ => format!(", {}", self.filters.in_words()),
        };
        let seen = format!(
            "{} disclosed, {} erased, none missing, of the first {} entries{period}",
            balance.disclosed, balance.erased, log.asked_at
        );
        log.section.settle(Check::Completeness, balance.wrong, seen);
        Ok(())
    }

    fn check_receipts(&self, log: &mut Walked<'a>) -> Result<()> {
        receipts::check(&self.receipts, log)
    }

    fn settle_receipts(&self, report: &mut Report, logs: Option<&SiteLogs>) {
        let known: Vec<_> = report
            .sections
            .iter()
            .map(|one| one.subject.clone())
            .collect();
        self.receipts.settle(report, logs, &known);
    }
}

/// What the paths of each log begin with.
pub struct Prefixes {
    logs: Vec<String>,
    anchor: String,
}

impl Prefixes {
    /// Those of a site's logs.
    pub fn of(logs: &SiteLogs) -> Self {
        Self {
            logs: logs
                .logs
                .iter()
                .map(|log| target::prefix(&log.origin))
                .collect(),
            anchor: target::prefix(&logs.anchor.origin),
        }
    }
}

impl Audited {
    fn add(&mut self, mut walked: Walked<'_>) {
        self.logs
            .push((walked.signed.note.clone(), walked.asked_at));
        let section = &mut walked.section;
        section.attach("checkpoint", &walked.signed.bytes());
        section.attach("vkey", format!("{}\n", walked.key).as_bytes());
        self.report.sections.push(walked.section);
        let held = self.report.sections.last().is_some_and(Section::holds);
        if held {
            self.hold.push((walked.key, walked.signed.note));
        }
    }
}

fn published(logs: &[Walked<'_>]) -> BTreeSet<NoticeHash> {
    let histories = logs.iter().filter_map(|log| log.history.as_ref());
    histories
        .flat_map(|history| history.published().to_vec())
        .collect()
}

/// Nothing for a log whose entries were not read.
fn balance(log: &mut Walked<'_>) -> Option<completeness::Balance> {
    let history = log.history.as_ref()?;
    let account = completeness::Account {
        consents: history.consents(),
        asked_at: log.asked_at,
        erased_then: &log.erased_then,
        erased_now: history.erased(),
        disclosed: &log.disclosed,
    };
    let mut trusted = log.trusted.as_mut();
    let served = log.log;
    Some(completeness::check(&account, |place, what| {
        let Some(trusted) = trusted.as_deref_mut() else {
            return Finding::new(Check::Completeness, served.place(""), what);
        };
        let finding = Finding::new(Check::Completeness, trusted.place(place), what);
        match trusted.entry_bytes(place) {
            Ok(Some(bytes)) => finding.file("entry", bytes),
            // It is only to show what was found.
            _ => finding,
        }
    }))
}

/// The folder that an export's records are in.
pub fn record_files(folder: &Path) -> Vec<std::path::PathBuf> {
    ["records.ndjson", "erased.ndjson"]
        .into_iter()
        .map(|name| folder.join(name))
        .filter(|path| path.exists())
        .collect()
}
