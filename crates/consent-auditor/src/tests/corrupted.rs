//! Bytes that were changed on disk, or on the way.

use crate::audit::Audit;
use crate::check::records;
use crate::report::progress::Progress;
use crate::source::records::Claim;
use crate::tests::sample::{Auditor, Site, records_path};
use consent_core::proof::DisclosedRecord;
use consent_log::Hash;

/// What is found once a bit of a file is flipped.
fn found(file: &str, at: usize) -> Vec<String> {
    let site = Site::small();
    let mut files = site.files();
    files.files.get_mut(file).unwrap()[at] ^= 1;
    Auditor::default().finds(&files, &site.listing())
}

const Q4: &str = "log/temoin.example/relais/2026q4/0";

#[test]
fn a_checkpoint_whose_text_or_signature_is_changed_is_not_signed() {
    for at in [0, 31, 40, 80, 120, 150] {
        let found = found(&format!("{Q4}/checkpoint"), at);
        assert!(
            found[0].starts_with(&format!("signature: {Q4}/checkpoint: ")),
            "{at}: {found:#?}"
        );
    }
}

#[test]
fn a_leaf_that_is_changed_is_not_what_its_parent_says() {
    let found = found(&format!("{Q4}/tile/0/000"), 32 * 9);
    assert_eq!(found.len(), 3, "{found:#?}");
    assert_eq!(
        found[0],
        format!(
            "entries: entry 9, number 9 of {Q4}/tile/entries/000: \
             its hash is not the leaf in {Q4}/tile/0/000"
        )
    );
    assert_eq!(
        found[1],
        format!(
            "tiles: hash 0 of {Q4}/tile/1/000.p/1: it is not the root of the full tile 0/000 below it"
        )
    );
    assert_eq!(
        found[2],
        format!("root: {Q4}/checkpoint: the 300 leaves do not give the root that the log signed")
    );
}

#[test]
fn an_entry_that_is_changed_is_not_what_its_leaf_says() {
    // Entry 9, in its time: each takes two bytes of length and 58 of its own.
    let found = found(&format!("{Q4}/tile/entries/000"), 60 * 9 + 2 + 9);
    assert!(found[0].starts_with(&format!(
        "entries: entry 9, number 9 of {Q4}/tile/entries/000"
    )));
    assert!(
        !found
            .iter()
            .any(|found| found.starts_with("tiles") || found.starts_with("root"))
    );
}

#[test]
fn a_length_that_is_changed_is_no_bundle() {
    let found = found(&format!("{Q4}/tile/entries/000"), 60 * 9 + 1);
    assert!(found[0].starts_with(&format!(
        "entries: {Q4}/tile/entries/000: this is not the bundle"
    )));
}

#[test]
fn what_is_missing_is_named() {
    for (file, expected) in [
        ("tile/0/001.p/44", "tiles: "),
        ("tile/1/000.p/1", "tiles: "),
        ("tile/entries/000", "entries: "),
        ("checkpoint", "signature: "),
    ] {
        let site = Site::small();
        let mut files = site.files();
        files.files.remove(&format!("{Q4}/{file}")).unwrap();
        let found = Auditor::default().finds(&files, &site.listing());
        assert!(
            found[0].starts_with(&format!("{expected}{Q4}/{file}: ")),
            "{found:#?}"
        );
    }
}

/// Any bit of any file of a log of 300 entries.
#[test]
fn any_byte_of_a_log_that_is_flipped_is_caught() {
    let site = Site::small();
    let honest = site.files();
    let auditor = Auditor::default();
    let pins = crate::log::pins::Pins {
        given: &auditor.keys,
        state: &auditor.state,
    };
    let names: Vec<_> = honest
        .files
        .keys()
        .filter(|name| name.starts_with(Q4))
        .collect();
    assert_eq!(names.len(), 7);
    let flips: Vec<(&str, usize)> = names
        .iter()
        .flat_map(|name| (0..honest.files[*name].len()).map(|at| (name.as_str(), at)))
        .collect();
    let prefix = format!("{Q4}/");
    let check = |flips: &[(&str, usize)]| {
        let mut files = honest.clone();
        for (name, at) in flips {
            let bit = 1 << (at % 8);
            files.files.get_mut(*name).unwrap()[*at] ^= bit;
            let audit = Audit::of_log(&files, pins);
            let audited = audit.log(&prefix, &mut Progress::hidden()).unwrap();
            assert!(!audited.report.holds(), "byte {at} of {name}");
            files.files.get_mut(*name).unwrap()[*at] ^= bit;
        }
    };
    std::thread::scope(|scope| {
        for part in flips.chunks(flips.len().div_ceil(4)) {
            scope.spawn(move || check(part));
        }
    });
}

#[test]
fn any_byte_of_a_record_that_is_flipped_is_caught() {
    let site = Site::small();
    for told in site.logs[0].records.values().take(3) {
        let leaf = Hash::leaf(&told.claimed_entry().to_bytes());
        let honest = serde_json::to_vec(told).unwrap();
        for at in 0..honest.len() {
            let mut bytes = honest.clone();
            bytes[at] ^= 1;
            let Ok(changed) = serde_json::from_slice::<DisclosedRecord>(&bytes) else {
                continue;
            };
            // Its log and its place are not committed to: they say where to look.
            let elsewhere =
                changed.record.log != told.record.log || changed.record.index != told.record.index;
            let caught = records::check(&Claim::from(changed), Some(leaf), "", || None).is_err();
            assert!(caught || elsewhere, "{}", String::from_utf8_lossy(&bytes));
        }
    }
}

#[test]
fn a_field_or_a_salt_of_a_record_that_is_changed_is_not_what_was_committed_to() {
    let site = Site::small();
    let honest = String::from_utf8(site.files().files[&records_path()].clone()).unwrap();
    let commitment = "the record and its salts do not give the commitment in the log";
    for (from, to, expected) in [
        (
            "\"statistics\":\"granted\"",
            "\"statistics\":\"denied\"",
            commitment,
        ),
        ("\"gpc\":false", "\"gpc\":true", commitment),
        ("\"layer\":\"banner\"", "\"layer\":\"dialog\"", commitment),
        (
            "\"salts\":{\"subject\":\"",
            "\"salts\":{\"subject\":\"?",
            "this is not a page of records",
        ),
        (
            "\"status\":\"given\"",
            "\"status\":\"refused\"",
            "the record has another outcome than the log",
        ),
        (
            "\"log\":\"temoin.example/relais/2026q3/0\"",
            "\"log\":\"temoin.example/relais/2026q2/0\"",
            "this is a record of a log that is not listed",
        ),
        (
            "\"index\":1,",
            "\"index\":700,",
            "the log ends before this index",
        ),
        (
            "\"index\":1,",
            "\"index\":0,",
            "the log has no consent there",
        ),
    ] {
        let mut files = site.files();
        assert!(honest.contains(from), "{from}");
        files
            .files
            .insert(records_path(), honest.replacen(from, to, 1).into_bytes());
        let found = Auditor::default().finds(&files, &site.listing());
        assert!(
            found[0].starts_with("records: ") && found[0].ends_with(expected),
            "{found:#?}"
        );
    }
}
