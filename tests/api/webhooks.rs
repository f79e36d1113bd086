//! `/v1/sites/SITE/webhooks`: who is told what happens, what each is told, and what comes of a receiver that fails.

use crate::support::{
    Api, DAY_MS, ORIGIN, Received, Receiver, Reply, SITE, UNKNOWN_SITE, config, report, restart_at,
    secret, wait_for,
};
use consent_core::ConsentReceipt;
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};

const WEBHOOKS: &str = "/v1/sites/relais/webhooks";

const ALL: [&str; 5] = [
    "site.published",
    "consent.withdrawn",
    "consent.erased",
    "scan.findings",
    "log.forked",
];

/// An endpoint: its address in the API, and its secret.
struct Made {
    path: String,
    secret: String,
}

fn make(api: &Api, receiver: &Receiver, events: &[&str]) -> Made {
    let new = json!({ "name": "Registre", "url": receiver.url(), "events": events });
    let answer = api.post_as_owner(WEBHOOKS, &new);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let made = answer.json();
    Made {
        path: format!("{WEBHOOKS}/{}", made["id"].as_str().unwrap()),
        secret: made["secret"].as_str().unwrap().to_owned(),
    }
}

fn change(api: &Api, made: &Made, change: &Value) -> Value {
    let owner = api.owner();
    let change = change.to_string();
    let answer = api.patch(&made.path, &[("authorization", &owner)], change.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// The deliveries of an endpoint, newest first.
fn deliveries(api: &Api, made: &Made) -> Vec<Value> {
    let page = api.get_as_owner(&format!("{}/deliveries", made.path));
    page["deliveries"].as_array().unwrap().clone()
}

fn test(api: &Api, made: &Made) -> Value {
    let answer = api.post_as_owner(&format!("{}/test", made.path), &Value::Null);
    assert_eq!(answer.status, 202, "{}", answer.text);
    answer.json()
}

fn wait_for_kind(receiver: &Receiver, kind: &str, count: usize) -> Vec<Received> {
    wait_for(&format!("{count} of {kind}"), || {
        receiver.of_kind(kind).len() >= count
    });
    receiver.of_kind(kind)
}

fn wait_for_status(api: &Api, made: &Made, status: &str) -> Value {
    wait_for(status, || deliveries(api, made)[0]["status"] == status);
    deliveries(api, made).remove(0)
}

/// A visitor who accepts everything and takes it back; the receipts of both.
fn accept_and_withdraw(api: &Api, notice: &str, nth: u32) -> [(Value, ConsentReceipt); 2] {
    let accepted = report(notice, nth, "accept_all");
    let first = api.report(&accepted).receipt();
    let mut withdrawn = report(notice, nth + 1000, "withdraw");
    withdrawn["consent_id"] = accepted["consent_id"].clone();
    withdrawn["previous"] = json!(first.id);
    let answer = api.report(&withdrawn);
    assert_eq!(answer.status, 201, "{}", answer.text);
    [(accepted, first), (withdrawn, answer.receipt())]
}

fn erase(api: &Api, holder: &Value, receipt: &ConsentReceipt) {
    let path = format!("/v1/receipts/{}", receipt.id);
    let erased = api.delete(&path, &[("authorization", &secret(holder))]);
    assert_eq!(erased.status, 204, "{}", erased.text);
}

fn changed() -> Value {
    let mut config = config();
    config["policy"]["version"] = json!("2026-11-30");
    config
}

#[test]
fn an_owner_makes_reads_changes_and_removes_an_endpoint() {
    assert_eq!(WEBHOOKS, format!("/v1/sites/{SITE}/webhooks"));
    let (api, _) = Api::with_site();
    let receiver = Receiver::start();
    let made = make(&api, &receiver, &["consent.withdrawn", "site.published"]);
    assert!(made.secret.starts_with("whsec_"), "{}", made.secret);
    assert_eq!(made.secret.len(), 6 + 44);
    let read = api.get_as_owner(&made.path);
    assert_eq!(read["name"], "Registre");
    assert_eq!(read["url"], receiver.url());
    assert_eq!(
        read["events"],
        json!(["site.published", "consent.withdrawn"])
    );
    assert_eq!(read["waiting"], 0);
    assert!(read.get("disabled").is_none());
    assert_eq!(api.get_as_owner(WEBHOOKS)["webhooks"], json!([read]));
    let everything = api.get_as_owner(WEBHOOKS).to_string();
    assert!(!everything.contains("whsec_"), "a secret is shown once");

    let one = change(
        &api,
        &made,
        &json!({ "name": " Autre ", "events": ["log.forked"] }),
    );
    assert_eq!(one["name"], "Autre");
    assert_eq!(one["events"], json!(["log.forked"]));
    assert_eq!(one["url"], receiver.url());
    let off = change(&api, &made, &json!({ "enabled": false }));
    assert_eq!(off["disabled"]["reason"], "owner");
    api.post_as_owner(&format!("{}/test", made.path), &Value::Null)
        .assert_problem(
            409,
            "webhook-disabled",
            "this webhook is disabled: enable it first (`PATCH` with `enabled`)",
        );
    let on = change(&api, &made, &json!({ "enabled": true }));
    assert!(on.get("disabled").is_none());

    let owner = api.owner();
    let removed = api.delete(&made.path, &[("authorization", &owner)]);
    assert_eq!(removed.status, 204);
    let gone = api.get(&made.path, &[("authorization", &owner)]);
    gone.assert_problem(
        404,
        "unknown-webhook",
        "this site has no webhook with this id; `/v1/sites/SITE/webhooks` lists those that it has",
    );
    let events = api.get_as_owner("/v1/sites/relais/events");
    let kinds = events["events"].as_array().unwrap().iter();
    let kinds: Vec<_> = kinds.map(|event| &event["kind"]).collect();
    assert_eq!(
        kinds,
        [
            "webhook_removed",
            "webhook_changed",
            "webhook_changed",
            "webhook_changed",
            "webhook_made",
            "published"
        ]
    );
    let origin = receiver.url().replace("/temoin?key=1", "");
    assert_eq!(
        events["events"][4]["origin"], origin,
        "no more of the address"
    );
}

#[test]
fn what_is_wrong_is_told_all_at_once_and_a_site_has_five_at_most() {
    let (api, _) = Api::with_site();
    let wrong = json!({ "name": "", "url": "ftp://a.example", "events": ["consent.given"] });
    api.post_as_owner(WEBHOOKS, &wrong).assert_contradiction(&[
        ("name", "must have 1 to 80 characters on one line"),
        ("url", "must be a whole address: https://example.org/temoin"),
        (
            "events[0]",
            "must be one of site.published, consent.withdrawn, consent.erased, scan.findings, log.forked",
        ),
    ]);
    let own = json!({ "name": "x", "url": api.url("/v1/health"), "events": ALL });
    api.post_as_owner(WEBHOOKS, &own).assert_contradiction(&[(
        "url",
        "is this consent server itself: name the program that is to be told",
    )]);
    let unknown = json!({ "name": "x", "url": "https://a.example", "events": ALL, "secret": "x" });
    assert_eq!(api.post_as_owner(WEBHOOKS, &unknown).status, 400);
    let receiver = Receiver::start();
    for _ in 0..5 {
        make(&api, &receiver, &ALL);
    }
    let sixth = json!({ "name": "x", "url": receiver.url(), "events": ALL });
    api.post_as_owner(WEBHOOKS, &sixth).assert_problem(
        409,
        "too-many-webhooks",
        "this site has 5 webhooks already: remove one, or have one tell of more events",
    );
}

#[test]
fn webhooks_are_an_owners_alone() {
    let (api, _) = Api::with_site();
    let made = make(&api, &Receiver::start(), &ALL);
    let message = format!("msg_{:032x}", 1);
    let auditor = api.auditor();
    let headers = [("authorization", &*auditor)];
    for path in [WEBHOOKS, &made.path, &format!("{}/deliveries", made.path)] {
        assert_eq!(api.get(path, &headers).status, 403, "{path}");
        assert_eq!(api.get(path, &[]).status, 401, "{path}");
    }
    for path in [
        WEBHOOKS,
        &format!("{}/test", made.path),
        &format!("{}/secret", made.path),
        &format!("{}/deliveries/{message}/resend", made.path),
    ] {
        assert_eq!(api.post(path, &headers, b"{}").status, 403, "{path}");
    }
    assert_eq!(api.delete(&made.path, &headers).status, 403);
    assert_eq!(api.patch(&made.path, &headers, b"{}").status, 403);
    let unknown = json!({ "name": "x", "url": "https://a.example", "events": ALL });
    api.post_as_owner("/v1/sites/invente/webhooks", &unknown)
        .assert_refused(UNKNOWN_SITE);
    let resent = format!("{}/deliveries/{message}/resend", made.path);
    assert_eq!(api.post_as_owner(&resent, &Value::Null).status, 404);
}

#[test]
fn each_event_is_told_and_signed_and_says_nothing_personal() {
    let (api, notice) = Api::with_site();
    let receiver = Receiver::start();
    let made = make(&api, &receiver, &ALL);

    let [(accepted, first), (_, second)] = accept_and_withdraw(&api, &notice, 1);
    let told = wait_for_kind(&receiver, "consent.withdrawn", 1).remove(0);
    assert_eq!(told.path, "/temoin?key=1");
    assert_eq!(told.header("content-type"), "application/json");
    assert_eq!(
        told.json(),
        json!({
            "type": "consent.withdrawn",
            "timestamp": second.time,
            "data": {
                "site": SITE,
                "receipt": second.id,
                "previous": first.id,
                "purposes": ["preferences", "statistics", "marketing"],
                "services": ["mesure"]
            }
        })
    );
    erase(&api, &accepted, &first);
    let told = wait_for_kind(&receiver, "consent.erased", 1).remove(0);
    assert_eq!(
        told.json()["data"],
        json!({ "site": SITE, "reason": "holder", "receipt": first.id })
    );
    let day = told.json()["timestamp"].as_str().unwrap().to_owned();
    assert!(day.contains("T00:00:00"), "no more than the day: {day}");

    let published = api.publish(SITE, &changed()).json();
    let told = wait_for_kind(&receiver, "site.published", 1).remove(0);
    let data = &told.json()["data"];
    assert_eq!(data["notice"], published["notice"]);
    assert_eq!(data["material"], published["asks_anew"]);
    let editions = api.get_as_owner("/v1/sites/relais/editions");
    assert_eq!(data["edition"], editions["editions"][0]["configuration"]);

    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let file = json!({ "sha256": hash });
    let entered = api.post_as_owner("/v1/sites/relais/evidence", &file).json();
    let told = wait_for_kind(&receiver, "scan.findings", 1).remove(0);
    assert_eq!(
        told.json()["data"],
        json!({
            "site": SITE,
            "sha256": hash,
            "notice": entered["notice"],
            "log": entered["log"],
            "index": entered["index"]
        })
    );

    let fork = json!({ "log": first.log, "finding": "two roots of size 3", "evidence": hash });
    let body = fork.to_string();
    for _ in 0..2 {
        let headers = [("authorization", &*api.auditor())];
        let noted = api.post("/v1/sites/relais/forks", &headers, body.as_bytes());
        assert_eq!(noted.status, 202, "{}", noted.text);
    }
    let told = wait_for_kind(&receiver, "log.forked", 1).remove(0);
    let mut expected = fork;
    expected["site"] = json!(SITE);
    assert_eq!(told.json()["data"], expected);
    test(&api, &made);
    wait_for_kind(&receiver, "webhook.ping", 1);

    let all_told = receiver.received();
    assert_eq!(all_told.len(), 6, "each is told once: {all_told:?}");
    for told in &all_told {
        told.assert_signed(&made.secret);
        let whole = format!("{} {:?}", told.body, told.headers);
        for personal in [
            accepted["consent_id"].as_str().unwrap(),
            "fr-CA",
            "subject",
            "127.0.0.1:8788",
            ORIGIN,
        ] {
            assert!(!whole.contains(personal), "{personal} in {whole}");
        }
    }
    wait_for("all are noted as delivered", || {
        let all = deliveries(&api, &made);
        all.len() == 6 && all.iter().all(|one| one["status"] == "delivered")
    });
}

/// A consent that is refused after it was granted is taken back too, as is a part of one.
#[test]
fn whatever_takes_something_back_is_a_withdrawal_and_nothing_else_is() {
    let (api, notice) = Api::with_site();
    let receiver = Receiver::start();
    make(&api, &receiver, &["consent.withdrawn"]);
    let mut previous = None;
    for (nth, method) in [
        "accept_all",
        "save",
        "save",
        "reject_all",
        "reject_all",
        "withdraw",
    ]
    .into_iter()
    .enumerate()
    {
        let mut report = report(&notice, u32::try_from(nth).unwrap(), method);
        report["consent_id"] = json!(format!("{:032x}", 7));
        if let Some(previous) = &previous {
            report["previous"] = json!(previous);
        }
        previous = Some(api.report(&report).receipt().id);
    }
    // The last takes back nothing, and says that it does all the same.
    let told = wait_for_kind(&receiver, "consent.withdrawn", 3);
    let mut taken_back: Vec<Value> = told
        .iter()
        .map(|one| {
            let data = one.json()["data"].clone();
            json!([data["purposes"], data["services"]])
        })
        .collect();
    taken_back.sort_by_key(ToString::to_string);
    assert_eq!(
        taken_back,
        [
            json!([["preferences", "marketing"], []]),
            json!([["statistics"], ["mesure"]]),
            json!([[], []]),
        ]
    );
    assert_eq!(receiver.received().len(), 3);
}

#[test]
fn an_attempt_that_fails_is_repeated_and_no_redirect_is_followed() {
    let (api, _) = Api::with_site();
    let receiver = Receiver::start();
    let made = make(&api, &receiver, &ALL);
    receiver.reply(Reply::Status(500));
    let asked = test(&api, &made);
    assert_eq!(asked["status"], "waiting");
    wait_for_kind(&receiver, "webhook.ping", 1);
    receiver.reply(Reply::Status(200));
    let done = wait_for_status(&api, &made, "delivered");
    let attempts = done["attempts"].as_array().unwrap();
    assert_eq!(attempts.len(), 2, "{done}");
    assert_eq!(attempts[0]["status"], 500);
    assert_eq!(attempts[0]["reason"], "it answered 500");
    assert_eq!(attempts[1]["status"], 200);
    assert!(attempts[1].get("reason").is_none());
    let ids: Vec<_> = receiver.received();
    let ids: Vec<_> = ids.iter().map(|one| one.header("webhook-id")).collect();
    assert_eq!(
        ids,
        [done["id"].as_str().unwrap(); 2],
        "it is the same message"
    );
    assert!(api.get_as_owner(&made.path).get("failing_since").is_none());

    // Sent again, it is the same message once more.
    let path = format!("{}/deliveries/{}/resend", made.path, ids[0]);
    assert_eq!(api.post_as_owner(&path, &Value::Null).status, 202);
    wait_for_kind(&receiver, "webhook.ping", 3);
    assert_eq!(receiver.received()[2].header("webhook-id"), ids[0]);

    receiver.reply(Reply::Redirect);
    test(&api, &made);
    wait_for("it was attempted", || {
        deliveries(&api, &made)[0]["attempts"][0].is_object()
    });
    let redirected = deliveries(&api, &made).remove(0);
    let reason = "it answered 307: no redirect is followed";
    assert_eq!(redirected["attempts"][0]["reason"], reason);
    let followed = |one: &Received| one.path.contains("followed");
    assert!(!receiver.received().iter().any(followed));
}

#[test]
fn an_endpoint_that_never_answers_holds_up_neither_others_nor_consents() {
    let (api, notice) = Api::with_site();
    let (silent, other) = (Receiver::start(), Receiver::start());
    let made = make(&api, &silent, &["consent.withdrawn"]);
    make(&api, &other, &["consent.withdrawn"]);
    silent.reply(Reply::Nothing);
    accept_and_withdraw(&api, &notice, 1);
    wait_for_kind(&silent, "consent.withdrawn", 1);
    wait_for_kind(&other, "consent.withdrawn", 1);
    // While it is waited for, consents are kept.
    let started = Instant::now();
    accept_and_withdraw(&api, &notice, 2);
    assert!(started.elapsed() < Duration::from_secs(3));
    silent.reply(Reply::Status(200));
    // Its time limit, and then as long as after any failure.
    wait_for_kind(&silent, "consent.withdrawn", 2);
    wait_for("both were told of both", || {
        let all = deliveries(&api, &made);
        all.len() == 2 && all.iter().all(|one| one["status"] == "delivered")
    });
    let first = deliveries(&api, &made).pop().unwrap();
    assert_eq!(first["attempts"][0]["reason"], "no answer within 15 s");
    assert!(first["attempts"][0].get("status").is_none());
    assert_eq!(other.of_kind("consent.withdrawn").len(), 2);
}

#[test]
fn an_endpoint_that_is_gone_is_disabled_and_can_go_on() {
    let (api, notice) = Api::with_site();
    let receiver = Receiver::start();
    let made = make(&api, &receiver, &["consent.withdrawn"]);
    receiver.reply(Reply::Status(410));
    accept_and_withdraw(&api, &notice, 1);
    let failed = wait_for_status(&api, &made, "failed");
    assert_eq!(failed["attempts"][0]["status"], 410);
    assert_eq!(api.get_as_owner(&made.path)["disabled"]["reason"], "gone");
    let newest = &api.get_as_owner("/v1/sites/relais/events")["events"][0];
    assert_eq!(newest["kind"], "webhook_disabled");
    assert_eq!(newest["reason"], "gone");

    // What happens meanwhile is not told.
    accept_and_withdraw(&api, &notice, 2);
    receiver.reply(Reply::Status(200));
    change(&api, &made, &json!({ "enabled": true }));
    accept_and_withdraw(&api, &notice, 3);
    wait_for_status(&api, &made, "delivered");
    assert_eq!(deliveries(&api, &made).len(), 2);
    let id = failed["id"].as_str().unwrap();
    let path = format!("{}/deliveries/{id}/resend", made.path);
    assert_eq!(api.post_as_owner(&path, &Value::Null).status, 202);
    wait_for_kind(&receiver, "consent.withdrawn", 3);
    wait_for("it is delivered after all", || {
        deliveries(&api, &made)[1]["status"] == "delivered"
    });
}

#[test]
fn an_endpoint_that_fails_for_days_is_disabled_and_what_has_ended_goes_after_a_month() {
    let (mut api, _) = Api::with_site();
    let receiver = Receiver::start();
    let made = make(&api, &receiver, &ALL);
    receiver.reply(Reply::Status(503));
    // A server that is killed before it notes an attempt makes the attempt again, and has failed since then only.
    let wait_until_noted = |api: &Api, attempts: usize| {
        wait_for("what came of an attempt is noted", || {
            let noted = deliveries(api, &made).remove(0);
            noted["attempts"].as_array().unwrap().len() == attempts
        });
    };
    test(&api, &made);
    wait_until_noted(&api, 1);
    restart_at(&mut api, 2 * DAY_MS);
    wait_until_noted(&api, 2);
    wait_for_kind(&receiver, "webhook.ping", 2);
    let waiting = api.get_as_owner(&made.path);
    assert!(waiting.get("disabled").is_none(), "{waiting}");
    assert!(waiting["failing_since"].is_string());
    restart_at(&mut api, 6 * DAY_MS);
    wait_for("it is disabled", || {
        api.get_as_owner(&made.path)["disabled"]["reason"] == "failing"
    });
    let last = deliveries(&api, &made).remove(0);
    assert_eq!(last["status"], "failed");
    let attempts = last["attempts"].as_array().unwrap();
    assert_eq!(
        attempts.last().unwrap()["reason"],
        "the endpoint was disabled"
    );
    restart_at(&mut api, 37 * DAY_MS);
    wait_for("it is listed no more", || {
        deliveries(&api, &made).is_empty()
    });
}

#[test]
fn for_a_day_the_secret_before_the_newest_signs_too() {
    let (mut api, _) = Api::with_site();
    let receiver = Receiver::start();
    let made = make(&api, &receiver, &ALL);
    let answer = api.post_as_owner(&format!("{}/secret", made.path), &Value::Null);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let newest = answer.json()["secret"].as_str().unwrap().to_owned();
    assert_ne!(newest, made.secret);
    test(&api, &made);
    let told = wait_for_kind(&receiver, "webhook.ping", 1).remove(0);
    told.assert_signed(&newest);
    told.assert_signed(&made.secret);
    wait_for_status(&api, &made, "delivered");
    restart_at(&mut api, DAY_MS + 60_000);
    test(&api, &made);
    let told = wait_for_kind(&receiver, "webhook.ping", 2).remove(1);
    let signature = told.header("webhook-signature");
    assert_eq!(signature, told.signatures_of(&[&newest]));
    wait_for("the old one is forgotten", || {
        api.get_as_owner(&made.path)
            .get("previous_secret_until")
            .is_none()
    });
    let kinds = api.get_as_owner("/v1/sites/relais/events");
    assert_eq!(kinds["events"][0]["kind"], "webhook_secret_made");
}

#[test]
fn what_is_not_on_the_public_internet_is_refused() {
    let (mut api, _) = Api::with_site();
    let settings = vec![("TEMOIN_PRIVATE_ORIGINS".to_owned(), "".into())];
    api.server.set_environment(settings);
    api.crash();
    let refused = "is not on the public internet: name a public server, or have the operator of this one allow private \
                   addresses";
    for (url, why) in [
        ("https://127.0.0.1:8080/x", refused),
        ("https://169.254.169.254/latest/meta-data/", refused),
        ("https://0x7f000001/", refused),
        ("https://[::1]/", refused),
        ("https://db.internal/hook", refused),
        ("https://localhost/", refused),
        ("http://hooks.example.org/", "must begin with https://"),
    ] {
        let new = json!({ "name": "x", "url": url, "events": ALL });
        api.post_as_owner(WEBHOOKS, &new)
            .assert_contradiction(&[("url", why)]);
    }
    let new = json!({ "name": "x", "url": "https://hooks.example.org/x", "events": ALL });
    assert_eq!(api.post_as_owner(WEBHOOKS, &new).status, 201);
}

/// Whatever the configuration said when it was made, the network lets only public addresses through.
#[test]
fn an_address_that_was_allowed_is_not_reached_once_private_ones_are_not() {
    let (mut api, _) = Api::with_site();
    let receiver = Receiver::start();
    let made = make(&api, &receiver, &ALL);
    let settings = vec![("TEMOIN_PRIVATE_ORIGINS".to_owned(), "".into())];
    api.server.set_environment(settings);
    api.crash();
    test(&api, &made);
    wait_for("it was attempted", || {
        deliveries(&api, &made)[0]["attempts"][0].is_object()
    });
    let attempt = &deliveries(&api, &made)[0]["attempts"][0];
    assert_eq!(attempt["reason"], "it cannot be reached");
    assert!(receiver.received().is_empty());
}

#[test]
fn a_kill_between_what_happens_and_its_delivery_loses_nothing() {
    let (mut api, notice) = Api::with_site();
    let receiver = Receiver::start();
    let made = make(&api, &receiver, &["consent.withdrawn", "site.published"]);
    accept_and_withdraw(&api, &notice, 1);
    // Its alarm comes two seconds after the commit.
    api.crash();
    wait_for_kind(&receiver, "consent.withdrawn", 1);
    wait_for_status(&api, &made, "delivered");
    // In the midst of an attempt: it is made again, under the same id.
    receiver.reply(Reply::Nothing);
    accept_and_withdraw(&api, &notice, 2);
    wait_for_kind(&receiver, "consent.withdrawn", 2);
    api.server.kill().unwrap();
    receiver.reply(Reply::Status(200));
    api.server.restart().unwrap();
    let told = wait_for_kind(&receiver, "consent.withdrawn", 3);
    assert_eq!(told[1].header("webhook-id"), told[2].header("webhook-id"));
    assert_eq!(told[1].body, told[2].body);
    wait_for_status(&api, &made, "delivered");
    assert_eq!(api.publish(SITE, &changed()).status, 201);
    api.crash();
    wait_for_kind(&receiver, "site.published", 1);
}

fn spread() -> Value {
    let mut config = config();
    config["shards"] = json!(2);
    config
}

#[test]
fn what_happens_in_any_object_of_a_site_is_told_once_by_the_first() {
    let (mut api, notice) = Api::publishing(&spread());
    let receiver = Receiver::start();
    let made = make(&api, &receiver, &["consent.withdrawn", "consent.erased"]);
    let mut receipts = Vec::new();
    for nth in 1..=6_u32 {
        let accepted = report(&notice, nth, "accept_all");
        let mut withdrawn = accepted.clone();
        // In the one object or the other, by the first two bytes of the id.
        withdrawn["id"] = json!(format!("{:04x}{nth:028x}", 0x4000 + nth));
        withdrawn["method"] = json!("withdraw");
        withdrawn["layer"] = json!("dialog");
        withdrawn["decision"] = report(&notice, nth, "reject_all")["decision"].clone();
        withdrawn["previous"] = json!(api.report(&accepted).receipt().id);
        let answer = api.report(&withdrawn);
        assert_eq!(answer.status, 201, "{}", answer.text);
        receipts.push((withdrawn, answer.receipt()));
    }
    let logs: std::collections::BTreeSet<_> = receipts
        .iter()
        .map(|(_, receipt)| receipt.log.clone())
        .collect();
    assert_eq!(logs.len(), 2, "both objects have some");
    api.crash();
    let told = wait_for_kind(&receiver, "consent.withdrawn", 6);
    let mut named: Vec<_> = told
        .iter()
        .map(|one| one.json()["data"]["receipt"].as_str().unwrap().to_owned())
        .collect();
    named.sort();
    let mut expected: Vec<_> = receipts
        .iter()
        .map(|(_, receipt)| receipt.id.to_string())
        .collect();
    expected.sort();
    assert_eq!(named, expected);
    for (holder, receipt) in &receipts {
        erase(&api, holder, receipt);
    }
    wait_for_kind(&receiver, "consent.erased", 6);
    wait_for("all are noted", || {
        deliveries(&api, &made)
            .iter()
            .all(|one| one["status"] == "delivered")
    });
    assert_eq!(receiver.received().len(), 12);
    assert_names_nothing(&api, &expected);

    // An endpoint that asks for it no more has the others write nothing.
    change(&api, &made, &json!({ "events": ["log.forked"] }));
    accept_and_withdraw(&api, &notice, 50);
    for table in ["webhook_delivery", "webhook_outgoing"] {
        let rows = rows(
            &api,
            &format!("SELECT message FROM {table} WHERE event = 2"),
        );
        assert!(rows.is_empty(), "{table} {rows:?}");
    }
}

/// What a column of text has, in all objects of the site.
fn rows(api: &Api, query: &str) -> Vec<String> {
    let mut all = Vec::new();
    for file in api.databases("temoin-site") {
        let database = rusqlite::Connection::open(file).unwrap();
        let mut statement = database.prepare(query).unwrap();
        let rows = statement.query_map([], |row| row.get(0)).unwrap();
        all.extend(rows.map(Result::unwrap));
    }
    all
}

/// Asserts that no row of webhooks names one of these receipts.
fn assert_names_nothing(api: &Api, receipts: &[String]) {
    let named = "SELECT ifnull(body, '') || ifnull(receipt, '') || ifnull(previous, '') FROM";
    for table in ["webhook_delivery", "webhook_outgoing"] {
        for row in rows(api, &format!("{named} {table}")) {
            for receipt in receipts {
                assert!(!row.contains(receipt), "{table}: {row}");
            }
        }
    }
}

#[test]
fn once_an_erasure_is_told_nothing_names_the_receipt_any_more() {
    let (api, notice) = Api::with_site();
    let receiver = Receiver::start();
    let made = make(&api, &receiver, &["consent.withdrawn", "consent.erased"]);
    receiver.reply(Reply::Status(500));
    let [(accepted, first), (withdrawn, second)] = accept_and_withdraw(&api, &notice, 1);
    wait_for_kind(&receiver, "consent.withdrawn", 1);
    erase(&api, &accepted, &first);
    receiver.reply(Reply::Status(200));
    // The withdrawal, which waits for its next attempt, does not name what came before it any more.
    let told = wait_for_kind(&receiver, "consent.withdrawn", 2).remove(1);
    assert!(
        told.json()["data"].get("previous").is_none(),
        "{}",
        told.body
    );
    assert_eq!(told.json()["data"]["receipt"], json!(second.id));
    erase(&api, &withdrawn, &second);
    wait_for_kind(&receiver, "consent.erased", 2);
    wait_for("both are noted", || {
        let all = deliveries(&api, &made);
        all.len() == 2 && all.iter().all(|one| one["status"] == "delivered")
    });
    let all = deliveries(&api, &made);
    assert!(all.iter().all(|one| one["event"] == "consent.erased"));
    assert!(all.iter().all(|one| one["can_resend"] == false));
    assert_names_nothing(&api, &[first.id.to_string(), second.id.to_string()]);
    let id = all[0]["id"].as_str().unwrap();
    let path = format!("{}/deliveries/{id}/resend", made.path);
    api.post_as_owner(&path, &Value::Null).assert_problem(
        404,
        "unknown-delivery",
        "no delivery with this id is kept for this webhook, or what it told is kept no more: an erasure is told once",
    );
}

#[test]
fn a_site_without_webhooks_keeps_nothing_of_what_could_be_told() {
    let (api, notice) = Api::publishing(&spread());
    let [(accepted, first), _] = accept_and_withdraw(&api, &notice, 1);
    erase(&api, &accepted, &first);
    assert_eq!(api.publish(SITE, &spread()).status, 200);
    for table in [
        "webhook",
        "webhook_delivery",
        "webhook_outgoing",
        "webhook_wanted",
    ] {
        let rows = rows(&api, &format!("SELECT 'a row' FROM {table}"));
        assert!(rows.is_empty(), "{table}");
    }
}

#[test]
fn a_fork_is_told_of_a_log_of_the_site_alone() {
    let (api, _) = Api::with_site();
    let forks = "/v1/sites/relais/forks";
    let fork = json!({ "log": "demo.temoin.example/autre/2026q4/0", "finding": "x" });
    api.post_as_owner(forks, &fork).assert_contradiction(&[(
        "log",
        "is neither a log of this site nor the server's anchor: `/v1/sites/SITE/logs` names them",
    )]);
    let fork = json!({ "log": "demo.temoin.example/anchor", "finding": "x\ny" });
    api.post_as_owner(forks, &fork)
        .assert_contradiction(&[("finding", "must have 1 to 500 characters on one line")]);
    let fork = json!({ "log": "demo.temoin.example/anchor", "finding": "x" });
    assert_eq!(api.post_as_owner(forks, &fork).status, 202);
    let newest = &api.get_as_owner("/v1/sites/relais/events")["events"][0];
    assert_eq!(newest["kind"], "fork_reported");
    assert_eq!(newest["log"], "demo.temoin.example/anchor");
    let inspector = format!("Bearer {}", api.server.tokens().inspector);
    let refused = api.post(
        forks,
        &[("authorization", &inspector)],
        fork.to_string().as_bytes(),
    );
    assert_eq!(refused.status, 403);
}

#[test]
fn deliveries_are_listed_page_by_page() {
    let (api, _) = Api::with_site();
    let receiver = Receiver::start();
    let made = make(&api, &receiver, &ALL);
    let sent: Vec<_> = (0..60).map(|_| test(&api, &made)["id"].clone()).collect();
    let page = |query: &str| api.get_as_owner(&format!("{}/deliveries{query}", made.path));
    let ids = |page: &Value| -> Vec<Value> {
        let all = page["deliveries"].as_array().unwrap().iter();
        all.map(|one| one["id"].clone()).collect()
    };
    let first = page("");
    let second = page(&format!("?before={}", first["next"]));
    let mut listed = [ids(&first), ids(&second)].concat();
    assert_eq!(ids(&first).len(), 50);
    listed.reverse();
    assert_eq!(listed, sent);
    assert!(second.get("next").is_none());
    // An alarm sends twenty to an endpoint, and the next goes on.
    wait_for("all came", || receiver.received().len() >= 60);
}

/// The readers of the documentation, as they stand there, read a delivery.
#[test]
fn the_documentations_readers_take_a_delivery_and_no_forged_one() {
    let (api, _) = Api::with_site();
    let receiver = Receiver::start();
    let made = make(&api, &receiver, &ALL);
    test(&api, &made);
    let told = wait_for_kind(&receiver, "webhook.ping", 1).remove(0);
    let page = local_server::root().join("docs/webhooks.md");
    let page = std::fs::read_to_string(page).unwrap();
    let headers: serde_json::Map<_, _> = told
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), json!(value.to_str().unwrap())))
        .collect();
    let readers = [
        (
            "js",
            "node",
            "mjs",
            "const { secret, headers, body } = JSON.parse(process.argv[2]);\n\
             console.log(verify(secret, headers, body).type);\n",
        ),
        (
            "python",
            "python3",
            "py",
            "import sys\nasked = json.loads(sys.argv[1])\n\
             print(verify(asked['secret'], asked['headers'], asked['body'].encode())['type'])\n",
        ),
    ];
    for (language, program, ending, driver) in readers {
        let (_, block) = page.split_once(&format!("```{language}\n")).unwrap();
        let (reader, _) = block.split_once("```").unwrap();
        let file = api.state.join(format!("reader.{ending}"));
        std::fs::write(&file, format!("{reader}\n{driver}")).unwrap();
        let read = |secret: &str, body: &str| {
            let asked = json!({ "secret": secret, "headers": headers, "body": body });
            let output = Command::new(program)
                .arg(&file)
                .arg(asked.to_string())
                .output()
                .unwrap();
            let printed = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            (output.status.success(), printed)
        };
        let right = read(&made.secret, &told.body);
        assert_eq!(right, (true, "webhook.ping".to_owned()), "{language}");
        let forged = told.body.replace("relais", "relais2");
        assert_eq!(
            read(&made.secret, &forged),
            (false, String::new()),
            "{language}"
        );
        let other = format!("whsec_{}=", "A".repeat(43));
        assert_eq!(
            read(&other, &told.body),
            (false, String::new()),
            "{language}"
        );
    }
}
