//! The append, as a pure function: what is there and what comes in give what is kept.
//!
//! The object around it only reads, calls it, and writes what it returns.

use crate::http::error::ApiError;
use consent_core::calendar::Timestamp;
use consent_core::ident::SubjectTag;
use consent_core::notice::NoticeTerms;
use consent_core::proof::{DisclosedRecord, ErasedRecord};
use consent_core::record::Placement;
use consent_core::{ConsentRecord, ConsentReport};
use subtle::ConstantTimeEq as _;

/// What stands at a place of the log where someone answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A record.
    Present(Box<DisclosedRecord>),
    /// What is left of one that was erased.
    Erased(ErasedRecord),
}

impl Entry {
    /// The record, for the visitor whose secret gives this tag. Of an erased one nobody is known
    /// to be the holder.
    pub fn for_holder(self, subject: SubjectTag) -> Result<DisclosedRecord, ApiError> {
        let disclosed = self.present()?;
        let same = disclosed
            .record
            .subject
            .as_bytes()
            .ct_eq(subject.as_bytes());
        bool::from(same)
            .then_some(disclosed)
            .ok_or(ApiError::NotTheHolder)
    }

    /// The record, if it was not erased.
    pub fn present(self) -> Result<DisclosedRecord, ApiError> {
        match self {
            Self::Present(record) => Ok(*record),
            Self::Erased(_) => Err(ApiError::Erased),
        }
    }
}

/// Passes if the choice has not ended.
pub fn in_force(record: &ConsentRecord, now: Timestamp) -> Result<(), ApiError> {
    if now < record.valid_until {
        Ok(())
    } else {
        Err(ApiError::ChoiceEnded)
    }
}

/// What was kept before under the id of a report.
pub struct Earlier {
    /// What stands there.
    pub entry: Entry,
    /// The visitor who reports, as the log of that entry knows them; nothing where its key is
    /// destroyed.
    pub subject: Option<SubjectTag>,
}

/// What comes of a report.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new record, to be written before its receipt leaves.
    Append(Box<ConsentRecord>),
    /// It was kept before; this is its record.
    Known(Box<DisclosedRecord>),
    /// Its id was used for something else.
    Conflict,
    /// It was kept before and erased: an outbox that sends it again does not bring it back.
    Erased,
}

/// Appends a report that has passed [`ConsentReport::check`], at the place given.
pub fn append(
    placement: Placement,
    earlier: Option<Earlier>,
    report: ConsentReport,
    terms: &NoticeTerms,
) -> Outcome {
    match earlier {
        None => Outcome::Append(Box::new(ConsentRecord::new(report, terms, placement))),
        Some(Earlier {
            entry: Entry::Erased(_),
            ..
        }) => Outcome::Erased,
        Some(Earlier {
            entry: Entry::Present(disclosed),
            subject,
        }) => {
            if disclosed.record.answers(&report) && subject == Some(disclosed.record.subject) {
                Outcome::Known(disclosed)
            } else {
                Outcome::Conflict
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_core::Seed;
    use consent_core::entry::ErasureReason;
    use consent_core::ident::MaterialDigest;
    use consent_core::jurisdiction::Jurisdiction;
    use consent_core::signals::{Tool, Tools};
    use consent_core::{
        ConsentId, Decision, Layer, Method, NoticeHash, Purpose, ReportId, ServiceAnswers,
    };

    fn terms() -> NoticeTerms {
        NoticeTerms {
            purposes: vec![Purpose::Statistics],
            exempt: std::collections::BTreeSet::new(),
            services: [].into(),
            languages: vec!["fr-CA".parse().unwrap()],
            policy_version: "1".to_owned().try_into().unwrap(),
            jurisdiction: Jurisdiction::Quebec,
            jurisdiction_from: consent_core::jurisdiction::JurisdictionFrom::Site,
            choice_max_age_months: 13,
            proof_months: 24,
            material: MaterialDigest::from_bytes([5; 6]),
            tools: Tools::default(),
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
            ticket: None,
            told: None,
        }
    }

    const SUBJECT: SubjectTag = SubjectTag::from_bytes([9; 16]);

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn run(index: u64, earlier: Option<Entry>, report: ConsentReport, now: &str) -> Outcome {
        let placement = Placement {
            site: "a".parse().unwrap(),
            log: "temoin.example/a/2026q4/0".parse().unwrap(),
            index,
            time: at(now),
            subject: SUBJECT,
            served_at: None,
        };
        let earlier = earlier.map(|entry| Earlier {
            entry,
            subject: Some(SUBJECT),
        });
        append(placement, earlier, report, &terms())
    }

    fn appended(outcome: Outcome) -> ConsentRecord {
        match outcome {
            Outcome::Append(record) => *record,
            other => panic!("{other:?}"),
        }
    }

    fn disclosed(record: &ConsentRecord) -> Box<DisclosedRecord> {
        Box::new(DisclosedRecord {
            record: record.clone(),
            salts: Seed::from_bytes([4; 32]).salts(),
        })
    }

    /// A record, as a report that comes later finds it.
    fn present() -> (ConsentRecord, Option<Entry>) {
        let record = appended(run(0, None, report(), "2026-11-22T10:00:00Z"));
        let entry = Entry::Present(disclosed(&record));
        (record, Some(entry))
    }

    #[test]
    fn a_record_takes_the_next_place_and_the_servers_time() {
        let record = appended(run(7, None, report(), "2026-11-22T10:00:01Z"));
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
            let record = appended(run(0, None, report.clone(), now));
            let entry = Some(Entry::Present(disclosed(&record)));
            let again = run(1, entry, report, now);
            assert_eq!(again, Outcome::Known(disclosed(&record)));
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
    fn the_same_report_again_is_the_same_record() {
        let (record, earlier) = present();
        let again = run(1, earlier, report(), "2026-11-23T10:00:00Z");
        assert_eq!(again, Outcome::Known(disclosed(&record)));
    }

    #[test]
    fn another_visitor_does_not_get_a_record_by_its_id() {
        let (_, earlier) = present();
        let earlier = earlier.map(|entry| Earlier {
            entry,
            subject: Some(SubjectTag::from_bytes([8; 16])),
        });
        let placement = Placement {
            site: "a".parse().unwrap(),
            log: "temoin.example/a/2026q4/0".parse().unwrap(),
            index: 1,
            time: at("2026-11-23T10:00:00Z"),
            subject: SUBJECT,
            served_at: None,
        };
        let outcome = append(placement, earlier, report(), &terms());
        assert_eq!(outcome, Outcome::Conflict);
    }

    #[test]
    fn the_privacy_signal_does_not_make_it_another_report() {
        let (record, earlier) = present();
        let signalled = ConsentReport {
            gpc: true,
            ..report()
        };
        let again = run(1, earlier, signalled, "2026-11-23T10:00:00Z");
        assert_eq!(again, Outcome::Known(disclosed(&record)), "as it was kept");
    }

    #[test]
    fn of_the_tools_told_those_are_kept_that_the_notice_names() {
        let set = |tools: &[Tool]| tools.iter().copied().collect::<Tools>();
        let placement = || Placement {
            site: "a".parse().unwrap(),
            log: "temoin.example/a/2026q4/0".parse().unwrap(),
            index: 0,
            time: at("2026-11-22T10:00:00Z"),
            subject: SUBJECT,
            served_at: None,
        };
        let named = &[Tool::Google, Tool::Meta];
        for (named, told, kept) in [
            (
                &named[..],
                Some(&[Tool::Meta, Tool::Amazon][..]),
                Some(&[Tool::Meta][..]),
            ),
            (named, Some(&[]), Some(&[])),
            (named, None, None),
            (&[], Some(named), None),
        ] {
            let terms = NoticeTerms {
                tools: set(named),
                ..terms()
            };
            let report = ConsentReport {
                told: told.map(set),
                ..report()
            };
            let record = appended(append(placement(), None, report, &terms));
            assert_eq!(record.told, kept.map(set), "{named:?} {told:?}");
        }
    }

    #[test]
    fn the_tools_told_do_not_make_it_another_report() {
        let (record, earlier) = present();
        let again = ConsentReport {
            told: Some([Tool::Meta].into_iter().collect()),
            ..report()
        };
        let again = run(1, earlier, again, "2026-11-23T10:00:00Z");
        assert_eq!(again, Outcome::Known(disclosed(&record)), "as it was kept");
    }

    #[test]
    fn the_same_id_for_another_choice_is_refused() {
        let (_, earlier) = present();
        let other = ConsentReport {
            decision: Decision::granting(&[Purpose::Statistics]),
            method: Method::AcceptAll,
            ..report()
        };
        let outcome = run(1, earlier, other, "2026-11-22T10:00:00Z");
        assert_eq!(outcome, Outcome::Conflict);
    }

    #[test]
    fn what_was_erased_does_not_come_back() {
        let (record, _) = present();
        let erased = Entry::Erased(ErasedRecord {
            log: record.log,
            index: record.index,
            time: record.time,
            erased_at: at("2026-11-22T11:00:00Z"),
            reason: ErasureReason::Holder,
        });
        let outcome = run(1, Some(erased), report(), "2026-11-22T12:00:00Z");
        assert_eq!(outcome, Outcome::Erased);
    }

    #[test]
    fn a_choice_is_in_force_until_its_end() {
        let (record, _) = present();
        let end = record.valid_until;
        assert!(in_force(&record, end.saturating_add_seconds(-1)).is_ok());
        assert!(matches!(in_force(&record, end), Err(ApiError::ChoiceEnded)));
    }

    #[test]
    fn only_its_holder_gets_a_record() {
        let (record, entry) = present();
        let found = entry.unwrap().for_holder(SUBJECT).unwrap();
        assert_eq!(found.record, record);
        let stranger = SubjectTag::from_bytes([8; 16]);
        let refused = Entry::Present(disclosed(&record)).for_holder(stranger);
        assert!(matches!(refused, Err(ApiError::NotTheHolder)));
    }
}
