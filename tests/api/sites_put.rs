//! `PUT /v1/sites/SITE`

use crate::api::{Api, Framing, SITE, config, report};
use serde_json::json;

#[test]
fn publishing_answers_the_notice_and_the_tag_to_paste() {
    let api = Api::empty();
    let answer = api.publish(SITE, &config());
    assert_eq!(answer.status, 201, "{}", answer.text);
    let publication = answer.json();
    assert_eq!(publication["site"], SITE);
    assert_eq!(publication["unchanged"], false);
    assert_eq!(publication["asks_anew"], false);
    assert_eq!(
        publication["embed"],
        format!(
            r#"<script src="{}/t/{SITE}.js"></script>"#,
            api.server.url()
        )
    );
    assert_eq!(publication["notice"].as_str().unwrap().len(), 64);
}

#[test]
fn publishing_the_same_again_changes_nothing() {
    let (api, notice) = Api::with_site();
    let answer = api.publish(SITE, &config());
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json()["notice"], notice);
    assert_eq!(answer.json()["unchanged"], true);
}

#[test]
fn only_a_material_change_asks_anew() {
    let (api, _) = Api::with_site();
    let asks = |change: &dyn Fn(&mut serde_json::Value)| {
        api.publish(SITE, &config());
        let mut changed = config();
        change(&mut changed);
        let answer = api.publish(SITE, &changed);
        assert!(answer.status < 300, "{}", answer.text);
        answer.json()["asks_anew"].as_bool().unwrap()
    };
    assert!(!asks(
        &|c| c["services"][0]["description"]["en"] = json!("Counts visits!")
    ));
    assert!(!asks(&|c| c["origins"] = json!(["https://relais.example"])));
    assert!(!asks(&|c| c["languages"] = json!(["en", "fr-CA"])));
    assert!(asks(&|c| c["policy"]["version"] = json!("2")));
    assert!(asks(&|c| c["purposes"] = json!(["statistics"])));
    assert!(asks(&|c| c["services"][0]["purpose"] = json!("marketing")));
    assert!(asks(
        &|c| c["services"][0]["recipient"] = json!("Une autre inc.")
    ));
    assert!(asks(&|c| c["services"] = json!([])));
}

#[test]
fn a_contradiction_names_its_fields_and_publishes_nothing() {
    let api = Api::empty();
    let mut bad = config();
    bad["purposes"] = json!(["marketing"]);
    bad["choice_max_age_months"] = json!(24);
    let answer = api.publish(SITE, &bad);
    answer.assert_problem(422, "contradiction", "2 field(s) are wrong; see `errors`");
    assert_eq!(
        answer.json()["errors"],
        json!([
            {
                "field": "choice_max_age_months",
                "message": "is 24; a choice is kept 1 to 13 months"
            },
            {
                "field": "services[0].purpose",
                "message": "is statistics, which `purposes` does not ask for: add it there, or correct it here"
            }
        ])
    );
    assert_eq!(api.get("/t/relais.js", &[]).status, 404);
}

#[test]
fn a_bad_edition_leaves_the_good_one_in_force() {
    let (api, notice) = Api::with_site();
    let before = api.get("/t/relais.js", &[]).text;
    let mut bad = config();
    bad["origins"] = json!(["javascript:alert(1)"]);
    assert_eq!(api.publish(SITE, &bad).status, 422);
    assert_eq!(api.get("/t/relais.js", &[]).text, before);
    assert_eq!(api.report(&report(&notice, 1, "reject_all")).status, 201);
}

#[test]
fn the_owners_token_is_needed() {
    let api = Api::empty();
    let body = config().to_string();
    let put = |authorization: &str| {
        api.put(
            "/v1/sites/relais",
            &[("authorization", authorization)],
            body.as_bytes(),
        )
    };
    put("").assert_problem(
        401,
        "missing-token",
        "send the token in the header: Authorization: Bearer …",
    );
    put("Bearer x").assert_problem(401, "wrong-token", "the token is not valid");
    put(&format!("Bearer {}", api.server.tokens().auditor)).assert_problem(
        403,
        "forbidden",
        "the token is valid, but not for this site and action",
    );
    assert_eq!(api.get("/t/relais.js", &[]).status, 404);
}

#[test]
fn an_oversize_configuration_is_refused() {
    let api = Api::empty();
    let bearer = format!("Bearer {}", api.server.tokens().owner);
    let answer = api.send_ten_megabytes(
        "PUT /v1/sites/relais",
        ("authorization", &bearer),
        Framing::Length,
    );
    answer.assert_problem(
        413,
        "too-large",
        "the body is larger than the 262144 bytes that are read here",
    );
}

#[test]
fn the_demo_sites_can_be_published() {
    let api = Api::empty();
    for site in demo_site::SITES {
        let config = demo_site::site_config(site, "http://localhost:8788").unwrap();
        let config = serde_json::from_slice(&config).unwrap();
        let answer = api.publish(site, &config);
        assert_eq!(answer.status, 201, "{site}: {}", answer.text);
    }
}
