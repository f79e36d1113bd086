//! Databases that an earlier version of the server wrote: `fixtures/databases-1` has those of schema
//! version 1. [`write_databases`] makes such a folder with whatever server is built.

use crate::alarms::Slow;
use crate::api::{Answer, Api, SITE, config, now, report, secret};
use crate::logs::{Log, logs};
use crate::retention::{DAY_MS, restart_at, wait_for};
use consent_core::ReportId;
use consent_core::log_origin::Shards;
use consent_core::receipt::SiteLogs;
use serde_json::{Value, json};
use std::time::Duration;

/// A site with proofs in four objects.
pub const SHARDED: &str = "grand";
/// A site whose pages pass through the server.
pub const ENFORCED: &str = "vitrine";
/// Its host.
pub const HOST: &str = "vitrine.localhost:8080";
/// A file of the owner's, entered as evidence.
const FILE: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const ORIGINS: [&str; 2] = ["http://localhost:8788", "https://boutique.relais.example"];

/// The configuration of each site of the fixture.
pub fn configuration(site: &str) -> Value {
    let mut config = config();
    match site {
        SHARDED => config["shards"] = json!(4),
        ENFORCED => {
            config["origins"] = json!([format!("http://{HOST}")]);
            config["edge"] = json!({ "origin_server": "http://127.0.0.1:9" });
        }
        _ => {
            config["origins"] = json!(ORIGINS);
            config["hand_over"] = json!(true);
        }
    }
    config
}

fn ok(answer: Answer) -> Value {
    assert!(answer.status < 300, "{}", answer.text);
    answer.json()
}

/// Reports as a page of the site does, and notes what was answered.
fn keep(api: &Api, site: &str, report: Value, kept: &mut Vec<Value>) {
    let origin = match site {
        ENFORCED => format!("http://{HOST}"),
        _ => ORIGINS[0].to_owned(),
    };
    let path = format!("/v1/sites/{site}/consents");
    let body = report.to_string();
    let receipt = ok(api.post(&path, &[("origin", &origin)], body.as_bytes()));
    kept.push(json!({ "site": site, "report": report, "receipt": receipt }));
}

/// A report whose id is not like its neighbour's, so that it may be for any shard.
fn any_report(notice: &str, nth: u32, method: &str) -> Value {
    let mut report = report(notice, nth, method);
    let first = nth.wrapping_mul(40_503) & 0xffff;
    report["id"] = json!(format!("{first:04x}{nth:028x}"));
    report
}

/// What an auditor is told of each consent, in short: what else a record says, its entry commits to.
pub fn consents(api: &Api, site: &str) -> Vec<String> {
    let bearer = format!("Bearer {}", api.server.tokens().auditor);
    let mut consents = Vec::new();
    let mut next = String::new();
    loop {
        let path = format!("/v1/sites/{site}/consents?limit=1000{next}");
        let page = ok(api.get(&path, &[("authorization", &bearer)]));
        for record in page["records"].as_array().unwrap() {
            let fields = ["log", "index", "receipt", "method", "status", "subject"];
            let fields = fields.map(|field| record[field].to_string().replace('"', ""));
            consents.push(fields.join(" "));
        }
        for erased in page["erased"].as_array().unwrap() {
            let fields = ["log", "index", "reason", "erased_at"];
            let fields = fields.map(|field| erased[field].to_string().replace('"', ""));
            consents.push(fields.join(" "));
        }
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return consents,
        }
    }
}

/// What a site answers to those who may ask.
fn answers(api: &Api, site: &str) -> Value {
    let text = api.get(&format!("/v1/sites/{site}/logs"), &[]).text;
    let logs: SiteLogs = serde_json::from_str(&text).unwrap();
    let checkpoints = logs.logs.iter().map(|log| {
        let note = Log::new(api, log).note().to_string();
        (log.origin.to_string(), json!(note))
    });
    json!({
        "consents": consents(api, site),
        "checkpoints": checkpoints.collect::<serde_json::Map<_, _>>(),
        "logs": serde_json::from_str::<Value>(&text).unwrap(),
        "declaration": ok(api.get(&format!("/v1/sites/{site}/declaration"), &[])),
        "loader": api.get(&format!("/t/{site}.js"), &[]).text,
    })
}

#[test]
#[ignore = "writes a fixture: see fixtures/databases-1/README.md"]
fn write_databases() {
    let mut api = Api::empty();
    let mut kept = Vec::new();
    // A quarter whose proofs are over, and whose key is destroyed.
    let first = ok(api.publish(SITE, &configuration(SITE)));
    let notice = first["notice"].as_str().unwrap().to_owned();
    for nth in [1, 2] {
        keep(&api, SITE, report(&notice, nth, "accept_all"), &mut kept);
    }
    wait_for("the first alarm came", || Log::anchor(&api).checkpoint().size > 0);
    std::thread::sleep(Duration::from_secs(5));
    restart_at(&mut api, 1300 * DAY_MS);
    wait_for("the retention's alarm came", || {
        logs(&api).logs[0].erased_at.is_some()
    });
    kept.clear();

    // A long log, with every method and every way in which a consent can be less than whole.
    let mut second = configuration(SITE);
    second["policy"]["version"] = json!("2");
    let notice = ok(api.publish(SITE, &second))["notice"].clone();
    let notice = notice.as_str().unwrap();
    for (nth, method) in (10..).zip([
        "accept_all",
        "reject_all",
        "save",
        "withdraw",
        "gpc",
        "api",
        "imported",
    ]) {
        let mut report = report(notice, nth, method);
        report["gpc"] = json!(method == "gpc");
        report["trusted"] = json!(method != "api");
        if method == "imported" {
            let before = now().as_millis() + 1290 * DAY_MS;
            let before = consent_core::Timestamp::from_millis(before).unwrap();
            report["chosen_at"] = json!(before.to_string());
            report["layer"] = json!("none");
        }
        if method == "save" {
            report["services"] = json!({ "mesure": "denied" });
            report["layer"] = json!("placeholder");
        }
        if method == "withdraw" {
            report["previous"] = kept[0]["receipt"]["id"].clone();
            report["consent_id"] = kept[0]["report"]["consent_id"].clone();
        }
        keep(&api, SITE, report, &mut kept);
    }
    let erased = any_report(notice, 20, "accept_all");
    keep(&api, SITE, erased, &mut kept);
    let erased = kept.pop().unwrap();
    let path = format!("/v1/receipts/{}", erased["receipt"]["id"].as_str().unwrap());
    let removed = api.delete(&path, &[("authorization", &secret(&erased["report"]))]);
    assert_eq!(removed.status, 204, "{}", removed.text);
    for nth in 100..360 {
        let report = any_report(notice, nth, "reject_all");
        keep(&api, SITE, report, &mut kept);
    }
    kept.truncate(10);
    let owner = format!("Bearer {}", api.server.tokens().owner);
    let evidence = ok(api.post(
        &format!("/v1/sites/{SITE}/evidence"),
        &[("authorization", &owner)],
        json!({ "sha256": FILE }).to_string().as_bytes(),
    ));

    // The other sites, and enough checkpoints for a tile of the anchor.
    let mut notices = Vec::new();
    for site in [SHARDED, ENFORCED] {
        let published = ok(api.publish(site, &configuration(site)));
        notices.push(published["notice"].as_str().unwrap().to_owned());
    }
    let mut nth = 1000;
    let shards: Shards = serde_json::from_value(configuration(SHARDED)["shards"].clone()).unwrap();
    let mut round = Vec::new();
    while Log::anchor(&api).checkpoint().size <= 256 {
        round.clear();
        keep(&api, SITE, any_report(notice, nth, "reject_all"), &mut round);
        keep(&api, ENFORCED, any_report(&notices[1], nth, "save"), &mut round);
        for shard in shards.iter() {
            let report = std::iter::repeat_with(|| {
                nth += 1;
                any_report(&notices[0], nth, "accept_all")
            });
            let in_shard = |report: &Value| {
                let id: ReportId = serde_json::from_value(report["id"].clone()).unwrap();
                shards.of(id) == shard
            };
            let report = report.into_iter().find(in_shard).unwrap();
            keep(&api, SHARDED, report, &mut round);
        }
        nth += 1;
        std::thread::sleep(Duration::from_millis(2500));
    }
    kept.append(&mut round);

    // A quarter later, with a witness.
    let witness = Slow::start();
    api.server.set_witnesses(vec![witness.witness()]);
    let later = 1400 * DAY_MS;
    restart_at(&mut api, later);
    keep(&api, SITE, any_report(notice, 9001, "save"), &mut kept);
    let (asked, stream) = witness.asked();
    witness.cosign(&asked, stream);
    wait_for("the cosignature is published", || {
        Log::anchor(&api).note().verified_by(&witness.key()).is_ok()
    });
    std::thread::sleep(Duration::from_secs(5));

    let last = kept.last().unwrap();
    let hand_over = json!({
        "receipt": last["receipt"]["id"],
        "consent_id": last["report"]["consent_id"],
    });
    let hand_over = ok(api.post(
        &format!("/v1/sites/{SITE}/handovers"),
        &[("origin", ORIGINS[0])],
        hand_over.to_string().as_bytes(),
    ));
    let facts = json!({
        "written_at_ms": now().as_millis() + later,
        "anchor": Log::anchor(&api).note().to_string(),
        "kept": kept,
        "erased": erased,
        "evidence": evidence,
        "hand_over": hand_over,
        "sites": {
            SITE: answers(&api, SITE),
            SHARDED: answers(&api, SHARDED),
            ENFORCED: answers(&api, ENFORCED),
        },
        "notices": [first["notice"], notice],
    });
    let state = api.state.clone();
    api.server.kill().unwrap();
    let written = local_server::root().join("target/temoin/databases");
    let _ = std::fs::remove_dir_all(&written);
    std::fs::create_dir_all(&written).unwrap();
    for folder in ["temoin-site", "temoin-directory", "temoin-anchor"] {
        std::fs::rename(state.join(folder), written.join(folder)).unwrap();
    }
    std::fs::copy(state.join("secret"), written.join("secret")).unwrap();
    let facts = serde_json::to_string_pretty(&facts).unwrap();
    std::fs::write(written.join("facts.json"), facts).unwrap();
}
