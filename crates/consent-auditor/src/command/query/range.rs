//! The range of indices of a period in one log: each entry is verified up to the signed root, each record against its
//! entry, and none is missing.

use super::Covered;
use crate::audit::{consistency, open::open};
use crate::check::{completeness, records, signature};
use crate::log::checkpoint::SignedCheckpoint;
use crate::log::fetched::ServedLog;
use crate::log::index_set::{IndexRanges, IndexSet};
use crate::log::pins::Pins;
use crate::log::state::Saved;
use crate::log::verified::VerifiedLog;
use crate::report::finding::{Failure, Finding, Findings, split_finding};
use crate::report::{Check, Section};
use crate::source::filters::{EntryFilter, Period};
use crate::source::records::{Claim, Disclosure};
use anyhow::Result;
use consent_core::entry::Event;
use consent_core::proof::{DisclosedRecord, ErasedRecord, OtherRecord};
use consent_log::VerifierKey;
use std::ops::Range;

/// A period's range of indices in one log.
pub struct LogRange<'a> {
    log: ServedLog<'a>,
    /// The key of the log.
    pub key: VerifierKey,
    section: Section,
    verified: VerifiedLog<'a>,
    range: Range<u64>,
    consents: IndexSet,
    disclosed: IndexSet,
    erased: IndexRanges,
    erasures: Vec<ErasedRecord>,
    wrong: Findings,
}

/// Which part of a log is asked for.
#[derive(Clone, Copy)]
pub struct Asked<'c> {
    /// The period.
    pub period: Period,
    /// Not beyond this checkpoint, of which the size is said too; without it, up to the newest one.
    pub up_to: Option<(&'c [u8], u64)>,
    /// Which of the consents: each must be accounted for.
    pub wanted: EntryFilter,
}

impl Asked<'_> {
    /// All of a period.
    pub fn of(period: Period) -> Self {
        Self {
            period,
            up_to: None,
            wanted: EntryFilter::default(),
        }
    }
}

impl<'a> LogRange<'a> {
    /// Finds the range of a period, and reads its entries.
    pub fn open(
        log: ServedLog<'a>,
        listed: Option<(&str, &str)>,
        pins: Pins<'_>,
        asked: Asked<'_>,
    ) -> Result<Result<Self, Section>> {
        let period = asked.period;
        let mut opened = match open(log, listed, pins)? {
            Ok(opened) => opened,
            Err(section) => return Ok(Err(section)),
        };
        let saved = pins.state.checkpoints(opened.key.name())?.pop();
        let found = || {
            let mut verified = VerifiedLog::open(log, opened.signed.clone())?;
            if saved.is_some() {
                consistency::check(log, saved.as_ref(), &opened.signed)?;
            }
            let end = match asked.up_to {
                None => verified.size(),
                Some(earlier) => up_to(log, &opened.key, earlier, &opened.signed)?,
            };
            let first = verified.first_at(period.from)?.min(end);
            let range = first..verified.first_at(period.until)?.min(end);
            let consents = read(&mut verified, &range, asked)?;
            Ok((verified, range, consents))
        };
        match split_finding(found())? {
            Ok((verified, range, consents)) => Ok(Ok(Self {
                log,
                key: opened.key,
                section: opened.section,
                verified,
                range,
                consents,
                disclosed: IndexSet::default(),
                erased: IndexRanges::default(),
                erasures: Vec::new(),
                wrong: Findings::default(),
            })),
            Err(finding) => {
                opened.section.fail(finding);
                Ok(Err(opened.section))
            }
        }
    }

    /// Checks a disclosure. Returns its record, if it is one in the range that holds.
    pub fn check(
        &mut self,
        source: &str,
        disclosure: Disclosure,
        live: bool,
    ) -> Result<Option<DisclosedRecord>> {
        let index = match &disclosure {
            Disclosure::Record(claim) => claim.disclosed.record.index,
            Disclosure::Erased(erased) => erased.index,
        };
        let later = live && index >= self.verified.size();
        let elsewhere = index < self.verified.size() && !self.range.contains(&index);
        if later || elsewhere {
            return Ok(None);
        }
        let checked = match &disclosure {
            Disclosure::Record(claim) => self.check_record(source, claim),
            Disclosure::Erased(erased) => self.check_erased(source, erased, live),
        };
        if let Err(finding) = split_finding(checked)? {
            self.wrong.push(finding);
            return Ok(None);
        }
        Ok(match disclosure {
            Disclosure::Record(claim) => Some(claim.disclosed),
            Disclosure::Erased(erased) => {
                self.erasures.push(erased);
                None
            }
        })
    }

    /// Whether an index is in the range.
    pub fn has(&self, index: u64) -> bool {
        self.range.contains(&index)
    }

    /// Whether there is no consent in the range that was asked for.
    pub fn is_empty(&self) -> bool {
        self.consents.iter().next().is_none()
    }

    /// Checks what shows that a record does not pass the filters: it must fit its entry of the log.
    pub fn check_other(&mut self, source: &str, other: &OtherRecord) -> Result<(), Failure> {
        if self.disclosed.insert(other.index) {
            let finding = Finding::new(Check::Records, source, "two lines have the same index");
            return Err(finding.expected("one", "another one").into());
        }
        let entry = self.verified.entry(other.index)?;
        if entry.is_some_and(|entry| other.fits(&entry)) {
            return Ok(());
        }
        let what = "what is shown of this record does not give the entry in the log";
        let mut finding = Finding::new(Check::Records, source, what);
        if let Some(bytes) = self.verified.entry_bytes(other.index)? {
            finding = finding.file("entry", bytes);
        }
        let place = self.verified.place(other.index);
        Err(finding.expected(place, "another commitment").into())
    }

    fn check_record(&mut self, source: &str, claim: &Claim) -> Result<(), Failure> {
        let index = claim.disclosed.record.index;
        let leaf = self.verified.leaf(index)?;
        if leaf.is_some() && self.disclosed.insert(index) {
            let finding = Finding::new(Check::Records, source, "two records have the same index");
            return Err(finding.expected("one", "another one").into());
        }
        let entry = || self.verified.entry_bytes(index).ok().flatten();
        Ok(records::check(claim, leaf, source, entry)?)
    }

    fn check_erased(
        &mut self,
        source: &str,
        erased: &ErasedRecord,
        live: bool,
    ) -> Result<(), Failure> {
        let mut confirmed = was_erased(&mut self.verified, erased)?;
        if !confirmed && live {
            // It may have been erased in the meantime.
            self.catch_up()?;
            confirmed = was_erased(&mut self.verified, erased)?;
        }
        let entry = self.verified.entry(erased.index)?;
        records::check_erased(erased, entry.as_ref(), confirmed, source)?;
        self.erased.insert(erased.index, erased.index);
        Ok(())
    }

    fn catch_up(&mut self) -> Result<(), Failure> {
        let served = self.log.checkpoint()?;
        let newer = signature::check(&served.bytes, &self.key, &served.place)?;
        let old = self.verified.signed();
        let saved = Saved {
            note: old.note.clone(),
            checkpoint: old.checkpoint.clone(),
        };
        consistency::check(self.log, Some(&saved), &newer)?;
        self.verified = VerifiedLog::open(self.log, newer)?;
        Ok(())
    }

    /// Records the checks. Returns the section, and the range that it covers.
    pub fn conclude(mut self) -> (Section, Covered) {
        let size = self.verified.size();
        let root = self.verified.signed().checkpoint.root;
        let seen = format!("each is verified up to the root {root} of {size} entries");
        self.section.conclude(Check::Records, self.wrong, seen);
        let none = IndexRanges::default();
        let account = completeness::Account {
            consents: &self.consents,
            requested_size: self.range.end,
            erased_at_request: &none,
            erased_now: &self.erased,
            disclosed: &self.disclosed,
        };
        let verified = &mut self.verified;
        let balance = completeness::check(&account, |index, what| {
            let finding = Finding::new(Check::Completeness, verified.place(index), what);
            match verified.entry_bytes(index) {
                Ok(Some(bytes)) => finding.file("entry", bytes),
                _ => finding,
            }
        });
        let covered = Covered {
            origin: self.key.name().to_owned(),
            range: self.range,
            erased: balance.erased,
            erasures: self.erasures,
            key: self.key,
            signed: verified.signed().clone(),
        };
        let seen = covered.in_words();
        self.section
            .conclude(Check::Completeness, balance.wrong, seen);
        (self.section, covered)
    }
}

/// Checks that an earlier checkpoint is the log's own, of the same tree, and of the size that is said of it: that size.
fn up_to(
    log: ServedLog<'_>,
    key: &VerifierKey,
    (note, size): (&[u8], u64),
    newest: &SignedCheckpoint,
) -> Result<u64, Failure> {
    let place = "the checkpoint in the export";
    let earlier = signature::check(note, key, place)?;
    if earlier.checkpoint.size != size {
        let what = "the export says another size than its checkpoint";
        let finding = Finding::new(Check::Signature, place, what);
        return Err(finding.expected(earlier.checkpoint.size, size).into());
    }
    let saved = Saved {
        note: earlier.note,
        checkpoint: earlier.checkpoint,
    };
    consistency::check(log, Some(&saved), newest)?;
    Ok(size)
}

/// Reads the entries of a range, which must all be in the period. Returns the indices of the consents.
fn read(
    verified: &mut VerifiedLog<'_>,
    range: &Range<u64>,
    asked: Asked<'_>,
) -> Result<IndexSet, Failure> {
    let period = asked.period;
    let mut consents = IndexSet::default();
    let mut newest = period.from;
    for index in range.clone() {
        let Some(entry) = verified.entry(index)? else {
            continue;
        };
        if entry.time < newest || !period.covers(entry.time) {
            let finding = Finding::new(Check::Time, verified.place(index), "time goes back");
            let expected = format!("{newest} or later");
            return Err(finding.expected(expected, entry.time).into());
        }
        newest = entry.time;
        if asked.wanted.matches(&entry) {
            consents.insert(index);
        }
    }
    Ok(consents)
}

/// Whether the log has an erase entry of that time and reason that covers the record.
fn was_erased(verified: &mut VerifiedLog<'_>, erased: &ErasedRecord) -> Result<bool, Failure> {
    let first = verified.first_at(erased.erased_at)?.max(erased.index + 1);
    for index in first..verified.size() {
        let Some(entry) = verified.entry(index)? else {
            break;
        };
        if entry.time != erased.erased_at {
            break;
        }
        if let Event::Erase(erasure) = entry.event
            && erasure.covers(erased.index)
            && erasure.reason == erased.reason
        {
            return Ok(true);
        }
    }
    Ok(false)
}
