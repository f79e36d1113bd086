//! Disclosed records, each against its entry of the log.

use super::log::{NO_TREE, Walked};
use super::{Audit, RecordsFrom};
use crate::check::history::History;
use crate::check::records;
use crate::report::finding::{Finding, Tally, apart};
use crate::report::progress::Progress;
use crate::report::{Check, Section};
use crate::source::records::{self as source_records, Claim, Disclosure, Told};
use anyhow::Result;
use consent_core::receipt::SiteLogs;
use consent_core::{LogOrigin, SiteId};
use std::collections::HashMap;

/// What was told of one log.
#[derive(Default)]
struct Account {
    records: u64,
    erased: u64,
    later: u64,
    wrong: Tally,
}

/// Checks all records, from wherever they are.
pub fn check<'a>(
    audit: &Audit<'a>,
    list: &SiteLogs,
    logs: &mut [Walked<'a>],
    section: &mut Section,
    progress: &mut Progress,
    each: &mut dyn FnMut(&Disclosure) -> Result<()>,
) -> Result<()> {
    let mut check = Records {
        site: &list.site,
        listed: list.logs.iter().map(|log| log.origin.clone()).collect(),
        places: (0..)
            .zip(&*logs)
            .map(|(at, log)| (log.key.name().to_owned(), at))
            .collect(),
        accounts: logs.iter().map(|_| Account::default()).collect(),
        live: audit.source.is_live(),
        elsewhere: Tally::default(),
        told: 0,
        logs,
    };
    progress.begin();
    match audit.records {
        RecordsFrom::Nowhere(_) => {}
        RecordsFrom::Server => {
            let told = source_records::on_server(audit.source, &list.site, audit.filters.period());
            check.all(told, progress, each)?;
        }
        RecordsFrom::Files(files) => {
            for file in files {
                check.all(source_records::in_file(file)?, progress, each)?;
            }
        }
    }
    progress.clear();
    let told = check.told;
    section.settle(Check::Records, check.elsewhere, format!("{told} read"));
    for (log, account) in check.logs.iter_mut().zip(check.accounts) {
        if log.trusted.is_none() {
            log.section.skip(Check::Records, NO_TREE);
            continue;
        }
        let mut seen = format!("{} are what the log committed to", account.records);
        if account.erased > 0 {
            seen = format!("{seen}, {} listed as erased", account.erased);
        }
        if account.later > 0 {
            seen = format!("{seen}, {} newer than the checkpoint", account.later);
        }
        log.section.settle(Check::Records, account.wrong, seen);
    }
    Ok(())
}

struct Records<'r, 'a> {
    site: &'r SiteId,
    logs: &'r mut [Walked<'a>],
    listed: Vec<LogOrigin>,
    places: HashMap<String, usize>,
    accounts: Vec<Account>,
    live: bool,
    /// What is wrong with what belongs to no log.
    elsewhere: Tally,
    told: u64,
}

impl Records<'_, '_> {
    fn all(
        &mut self,
        told: impl Iterator<Item = Told>,
        progress: &mut Progress,
        each: &mut dyn FnMut(&Disclosure) -> Result<()>,
    ) -> Result<()> {
        for told in told {
            self.told += 1;
            progress.tell("records", self.told, None);
            match apart(told)? {
                Ok((whence, disclosure)) => {
                    if self.one(&whence, &disclosure, progress)? {
                        each(&disclosure)?;
                    }
                }
                Err(finding) => self.elsewhere.push(finding),
            }
        }
        Ok(())
    }

    /// Whether it is of an entry that the checkpoint signs for.
    fn one(
        &mut self,
        whence: &str,
        disclosure: &Disclosure,
        progress: &mut Progress,
    ) -> Result<bool> {
        let (origin, index) = match disclosure {
            Disclosure::Record(claim) => (&claim.told.record.log, claim.told.record.index),
            Disclosure::Erased(told) => (&told.log, told.index),
        };
        let Some(place) = self.places.get(origin.as_str()).copied() else {
            if self.listed.iter().any(|listed| listed == origin) {
                // It could not be opened, which is told already.
                return Ok(true);
            }
            let what = "a record of a log that is not listed";
            let finding = Finding::new(Check::Records, whence, what);
            self.elsewhere
                .push(finding.expected("a log that is listed", origin));
            return Ok(true);
        };
        let (log, account) = (&mut self.logs[place], &mut self.accounts[place]);
        if self.live && index >= log.asked_at {
            account.later += 1;
            return Ok(false);
        }
        let checked = match disclosure {
            Disclosure::Record(claim) => check_record(log, account, claim, self.site, whence)?,
            Disclosure::Erased(told) => {
                let newest = log.history.as_ref().and_then(History::newest);
                if self.live && newest.is_some_and(|newest| newest < told.erased_at) {
                    // It was erased since the checkpoint that was checked.
                    log.catch_up(progress)?;
                }
                check_erased(log, account, told, whence)?
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
    log: &mut Walked<'_>,
    account: &mut Account,
    claim: &Claim,
    site: &SiteId,
    whence: &str,
) -> Result<Checked> {
    let record = &claim.told.record;
    let index = record.index;
    let Some(trusted) = &mut log.trusted else {
        return Ok(Ok(()));
    };
    let leaf = match apart(trusted.leaf(index))? {
        Ok(leaf) => leaf,
        Err(finding) => return Ok(Err(Box::new(finding))),
    };
    if leaf.is_some() && log.disclosed.insert(index) {
        let place = format!("{whence}, for place {index} of the log");
        let finding = Finding::new(Check::Records, place, "two records claim the same place");
        return Ok(Err(Box::new(finding.expected("one", "another one"))));
    }
    if record.receipt.site != *site {
        let finding = Finding::new(Check::Records, whence, "a record of another site");
        return Ok(Err(Box::new(finding.expected(site, &record.receipt.site))));
    }
    let entry = || trusted.entry_bytes(index).ok().flatten();
    let checked = records::check(claim, leaf, whence, entry);
    account.records += u64::from(checked.is_ok());
    Ok(checked)
}

fn check_erased(
    log: &mut Walked<'_>,
    account: &mut Account,
    told: &consent_core::receipt::ErasedRecord,
    whence: &str,
) -> Result<Checked> {
    account.erased += 1;
    let (Some(trusted), Some(history)) = (&mut log.trusted, &log.history) else {
        return Ok(Ok(()));
    };
    let said = history.was_erased(told.index, told.erased_at, told.reason);
    Ok(match apart(trusted.entry(told.index))? {
        Ok(entry) => records::check_erased(told, entry.as_ref(), said, whence),
        Err(finding) => Err(Box::new(finding)),
    })
}
