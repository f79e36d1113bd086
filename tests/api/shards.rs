//! A site whose proofs are spread over several objects is, to everyone who uses it, one site.

use crate::support::{Api, Log, ORIGIN, SITE, config, fields, logs, report, secret, verify};
use consent_core::ConsentReceipt;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};

const SHARDS: usize = 4;
const REPORTS: u32 = 40;

fn spread() -> Value {
    let mut config = config();
    config["shards"] = json!(SHARDS);
    config
}

fn site() -> (Api, String) {
    Api::publishing(&spread())
}

/// A report whose id is not like its neighbour's, as those of the widget are not.
fn any_report(notice: &str, nth: u32) -> Value {
    let mut report = report(notice, nth, "accept_all");
    let first = nth.wrapping_mul(40_503) & 0xffff;
    report["id"] = json!(format!("{first:04x}{nth:028x}"));
    report
}

/// What was answered to each of many reports.
fn receipts(api: &Api, notice: &str) -> Vec<(Value, ConsentReceipt)> {
    let receipts = (0..REPORTS).map(|nth| {
        let report = any_report(notice, nth);
        let answer = api.report(&report);
        assert_eq!(answer.status, 201, "{}", answer.text);
        (report, answer.receipt())
    });
    receipts.collect()
}

#[test]
fn each_shard_has_a_log_of_its_own_that_verifies() {
    let (api, notice) = site();
    let receipts = receipts(&api, &notice);
    let logs = logs(&api).logs;
    assert_eq!(logs.len(), SHARDS);
    let keys: HashMap<_, _> = logs
        .iter()
        .map(|log| (log.origin.to_string(), Log::new(&api, log)))
        .collect();
    assert_eq!(keys.len(), SHARDS, "each has its own name");
    let mut used = HashSet::new();
    for (_, receipt) in &receipts {
        verify(receipt, &keys[receipt.log.as_str()].key);
        used.insert(receipt.log.to_string());
    }
    assert_eq!(used.len(), SHARDS, "none is idle");
    let entries: usize = keys.values().map(|log| log.verify().len()).sum();
    // Each begins with the notice.
    assert_eq!(entries, receipts.len() + SHARDS);
}

#[test]
fn a_report_finds_its_record_and_a_receipt_its_log() {
    let (api, notice) = site();
    for (report, receipt) in receipts(&api, &notice).into_iter().step_by(5) {
        let again = api.report(&report);
        assert_eq!(again.status, 200, "kept once");
        assert_eq!(again.json()["index"], receipt.index);
        let path = format!("/v1/receipts/{}", receipt.id);
        let bearer = secret(&report);
        let headers = [("authorization", &*bearer), ("origin", ORIGIN)];
        let read = api.get(&path, &headers);
        assert_eq!(
            (read.status, &read.json()["log"]),
            (200, &json!(receipt.log))
        );
        assert_eq!(api.delete(&path, &headers).status, 204);
        assert_eq!(api.get(&path, &headers).status, 410);
    }
}

#[test]
fn a_choice_is_handed_over_by_the_shard_that_has_it() {
    const SHOP: &str = "https://boutique.relais.example";
    let mut config = spread();
    config["origins"] = json!([ORIGIN, SHOP]);
    let (api, notice) = Api::publishing(&config);
    let path = format!("/v1/sites/{SITE}/handovers");
    for (report, receipt) in receipts(&api, &notice).into_iter().step_by(10) {
        let asked =
            json!({ "receipt": receipt.id, "consent_id": report["consent_id"], "to": SHOP });
        let given = api.post(&path, &[("origin", ORIGIN)], asked.to_string().as_bytes());
        assert_eq!(given.status, 201, "{}", given.text);
        let token = given.json()["token"].as_str().unwrap().to_owned();
        let handed = api.get(
            &format!("{path}/{token}?from={ORIGIN}"),
            &[("origin", SHOP)],
        );
        assert_eq!(handed.status, 200, "{}", handed.text);
    }
    let unreadable = api.post(&path, &[("origin", ORIGIN)], b"{");
    assert_eq!(unreadable.status, 400);
}

#[test]
fn an_auditor_reads_all_shards_as_one() {
    let (api, notice) = site();
    let sent: HashSet<String> = receipts(&api, &notice)
        .iter()
        .map(|(_, receipt)| receipt.id.to_string())
        .collect();
    let mut read = HashSet::new();
    let mut cursor = String::new();
    loop {
        let page = api.query(&format!("?limit=7{cursor}")).json();
        for record in page["records"].as_array().unwrap() {
            let id = record["record"]["receipt"].as_str();
            let id = id.or(record["receipt"].as_str()).unwrap();
            assert!(read.insert(id.to_owned()), "{id} comes once");
        }
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(read, sent);
    let beyond = api.query("?cursor=s4p0-0");
    assert_eq!(beyond.status, 400);
    let error = ("cursor", "must be the `next` of an earlier answer");
    assert_eq!(beyond.json()["errors"], fields(&[error]));
}

#[test]
fn the_number_of_shards_is_settled_by_the_first_publication() {
    let (api, notice) = site();
    let mut other = spread();
    other["shards"] = json!(2);
    other["name"] = json!("Un autre nom");
    for answer in [api.dry_run(SITE, &other), api.publish(SITE, &other)] {
        answer.assert_contradiction(&[(
            "shards",
            "is 2; the first publication of this site settled it at 4",
        )]);
    }
    let again = api.publish(SITE, &spread());
    assert_eq!(
        (again.status, &again.json()["notice"]),
        (200, &json!(notice))
    );
    let mut wrong = spread();
    wrong["shards"] = json!(17);
    let answer = api.publish(SITE, &wrong);
    let error = &answer.json()["errors"][0];
    assert_eq!(error["field"], "shards");
    let message = error["message"].as_str().unwrap();
    assert!(
        message.starts_with("is 17; a site has 1 to 16 shards"),
        "{message}"
    );
}

#[test]
fn a_log_of_a_shard_that_is_not_there_is_unknown() {
    let (api, _) = site();
    let origin = logs(&api).logs[0].origin.to_string();
    let beyond = format!("{}9", origin.strip_suffix('0').unwrap());
    assert_eq!(
        api.get(&format!("/log/{beyond}/checkpoint"), &[]).status,
        404
    );
}

#[test]
fn a_holder_erases_all_of_theirs_in_every_shard_and_no_shard_names_them_any_more() {
    let (api, notice) = site();
    let mut own = Vec::new();
    let mut previous: Option<Value> = None;
    for nth in 0..12 {
        let mut report = any_report(&notice, nth);
        report["consent_id"] = json!("ab".repeat(16));
        if let Some(previous) = previous {
            report["previous"] = previous;
        }
        let answer = api.report(&report);
        assert_eq!(answer.status, 201, "{}", answer.text);
        previous = Some(answer.json()["id"].clone());
        own.push((report, answer.receipt()));
    }
    let used: HashSet<_> = own.iter().map(|(_, receipt)| &receipt.log).collect();
    assert_eq!(used.len(), SHARDS);
    api.report(&any_report(&notice, 99));

    let path = format!("/v1/sites/{SITE}/receipts");
    let holder = secret(&own[0].0);
    let headers = [("origin", ORIGIN), ("authorization", &*holder)];
    let all = || {
        let answer = api.get(&path, &headers);
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
        let receipts = answer.json()["receipts"].clone();
        serde_json::from_value::<Vec<ConsentReceipt>>(receipts).unwrap()
    };
    assert_eq!(all().len(), 12);

    // One in the middle: the next one is in another shard.
    let erased = &own[5].1.id;
    assert_ne!(own[5].1.log, own[6].1.log);
    let gone = api.delete(&format!("/v1/receipts/{erased}"), &headers);
    assert_eq!(gone.status, 204, "{}", gone.text);
    let every = api.query("?limit=1000");
    let pages = |mut page: crate::support::Answer| {
        let mut text = page.text.clone();
        while let Some(next) = page.json()["next"].as_str() {
            page = api.query(&format!("?limit=1000&cursor={next}"));
            text += &page.text;
        }
        text
    };
    let told = pages(every);
    assert!(!told.contains(&erased.to_string()), "{erased}");
    assert!(told.contains(&own[4].1.id.to_string()));
    let again = api.report(&own[6].0);
    assert_eq!(again.status, 200, "{}", again.text);

    assert_eq!(api.delete(&path, &headers).status, 204);
    assert!(all().is_empty());
    let told = pages(api.query("?limit=1000"));
    for (report, receipt) in &own {
        assert!(!told.contains(&receipt.id.to_string()));
        assert_eq!(api.report(report).status, 410);
    }
    assert_eq!(told.matches("\"receipt\":").count(), 1, "the stranger's");
    for log in logs(&api).logs {
        Log::new(&api, &log).verify();
    }
}
