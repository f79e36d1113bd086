//! Audits: what is read, in which order, so that each check has what it needs. The checks themselves are in
//! `check`.
//!
//! The anchor is read first, then the logs, then the records, so that each is at least as new as what it is
//! compared with. A record that is erased while the records are read is explained by a newer checkpoint: the log is
//! then walked on, up to that one.

mod anchor;
pub mod consistency;
pub mod export;
pub mod open;
pub mod receipts;
mod records;
pub mod site;
mod walk;
mod walked_log;

use crate::check::anchor::AnchorReader;
use crate::check::history::History;
use crate::check::listing;
use crate::check::manifest::Manifest;
use crate::check::milestones::Milestone;
use crate::check::witnesses::WitnessPolicy;
use crate::log::EntryReader;
use crate::log::fetched::ServedLog;
use crate::log::pins::Pins;
use crate::report::progress::Progress;
use crate::report::{Check, Report, Section};
use crate::source::Source;
use crate::source::filters::Filters;
use anyhow::Result;
use consent_core::NoticeHash;
use consent_core::api::SiteLogs;
use consent_log::{SignedNote, VerifierKey};
use open::Opened;
use receipts::Receipts;
use std::collections::BTreeSet;
use std::path::PathBuf;
use walk::IgnoreEntries;
use walked_log::WalkedLog;

/// Where an audit reads the records from.
#[derive(Clone, Copy)]
pub enum RecordsFrom<'a> {
    /// The audit API.
    Server,
    /// NDJSON files.
    Files(&'a [PathBuf]),
    /// Nowhere, and why.
    Nowhere(&'static str),
}

/// An audit: what to read, and what to hold it to.
pub struct Audit<'a> {
    /// Where the files are read from.
    pub source: &'a dyn Source,
    /// The keys that are known before.
    pub pins: Pins<'a>,
    /// The witnesses' keys; without any, those that the server names are used.
    pub witnesses: &'a [VerifierKey],
    /// What is required of the witnesses.
    pub policy: WitnessPolicy,
    /// Whether only the tree is checked, and no entry is parsed.
    pub opaque: bool,
    /// Where the records are read from.
    pub records: RecordsFrom<'a>,
    /// Which records are audited.
    pub filters: Filters,
    /// The receipts to check against the logs.
    pub receipts: Receipts,
    /// The manifest, if an export is audited.
    pub manifest: Option<&'a Manifest>,
}

/// The result of an audit.
#[derive(Default)]
pub struct Audited {
    /// All checks.
    pub report: Report,
    /// The key and the checkpoint of each log without findings, which may be remembered.
    pub sound: Vec<(VerifierKey, SignedNote)>,
    /// The checkpoint of each log, and its size when the records were requested.
    pub logs: Vec<(SignedNote, u64)>,
    /// The published notices.
    pub notices: BTreeSet<NoticeHash>,
}

impl<'a> Audit<'a> {
    /// An audit of one log, with these keys and nothing else.
    #[cfg(test)]
    pub fn of_log(source: &'a dyn Source, pins: Pins<'a>) -> Self {
        Self {
            source,
            pins,
            witnesses: &[],
            policy: WitnessPolicy {
                quorum: 0,
                fresh: None,
                now: consent_core::calendar::Timestamp::MIN,
            },
            opaque: false,
            records: RecordsFrom::Nowhere("no records were asked for"),
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
            anchor::conclude_entries(&mut walked.section, &mut reader);
            self.check_witnesses(&mut walked, &[]);
            audited.add(walked);
        } else {
            let mut walked = self.walk_entries(opened, milestones, progress)?;
            self.check_receipts(&mut walked)?;
            audited.add(walked);
        }
        self.conclude_receipts(&mut audited.report, None);
        Ok(audited)
    }

    /// Opens a log. If it cannot be audited, the findings are in the report.
    fn open(
        &self,
        log: ServedLog<'a>,
        listed: Option<(&str, &str)>,
        audited: &mut Audited,
    ) -> Result<Option<Opened<'a>>> {
        match open::open(log, listed, self.pins)? {
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
        reader: &mut (dyn EntryReader + 'a),
        progress: &mut Progress,
    ) -> Result<WalkedLog<'a>> {
        let saved = self.pins.state.checkpoints(opened.key.name())?;
        milestones.extend((0..).zip(&saved).map(|(number, saved)| Milestone {
            check: Check::Consistency,
            size: saved.checkpoint.size,
            root: saved.checkpoint.root,
            number,
        }));
        walked_log::walk(opened, milestones, &saved, reader, progress)
    }

    fn walk_entries(
        &self,
        opened: Opened<'a>,
        milestones: Vec<Milestone>,
        progress: &mut Progress,
    ) -> Result<WalkedLog<'a>> {
        if self.opaque {
            return self.walk(opened, milestones, &mut IgnoreEntries, progress);
        }
        let logs = self
            .manifest
            .map(|manifest| &*manifest.logs)
            .unwrap_or_default();
        let exported = logs
            .iter()
            .find(|log| log.origin.as_str() == opened.key.name());
        let requested_size = exported.map(|log| log.disclosed);
        let place = opened.log.place("");
        let mut history = History::new(self.filters.period(), place, requested_size);
        let mut walked = self.walk(opened, milestones, &mut history, progress)?;
        history.conclude(&mut walked.section);
        walked.requested_size = requested_size.unwrap_or(walked.requested_size);
        walked.erased_at_request = history.erased_at_request().clone();
        walked.history = Some(history);
        Ok(walked)
    }

    fn check_receipts(&self, log: &mut WalkedLog<'a>) -> Result<()> {
        receipts::check(&self.receipts, log)
    }

    fn conclude_receipts(&self, report: &mut Report, logs: Option<&SiteLogs>) {
        let known: Vec<_> = report
            .sections
            .iter()
            .map(|one| one.subject.clone())
            .collect();
        self.receipts.conclude(report, logs, &known);
    }
}

impl Audited {
    fn add(&mut self, mut walked: WalkedLog<'_>) {
        self.logs
            .push((walked.signed.note.clone(), walked.requested_size));
        let section = &mut walked.section;
        section.attach("checkpoint", &walked.signed.bytes());
        section.attach("vkey", format!("{}\n", walked.key).as_bytes());
        self.report.sections.push(walked.section);
        let holds = self.report.sections.last().is_some_and(Section::holds);
        if holds {
            self.sound.push((walked.key, walked.signed.note));
        }
    }
}
