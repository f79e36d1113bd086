//! The disclosed records, each against its entry of the log.

use super::walked_log::{ROOT_DIFFERS, WalkedLog};
use super::{Audit, RecordsFrom};
use crate::check::history::History;
use crate::check::records;
use crate::report::finding::{Finding, Findings, split_finding};
use crate::report::progress::Progress;
use crate::report::{Check, Section};
use crate::source::records::{self as source_records, Claim, Disclosure, ReadDisclosure};
use anyhow::Result;
use consent_core::api::SiteLogs;
use consent_core::proof::ErasedRecord;
use consent_core::{LogOrigin, SiteId};
use std::collections::HashMap;

/// What was disclosed of one log.
#[derive(Default)]
struct Account {
    records: u64,
    erased: u64,
    later: u64,
    wrong: Findings,
}

/// Checks all records, wherever the audit reads them from.
pub fn check<'a>(
    audit: &Audit<'a>,
    list: &SiteLogs,
    logs: &mut [WalkedLog<'a>],
    section: &mut Section,
    progress: &mut Progress,
    each: &mut dyn FnMut(&Disclosure) -> Result<()>,
) -> Result<()> {
    let mut check = Records {
        site: &list.site,
        listed: list.logs.iter().map(|log| log.origin.clone()).collect(),
        positions: (0..)
            .zip(&*logs)
            .map(|(at, log)| (log.key.name().to_owned(), at))
            .collect(),
        accounts: logs.iter().map(|_| Account::default()).collect(),
        live: audit.source.is_live(),
        elsewhere: Findings::default(),
        read: 0,
        logs,
    };
    progress.begin();
    match audit.records {
        RecordsFrom::Nowhere(_) => {}
        RecordsFrom::Server => {
            let disclosures =
                source_records::on_server(audit.source, &list.site, audit.filters.period());
            check.all(disclosures, progress, each)?;
        }
        RecordsFrom::Files(files) => {
            for file in files {
                check.all(source_records::in_file(file)?, progress, each)?;
            }
        }
    }
    progress.clear();
    let read = check.read;
    section.conclude(Check::Records, check.elsewhere, format!("{read} read"));
    for (log, account) in check.logs.iter_mut().zip(check.accounts) {
        if log.verified.is_none() {
            log.section.skip(Check::Records, ROOT_DIFFERS);
            continue;
        }
        let mut seen = format!("{} encode to their entries in the log", account.records);
        if account.erased > 0 {
            seen = format!("{seen}, {} listed as erased", account.erased);
        }
        if account.later > 0 {
            seen = format!("{seen}, {} newer than the checkpoint", account.later);
        }
        log.section.conclude(Check::Records, account.wrong, seen);
    }
    Ok(())
}

struct Records<'r, 'a> {
    site: &'r SiteId,
    logs: &'r mut [WalkedLog<'a>],
    listed: Vec<LogOrigin>,
    positions: HashMap<String, usize>,
    accounts: Vec<Account>,
    live: bool,
    /// What is wrong with records that belong to no log of the site.
    elsewhere: Findings,
    read: u64,
}

impl Records<'_, '_> {
    fn all(
        &mut self,
        disclosures: impl Iterator<Item = ReadDisclosure>,
        progress: &mut Progress,
        each: &mut dyn FnMut(&Disclosure) -> Result<()>,
    ) -> Result<()> {
        for disclosure in disclosures {
            self.read += 1;
            progress.update("records", self.read, None);
            match split_finding(disclosure)? {
                Ok((source, disclosure)) => {
                    if self.one(&source, &disclosure, progress)? {
                        each(&disclosure)?;
                    }
                }
                Err(finding) => self.elsewhere.push(finding),
            }
        }
        Ok(())
    }

    /// Checks one disclosure. Returns whether its entry is one that the checkpoint signs for.
    fn one(
        &mut self,
        source: &str,
        disclosure: &Disclosure,
        progress: &mut Progress,
    ) -> Result<bool> {
        let (origin, index) = match disclosure {
            Disclosure::Record(claim) => {
                (&claim.disclosed.record.log, claim.disclosed.record.index)
            }
            Disclosure::Erased(erased) => (&erased.log, erased.index),
        };
        let Some(position) = self.positions.get(origin.as_str()).copied() else {
            if self.listed.iter().any(|listed| listed == origin) {
                // The log could not be opened, which is a finding already.
                return Ok(true);
            }
            let what = "this is a record of a log that is not listed";
            let finding = Finding::new(Check::Records, source, what);
            self.elsewhere
                .push(finding.expected("a listed log", origin));
            return Ok(true);
        };
        let (log, account) = (&mut self.logs[position], &mut self.accounts[position]);
        if self.live && index >= log.requested_size {
            account.later += 1;
            return Ok(false);
        }
        let checked = match disclosure {
            Disclosure::Record(claim) => check_record(log, account, claim, self.site, source)?,
            Disclosure::Erased(erased) => {
                let newest = log.history.as_ref().and_then(History::newest);
                if self.live && newest.is_some_and(|newest| newest < erased.erased_at) {
                    // It was erased after the checkpoint that was checked.
                    log.catch_up(progress)?;
                }
                check_erased(log, account, erased, source)?
            }
        };
        if let Err(finding) = checked {
            account.wrong.push(*finding);
        }
        Ok(true)
    }
}

type Checked = Result<(), Box<Finding>>;

fn check_record(
    log: &mut WalkedLog<'_>,
    account: &mut Account,
    claim: &Claim,
    site: &SiteId,
    source: &str,
) -> Result<Checked> {
    let record = &claim.disclosed.record;
    let index = record.index;
    let Some(verified) = &mut log.verified else {
        return Ok(Ok(()));
    };
    let leaf = match split_finding(verified.leaf(index))? {
        Ok(leaf) => leaf,
        Err(finding) => return Ok(Err(Box::new(finding))),
    };
    if leaf.is_some() && log.disclosed.insert(index) {
        let place = format!("{source}, for index {index} of the log");
        let finding = Finding::new(Check::Records, place, "two records have the same index");
        return Ok(Err(Box::new(finding.expected("one", "another one"))));
    }
    if record.receipt.site != *site {
        let finding = Finding::new(Check::Records, source, "this is a record of another site");
        return Ok(Err(Box::new(finding.expected(site, &record.receipt.site))));
    }
    let entry = || verified.entry_bytes(index).ok().flatten();
    let checked = records::check(claim, leaf, source, entry);
    account.records += u64::from(checked.is_ok());
    Ok(checked)
}

fn check_erased(
    log: &mut WalkedLog<'_>,
    account: &mut Account,
    erased: &ErasedRecord,
    source: &str,
) -> Result<Checked> {
    account.erased += 1;
    let (Some(verified), Some(history)) = (&mut log.verified, &log.history) else {
        return Ok(Ok(()));
    };
    let confirmed = history.was_erased(erased.index, erased.erased_at, erased.reason);
    Ok(match split_finding(verified.entry(erased.index))? {
        Ok(entry) => records::check_erased(erased, entry.as_ref(), confirmed, source),
        Err(finding) => Err(Box::new(finding)),
    })
}
