//! The append, as a pure function: what is there and what comes in give what is kept.
//!
//! The object around it only reads, calls it, and writes what it returns.

use consent_core::calendar::Timestamp;
use consent_core::ident::SubjectTag;
use consent_core::notice::NoticeTerms;
use consent_core::record::Placement;
use consent_core::{ConsentRecord, ConsentReport, SiteId};

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

/// What comes of a report.
#[derive(Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A new record, to be written before its receipt leaves.
    Append(Box<ConsentRecord>),
    /// It was kept before; this is its record.
    Known(Box<ConsentRecord>),
    /// Its id was used for something else.
    Conflict,
}

/// Appends a report that has passed [`ConsentReport::check`]. `earlier` is the record kept under
/// the same id, if there is one. In a log, time never goes back: where the clock did, the last
/// record's time stands.
pub fn append(
    site: &SiteId,
    head: Head,
    earlier: Option<ConsentRecord>,
    report: ConsentReport,
    terms: &NoticeTerms,
    subject: SubjectTag,
    now: Timestamp,
) -> Outcome {
    if let Some(earlier) = earlier {
        return if earlier.answers(&report) && earlier.subject == subject {
            Outcome::Known(Box::new(earlier))
        } else {
            Outcome::Conflict
        };
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
    use consent_core::jurisdiction::Jurisdiction;
    use consent_core::{ConsentId, Decision, Layer, Method, NoticeHash, Purpose, ReportId};

    fn terms() -> NoticeTerms {
        NoticeTerms {
            purposes: vec![Purpose::Statistics],
            languages: vec!["fr-CA".parse().unwrap()],
            policy_version: "1".to_owned().try_into().unwrap(),
            jurisdiction: Jurisdiction::Quebec,
            choice_max_age_months: 13,
        }
    }

    fn report() -> ConsentReport {
        ConsentReport {
            id: ReportId::from_bytes([1; 16]),
            consent_id: ConsentId::from_bytes([2; 16]),
            notice: NoticeHash::from_bytes([3; 32]),
            language: "fr-CA".parse().unwrap(),
            decision: Decision::DENY_ALL,
            method: Method::RejectAll,
            layer: Layer::Banner,
            trusted: true,
            gpc: false,
            previous: None,
        }
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn run(
        head: Head,
        earlier: Option<ConsentRecord>,
        report: ConsentReport,
        now: &str,
    ) -> Outcome {
        let subject = SubjectTag::from_bytes([9; 16]);
        append(
            &"a".parse().unwrap(),
            head,
            earlier,
            report,
            &terms(),
            subject,
            at(now),
        )
    }

    fn appended(outcome: Outcome) -> ConsentRecord {
        match outcome {
            Outcome::Append(record) => *record,
            other => panic!("{other:?}"),
        }
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
        let record = appended(run(Head::EMPTY, None, report(), "2026-11-22T10:00:00Z"));
        let again = run(
            Head {
                size: 1,
                last: record.time,
            },
            Some(record.clone()),
            report(),
            "2026-11-23T10:00:00Z",
        );
        assert_eq!(again, Outcome::Known(Box::new(record)));
    }

    #[test]
    fn the_same_id_for_another_choice_is_refused() {
        let record = appended(run(Head::EMPTY, None, report(), "2026-11-22T10:00:00Z"));
        let other = ConsentReport {
            decision: Decision::granting(&[Purpose::Statistics]),
            method: Method::AcceptAll,
            ..report()
        };
        let outcome = run(
            Head {
                size: 1,
                last: record.time,
            },
            Some(record),
            other,
            "2026-11-22T10:00:00Z",
        );
        assert_eq!(outcome, Outcome::Conflict);
    }
}
