//! What a site states of its data: published, in the declaration as data, in the JSON-LD of a record, and compared.

use crate::support::{Api, SITE, config, report, secret};
use serde_json::{Value, json};

/// A French site that states everything, and uses one service on behalf of its customer.
fn stating() -> Value {
    let mut config = config();
    config["jurisdiction"] = json!("FR");
    config["legal_bases"] = json!({ "statistics": "consent" });
    config["rights"] = json!({ "url": "/droits", "email": "vie-privee@relais.example" });
    config["customer"] = json!({
        "name": { "fr-CA": "votre école", "en": "your school" },
        "contact": { "fr-CA": "son secrétariat", "en": "its office" }
    });
    let service = &mut config["services"][0];
    service["country"] = json!("US");
    service["safeguard"] = json!("privacy_framework");
    service["safeguard_url"] = json!("https://www.dataprivacyframework.gov");
    service["legal_basis"] = json!("consent");
    service["role"] = json!("processor");
    service["retention"] = json!([
        { "data": "trackers", "keep": "P13M" }, { "data": "logs", "keep": "P1M" },
        { "data": "other", "name": { "fr-CA": "réponses", "en": "answers" }, "keep": "P90D" }
    ]);
    config
}

#[test]
fn the_declaration_has_each_fact_as_data_and_in_words() {
    let (api, notice) = Api::publishing(&stating());
    let said = api
        .get("/v1/sites/relais/declaration?language=en", &[])
        .json();
    assert_eq!(
        said["customer"],
        json!({ "name": "your school", "contact": "its office" })
    );
    let rights = &said["rights"];
    assert_eq!(rights["rights"].as_array().unwrap().len(), 10);
    assert_eq!(
        rights["rights"][8],
        json!({
            "id": "after_death", "words": "instructions for after your death",
            "source": "Data Protection Act (loi 78-17), art. 85"
        })
    );
    assert_eq!(
        rights["answer_within"],
        json!({ "iso": "P1M", "words": "1 month" })
    );
    assert_eq!(rights["url"], "/droits");
    assert_eq!(rights["email"], "vie-privee@relais.example");
    let statistics = &said["purposes"][2];
    let consent = json!({ "id": "consent", "words": "your consent" });
    assert_eq!(statistics["legal_basis"], consent);
    let service = &statistics["services"][0];
    assert_eq!(service["legal_basis"], consent);
    assert_eq!(service["role"], "processor");
    assert_eq!(
        service["safeguard"],
        json!({
            "id": "privacy_framework", "words": "Data Privacy Framework (adequacy decision)",
            "url": "https://www.dataprivacyframework.gov"
        })
    );
    assert_eq!(
        service["retention"],
        json!([
            { "data": "trackers", "name": "trackers", "keep": { "iso": "P13M", "words": "13 months" } },
            { "data": "logs", "name": "logs", "keep": { "iso": "P1M", "words": "1 month" } },
            { "data": "other", "name": "answers", "keep": { "iso": "P90D", "words": "90 days" } }
        ])
    );
    // The page has the same, and the notice that it belongs to.
    let page = api.get("/d/relais/en", &[]).text;
    for part in [
        "instructions for after your death",
        "trackers (13 months) · logs (1 month) · answers (90 days)",
        "acts on behalf of your school",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let notice = api.notice(&notice);
    assert_eq!(notice.rights.unwrap().rights.len(), 10);
}

#[test]
fn a_record_as_json_ld_has_them_in_the_terms_of_the_vocabulary() {
    let (api, notice) = Api::publishing(&stating());
    let one = report(&notice, 1, "accept_all");
    assert_eq!(api.report(&one).status, 201);
    let path = format!("/v1/receipts/{SITE}.{:032x}?format=jsonld", 1);
    let record = api.get(&path, &[("authorization", &secret(&one))]).json();
    let gdpr = |term: &str| format!("https://w3id.org/dpv/legal/eu/gdpr#{term}");
    let rights = record["dpv:hasRight"].as_array().unwrap();
    assert_eq!(rights.len(), 10);
    assert_eq!(rights[4]["@id"], gdpr("A20"));
    assert_eq!(rights[8]["dct:identifier"], "after_death");
    assert_eq!(
        rights[8]["dpv:isExercisedAt"]["dpv:hasDuration"]["@value"],
        "P1M"
    );
    assert_eq!(record["dpv:hasDataController"]["dpv:hasName"], "Le Relais");
    let statistics = &record["dpv:hasProcess"][2];
    assert_eq!(statistics["dpv:hasLegalBasis"]["@id"], gdpr("A6-1-a"));
    let service = &statistics["dpv:hasProcess"][0];
    assert_eq!(service["dpv:hasLegalBasis"]["@id"], gdpr("A6-1-a"));
    assert_eq!(
        service["dpv:hasDataController"]["dpv:hasName"],
        "votre école"
    );
    assert_eq!(service["dpv:hasDataProcessor"]["dpv:hasName"], "Le Relais");
    assert_eq!(
        service["dpv:hasStorageCondition"][2],
        json!({
            "@type": "dpv:StorageDuration", "dct:identifier": "other", "dpv:hasName": "réponses",
            "dpv:hasDuration": { "@type": "xsd:duration", "@value": "P90D" }
        })
    );
    let transfer = &service["dpv:hasProcess"];
    assert_eq!(transfer["dpv:hasProcessing"]["@id"], "dpv:Transfer");
    assert_eq!(transfer["dpv:hasLegalBasis"]["@id"], gdpr("A45-3"));
    // A purpose of which nothing is stated has what it had.
    let marketing = &record["dpv:hasProcess"][3];
    assert_eq!(
        marketing["dpv:hasLegalBasis"],
        json!({ "@id": "dpv:Consent" })
    );
}

#[test]
fn to_state_something_asks_nobody_again() {
    let mut before = stating();
    for field in ["legal_bases", "rights", "customer"] {
        before.as_object_mut().unwrap().remove(field);
    }
    for field in ["legal_basis", "role", "retention"] {
        let service = before["services"][0].as_object_mut().unwrap();
        service.remove(field);
    }
    let (api, first) = Api::publishing(&before);
    let answer = api.publish(SITE, &stating());
    assert_eq!(answer.status, 201, "{}", answer.text);
    let said = answer.json();
    assert_eq!(said["asks_anew"], false);
    assert_ne!(said["notice"], first);
}

#[test]
fn what_contradicts_the_law_is_refused_with_what_to_write() {
    let api = Api::empty();
    let mut bad = stating();
    bad["legal_bases"] = json!({ "marketing": "legitimate_interests" });
    bad["services"][0]["legal_basis"] = json!("opt_out");
    bad["rights"] = json!({ "answer_within": "P2M" });
    api.publish(SITE, &bad).assert_contradiction(&[
        (
            "legal_bases.marketing",
            "is legitimate_interests, but marketing waits for a yes under FR: write consent, or file under necessary what is",
        ),
        (
            "rights",
            "says no way to use them: write `url` (a form), `email` or `address`",
        ),
        (
            "rights.answer_within",
            "is P2M; GDPR, art. 12(3) gives P1M at most",
        ),
        (
            "services[0].legal_basis",
            "is opt_out, which is no basis under FR: write one of consent, contract, legal_obligation, vital_interests, public_task, legitimate_interests",
        ),
    ]);
}
