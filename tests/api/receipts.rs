//! `GET`, `DELETE` and `OPTIONS /v1/receipts/ID` and `/v1/sites/SITE/receipts`

use crate::support::{
    Answer, Api, ERASED, FOREIGN_ORIGINS, Log, NOT_THE_HOLDER, ORIGIN, SITE, UNKNOWN_RECEIPT,
    UNKNOWN_SITE, now, report, secret, verify,
};
use consent_core::entry::Event;
use consent_core::proof::DisclosedRecord;
use consent_core::{ConsentReceipt, LogEntry, Timestamp};
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

/// A report of the visitor who made another, after it.
fn after(before: &Value, nth: u32, method: &str) -> Value {
    let mut next = report(before["notice"].as_str().unwrap(), nth, method);
    next["consent_id"] = before["consent_id"].clone();
    next["previous"] = json!(format!("{SITE}.{}", before["id"].as_str().unwrap()));
    next
}

/// Three records of one visitor, each of which names the one before it, and one of a stranger; the visitor's
/// reports.
fn chain() -> (Api, [Value; 3]) {
    let (api, notice) = Api::with_site();
    let first = report(&notice, 1, "accept_all");
    let second = after(&first, 2, "withdraw");
    let third = after(&second, 3, "save");
    for report in [&first, &second, &report(&notice, 9, "accept_all"), &third] {
        let answer = api.report(report);
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
    (api, [first, second, third])
}

/// Checks that each record that is disclosed is what its entry commits to, and that the log is whole.
#[track_caller]
fn assert_log_explains(api: &Api) {
    let entries = Log::of_site(api).verify();
    for record in api.records() {
        let disclosed: DisclosedRecord = serde_json::from_value(record).unwrap();
        let index = usize::try_from(disclosed.record.index).unwrap();
        assert_eq!(disclosed.claimed_entry(), entries[index]);
    }
    for one in erased(api, "?limit=1000").as_array().unwrap() {
        let index = one["index"].as_u64().unwrap();
        let covers = |entry: &LogEntry| matches!(entry.event, Event::Erase(erasure) if erasure.covers(index));
        assert!(entries.iter().any(covers), "{one}");
    }
}

/// Everything that the server answers about the site's records, to anyone who may ask.
fn everything(api: &Api, holder: &Value) -> String {
    let all = format!("/v1/sites/{SITE}/receipts");
    let own = api.get(&all, &[("authorization", &secret(holder))]);
    api.query("?limit=1000").text + &own.text
}

#[test]
fn no_record_names_one_that_was_erased_and_what_is_left_still_proves_itself() {
    let (mut api, [first, second, third]) = chain();
    let before = api.records();
    assert_eq!(before[1]["previous"], before[0]["receipt"]);
    assert_eq!(before[3]["previous"], before[1]["receipt"]);
    let log_before = Log::of_site(&api).checkpoint();
    assert_eq!(erase(&api, 2, &second).status, 204);
    let erased_id = format!("{:032x}", 2);
    assert!(!everything(&api, &first).contains(&erased_id));
    let records = api.records();
    assert_eq!(records[..2], [before[0].clone(), before[2].clone()]);
    assert_eq!(records[2].get("previous"), None);
    assert_eq!(records[2]["salts"].get("subject"), None);
    assert_eq!(
        records[2]["salts"]["decision"],
        before[3]["salts"]["decision"]
    );
    assert_eq!(records[2]["receipt"], before[3]["receipt"]);
    assert_log_explains(&api);
    Log::of_site(&api).assert_continues(&log_before);

    let receipt = get(&api, 3, &third).receipt();
    assert_eq!(receipt.evidence.subject, "");
    verify(&receipt, &Log::of_site(&api).key);
    get(&api, 2, &second).assert_refused(ERASED);
    api.report(&second).assert_refused(ERASED);
    let again = api.report(&third);
    let as_it_was = |mut receipt: ConsentReceipt| {
        // Its place in the tree that has grown meanwhile.
        receipt.evidence.proof = String::new();
        (receipt.evidence.anchor_key, receipt.evidence.anchor_proof) = (None, None);
        receipt
    };
    assert_eq!(again.status, 200);
    assert_eq!(
        as_it_was(again.receipt()),
        as_it_was(receipt),
        "an outbox sends it as it was"
    );

    // A browser that did not hear of it names the erased one again.
    let fourth = after(&second, 4, "reject_all");
    assert_eq!(api.report(&fourth).status, 201);
    assert_eq!(api.report(&fourth).status, 200);
    assert_eq!(api.records()[3].get("previous"), None);
    assert!(!everything(&api, &first).contains(&erased_id));
    api.crash();
    assert!(!everything(&api, &first).contains(&erased_id));
    get(&api, 2, &second).assert_refused(ERASED);
    assert_log_explains(&api);
}

#[test]
fn the_first_the_last_and_all_but_one_can_be_erased_and_the_rest_proves_itself() {
    for gone in [&[1][..], &[3], &[1, 3], &[3, 2], &[2, 1], &[1, 2, 3]] {
        let (api, reports) = chain();
        for nth in gone {
            let holder = &reports[*nth as usize - 1];
            assert_eq!(erase(&api, *nth, holder).status, 204);
        }
        let told = everything(&api, &reports[0]);
        for nth in [1, 2, 3] {
            let there = told.contains(&format!("{nth:032x}"));
            assert_eq!(there, !gone.contains(&nth), "{nth} of {gone:?}");
        }
        assert_eq!(api.records().len(), 4 - gone.len());
        assert_log_explains(&api);
    }
}

#[test]
fn what_a_chain_keeps_on_the_disk_does_not_name_what_was_erased() {
    let (mut api, [_, second, _]) = chain();
    assert_eq!(erase(&api, 2, &second).status, 204);
    api.server.kill().unwrap();
    let folder = api.state.join("temoin-site");
    let mut seen = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap().path();
        let name = file.file_stem().unwrap().len();
        if name != 64 || file.extension().is_none_or(|kind| kind != "sqlite") {
            continue;
        }
        let database = rusqlite::Connection::open(&file).unwrap();
        let columns = "SELECT count(*) FROM entry WHERE hex(report) = ?1
            OR lower(previous) LIKE '%' || lower(?1)";
        let named: i64 = database
            .query_row(columns, [format!("{:032X}", 2)], |row| row.get(0))
            .unwrap();
        assert_eq!(named, 0);
        let all: i64 = database
            .query_row("SELECT count(report) FROM entry", [], |row| row.get(0))
            .unwrap();
        assert_eq!(all, 3);
        seen += 1;
    }
    assert_eq!(seen, 1);
    api.server.restart().unwrap();
}

/// Asks for all receipts with a secret.
fn all_of(api: &Api, holder: &Value) -> Vec<ConsentReceipt> {
    let path = format!("/v1/sites/{SITE}/receipts");
    let answer = api.get(&path, &[("authorization", &secret(holder))]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    serde_json::from_value(answer.json()["receipts"].clone()).unwrap()
}

fn erase_all(api: &Api, holder: &Value) -> Answer {
    let path = format!("/v1/sites/{SITE}/receipts");
    api.delete(&path, &[("authorization", &secret(holder))])
}

#[test]
fn a_holder_reads_and_erases_all_of_theirs_and_nobody_elses_by_the_secret_alone() {
    let (api, [first, second, third]) = chain();
    let notice = first["notice"].as_str().unwrap();
    let stranger = report(notice, 9, "accept_all");
    let mut nobody = stranger.clone();
    nobody["consent_id"] = json!("f".repeat(32));

    let key = Log::of_site(&api).key;
    let mine = all_of(&api, &first);
    let one_by_one = [(1, &first), (2, &second), (3, &third)]
        .map(|(nth, holder)| get(&api, nth, holder).receipt());
    assert_eq!(mine, one_by_one);
    for receipt in &mine {
        verify(receipt, &key);
    }
    assert_eq!(all_of(&api, &stranger).len(), 1);
    assert!(all_of(&api, &nobody).is_empty());

    let before = api.query("").json();
    assert_eq!(erase_all(&api, &nobody).status, 204);
    assert_eq!(
        api.query("").json(),
        before,
        "another secret erases nothing"
    );

    let answer = erase_all(&api, &first);
    assert_eq!((answer.status, &*answer.text), (204, ""));
    assert!(all_of(&api, &first).is_empty());
    let left = api.records();
    assert_eq!(left, [before["records"][2].clone()], "the stranger's");
    assert_eq!(all_of(&api, &stranger).len(), 1);
    for (nth, holder) in [(1, &first), (2, &second), (3, &third)] {
        get(&api, nth, holder).assert_refused(ERASED);
        api.report(holder).assert_refused(ERASED);
    }
    assert_eq!(erase_all(&api, &first).status, 204, "a second time");
    assert_log_explains(&api);
    // Neighbours share an entry: 1 and 2, then 4; the stranger is at 3.
    let erasures = Log::of_site(&api).verify().into_iter();
    let erasures = erasures.filter_map(|entry| match entry.event {
        Event::Erase(erasure) => Some((erasure.first, erasure.last)),
        _ => None,
    });
    assert_eq!(erasures.collect::<Vec<_>>(), [(1, 2), (4, 4)]);
    let next = after(&third, 5, "accept_all");
    assert_eq!(api.report(&next).status, 201);
    assert_eq!(api.records()[1].get("previous"), None);
}

#[test]
fn all_receipts_need_the_secret_and_a_page_of_the_site() {
    let (api, [first, ..]) = chain();
    let path = format!("/v1/sites/{SITE}/receipts");
    for wrong in ["", "Bearer x", &api.owner(), &api.auditor()] {
        let headers = [("authorization", wrong)];
        for answer in [api.get(&path, &headers), api.delete(&path, &headers)] {
            assert_eq!(answer.status, 401, "{}", answer.text);
        }
    }
    // The secret goes into no address.
    let in_address = format!(
        "{path}?consent_id={}",
        first["consent_id"].as_str().unwrap()
    );
    assert_eq!(api.get(&in_address, &[]).status, 401);
    assert_eq!(api.delete(&in_address, &[]).status, 401);
    let secret = secret(&first);
    for origin in FOREIGN_ORIGINS {
        let headers = [("origin", origin), ("authorization", &*secret)];
        api.get(&path, &headers).assert_wrong_origin(origin);
        api.delete(&path, &headers).assert_wrong_origin(origin);
        api.options(&path, &headers).assert_wrong_origin(origin);
    }
    let page = [("origin", ORIGIN), ("authorization", &*secret)];
    let preflight = api.options(&path, &page[..1]);
    assert_eq!(preflight.status, 204);
    assert_eq!(
        preflight.header("access-control-allow-methods"),
        "GET, DELETE"
    );
    assert_eq!(
        preflight.header("access-control-allow-headers"),
        "authorization"
    );
    for (answer, status) in [
        (api.get(&path, &page), 200),
        (api.delete(&path, &page), 204),
    ] {
        assert_eq!(answer.status, status, "{}", answer.text);
        assert_eq!(answer.header("access-control-allow-origin"), ORIGIN);
    }
    let unknown = path.replace(SITE, "autre");
    api.get(&unknown, &[("authorization", &*secret)])
        .assert_refused(UNKNOWN_SITE);
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
