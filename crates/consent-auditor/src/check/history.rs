//! The entries of a log, one after the other: each can be parsed, a notice is published before the first consent
//! under it, time never goes back, and an erasure comes after everything it erases.

use crate::log::EntryReader;
use crate::log::index_set::{IndexRanges, IndexSet};
use crate::report::finding::{Finding, Findings};
use crate::report::{Check, Section, counted};
use crate::source::filters::Period;
use consent_core::calendar::Timestamp;
use consent_core::entry::{Answer, Erasure, ErasureReason, Event, NoticePrefix};
use consent_core::{LogEntry, NoticeHash};
use std::collections::HashSet;

/// What the entries read so far say.
#[derive(Debug)]
pub struct History {
    /// The period whose consents are collected.
    period: Period,
    place: String,
    newest: Option<Timestamp>,
    prefixes: HashSet<NoticePrefix>,
    published: Vec<NoticeHash>,
    consents: IndexSet,
    erased: IndexRanges,
    /// The size of the log when its records were requested, and what was erased by then.
    requested_size: Option<u64>,
    erased_at_request: Option<IndexRanges>,
    erasures: Vec<(Timestamp, Erasure)>,
    /// How many grants, refusals, withdrawals.
    answers: [u64; 3],
    evidence: u64,
    reads: u64,
    registered: u64,
    format: Findings,
    publication: Findings,
    time: Findings,
    erasure: Findings,
}

impl History {
    /// Before the first entry. `place` is the address or folder of the log; `requested_size` is the size of the
    /// log when its records were requested, if that was not its size now.
    pub fn new(period: Period, place: impl Into<String>, requested_size: Option<u64>) -> Self {
        Self {
            period,
            place: place.into(),
            newest: None,
            prefixes: HashSet::new(),
            published: Vec::new(),
            consents: IndexSet::default(),
            erased: IndexRanges::default(),
            requested_size,
            erased_at_request: None,
            erasures: Vec::new(),
            answers: [0; 3],
            evidence: 0,
            reads: 0,
            registered: 0,
            format: Findings::default(),
            publication: Findings::default(),
            time: Findings::default(),
            erasure: Findings::default(),
        }
    }

    /// The published notices, in the order of their publication.
    pub fn published(&self) -> &[NoticeHash] {
        &self.published
    }

    /// The time of the newest entry.
    pub const fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// The indices of the consents of the period.
    pub const fn consents(&self) -> &IndexSet {
        &self.consents
    }

    /// The indices that are erased.
    pub const fn erased(&self) -> &IndexRanges {
        &self.erased
    }

    /// The indices that were erased when the records were requested.
    pub fn erased_at_request(&self) -> &IndexRanges {
        self.erased_at_request.as_ref().unwrap_or(&self.erased)
    }

    /// Whether the log has an erase entry with that time and reason that covers an index.
    pub fn was_erased(&self, index: u64, at: Timestamp, reason: ErasureReason) -> bool {
        let from = self.erasures.partition_point(|(time, _)| *time < at);
        let then = self.erasures[from..].iter();
        then.take_while(|(time, _)| *time == at)
            .any(|(_, erasure)| erasure.covers(index) && erasure.reason == reason)
    }

    /// Records the checks, with what was found since the last time, in the section of the log.
    pub fn conclude(&mut self, section: &mut Section) {
        let [grants, refusals, withdrawals] = self.answers;
        let newest = self.newest.map_or_else(
            || "no entry".to_owned(),
            |newest| format!("the last entry is of {newest}"),
        );
        let evidence = match self.evidence {
            0 => String::new(),
            files => format!(", {}", counted(files, "evidence file")),
        };
        let reads = match self.reads {
            0 => String::new(),
            reads => format!(", {}", counted(reads, "read")),
        };
        let registered = match self.registered {
            0 => String::new(),
            registered => format!(", {}", counted(registered, "register entry")),
        };
        let seen = format!(
            "{}, {}, {}, {}, {}{evidence}{reads}{registered}",
            counted(grants, "grant"),
            counted(refusals, "refusal"),
            counted(withdrawals, "withdrawal"),
            counted(self.erasures.len() as u64, "erasure"),
            counted(self.published.len() as u64, "notice")
        );
        let take = std::mem::take::<Findings>;
        section.conclude(Check::Format, take(&mut self.format), seen);
        section.conclude(
            Check::Publication,
            take(&mut self.publication),
            "each consent comes after the publication of its notice",
        );
        section.conclude(
            Check::Time,
            take(&mut self.time),
            format!("never goes back; {newest}"),
        );
        section.conclude(
            Check::Erasures,
            take(&mut self.erasure),
            "each covers only entries before it",
        );
    }

    fn finding(&self, check: Check, index: u64, what: &str, bytes: &[u8]) -> Finding {
        Finding::new(check, format!("entry {index} of {}", self.place), what)
            .manual_step("xxd entry    # docs/proof-format.md: an entry, 58 bytes")
            .file("entry", bytes)
    }

    fn check_time(&mut self, index: u64, time: Timestamp, bytes: &[u8]) {
        if let Some(newest) = self.newest.filter(|newest| time < *newest) {
            let finding = self.finding(Check::Time, index, "time goes back", bytes);
            let expected = format!("{newest}, the time of an entry before it, or later");
            self.time.push(finding.expected(expected, time));
        }
        self.newest = self.newest.max(Some(time));
    }

    fn check_publication(&mut self, index: u64, notice: NoticePrefix, bytes: &[u8]) {
        if !self.prefixes.contains(&notice) {
            let what = "the notice of this entry is not published before it";
            let finding = self.finding(Check::Publication, index, what, bytes);
            let found = "none before this entry";
            let expected = format!("a publication of the notice {}…", hex::encode(notice.0));
            self.publication.push(finding.expected(expected, found));
        }
    }

    fn check_erasure(&mut self, index: u64, erasure: Erasure, bytes: &[u8]) {
        if erasure.last >= index {
            let what = "it erases entries that do not come before it";
            let finding = self.finding(Check::Erasures, index, what, bytes);
            self.erasure.push(finding.expected(
                format!("indices below {index}"),
                format!("indices {} to {}", erasure.first, erasure.last),
            ));
        }
    }
}

impl EntryReader for History {
    fn read(&mut self, index: u64, bytes: &[u8]) {
        if self.requested_size == Some(index) {
            self.erased_at_request = Some(self.erased.clone());
        }
        let entry = match LogEntry::from_bytes(bytes) {
            Ok(entry) => entry,
            Err(error) => {
                let finding = self.finding(Check::Format, index, "this is not an entry", bytes);
                let found = error.to_string();
                let expected = "58 bytes as docs/proof-format.md has them";
                self.format.push(finding.expected(expected, found));
                return;
            }
        };
        self.check_time(index, entry.time, bytes);
        match entry.event {
            Event::Consent { answer, notice, .. } => {
                self.check_publication(index, notice, bytes);
                let number = match answer {
                    Answer::Grant => 0,
                    Answer::Refuse => 1,
                    Answer::Withdraw => 2,
                };
                self.answers[number] += 1;
                if self.period.covers(entry.time) {
                    self.consents.insert(index);
                }
            }
            Event::Erase(erasure) => {
                self.check_erasure(index, erasure, bytes);
                // It cannot erase what comes after it, whatever it says.
                let last = erasure.last.min(index.saturating_sub(1));
                if erasure.first <= last {
                    self.erased.insert(erasure.first, last);
                }
                self.erasures.push((entry.time, erasure));
            }
            Event::Evidence { notice, .. } => {
                self.check_publication(index, notice, bytes);
                self.evidence += 1;
            }
            Event::Read { .. } => self.reads += 1,
            Event::Register { .. } => self.registered += 1,
            Event::Publish { notice, .. } => {
                if self.prefixes.insert(notice.into()) {
                    self.published.push(notice);
                }
            }
        }
    }
}
