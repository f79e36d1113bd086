//! An audit of a site: its list of logs, the anchor, each log, the notices, the records.

use super::walked_log::{ROOT_DIFFERS, WalkedLog};
use super::{Audit, Audited, RecordsFrom, records};
use crate::check::{completeness, listing, notices};
use crate::log::fetched::ServedLog;
use crate::report::finding::{Finding, Findings};
use crate::report::progress::Progress;
use crate::report::{Check, Section, counted};
use crate::source::filters::Period;
use crate::source::records::Disclosure;
use crate::source::target;
use anyhow::Result;
use consent_core::NoticeHash;
use consent_core::api::SiteLogs;
use std::collections::BTreeSet;

/// The beginnings of the paths of a site's logs.
pub struct Prefixes {
    logs: Vec<String>,
    anchor: String,
}

impl Prefixes {
    /// The beginnings for a list of logs.
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

impl<'a> Audit<'a> {
    /// Audits everything that belongs to a site. `each` is called with every disclosure, once it is checked.
    pub fn site(
        &self,
        logs: &'a SiteLogs,
        prefixes: &'a Prefixes,
        progress: &mut Progress,
        each: &mut dyn FnMut(&Disclosure) -> Result<()>,
    ) -> Result<Audited> {
        let mut audited = Audited::default();
        let mut section = Section::new(format!("site {}", logs.site));
        let place = self
            .source
            .location(&format!("v1/sites/{}/logs", logs.site));
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
        section.conclude(Check::Listing, list, seen);
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
        self.conclude_receipts(&mut audited.report, Some(logs));
        Ok(audited)
    }

    fn check_notices(&self, hashes: &BTreeSet<NoticeHash>, section: &mut Section) -> Result<()> {
        if self.opaque {
            return Ok(());
        }
        let mut findings = Findings::default();
        for hash in hashes {
            let path = format!("v1/notices/{hash}");
            let bytes = self.source.get(&path)?;
            let place = self.source.location(&path);
            if let Err(finding) = notices::check(*hash, bytes.as_deref(), &place) {
                findings.push(*finding);
            }
        }
        let seen = format!("{} published, each served unchanged", hashes.len());
        section.conclude(Check::Notices, findings, seen);
        Ok(())
    }

    fn check_records(
        &self,
        list: &SiteLogs,
        logs: &mut [WalkedLog<'a>],
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

    fn check_completeness(&self, log: &mut WalkedLog<'a>, progress: &mut Progress) -> Result<()> {
        if self.filters.beyond_time() {
            let why = "the records are filtered by more than their time";
            log.section.skip(Check::Completeness, why);
            return Ok(());
        }
        if log.verified.is_none() {
            log.section.skip(Check::Completeness, ROOT_DIFFERS);
            return Ok(());
        }
        if self.source.is_live() && balance(log).is_some_and(|balance| balance.missing > 0) {
            // What is missing may have been erased after the checkpoint that was checked.
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
            balance.disclosed, balance.erased, log.requested_size
        );
        log.section
            .conclude(Check::Completeness, balance.wrong, seen);
        Ok(())
    }
}

fn published(logs: &[WalkedLog<'_>]) -> BTreeSet<NoticeHash> {
    let histories = logs.iter().filter_map(|log| log.history.as_ref());
    histories
        .flat_map(|history| history.published().to_vec())
        .collect()
}

/// Compares the consents of a log with what is disclosed and erased. Nothing if its entries were not read.
fn balance(log: &mut WalkedLog<'_>) -> Option<completeness::Balance> {
    let history = log.history.as_ref()?;
    let account = completeness::Account {
        consents: history.consents(),
        requested_size: log.requested_size,
        erased_at_request: &log.erased_at_request,
        erased_now: history.erased(),
        disclosed: &log.disclosed,
    };
    let mut verified = log.verified.as_mut();
    let served = log.log;
    Some(completeness::check(&account, |index, what| {
        let Some(verified) = verified.as_deref_mut() else {
            return Finding::new(Check::Completeness, served.place(""), what);
        };
        let finding = Finding::new(Check::Completeness, verified.place(index), what);
        match verified.entry_bytes(index) {
            Ok(Some(bytes)) => finding.file("entry", bytes),
            // The entry is only evidence: the finding stands without it.
            _ => finding,
        }
    }))
}
