//! Services that need no consent: published where the law knows the exemption, declared apart, objected to by a record.

use crate::support::{Answer, Api, SITE, config, report, secret, wait_for};
use serde_json::{Value, json};

/// A French site whose audience measurement is exempt.
fn exempting() -> Value {
    let mut config = config();
    config["jurisdiction"] = json!("FR");
    config["audience_data_months"] = json!(25);
    let conditions = [
        "own_account_only",
        "no_cross_site_identifier",
        "aggregated_output",
        "no_combination",
    ];
    config["services"][0]["exempt"] =
        json!({ "kind": "audience_measurement", "conditions": conditions });
    config
}

/// A report that objects to the exempt service.
fn objection(notice: &str, nth: u32, method: &str) -> Value {
    let mut report = report(notice, nth, method);
    report["services"] = json!({ "mesure": "denied" });
    report
}

fn fields(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{}", answer.text);
    let json = answer.json();
    let errors = json["errors"].as_array().unwrap().iter();
    errors
        .map(|error| error["field"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_declaration_says_what_needs_no_consent_and_where_the_law_says_so() {
    let (api, _) = Api::publishing(&exempting());
    let said = api
        .get("/v1/sites/relais/declaration?language=en", &[])
        .json();
    let purposes = said["purposes"].as_array().unwrap();
    let statistics = purposes.iter().find(|it| it["id"] == "statistics").unwrap();
    let exempt = &statistics["services"][0]["exempt"];
    assert_eq!(exempt["kind"], "audience_measurement");
    assert_eq!(exempt["conditions"].as_array().unwrap().len(), 4);
    assert_eq!(exempt["source"], "CNIL, 2020-091, art. 5");
    let page = api.get("/d/relais/en", &[]).text;
    for part in ["Without consent", "CNIL, 2020-091, art. 5"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let loader = api.get("/t/relais.js", &[]).text;
    assert!(loader.contains(r#""mesure":{"name":"Mesure","purpose":"statistics","exempt":true"#));
}

#[test]
fn an_objection_is_recorded_whatever_the_purpose_has_and_nothing_else_is_one() {
    let (api, notice) = Api::publishing(&exempting());
    for (nth, method) in [(1, "reject_all"), (2, "withdraw"), (3, "save")] {
        let objection = objection(&notice, nth, method);
        let answer = api.report(&objection);
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert_eq!(answer.json()["services"], json!({ "mesure": "denied" }));
    }
    // Whoever accepts everything takes it back.
    let accepted = api.report(&objection(&notice, 6, "accept_all"));
    assert_eq!(fields(&accepted), ["decision"]);
    // It runs without an answer: a grant of it says nothing.
    let mut grant = report(&notice, 4, "save");
    grant["services"] = json!({ "mesure": "granted" });
    assert_eq!(fields(&api.report(&grant)), ["services.mesure"]);
    let path = format!("/v1/receipts/{SITE}.{:032x}?format=jsonld", 1);
    let one = objection(&notice, 1, "reject_all");
    let record = api.get(&path, &[("authorization", &secret(&one))]).json();
    let service = |record: &Value| record["dpv:hasProcess"][2]["dpv:hasProcess"][0].clone();
    assert_eq!(
        service(&record)["dpv:hasConsentStatus"]["@id"],
        "dpv:ConsentRefused"
    );
    let plain = report(&notice, 5, "reject_all");
    assert_eq!(api.report(&plain).status, 201);
    let path = format!("/v1/receipts/{SITE}.{:032x}?format=jsonld", 5);
    let record = api.get(&path, &[("authorization", &secret(&plain))]).json();
    assert_eq!(service(&record)["dpv:hasConsentStatus"], Value::Null);
    assert_eq!(
        service(&record)["dct:description"],
        "needs no consent: audience_measurement (CNIL, 2020-091, art. 5)"
    );
}

#[test]
fn a_site_may_leave_out_a_purpose_of_which_every_service_is_exempt() {
    let mut alone = exempting();
    alone["purposes"] = json!([]);
    let (api, notice) = Api::publishing(&alone);
    let loader = api.get("/t/relais.js", &[]).text;
    assert!(
        !loader.contains("temoin-banner\\\""),
        "there is nothing to ask"
    );
    assert_eq!(
        api.report(&objection(&notice, 1, "save_nothing")).status,
        400
    );
    let mut objection = objection(&notice, 1, "reject_all");
    objection["layer"] = json!("dialog");
    assert_eq!(api.report(&objection).status, 201);
    // Under a law that does not know the exemption, its purpose must be asked for.
    let mut elsewhere = alone.clone();
    elsewhere["jurisdictions"] = json!(["DE"]);
    assert_eq!(
        fields(&api.publish(SITE, &elsewhere)),
        ["services[0].purpose"]
    );
}

#[test]
fn a_tool_that_cannot_be_exempt_is_refused_with_the_reason() {
    let api = Api::empty();
    let mut config = exempting();
    config["services"][0]["hosts"] = json!(["www.googletagmanager.com"]);
    let refused = api.publish(SITE, &config);
    assert_eq!(fields(&refused), ["services[0].exempt"]);
    assert!(
        refused.text.contains("catalogue of services"),
        "{}",
        refused.text
    );
    let mut short = exempting();
    short["services"][0]["exempt"]["conditions"] = json!(["own_account_only"]);
    assert_eq!(
        fields(&api.publish(SITE, &short)),
        ["services[0].exempt.conditions"]
    );
}

#[test]
fn becoming_exempt_asks_anew_and_says_why() {
    let mut before = exempting();
    before["services"][0]
        .as_object_mut()
        .unwrap()
        .remove("exempt");
    let (api, _) = Api::publishing(&before);
    let published = api.publish(SITE, &exempting()).json();
    assert_eq!(published["asks_anew"], true);
    assert_eq!(
        published["material_changes"],
        json!(["service mesure needs no consent any more"])
    );
}

#[test]
fn each_law_of_a_site_has_its_own_exemptions() {
    let mut config = exempting();
    config["jurisdiction"] = json!("DE");
    config["jurisdictions"] = json!(["FR", "GB"]);
    let (api, _) = Api::publishing(&config);
    wait_for("every law is in the anchor", || {
        api.get("/t/relais.js?place=GB", &[]).status == 200
    });
    for (place, exempt) in [("FR", true), ("GB", true), ("DE", false), ("US-TX", false)] {
        let loader = api.get(&format!("/t/relais.js?place={place}"), &[]).text;
        assert_eq!(loader.contains(r#""exempt":true"#), exempt, "{place}");
        let declared = format!("/v1/sites/relais/declaration?language=en&place={place}");
        let declared = api.get(&declared, &[]).text;
        assert_eq!(declared.contains(r#""exempt":{"#), exempt, "{place}");
    }
}
