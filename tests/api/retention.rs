//! The end of a proof's time, and clocks that jump: on the real server, with its clock moved by
//! `tests/clock/clock.c`.

use crate::support::{Api, DAY_MS, ERASED, Log, logs, report, restart_at, verify, wait_for};
use consent_core::Timestamp;
use consent_core::entry::{ErasureReason, Event};

#[test]
fn proofs_whose_time_is_over_are_erased_with_their_quarter_and_the_log_says_so() {
    let (mut api, notice) = Api::with_site();
    let first = report(&notice, 1, "accept_all");
    let receipt = api.report(&first).receipt();
    api.report(&report(&notice, 2, "reject_all"));
    let before = Log::of_site(&api).checkpoint();
    wait_for("the first alarm has run, and set the next", || {
        api.is_anchored(&receipt, &first)
    });
    // 13 months of the choice and 24 of its proof, and the quarter they are in.
    let end = receipt.valid_until.add_months(24);
    let wait = end.as_millis() - receipt.time.as_millis();
    // A day before, everything is there.
    restart_at(&mut api, wait - DAY_MS);
    assert_eq!(api.query("").json()["records"].as_array().unwrap().len(), 2);
    restart_at(&mut api, wait + DAY_MS);
    wait_for("the alarm came", || logs(&api).logs[0].erased_at.is_some());
    let page = api.query("").json();
    assert!(page["records"].as_array().unwrap().is_empty());
    let erased = page["erased"].as_array().unwrap();
    assert_eq!(erased.len(), 2);
    assert!(erased.iter().all(|one| one["reason"] == "retention"));
    api.receipt(&receipt.id, &first).assert_refused(ERASED);
    api.report(&first).assert_refused(ERASED);
    // An auditor tells it from a loss, and every receipt still proves itself.
    let summary = logs(&api);
    let old = Log::new(&api, &summary.logs[0]);
    let entries = old.verify();
    let Event::Erase(erasure) = entries.last().unwrap().event else {
        panic!("{entries:?}");
    };
    assert_eq!((erasure.first, erasure.last), (0, 2));
    assert_eq!(erasure.reason, ErasureReason::Retention);
    old.assert_continues(&before);
    verify(&receipt, &old.key);
    // The next consent is in another log, under another key.
    let later = api.report(&report(&notice, 3, "reject_all")).receipt();
    assert_ne!(later.log, receipt.log);
    assert_eq!(
        later.index, 3,
        "after two reads, and the notice, which is published there too"
    );
}

#[test]
fn a_report_sent_again_in_the_next_quarter_is_kept_once() {
    let (mut api, notice) = Api::with_site();
    let first = report(&notice, 1, "accept_all");
    let receipt = api.report(&first).receipt();
    restart_at(&mut api, 92 * DAY_MS);
    let again = api.report(&first);
    assert_eq!(again.status, 200);
    let again = again.receipt();
    assert_eq!((&again.log, again.index), (&receipt.log, receipt.index));
    let next = api.report(&report(&notice, 2, "reject_all")).receipt();
    assert_ne!(next.log, receipt.log);
    let page = api.query("?limit=1").json();
    assert_eq!(page["records"][0]["log"], receipt.log.as_str());
    let cursor = page["next"].as_str().unwrap();
    let page = api.query(&format!("?cursor={cursor}")).json();
    assert_eq!(page["records"][0]["log"], next.log.as_str());
    assert_eq!(page["next"], serde_json::Value::Null);
}

#[test]
fn where_the_clock_went_back_time_in_the_log_does_not() {
    let (mut api, notice) = Api::with_site();
    restart_at(&mut api, 92 * DAY_MS);
    let receipt = api.report(&report(&notice, 1, "accept_all")).receipt();
    restart_at(&mut api, 0);
    let later = api.report(&report(&notice, 2, "reject_all")).receipt();
    assert_eq!(later.time, receipt.time, "the last entry's time stands");
    assert_eq!(later.log, receipt.log, "and so does its quarter");
    let times: Vec<Timestamp> = Log::new(&api, &logs(&api).logs[1])
        .verify()
        .iter()
        .map(|entry| entry.time)
        .collect();
    assert!(times.is_sorted(), "{times:?}");
}
