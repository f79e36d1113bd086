//! `POST /v1/sites/SITE/classifications`: what an owner has seen, and what it is for.

use crate::support::{Answer, Api, Framing, SITE, UNKNOWN_SITE};
use serde_json::{Value, json};

fn ask(api: &Api, site: &str, token: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    let path = format!("/v1/sites/{site}/classifications");
    api.post(&path, &[("authorization", &bearer)], body.as_bytes())
}

#[test]
fn an_inspectors_token_may_ask_this_and_no_more() {
    let (api, notice) = Api::with_site();
    let token = &api.server.tokens().inspector;
    assert_eq!(ask(&api, SITE, token, r#"{"seen": []}"#).status, 200);
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", &*bearer)];
    let consents = format!("/v1/sites/{SITE}/consents");
    assert_eq!(api.get(&consents, &headers).status, 403);
    let site = format!("/v1/sites/{SITE}");
    assert_eq!(api.put(&site, &headers, b"{}").status, 403);
    let again = api.publish(SITE, &crate::support::config());
    assert_eq!(again.json()["notice"], notice);
}

fn by_owner(api: &Api, seen: &Value) -> Answer {
    let body = json!({ "seen": seen }).to_string();
    ask(api, SITE, &api.server.tokens().owner, &body)
}

#[test]
fn the_owners_services_answer_first_and_every_answer_says_why() {
    let (api, notice) = Api::with_site();
    let seen = json!([
        { "kind": "cookie", "name": "_m" },
        { "kind": "cookie", "name": "_ga_ABC", "host": "relais.example" },
        { "kind": "storage", "name": "dit \"tout\"", "host": null },
        { "kind": "request", "host": "www.googletagmanager.com" }
    ]);
    let answer = by_owner(&api, &seen);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("access-control-allow-origin"), "*");
    let answer = answer.json();
    assert_eq!(answer["notice"], notice);
    let classifications = answer["classifications"].as_array().unwrap();
    assert_eq!(classifications.len(), 4);
    assert_eq!(
        classifications[0],
        json!({
            "purpose": "statistics",
            "held_back_as": "statistics",
            "service_id": "mesure",
            "service": "Mesure",
            "controller": "Mesure inc.",
            "retention": "P13M",
            "reason": "The owner files _m under the service mesure.",
            "because": { "owner": { "service": "mesure", "rule": { "name": "_m" } } }
        })
    );
    let known = &classifications[1];
    assert_eq!(
        (&known["purpose"], &known["service_id"], &known["service"]),
        (
            &json!("statistics"),
            &Value::Null,
            &json!("Google Analytics")
        )
    );
    let unknown = &classifications[2];
    assert_eq!(
        (&unknown["purpose"], &unknown["held_back_as"]),
        (&Value::Null, &json!("marketing")),
        "never guessed"
    );
}

#[test]
fn only_the_owner_asks_and_a_page_can_read_why_not() {
    let (api, _) = Api::with_site();
    let body = r#"{"seen": []}"#;
    for (token, status) in [
        (api.server.tokens().auditor.as_str(), 403),
        ("stranger", 401),
    ] {
        let refused = ask(&api, SITE, token, body);
        assert_eq!(refused.status, status, "{}", refused.text);
        assert_eq!(refused.header("access-control-allow-origin"), "*");
    }
    ask(&api, "inconnu", &api.server.tokens().owner, body).assert_refused(UNKNOWN_SITE);
    let path = format!("/v1/sites/{SITE}/classifications");
    let preflight = api.options(&path, &[("origin", "https://anyone.example")]);
    assert_eq!(preflight.status, 204);
    let allowed = preflight.header("access-control-allow-headers");
    assert_eq!(allowed, "authorization");
}

#[test]
fn what_names_nothing_is_refused() {
    let (api, _) = Api::with_site();
    let many = vec![json!({ "kind": "request", "host": "a.example" }); 501];
    for (seen, field) in [
        (json!({}), "seen"),
        (
            json!([{ "kind": "pixel", "host": "a.example" }]),
            "seen[0].kind",
        ),
        (json!([{ "kind": "request" }]), "seen[0]"),
        (Value::from(many), "seen"),
    ] {
        let answer = by_owner(&api, &seen);
        assert_eq!(answer.status, 400, "{}", answer.text);
        let error = answer.json()["errors"][0]["field"].clone();
        let error = error.as_str().unwrap();
        assert!(
            error.starts_with(field.split('.').next().unwrap()),
            "{error}"
        );
    }
    let bearer = api.owner();
    let large = api.send_ten_megabytes(
        &format!("POST /v1/sites/{SITE}/classifications"),
        ("authorization", &bearer),
        Framing::Length,
    );
    assert_eq!(large.status, 413, "{}", large.text);
}

#[test]
fn the_inspector_is_served_under_every_site() {
    let (api, _) = Api::with_site();
    let script = api.get(&format!("/i/{SITE}.js"), &[]);
    assert_eq!(script.status, 200);
    assert_eq!(
        script.header("content-type"),
        "text/javascript; charset=utf-8"
    );
    assert_eq!(script.header("cache-control"), "no-cache");
    assert!(script.text.contains("temoin-inspector"));
}
