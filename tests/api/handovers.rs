//! `POST /v1/sites/SITE/handovers` and `GET /v1/sites/SITE/handovers/TOKEN`

use crate::support::{
    Answer, Api, ERASED, FOREIGN_ORIGINS, Framing, NOT_THE_HOLDER, ORIGIN, Refusal, SITE,
    UNKNOWN_RECEIPT, UNKNOWN_SITE, config, now, report, secret,
};
use consent_core::stored::StoredState;
use consent_core::{Consent, Timestamp};
use serde_json::{Value, json};

const PATH: &str = "/v1/sites/relais/handovers";

/// The origin that a choice is handed over to.
const SHOP: &str = "https://boutique.relais.example";

const BAD_HAND_OVER: Refusal = (
    403,
    "bad-handover",
    "the token is none that was given for this site in the last minute",
);

/// The configuration of a site on two domains.
fn on_two_domains() -> Value {
    let mut config = config();
    config["origins"] = json!([ORIGIN, SHOP]);
    config["hand_over"] = json!(true);
    config["import_from"] = json!(["cookiebot"]);
    config
}

/// A site on two domains, and a visitor who has chosen on the first: the report and its receipt.
fn chosen() -> (Api, Value, Value) {
    let (api, notice) = Api::publishing(&on_two_domains());
    let mut report = report(&notice, 1, "save");
    report["services"] = json!({ "mesure": "denied" });
    let receipt = api.report(&report);
    assert_eq!(receipt.status, 201, "{}", receipt.text);
    (api, report, receipt.json())
}

/// Asks for a token, as a page of the first domain does.
fn hand_over(api: &Api, receipt: &Value, consent_id: &Value) -> Answer {
    let body = json!({ "receipt": receipt, "consent_id": consent_id, "to": SHOP });
    api.post(PATH, &[("origin", ORIGIN)], body.to_string().as_bytes())
}

fn token(api: &Api, report: &Value, receipt: &Value) -> String {
    let answer = hand_over(api, &receipt["id"], &report["consent_id"]);
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["token"].as_str().unwrap().to_owned()
}

/// Shows a token, as a page of the second domain does.
fn take_over(api: &Api, token: &str) -> Answer {
    api.get(
        &format!("{PATH}/{token}?from={ORIGIN}"),
        &[("origin", SHOP)],
    )
}

#[test]
fn a_choice_goes_from_one_of_the_sites_domains_to_another() {
    let (api, report, receipt) = chosen();
    let given = hand_over(&api, &receipt["id"], &report["consent_id"]);
    assert_eq!(given.status, 201, "{}", given.text);
    assert_eq!(given.header("access-control-allow-origin"), ORIGIN);
    let given = given.json();
    let until: Timestamp = given["expires_at"].as_str().unwrap().parse().unwrap();
    let left = until.as_millis() - now().as_millis();
    assert!((30_000..=60_000).contains(&left), "{left} ms");

    let taken = take_over(&api, given["token"].as_str().unwrap());
    assert_eq!(taken.status, 200, "{}", taken.text);
    assert_eq!(taken.header("access-control-allow-origin"), SHOP);
    assert_eq!(taken.header("cache-control"), "no-store");
    let choice = taken.json()["choice"].as_str().unwrap().to_owned();
    let notice = api.notice(report["notice"].as_str().unwrap());
    let StoredState::Chosen(choice) = StoredState::read(&choice, now(), notice.material().digest())
    else {
        panic!("{choice} is not in force");
    };
    assert_eq!(json!(choice.decision), receipt["decision"]);
    assert_eq!(choice.services.get("mesure"), Some(Consent::Denied));
    assert_eq!(json!(choice.decided_at), receipt["time"]);
    assert_eq!(json!(choice.expires_at), receipt["valid_until"]);
}

#[test]
fn the_token_tells_nothing_of_the_visitor() {
    let (api, report, receipt) = chosen();
    let token = token(&api, &report, &receipt);
    for secret in [&report["consent_id"], &api.records()[0]["subject"]] {
        assert!(!token.contains(secret.as_str().unwrap()), "{token}");
    }
    let answer = take_over(&api, &token).json();
    assert_eq!(answer.as_object().unwrap().len(), 1, "{answer}");
}

#[test]
fn an_altered_token_hands_nothing_over() {
    let (api, report, receipt) = chosen();
    let token = token(&api, &report, &receipt);
    let (said, mac) = token.rsplit_once('.').unwrap();
    let (id, until) = said.rsplit_once('.').unwrap();
    let later = until.parse::<i64>().unwrap() + 60_000;
    let last = if mac.ends_with('0') { "1" } else { "0" };
    for altered in [
        "x".to_owned(),
        said.to_owned(),
        format!("{id}.{later}.{mac}"),
        format!("{}.{until}.{mac}", id.replace("01", "02")),
        format!("{said}.{}{last}", &mac[..mac.len() - 1]),
        format!("{said}.{}", mac.to_uppercase()),
        format!("{token}0"),
        format!("{token}%00"),
        format!("%20{token}"),
    ] {
        take_over(&api, &altered).assert_refused(BAD_HAND_OVER);
    }
    assert_eq!(take_over(&api, &token).status, 200, "it is still good");
}

#[test]
fn a_token_is_good_once() {
    let (api, report, receipt) = chosen();
    let token = token(&api, &report, &receipt);
    assert_eq!(take_over(&api, &token).status, 200);
    take_over(&api, &token).assert_refused(BAD_HAND_OVER);
}

#[test]
fn a_token_is_good_on_the_origin_it_was_made_for_and_from_the_one_that_made_it() {
    let (api, report, receipt) = chosen();
    let token = token(&api, &report, &receipt);
    for (from, to) in [
        ("", SHOP),
        (SHOP, SHOP),
        ("https://attacker.example", SHOP),
        ("null", SHOP),
        (ORIGIN, ORIGIN),
        (SHOP, ORIGIN),
    ] {
        let path = format!("{PATH}/{token}?from={from}");
        api.get(&path, &[("origin", to)])
            .assert_refused(BAD_HAND_OVER);
        api.get(&format!("{PATH}/{token}"), &[("origin", to)])
            .assert_refused(BAD_HAND_OVER);
    }
    assert_eq!(take_over(&api, &token).status, 200, "it is still good");
    for to in [ORIGIN, "https://attacker.example"] {
        let body =
            json!({ "receipt": receipt["id"], "consent_id": report["consent_id"], "to": to });
        let answer = api.post(PATH, &[("origin", ORIGIN)], body.to_string().as_bytes());
        answer.assert_contradiction(&[("to", &format!("{to} is not another origin of this site"))]);
    }
}

#[test]
fn a_token_of_another_site_hands_nothing_over() {
    let (api, report, receipt) = chosen();
    assert_eq!(api.publish("autre", &on_two_domains()).status, 201);
    let token = token(&api, &report, &receipt);
    for token in [token.clone(), token.replacen(SITE, "autre", 1)] {
        let path = format!("/v1/sites/autre/handovers/{token}");
        api.get(&path, &[("origin", SHOP)])
            .assert_refused(BAD_HAND_OVER);
    }
}

#[test]
fn only_a_receipt_that_this_site_gave_is_handed_over() {
    let (api, report, _) = chosen();
    assert_eq!(api.publish("autre", &on_two_domains()).status, 201);
    for receipt in [
        format!("{SITE}.{:032x}", 2),
        format!("autre.{:032x}", 1),
        format!("inconnu.{:032x}", 1),
    ] {
        hand_over(&api, &json!(receipt), &report["consent_id"]).assert_refused(UNKNOWN_RECEIPT);
    }
}

#[test]
fn only_its_holder_hands_a_choice_over() {
    let (api, _, receipt) = chosen();
    let other = json!("f".repeat(32));
    hand_over(&api, &receipt["id"], &other).assert_refused(NOT_THE_HOLDER);
}

#[test]
fn an_erased_choice_is_not_handed_over_even_with_a_token_given_before() {
    let (api, report, receipt) = chosen();
    let token = token(&api, &report, &receipt);
    let path = format!("/v1/receipts/{}", receipt["id"].as_str().unwrap());
    let erased = api.delete(&path, &[("authorization", &secret(&report))]);
    assert_eq!(erased.status, 204);
    take_over(&api, &token).assert_refused(ERASED);
    hand_over(&api, &receipt["id"], &report["consent_id"]).assert_refused(ERASED);
}

#[test]
fn a_choice_that_has_ended_is_not_handed_over() {
    let (api, made_now, _) = chosen();
    let mut report = report(made_now["notice"].as_str().unwrap(), 2, "imported");
    report["chosen_at"] = json!(now().saturating_add_seconds(-400 * 86_400));
    let receipt = api.report(&report);
    assert_eq!(receipt.status, 201, "{}", receipt.text);
    hand_over(&api, &receipt.json()["id"], &report["consent_id"]).assert_problem(
        409,
        "choice-ended",
        "the choice has ended; there is nothing left to hand over",
    );
}

#[test]
fn a_choice_stays_an_answer_to_the_question_that_was_asked() {
    let (api, report, receipt) = chosen();
    let before = take_over(&api, &token(&api, &report, &receipt)).json();
    let mut changed = on_two_domains();
    changed["policy"]["version"] = json!("2");
    let publication = api.publish(SITE, &changed).json();
    assert_eq!(publication["asks_anew"], true);
    let after = take_over(&api, &token(&api, &report, &receipt)).json();
    assert_eq!(after, before);
    let notice = api.notice(publication["notice"].as_str().unwrap());
    let choice = after["choice"].as_str().unwrap();
    assert_eq!(
        StoredState::read(choice, now(), notice.material().digest()),
        StoredState::Unasked
    );
}

#[test]
fn pages_of_other_origins_are_refused() {
    let (api, report, receipt) = chosen();
    let token = token(&api, &report, &receipt);
    let body = json!({ "receipt": receipt["id"], "consent_id": report["consent_id"], "to": SHOP });
    let body = body.to_string();
    for origin in FOREIGN_ORIGINS {
        let headers = [("origin", origin)];
        api.post(PATH, &headers, body.as_bytes())
            .assert_wrong_origin(origin);
        api.get(&format!("{PATH}/{token}?from={ORIGIN}"), &headers)
            .assert_wrong_origin(origin);
    }
    api.get(&format!("{PATH}/{token}?from={ORIGIN}"), &[])
        .assert_wrong_origin("no origin");
    api.post(PATH, &[], body.as_bytes())
        .assert_wrong_origin("no origin");
}

#[test]
fn an_oversize_request_is_refused_however_it_is_sent() {
    let (api, ..) = chosen();
    let detail = "the body is larger than the 1024 bytes that are read here";
    for framing in [Framing::Length, Framing::Chunked] {
        api.send_ten_megabytes(&format!("POST {PATH}"), ("origin", ORIGIN), framing)
            .assert_problem(413, "too-large", detail);
    }
    let blank = |length| api.post(PATH, &[("origin", ORIGIN)], &vec![b' '; length]);
    blank(1025).assert_problem(413, "too-large", detail);
    assert_eq!(blank(1024).status, 400);
}

#[test]
fn a_malformed_request_names_the_field() {
    let (api, report, receipt) = chosen();
    let good = json!({ "receipt": receipt["id"], "consent_id": report["consent_id"], "to": SHOP });
    for (field, value, name) in [
        ("receipt", json!("x"), "receipt"),
        ("consent_id", json!("x"), "consent_id"),
        ("receipt", Value::Null, "receipt"),
        ("to", json!("boutique.relais.example"), "to"),
        ("to", Value::Null, "to"),
        ("from", json!(ORIGIN), "from"),
    ] {
        let mut bad = good.clone();
        bad[field] = value;
        let answer = api.post(PATH, &[("origin", ORIGIN)], bad.to_string().as_bytes());
        let problem = answer.json();
        assert_eq!(problem["errors"][0]["field"], name, "{problem}");
        let detail = problem["errors"][0]["message"].as_str().unwrap();
        answer.assert_problem(400, "malformed", detail);
        assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
    }
}

#[test]
fn an_unknown_site_and_another_method_are_refused() {
    let (api, ..) = chosen();
    for site in ["inconnu", "Not-A-Slug"] {
        let path = format!("/v1/sites/{site}/handovers");
        api.post(&path, &[("origin", ORIGIN)], b"{}")
            .assert_refused(UNKNOWN_SITE);
        api.get(&format!("{path}/x"), &[])
            .assert_refused(UNKNOWN_SITE);
    }
    let (get, post) = (
        api.get(PATH, &[("origin", ORIGIN)]),
        api.post(&format!("{PATH}/x"), &[("origin", ORIGIN)], b""),
    );
    get.assert_problem(405, "method-not-allowed", "this address answers to POST");
    post.assert_problem(405, "method-not-allowed", "this address answers to GET");
}
