//! `GET /v1/sites/SITE/consents`

use crate::support::{Api, SITE, UNKNOWN_SITE, config, report, secret};
use serde_json::{Value, json};

const PATH: &str = "/v1/sites/relais/consents";

/// Five visitors: refuse, accept, choose statistics, refuse, withdraw.
fn five() -> (Api, String) {
    let (api, notice) = Api::with_site();
    for (nth, method) in (1..).zip(["reject_all", "accept_all", "save", "reject_all", "withdraw"]) {
        assert_eq!(api.report(&report(&notice, nth, method)).status, 201);
    }
    (api, notice)
}

#[track_caller]
fn indexes(api: &Api, parameters: &str) -> Vec<u64> {
    let answer = api.query(parameters);
    assert_eq!(answer.status, 200, "{parameters}: {}", answer.text);
    let records = answer.json()["records"].as_array().unwrap().clone();
    records
        .iter()
        .map(|record| record["index"].as_u64().unwrap())
        .collect()
}

#[test]
fn filters_narrow_together() {
    let (api, notice) = five();
    assert_eq!(indexes(&api, ""), [1, 2, 3, 4, 5]);
    assert_eq!(indexes(&api, "?decision=granted"), [2, 3]);
    assert_eq!(indexes(&api, "?decision=denied"), [1, 3, 4, 5]);
    assert_eq!(
        indexes(&api, "?purpose=statistics&decision=granted"),
        [2, 3]
    );
    assert_eq!(indexes(&api, "?purpose=marketing&decision=granted"), [2]);
    assert_eq!(
        indexes(&api, "?purpose=marketing&decision=denied"),
        [1, 3, 4, 5]
    );
    assert_eq!(
        indexes(&api, "?purpose=necessary&decision=granted"),
        [1, 2, 3, 4, 5]
    );
    assert_eq!(indexes(&api, "?purpose=necessary&decision=denied"), [0; 0]);
    assert_eq!(indexes(&api, "?method=reject_all"), [1, 4]);
    assert_eq!(indexes(&api, "?method=withdraw&decision=granted"), [0; 0]);
    assert_eq!(indexes(&api, &format!("?notice={notice}")), [1, 2, 3, 4, 5]);
    assert_eq!(
        indexes(&api, &format!("?notice={}", "0".repeat(64))),
        [0; 0]
    );
}

/// Nine visitors of a site that asks about two services, each answering in another way; and one who was erased.
fn nine() -> Api {
    let mut config = config();
    let mut film = config["services"][0].clone();
    film["id"] = json!("film");
    film["purpose"] = json!("marketing");
    config["services"].as_array_mut().unwrap().push(film);
    config["import_from"] = json!(["cookiebot"]);
    let (api, first) = Api::publishing(&config);
    let send = |notice: &str, nth: u32, method: &str, more: Value| {
        let mut report = report(notice, nth, method);
        let members = more.as_object().unwrap().clone();
        report.as_object_mut().unwrap().extend(members);
        let answer = api.report(&report);
        assert_eq!(answer.status, 201, "{}", answer.text);
        report
    };
    let ticket = api.get("/v1/sites/relais/ticket", &[]).json()["ticket"].clone();
    send(&first, 1, "accept_all", json!({ "ticket": ticket }));
    send(
        &first,
        2,
        "reject_all",
        json!({ "language": "en", "trusted": false }),
    );
    send(
        &first,
        3,
        "save",
        json!({ "services": { "film": "granted" } }),
    );
    send(
        &first,
        4,
        "save",
        json!({ "services": { "mesure": "denied" }, "layer": "placeholder" }),
    );
    send(&first, 5, "withdraw", json!({ "ticket": ticket }));
    send(&first, 6, "gpc", json!({ "layer": "none" }));
    send(
        &first,
        7,
        "imported",
        json!({ "chosen_at": "2026-05-01T00:00:00Z", "layer": "none" }),
    );
    let erased = send(&first, 8, "accept_all", json!({}));
    // Under another notice, the film is of another purpose, and there is another law.
    config["services"][1]["purpose"] = json!("preferences");
    config["jurisdiction"] = json!("FR");
    let second = api.publish(SITE, &config).json()["notice"].clone();
    send(
        second.as_str().unwrap(),
        9,
        "save",
        json!({ "decision":
        { "necessary": "granted", "preferences": "granted", "statistics": "denied", "marketing": "denied" } }),
    );
    send(
        second.as_str().unwrap(),
        10,
        "api",
        json!({ "layer": "none" }),
    );
    let id = format!("/v1/receipts/{SITE}.{:032x}", 8);
    assert_eq!(
        api.delete(&id, &[("authorization", &secret(&erased))])
            .status,
        204
    );
    api
}

/// The visitors whose records pass the filters, by their number.
#[track_caller]
fn visitors(api: &Api, parameters: &str) -> Vec<u32> {
    let answer = api.query(parameters);
    assert_eq!(answer.status, 200, "{parameters}: {}", answer.text);
    let records = answer.json()["records"].as_array().unwrap().clone();
    let number = |record: &Value| {
        let receipt = record["receipt"].as_str().unwrap();
        u32::from_str_radix(&receipt[receipt.len() - 8..], 16).unwrap()
    };
    records.iter().map(number).collect()
}

#[test]
fn each_filter_finds_its_records_alone_and_with_others() {
    let api = nine();
    let subject = api.records()[0]["subject"].as_str().unwrap().to_owned();
    for (parameters, expected) in [
        ("?status=given", &[1, 3, 4, 9][..]),
        ("?status=refused", &[2, 6, 7, 10]),
        ("?status=withdrawn", &[5]),
        ("?layer=banner", &[1, 2]),
        ("?layer=dialog", &[3, 5, 9]),
        ("?layer=placeholder", &[4]),
        ("?layer=none", &[6, 7, 10]),
        ("?language=en", &[2]),
        ("?language=de", &[]),
        ("?jurisdiction=CA-QC", &[1, 2, 3, 4, 5, 6, 7]),
        ("?jurisdiction=FR", &[9, 10]),
        ("?jurisdiction=US-CA", &[]),
        ("?gpc=true", &[6]),
        ("?gpc=false&status=refused", &[2, 7, 10]),
        ("?trusted=true", &[1, 3, 4, 5, 9]),
        ("?trusted=false&layer=banner", &[2]),
        ("?served=true", &[1, 5]),
        ("?served=false", &[2, 3, 4, 6, 7, 9, 10]),
        ("?service=mesure&decision=granted", &[1, 3]),
        ("?service=mesure&decision=denied", &[2, 4, 5, 6, 7, 9, 10]),
        ("?service=film&decision=granted", &[1, 3, 9]),
        ("?service=film&decision=denied", &[2, 4, 5, 6, 7, 10]),
        ("?service=film&decision=granted&jurisdiction=FR", &[9]),
        ("?service=inconnu&decision=denied", &[]),
        (
            "?method=save&layer=placeholder&decision=granted&purpose=statistics",
            &[4],
        ),
    ] {
        assert_eq!(visitors(&api, parameters), expected, "{parameters}");
        let count = api.query(&format!("/count{parameters}")).json();
        let all = json!({ "records": expected.len(), "erased": 0 });
        assert_eq!(count, all, "{parameters}");
    }
    let of_subject = format!("?subject={subject}");
    assert_eq!(visitors(&api, &of_subject), [1]);
    let everything = api.query("/count").json();
    assert_eq!(everything, json!({ "records": 9, "erased": 1 }));
    let before = api.query("/count?to=2020-01-01").json();
    assert_eq!(before, json!({ "records": 0, "erased": 0 }));
}

#[test]
fn a_count_is_for_auditors_and_takes_no_limit() {
    let (api, _) = five();
    let path = format!("{PATH}/count");
    assert_eq!(api.get(&path, &[]).status, 401);
    let owner = api.owner();
    assert_eq!(api.get(&path, &[("authorization", &owner)]).status, 403);
    let limited = api.query("/count?limit=3&gpc=maybe");
    let problem = limited.json();
    assert_eq!(limited.status, 400, "{problem}");
    assert_eq!(problem["errors"][0]["field"], "limit");
    assert_eq!(problem["errors"][1]["message"], "must be true or false");
    let elsewhere = api.query("/count?cursor=s3p0-0");
    assert_eq!(elsewhere.status, 400, "{}", elsewhere.text);
}

#[test]
fn time_is_inclusive_at_its_beginning_and_exclusive_at_its_end() {
    let (api, _) = five();
    let records = api.records();
    let first = records[0]["time"].as_str().unwrap();
    let last = records[4]["time"].as_str().unwrap();
    let (day, _) = first.split_once('T').unwrap();
    assert_eq!(indexes(&api, &format!("?from={first}")).len(), 5);
    assert!(!indexes(&api, &format!("?to={last}")).contains(&5));
    assert_eq!(indexes(&api, &format!("?to={first}")), [0; 0]);
    assert!(indexes(&api, &format!("?from={day}")).len() == 5);
    assert_eq!(indexes(&api, "?to=2020-01-01"), [0; 0]);
    assert_eq!(indexes(&api, "?from=2100-01-01"), [0; 0]);
}

#[test]
fn pages_follow_each_other_without_gap_or_repetition() {
    let (api, _) = five();
    let mut seen = Vec::new();
    let mut parameters = "?limit=2".to_owned();
    let mut pages = 0;
    loop {
        let page = api.query(&parameters).json();
        let records = page["records"].as_array().unwrap();
        assert!(records.len() <= 2);
        seen.extend(
            records
                .iter()
                .map(|record| record["index"].as_u64().unwrap()),
        );
        pages += 1;
        match &page["next"] {
            Value::String(next) => parameters = format!("?limit=2&cursor={next}"),
            next => {
                assert_eq!(next, &Value::Null);
                break;
            }
        }
    }
    assert_eq!((seen, pages), (vec![1, 2, 3, 4, 5], 3));
}

#[test]
fn a_record_added_between_two_pages_is_on_the_last() {
    let (api, notice) = five();
    let next = api.query("?limit=3").json()["next"]
        .as_str()
        .unwrap()
        .to_owned();
    api.report(&report(&notice, 9, "reject_all"));
    // Between them stands the entry of the first page's read.
    assert_eq!(indexes(&api, &format!("?limit=3&cursor={next}")), [4, 5, 7]);
}

#[test]
fn wrong_parameters_are_each_named() {
    let (api, _) = Api::with_site();
    let answer = api.query("?from=hier&decision=maybe&limit=1001&x=1&purpose=ads");
    assert_eq!(answer.status, 400);
    let problem = answer.json();
    let fields: Vec<_> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    assert_eq!(fields, ["from", "decision", "limit", "x", "purpose"]);
    let injected = api.query("?method=save'%20OR%201=1--");
    assert_eq!(injected.status, 400, "{}", injected.text);
}

#[test]
fn a_token_is_needed() {
    let (api, _) = five();
    let answer = api.get(PATH, &[]);
    answer.assert_problem(
        401,
        "missing-token",
        "send the token in the header: Authorization: Bearer …",
    );
    assert!(answer.header("www-authenticate").starts_with("Bearer"));
}

#[test]
fn a_wrong_token_and_a_token_of_another_role_are_refused() {
    let (api, _) = five();
    let auditor = &api.server.tokens().auditor;
    for wrong in ["x", &auditor[..auditor.len() - 1], &format!("{auditor}0")] {
        let bearer = format!("Bearer {wrong}");
        api.get(PATH, &[("authorization", &bearer)]).assert_problem(
            401,
            "wrong-token",
            "the token is not valid",
        );
    }
    let bearer = api.owner();
    api.get(PATH, &[("authorization", &bearer)]).assert_problem(
        403,
        "forbidden",
        "the token is valid, but not for this site and action",
    );
}

#[test]
fn an_unknown_site_is_refused_and_leaves_no_file_behind() {
    let (api, _) = Api::with_site();
    let before = api.files();
    let bearer = api.auditor();
    for nth in 0..10 {
        let answer = api.get(
            &format!("/v1/sites/made-up-{nth}/consents"),
            &[("authorization", &bearer)],
        );
        answer.assert_refused(UNKNOWN_SITE);
    }
    assert_eq!(api.files(), before);
    assert_eq!(indexes(&api, ""), [0; 0], "{SITE} is still there");
}
