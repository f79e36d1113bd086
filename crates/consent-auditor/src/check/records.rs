//! Each disclosed record against its entry of the log: the record and its salts must encode to exactly that entry.

use crate::report::Check;
use crate::report::finding::Finding;
use crate::source::records::Claim;
use consent_core::LogEntry;
use consent_core::commitment::{SubjectOpening, Texts};
use consent_core::entry::Event;
use consent_core::proof::ErasedRecord;
use consent_log::Hash;

/// Checks that a record encodes to the entry at its index: `leaf` is the log's hash there, and `entry` reads the
/// bytes, which are needed only to say what is wrong.
pub fn check(
    claim: &Claim,
    leaf: Option<Hash>,
    source: &str,
    entry: impl FnOnce() -> Option<Vec<u8>>,
) -> Result<(), Box<Finding>> {
    if leaf == Some(claim.leaf) {
        return Ok(());
    }
    let disclosed = &claim.disclosed;
    let claimed = disclosed.claimed_entry();
    let bytes = claimed.to_bytes();
    let index = disclosed.record.index;
    let entry = entry();
    let (what, expected, found) = difference(&claimed, entry.as_deref());
    let finding = Finding::new(
        Check::Records,
        format!("{source}, for index {index} of the log"),
        what,
    );
    let texts = Texts::of(&disclosed.record);
    let subject = match disclosed.salts.subject {
        SubjectOpening::Salt(salt) => ("subject_salt", salt.to_string()),
        SubjectOpening::Hash(hash) => ("subject_hash", hash.to_string()),
    };
    let mut finding = finding
        .expected(expected, found)
        .manual_step("{ printf 'temoin subject v1\\n'; xxd -r -p subject_salt; cat subject; } | sha256sum")
        .manual_step("{ printf 'temoin decision v1\\n'; xxd -r -p decision_salt; cat decision; } | sha256sum")
        .manual_step("{ printf 'temoin commitment v1\\n'; xxd -r -p SUBJECT; xxd -r -p DECISION; } | sha256sum    # of the two hashes above: bytes 26 to 57 of the entry")
        .file("subject", texts.subject)
        .file("decision", texts.decision)
        .file(subject.0, format!("{}\n", subject.1))
        .file("decision_salt", format!("{}\n", disclosed.salts.decision))
        .file("claimed_entry", bytes);
    if let Some(entry) = entry {
        finding = finding.file("entry", entry);
    }
    Err(Box::new(finding))
}

/// How a record differs from the log: what is wrong, what the log has, what the record says.
fn difference(claimed: &LogEntry, entry: Option<&[u8]>) -> (&'static str, String, String) {
    let Some(bytes) = entry else {
        let found = "a record beyond it".to_owned();
        return (
            "the log ends before this index",
            "nothing".to_owned(),
            found,
        );
    };
    let (
        Ok(logged),
        Event::Consent {
            answer,
            notice,
            commitment,
        },
    ) = (LogEntry::from_bytes(bytes), claimed.event)
    else {
        let found = hex::encode(claimed.to_bytes());
        return ("the log has no consent there", hex::encode(bytes), found);
    };
    let Event::Consent {
        answer: logged_answer,
        notice: logged_notice,
        commitment: logged_commitment,
    } = logged.event
    else {
        let found = "a record of a consent".to_owned();
        return (
            "the log has no consent there",
            format!("{:?}", logged.event),
            found,
        );
    };
    if logged.time != claimed.time {
        let (expected, found) = (logged.time.to_string(), claimed.time.to_string());
        return ("the record has another time than the log", expected, found);
    }
    if logged_answer != answer {
        let (expected, found) = (format!("{logged_answer:?}"), format!("{answer:?}"));
        return (
            "the record has another outcome than the log",
            expected,
            found,
        );
    }
    if logged_notice != notice {
        let (expected, found) = (hex::encode(logged_notice.0), hex::encode(notice.0));
        return (
            "the record is of another notice than the log",
            expected,
            found,
        );
    }
    let what = "the record and its salts do not give the commitment in the log";
    (what, logged_commitment.to_string(), commitment.to_string())
}

/// Checks what is left of an erased record: `entry` is what the log has at its index, and `erased` is whether the
/// log has the same erasure.
pub fn check_erased(
    record: &ErasedRecord,
    entry: Option<&LogEntry>,
    erased: bool,
    source: &str,
) -> Result<(), Box<Finding>> {
    let place = format!("{source}, for index {} of the log", record.index);
    let wrong = |what: &str| Finding::new(Check::Records, &place, what);
    let consent = entry.filter(|entry| matches!(entry.event, Event::Consent { .. }));
    let Some(consent) = consent else {
        let finding = wrong("it is listed as erased, and the log has no consent there");
        let found = entry.map_or("nothing", |_| "another entry");
        return Err(Box::new(finding.expected("a consent in the log", found)));
    };
    if consent.time != record.time {
        let finding = wrong("what is left of an erased record has another time than the log");
        return Err(Box::new(finding.expected(consent.time, record.time)));
    }
    if !erased {
        let finding = wrong("it is listed as erased, and the log has no such erasure");
        let expected = format!(
            "an erase entry of {} ({}) that covers it",
            record.erased_at,
            record.reason.as_str()
        );
        return Err(Box::new(finding.expected(expected, "none")));
    }
    Ok(())
}
