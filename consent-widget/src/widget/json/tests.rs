use super::{parse, text};
use consent_core::receipt::Evidence;
use consent_core::wallet::{Outbox, Wallet};
use consent_core::{
    ConsentId, ConsentReceipt, ConsentStatus, NoticeHash, ReceiptId, ReportId, Timestamp,
};
use consent_core::{ConsentReport, Decision, Layer, Method, Purpose, ServiceAnswers};
use wasm_bindgen_test::wasm_bindgen_test;

fn report(previous: Option<ReceiptId>) -> ConsentReport {
    ConsentReport {
        id: ReportId::from_bytes([1; 16]),
        consent_id: ConsentId::from_bytes([0xfe; 16]),
        notice: NoticeHash::from_bytes([3; 32]),
        language: "fr-CA".parse().unwrap(),
        decision: Decision::granting(&[Purpose::Statistics]),
        services: ServiceAnswers::decode("dga4~gyoutube").unwrap(),
        method: Method::Save,
        chosen_at: previous.as_ref().map(|_| Timestamp::MAX),
        layer: Layer::Dialog,
        trusted: true,
        gpc: false,
        ticket: None,
        told: None,
        previous,
    }
}

fn receipt_id() -> ReceiptId {
    "relais.000102030405060708090a0b0c0d0e0f".parse().unwrap()
}

fn receipt() -> ConsentReceipt {
    ConsentReceipt {
        id: receipt_id(),
        log: "temoin.example/relais/2026q4/0".parse().unwrap(),
        index: 9_007_199_254_740_991,
        time: "2026-11-22T20:27:45.120Z".parse().unwrap(),
        valid_until: Timestamp::MAX,
        status: ConsentStatus::Given,
        decision: Decision::granting(&[Purpose::Marketing]),
        services: ServiceAnswers::decode("dga4").unwrap(),
        method: Method::AcceptAll,
        notice: NoticeHash::from_bytes([0xab; 32]),
        evidence: Evidence {
            subject_salt: "00".repeat(32),
            subject: r#"{"subject":"é\n"}"#.to_owned(),
            subject_hash: None,
            decision_salt: "ff".repeat(32),
            decision: "{}".to_owned(),
            key: "temoin.example/relais/2026q4/0+00000000+AQ==".to_owned(),
            proof: "c2sp.org/tlog-proof@v1\nindex 7\n\n\u{2014} x".to_owned(),
            anchor_key: Some("temoin.example/anchor+00000000+AQ==".to_owned()),
            anchor_proof: None,
        },
    }
}

/// A wallet in JSON, with these receipts in it.
fn stored(receipts: &[String]) -> String {
    let secret = serde_json::to_string(&ConsentId::from_bytes([7; 16])).unwrap();
    let receipts = receipts.join(",");
    format!(r#"{{"consent_id":{secret},"receipts":[{receipts}]}}"#)
}

#[wasm_bindgen_test]
fn what_is_written_is_what_serde_writes() {
    for report in [report(None), report(Some(receipt_id()))] {
        assert_eq!(text(&report), serde_json::to_string(&report).unwrap());
    }
}

#[wasm_bindgen_test]
fn what_serde_writes_is_read_whole() {
    let outbox = Outbox::new(vec![report(None), report(Some(receipt_id()))]);
    let written = serde_json::to_string(&outbox).unwrap();
    assert_eq!(parse::<Outbox>(&written), Some(outbox));
}

#[wasm_bindgen_test]
fn a_receipt_is_kept_to_the_last_member_as_the_server_gave_it() {
    let whole = serde_json::to_string(&receipt()).unwrap();
    let newer = whole.replace(
        r#""evidence":{"#,
        r#""later":[1],"evidence":{"later":null,"#,
    );
    let older = whole.split(r#","log""#).next().unwrap().to_owned()
        + r#","index":1,"time":"2026-11-22T20:27:45.120Z","decision":{"necessary":"granted",
          "preferences":"denied","statistics":"denied","marketing":"granted"}}"#;
    let older = older.replace(char::is_whitespace, "");
    let stored = stored(&[whole.clone(), newer.clone(), older.clone()]);
    let wallet = parse::<Wallet>(&stored).unwrap();
    assert_eq!(text(&wallet), stored);
    let first = &wallet.receipts[0];
    let ConsentReceipt {
        id,
        time,
        decision,
        services,
        ..
    } = receipt();
    assert_eq!(
        (&first.id, first.time, first.decision, &first.services),
        (&id, time, decision, &services)
    );
    let kept: Vec<_> = wallet
        .receipts
        .iter()
        .map(|receipt| &receipt.json)
        .collect();
    assert_eq!(kept, [&whole, &newer, &older]);
}

#[wasm_bindgen_test]
fn a_receipt_that_is_broken_takes_nothing_else_along() {
    let whole = serde_json::to_string(&receipt()).unwrap();
    let broken = whole.replace("granted", "perhaps");
    let wallet = parse::<Wallet>(&stored(&[broken, whole, "null".to_owned()])).unwrap();
    assert_eq!(wallet.receipts.len(), 1);
    assert_eq!(wallet.consent_id, ConsentId::from_bytes([7; 16]));
}

#[wasm_bindgen_test]
fn what_is_broken_is_nothing() {
    for broken in [
        "",
        "{",
        "null",
        "[]",
        "{}",
        r#"{"consent_id":"x","receipts":[]}"#,
    ] {
        assert_eq!(parse::<Wallet>(broken), None, "{broken}");
    }
    assert_eq!(parse::<Outbox>(r#"[{"id":1}]"#), None);
}
