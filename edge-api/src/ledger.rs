//! The append, as a pure function: what is there and what comes in give what is kept.
//!
//! The object around it only reads, calls it, and writes what it returns.

use crate::refusal::Refusal;
use consent_core::calendar::Timestamp;
use consent_core::ident::SubjectTag;
use consent_core::notice::NoticeTerms;
use consent_core::receipt::ErasedRecord;
use consent_core::record::Placement;
use consent_core::{ConsentRecord, ConsentReport, SiteId};
use subtle::ConstantTimeEq as _;

/// The end of a site's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many records there are.
    pub size: u64,
    /// When the last one was kept.
    pub last: Timestamp,
}

impl Head {
    /// A log without records.
    pub const EMPTY: Self = Self {
        size: 0,
        last: Timestamp::MIN,
    };
}

/// What stands at a place of the log.
#[derive(Debug, PartialEq, Eq)]
pub enum Entry {
    /// A record.
    Kept(Box<ConsentRecord>),
    /// What is left of one whose holder had it erased.
    Erased(ErasedRecord),
}

impl Entry {
    /// The record, for the visitor whose secret gives this tag. Of an erased one nobody is known
    /// to be the holder.
    pub fn held_by(self, subject: SubjectTag) -> Result<ConsentRecord, Refusal> {
        let record = self.kept()?;
        let same = record.subject.as_bytes().ct_eq(subject.as_bytes());
        bool::from(same)
            .then_some(record)
            .ok_or(Refusal::NotTheHolder)
    }

    /// The record, if its holder did not have it erased.
    pub fn kept(self) -> Result<ConsentRecord, Refusal> {
        match self {
            Self::Kept(record) => Ok(*record),
            Self::Erased(_) => Err(Refusal::Erased),
        }
    }
}

/// Passes if the choice has not ended.
pub fn in_force(record: &ConsentRecord, now: Timestamp) -> Result<(), Refusal> {
    if now < record.valid_until {
        Ok(())
    } else {
        Err(Refusal::ChoiceEnded)
    }
}

/// What comes of a report.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new record, to be written before its receipt leaves.
    Append(Box<ConsentRecord>),
    /// It was kept before; this is its record.
    Known(Box<ConsentRecord>),
    /// Its id was used for something else.
    Conflict,
    /// It was kept before and erased: an outbox that sends it again does not bring it back.
    Erased,
}

/// Appends a report that has passed [`ConsentReport::check`]. `earlier` is what was kept under the
/// same id, if anything was. In a log, time never goes back: where the clock did, the last record's
/// time stands.
pub fn append(
    site: &SiteId,
    head: Head,
    earlier: Option<Entry>,
    report: ConsentReport,
    terms: &NoticeTerms,
    subject: SubjectTag,
    now: Timestamp,
) -> Outcome {
    match earlier {
        Some(Entry::Erased(_)) => return Outcome::Erased,
        Some(Entry::Kept(record)) if record.answers(&report) && record.subject == subject => {
            return Outcome::Known(record);
        }
        Some(Entry::Kept(_)) => return Outcome::Conflict,
        None => {}
    }
    let placement = Placement {
        site: site.clone(),
        index: head.size,
        time: now.max(head.last),
        subject,
    };
    Outcome::Append(Box::new(ConsentRecord::new(report, terms, placement)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_core::ident::MaterialDigest;
    use consent_core::jurisdiction::Jurisdiction;
    use consent_core::{
        ConsentId, Decision, Layer, Method, NoticeHash, Purpose, ReportId, ServiceAnswers,
    };

    fn terms() -> NoticeTerms {
        NoticeTerms {
            purposes: vec![Purpose::Statistics],
            services: [].into(),
            languages: vec!["fr-CA".parse().unwrap()],
            policy_version: "1".to_owned().try_into().unwrap(),
            jurisdiction: Jurisdiction::Quebec,
            choice_max_age_months: 13,
            material: MaterialDigest::from_bytes([5; 6]),
        }
    }

    fn report() -> ConsentReport {
        ConsentReport {
            id: ReportId::from_bytes([1; 16]),
            consent_id: ConsentId::from_bytes([2; 16]),
            notice: NoticeHash::from_bytes([3; 32]),
            language: "fr-CA".parse().unwrap(),
            decision: Decision::DENY_ALL,
            services: ServiceAnswers::NONE,
            method: Method::RejectAll,
            chosen_at: None,
            layer: Layer::Banner,
            trusted: true,
            gpc: false,
            previous: None,
        }
    }

    const SUBJECT: SubjectTag = SubjectTag::from_bytes([9; 16]);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn run(head: Head, earlier: Option<Entry>, report: ConsentReport, now: &str) -> Outcome {
        let site = "a".parse().unwrap();
        append(&site, head, earlier, report, &terms(), SUBJECT, at(now))
    }

    fn appended(outcome: Outcome) -> ConsentRecord {
        match outcome {
            Outcome::Append(record) => *record,
            other => panic!("{other:?}"),
        }
    }

    /// A record, as a report that comes later finds it.
    fn kept() -> (Head, ConsentRecord, Option<Entry>) {
        let record = appended(run(Head::EMPTY, None, report(), "2026-11-22T10:00:00Z"));
        let head = Head {
            size: 1,
            last: record.time,
        };
        let entry = Entry::Kept(Box::new(record.clone()));
        (head, record, Some(entry))
    }

    #[test]
    fn a_record_takes_the_next_place_and_the_servers_time() {
        let head = Head {
            size: 7,
            last: at("2026-11-22T10:00:00Z"),
        };
        let record = appended(run(head, None, report(), "2026-11-22T10:00:01Z"));
        assert_eq!(record.index, 7);
        assert_eq!(record.time, at("2026-11-22T10:00:01Z"));
        assert_eq!(record.valid_until, at("2027-12-22T10:00:01Z"));
    }

    #[test]
    fn an_imported_choice_ends_as_if_it_had_been_made_here() {
        let imported = |chosen_at: &str| {
            let report = ConsentReport {
                method: Method::Imported,
                chosen_at: Some(at(chosen_at)),
                ..report()
            };
            let now = "2026-11-22T10:00:00Z";
            let record = appended(run(Head::EMPTY, None, report.clone(), now));
            let entry = Some(Entry::Kept(Box::new(record.clone())));
            let again = run(Head::EMPTY, entry, report, now);
            assert_eq!(again, Outcome::Known(Box::new(record.clone())));
            (record.time, record.valid_until)
        };
        let now = at("2026-11-22T10:00:00Z");
        assert_eq!(
            imported("2026-05-31T08:00:00Z"),
            (now, at("2027-06-30T08:00:00Z"))
        );
        let from_the_future = imported("2030-01-01T00:00:00Z");
        assert_eq!(from_the_future, (now, at("2027-12-22T10:00:00Z")));
    }

    #[test]
    fn time_never_goes_back() {
        let head = Head {
            size: 1,
            last: at("2026-11-22T10:00:00Z"),
        };
        let record = appended(run(head, None, report(), "2026-11-22T09:00:00Z"));
        assert_eq!(record.time, head.last);
    }

    #[test]
    fn the_same_report_again_is_the_same_record() {
        let (head, record, earlier) = kept();
        let again = run(head, earlier, report(), "2026-11-23T10:00:00Z");
        assert_eq!(again, Outcome::Known(Box::new(record)));
    }

    #[test]
    fn the_privacy_signal_does_not_make_it_another_report() {
        let (head, record, earlier) = kept();
        let signalled = ConsentReport {
            gpc: true,
            ..report()
        };
        let again = run(head, earlier, signalled, "2026-11-23T10:00:00Z");
        assert_eq!(again, Outcome::Known(Box::new(record)), "as it was kept");
    }

    #[test]
    fn the_same_id_for_another_choice_is_refused() {
        let (head, _, earlier) = kept();
        let other = ConsentReport {
            decision: Decision::granting(&[Purpose::Statistics]),
            method: Method::AcceptAll,
            ..report()
        };
        let outcome = run(head, earlier, other, "2026-11-22T10:00:00Z");
        assert_eq!(outcome, Outcome::Conflict);
    }

    #[test]
    fn what_was_erased_does_not_come_back() {
        let (head, record, _) = kept();
        let erased = Entry::Erased(ErasedRecord {
            index: record.index,
            time: record.time,
            erased_at: at("2026-11-22T11:00:00Z"),
        });
        let outcome = run(head, Some(erased), report(), "2026-11-22T12:00:00Z");
        assert_eq!(outcome, Outcome::Erased);
    }

    #[test]
    fn a_choice_is_in_force_until_its_end() {
        let (_, record, _) = kept();
        let end = record.valid_until;
        assert!(in_force(&record, end.saturating_add_seconds(-1)).is_ok());
        assert!(matches!(in_force(&record, end), Err(Refusal::ChoiceEnded)));
    }

    #[test]
    fn only_its_holder_gets_a_record() {
        let (_, record, entry) = kept();
        let held = entry.unwrap().held_by(SUBJECT).unwrap();
        assert_eq!(held, record);
        let stranger = SubjectTag::from_bytes([8; 16]);
        let refused = Entry::Kept(Box::new(record)).held_by(stranger);
        assert!(matches!(refused, Err(Refusal::NotTheHolder)));
    }
}
