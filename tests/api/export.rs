//! `GET /v1/sites/SITE/export`, and `temoin verify-export` on what it answers.

use crate::support::{Api, ORIGIN, SITE, UNKNOWN_SITE, config, report, secret};
use clap::Parser;
use consent_auditor::Verdict;
use consent_auditor::command::Command;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::io::Read as _;
use std::path::PathBuf;

const PATH: &str = "/v1/sites/relais/export";

/// Asks for an export, and reads it to its end.
#[track_caller]
fn export(api: &Api, query: &str) -> String {
    let answer = api.get(
        &format!("{PATH}{query}"),
        &[("authorization", &api.auditor())],
    );
    assert_eq!(answer.status, 200, "{query}: {}", answer.text);
    answer.text
}

fn lines(text: &str) -> Vec<Value> {
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

/// Five visitors, of whom the fourth has their record erased.
fn five() -> Api {
    let (api, notice) = Api::with_site();
    let mut fourth = None;
    for (nth, method) in (1..).zip(["reject_all", "accept_all", "save", "reject_all", "withdraw"]) {
        let report = report(&notice, nth, method);
        let kept = api.report(&report);
        assert_eq!(kept.status, 201);
        if nth == 4 {
            fourth = Some((kept.receipt().id, secret(&report)));
        }
    }
    let (id, secret) = fourth.unwrap();
    let headers = [("authorization", &*secret), ("origin", ORIGIN)];
    assert_eq!(
        api.delete(&format!("/v1/receipts/{id}"), &headers).status,
        204
    );
    api
}

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// What `temoin verify-export` says of a text, against the live server.
#[track_caller]
fn verdict(api: &Api, text: &str) -> Verdict {
    let file: PathBuf = api.state.join("export.ndjson");
    std::fs::write(&file, text).unwrap();
    let (file, evidence) = (file.display().to_string(), api.state.join("evidence"));
    let evidence = evidence.display().to_string();
    let url = api.url("");
    let all = [
        "temoin",
        "verify-export",
        &file,
        &url,
        "--evidence",
        &evidence,
    ];
    Arguments::try_parse_from(all)
        .unwrap()
        .command
        .run()
        .unwrap()
}

#[test]
fn ndjson_says_what_it_is_of_and_that_it_has_ended_and_verifies() {
    let api = five();
    let answer = api.get(PATH, &[("authorization", &api.auditor())]);
    assert_eq!(answer.header("content-type"), "application/x-ndjson");
    assert_eq!(answer.header("cache-control"), "no-store");
    let disposition = answer.header("content-disposition");
    assert!(
        disposition.starts_with("attachment; filename=\"relais-consents-20")
            && disposition.ends_with(".ndjson\""),
        "{disposition}"
    );
    let rows = lines(&answer.text);
    let head = &rows[0]["export"];
    assert_eq!(
        (
            &head["format"],
            &head["site"],
            &head["filters"],
            &head["proof"]
        ),
        (
            &json!("temoin-export/v1"),
            &json!(SITE),
            &json!({}),
            &json!("complete")
        )
    );
    // The publication, five reports, and the erasure.
    assert_eq!(head["logs"][0]["size"], 7);
    let note = head["logs"][0]["checkpoint"].as_str().unwrap();
    assert_eq!(note.lines().nth(1), Some("7"));
    let indexes: Vec<_> = rows[1..6]
        .iter()
        .map(|row| row["index"].as_u64().unwrap())
        .collect();
    assert_eq!(indexes, [1, 2, 3, 4, 5]);
    assert_eq!(rows[4]["reason"], "holder");
    assert_eq!(rows[1..4], api.records()[..3]);
    let end = &rows[6]["end"];
    assert_eq!(
        (&end["records"], &end["erased"], &end["others"]),
        (&json!(4), &json!(1), &json!(0))
    );
    assert_eq!(rows.len(), 7);
    assert_eq!(verdict(&api, &answer.text), Verdict::Holds);
}

#[test]
fn a_changed_file_does_not_verify() {
    let api = five();
    let text = export(&api, "");
    let all: Vec<_> = text.split_inclusive('\n').collect();
    let without = |nth: usize| [&all[..nth], &all[nth + 1..]].concat().concat();
    for (what, changed) in [
        ("a row removed", without(2)),
        ("its end cut", without(6)),
        ("cut within a row", text[..text.len() * 2 / 3].to_owned()),
        (
            "one byte changed",
            text.replacen("\"gpc\":false", "\"gpc\":fals3", 1),
        ),
        (
            "an answer changed",
            text.replacen("\"gpc\":false", "\"gpc\":true", 1),
        ),
    ] {
        assert_ne!(changed, text);
        assert_eq!(verdict(&api, &changed), Verdict::Fails, "{what}");
    }
    // A row removed, and an end mark that fits: the log knows.
    let mut rows = lines(&without(2));
    rows.pop();
    let mut forged: String = without(2).split_inclusive('\n').take(rows.len()).collect();
    let sha256 = consent_core::Sha256Digest::of(forged.as_bytes());
    let end = json!({ "end": { "records": 3, "erased": 1, "others": 0, "sha256": sha256 } });
    forged += &(end.to_string() + "\n");
    assert_eq!(verdict(&api, &forged), Verdict::Fails);
}

#[test]
fn every_filter_of_the_records_is_one_of_the_export_and_each_answer_proves_that_it_is_complete() {
    let api = five();
    let subject = api.records()[0]["subject"].as_str().unwrap().to_owned();
    let queries = [
        ("status=withdrawn", &[5][..]),
        ("decision=granted", &[2, 3]),
        ("purpose=marketing&decision=denied", &[1, 3, 5]),
        ("service=mesure&decision=granted", &[2, 3]),
        ("method=save", &[3]),
        ("layer=none", &[]),
        ("language=en&gpc=false", &[]),
        ("jurisdiction=CA-QC&trusted=true", &[1, 2, 3, 5]),
        ("served=false&to=2999-01-01", &[1, 2, 3, 5]),
        ("from=2999-01-01", &[]),
        (&format!("subject={subject}"), &[1]),
    ];
    for (query, expected) in queries {
        for proof in ["complete", "records"] {
            let text = export(&api, &format!("?{query}&proof={proof}"));
            let rows = lines(&text);
            let records = rows.iter().filter(|row| row["receipt"].is_string());
            let indexes: Vec<_> = records.map(|row| row["index"].as_u64().unwrap()).collect();
            assert_eq!(indexes, expected, "{query}");
            let others = rows.last().unwrap()["end"]["others"].as_u64().unwrap();
            assert!(proof == "complete" || others == 0, "{query}");
            assert_eq!(verdict(&api, &text), Verdict::Holds, "{query} {proof}");
        }
        // As the pages have it.
        let page = api.query(&format!("?{query}")).json();
        let page = page["records"].as_array().unwrap().len();
        assert_eq!(page, expected.len(), "{query}");
    }
    // What is left out is shown by one part alone: who did not answer so is not named.
    let text = export(&api, "?method=save");
    assert_eq!(lines(&text).last().unwrap()["end"]["others"], 3);
    assert!(!text.contains(&subject));
    // A filter that claims less than was asked for.
    let narrowed = text.replace("\"method\":\"save\"}", "\"method\":\"gpc\"}");
    assert_ne!(narrowed, text);
    assert_eq!(verdict(&api, &narrowed), Verdict::Fails);
}

#[test]
fn a_csv_opens_in_a_spreadsheet_which_runs_none_of_it() {
    let mut config = config();
    config["policy"]["version"] = json!("=1+1");
    let (api, notice) = Api::publishing(&config);
    let reported = report(&notice, 1, "save");
    assert_eq!(api.report(&reported).status, 201);
    let (status, headers, bytes) = {
        let request = ureq::get(api.url(&format!("{PATH}?format=csv")));
        let mut answer = request
            .header("authorization", api.auditor())
            .call()
            .unwrap();
        let bytes = answer.body_mut().read_to_vec().unwrap();
        (answer.status(), answer.headers().clone(), bytes)
    };
    assert_eq!(status, 200);
    assert_eq!(
        headers["content-type"],
        "text/csv; charset=utf-8; header=present"
    );
    let text = String::from_utf8(bytes).unwrap();
    let rows: Vec<_> = text.split("\r\n").collect();
    assert!(rows[0].starts_with("\u{feff}receipt,time,"), "{}", rows[0]);
    assert!(
        rows[0].ends_with(",served_at,told,erased_at,reason"),
        "{}",
        rows[0]
    );
    assert!(rows[1].contains(",'=1+1,"), "{}", rows[1]);
    assert!(
        rows[2].starts_with("# up to this many entries of this log,"),
        "{}",
        rows[2]
    );
    assert!(
        rows[2].contains("/relais/") && rows[2].contains(",2,"),
        "{}",
        rows[2]
    );
    // The end mark, with a digest of what comes before the rows that are no records.
    let before = format!("{}\r\n{}\r\n", rows[0], rows[1]);
    let sha256 = consent_core::Sha256Digest::of(before.as_bytes());
    assert!(
        rows[3].starts_with("\"# end: 1 records, 0 erased; ")
            || rows[3].starts_with("# end: 1 records, 0 erased; "),
        "{}",
        rows[3]
    );
    assert!(rows[3].contains(&sha256.to_string()), "{}", rows[3]);
    assert_eq!(rows[4..], [""]);
}

#[test]
fn an_erased_record_is_a_row_of_a_csv_without_what_it_said() {
    let api = five();
    let text = export(&api, "?format=csv");
    let erased = text.lines().find(|row| row.contains(",erased,")).unwrap();
    assert!(
        erased.starts_with(",20") && erased.ends_with(",holder"),
        "{erased}"
    );
    assert_eq!(text.lines().count(), 1 + 5 + 1 + 1);
}

#[test]
fn json_ld_is_one_document_in_the_words_of_dpv() {
    let api = five();
    let text = export(&api, "?format=jsonld&decision=granted");
    let document: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(document["@context"]["dpv"], "https://w3id.org/dpv#");
    assert_eq!(document["dct:conformsTo"], "ISO/IEC TS 27560:2023");
    assert_eq!(
        document["temoin:filters"]["@value"],
        json!({ "decision": "granted" })
    );
    assert_eq!(document["temoin:checkpoint"][0]["temoin:size"], 7);
    let graph = document["@graph"].as_array().unwrap();
    assert_eq!(graph.len(), 2);
    assert_eq!(graph[0]["@type"], "dpv:ConsentRecord");
    assert_eq!(graph[0]["dpv:hasConsentStatus"]["@id"], "dpv:ConsentGiven");
    assert_eq!(
        graph[0]["dpv:hasDataController"]["dpv:hasName"],
        "Le Relais"
    );
    assert_eq!(document["temoin:end"]["temoin:records"], 2);
    let whole: Value = serde_json::from_str(&export(&api, "?format=jsonld")).unwrap();
    assert_eq!(whole["@graph"][3]["@type"], "temoin:ErasedRecord");
    let none: Value = serde_json::from_str(&export(&api, "?format=jsonld&method=gpc")).unwrap();
    assert_eq!(none["@graph"], json!([]));
    // One that was cut is no JSON.
    assert!(serde_json::from_str::<Value>(&text[..text.len() - 3]).is_err());
}

#[test]
fn many_records_in_two_objects_come_piece_by_piece_in_the_order_of_their_logs() {
    let mut config = config();
    config["shards"] = json!(2);
    let (api, notice) = Api::publishing(&config);
    // The objects take turns, by the first bytes of an id.
    let notice = &notice;
    std::thread::scope(|scope| {
        for lane in 0..8_u32 {
            let api = &api;
            scope.spawn(move || {
                for nth in (lane..2_600).step_by(8) {
                    let mut report = report(notice, nth, "accept_all");
                    report["id"] = json!(format!("{:04x}{nth:028x}", nth % 2));
                    assert_eq!(api.report(&report).status, 201);
                }
            });
        }
    });
    let text = export(&api, "");
    let rows = lines(&text);
    assert_eq!(rows[0]["export"]["logs"].as_array().unwrap().len(), 2);
    assert_eq!(rows.last().unwrap()["end"]["records"], 2_600);
    let places: Vec<_> = rows[1..2_601]
        .iter()
        .map(|row| (row["log"].as_str().unwrap(), row["index"].as_u64().unwrap()))
        .collect();
    assert!(places.is_sorted_by(|one, next| one < next));
    assert_eq!(verdict(&api, &text), Verdict::Holds);
    let text = export(&api, "?method=save");
    assert_eq!(lines(&text).last().unwrap()["end"]["others"], 2_600);
    assert_eq!(verdict(&api, &text), Verdict::Holds);
    // Without the rows of one object.
    let half: String = (text.split_inclusive('\n'))
        .filter(|row| !row.contains("/1\",\"index\""))
        .collect();
    assert_eq!(verdict(&api, &half), Verdict::Fails);
}

#[test]
fn what_comes_while_an_export_is_read_is_not_in_it() {
    let (api, notice) = Api::with_site();
    api.report_many(&notice, 0..2_100, "accept_all");
    let request = ureq::get(api.url(PATH)).header("authorization", api.auditor());
    let mut body = request.call().unwrap().into_body();
    let mut reader = body.as_reader();
    let mut text = vec![0; 1000];
    reader.read_exact(&mut text).unwrap();
    api.report_many(&notice, 5_000..5_050, "reject_all");
    reader.read_to_end(&mut text).unwrap();
    let text = String::from_utf8(text).unwrap();
    let rows = lines(&text);
    assert_eq!(rows[0]["export"]["logs"][0]["size"], 2_101);
    assert_eq!(rows.last().unwrap()["end"]["records"], 2_100);
    assert_eq!(verdict(&api, &text), Verdict::Holds);
}

#[test]
fn an_export_that_fails_in_the_middle_breaks_off() {
    let (mut api, notice) = Api::with_site();
    api.report_many(&notice, 0..1_500, "accept_all");
    api.server.kill().unwrap();
    let [file] = &api.databases("temoin-site")[..] else {
        panic!("one object");
    };
    // A record that is no longer what the log says: the server refuses to disclose it.
    let database = Connection::open(file).unwrap();
    let changed = database.execute("UPDATE entry SET gpc = 1 WHERE place = 1400", []);
    assert_eq!(changed, Ok(1));
    drop(database);
    api.server.restart().unwrap();
    for format in ["ndjson", "csv", "jsonld"] {
        let request = ureq::get(api.url(&format!("{PATH}?format={format}")));
        let answer = request
            .header("authorization", api.auditor())
            .call()
            .unwrap();
        let mut text = Vec::new();
        let read = answer.into_body().as_reader().read_to_end(&mut text);
        assert!(read.is_err(), "{format}: the client is told");
        let text = String::from_utf8(text).unwrap();
        for mark in ["{\"end\":", "# end", "\"temoin:end\""] {
            assert!(!text.contains(mark), "{format}: no end mark");
        }
    }
}

#[test]
fn a_wrong_parameter_is_named_with_all_others() {
    let (api, _) = Api::with_site();
    let auditor = api.auditor();
    let refused = |query: &str| api.get(&format!("{PATH}?{query}"), &[("authorization", &auditor)]);
    let answer =
        refused("format=xls&proof=some&gpc=maybe&limit=3&cursor=p0-0&color=red&purpose=marketing");
    assert_eq!(answer.status, 400, "{}", answer.text);
    let fields = |answer: &Value| {
        let errors = answer["errors"].as_array().unwrap().iter();
        let fields = errors.map(|error| error["field"].as_str().unwrap().to_owned());
        fields.collect::<Vec<_>>()
    };
    assert_eq!(
        fields(&answer.json()),
        [
            "format", "proof", "gpc", "limit", "cursor", "color", "purpose"
        ]
    );
    let answer = refused("format=csv&proof=complete");
    assert_eq!(
        (answer.status, fields(&answer.json())),
        (400, vec!["proof".to_owned()])
    );
}

#[test]
fn only_an_auditor_of_the_site_exports() {
    let (api, _) = Api::with_site();
    api.get(PATH, &[]).assert_problem(
        401,
        "missing-token",
        "send the token in the header: Authorization: Bearer …",
    );
    let owner = api.owner();
    assert_eq!(api.get(PATH, &[("authorization", &owner)]).status, 403);
    assert_eq!(
        api.get(PATH, &[("authorization", "Bearer wrong")]).status,
        401
    );
    let auditor = api.auditor();
    api.get("/v1/sites/invente/export", &[("authorization", &auditor)])
        .assert_refused(UNKNOWN_SITE);
    let post = api.post(PATH, &[("authorization", &auditor)], b"");
    assert_eq!((post.status, post.header("allow")), (405, "GET"));
}
