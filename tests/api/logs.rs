//! `GET /v1/sites/SITE/logs` and `GET /log/ORIGIN/…`: what anyone can read, and check without us.

use crate::support::{
    Api, Log, SITE, UNKNOWN_SITE, config, logs, report, secret, verify, wait_for,
};
use consent_core::Sha256Digest;
use consent_core::entry::{Answer, ErasureReason, Event};
use consent_core::proof::DisclosedRecord;
use consent_log::{Checkpoint, Edge, Hash, TlogProof, decode_bundle, decode_tile, tile_root};

#[test]
fn a_site_has_a_log_of_this_quarter_that_begins_with_its_publication() {
    let (api, notice) = Api::with_site();
    let logs = logs(&api);
    assert_eq!(logs.logs.len(), 1);
    let log = &logs.logs[0];
    assert!(log.open && log.erased_at.is_none());
    assert_eq!(log.size, 1);
    let prefix = format!("demo.temoin.example/{SITE}/");
    assert!(log.origin.as_str().starts_with(&prefix), "{}", log.origin);
    assert_eq!(logs.anchor.origin.as_str(), "demo.temoin.example/anchor");
    let entries = Log::of_site(&api).verify();
    let sent = config().to_string();
    let published = Event::Publish {
        notice: notice.parse().unwrap(),
        configuration: Some(Sha256Digest::of(sent.as_bytes()).into()),
    };
    assert_eq!(entries[0].event, published);
    api.publish(SITE, &config());
    assert_eq!(
        Log::of_site(&api).checkpoint().size,
        1,
        "the same notice again is no news"
    );
}

#[test]
fn what_happened_is_read_back_from_the_log_entry_by_entry() {
    let (api, notice) = Api::with_site();
    let reports = [(1, "accept_all"), (2, "reject_all"), (3, "withdraw")]
        .map(|(nth, method)| report(&notice, nth, method));
    for report in &reports {
        api.report(report);
    }
    let path = format!("/v1/receipts/{SITE}.{:032x}", 2);
    api.delete(&path, &[("authorization", &secret(&reports[1]))]);
    let entries = Log::of_site(&api).verify();
    let answers: Vec<_> = entries[1..4]
        .iter()
        .map(|entry| match entry.event {
            Event::Consent { answer, .. } => answer,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(answers, [Answer::Grant, Answer::Refuse, Answer::Withdraw]);
    let Event::Erase(erasure) = entries[4].event else {
        panic!("{:?}", entries[4]);
    };
    assert_eq!((erasure.first, erasure.last), (2, 2));
    assert_eq!(erasure.reason, ErasureReason::Holder);
    assert!(entries.is_sorted_by_key(|entry| entry.time));
}

#[test]
fn every_record_told_to_an_auditor_is_what_its_entry_commits_to() {
    let (api, notice) = Api::with_site();
    for (nth, method) in [(1, "accept_all"), (2, "reject_all"), (3, "save")] {
        api.report(&report(&notice, nth, method));
    }
    let entries = Log::of_site(&api).verify();
    for record in api.records() {
        let disclosed: DisclosedRecord = serde_json::from_value(record).unwrap();
        let index = usize::try_from(disclosed.record.index).unwrap();
        assert_eq!(disclosed.claimed_entry(), entries[index]);
    }
}

#[test]
fn every_receipt_proves_itself_at_once_and_after_three_tiles() {
    let (api, notice) = Api::with_site();
    let key = Log::of_site(&api).key;
    let mut checkpoints: Vec<Checkpoint> = Vec::new();
    let mut first = None;
    for nth in 1..=600 {
        let report = report(&notice, nth, "reject_all");
        let answer = api.report(&report).receipt();
        checkpoints.push(verify(&answer, &key));
        first.get_or_insert(report);
    }
    let log = Log::of_site(&api);
    log.verify();
    // The oldest receipt, read again: its index is in a tile that is long full.
    let first = first.unwrap();
    let again = api.report(&first).receipt();
    assert_eq!(again.index, 1);
    assert_eq!(verify(&again, &key).size, 601);
    let leaves: Vec<Hash> = log
        .entries(601)
        .iter()
        .map(|entry| Hash::leaf(entry))
        .collect();
    assert_eq!(checkpoints.last().unwrap().root, log.checkpoint().root);
    for checkpoint in checkpoints.iter().step_by(97) {
        let (mut edge, mut tiles) = (Edge::empty(), Vec::new());
        let size = usize::try_from(checkpoint.size).unwrap();
        leaves[..size]
            .iter()
            .for_each(|leaf| edge.push(*leaf, &mut tiles));
        assert_eq!(
            edge.root(),
            checkpoint.root,
            "what was signed at {size} holds"
        );
    }
    let full = decode_tile(&log.bytes("tile/0/000")).unwrap();
    let parents = decode_tile(&log.bytes("tile/1/000.p/2")).unwrap();
    assert_eq!(parents[0], tile_root(&full));
}

#[test]
fn a_partial_tile_is_a_prefix_and_nothing_past_the_signed_size_is_served() {
    let (api, notice) = Api::with_site();
    for nth in 1..=9 {
        api.report(&report(&notice, nth, "reject_all"));
    }
    let log = Log::of_site(&api);
    let whole = log.bytes("tile/0/000.p/10");
    for width in 1..10 {
        let part = log.bytes(&format!("tile/0/000.p/{width}"));
        assert_eq!(part, whole[..32 * width], "{width}");
        let bundle = log.bytes(&format!("tile/entries/000.p/{width}"));
        assert_eq!(decode_bundle(&bundle).unwrap().len(), width);
    }
    for beyond in [
        "tile/0/000",
        "tile/0/000.p/11",
        "tile/0/001.p/1",
        "tile/1/000.p/1",
        "tile/63/000.p/1",
        "tile/entries/000",
        "tile/entries/000.p/11",
        "tile/entries/999.p/1",
    ] {
        let path = format!("/log/{}/{beyond}", log.origin);
        api.get(&path, &[]).assert_problem(
            404,
            "no-such-tile",
            "no log has this tile, or not yet so many entries",
        );
    }
}

#[test]
fn addresses_that_name_no_log_are_refused_and_leave_no_file_behind() {
    let (api, _) = Api::with_site();
    let origin = Log::of_site(&api).origin;
    let before = api.files();
    for path in [
        "/log/checkpoint".to_owned(),
        format!("/log/{origin}/tile/0/0"),
        format!("/log/{origin}/tile/64/000"),
        format!("/log/{origin}/tile/0/000.p/0"),
        format!("/log/{origin}/tile/0/000.p/256"),
        format!("/log/{origin}/tile/0/x001"),
        format!("/log/{origin}/other"),
        format!("/log/{}/checkpoint", origin.replace("demo", "other")),
        format!("/log/{}/checkpoint", origin.replace("/0", "/1")),
        format!("/log/{}/checkpoint", origin.replace('q', "r")),
        format!("/log/demo.temoin.example/{SITE}/1999q1/0/checkpoint"),
    ] {
        api.get(&path, &[])
            .assert_problem(404, "unknown-log", "no log of that name is kept here");
    }
    let made_up = origin.replace(SITE, "made-up");
    api.get(&format!("/log/{made_up}/checkpoint"), &[])
        .assert_refused(UNKNOWN_SITE);
    api.get("/v1/sites/made-up/logs", &[])
        .assert_refused(UNKNOWN_SITE);
    assert_eq!(api.files(), before);
    let encoded = origin.replace('/', "%2F");
    assert_eq!(
        api.get(&format!("/log/{encoded}/checkpoint"), &[]).status,
        200
    );
}

#[test]
fn a_checkpoint_is_never_stored_by_a_cache_and_a_tile_always() {
    let (api, _) = Api::with_site();
    let log = Log::of_site(&api);
    for (path, kind, cache) in [
        ("checkpoint", "text/plain; charset=utf-8", "no-store"),
        ("vkey", "text/plain; charset=utf-8", "no-cache"),
        (
            "tile/0/000.p/1",
            "application/octet-stream",
            "public, max-age=31536000, immutable",
        ),
        (
            "tile/entries/000.p/1",
            "application/octet-stream",
            "public, max-age=31536000, immutable",
        ),
    ] {
        let (_, headers, _) = api.get_whole(&format!("/log/{}/{path}", log.origin), "identity");
        assert_eq!(headers["content-type"], kind, "{path}");
        assert_eq!(headers["cache-control"], cache, "{path}");
    }
    assert_eq!(log.bytes("vkey"), format!("{}\n", log.key).into_bytes());
}

#[test]
fn the_anchor_takes_in_the_logs_checkpoints_and_a_receipt_read_again_says_so() {
    let (api, notice) = Api::with_site();
    let first = report(&notice, 1, "accept_all");
    let receipt = api.report(&first).receipt();
    assert_eq!(
        receipt.evidence.anchor_proof, None,
        "at once, nobody else knows of it"
    );
    wait_for("the anchor has it", || api.is_anchored(&receipt, &first));
    let anchored = api.receipt(&receipt.id, &first).receipt();
    let (log, anchor) = (Log::of_site(&api), Log::anchor(&api));
    verify(&anchored, &log.key);
    assert_eq!(anchored.evidence.anchor_key, Some(anchor.key.to_string()));
    let proof: TlogProof = anchored.evidence.anchor_proof.unwrap().parse().unwrap();
    let of_log: TlogProof = anchored.evidence.proof.parse().unwrap();
    let entry = of_log.checkpoint.to_string();
    let signed = proof
        .verify(Hash::leaf(entry.as_bytes()), &anchor.key)
        .unwrap();
    assert_eq!(signed.origin, anchor.origin);
    let newest = anchor.checkpoint();
    assert!(newest.size >= signed.size);
    assert_eq!(
        anchor.entries(newest.size)[usize::try_from(proof.index).unwrap()],
        entry.as_bytes()
    );
}

#[test]
fn logs_and_anchor_go_on_after_a_kill_where_they_were() {
    let (mut api, notice) = Api::with_site();
    api.report_many(&notice, 1..301, "reject_all");
    let before = Log::of_site(&api).checkpoint();
    api.crash();
    let log = Log::of_site(&api);
    assert_eq!(log.checkpoint(), before);
    let next = api.report(&report(&notice, 301, "reject_all")).receipt();
    let after = verify(&next, &log.key);
    assert_eq!(after.size, before.size + 1);
    log.verify();
    log.assert_continues(&before);
}
