//! `POST /v1/sites/SITE/evidence`: a file's hash in the log, for whoever is shown the file later.

use crate::support::{Answer, Api, Framing, Log, SITE, UNKNOWN_SITE, report};
use consent_core::proof::EvidenceReceipt;
use consent_log::{Hash, TlogProof};
use serde_json::json;

const FILE: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

fn enter(api: &Api, site: &str, token: &str, body: &str) -> Answer {
    let bearer = format!("Bearer {token}");
    let path = format!("/v1/sites/{site}/evidence");
    api.post(&path, &[("authorization", &bearer)], body.as_bytes())
}

fn by_owner(api: &Api, body: &str) -> Answer {
    enter(api, SITE, &api.server.tokens().owner, body)
}

#[test]
fn a_file_is_entered_once_and_proved() {
    let (api, notice) = Api::with_site();
    api.report(&report(&notice, 1, "reject_all"));
    let body = json!({ "sha256": FILE }).to_string();
    let answer = by_owner(&api, &body);
    assert_eq!(answer.status, 201, "{}", answer.text);
    let receipt: EvidenceReceipt = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(
        (receipt.index, receipt.sha256.to_string()),
        (2, FILE.to_owned())
    );
    assert_eq!(receipt.notice.to_string(), notice);
    api.report(&report(&notice, 2, "reject_all"));
    let again = by_owner(&api, &body);
    assert_eq!(again.status, 200);
    let again: EvidenceReceipt = serde_json::from_str(&again.text).unwrap();
    let log = Log::of_site(&api);
    for receipt in [receipt, again] {
        let entry = receipt.claimed_entry();
        let proof: TlogProof = receipt.proof.parse().unwrap();
        let leaf = Hash::leaf(&entry.to_bytes());
        let signed = proof.verify(leaf, &log.key).unwrap();
        assert_eq!(signed.origin, receipt.log.as_str());
        assert_eq!(log.verify()[2], entry);
    }
    assert_eq!(log.verify().len(), 4, "a notice, two consents, one file");
    assert_eq!(api.records().len(), 2, "a file is no consent");
}

#[test]
fn only_the_owner_enters_a_file() {
    let (api, _) = Api::with_site();
    let body = json!({ "sha256": FILE }).to_string();
    let auditor = enter(&api, SITE, &api.server.tokens().auditor, &body);
    assert_eq!(auditor.status, 403, "{}", auditor.text);
    let stranger = enter(&api, SITE, "stranger", &body);
    assert_eq!(stranger.status, 401, "{}", stranger.text);
    enter(&api, "inconnu", &api.server.tokens().owner, &body).assert_refused(UNKNOWN_SITE);
    assert_eq!(Log::of_site(&api).verify().len(), 1, "nothing was entered");
}

#[test]
fn what_names_no_file_is_refused() {
    let (api, _) = Api::with_site();
    for (body, field) in [
        ("{}", "."),
        (r#"{ "sha256": "abc" }"#, "sha256"),
        (r#"{ "sha256": 1 }"#, "sha256"),
        ("[", "."),
    ] {
        let answer = by_owner(&api, body);
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
        assert_eq!(answer.json()["errors"][0]["field"], field, "{body}");
    }
    let bearer = api.owner();
    let large = api.send_ten_megabytes(
        &format!("POST /v1/sites/{SITE}/evidence"),
        ("authorization", &bearer),
        Framing::Chunked,
    );
    assert_eq!(large.status, 413, "{}", large.text);
    assert_eq!(Log::of_site(&api).verify().len(), 1, "nothing was entered");
}
