//! `GET /v1/sites/SITE/reads`: who read which records.

use crate::support::{
    Answer, Api, DAY_MS, Log, SITE, UNKNOWN_SITE, logs, report, restart_at, wait_for,
};
use consent_core::api::Reads;
use consent_core::entry::Event;
use consent_core::proof::KeptRead;
use serde_json::{Value, json};

fn ask(api: &Api, query: &str) -> Answer {
    let path = format!("/v1/sites/{SITE}/reads{query}");
    api.get(&path, &[("authorization", &api.auditor())])
}

fn reads(api: &Api) -> Reads {
    let answer = ask(api, "");
    assert_eq!(answer.status, 200, "{}", answer.text);
    serde_json::from_value(answer.json()).unwrap()
}

fn count(api: &Api, query: &str) -> Answer {
    let path = format!("/v1/sites/{SITE}/consents/count{query}");
    api.get(&path, &[("authorization", &api.auditor())])
}

/// The reads that the site's newest log has, as they are told.
fn assert_in_the_log(api: &Api, reads: &[KeptRead]) {
    let log = Log::of_site(api);
    let entries = log.verify();
    let entered = entries
        .iter()
        .filter(|entry| matches!(entry.event, Event::Read { .. }));
    assert_eq!(entered.count(), reads.len());
    for read in reads {
        let place = usize::try_from(read.index).unwrap();
        assert_eq!(read.claimed_entry(), Some(entries[place]));
    }
}

#[test]
fn who_reads_records_leaves_an_entry_in_the_log_and_it_says_what_they_asked_for() {
    let (api, notice) = Api::with_site();
    assert_eq!(
        reads(&api),
        Reads {
            reads: vec![],
            next: None
        }
    );
    api.report(&report(&notice, 1, "accept_all"));
    api.report(&report(&notice, 2, "reject_all"));
    let query = "?status=refused&purpose=marketing&decision=denied";
    assert_eq!(
        api.query(query).json()["records"].as_array().unwrap().len(),
        1
    );
    assert_eq!(count(&api, "?from=2026-11-01").json()["records"], 2);

    let answer = ask(&api, "").json();
    let [counted, page] = &answer["reads"].as_array().unwrap()[..] else {
        panic!("{answer}");
    };
    let token = consent_core::Sha256Digest::of(api.server.tokens().auditor.as_bytes()).to_string();
    assert_eq!(
        page["read"],
        json!({
            "site": SITE, "grants": [&token[..12]], "request": "page", "query": query[1..],
            "records": 1, "erased": 0
        })
    );
    assert_eq!(
        counted["read"],
        json!({
            "site": SITE, "grants": [&token[..12]], "request": "count", "query": "from=2026-11-01",
            "records": 2, "erased": 0
        })
    );
    // Nobody who knows the log alone can tell: each read has a salt of its own.
    assert_ne!(page["salt"], counted["salt"]);
    assert_in_the_log(&api, &reads(&api).reads);
}

#[test]
fn what_answers_no_record_leaves_none() {
    let (api, notice) = Api::with_site();
    let sent = report(&notice, 1, "accept_all");
    let receipt = api.report(&sent).receipt();
    api.receipt(&receipt.id, &sent);
    api.get(
        &format!("/v1/sites/{SITE}/stats"),
        &[("authorization", &api.auditor())],
    );
    // Refused: with a wrong filter, by the wrong role, with no token, with too long a query.
    assert_eq!(api.query("?color=red").status, 400);
    let path = format!("/v1/sites/{SITE}/consents");
    assert_eq!(
        api.get(&path, &[("authorization", &api.owner())]).status,
        403
    );
    assert_eq!(api.get(&path, &[]).status, 401);
    let long = api.query(&format!("?notice={}", "a".repeat(3000)));
    assert_eq!(long.status, 400);
    assert_eq!(long.json()["errors"][0]["field"], "query");
    assert_eq!(reads(&api).reads, vec![]);
}

#[test]
fn owners_and_auditors_of_the_site_alone_see_reads() {
    let (api, _) = Api::with_site();
    let path = format!("/v1/sites/{SITE}/reads");
    assert_eq!(
        api.get(&path, &[("authorization", &api.owner())]).status,
        200
    );
    assert_eq!(api.get(&path, &[]).status, 401);
    for (query, field) in [("?before=x", "before"), ("?page=2", "page")] {
        let answer = ask(&api, query);
        assert_eq!(answer.status, 400, "{}", answer.text);
        assert_eq!(answer.json()["errors"][0]["field"], field);
    }
    let elsewhere = api.get(
        "/v1/sites/unknown/reads",
        &[("authorization", &api.auditor())],
    );
    elsewhere.assert_refused(UNKNOWN_SITE);
}

#[test]
fn reads_come_in_pages_and_outlast_a_crash() {
    let (mut api, _) = Api::with_site();
    for _ in 0..103 {
        assert_eq!(count(&api, "").status, 200);
    }
    api.crash();
    let first = reads(&api);
    assert_eq!(first.reads.len(), 100);
    let before = first.next.unwrap();
    let rest: Reads =
        serde_json::from_value(ask(&api, &format!("?before={before}")).json()).unwrap();
    assert_eq!((rest.reads.len(), rest.next), (3, None));
    let all: Vec<_> = first.reads.into_iter().chain(rest.reads).collect();
    assert!(all.is_sorted_by(|newer, older| newer.index > older.index));
    assert_in_the_log(&api, &all);
}

#[test]
fn a_read_is_erased_with_the_records_of_its_log_and_keeps_none_of_them_longer() {
    let (mut api, notice) = Api::with_site();
    let sent = report(&notice, 1, "accept_all");
    let receipt = api.report(&sent).receipt();
    wait_for("the first alarm has run, and set the next", || {
        api.is_anchored(&receipt, &sent)
    });
    let end = receipt.valid_until.add_months(24);
    let wait = end.as_millis() - receipt.time.as_millis();
    // The last day of the quarter, or the day after the consent.
    restart_at(&mut api, DAY_MS);
    assert_eq!(api.query("").status, 200);
    let read = reads(&api).reads.pop().unwrap();
    restart_at(&mut api, wait + 95 * DAY_MS);
    wait_for("the alarm came", || logs(&api).logs[0].erased_at.is_some());
    let left = reads(&api).reads.pop().unwrap();
    assert_eq!((left.index, left.time), (read.index, read.time));
    assert_eq!(left.disclosed, None);
    let answer: Value = ask(&api, "").json();
    assert!(answer["reads"][0].get("salt").is_none());
}
