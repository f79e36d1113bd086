//! What a log's entries say, one after the other: each can be read, a notice is published before it is
//! answered, time never goes back, and an erasure stands after what it erases.

use crate::audit::walk::Reader;
use crate::log::index_set::{Places, Runs};
use crate::report::finding::{Finding, Tally};
use crate::report::{Check, Section, counted};
use crate::source::filters::Period;
use consent_core::calendar::Timestamp;
use consent_core::entry::{Answer, Erasure, ErasureReason, Event, NoticePrefix};
use consent_core::{LogEntry, NoticeHash};
use std::collections::HashSet;

/// What is known after so many entries.
#[derive(Debug)]
pub struct History {
    /// Of which consents an account is to be given.
    period: Period,
    place: String,
    newest: Option<Timestamp>,
    prefixes: HashSet<NoticePrefix>,
    published: Vec<NoticeHash>,
    consents: Places,
    erased: Runs,
    /// When the records were asked for, and what was erased by then.
    asked_at: Option<u64>,
    erased_then: Option<Runs>,
    erasures: Vec<(Timestamp, Erasure)>,
    /// Grants, refusals, withdrawals.
    answers: [u64; 3],
    evidence: u64,
    format: Tally,
    publication: Tally,
    time: Tally,
    erasure: Tally,
}

impl History {
    /// Before the first entry. `place` is where the log is, for people; `asked_at` is how many
    /// entries it had when its records were asked for, if that is not what it has now.
    pub fn new(period: Period, place: impl Into<String>, asked_at: Option<u64>) -> Self {
        Self {
            period,
            place: place.into(),
            newest: None,
            prefixes: HashSet::new(),
            published: Vec::new(),
            consents: Places::default(),
            erased: Runs::default(),
            asked_at,
            erased_then: None,
            erasures: Vec::new(),
            answers: [0; 3],
            evidence: 0,
            format: Tally::default(),
            publication: Tally::default(),
            time: Tally::default(),
            erasure: Tally::default(),
        }
    }

    /// The notices that may be answered, in the order of their publication.
    pub fn published(&self) -> &[NoticeHash] {
        &self.published
    }

    /// The time of the newest entry.
    pub const fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// Where the consents of the period are.
    pub const fn consents(&self) -> &Places {
        &self.consents
    }

    /// Where consents are erased.
    pub const fn erased(&self) -> &Runs {
        &self.erased
    }

    /// Where consents were erased when the records were asked for.
    pub fn erased_then(&self) -> &Runs {
        self.erased_then.as_ref().unwrap_or(&self.erased)
    }

    /// Whether a place was erased at that time for that reason.
    pub fn was_erased(&self, place: u64, at: Timestamp, reason: ErasureReason) -> bool {
        let from = self.erasures.partition_point(|(time, _)| *time < at);
        let then = self.erasures[from..].iter();
        then.take_while(|(time, _)| *time == at)
            .any(|(_, erasure)| erasure.covers(place) && erasure.reason == reason)
    }

    /// Puts what was found into the report of a log.
    pub fn settle(&mut self, section: &mut Section) {
        let [grants, refusals, withdrawals] = self.answers;
        let newest = self.newest.map_or_else(
            || "no entry".to_owned(),
            |newest| format!("the last entry is of {newest}"),
        );
        let evidence = match self.evidence {
            0 => String::new(),
            files => format!(", {}", counted(files, "evidence file")),
        };
        let seen = format!(
            "{}, {}, {}, {}, {}{evidence}",
            counted(grants, "grant"),
            counted(refusals, "refusal"),
            counted(withdrawals, "withdrawal"),
            counted(self.erasures.len() as u64, "erasure"),
            counted(self.published.len() as u64, "notice")
        );
        let take = std::mem::take::<Tally>;
        section.settle(Check::Format, take(&mut self.format), seen);
        section.settle(
            Check::Publication,
            take(&mut self.publication),
            "each consent comes after the publication of its notice",
        );
        section.settle(
            Check::Time,
            take(&mut self.time),
            format!("never goes back; {newest}"),
        );
        section.settle(
            Check::Erasures,
            take(&mut self.erasure),
            "each covers only what is before it",
        );
    }

    fn finding(&self, check: Check, place: u64, what: &str, bytes: &[u8]) -> Finding {
        Finding::new(check, format!("entry {place} of {}", self.place), what)
            .by_hand("xxd entry    # docs/proof-format.md: an entry, 58 bytes")
            .file("entry", bytes)
    }

    fn check_time(&mut self, place: u64, time: Timestamp, bytes: &[u8]) {
        if let Some(newest) = self.newest.filter(|newest| time < *newest) {
            let finding = self.finding(Check::Time, place, "time goes back", bytes);
            let expected = format!("{newest}, the time of an entry before it, or later");
            self.time.push(finding.expected(expected, time));
        }
        self.newest = self.newest.max(Some(time));
    }

    fn check_publication(&mut self, place: u64, notice: NoticePrefix, bytes: &[u8]) {
        if !self.prefixes.contains(&notice) {
            let what = "the notice that was answered is not published before it";
            let finding = self.finding(Check::Publication, place, what, bytes);
            let found = "none before this entry";
            let expected = format!("a publication of the notice {}…", hex::encode(notice.0));
            self.publication.push(finding.expected(expected, found));
        }
    }

    fn check_erasure(&mut self, place: u64, erasure: Erasure, bytes: &[u8]) {
        if erasure.last >= place {
            let what = "it erases what does not stand before it";
            let finding = self.finding(Check::Erasures, place, what, bytes);
            self.erasure.push(finding.expected(
                format!("places before {place}"),
                format!("places {} to {}", erasure.first, erasure.last),
            ));
        }
    }
}

impl Reader for History {
    fn read(&mut self, place: u64, bytes: &[u8]) {
        if self.asked_at == Some(place) {
            self.erased_then = Some(self.erased.clone());
        }
        let entry = match LogEntry::from_bytes(bytes) {
            Ok(entry) => entry,
            Err(error) => {
                let finding = self.finding(Check::Format, place, "this is not an entry", bytes);
                let found = error.to_string();
                let expected = "58 bytes as docs/proof-format.md has them";
                self.format.push(finding.expected(expected, found));
                return;
            }
        };
        self.check_time(place, entry.time, bytes);
        match entry.event {
            Event::Consent { answer, notice, .. } => {
                self.check_publication(place, notice, bytes);
                let number = match answer {
                    Answer::Grant => 0,
                    Answer::Refuse => 1,
                    Answer::Withdraw => 2,
                };
                self.answers[number] += 1;
                if self.period.covers(entry.time) {
                    self.consents.insert(place);
                }
            }
            Event::Erase(erasure) => {
                self.check_erasure(place, erasure, bytes);
                // What comes after it, it does not erase, whatever it says.
                let last = erasure.last.min(place.saturating_sub(1));
                if erasure.first <= last {
                    self.erased.insert(erasure.first, last);
                }
                self.erasures.push((entry.time, erasure));
            }
            Event::Evidence { notice, .. } => {
                self.check_publication(place, notice, bytes);
                self.evidence += 1;
            }
            Event::Publish(notice) => {
                if self.prefixes.insert(notice.into()) {
                    self.published.push(notice);
                }
            }
        }
    }
}
