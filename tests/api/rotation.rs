//! Another `TEMOIN_SECRET`: each log goes on under the key that it was made with, or says what is missing.

use crate::support::{
    Api, DAY_MS, Log, ORIGIN, SITE, config, logs, report, restart_at_with, secret, verify, wait_for,
};
use consent_core::ConsentReceipt;
use serde_json::Value;
use std::ffi::OsString;

fn settings(newest: &str, previous: Option<&str>) -> Vec<(String, OsString)> {
    let newest = ("TEMOIN_SECRET".to_owned(), OsString::from(newest));
    let previous = previous.map(|text| ("TEMOIN_SECRET_PREVIOUS".to_owned(), text.into()));
    std::iter::once(newest).chain(previous).collect()
}

/// Starts the server again with these secrets.
fn restart(api: &mut Api, newest: &str, previous: Option<&str>) {
    api.server.set_environment(settings(newest, previous));
    api.crash();
}

/// The secret that the server was first started with.
fn first_secret(api: &Api) -> String {
    std::fs::read_to_string(api.state.join("secret")).unwrap()
}

/// A site with one record, in the anchor.
fn anchored() -> (Api, Value, ConsentReceipt) {
    let (api, report, receipt) = Api::with_choice();
    let receipt: ConsentReceipt = serde_json::from_value(receipt).unwrap();
    wait_for("the anchor has it", || api.is_anchored(&receipt, &report));
    (api, report, receipt)
}

fn second() -> String {
    "22".repeat(32)
}

#[test]
fn a_log_goes_on_under_its_key_and_the_next_quarter_gets_the_new_one() {
    let (mut api, first, receipt) = anchored();
    let notice = first["notice"].as_str().unwrap().to_owned();
    let (before, anchor_before) = (
        Log::of_site(&api).checkpoint(),
        Log::anchor(&api).checkpoint(),
    );
    let old = first_secret(&api);
    let (key, anchor_key) = (
        Log::of_site(&api).key.to_string(),
        Log::anchor(&api).key.to_string(),
    );

    restart(
        &mut api,
        &second(),
        Some(&format!("  {} {old}", "33".repeat(32))),
    );
    let log = Log::of_site(&api);
    assert_eq!(log.key.to_string(), key);
    assert_eq!(Log::anchor(&api).key.to_string(), anchor_key);
    log.assert_continues(&before);
    let answer = api.report(&report(&notice, 2, "reject_all"));
    assert_eq!(answer.status, 201, "{}", answer.text);
    verify(&answer.receipt(), &Log::of_site(&api).key);
    let path = format!("/v1/receipts/{}", receipt.id);
    let again = api.get(&path, &[("authorization", &secret(&first))]);
    verify(&again.receipt(), &Log::of_site(&api).key);
    wait_for("the anchor goes on", || {
        Log::anchor(&api).checkpoint().size > anchor_before.size
    });
    Log::anchor(&api).assert_continues(&anchor_before);
    Log::anchor(&api);

    restart_at_with(&mut api, 100 * DAY_MS, settings(&second(), Some(&old)));
    let answer = api.report(&report(&notice, 3, "accept_all"));
    assert_eq!(answer.status, 201, "{}", answer.text);
    let all = logs(&api).logs;
    assert_eq!(all.len(), 2);
    assert_eq!(all[0].key, key);
    let tail = |key: &str| key.rsplit('+').next().unwrap().to_owned();
    assert_ne!(tail(&all[1].key), tail(&key));
    for log in &all {
        let log = Log::new(&api, log);
        log.verify();
        let served = String::from_utf8(log.bytes("vkey")).unwrap();
        assert_eq!(served.trim_end(), log.key.to_string());
    }
    verify(&answer.receipt(), &Log::new(&api, &all[1]).key);
    let number = answer.receipt().index;
    assert_eq!(number, 1, "after the notice");
    let anchor_now = Log::anchor(&api).checkpoint().size;
    wait_for("the anchor takes a checkpoint of the new key", || {
        Log::anchor(&api).checkpoint().size > anchor_now.saturating_sub(1).max(anchor_before.size)
    });
}

#[test]
fn without_the_old_secret_nothing_is_signed_and_the_answer_says_what_to_set() {
    let (mut api, first, receipt) = anchored();
    let notice = first["notice"].as_str().unwrap().to_owned();
    let old = first_secret(&api);
    let origin = receipt.log.to_string();
    let (site_before, key) = (
        Log::of_site(&api).checkpoint(),
        Log::of_site(&api).key.to_string(),
    );
    let anchor_before = Log::anchor(&api).checkpoint();

    let wrong = [None, Some(String::new()), Some("33".repeat(32))];
    for previous in wrong {
        restart(&mut api, &second(), previous.as_deref());
        let detail = |origin: &str| {
            format!(
                "the log {origin} was signed under another secret than those of this server: add that \
                 secret to TEMOIN_SECRET_PREVIOUS; nothing was signed, kept or changed"
            )
        };
        let holder = [("authorization", &*secret(&first)), ("origin", ORIGIN)];
        let path = format!("/v1/receipts/{}", receipt.id);
        let next = report(&notice, 2, "reject_all");
        for answer in [
            api.report(&next),
            api.get(&path, &holder),
            api.delete(&path, &holder),
            api.get(&format!("/v1/sites/{SITE}/receipts"), &holder),
            api.delete(&format!("/v1/sites/{SITE}/receipts"), &holder),
            api.query(""),
            api.get(&format!("/log/{origin}/checkpoint"), &[]),
            api.get(&format!("/log/{origin}/vkey"), &[]),
            api.publish(SITE, &config()),
        ] {
            answer.assert_problem(503, "missing-key", &detail(&origin));
        }
        let anchor = "demo.temoin.example/anchor";
        let answer = api.get(&format!("/log/{anchor}/vkey"), &[]);
        answer.assert_problem(503, "missing-key", &detail(anchor));
        let loader = api.get(&format!("/t/{SITE}.js"), &[]);
        assert_eq!(loader.status, 200, "pages keep their gate");
    }

    restart(&mut api, &second(), Some(&old));
    let log = Log::of_site(&api);
    assert_eq!((log.checkpoint(), log.key.to_string()), (site_before, key));
    Log::anchor(&api).assert_continues(&anchor_before);
    let path = format!("/v1/receipts/{}", receipt.id);
    let again = api.get(&path, &[("authorization", &secret(&first))]);
    assert_eq!(again.status, 200, "nothing was erased");
    assert_eq!(api.report(&report(&notice, 2, "reject_all")).status, 201);
}

#[test]
fn a_secret_that_is_none_is_said_in_the_servers_log_and_never_told() {
    let (mut api, first, _) = anchored();
    let old = first_secret(&api);
    restart(&mut api, &old, Some("zz"));
    let answer = api.report(&first);
    assert_eq!(answer.status, 500, "{}", answer.text);
    assert!(!answer.text.contains("zz") && !answer.text.contains(&old));
    restart(&mut api, &old, Some(""));
    assert_eq!(api.report(&first).status, 200);
}

#[test]
fn the_key_of_a_log_is_asked_for_each_time() {
    let (api, ..) = Api::with_choice();
    for log in [Log::of_site(&api), Log::anchor(&api)] {
        let answer = api.get(&format!("/log/{}/vkey", log.origin), &[]);
        assert_eq!(answer.header("cache-control"), "no-cache");
        assert_eq!(answer.text.trim_end(), log.key.to_string());
    }
}
