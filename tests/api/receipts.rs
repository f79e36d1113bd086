//! `GET`, `DELETE` and `OPTIONS /v1/receipts/ID`

use crate::support::{
    Answer, Api, ERASED, FOREIGN_ORIGINS, NOT_THE_HOLDER, ORIGIN, SITE, UNKNOWN_RECEIPT,
    UNKNOWN_SITE, now, report, secret,
};
use consent_core::Timestamp;
use serde_json::{Value, json};

/// Where the receipt of the `nth` visitor is.
fn path(nth: u32) -> String {
    format!("/v1/receipts/{SITE}.{nth:032x}")
}

/// Three visitors, who accept, refuse and choose; their reports.
fn three() -> (Api, [Value; 3]) {
    let (api, notice) = Api::with_site();
    let reports = [(1, "accept_all"), (2, "reject_all"), (3, "save")]
        .map(|(nth, method)| report(&notice, nth, method));
    for report in &reports {
        assert_eq!(api.report(report).status, 201);
    }
    (api, reports)
}

/// Asks as the visitor who made this report.
fn get(api: &Api, nth: u32, holder: &Value) -> Answer {
    api.get(&path(nth), &[("authorization", &secret(holder))])
}

fn erase(api: &Api, nth: u32, holder: &Value) -> Answer {
    api.delete(&path(nth), &[("authorization", &secret(holder))])
}

/// The indexes that are erased, as the auditor sees them.
fn erased(api: &Api, parameters: &str) -> Value {
    let page = api.query(parameters).json();
    page.get("erased").cloned().unwrap_or_else(|| json!([]))
}

#[test]
fn a_holder_gets_the_receipt_that_the_report_gave() {
    let (api, report, receipt) = Api::with_choice();
    let answer = get(&api, 1, &report);
    assert_eq!((answer.status, answer.json()), (200, receipt));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[test]
fn a_holder_gets_the_record_as_json_ld_with_the_words_of_the_notice() {
    let (api, [.., third]) = three();
    let path = format!("{}?format=jsonld", path(3));
    let answer = api.get(&path, &[("authorization", &secret(&third))]);
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (200, "application/ld+json")
    );
    let record = answer.json();
    assert_eq!(record["@type"], "dpv:ConsentRecord");
    assert_eq!(record["dpv:hasConsentStatus"]["@id"], "dpv:ConsentGiven");
    assert_eq!(record["dpv:hasDataController"]["dpv:hasName"], "Le Relais");
    let processes = record["dpv:hasProcess"].as_array().unwrap();
    let answers: Vec<_> = processes[1..]
        .iter()
        .map(|process| process["dpv:hasConsentStatus"]["@id"].as_str().unwrap())
        .collect();
    assert_eq!(
        answers,
        [
            "dpv:ConsentRefused",
            "dpv:ConsentGiven",
            "dpv:ConsentRefused"
        ]
    );
    let recipient = &processes[2]["dpv:hasProcess"][0]["dpv:hasRecipient"]["dpv:hasName"];
    assert_eq!(recipient, "Mesure inc.");
    let wrong = api.get(
        &path.replace("jsonld", "xml"),
        &[("authorization", &secret(&third))],
    );
    assert_eq!(wrong.status, 400);
    assert_eq!(wrong.json()["errors"][0]["field"], "format");
}

#[test]
fn the_receipts_of_others_stay_closed() {
    let (api, [first, second, _]) = three();
    let before = api.records();
    get(&api, 1, &second).assert_refused(NOT_THE_HOLDER);
    erase(&api, 2, &first).assert_refused(NOT_THE_HOLDER);
    assert_eq!(api.records(), before);
}

#[test]
fn the_consents_secret_is_needed_and_no_token_stands_for_it() {
    let (api, report, _) = Api::with_choice();
    let secret = secret(&report);
    let owner = api.owner();
    let auditor = api.auditor();
    let upper_case = secret.replace('c', "C");
    assert_ne!(upper_case, secret);
    for wrong in [
        "",
        "Bearer",
        "Bearer x",
        &secret[7..],
        &secret[..secret.len() - 1],
        &format!("{secret}0"),
        &upper_case,
        &owner,
        &auditor,
    ] {
        let headers = [("authorization", wrong)];
        for answer in [api.get(&path(1), &headers), api.delete(&path(1), &headers)] {
            answer.assert_problem(
                401,
                "missing-secret",
                "send the consent's secret, 32 lower-case hexadecimal digits, in the header: Authorization: Bearer …",
            );
            assert!(answer.header("www-authenticate").starts_with("Bearer"));
        }
    }
    assert_eq!(api.records().len(), 1);
}

#[test]
fn a_receipt_that_was_never_given_is_unknown() {
    let (api, report, _) = Api::with_choice();
    let headers = [("authorization", &*secret(&report))];
    for id in [
        path(2),
        "/v1/receipts/relais".to_owned(),
        "/v1/receipts/relais.1".to_owned(),
        path(1)
            .to_uppercase()
            .replace("/V1/RECEIPTS", "/v1/receipts"),
        format!("{}0", path(1)),
    ] {
        api.get(&id, &headers).assert_refused(UNKNOWN_RECEIPT);
        api.delete(&id, &headers).assert_refused(UNKNOWN_RECEIPT);
    }
    let before = api.files();
    api.get(&path(1).replace(SITE, "autre"), &headers)
        .assert_refused(UNKNOWN_SITE);
    assert_eq!(api.files(), before, "a made-up site leaves nothing behind");
}

#[test]
fn pages_of_the_site_can_read_the_answer_and_why_there_is_none() {
    let (api, [first, second, _]) = three();
    let (first, second) = (secret(&first), secret(&second));
    let page = |secret| [("origin", ORIGIN), ("authorization", secret)];
    let got = api.get(&path(1), &page(&first));
    let refused = api.get(&path(1), &page(&second));
    let gone = api.delete(&path(1), &page(&first));
    assert_eq!((got.status, refused.status, gone.status), (200, 403, 204));
    for answer in [got, refused, gone] {
        assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
        assert_eq!(answer.header("vary"), "Origin");
    }
}

#[test]
fn pages_of_other_origins_are_refused_with_the_right_secret_too() {
    let (api, report, _) = Api::with_choice();
    for origin in FOREIGN_ORIGINS {
        let headers = [("origin", origin), ("authorization", &*secret(&report))];
        api.get(&path(1), &headers).assert_wrong_origin(origin);
        api.delete(&path(1), &headers).assert_wrong_origin(origin);
        api.options(&path(1), &headers).assert_wrong_origin(origin);
    }
    api.options(&path(1), &[]).assert_wrong_origin("no origin");
    assert_eq!(api.records().len(), 1);
}

#[test]
fn a_browser_that_asks_first_learns_what_pages_of_the_site_may_send() {
    let (api, ..) = Api::with_choice();
    let answer = api.options(
        &path(1),
        &[
            ("origin", ORIGIN),
            ("access-control-request-method", "DELETE"),
            ("access-control-request-headers", "authorization"),
        ],
    );
    assert_eq!((answer.status, &*answer.text), (204, ""));
    for (name, value) in [
        ("access-control-allow-origin", ORIGIN),
        ("access-control-allow-methods", "GET, DELETE"),
        ("access-control-allow-headers", "authorization"),
        ("access-control-max-age", "86400"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
}

#[test]
fn what_its_holder_erases_is_gone_for_everyone() {
    let (api, [first, second, third]) = three();
    let before = api.records();
    let answer = erase(&api, 2, &second);
    assert_eq!((answer.status, &*answer.text), (204, ""));
    get(&api, 2, &second).assert_refused(ERASED);
    let page = api.query("").json();
    assert_eq!(page["records"], json!([before[0], before[2]]));
    let erased = &page["erased"][0];
    assert_eq!(
        page["erased"],
        json!([{
            "log": before[1]["log"],
            "index": 2,
            "time": before[1]["time"],
            "erased_at": erased["erased_at"],
            "reason": "holder"
        }])
    );
    let time = |field: &str| {
        erased[field]
            .as_str()
            .unwrap()
            .parse::<Timestamp>()
            .unwrap()
    };
    assert!(time("time") <= time("erased_at") && time("erased_at") <= now());
    for (nth, holder) in [(1, first), (3, third)] {
        assert_eq!(get(&api, nth, &holder).status, 200, "{nth}");
    }
}

#[test]
fn erasing_twice_changes_nothing() {
    let (api, report, _) = Api::with_choice();
    assert_eq!(erase(&api, 1, &report).status, 204);
    let before = api.query("").json();
    erase(&api, 1, &report).assert_refused(ERASED);
    assert_eq!(api.query("").json(), before);
}

#[test]
fn a_report_that_is_sent_again_does_not_bring_back_what_was_erased() {
    let (api, report, _) = Api::with_choice();
    erase(&api, 1, &report);
    let mut other = report.clone();
    other["consent_id"] = json!("f".repeat(32));
    for report in [report, other] {
        api.report(&report).assert_refused(ERASED);
    }
    assert!(api.records().is_empty());
    assert_eq!(erased(&api, "").as_array().unwrap().len(), 1);
}

#[test]
fn an_erased_index_is_not_given_to_another() {
    let (api, [.., third]) = three();
    erase(&api, 3, &third);
    let notice = third["notice"].as_str().unwrap();
    let next = api.report(&report(notice, 4, "reject_all")).json();
    // The erasure has an index of its own.
    assert_eq!(next["index"], 5);
}

#[test]
fn an_erased_index_is_on_one_page_and_known_by_its_time_alone() {
    let (api, [_, second, _]) = three();
    let time = api.records()[1]["time"].as_str().unwrap().to_owned();
    erase(&api, 2, &second);
    let indexes = |parameters: &str| {
        let erased = erased(&api, parameters);
        let indexes = erased.as_array().unwrap().iter();
        indexes.map(|one| one["index"].clone()).collect::<Value>()
    };
    for (parameters, expected) in [
        ("?limit=1", json!([])),
        ("?limit=1&cursor=p1-2", json!([2])),
        ("?limit=1&cursor=p1-3", json!([])),
        (&format!("?from={time}"), json!([2])),
        (&format!("?to={time}"), json!([])),
        ("?decision=denied", json!([])),
        ("?purpose=necessary&decision=granted", json!([])),
        ("?method=reject_all", json!([])),
        (
            &format!("?notice={}", second["notice"].as_str().unwrap()),
            json!([]),
        ),
    ] {
        assert_eq!(indexes(parameters), expected, "{parameters}");
    }
    assert_eq!(api.query("?limit=1&cursor=p1-2").json()["next"], "p1-3");
}

#[test]
fn a_withdrawal_keeps_the_name_of_an_erased_receipt_and_nothing_more() {
    let (api, first, receipt) = Api::with_choice();
    let mut withdrawal = report(first["notice"].as_str().unwrap(), 2, "withdraw");
    withdrawal["consent_id"] = first["consent_id"].clone();
    withdrawal["previous"] = receipt["id"].clone();
    assert_eq!(api.report(&withdrawal).status, 201);
    let before = api.records();
    assert_eq!(erase(&api, 1, &first).status, 204);
    assert_eq!(api.records(), before[1..]);
    assert_eq!(
        get(&api, 2, &first).status,
        200,
        "the secret opens the rest"
    );
}

#[test]
fn no_other_method_is_answered() {
    let (api, report, _) = Api::with_choice();
    let answer = api.post(&path(1), &[("authorization", &secret(&report))], b"");
    answer.assert_problem(
        405,
        "method-not-allowed",
        "this address answers to GET, DELETE, OPTIONS",
    );
    assert_eq!(answer.header("allow"), "GET, DELETE, OPTIONS");
}
