//! `GET /v1/sites/SITE/compare`

use crate::support::{Answer, Api, SITE, config};
use consent_core::Sha256Digest;
use serde_json::{Value, json};

fn hash_of(config: &Value) -> String {
    Sha256Digest::of(config.to_string().as_bytes()).to_string()
}

fn compare(api: &Api, query: &str) -> Answer {
    let path = format!("/v1/sites/{SITE}/compare{query}");
    api.get(&path, &[("authorization", &api.auditor())])
}

#[test]
fn what_asks_anew_is_said_with_its_reasons_as_its_publication_said() {
    let (api, _) = Api::with_site();
    let mut after = config();
    after["policy"]["version"] = json!("2");
    after["services"][0]["recipient"] = json!("Une autre inc.");
    after["name"] = json!("Relais");
    let published = api.publish(SITE, &after).json();

    let (a, b) = (hash_of(&config()), hash_of(&after));
    let answer = compare(&api, &format!("?a={a}&b={b}"));
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(
        answer.json(),
        json!({
            "a": a,
            "b": b,
            "asks_anew": true,
            "reasons": published["material_changes"],
            "changes": [
                {
                    "field": "policy.version",
                    "kind": "changed",
                    "words": "`policy.version` is \"2\", no longer \"2024-05-02\"",
                    "old": "2024-05-02",
                    "new": "2",
                    "asks_anew": true,
                },
                {
                    "field": "services[0].recipient",
                    "kind": "changed",
                    "words": "`services[mesure].recipient` is \"Une autre inc.\", no longer \"Mesure inc.\"",
                    "old": "Mesure inc.",
                    "new": "Une autre inc.",
                    "asks_anew": true,
                },
                {
                    "field": "name",
                    "kind": "changed",
                    "words": "`name` is \"Relais\", no longer \"Le Relais\"",
                    "old": "Le Relais",
                    "new": "Relais",
                    "asks_anew": false,
                },
            ],
        })
    );
    // Without `b`, with what is in force.
    assert_eq!(compare(&api, &format!("?a={a}")).json(), answer.json());
    let with_itself = compare(&api, &format!("?a={b}")).json();
    assert_eq!(with_itself["changes"], json!([]));
    assert_eq!(with_itself["asks_anew"], false);
    // The other way round.
    let back = compare(&api, &format!("?a={b}&b={a}")).json();
    assert_eq!(back["asks_anew"], true);
    assert_eq!(back["changes"][0]["new"], "2024-05-02");
}

#[test]
fn what_is_not_material_and_another_order_ask_nobody_again() {
    let (api, _) = Api::with_site();
    let mut after = config();
    after["origins"]
        .as_array_mut()
        .unwrap()
        .push(json!("https://relais.example"));
    after["languages"] = json!(["en", "fr-CA"]);
    after["reask_after_months"] = json!(6);
    assert_eq!(api.publish(SITE, &after).json()["asks_anew"], false);
    let answer = compare(&api, &format!("?a={}", hash_of(&config()))).json();
    assert_eq!(
        (&answer["asks_anew"], &answer["reasons"]),
        (&json!(false), &json!([]))
    );
    let changes = answer["changes"].as_array().unwrap();
    let in_short: Vec<_> = changes
        .iter()
        .map(|change| {
            json!([
                change["field"],
                change["kind"],
                change["old"],
                change["new"]
            ])
        })
        .collect();
    assert_eq!(
        in_short,
        [
            json!(["languages", "changed", ["fr-CA", "en"], ["en", "fr-CA"]]),
            json!(["origins[1]", "added", null, "https://relais.example"]),
            json!(["reask_after_months", "added", null, 6]),
        ]
    );
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let (api, notice) = Api::with_site();
    let unknown = "0".repeat(64);
    let known = hash_of(&config());
    for query in [
        format!("?a={unknown}"),
        format!("?a={known}&b={unknown}"),
        format!("?a={notice}&b={known}"),
    ] {
        let refused = compare(&api, &query);
        assert_eq!(refused.status, 404, "{}", refused.text);
        assert_eq!(refused.json()["type"], "urn:temoin:problem:unknown-edition");
    }
    for (query, fields) in [
        ("", vec!["a"]),
        ("?a=x&c=1", vec!["a", "c"]),
        (&*format!("?a={known}&a={known}"), vec!["a"]),
        (&*format!("?b={known}"), vec!["a"]),
    ] {
        let refused = compare(&api, query);
        assert_eq!(refused.status, 400, "{}", refused.text);
        let errors = refused.json()["errors"].as_array().unwrap().clone();
        let named: Vec<_> = errors.iter().map(|error| error["field"].clone()).collect();
        assert_eq!(named, fields, "{query}");
    }
}
