//! What a dishonest server could do, and what is said of it.

use crate::report::{Check, Section};
use crate::tests::sample::{Auditor, Log, NOTICE, Site, after};
use consent_core::commitment::{SubjectOpening, Texts};
use consent_core::entry::{Erasure, ErasureReason, Event};
use consent_core::{NoticeHash, Sha256Digest};
use consent_log::{Checkpoint, SignerKey};
use std::time::Duration;

const Q4: &str = "temoin.example/relais/2026q4/0";

/// What is found once `change` has been done to the honest site.
fn found(change: impl FnOnce(&mut Site)) -> Vec<String> {
    let mut site = Site::small();
    change(&mut site);
    Auditor::default().finds(&site.files(), &site.listing())
}

fn one(found: &[String]) -> &str {
    assert_eq!(found.len(), 1, "{found:#?}");
    &found[0]
}

/// Leaves of who answered no more than a hash, as the server does where the part named an erased record.
fn close(site: &mut Site, change: impl FnOnce(&mut [u8; 32])) {
    let told = site.logs[1].records.get_mut(&42).unwrap();
    let hash = Texts::of(&told.record).subject_hash(&told.salts);
    let mut bytes = *hash.as_bytes();
    change(&mut bytes);
    told.salts.subject = SubjectOpening::Hash(Sha256Digest::from_bytes(bytes));
}

#[test]
fn a_record_with_the_hash_of_who_answered_holds_and_another_hash_is_told() {
    assert_eq!(found(|site| close(site, |_| ())), Vec::<String>::new());
    let found = found(|site| close(site, |bytes| bytes[31] ^= 1));
    assert_eq!(
        one(&found),
        "records: v1/sites/relais/consents?limit=1000, for index 42 of the log: the record and its salts do not give the \
         commitment in the log"
    );
}

#[test]
fn a_missing_record_is_told_from_an_erased_one() {
    let found = found(|site| {
        site.logs[1].records.remove(&42);
    });
    assert_eq!(
        one(&found),
        "completeness: entry 42, number 42 of log/temoin.example/relais/2026q4/0/tile/entries/000: \
         a record is missing: no erasure explains its absence"
    );
}

#[test]
fn a_record_that_is_erased_and_still_disclosed_is_told() {
    let found = found(|site| {
        let told = site.logs[1].records[&42].clone();
        site.logs[1].erase(42, 42, ErasureReason::Holder);
        site.logs[1].erased.pop();
        site.logs[1].records.insert(42, told);
    });
    assert_eq!(
        one(&found),
        "completeness: entry 42, number 42 of log/temoin.example/relais/2026q4/0/tile/entries/000: \
         the log says that this consent was erased, and its record is still disclosed"
    );
}

#[test]
fn an_extra_erase_entry_erases_what_is_still_disclosed() {
    let found = found(|site| {
        let (kept, erased) = (site.logs[1].records.clone(), site.logs[1].erased.clone());
        site.logs[1].erase(250, 252, ErasureReason::Retention);
        site.logs[1].records = kept;
        site.logs[1].erased = erased;
    });
    assert_eq!(found.len(), 3);
    assert!(
        found
            .iter()
            .all(|found| found.starts_with("completeness: "))
    );
}

#[test]
fn a_record_listed_as_erased_without_an_erase_entry_is_told() {
    let found = found(|site| {
        let mut listed = site.logs[1].erased[0].clone();
        let told = site.logs[1].records.remove(&42).unwrap();
        listed.index = 42;
        listed.time = told.record.time;
        site.logs[1].erased.push(listed);
    });
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].contains("it is listed as erased, and the log has no such erasure"));
    assert!(found[1].contains("a record is missing"));
}

#[test]
fn an_erasure_for_another_reason_than_the_log_has_is_told() {
    let found = found(|site| site.logs[1].erased[3].reason = ErasureReason::Holder);
    assert!(one(&found).contains("it is listed as erased, and the log has no such erasure"));
}

#[test]
fn a_record_at_the_place_of_another_is_told() {
    let found = found(|site| {
        let log = &mut site.logs[1];
        let (a, b) = (log.records[&41].clone(), log.records[&42].clone());
        let mut moved = b.clone();
        moved.record.index = 41;
        log.records.insert(41, moved);
        let mut moved = a;
        moved.record.index = 42;
        log.records.insert(42, moved);
    });
    assert_eq!(found.len(), 2, "{found:#?}");
    for found in found {
        assert!(found.starts_with("records: "), "{found}");
        assert!(
            found.ends_with("the record has another time than the log"),
            "{found}"
        );
    }
}

#[test]
fn two_records_of_one_entry_are_told() {
    let mut site = Site::small();
    let mut page = site.page();
    page.records.push(site.logs[1].records[&42].clone());
    let mut files = site.files();
    files.set_page(&page);
    let found = Auditor::default().finds(&files, &site.listing());
    assert!(one(&found).ends_with("two records have the same index"));
    // The same for a record of a log that nobody knows.
    page.records.pop();
    let mut told = Log::new("temoin.example/relais/2027q1/0");
    told.publish(NoticeHash::of(&NOTICE));
    told.consent();
    page.records.push(told.records[&1].clone());
    files.set_page(&page);
    let found = Auditor::default().finds(&files, &site.listing());
    assert!(one(&found).contains("this is a record of a log that is not listed"));
    site.logs.clear();
}

#[test]
fn a_record_beyond_the_end_of_its_log_is_told() {
    let site = Site::small();
    let mut page = site.page();
    let mut longer = site.logs[1].clone();
    longer.consent();
    page.records.push(longer.records[&300].clone());
    let mut files = site.files();
    files.set_page(&page);
    let found = Auditor::default().finds(&files, &site.listing());
    assert!(
        one(&found).ends_with("the log ends before this index"),
        "{found:?}"
    );
}

#[test]
fn time_that_goes_back_is_told() {
    let found = found(|site| {
        let told = site.logs[1].record(300, after(10));
        site.logs[1]
            .entries
            .push(told.claimed_entry().to_bytes().to_vec());
        site.logs[1].records.insert(300, told);
    });
    let expected = "time: entry 300 of log/temoin.example/relais/2026q4/0/: time goes back";
    assert_eq!(one(&found), expected);
}

#[test]
fn a_consent_before_the_publication_of_its_notice_is_told() {
    let mut site = Site::small();
    let mut log = Log::new("temoin.example/relais/2027q1/0");
    log.consent();
    log.publish(NoticeHash::of(&NOTICE));
    log.consent();
    site.logs.push(log);
    let found = Auditor::default().finds(&site.files(), &site.listing());
    assert_eq!(
        one(&found),
        "publication: entry 0 of log/temoin.example/relais/2027q1/0/: \
         the notice of this entry is not published before it"
    );
}

#[test]
fn an_erasure_of_what_is_still_to_come_is_told_and_erases_nothing() {
    let found = found(|site| {
        let erasure = Erasure {
            first: 300,
            last: 303,
            reason: ErasureReason::Holder,
        };
        site.logs[1].push(after(3000), Event::Erase(erasure));
        site.logs[1].consent();
        site.logs[1].records.remove(&301);
    });
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(found[0].starts_with("erasures: entry 300 of"), "{found:#?}");
    assert!(found[0].ends_with("it erases entries that do not come before it"));
    assert!(found[1].contains("entry 301,") && found[1].contains("a record is missing"));
}

#[test]
fn what_is_no_entry_is_told() {
    let found = found(|site| site.logs[1].entries.push(b"a note in the margin".to_vec()));
    let expected = "format: entry 300 of log/temoin.example/relais/2026q4/0/: this is not an entry";
    assert_eq!(one(&found), expected);
}

#[test]
fn a_fork_of_a_log_is_told_with_both_checkpoints() {
    let honest = Site::small();
    let mut auditor = Auditor::default();
    for (key, note) in auditor.audit(&honest.files(), &honest.listing()).sound {
        auditor.state.pin(&key, &note);
    }
    // Another 300 entries, signed by the same key, and a new anchor for them.
    let mut forked = Log::new(Q4);
    forked.publish(NoticeHash::of(&NOTICE));
    (0..2).for_each(|_| forked.consent());
    forked.erase(1, 1, ErasureReason::Holder);
    (0..330).for_each(|_| forked.consent());
    let mut site = honest.clone();
    site.logs[1] = forked;
    site.anchor = Log::new("temoin.example/anchor");
    site.submit(0, 40);
    site.submit(1, 334);
    let report = auditor.audit(&site.files(), &site.listing()).report;
    let findings: Vec<_> = report.sections.iter().flat_map(Section::findings).collect();
    let fork = findings.iter().find(|finding| finding.log == Q4).unwrap();
    assert_eq!(fork.check, Check::Consistency);
    assert_eq!(
        fork.what,
        "the log forked: its first 300 entries now have another root"
    );
    let names: Vec<_> = fork.files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["checkpoint", "earlier", "vkey"]);
    // The anchor went back from four entries to two.
    let anchor = findings
        .iter()
        .find(|finding| finding.log == "temoin.example/anchor")
        .unwrap();
    assert!(
        anchor.what.starts_with("the log was rolled back"),
        "{anchor}"
    );
    assert_eq!(findings.len(), 2, "{report}");
}

#[test]
fn a_log_that_goes_back_is_told() {
    let honest = Site::small();
    let mut auditor = Auditor::default();
    for (key, note) in auditor.audit(&honest.files(), &honest.listing()).sound {
        auditor.state.pin(&key, &note);
    }
    let mut site = honest.clone();
    site.logs[1].entries.truncate(290);
    site.logs[1].records.retain(|place, _| *place < 290);
    let found = auditor.finds(&site.files(), &site.listing());
    let back = "the log was rolled back: it has fewer entries than it signed for before";
    assert!(found.contains(&format!(
        "consistency: a checkpoint in the state file: {back}"
    )));
    assert!(found.contains(&format!(
        "anchor: entry 3 of log/temoin.example/anchor/: {back}"
    )));
}

#[test]
fn a_log_whose_checkpoint_in_the_anchor_is_of_another_tree_is_told() {
    let found = found(|site| {
        let text = Checkpoint::new(Q4, 150, consent_log::Hash::leaf(b"another tree"));
        let note = text.sign(&site.logs[1].key).to_string();
        site.anchor.entries.push(note.into_bytes());
    });
    assert_eq!(found.len(), 2, "{found:#?}");
    assert_eq!(
        found[0],
        "format: entry 4 of log/temoin.example/anchor/: \
         a log has shrunk from one of its checkpoints in the anchor to the next"
    );
    assert_eq!(
        found[1],
        "anchor: entry 4 of log/temoin.example/anchor/: \
         the log forked: its first 150 entries now have another root"
    );
}

#[test]
fn a_checkpoint_in_the_anchor_that_the_log_did_not_sign_is_told() {
    let found = found(|site| {
        let other = SignerKey::ed25519(Q4, &[1; 32]).unwrap();
        let note = site.logs[1]
            .checkpoint(300)
            .text
            .parse::<Checkpoint>()
            .unwrap();
        site.anchor
            .entries
            .push(note.sign(&other).to_string().into_bytes());
    });
    let expected = "anchor: entry 4 of log/temoin.example/anchor/: \
                    this is not a checkpoint that the log signed";
    assert_eq!(one(&found), expected);
}

#[test]
fn a_log_in_the_anchor_that_is_not_listed_is_told() {
    let mut site = Site::small();
    let mut hidden = Log::new("temoin.example/relais/2026q4/1");
    hidden.publish(NoticeHash::of(&NOTICE));
    site.logs.push(hidden);
    site.submit(2, 1);
    site.logs.pop();
    let found = Auditor::default().finds(&site.files(), &site.listing());
    assert!(one(&found).starts_with("listing: "), "{found:?}");
    assert!(found[0].ends_with("a log of this site that is not listed"));
}

#[test]
fn a_log_that_is_not_listed_any_more_is_told() {
    let mut site = Site::small();
    let mut auditor = Auditor::default();
    for (key, note) in auditor.audit(&site.files(), &site.listing()).sound {
        auditor.state.pin(&key, &note);
    }
    site.logs.remove(0);
    let found = auditor.finds(&site.files(), &site.listing());
    assert!(
        found[0].ends_with("a log that was seen before is no longer listed"),
        "{found:?}"
    );
}

#[test]
fn logs_of_another_site_and_logs_listed_twice_are_told() {
    let site = Site::small();
    let mut listing = site.listing();
    listing.logs.push(listing.logs[0].clone());
    let found = Auditor::default().finds(&site.files(), &listing);
    assert!(found[0].ends_with("is listed twice"), "{found:?}");
    let mut listing = site.listing();
    listing.site = "autre".parse().unwrap();
    let wrong = crate::check::listing::check(
        &listing,
        &crate::tests::sample::site_id(),
        "",
        std::iter::empty(),
    );
    assert_eq!(
        wrong.into_parts().0[0].what,
        "this is the list of another site"
    );
    let wrong = crate::check::listing::check(&listing, &listing.site, "", std::iter::empty());
    assert_eq!(
        wrong.into_parts().0[1].what,
        "a log of another site or server is listed"
    );
}

#[test]
fn another_key_than_the_pinned_one_is_told() {
    let site = Site::small();
    let pinned = SignerKey::ed25519(Q4, &[1; 32]).unwrap().verifier();
    let auditor = Auditor {
        keys: vec![pinned],
        ..Auditor::default()
    };
    let found = auditor.finds(&site.files(), &site.listing());
    assert!(found[0].starts_with("key: "), "{found:#?}");
    assert!(
        found[1].starts_with("key: ") || found[1].starts_with("signature: "),
        "{found:#?}"
    );
}

#[test]
fn a_notice_that_is_gone_or_another_is_told() {
    let site = Site::small();
    let mut files = site.files();
    let path = format!("v1/notices/{}", NoticeHash::of(&NOTICE));
    files.files.insert(
        path.clone(),
        b"what visitors should have been shown".to_vec(),
    );
    let found = Auditor::default().finds(&files, &site.listing());
    assert_eq!(
        one(&found),
        format!("notices: {path}: this is not the notice that was published")
    );
    files.files.remove(&path);
    let found = Auditor::default().finds(&files, &site.listing());
    assert_eq!(
        one(&found),
        format!("notices: {path}: a published notice is no longer served")
    );
}

#[test]
fn witnesses_that_are_too_few_too_late_or_wrong_are_told() {
    let site = Site::small();
    let mut files = site.files();
    let path = "log/temoin.example/anchor/checkpoint".to_owned();
    let auditor = Auditor::default();
    let mut with = |note: String| {
        files.files.insert(path.clone(), note.into_bytes());
        auditor.finds(&files, &site.listing())
    };
    assert_eq!(with(site.cosigned(60).to_string()), [""; 0]);
    let found = with(site.anchor.checkpoint(4).to_string());
    assert!(
        found[0].ends_with("too few witnesses have cosigned"),
        "{found:?}"
    );
    assert!(
        found[1].ends_with("the cosignatures are too old"),
        "{found:?}"
    );
    let mut wrong = site.cosigned(60);
    wrong.signatures[1].bytes[7] ^= 1;
    let found = with(wrong.to_string());
    assert!(
        found[0].ends_with("the cosignature of witness.example does not hold"),
        "{found:?}"
    );
    let found = with(site.cosigned(60 * 10).to_string());
    assert!(
        found[0].ends_with("witness.example cosigned in the future"),
        "{found:?}"
    );
    let mut late = Auditor::default();
    late.policy.now = after(3_600_000 + 61_000);
    late.policy.fresh = Some(Duration::from_hours(1));
    let found = late.finds(&site.files(), &site.listing());
    assert!(one(&found).ends_with("the cosignatures are too old"));
}
