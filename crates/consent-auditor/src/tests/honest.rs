use crate::audit::Audit;
use crate::check::history::History;
use crate::log::EntryReader;
use crate::log::pins::Pins;
use crate::report::progress::Progress;
use crate::report::{Check, Outcome, Section};
use crate::source::Memory;
use crate::source::filters::Period;
use crate::tests::sample::{Auditor, Log, NOTICE, Site, has};
use consent_core::NoticeHash;

#[test]
fn an_honest_site_verifies_in_every_check() {
    let site = Site::small();
    let auditor = Auditor::default();
    let audited = auditor.audit(&site.files(), &site.listing());
    assert!(audited.report.holds(), "{}", audited.report);
    for check in [
        Check::Listing,
        Check::Key,
        Check::Signature,
        Check::Entries,
        Check::Tiles,
        Check::Root,
        Check::Format,
        Check::Publication,
        Check::Time,
        Check::Erasures,
        Check::Anchor,
        Check::Witnesses,
        Check::Notices,
        Check::Records,
        Check::Completeness,
    ] {
        assert!(has(&audited, check, Outcome::Passed), "{check}");
    }
    insta::assert_snapshot!(audited.report, @r#"
    site relais
      ok    listing       2 logs and the anchor
      ok    notices       1 published, each served unchanged
      ok    records       335 read

    temoin.example/anchor
      ok    key           the key that it serves itself, trusted on first use: pin it with --key or --state
      ok    signature     4 entries, signed by its own key
      ok    entries       4 entries, each with the hash of its leaf
      ok    tiles         1 tile, each full one with the hash that its parent has of it
      ok    root          wFyWa9no/4Y2ShexwknhJuNLpCzQTvvYUHNXWIrCtus=, computed from all leaves, is the signed one
      -     consistency   no checkpoint was saved before
      ok    format        each is a signed checkpoint; 0 of them are of other logs than those audited here
      ok    witnesses     cosigned by 1 of 1 witnesses (named by the server, not pinned): witness.example at 2026-11-22T20:01:00.000Z

    temoin.example/relais/2026q3/0
      ok    key           the key that it serves itself, trusted on first use: pin it with --key or --state
      ok    signature     40 entries, signed by its own key
      ok    entries       40 entries, each with the hash of its leaf
      ok    tiles         1 tile, each full one with the hash that its parent has of it
      ok    root          9WFh7n3mtA2EHoOL8YPg6epYqcJDJ9B32eWTTn2j2ao=, computed from all leaves, is the signed one
      -     consistency   no checkpoint was saved before
      ok    format        13 grants, 13 refusals, 12 withdrawals, 1 erasure, 1 notice
      ok    publication   each consent comes after the publication of its notice
      ok    time          never goes back; the last entry is of 2026-11-22T20:00:00.390Z
      ok    erasures      each covers only entries before it
      ok    anchor        the tree has the roots of all 2 checkpoints in the anchor; the newest is of 40 entries
      ok    records       37 encode to their entries in the log, 1 listed as erased
      ok    completeness  37 disclosed, 1 erased, none missing, of the first 40 entries

    temoin.example/relais/2026q4/0
      ok    key           the key that it serves itself, trusted on first use: pin it with --key or --state
      ok    signature     300 entries, signed by its own key
      ok    entries       300 entries, each with the hash of its leaf
      ok    tiles         3 tiles, each full one with the hash that its parent has of it
      ok    root          jxkOdb0kIj+SVBWmrwCMBSQ9X5lNIYRrzApy3A0vA8A=, computed from all leaves, is the signed one
      -     consistency   no checkpoint was saved before
      ok    format        100 grants, 98 refusals, 99 withdrawals, 2 erasures, 1 notice
      ok    publication   each consent comes after the publication of its notice
      ok    time          never goes back; the last entry is of 2026-11-22T20:00:02.990Z
      ok    erasures      each covers only entries before it
      ok    anchor        the tree has the roots of all 2 checkpoints in the anchor; the newest is of 300 entries
      ok    records       286 encode to their entries in the log, 11 listed as erased
      ok    completeness  286 disclosed, 11 erased, none missing, of the first 300 entries
    "#);
}

#[test]
fn what_was_verified_is_remembered_and_verifies_again() {
    let mut site = Site::small();
    let mut auditor = Auditor::default();
    for (key, note) in auditor.audit(&site.files(), &site.listing()).sound {
        auditor.state.pin(&key, &note);
    }
    site.logs[1].consent();
    site.submit(1, 301);
    let audited = auditor.audit(&site.files(), &site.listing());
    assert!(audited.report.holds(), "{}", audited.report);
    assert!(has(&audited, Check::Consistency, Outcome::Passed));
    assert_eq!(
        auditor
            .state
            .checkpoints(&site.logs[1].origin())
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn an_empty_log_is_a_log() {
    let mut site = Site::small();
    site.logs.push(Log::new("temoin.example/relais/2027q1/0"));
    let found = Auditor::default().finds(&site.files(), &site.listing());
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_log_may_leave_out_a_partial_tile_once_the_full_one_is_there() {
    let mut site = Site::small();
    let at_300 = site.files();
    (0..300).for_each(|_| site.logs[1].consent());
    let mut files = site.files();
    let prefix = "log/temoin.example/relais/2026q4/0/";
    for name in ["checkpoint", "tile/1/000.p/1"] {
        let name = format!("{prefix}{name}");
        files
            .files
            .insert(name.clone(), at_300.files[&name].clone());
    }
    files.set_page(&Site::small().page());
    assert!(
        !files
            .files
            .contains_key(&format!("{prefix}tile/0/001.p/44"))
    );
    let found = Auditor::default().finds(&files, &site.listing());
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn seventy_thousand_entries_have_three_levels_of_tiles() {
    let mut log = Log::new("temoin.example/relais/2026q4/0");
    log.publish(NoticeHash::of(&NOTICE));
    (1..70_000).for_each(|_| log.consent());
    let prefix = "log/temoin.example/relais/2026q4/0/";
    let mut files = Memory::default();
    log.write(prefix, &mut files.files);
    for tile in ["0/272", "1/001.p/17", "2/000.p/1"] {
        assert!(
            files.files.contains_key(&format!("{prefix}tile/{tile}")),
            "{tile}"
        );
    }
    let auditor = Auditor::default();
    let pins = Pins {
        given: &auditor.keys,
        state: &auditor.state,
    };
    let find = |files: &Memory| {
        let audited = Audit::of_log(files, pins).log(prefix, &mut Progress::hidden());
        let report = audited.unwrap().report;
        let findings = report.sections.iter().flat_map(Section::findings);
        let told = findings.map(|finding| format!("{}: {}", finding.check, finding.place));
        told.collect::<Vec<_>>()
    };
    assert_eq!(find(&files), [""; 0]);

    // A hash of each level, seen in the tile itself or in the one above it.
    for (tile, at, expected) in [
        ("0/100", 32 * 5, "entries: entry 25605, number 5 of "),
        ("0/273.p/112", 32 * 5, "entries: entry 69893, number 5 of "),
        ("1/000", 32 * 7, "tiles: hash 7 of "),
        ("1/001.p/17", 32 * 16 + 31, "tiles: hash 16 of "),
        ("2/000.p/1", 9, "tiles: hash 0 of "),
    ] {
        let mut files = files.clone();
        let bytes = files
            .files
            .get_mut(&format!("{prefix}tile/{tile}"))
            .unwrap();
        bytes[at] ^= 0x40;
        let found = find(&files);
        assert!(
            found.iter().any(|found| found.starts_with(expected)),
            "{tile}: {found:#?}"
        );
    }
}

#[test]
fn a_history_knows_what_was_erased_when_the_records_were_asked_for() {
    let mut history = History::new(Period::ALL, "", Some(200));
    let log = &Site::small().logs[1];
    for (place, entry) in (0..).zip(&log.entries) {
        history.read(place, entry);
    }
    assert_eq!(history.consents().count(), 297);
    assert_eq!(history.published(), [NoticeHash::of(&NOTICE)]);
    assert!(history.erased().contains(20) && !history.erased_at_request().contains(20));
}
