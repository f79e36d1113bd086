//! Alarms come at least once: after a crash they come again, and must do nothing twice.

use crate::support::{
    Api, DAY_MS, Log, SITE, SlowWitness, config, logs, report, restart_at, wait_for,
};
use consent_core::ConsentReceipt;
use consent_core::entry::Event;
use serde_json::Value;
use std::collections::HashSet;
use std::path::Path;
use std::time::Duration;

/// The checkpoints that are in the anchor, each there once; every tile is right.
fn anchored_checkpoints(api: &Api) -> Vec<Vec<u8>> {
    let anchor = Log::anchor(api);
    let size = anchor.checkpoint().size;
    let entries = anchor.entries(size);
    let different: HashSet<_> = entries.iter().collect();
    assert_eq!(different.len(), entries.len(), "a checkpoint stands twice");
    entries
}

/// A server whose site has one consent that its object has yet to tell the anchor of. It is killed
/// before the alarm that would do so.
fn killed_before_the_alarm() -> (Api, Value, ConsentReceipt) {
    let (mut api, notice) = Api::with_site();
    assert_eq!(Log::anchor(&api).checkpoint().size, 1);
    let report = report(&notice, 1, "accept_all");
    let receipt = api.report(&report).receipt();
    assert!(!api.is_anchored(&receipt, &report));
    api.server.kill().unwrap();
    (api, report, receipt)
}

fn copy(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// What a crash leaves between the anchor's write and the site's: the anchor's files of after, the
/// site's of before, with its alarm still to come.
#[test]
fn a_sites_alarm_that_comes_again_puts_no_checkpoint_twice_into_the_anchor() {
    let (mut api, report, receipt) = killed_before_the_alarm();
    let (site, before) = (api.state.join("temoin-site"), api.state.join("before"));
    copy(&site, &before);
    api.server.restart().unwrap();
    wait_for("the alarm came", || api.is_anchored(&receipt, &report));
    let checkpoints = anchored_checkpoints(&api);
    assert_eq!(checkpoints.len(), 2, "the publication's, the consent's");
    api.server.kill().unwrap();
    copy(&before, &site);
    api.server.restart().unwrap();
    wait_for("it came again", || api.is_anchored(&receipt, &report));
    assert_eq!(anchored_checkpoints(&api), checkpoints);
    Log::of_site(&api).verify();
}

#[test]
fn an_anchors_alarm_that_was_cut_short_comes_again_and_publishes_the_same() {
    let (mut api, report, receipt) = killed_before_the_alarm();
    let witness = SlowWitness::start();
    api.server.set_witnesses(vec![witness.witness()]);
    api.server.restart().unwrap();
    let (first, stream) = witness.asked();
    // The anchor has written its entry, and its alarm is in the midst of its work.
    api.server.kill().unwrap();
    drop(stream);
    api.server.restart().unwrap();
    let (again, stream) = witness.asked();
    assert_eq!(again, first);
    witness.cosign(&again, stream);
    wait_for("the cosignature is published", || {
        let note = Log::anchor(&api).note();
        note.verified_by(&witness.key()).is_ok()
    });
    wait_for("the site knows", || api.is_anchored(&receipt, &report));
    assert_eq!(anchored_checkpoints(&api).len(), 2);
}

/// Its server is killed in the midst of erasing, or before, or after, and an alarm comes once more
/// when all is done.
#[test]
fn what_has_ended_is_erased_once_however_often_the_alarm_comes() {
    let (mut api, report, receipt) = killed_before_the_alarm();
    api.server.restart().unwrap();
    wait_for("the first alarm has run, and set the next", || {
        api.is_anchored(&receipt, &report)
    });
    let end = receipt.valid_until.add_months(24);
    let after = end.as_millis() - receipt.time.as_millis() + DAY_MS;
    for pause_ms in [0, 5, 20, 80] {
        restart_at(&mut api, after);
        std::thread::sleep(Duration::from_millis(pause_ms));
    }
    wait_for("the alarm came", || logs(&api).logs[0].erased_at.is_some());
    // A publication in the new quarter sets an alarm; the anchor shows that it came.
    assert_eq!(api.publish(SITE, &config()).status, 200);
    let newest = logs(&api).logs.pop().unwrap();
    assert_ne!(newest.origin, receipt.log);
    let signed = Log::new(&api, &newest).note().to_string().into_bytes();
    wait_for("an alarm came after it", || {
        anchored_checkpoints(&api).contains(&signed)
    });
    let old = logs(&api).logs.remove(0);
    let erasures: Vec<_> = Log::new(&api, &old)
        .verify()
        .into_iter()
        .filter(|entry| matches!(entry.event, Event::Erase(_)))
        .collect();
    assert_eq!(erasures.len(), 1, "{erasures:?}");
    assert_eq!(old.size, 3, "the publication, the consent, its erasure");
}

#[test]
fn a_witness_that_never_answers_stops_no_checkpoint_and_no_other_witness() {
    let (mut api, report, receipt) = killed_before_the_alarm();
    let (silent, other) = (
        SlowWitness::start(),
        SlowWitness::named("witness.example/other"),
    );
    api.server
        .set_witnesses(vec![silent.witness(), other.witness()]);
    api.server.restart().unwrap();
    // It accepts the connection, and nothing more, until the end of this test.
    let (_, _silent) = silent.asked();
    let (asked, stream) = other.asked();
    other.cosign(&asked, stream);
    wait_for("the anchor has the checkpoint", || {
        api.is_anchored(&receipt, &report)
    });
    wait_for("the other's cosignature is published", || {
        let note = Log::anchor(&api).note();
        note.verified_by(&other.key()).is_ok()
    });
    let note = Log::anchor(&api).note();
    assert!(note.verified_by(&silent.key()).is_err());
}
