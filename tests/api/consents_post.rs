//! `POST /v1/sites/SITE/consents`

use crate::support::{
    Api, FOREIGN_ORIGINS, Framing, ORIGIN, SITE, UNKNOWN_NOTICE, UNKNOWN_SITE, config, now, report,
};
use consent_core::Timestamp;
use serde_json::{Value, json};

const PATH: &str = "/v1/sites/relais/consents";

#[test]
fn a_choice_gives_a_receipt_with_the_servers_time_and_its_index() {
    let (api, notice) = Api::with_site();
    for (nth, method) in [(1, "reject_all"), (2, "accept_all"), (3, "save")] {
        let answer = api.report(&report(&notice, nth, method));
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
        assert_eq!(answer.header("cache-control"), "no-store");
        let receipt = answer.receipt();
        assert_eq!(receipt.id.to_string(), format!("{SITE}.{nth:032x}"));
        // The first index is the publication's.
        assert_eq!(receipt.index, u64::from(nth));
        assert_eq!(receipt.notice.to_string(), notice);
        assert_eq!(receipt.valid_until, receipt.time.add_months(13));
        let age = now().as_millis() - receipt.time.as_millis();
        assert!((0..60_000).contains(&age), "{age} ms");
    }
}

#[test]
fn the_record_says_what_the_report_said_and_hides_who() {
    let (api, notice) = Api::with_site();
    let sent = report(&notice, 7, "save");
    let receipt = api.report(&sent).json();
    let records = api.records();
    assert_eq!(records.len(), 1);
    let record = &records[0];
    let subject = record["subject"].as_str().unwrap();
    assert_eq!(subject.len(), 32);
    assert_ne!(record["subject"], sent["consent_id"]);
    let expected = json!({
        "schema": 3,
        "receipt": format!("{SITE}.{:032x}", 7),
        "log": receipt["log"],
        "index": 1,
        "time": receipt["time"],
        "valid_until": receipt["valid_until"],
        "subject": subject,
        "status": "given",
        "decision": {
            "necessary": "granted", "preferences": "denied",
            "statistics": "granted", "marketing": "denied"
        },
        "method": "save",
        "layer": "dialog",
        "trusted": true,
        "notice": notice,
        "policy_version": "2024-05-02",
        "language": "fr-CA",
        "jurisdiction": "CA-QC",
        "jurisdiction_from": "site",
        "gpc": false,
        "salts": {
            "subject": receipt["evidence"]["subject_salt"],
            "decision": receipt["evidence"]["decision_salt"]
        }
    });
    assert_eq!(record, &expected);
}

#[test]
fn a_withdrawal_is_a_new_record_that_names_the_one_before() {
    let (api, notice) = Api::with_site();
    api.report(&report(&notice, 1, "accept_all"));
    let mut withdrawal = report(&notice, 2, "withdraw");
    withdrawal["consent_id"] = report(&notice, 1, "accept_all")["consent_id"].clone();
    withdrawal["previous"] = json!(format!("{SITE}.{:032x}", 1));
    assert_eq!(api.report(&withdrawal).status, 201);
    let records = api.records();
    assert_eq!(records[0]["status"], "given");
    assert_eq!(records[1]["status"], "withdrawn");
    assert_eq!(records[1]["previous"], records[0]["receipt"]);
    assert_eq!(records[1]["subject"], records[0]["subject"]);
}

#[test]
fn the_same_report_twice_is_kept_once_and_gives_the_same_receipt() {
    let (api, notice) = Api::with_site();
    let report = report(&notice, 1, "reject_all");
    let first = api.report(&report);
    let second = api.report(&report);
    assert_eq!((first.status, second.status), (201, 200));
    assert_eq!(first.json(), second.json());
    assert_eq!(api.records().len(), 1);
}

#[test]
fn the_same_id_with_another_choice_changes_nothing() {
    let (api, notice) = Api::with_site();
    api.report(&report(&notice, 1, "reject_all"));
    let before = api.records();
    let mut stolen = report(&notice, 1, "reject_all");
    stolen["consent_id"] = json!("f".repeat(32));
    for other in [report(&notice, 1, "accept_all"), stolen] {
        api.report(&other).assert_problem(
            409,
            "conflict",
            "a report with this id and another content was kept before; nothing was changed",
        );
    }
    assert_eq!(api.records(), before);
}

#[test]
fn an_unknown_site_is_refused() {
    let (api, notice) = Api::with_site();
    for path in ["/v1/sites/other/consents", "/v1/sites/Not-A-Slug/consents"] {
        let body = report(&notice, 1, "reject_all").to_string();
        api.post(path, &[("origin", ORIGIN)], body.as_bytes())
            .assert_refused(UNKNOWN_SITE);
    }
}

#[test]
fn an_unknown_notice_is_refused() {
    let (api, _) = Api::with_site();
    api.report(&report(&"0".repeat(64), 1, "reject_all"))
        .assert_refused(UNKNOWN_NOTICE);
}

#[test]
fn a_notice_of_another_site_is_refused() {
    let (api, _) = Api::with_site();
    let mut changed = config();
    changed["name"] = json!("Un autre");
    let other = api.publish("autre", &changed).json()["notice"].clone();
    api.report(&report(other.as_str().unwrap(), 1, "reject_all"))
        .assert_refused(UNKNOWN_NOTICE);
}

#[test]
fn a_notice_that_was_replaced_is_still_answered() {
    let (api, notice) = Api::with_site();
    let mut changed = config();
    changed["policy"]["version"] = json!("2026-01-01");
    assert_eq!(api.publish(SITE, &changed).status, 201);
    assert_eq!(api.report(&report(&notice, 1, "reject_all")).status, 201);
    assert_eq!(api.records()[0]["policy_version"], "2024-05-02");
}

#[test]
fn a_page_of_another_origin_is_refused_and_can_read_why() {
    let (api, notice) = Api::with_site();
    let body = report(&notice, 1, "reject_all").to_string();
    for origin in FOREIGN_ORIGINS {
        api.post(PATH, &[("origin", origin)], body.as_bytes())
            .assert_wrong_origin(origin);
    }
    api.post(PATH, &[], body.as_bytes())
        .assert_wrong_origin("no origin");
    assert!(api.records().is_empty());
}

#[test]
fn an_oversize_body_is_refused_however_it_is_sent() {
    let (api, _) = Api::with_site();
    let detail = "the body is larger than the 8192 bytes that are read here";
    for framing in [Framing::Length, Framing::Chunked] {
        api.send_ten_megabytes(&format!("POST {PATH}"), ("origin", ORIGIN), framing)
            .assert_problem(413, "too-large", detail);
    }
    api.post(PATH, &[("origin", ORIGIN)], &[b' '; 8193])
        .assert_problem(413, "too-large", detail);
    let at_the_bound = api.post(PATH, &[("origin", ORIGIN)], &[b' '; 8192]);
    assert_eq!(at_the_bound.status, 400, "{}", at_the_bound.text);
}

type Change = fn(&mut Value);

#[test]
fn a_malformed_body_names_the_field() {
    let (api, notice) = Api::with_site();
    let good = report(&notice, 1, "reject_all");
    let cases: [(&str, Change, &str); 7] = [
        (
            "id",
            |r| r["id"] = json!("xyz"),
            "must be a report id: 32 lower-case hexadecimal digits",
        ),
        (
            "decision.marketing",
            |r| r["decision"]["marketing"] = json!("yes"),
            "unknown variant `yes`",
        ),
        (
            "decision",
            |r| r["decision"]["necessary"] = json!("denied"),
            "`necessary` is not a question",
        ),
        (
            "method",
            |r| r["method"] = json!("scroll"),
            "unknown variant `scroll`",
        ),
        (
            "language",
            |r| r["language"] = json!("French"),
            "must be a language tag",
        ),
        (
            "ip",
            |r| r["ip"] = json!("203.0.113.7"),
            "unknown field `ip`",
        ),
        (
            ".",
            |r| {
                r.as_object_mut().unwrap().remove("trusted");
            },
            "missing field `trusted`",
        ),
    ];
    for (field, change, message) in cases {
        let mut report = good.clone();
        change(&mut report);
        let answer = api.report(&report);
        assert_eq!(answer.status, 400, "{}", answer.text);
        let problem = answer.json();
        assert_eq!(problem["type"], "urn:temoin:problem:malformed");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
        let said = problem["errors"][0]["message"].as_str().unwrap();
        assert!(said.starts_with(message), "{said}");
        assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
    }
    for body in ["", "{", "[]", "null", "{\"id\": 1} x", "\u{feff}{}"] {
        let answer = api.post(PATH, &[("origin", ORIGIN)], body.as_bytes());
        assert_eq!(answer.status, 400, "{body}: {}", answer.text);
    }
    assert_eq!(
        api.post(PATH, &[("origin", ORIGIN)], b"\xff\xfe").status,
        400
    );
    assert!(api.records().is_empty());
}

#[test]
fn a_report_that_contradicts_its_notice_is_refused() {
    let (api, notice) = Api::with_site();
    let mut report = report(&notice, 1, "reject_all");
    report["decision"]["marketing"] = json!("granted");
    report["language"] = json!("fr-FR");
    api.report(&report).assert_contradiction(&[
        (
            "decision",
            "does not follow from method reject_all under this notice",
        ),
        ("language", "is fr-FR, which this notice is not in"),
    ]);
    assert!(api.records().is_empty());
}

/// A site with a necessary service besides the one for statistics, and the hash of its notice.
fn with_two_services() -> (Api, String) {
    let mut config = config();
    let mut basket = config["services"][0].clone();
    basket["id"] = json!("panier");
    basket["purpose"] = json!("necessary");
    config["services"].as_array_mut().unwrap().push(basket);
    Api::publishing(&config)
}

#[test]
fn services_answered_apart_are_kept_in_the_record_and_in_the_receipt() {
    let (api, notice) = with_two_services();
    let cases = [
        ("save", "granted", "denied"),
        ("save", "denied", "granted"),
        ("api", "denied", "granted"),
    ];
    for (nth, (method, purpose, service)) in (1..).zip(cases) {
        let mut report = report(&notice, nth, method);
        report["decision"]["statistics"] = json!(purpose);
        report["services"] = json!({ "mesure": service });
        let answer = api.report(&report);
        assert_eq!(answer.status, 201, "{}", answer.text);
        assert_eq!(answer.json()["services"], report["services"]);
        let again = api.report(&report);
        assert_eq!((again.status, again.json()), (200, answer.json()));
        let record = &api.records()[nth as usize - 1];
        assert_eq!(record["services"], report["services"]);
        assert_eq!(record["status"], "given", "{record}");
    }
}

#[test]
fn a_report_sent_again_with_other_services_changes_nothing() {
    let (api, notice) = with_two_services();
    let mut report = report(&notice, 1, "save");
    assert_eq!(api.report(&report).status, 201);
    let before = api.records();
    report["services"] = json!({ "mesure": "denied" });
    assert_eq!(api.report(&report).status, 409);
    assert_eq!(api.records(), before);
}

#[test]
fn services_that_contradict_the_notice_are_each_named() {
    let (api, notice) = with_two_services();
    let mut report = report(&notice, 1, "save");
    report["services"] = json!({ "inconnu": "granted", "mesure": "granted", "panier": "denied" });
    api.report(&report).assert_contradiction(&[
        ("services.inconnu", "is no service of this notice"),
        (
            "services.mesure",
            "is granted, as its purpose is: leave it out",
        ),
        ("services.panier", "is necessary, and cannot be answered"),
    ]);
    assert!(api.records().is_empty());
}

#[test]
fn who_answers_everything_at_once_answers_no_service_apart() {
    let (api, notice) = with_two_services();
    for (method, service) in [
        ("accept_all", "denied"),
        ("reject_all", "granted"),
        ("withdraw", "granted"),
    ] {
        let mut report = report(&notice, 1, method);
        report["services"] = json!({ "mesure": service });
        let message = format!("does not follow from method {method} under this notice");
        api.report(&report)
            .assert_contradiction(&[("decision", &message)]);
    }
    assert!(api.records().is_empty());
}

/// The configuration of a site that takes over choices of another tool.
fn importing() -> Value {
    let mut config = config();
    config["import_from"] = json!(["cookiebot"]);
    config
}

#[test]
fn what_a_report_claims_and_the_server_can_check_is_checked() {
    let (api, notice) = Api::with_site();
    let refused = |report: &Value, field: &str, why: &str| {
        api.report(report).assert_contradiction(&[(field, why)]);
    };
    let mut imported = report(&notice, 1, "imported");
    imported["chosen_at"] = json!("2026-05-01T00:00:00Z");
    let why = "is imported, but this site takes over no choices of other tools (`import_from`)";
    refused(&imported, "method", why);
    let mut signal = report(&notice, 2, "gpc");
    signal["decision"]["marketing"] = json!("granted");
    refused(
        &signal,
        "decision",
        "does not follow from method gpc under this notice",
    );
    let mut unsent = report(&notice, 3, "gpc");
    unsent["gpc"] = json!(false);
    let why = "is false, but the choice is said to come from Global Privacy Control";
    refused(&unsent, "gpc", why);
    let mut clicked = report(&notice, 4, "api");
    clicked["trusted"] = json!(true);
    let why = "is true, but no click comes before a choice of method api";
    refused(&clicked, "trusted", why);
    assert!(api.records().is_empty());
}

#[test]
fn a_text_that_no_report_has_costs_nobody_else_an_answer() {
    let (api, notice) = Api::with_site();
    std::thread::scope(|scope| {
        let hostile = scope.spawn(|| {
            for (nth, language) in [
                "fr-éab",
                "fr-é",
                "é",
                "fr-😀",
                "\u{301}",
                "fr-éabé",
                "é-CA",
                "",
            ]
            .iter()
            .enumerate()
            {
                let mut report = report(&notice, u32::try_from(nth).unwrap(), "save");
                report["language"] = json!(language);
                let answer = api.report(&report);
                assert_eq!(answer.status, 400, "{language}: {}", answer.text);
            }
        });
        api.report_many(&notice, 100..140, "accept_all");
        hostile.join().unwrap();
    });
    assert_eq!(api.records().len(), 40);
}

#[test]
fn an_imported_choice_ends_as_if_it_had_been_made_here() {
    let (api, notice) = Api::publishing(&importing());
    let half_a_year_ago = now().saturating_add_seconds(-180 * 86_400);
    let tomorrow = now().saturating_add_seconds(86_400);
    for (nth, chosen_at) in [(1, half_a_year_ago), (2, tomorrow)] {
        let mut report = report(&notice, nth, "imported");
        report["chosen_at"] = json!(chosen_at);
        let answer = api.report(&report);
        assert_eq!(answer.status, 201, "{}", answer.text);
        let receipt = answer.receipt();
        let from = chosen_at.min(receipt.time);
        assert_eq!(receipt.valid_until, from.add_months(13));
        let again = api.report(&report);
        assert_eq!((again.status, again.text), (200, answer.text));
        let record = &api.records()[nth as usize - 1];
        assert_eq!(record["chosen_at"], json!(from));
        assert_eq!(record["time"], json!(receipt.time));
    }
}

#[test]
fn an_import_and_nothing_else_says_when_it_was_made() {
    let (api, notice) = Api::publishing(&importing());
    let mut dated = report(&notice, 1, "save");
    dated["chosen_at"] = json!("2026-05-01T00:00:00Z");
    for report in [dated, report(&notice, 1, "imported")] {
        api.report(&report).assert_contradiction(&[(
            "chosen_at",
            "belongs to a choice that was imported, and to no other",
        )]);
    }
    assert!(api.records().is_empty());
}

#[test]
fn the_privacy_signal_of_the_request_is_kept_with_what_the_report_says() {
    let (api, notice) = Api::with_site();
    let cases = [
        ("1", false, true),
        ("0", false, false),
        ("", false, false),
        ("0", true, true),
    ];
    for (nth, (signal, said, kept)) in (0..).zip(cases) {
        let mut report = report(&notice, nth, "reject_all");
        report["gpc"] = json!(said);
        let body = report.to_string();
        let send = |signal| {
            let headers = [("origin", ORIGIN), ("sec-gpc", signal)];
            api.post(PATH, &headers, body.as_bytes())
        };
        let answer = send(signal);
        assert_eq!(answer.status, 201, "{}", answer.text);
        // From an outbox, it may come with another header: it is the same report.
        assert_eq!(send("1").json(), answer.json());
        assert_eq!(api.records()[nth as usize]["gpc"], kept, "{signal}, {said}");
    }
}

#[test]
fn no_other_method_is_answered() {
    let (api, _) = Api::with_site();
    let answer = api.put(PATH, &[("origin", ORIGIN)], b"{}");
    answer.assert_problem(
        405,
        "method-not-allowed",
        "this address answers to GET, POST",
    );
    assert_eq!(answer.header("allow"), "GET, POST");
}

#[test]
fn time_in_the_log_never_goes_back() {
    let (api, notice) = Api::with_site();
    for nth in 0..20 {
        assert_eq!(api.report(&report(&notice, nth, "reject_all")).status, 201);
    }
    let records = api.records();
    let times: Vec<Timestamp> = records
        .iter()
        .map(|record| record["time"].as_str().unwrap().parse().unwrap())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
    let indexes: Vec<u64> = records
        .iter()
        .map(|record| record["index"].as_u64().unwrap())
        .collect();
    assert_eq!(indexes, (1..21).collect::<Vec<_>>());
}
