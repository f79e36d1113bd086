//! The registers: visitors' requests and incidents, written by an owner, read by an auditor, never changed, and committed to
//! by the site's log.

use crate::support::{Answer, Api, DAY_MS, Log, now, restart_at};
use consent_core::calendar::Date;
use consent_core::register::{IncidentCase, RequestCase};
use serde_json::{Value, json};

const REQUESTS: &str = "/v1/sites/relais/requests";
const INCIDENTS: &str = "/v1/sites/relais/incidents";

fn today() -> Date {
    Date::of(now())
}

fn request(received_on: Date) -> Value {
    json!({
        "kind": "access",
        "received_on": received_on,
        "who": "Camille Roy, camille@example.org",
        "about": "=HYPERLINK(\"https://example.org\")",
    })
}

fn incident() -> Value {
    json!({
        "aware_on": today(),
        "occurred": "in the night",
        "information": "Addresses of twelve customers",
        "circumstances": "A list went to a wrong address",
    })
}

fn opened(api: &Api, path: &str, body: &Value) -> Value {
    let answer = api.post_as_owner(path, body);
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()
}

fn as_auditor(api: &Api, path: &str) -> Answer {
    api.get(path, &[("authorization", &api.auditor())])
}

#[test]
fn a_request_is_due_after_thirty_days_and_ends_as_its_notes_say() {
    let (api, _) = Api::with_site();
    let case = opened(&api, REQUESTS, &request(today()));
    assert_eq!(case["number"], 1);
    assert_eq!(case["status"], "open");
    assert_eq!(case["due_on"], json!(today().add_days(30)));
    assert!(case.get("closed_at").is_none());

    let notes = format!("{REQUESTS}/1/notes");
    let later = today().add_days(60);
    let case = opened(
        &api,
        &notes,
        &json!({ "text": "More time, they were told", "due_on": later }),
    );
    assert_eq!(case["due_on"], json!(later));
    let case = opened(
        &api,
        &notes,
        &json!({ "text": "Copy sent", "outcome": "answered" }),
    );
    assert_eq!(case["status"], "answered");
    assert!(case["closed_at"].is_string());
    let case = opened(
        &api,
        &notes,
        &json!({ "text": "They ask for more", "outcome": "reopened" }),
    );
    assert_eq!(case["status"], "open");
    assert!(case.get("closed_at").is_none());
    assert_eq!(case["entries"].as_array().unwrap().len(), 4);
    assert_eq!(api.get_as_owner(&format!("{REQUESTS}/1")), case);
    assert_eq!(as_auditor(&api, REQUESTS).json()["requests"], json!([case]));
}

#[test]
fn what_is_late_is_found() {
    let (mut api, _) = Api::with_site();
    opened(&api, REQUESTS, &request(today().add_days(-40)));
    opened(&api, REQUESTS, &request(today()));
    opened(&api, REQUESTS, &request(today()));
    let note = json!({ "text": "They let it drop", "outcome": "dropped" });
    opened(&api, &format!("{REQUESTS}/3/notes"), &note);
    let numbers = |api: &Api, query: &str| -> Vec<u64> {
        let page = api.get_as_owner(&format!("{REQUESTS}?{query}"));
        let cases = page["requests"].as_array().unwrap().iter();
        cases.map(|case| case["number"].as_u64().unwrap()).collect()
    };
    assert_eq!(numbers(&api, ""), [3, 2, 1]);
    assert_eq!(numbers(&api, "status=open"), [2, 1]);
    assert_eq!(numbers(&api, "status=late"), [1]);
    assert_eq!(numbers(&api, "status=closed"), [3]);
    assert_eq!(numbers(&api, "before=3"), [2, 1]);
    // On the last day it is not late.
    restart_at(&mut api, 30 * DAY_MS);
    assert_eq!(numbers(&api, "status=late"), [1]);
    restart_at(&mut api, 31 * DAY_MS);
    assert_eq!(numbers(&api, "status=late"), [2, 1]);
    let refused = api.get(
        &format!("{REQUESTS}?status=old&after=2"),
        &[("authorization", &api.owner())],
    );
    assert_eq!(refused.status, 400);
    let errors = refused.json()["errors"].clone();
    assert_eq!(errors.as_array().unwrap().len(), 2, "{errors}");
}

#[test]
fn a_note_that_contradicts_the_case_is_refused_with_each_field() {
    let (api, _) = Api::with_site();
    let tomorrow = today().add_days(2);
    api.post_as_owner(REQUESTS, &request(tomorrow))
        .assert_contradiction(&[(
            "received_on",
            "has not come yet: write the day on which it was",
        )]);
    opened(&api, REQUESTS, &request(today()));
    let notes = format!("{REQUESTS}/1/notes");
    let due = today().add_days(30);
    let early = format!("must be later than {due}, on which it is due now");
    let note = json!({ "text": "x", "outcome": "reopened", "due_on": due });
    api.post_as_owner(&notes, &note).assert_contradiction(&[
        ("outcome", "the request is open already"),
        ("due_on", &early),
    ]);
    let latest = today().add_days(90);
    let note = json!({ "text": "x", "due_on": latest.add_days(1) });
    let late =
        format!("must not be later than {latest}: three months is the longest that a law gives");
    api.post_as_owner(&notes, &note)
        .assert_contradiction(&[("due_on", &late)]);
    let refuse = json!({ "text": "Not ours to give", "outcome": "refused" });
    opened(&api, &notes, &refuse);
    api.post_as_owner(&notes, &refuse).assert_contradiction(&[(
        "outcome",
        "the request is closed: write `reopened` first, or leave it out",
    )]);
    // What was refused left nothing.
    let case = api.get_as_owner(&format!("{REQUESTS}/1"));
    assert_eq!(case["entries"].as_array().unwrap().len(), 2);
    assert_eq!(
        api.get_as_owner(REQUESTS)["requests"]
            .as_array()
            .unwrap()
            .len(),
        1
    );

    let mut early = incident();
    early["findings"] =
        json!({ "authority_told_on": today().add_days(-1), "persons_told_on": tomorrow });
    api.post_as_owner(INCIDENTS, &early).assert_contradiction(&[
        (
            "findings.authority_told_on",
            "is before `aware_on`, the day on which it was known",
        ),
        (
            "findings.persons_told_on",
            "has not come yet: write the day on which it was",
        ),
    ]);
    for (path, body) in [
        (REQUESTS, json!({ "kind": "access" })),
        (
            REQUESTS,
            json!({ "kind": "love", "received_on": today(), "who": "x" }),
        ),
        (
            REQUESTS,
            json!({ "kind": "access", "received_on": "2026-02-30", "who": "x" }),
        ),
        (
            REQUESTS,
            json!({ "kind": "access", "received_on": today(), "who": " " }),
        ),
        (INCIDENTS, json!({ "aware_on": today(), "more": 1 })),
    ] {
        let answer = api.post_as_owner(path, &body);
        assert_eq!(answer.status, 400, "{}", answer.text);
    }
    api.post_as_owner(&format!("{REQUESTS}/7/notes"), &refuse)
        .assert_problem(
            404,
            "unknown-case",
            "this register has no case with this number; its list names those that it has",
        );
}

#[test]
fn an_incident_says_what_its_register_lacks() {
    let (api, _) = Api::with_site();
    let case = opened(&api, INCIDENTS, &incident());
    assert_eq!(
        case["missing"],
        json!(["persons", "serious_risk", "risk_reasons", "measures"])
    );
    let notes = format!("{INCIDENTS}/1/notes");
    let found = json!({ "text": "It is serious", "findings": {
        "persons": 12, "serious_risk": true, "risk_reasons": "The addresses are of a shelter" } });
    let case = opened(&api, &notes, &found);
    assert_eq!(
        case["missing"],
        json!(["authority_told_on", "persons_told_on", "measures"])
    );
    let told = json!({ "text": "All were told", "findings": { "authority_told_on": today(),
        "persons_told_on": today(), "measures": "Lists are sent by two", "persons": 13 } });
    let case = opened(&api, &notes, &told);
    assert_eq!(case["missing"], json!([]));
    assert_eq!(case["findings"]["persons"], 13);
    assert_eq!(case["findings"]["serious_risk"], true);
    // The entries still say what was written first.
    let first = &case["entries"][1]["text"]["written"]["incident_note"]["findings"];
    assert_eq!(first["persons"], 12);
    let answer = api.raw("DELETE", &format!("{INCIDENTS}/1"));
    answer.assert_problem(405, "method-not-allowed", "this address answers to GET");
}

#[test]
fn the_log_commits_to_all_that_is_written() {
    let (api, _) = Api::with_site();
    opened(&api, REQUESTS, &request(today()));
    opened(&api, INCIDENTS, &incident());
    let note = json!({ "text": "Copy sent", "outcome": "answered" });
    let case: RequestCase =
        serde_json::from_value(opened(&api, &format!("{REQUESTS}/1/notes"), &note)).unwrap();
    let incident: IncidentCase =
        serde_json::from_value(api.get_as_owner(&format!("{INCIDENTS}/1"))).unwrap();
    let logged = Log::of_site(&api).verify();
    let mut indices = Vec::new();
    for entry in case.entries.iter().chain(&incident.entries) {
        let index = usize::try_from(entry.index).unwrap();
        assert_eq!(entry.claimed_entry(), Some(logged[index]));
        indices.push(index);
    }
    // The publication is first.
    assert_eq!(indices, [1, 3, 2]);
}

#[test]
fn what_a_closed_request_says_can_be_erased_and_its_entries_stay() {
    let (api, _) = Api::with_site();
    opened(&api, REQUESTS, &request(today()));
    let path = format!("{REQUESTS}/1");
    let owner = api.owner();
    let erase = || api.delete(&path, &[("authorization", &owner)]);
    erase().assert_problem(
        409,
        "request-open",
        "the request is open: note first how it ends (`POST` a note with `outcome`)",
    );
    let note = json!({ "text": "Camille has her copy", "outcome": "answered" });
    opened(&api, &format!("{path}/notes"), &note);
    assert_eq!(erase().status, 204);
    assert_eq!(erase().status, 204);
    let case = api.get_as_owner(&path);
    assert!(!case.to_string().contains("Camille"), "{case}");
    assert!(case.get("kind").is_none());
    let entries = case["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert!(entries.iter().all(|entry| entry.get("salt").is_none()));
    let answer = api.post_as_owner(&format!("{path}/notes"), &note);
    assert_eq!(answer.status, 410, "{}", answer.text);
    let events = api.get_as_owner("/v1/sites/relais/events");
    let event = &events["events"][0];
    assert_eq!(event["kind"], "request_erased");
    assert_eq!(event["number"], 1);
    // A new one takes no erased one's number.
    assert_eq!(opened(&api, REQUESTS, &request(today()))["number"], 2);
}

#[test]
fn a_register_is_a_table_in_which_nothing_runs() {
    let (api, _) = Api::with_site();
    opened(&api, REQUESTS, &request(today()));
    opened(&api, REQUESTS, &request(today()));
    let note = json!({ "text": "Copy, sent", "outcome": "answered" });
    opened(&api, &format!("{REQUESTS}/2/notes"), &note);
    let table = as_auditor(&api, &format!("{REQUESTS}/table"));
    assert_eq!(table.status, 200);
    let name = format!("relais-requests-{}.csv", today());
    assert!(table.header("content-disposition").contains(&name));
    let text = table.text.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let columns: Vec<_> = reader
        .headers()
        .unwrap()
        .iter()
        .map(str::to_owned)
        .collect();
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    let cell = |row: usize, name: &str| {
        let at = columns.iter().position(|column| column == name).unwrap();
        rows[row][at].to_owned()
    };
    assert_eq!(
        (rows.len(), cell(0, "number"), cell(1, "number")),
        (2, "1".into(), "2".into())
    );
    assert_eq!(cell(0, "about"), "'=HYPERLINK(\"https://example.org\")");
    assert_eq!(cell(1, "status"), "answered");
    assert_eq!(cell(1, "notes"), format!("{}: Copy, sent", today()));
    assert!(cell(1, "entries").ends_with("#3"), "{}", cell(1, "entries"));

    let mut found = incident();
    found["findings"] = json!({ "persons": 3 });
    opened(&api, INCIDENTS, &found);
    let table = as_auditor(&api, &format!("{INCIDENTS}/table"));
    let mut reader = csv::Reader::from_reader(table.text.trim_start_matches('\u{feff}').as_bytes());
    let columns = reader.headers().unwrap().clone();
    let row = reader.records().next().unwrap().unwrap();
    let cell = |name| &row[columns.iter().position(|column| column == name).unwrap()];
    assert_eq!(cell("persons"), "3");
    assert_eq!(cell("missing"), "serious_risk, risk_reasons, measures");
}

#[test]
fn an_auditor_reads_and_writes_nothing_and_others_do_neither() {
    let (api, _) = Api::with_site();
    opened(&api, REQUESTS, &request(today()));
    let auditor = api.auditor();
    let text = request(today()).to_string();
    let json = ("content-type", "application/json");
    for path in [
        REQUESTS.to_owned(),
        format!("{REQUESTS}/1/notes"),
        INCIDENTS.to_owned(),
    ] {
        let answer = api.post(&path, &[("authorization", &auditor), json], text.as_bytes());
        assert_eq!(answer.status, 403);
        assert_eq!(api.post(&path, &[json], text.as_bytes()).status, 401);
    }
    for path in [
        REQUESTS.to_owned(),
        format!("{REQUESTS}/1"),
        format!("{REQUESTS}/table"),
    ] {
        assert_eq!(as_auditor(&api, &path).status, 200);
        assert_eq!(api.get(&path, &[]).status, 401);
    }
    assert_eq!(
        api.delete(&format!("{REQUESTS}/1"), &[("authorization", &auditor)])
            .status,
        403
    );
    let unknown = api.get(
        "/v1/sites/autre/requests",
        &[("authorization", &api.owner())],
    );
    assert_eq!(unknown.status, 404);
}

#[test]
fn a_kill_loses_nothing_that_was_answered() {
    let (mut api, _) = Api::with_site();
    let case = opened(&api, REQUESTS, &request(today()));
    let incident = opened(&api, INCIDENTS, &incident());
    api.crash();
    assert_eq!(api.get_as_owner(&format!("{REQUESTS}/1")), case);
    assert_eq!(api.get_as_owner(&format!("{INCIDENTS}/1")), incident);
    let large = json!({ "kind": "access", "received_on": today(), "who": "x".repeat(70_000) });
    assert_eq!(api.post_as_owner(REQUESTS, &large).status, 413);
}
