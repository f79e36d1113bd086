//! Each law of the table, published: `PUT /v1/sites/SITE`, the loader and the declaration that come of it, and the records that name it.

use crate::support::{Api, SITE, config, report};
use consent_core::Purpose;
use consent_core::jurisdiction::{ConsentModel, Jurisdiction, UnknownJurisdiction};
use serde_json::{Map, Value, json};

/// A site under a law, whose one service says what protects its data.
fn under(law: &str) -> Value {
    let mut config = config();
    config["jurisdiction"] = json!(law);
    config["services"][0]["safeguard"] = json!("adequacy");
    config
}

/// The member of the site's data that says what is on before an answer; `null` where nothing is.
fn until_refused(loader: &str) -> Value {
    let Some((_, rest)) = loader.split_once(r#""until_refused":"#) else {
        return Value::Null;
    };
    let (object, _) = rest.split_once('}').unwrap();
    serde_json::from_str(&format!("{object}}}")).unwrap()
}

#[test]
fn every_law_publishes_and_its_loader_and_declaration_say_what_its_row_does() {
    let api = Api::empty();
    for &law in Jurisdiction::ALL {
        let code = law.as_str();
        let answer = api.publish(SITE, &under(code));
        assert_eq!(answer.status, 201, "{code}: {}", answer.text);
        let publication = answer.json();
        assert_eq!(publication["findings"], json!([]), "{code}");
        let notice = api.notice(publication["notice"].as_str().unwrap());
        assert_eq!(notice.jurisdiction, law);
        assert_eq!(notice.reask_after_months, law.preset().reask_after_months);

        let on: Map<String, Value> = Purpose::OPTIONAL
            .into_iter()
            .filter(|&purpose| law.model_for(purpose) == ConsentModel::OptOut)
            .map(|purpose| (purpose.to_string(), json!(true)))
            .collect();
        let loader = api.get("/t/relais.js", &[]).text;
        let expected = if on.is_empty() {
            Value::Null
        } else {
            on.into()
        };
        assert_eq!(until_refused(&loader), expected, "{code}");
        let is_opt_out = loader.contains(r#""opt_out":true"#);
        assert_eq!(is_opt_out, law.model() == ConsentModel::OptOut, "{code}");

        let said = api
            .get("/v1/sites/relais/declaration?language=en", &[])
            .json();
        assert_eq!(said["jurisdiction"], code);
        assert_eq!(said["model"], json!(law.model()), "{code}");
        let models = said.get("models").cloned().unwrap_or_else(|| json!({}));
        assert_eq!(models, json!(law.models_apart()), "{code}");
        assert_eq!(said["authority"], json!(law.authority()), "{code}");
        let page = api.get("/d/relais/en", &[]).text;
        let link = format!(r#"<a href="{}""#, law.authority().url);
        assert!(
            page.contains(&link) && page.contains(law.authority().name),
            "{code}"
        );
    }
}

#[test]
fn an_unknown_law_is_refused_with_the_codes_there_are() {
    let api = Api::empty();
    for law in ["XX", "fr", "CA-ON"] {
        let answer = api.publish(SITE, &under(law));
        answer.assert_contradiction(&[("jurisdiction", &UnknownJurisdiction.to_string())]);
    }
}

#[test]
fn records_are_found_by_the_law_that_they_were_made_under() {
    let api = Api::empty();
    for (nth, law) in (1..).zip(["DE", "CA", "DE", "US", "GB"]) {
        let publication = api.publish(SITE, &under(law)).json();
        let notice = publication["notice"].as_str().unwrap();
        let answer = api.report(&report(notice, nth, "reject_all"));
        assert_eq!(answer.status, 201, "{law}: {}", answer.text);
    }
    for (law, count) in [
        ("DE", 2),
        ("CA", 1),
        ("US", 1),
        ("GB", 1),
        ("FR", 0),
        ("CA-QC", 0),
    ] {
        let answer = api.query(&format!("?jurisdiction={law}"));
        let records = answer.json()["records"].as_array().unwrap().clone();
        assert_eq!(records.len(), count, "{law}: {}", answer.text);
        assert!(records.iter().all(|record| record["jurisdiction"] == law));
    }
    let answer = api.query("?jurisdiction=XX");
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(
        answer.text.contains("must be one of AT, BE, "),
        "{}",
        answer.text
    );
}

#[test]
fn where_marketing_waits_the_privacy_signal_answers_nothing_by_itself() {
    let api = Api::empty();
    let publication = api.publish(SITE, &under("CA")).json();
    let notice = publication["notice"].as_str().unwrap();
    let mut signal = report(notice, 1, "gpc");
    signal["layer"] = json!("none");
    assert_eq!(api.report(&signal).status, 201);
    signal["id"] = report(notice, 2, "gpc")["id"].clone();
    signal["decision"]["statistics"] = json!("granted");
    let answer = api.report(&signal);
    assert_eq!(answer.status, 422, "{}", answer.text);
}
