//! `told` in a report and its record: which tools the page had told what holds.

use crate::support::{Api, Log, SITE, config, report, secret, verify};
use serde_json::{Value, json};

fn publishing(signals: &Value) -> (Api, String) {
    let mut config = config();
    config["signals"] = signals.clone();
    Api::publishing(&config)
}

fn export(api: &Api, format: &str) -> String {
    let path = format!("/v1/sites/{SITE}/export?format={format}");
    let answer = api.get(&path, &[("authorization", &api.auditor())]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.text
}

#[test]
fn a_record_says_which_of_the_tools_that_its_notice_names_were_told() {
    let (api, notice) = publishing(&json!({ "google": {}, "meta": true }));
    for (nth, told, kept) in [
        (
            1,
            Some(json!(["google", "meta"])),
            Some(json!(["google", "meta"])),
        ),
        (
            2,
            Some(json!(["meta", "google", "meta"])),
            Some(json!(["google", "meta"])),
        ),
        (3, Some(json!(["meta", "amazon"])), Some(json!(["meta"]))),
        (4, Some(json!([])), Some(json!([]))),
        (5, None, None),
    ] {
        let mut reported = report(&notice, nth, "accept_all");
        if let Some(told) = told {
            reported["told"] = told;
        }
        let answer = api.report(&reported);
        assert_eq!(answer.status, 201, "{}", answer.text);
        verify(&answer.receipt(), &Log::of_site(&api).key);
        let record = api.records().pop().unwrap();
        assert_eq!(
            (record.get("told"), &record["schema"]),
            (kept.as_ref(), &json!(3))
        );
    }
    let csv = export(&api, "csv");
    assert!(
        csv.lines().nth(1).unwrap().contains(",\"google, meta\","),
        "{csv}"
    );
    let document: Value = serde_json::from_str(&export(&api, "jsonld")).unwrap();
    assert_eq!(
        document["@graph"][0]["temoin:toolsTold"],
        json!(["google", "meta"])
    );
    assert_eq!(document["@graph"][4]["temoin:toolsTold"], json!(null));
    let lines = export(&api, "ndjson");
    assert!(
        lines
            .lines()
            .nth(1)
            .unwrap()
            .contains(r#""told":["google","meta"]"#),
        "{lines}"
    );
}

#[test]
fn a_site_that_names_no_tool_has_no_word_of_any_in_its_records() {
    let (api, notice) = publishing(&json!({}));
    let mut reported = report(&notice, 1, "accept_all");
    reported["told"] = json!(["google"]);
    assert_eq!(api.report(&reported).status, 201);
    assert_eq!(api.records()[0].get("told"), None);
}

#[test]
fn a_tool_that_nobody_knows_is_refused_with_those_that_are_known() {
    let (api, notice) = publishing(&json!({ "google": {} }));
    for bad in [
        json!(["linkedin"]),
        json!("google"),
        json!([1]),
        json!({ "google": true }),
    ] {
        let mut reported = report(&notice, 1, "accept_all");
        reported["told"] = bad.clone();
        let answer = api.report(&reported);
        assert!(
            (400..500).contains(&answer.status),
            "{bad}: {}",
            answer.text
        );
    }
    assert_eq!(api.records(), [] as [Value; 0]);
}

#[test]
fn the_same_report_from_another_page_is_the_same_and_stays_as_it_was_kept() {
    let (api, notice) = publishing(&json!({ "google": {}, "meta": true }));
    let mut reported = report(&notice, 1, "accept_all");
    reported["told"] = json!(["google"]);
    assert_eq!(api.report(&reported).status, 201);
    reported["told"] = json!(["google", "meta"]);
    assert_eq!(api.report(&reported).status, 200);
    assert_eq!(api.records()[0]["told"], json!(["google"]));
}

#[test]
fn an_erased_record_says_no_more_who_was_told() {
    let (api, notice) = publishing(&json!({ "google": {} }));
    let mut reported = report(&notice, 1, "accept_all");
    reported["told"] = json!(["google"]);
    let receipt = api.report(&reported).receipt();
    let headers = [
        ("authorization", &*secret(&reported)),
        ("origin", crate::support::ORIGIN),
    ];
    assert_eq!(
        api.delete(&format!("/v1/receipts/{}", receipt.id), &headers)
            .status,
        204
    );
    assert!(!export(&api, "ndjson").contains("told"));
}

#[test]
fn a_configuration_names_the_tools_and_an_unknown_one_is_refused() {
    let api = Api::empty();
    let mut all = config();
    all["signals"] = json!({
        "google": {}, "microsoft_uet": true, "clarity": true, "meta": true, "tiktok": true,
        "matomo": { "mode": "cookie_consent" }, "posthog": true, "hubspot": true, "shopify": true,
        "wp_consent_api": true, "amazon": true,
    });
    let published = api.publish(SITE, &all);
    assert_eq!(published.status, 201, "{}", published.text);
    let notice = api.notice(published.json()["notice"].as_str().unwrap());
    assert_eq!(json!(notice.signals.tools()).as_array().unwrap().len(), 11);
    let mut unknown = config();
    unknown["signals"] = json!({ "linkedin": true, "matomo": { "mode": "cookies" } });
    let refused = api.publish("autre", &unknown);
    assert_eq!(refused.status, 422, "{}", refused.text);
    for part in [
        "linkedin",
        "`wp_consent_api`",
        "signals.matomo.mode",
        "`cookie_consent`",
    ] {
        assert!(refused.text.contains(part), "{part}: {}", refused.text);
    }
}
