//! `GET /v1/sites/SITE/ticket`, and the tickets that come with loaders: a record says when its page's loader was served.

use crate::support::{
    Answer, Api, DAY_MS, Log, SITE, UNKNOWN_SITE, config, report, restart_at, verify,
};
use consent_core::calendar::Timestamp;
use serde_json::{Value, json};

const LOADER: &str = "/t/relais.js";
const MINUTE_MS: i64 = 60_000;
const TICKET: &str = "/v1/sites/relais/ticket";

/// The ticket that came with a loader.
fn given(answer: &Answer) -> Option<String> {
    let header = answer.header("server-timing");
    let ticket = header.strip_prefix("temoin;desc=\"")?.strip_suffix('"')?;
    assert_eq!(answer.header("timing-allow-origin"), "*");
    Some(ticket.to_owned())
}

/// Tells the server of a choice, with a ticket; returns its record.
fn record(api: &Api, mut report: Value, ticket: &str) -> Value {
    report["ticket"] = json!(ticket);
    let answer = api.report(&report);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let receipt = answer.receipt();
    let key = &Log::of_site(api).key;
    verify(&receipt, key);
    let id = receipt.id.to_string();
    let records = api.records();
    let record = records.iter().find(|record| record["receipt"] == *id);
    record.unwrap().clone()
}

/// Milliseconds from when a record's loader was served until the record was made.
fn age(record: &Value) -> i64 {
    let at = |name: &str| -> Timestamp { record[name].as_str().unwrap().parse().unwrap() };
    assert_eq!(at("served_at").as_millis() % MINUTE_MS, 0, "to the minute");
    at("time").as_millis() - at("served_at").as_millis()
}

#[test]
fn every_loader_that_is_fetched_anew_or_confirmed_comes_with_the_ticket_of_its_minute() {
    let (api, _) = Api::with_site();
    let first = api.get(LOADER, &[]);
    let ticket = given(&first).unwrap();
    assert_eq!(ticket.len(), 32, "{ticket}");
    let confirmed = api.get(LOADER, &[("if-none-match", first.header("etag"))]);
    assert_eq!(confirmed.status, 304);
    let others = [
        given(&confirmed).unwrap(),
        given(&api.get(LOADER, &[("accept-language", "en")])).unwrap(),
        api.get(TICKET, &[]).json()["ticket"]
            .as_str()
            .unwrap()
            .to_owned(),
    ];
    // The first 8 digits are the minute: these four may stand on both sides of its end.
    for other in others {
        let minute = |text: &str| u32::from_str_radix(&text[..8], 16).unwrap();
        let apart = minute(&other) - minute(&ticket);
        assert!(
            apart <= 1 && (apart == 1 || other == ticket),
            "{ticket} {other}"
        );
    }
}

#[test]
fn a_loader_that_stays_somewhere_comes_without_a_ticket() {
    let (api, _) = Api::with_site();
    let publication = api.publish(SITE, &config()).json();
    let pinned = publication["pinned"]["fr-CA"].as_str().unwrap();
    let (_, address) = pinned.split_once("src=\"").unwrap();
    let (address, _) = address.split_once('"').unwrap();
    let (_, path) = address.split_once("/t/").unwrap();
    for path in [format!("/t/{path}"), format!("{LOADER}?inline")] {
        let answer = api.get(&path, &[]);
        assert_eq!((answer.status, given(&answer)), (200, None), "{path}");
    }
}

#[test]
fn any_page_may_ask_for_a_ticket_and_caches_may_keep_it_for_a_minute() {
    let (api, _) = Api::with_site();
    let answer = api.get(TICKET, &[("origin", "https://anyone.example")]);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    assert_eq!(answer.header("cache-control"), "public, max-age=60");
    let unknown = api.get("/v1/sites/nulle-part/ticket", &[]);
    unknown.assert_refused(UNKNOWN_SITE);
    assert_eq!(api.post(TICKET, &[], b"").status, 405);
}

#[test]
fn the_record_says_when_the_loader_of_its_page_was_served_or_that_nothing_says_so() {
    let (api, notice) = Api::with_site();
    let ticket = given(&api.get(LOADER, &[])).unwrap();
    let followed = record(&api, report(&notice, 1, "accept_all"), &ticket);
    assert_eq!(followed["schema"], 3);
    assert!((0..2 * MINUTE_MS).contains(&age(&followed)), "{followed}");

    let mut without = report(&notice, 2, "reject_all");
    assert_eq!(api.report(&without).status, 201);
    // The same report again, from a page that knows its ticket: it is the same, and stays as it was kept.
    without["ticket"] = json!(ticket);
    assert_eq!(api.report(&without).status, 200);
    let records = api.records();
    assert_eq!((records.len(), &records[1]["schema"]), (2, &json!(3)));
    assert_eq!(records[1].get("served_at"), None);
}

#[test]
fn a_ticket_of_another_site_or_changed_by_one_bit_is_none_and_costs_no_visitor_their_record() {
    let (api, notice) = Api::with_site();
    let mut other = config();
    other["origins"] = json!(["http://other.localhost:8080"]);
    assert_eq!(api.publish("autre", &other).status, 201);
    let foreign = given(&api.get("/t/autre.js", &[])).unwrap();
    let own = given(&api.get(LOADER, &[])).unwrap();
    assert_ne!(own[8..], foreign[8..]);
    let last = if own.ends_with('0') { "1" } else { "0" };
    let changed = format!("{}{last}", &own[..31]);
    let tomorrow = u32::from_str_radix(&own[..8], 16).unwrap() + 1440;
    let later = format!("{tomorrow:08x}{}", &own[8..]);
    for (nth, bad) in (1..).zip([foreign, changed, later, "0".repeat(32)]) {
        let kept = record(&api, report(&notice, nth, "reject_all"), &bad);
        assert_eq!(kept.get("served_at"), None, "{bad}");
    }
}

#[test]
fn a_ticket_that_no_server_could_have_made_is_an_error_that_names_it() {
    let (api, notice) = Api::with_site();
    for bad in [
        json!(""),
        json!("x".repeat(32)),
        json!("ABCDEF"),
        json!(7),
        json!(["0"]),
    ] {
        let mut report = report(&notice, 1, "reject_all");
        report["ticket"] = bad.clone();
        let answer = api.report(&report);
        assert_eq!(answer.status, 400, "{bad} {}", answer.text);
        assert!(answer.text.contains("ticket"), "{}", answer.text);
    }
    assert!(api.records().is_empty());
}

#[test]
fn a_page_that_stays_open_for_days_is_said_to_be_that_old() {
    let (mut api, notice) = Api::with_site();
    let ticket = given(&api.get(LOADER, &[])).unwrap();
    let days = 3 * DAY_MS;
    restart_at(&mut api, days);
    let kept = record(&api, report(&notice, 1, "accept_all"), &ticket);
    assert!((days..days + 3 * MINUTE_MS).contains(&age(&kept)), "{kept}");
}

#[test]
fn every_shard_knows_the_tickets_of_the_site() {
    let mut spread = config();
    spread["shards"] = json!(4);
    let (api, notice) = Api::publishing(&spread);
    let ticket = given(&api.get(LOADER, &[])).unwrap();
    let mut logs = std::collections::BTreeSet::new();
    for nth in 0..24_u32 {
        let mut report = report(&notice, nth, "reject_all");
        report["id"] = json!(format!(
            "{:04x}{nth:028x}",
            nth.wrapping_mul(40_503) & 0xffff
        ));
        report["ticket"] = json!(ticket);
        let answer = api.report(&report);
        assert_eq!(answer.status, 201, "{}", answer.text);
        let receipt = answer.json();
        let decision = receipt["evidence"]["decision"].as_str().unwrap();
        let said: Value = serde_json::from_str(decision).unwrap();
        assert!((0..2 * MINUTE_MS).contains(&age(&said)), "{decision}");
        logs.insert(receipt["log"].to_string());
    }
    assert_eq!(logs.len(), 4);
}
