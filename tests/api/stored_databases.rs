//! Databases that an earlier version of the server wrote, or a later one: `fixtures/databases-1` has
//! those of schema version 1. [`write_databases`] makes such a folder with whatever server is built.

use crate::edge::ask_host;
use crate::support::{
    Answer, Api, DAY_MS, ERASED, Log, SITE, SlowWitness, config, logs, now, report, restart_at,
    secret, verify, wait_for,
};
use consent_core::api::SiteLogs;
use consent_core::log_origin::Shards;
use consent_core::proof::DisclosedRecord;
use consent_core::{ConsentReceipt, ReportId};
use consent_log::Checkpoint;
use rusqlite::Connection;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

/// A site with proofs in four objects.
const SHARDED: &str = "grand";
/// A site whose pages pass through the server.
const ENFORCED: &str = "vitrine";
/// Its host.
const HOST: &str = "vitrine.localhost:8080";
/// A file of the owner's, entered as evidence.
const FILE: &str = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
const ORIGINS: [&str; 2] = ["http://localhost:8788", "https://boutique.relais.example"];

/// The configuration of each site of the fixture.
fn configuration(site: &str) -> Value {
    let mut config = config();
    match site {
        SHARDED => config["shards"] = json!(4),
        ENFORCED => {
            config["origins"] = json!([format!("http://{HOST}")]);
            config["edge"] = json!({ "origin_server": "http://127.0.0.1:9" });
        }
        _ => {
            config["origins"] = json!(ORIGINS);
            config["hand_over"] = json!(true);
        }
    }
    config
}

/// The folders of the three kinds of object.
const OBJECTS: [&str; 3] = ["temoin-site", "temoin-directory", "temoin-anchor"];

fn ok(answer: &Answer) -> Value {
    assert!(answer.status < 300, "{}", answer.text);
    answer.json()
}

/// Reports as a page of the site does, and notes what was answered.
fn keep(api: &Api, site: &str, report: &Value, kept: &mut Vec<Value>) {
    let origin = match site {
        ENFORCED => format!("http://{HOST}"),
        _ => ORIGINS[0].to_owned(),
    };
    let path = format!("/v1/sites/{site}/consents");
    let body = report.to_string();
    let receipt = ok(&api.post(&path, &[("origin", &origin)], body.as_bytes()));
    kept.push(json!({ "site": site, "report": report, "receipt": receipt }));
}

/// A report whose id is not like its neighbour's, so that it may be for any shard.
fn any_report(notice: &str, nth: u32, method: &str) -> Value {
    let mut report = report(notice, nth, method);
    let first = nth.wrapping_mul(40_503) & 0xffff;
    report["id"] = json!(format!("{first:04x}{nth:028x}"));
    report
}

/// What an auditor is told of each consent, in short: what else a record says, its entry commits to.
fn consents(api: &Api, site: &str) -> Vec<String> {
    let bearer = format!("Bearer {}", api.server.tokens().auditor);
    let mut consents = Vec::new();
    let mut next = String::new();
    loop {
        let path = format!("/v1/sites/{site}/consents?limit=1000{next}");
        let page = ok(&api.get(&path, &[("authorization", &bearer)]));
        for record in page["records"].as_array().into_iter().flatten() {
            let fields = ["log", "index", "receipt", "method", "status", "subject"];
            let fields = fields.map(|field| record[field].to_string().replace('"', ""));
            consents.push(fields.join(" "));
        }
        for erased in page["erased"].as_array().into_iter().flatten() {
            let fields = ["log", "index", "reason", "erased_at"];
            let fields = fields.map(|field| erased[field].to_string().replace('"', ""));
            consents.push(fields.join(" "));
        }
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return consents,
        }
    }
}

/// What a site answers to those who may ask.
fn answers(api: &Api, site: &str) -> Value {
    let text = api.get(&format!("/v1/sites/{site}/logs"), &[]).text;
    let logs: SiteLogs = serde_json::from_str(&text).unwrap();
    let checkpoints = logs.logs.iter().map(|log| {
        let note = Log::new(api, log).note().to_string();
        (log.origin.to_string(), json!(note))
    });
    json!({
        "checkpoints": checkpoints.collect::<serde_json::Map<_, _>>(),
        "logs": serde_json::from_str::<Value>(&text).unwrap(),
        "declaration": ok(&api.get(&format!("/v1/sites/{site}/declaration"), &[])),
        "loader": api.get(&format!("/t/{site}.js"), &[]).text,
        // Last: who reads records leaves entries in the log.
        "consents": consents(api, site),
    })
}

#[test]
#[ignore = "writes a fixture: see fixtures/databases-1/README.md"]
#[expect(
    clippy::too_many_lines,
    reason = "one story, from the first quarter to the last"
)]
fn write_databases() {
    let mut api = Api::empty();
    let mut kept = Vec::new();
    // A quarter whose proofs are over, and whose key is destroyed.
    let first = ok(&api.publish(SITE, &configuration(SITE)));
    let notice = first["notice"].as_str().unwrap().to_owned();
    for nth in [1, 2] {
        keep(&api, SITE, &report(&notice, nth, "accept_all"), &mut kept);
    }
    wait_for("the first alarm came", || {
        Log::anchor(&api).checkpoint().size > 0
    });
    std::thread::sleep(Duration::from_secs(5));
    restart_at(&mut api, 1300 * DAY_MS);
    wait_for("the retention's alarm came", || {
        logs(&api).logs[0].erased_at.is_some()
    });
    kept.clear();

    // A long log, with every method and every way in which a consent can be less than whole.
    let mut second = configuration(SITE);
    second["policy"]["version"] = json!("2");
    second["import_from"] = json!(["cookiebot"]);
    let notice = ok(&api.publish(SITE, &second))["notice"].clone();
    let notice = notice.as_str().unwrap();
    for (nth, method) in (10..).zip([
        "accept_all",
        "reject_all",
        "save",
        "withdraw",
        "gpc",
        "api",
        "imported",
    ]) {
        let mut report = report(notice, nth, method);
        if method == "imported" {
            let before = now().as_millis() + 1290 * DAY_MS;
            let before = consent_core::Timestamp::from_millis(before).unwrap();
            report["chosen_at"] = json!(before.to_string());
            report["layer"] = json!("none");
        }
        if method == "save" {
            report["services"] = json!({ "mesure": "denied" });
            report["layer"] = json!("placeholder");
        }
        if method == "withdraw" {
            report["previous"] = kept[0]["receipt"]["id"].clone();
            report["consent_id"] = kept[0]["report"]["consent_id"].clone();
        }
        keep(&api, SITE, &report, &mut kept);
    }
    let erased = any_report(notice, 20, "accept_all");
    keep(&api, SITE, &erased, &mut kept);
    let erased = kept.pop().unwrap();
    let path = format!("/v1/receipts/{}", erased["receipt"]["id"].as_str().unwrap());
    let removed = api.delete(&path, &[("authorization", &secret(&erased["report"]))]);
    assert_eq!(removed.status, 204, "{}", removed.text);
    for nth in 100..360 {
        let report = any_report(notice, nth, "reject_all");
        keep(&api, SITE, &report, &mut kept);
    }
    kept.truncate(10);
    let owner = format!("Bearer {}", api.server.tokens().owner);
    let evidence = ok(&api.post(
        &format!("/v1/sites/{SITE}/evidence"),
        &[("authorization", &owner)],
        json!({ "sha256": FILE }).to_string().as_bytes(),
    ));

    // The other sites, and enough checkpoints for a tile of the anchor.
    let mut notices = Vec::new();
    for site in [SHARDED, ENFORCED] {
        let published = ok(&api.publish(site, &configuration(site)));
        notices.push(published["notice"].as_str().unwrap().to_owned());
    }
    let mut nth = 1000;
    let shards: Shards = serde_json::from_value(configuration(SHARDED)["shards"].clone()).unwrap();
    let mut round = Vec::new();
    while Log::anchor(&api).checkpoint().size <= 256 {
        round.clear();
        keep(
            &api,
            SITE,
            &any_report(notice, nth, "reject_all"),
            &mut round,
        );
        keep(
            &api,
            ENFORCED,
            &any_report(&notices[1], nth, "save"),
            &mut round,
        );
        for shard in shards.iter() {
            let report = std::iter::repeat_with(|| {
                nth += 1;
                any_report(&notices[0], nth, "accept_all")
            });
            let in_shard = |report: &Value| {
                let id: ReportId = serde_json::from_value(report["id"].clone()).unwrap();
                shards.of(id) == shard
            };
            let report = report.into_iter().find(in_shard).unwrap();
            keep(&api, SHARDED, &report, &mut round);
        }
        nth += 1;
        std::thread::sleep(Duration::from_millis(2500));
    }
    kept.append(&mut round);

    // A quarter later, with a witness.
    let witness = SlowWitness::start();
    api.server.set_witnesses(vec![witness.witness()]);
    let later = 1400 * DAY_MS;
    restart_at(&mut api, later);
    keep(&api, SITE, &any_report(notice, 9001, "save"), &mut kept);
    let (asked, stream) = witness.asked();
    witness.cosign(&asked, stream);
    wait_for("the cosignature is published", || {
        Log::anchor(&api).note().verified_by(&witness.key()).is_ok()
    });
    std::thread::sleep(Duration::from_secs(5));

    let last = kept.last().unwrap();
    let hand_over = json!({
        "receipt": last["receipt"]["id"],
        "consent_id": last["report"]["consent_id"],
        "to": ORIGINS[1],
    });
    let hand_over = ok(&api.post(
        &format!("/v1/sites/{SITE}/handovers"),
        &[("origin", ORIGINS[0])],
        hand_over.to_string().as_bytes(),
    ));
    let facts = json!({
        "written_at_ms": now().as_millis() + later,
        "anchor": Log::anchor(&api).note().to_string(),
        "kept": kept,
        "erased": erased,
        "evidence": evidence,
        "hand_over": hand_over,
        "sites": {
            SITE: answers(&api, SITE),
            SHARDED: answers(&api, SHARDED),
            ENFORCED: answers(&api, ENFORCED),
        },
        "notices": [first["notice"], notice],
    });
    let state = api.state.clone();
    api.server.kill().unwrap();
    let written = local_server::root().join("target/temoin/databases");
    let _ = std::fs::remove_dir_all(&written);
    std::fs::create_dir_all(&written).unwrap();
    for folder in OBJECTS {
        std::fs::rename(state.join(folder), written.join(folder)).unwrap();
    }
    std::fs::copy(state.join("secret"), written.join("secret")).unwrap();
    let facts = serde_json::to_string_pretty(&facts).unwrap();
    std::fs::write(written.join("facts.json"), facts).unwrap();
}

/// The server on databases of version 1, five seconds after they were written, and what the server
/// that wrote them had answered.
fn on_version_1() -> (Api, Value) {
    let fixture = local_server::root().join("tests/api/fixtures/databases-1");
    let facts = std::fs::read(fixture.join("facts.json")).unwrap();
    let facts: Value = serde_json::from_slice(&facts).unwrap();
    let mut api = Api::empty();
    api.server.kill().unwrap();
    for folder in OBJECTS {
        copy(&fixture.join(folder), &api.state.join(folder));
    }
    std::fs::copy(fixture.join("secret"), api.state.join("secret")).unwrap();
    let written_at = facts["written_at_ms"].as_i64().unwrap();
    restart_at(&mut api, written_at + 5_000 - now().as_millis());
    (api, facts)
}

fn copy(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn site_logs(api: &Api, site: &str) -> SiteLogs {
    serde_json::from_value(ok(&api.get(&format!("/v1/sites/{site}/logs"), &[]))).unwrap()
}

#[test]
fn what_version_1_stored_is_answered_as_it_was() {
    let (api, facts) = on_version_1();
    for site in [SITE, SHARDED, ENFORCED] {
        let (mut before, mut after) = (facts["sites"][site].clone(), answers(&api, site));
        // What a stored choice must be an answer to: said since then.
        let declaration = after["declaration"].as_object_mut().unwrap();
        let material = declaration.remove("material").unwrap();
        assert_eq!(material.as_str().unwrap().len(), 12, "{site}");
        // Which witnesses are asked is a setting of the server that runs, not something stored.
        before["logs"]["anchor"]["witnesses"] = json!([]);
        for (what, before) in before.as_object().unwrap() {
            assert!(after[what] == *before, "{site}: {what}: {}", after[what]);
        }
        // Each record is still what its entry commits to, and each tree the one that was signed.
        let bearer = format!("Bearer {}", api.server.tokens().auditor);
        let logs = site_logs(&api, site).logs;
        let entries: Vec<_> = logs
            .iter()
            .map(|log| (log.origin.clone(), Log::new(&api, log).verify()))
            .collect();
        let page = ok(&api.get(
            &format!("/v1/sites/{site}/consents?limit=1000"),
            &[("authorization", &bearer)],
        ));
        for record in page["records"].as_array().unwrap() {
            let disclosed: DisclosedRecord = serde_json::from_value(record.clone()).unwrap();
            let of_log = entries.iter().find(|(log, _)| *log == disclosed.record.log);
            let place = usize::try_from(disclosed.record.index).unwrap();
            assert_eq!(disclosed.claimed_entry(), of_log.unwrap().1[place]);
        }
    }
    for notice in facts["notices"].as_array().unwrap() {
        api.notice(notice.as_str().unwrap());
    }
    let anchor = Log::anchor(&api);
    let before = Checkpoint::open(
        &facts["anchor"].as_str().unwrap().parse().unwrap(),
        &anchor.key,
    );
    let before = before.unwrap();
    assert!(before.size > 256, "with a full tile");
    anchor.assert_continues(&before);
}

#[test]
fn what_version_1_promised_is_kept() {
    let (api, facts) = on_version_1();
    // A handover token lived a minute, and did not say for which origin it was: it is refused now.
    let token = facts["hand_over"]["token"].as_str().unwrap();
    let path = format!("/v1/sites/{SITE}/handovers/{token}");
    let redeemed = api.get(&path, &[("origin", ORIGINS[1])]);
    assert_eq!(redeemed.status, 403, "{}", redeemed.text);
    for kept in facts["kept"].as_array().unwrap() {
        let site = kept["site"].as_str().unwrap();
        let receipt: ConsentReceipt = serde_json::from_value(kept["receipt"].clone()).unwrap();
        let logs = site_logs(&api, site);
        let log = logs.logs.iter().find(|log| log.origin == receipt.log);
        let log = Log::new(&api, log.unwrap());
        log.assert_continues(&verify(&receipt, &log.key));
        let path = format!("/v1/receipts/{}", receipt.id);
        let read = api.get(&path, &[("authorization", &secret(&kept["report"]))]);
        let read: ConsentReceipt = serde_json::from_value(ok(&read)).unwrap();
        verify(&read, &log.key);
        let mut again = Vec::new();
        keep(&api, site, &kept["report"], &mut again);
        assert_eq!(again[0]["receipt"]["index"], kept["receipt"]["index"]);
    }
    let erased = &facts["erased"];
    let path = format!("/v1/receipts/{}", erased["receipt"]["id"].as_str().unwrap());
    api.get(&path, &[("authorization", &secret(&erased["report"]))])
        .assert_refused(ERASED);
    api.post(
        &format!("/v1/sites/{SITE}/consents"),
        &[("origin", ORIGINS[0])],
        erased["report"].to_string().as_bytes(),
    )
    .assert_refused(ERASED);
    let owner = format!("Bearer {}", api.server.tokens().owner);
    // The newest log has it not: a quarter has passed.
    let evidence = api.post(
        &format!("/v1/sites/{SITE}/evidence"),
        &[("authorization", &owner)],
        json!({ "sha256": FILE }).to_string().as_bytes(),
    );
    assert_eq!(evidence.status, 201, "{}", evidence.text);
    assert_ne!(evidence.json()["log"], facts["evidence"]["log"]);
    assert_eq!(ask_host(&api, HOST, "GET /"), 502, "its server is silent");
    assert_eq!(ask_host(&api, "autre.localhost:8080", "GET /"), 404);
}

#[test]
fn what_version_1_stored_is_found_by_its_filters_and_goes_on() {
    let (api, facts) = on_version_1();
    let all = facts["sites"][SITE]["consents"].as_array().unwrap().clone();
    let kept = |method: &str| {
        let of = |line: &&Value| line.as_str().unwrap().contains(&format!(" {method} "));
        all.iter().filter(of).count()
    };
    for method in [
        "accept_all",
        "reject_all",
        "save",
        "withdraw",
        "gpc",
        "api",
        "imported",
    ] {
        assert!(kept(method) > 0);
        let page = api.query(&format!("?limit=1000&method={method}")).json();
        assert_eq!(page["records"].as_array().unwrap().len(), kept(method));
    }
    let notice = facts["notices"][1].as_str().unwrap();
    let page = api.query(&format!("?limit=1000&notice={notice}")).json();
    let records = all
        .iter()
        .filter(|line| !line.as_str().unwrap().contains("/2026q4/"));
    let of_second = records.filter(|line| !line.as_str().unwrap().contains(" holder "));
    assert_eq!(page["records"].as_array().unwrap().len(), of_second.count());
    let first = facts["notices"][0].as_str().unwrap();
    let page = api.query(&format!("?limit=1000&notice={first}")).json();
    assert_eq!(page["records"], json!([]), "all of them are erased");

    for site in [SITE, SHARDED, ENFORCED] {
        let mut next = configuration(site);
        next["policy"]["version"] = json!("3");
        let published = api.publish(site, &next);
        assert_eq!(published.status, 201, "{}", published.text);
        let notice = published.json()["notice"].as_str().unwrap().to_owned();
        let mut kept = Vec::new();
        for nth in 20_000..20_008 {
            keep(&api, site, &any_report(&notice, nth, "save"), &mut kept);
        }
        for log in site_logs(&api, site).logs {
            Log::new(&api, &log).verify();
        }
    }
}

/// What the owner reads of a site.
fn read(api: &Api, site: &str, tail: &str) -> Answer {
    let owner = format!("Bearer {}", api.server.tokens().owner);
    let path = format!("/v1/sites/{site}{tail}");
    api.get(&path, &[("authorization", &owner)])
}

#[track_caller]
fn assert_not_kept(answer: &Answer) {
    answer.assert_problem(
        404,
        "configuration-not-kept",
        "an earlier version of this server published the configuration in force, and kept only its hash: publish it \
         once more",
    );
}

#[test]
fn the_editions_of_what_version_1_published_begin_with_the_next_publication() {
    let (api, facts) = on_version_1();
    let owner = format!("Bearer {}", api.server.tokens().owner);
    let sites = |api: &Api| {
        let listed = ok(&api.get("/v1/sites", &[("authorization", &owner)]));
        listed["sites"].as_array().unwrap().clone()
    };
    let listed = sites(&api);
    let named: Vec<_> = listed.iter().map(|site| site["site"].clone()).collect();
    assert_eq!(named, [SHARDED, SITE, ENFORCED]);
    for site in &listed {
        assert!(site["notice"].is_string(), "{site}");
        assert!(site.get("since").is_none(), "{site}");
    }
    assert_eq!(listed[1]["notice"], facts["notices"][1]);
    for site in [SITE, SHARDED, ENFORCED] {
        assert_not_kept(&read(&api, site, ""));
        assert_eq!(
            ok(&read(&api, site, "/editions")),
            json!({ "editions": [] })
        );
        let config = configuration(site);
        let hash = consent_core::Sha256Digest::of(config.to_string().as_bytes());
        let unknown = read(&api, site, &format!("/editions/{hash}"));
        assert_eq!(unknown.status, 404, "{}", unknown.text);

        ok(&api.publish(site, &config));
        assert_eq!(read(&api, site, "").text, config.to_string());
        let editions = ok(&read(&api, site, "/editions"));
        assert_eq!(editions["editions"][0]["configuration"], hash.to_string());
        assert!(editions["editions"].as_array().unwrap().len() == 1);
        // It is told apart from the edition of version 1: its policy had version 2 there.
        let material = &editions["editions"][0]["material_changes"];
        assert_eq!(
            !material.as_array().unwrap().is_empty(),
            site == SITE,
            "{material}"
        );
    }
    assert!(sites(&api).iter().all(|site| site["since"].is_string()));
}

#[test]
fn a_configuration_that_was_not_kept_is_once_it_is_published_as_it_was() {
    let mut api = Api::empty();
    ok(&api.publish(SITE, &config()));
    let [file] = &api.databases("temoin-site")[..] else {
        panic!("one object");
    };
    // As version 5 left it, which had none of these.
    api.server.kill().unwrap();
    execute(file, "DROP TABLE publication");
    execute(file, "DROP TABLE configuration");
    execute(file, "DROP TABLE tally");
    execute(file, "DROP TABLE read");
    execute(file, "DROP TABLE summary");
    execute(file, "DROP TABLE register_case");
    execute(file, "DROP TABLE register_entry");
    execute(file, "DROP TABLE loaders_by_law");
    execute(file, "ALTER TABLE entry DROP COLUMN told");
    execute(file, "ALTER TABLE log DROP COLUMN tallied");
    for table in [
        "webhook",
        "webhook_delivery",
        "webhook_outgoing",
        "webhook_wanted",
    ] {
        execute(file, &format!("DROP TABLE {table}"));
    }
    execute(file, "UPDATE schema_version SET version = 5");
    api.server.restart().unwrap();
    assert_not_kept(&read(&api, SITE, ""));
    let events = ok(&read(&api, SITE, "/events"));
    let compared = format!(
        "/compare?a={}",
        events["events"][0]["configuration"].as_str().unwrap()
    );
    assert_eq!(read(&api, SITE, &compared).status, 404);
    let published = ok(&api.publish(SITE, &config()));
    assert_eq!(published["unchanged"], true);
    assert_eq!(read(&api, SITE, "").text, config().to_string());
    assert_eq!(ok(&read(&api, SITE, &compared))["changes"], json!([]));
    let editions = ok(&read(&api, SITE, "/editions"));
    assert_eq!(editions["editions"].as_array().unwrap().len(), 1);
    // For the events it is the same publication.
    assert_eq!(ok(&read(&api, SITE, "/events")), events);
}

fn execute(file: &Path, statement: &str) {
    let database = Connection::open(file).unwrap();
    database.execute(statement, []).unwrap();
}

fn set_version(api: &Api, folder: &str, version: u32) {
    for file in api.databases(folder) {
        execute(
            &file,
            &format!("UPDATE schema_version SET version = {version}"),
        );
    }
}

#[test]
fn an_object_whose_tables_are_of_a_later_server_says_so_and_changes_nothing() {
    let (mut api, notice) = Api::with_site();
    let origin = logs(&api).logs.remove(0).origin;
    let anchor = logs(&api).anchor.origin;
    wait_for("the anchor's object is there", || {
        Log::anchor(&api).checkpoint().size == 1
    });
    let loader = format!("/t/{SITE}.js");
    let notice = format!("/v1/notices/{notice}");
    let (tile, anchor) = (
        format!("/log/{origin}/checkpoint"),
        format!("/log/{anchor}/checkpoint"),
    );
    let paths = [&loader, &notice, &tile, &anchor];
    let before = paths.map(|path| api.get(path, &[]).text);
    for (folder, object, known, refused) in [
        ("temoin-site", "a site", 13, vec![&loader, &tile]),
        (
            "temoin-directory",
            "the directory",
            4,
            vec![&notice, &loader],
        ),
        ("temoin-anchor", "the anchor", 1, vec![&anchor]),
    ] {
        let detail = format!(
            "the database of {object} has schema version 99, and this server knows {known}: \
             start the version of the server that wrote it, or a later one; nothing was read or \
             changed"
        );
        api.server.kill().unwrap();
        set_version(&api, folder, 99);
        api.server.restart().unwrap();
        for path in refused {
            api.get(path, &[])
                .assert_problem(503, "unknown-schema", &detail);
        }
        if folder != "temoin-anchor" {
            api.publish(SITE, &config())
                .assert_problem(503, "unknown-schema", &detail);
        }
        api.server.kill().unwrap();
        set_version(&api, folder, known);
        api.server.restart().unwrap();
        assert_eq!(
            paths.map(|path| api.get(path, &[]).text),
            before,
            "{folder}"
        );
    }
}

#[test]
fn where_the_log_refuses_the_entry_the_edition_before_stays_in_force_and_the_answer_says_so() {
    let (mut api, notice) = Api::with_site();
    let in_force = |api: &Api| {
        let declaration = ok(&api.get(&format!("/v1/sites/{SITE}/declaration"), &[]));
        (declaration, api.get(&format!("/t/{SITE}.js"), &[]).text)
    };
    let before = in_force(&api);
    let [file] = &api.databases("temoin-site")[..] else {
        panic!("one object");
    };
    let bytes: Vec<u8> = {
        api.server.kill().unwrap();
        let database = Connection::open(file).unwrap();
        let read = "SELECT entry FROM entry WHERE place = 0";
        database.query_row(read, [], |row| row.get(0)).unwrap()
    };
    // An entry that is not the one signed: nothing is appended to such a log.
    execute(
        file,
        "UPDATE entry SET entry = zeroblob(58) WHERE place = 0",
    );
    api.server.restart().unwrap();
    let mut next = config();
    next["policy"]["version"] = json!("2");
    next["origins"] = json!(["https://relais.example"]);
    api.publish(SITE, &next).assert_problem(
        500,
        "publication-failed",
        "the publication failed, and nothing of it is in force; what was in force before still is: \
         send it again",
    );
    assert_eq!(in_force(&api), before);
    api.server.kill().unwrap();
    let database = Connection::open(file).unwrap();
    let mend = "UPDATE entry SET entry = ? WHERE place = 0";
    database.execute(mend, [bytes]).unwrap();
    drop(database);
    api.server.restart().unwrap();
    assert_eq!(in_force(&api), before);
    let reported = api.report(&report(&notice, 1, "reject_all"));
    assert_eq!(reported.status, 201, "by the origins of before");
    assert_eq!(api.publish(SITE, &next).status, 201);
    assert_ne!(in_force(&api), before);
    Log::of_site(&api).verify();
}
