//! The places of a period in one log: each entry checked up to the signed root, each record held
//! against its entry, none missing.

use super::Covered;
use crate::audit::open_log;
use crate::check::{completeness, records, signature};
use crate::command::watch;
use crate::log::fetched::ServedLog;
use crate::log::index_set::{Places, Runs};
use crate::log::pins::Pins;
use crate::log::state::Saved;
use crate::log::verified::TrustedLog;
use crate::report::finding::{Failure, Finding, Tally, apart};
use crate::report::{Check, Section};
use crate::source::filters::Period;
use crate::source::records::{Claim, Disclosure};
use anyhow::Result;
use consent_core::calendar::Timestamp;
use consent_core::entry::Event;
use consent_core::receipt::{DisclosedRecord, ErasedRecord};
use consent_log::VerifierKey;
use std::ops::Range;

/// A period's places in one log.
pub struct LogRange<'a> {
    log: ServedLog<'a>,
    /// The key of the log.
    pub key: VerifierKey,
    section: Section,
    trusted: TrustedLog<'a>,
    places: Range<u64>,
    consents: Places,
    disclosed: Places,
    erased: Runs,
    wrong: Tally,
}

impl<'a> LogRange<'a> {
    /// Finds the places of a period, and reads what is there.
    pub fn open(
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
                watch::compare(log, saved.as_ref(), &opened.signed)?;
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
    pub fn take(
        &mut self,
        whence: &str,
        disclosure: Disclosure,
        live: bool,
    ) -> Result<Option<DisclosedRecord>> {
        let index = match &disclosure {
            Disclosure::Record(claim) => claim.told.record.index,
            Disclosure::Erased(told) => told.index,
        };
        let later = live && index >= self.trusted.size();
        let elsewhere = index < self.trusted.size() && !self.places.contains(&index);
        if later || elsewhere {
            return Ok(None);
        }
        let checked = match &disclosure {
            Disclosure::Record(claim) => self.check_record(whence, claim),
            Disclosure::Erased(told) => self.check_erased(whence, told, live),
        };
        if let Err(finding) = apart(checked)? {
            self.wrong.push(finding);
            return Ok(None);
        }
        Ok(match disclosure {
            Disclosure::Record(claim) => Some(claim.told),
            Disclosure::Erased(_) => None,
        })
    }

    fn check_record(&mut self, whence: &str, claim: &Claim) -> Result<(), Failure> {
        let index = claim.told.record.index;
        let leaf = self.trusted.leaf(index)?;
        if leaf.is_some() && self.disclosed.insert(index) {
            let finding = Finding::new(Check::Records, whence, "two records claim the same place");
            return Err(finding.expected("one", "another one").into());
        }
        let entry = || self.trusted.entry_bytes(index).ok().flatten();
        Ok(records::check(claim, leaf, whence, entry)?)
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
        watch::compare(self.log, Some(&saved), &newer)?;
        self.trusted = TrustedLog::open(self.log, newer)?;
        Ok(())
    }

    /// What came of it: the range, and whether nothing is missing in it.
    pub fn settle(mut self) -> (Section, Covered) {
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
