//! `GET /v1/sites`

use crate::support::{Answer, Api, SITE, config, wait_for};
use consent_core::Sha256Digest;
use rusqlite::Connection;
use serde_json::{Value, json};

fn list(api: &Api, token: &str, query: &str) -> Answer {
    let authorization = format!("Bearer {token}");
    let path = format!("/v1/sites{query}");
    api.get(&path, &[("authorization", &authorization)])
}

/// The names of the sites that are listed.
fn names(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", answer.text);
    let answer = answer.json();
    let sites = answer["sites"].as_array().unwrap().iter();
    sites
        .map(|site| site["site"].as_str().unwrap().to_owned())
        .collect()
}

/// A configuration that is quickly published.
fn small() -> Value {
    let mut small = config();
    small["languages"] = json!(["en"]);
    small["services"] = json!([]);
    small
}

#[test]
fn a_site_is_listed_with_what_is_in_force_and_since_when() {
    let (api, notice) = Api::with_site();
    let owner = api.server.tokens().owner.clone();
    let edition = |api: &Api| {
        let path = format!("/v1/sites/{SITE}/editions");
        let editions = api.get(&path, &[("authorization", &api.owner())]).json();
        editions["editions"][0].clone()
    };
    let answer = list(&api, &owner, "");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("access-control-allow-origin"), "");
    let first = edition(&api);
    let listed = |notice: &Value, edition: &Value| {
        json!({ "sites": [{
            "site": SITE,
            "notice": notice,
            "since": edition["from"],
            "configuration": edition["configuration"],
        }] })
    };
    assert_eq!(answer.json(), listed(&json!(notice), &first));
    let mut changed = config();
    changed["policy"]["version"] = json!("2");
    let published = api.publish(SITE, &changed).json();
    let second = edition(&api);
    assert_ne!(second["from"], first["from"]);
    assert_eq!(
        list(&api, &owner, "").json(),
        listed(&published["notice"], &second)
    );
    // A dry run leaves no site behind.
    assert_eq!(api.dry_run("essai", &config()).status, 200);
    assert_eq!(names(&list(&api, &owner, "")), [SITE]);
}

#[test]
fn a_token_sees_the_sites_that_it_is_for_and_no_others() {
    let mut api = Api::empty();
    let grant = |role: &str, token: &str, sites: &[&str]| json!({ "role": role, "sites": sites, "sha256": Sha256Digest::of(token.as_bytes()) });
    let everyones = |role: &str, token: &str| json!({ "role": role, "sha256": Sha256Digest::of(token.as_bytes()) });
    let tokens = json!([
        everyones("owner", "operator"),
        everyones("auditor", "authority"),
        everyones("inspector", "inspector"),
        grant("owner", "a", &["a"]),
        grant("auditor", "b", &["b", "not-there"]),
        grant("owner", "both", &["c"]),
        grant("auditor", "both", &["a"]),
        grant("owner", "nobody", &[]),
    ]);
    let setting = ("TEMOIN_TOKENS".to_owned(), tokens.to_string().into());
    api.server.set_environment(vec![setting]);
    api.crash();
    for site in ["c", "a", "b"] {
        let path = format!("/v1/sites/{site}");
        let headers = [("authorization", "Bearer operator")];
        let published = api.put(&path, &headers, small().to_string().as_bytes());
        assert_eq!(published.status, 201, "{}", published.text);
    }
    // The alarms, two seconds after a publication, make files too.
    wait_for("no alarm is left to come", || {
        let before = api.files();
        std::thread::sleep(std::time::Duration::from_secs(4));
        api.files() == before
    });
    let files = api.files();
    for (token, sites) in [
        ("operator", &["a", "b", "c"][..]),
        ("authority", &["a", "b", "c"]),
        ("a", &["a"]),
        ("b", &["b"]),
        ("both", &["a", "c"]),
        ("nobody", &[]),
    ] {
        assert_eq!(names(&list(&api, token, "")), sites, "{token}");
    }
    assert_eq!(names(&list(&api, "operator", "?after=a")), ["b", "c"]);
    assert!(names(&list(&api, "a", "?after=a")).is_empty());
    assert_eq!(list(&api, "inspector", "").status, 403);
    assert_eq!(list(&api, "essai", "").status, 401);
    assert_eq!(api.get("/v1/sites", &[]).status, 401);
    assert_eq!(api.files(), files);
    let refused = api.post("/v1/sites", &[], b"");
    assert_eq!((refused.status, refused.header("allow")), (405, "GET"));
    let head = api.head("/v1/sites", &[("authorization", "Bearer a")]);
    assert_eq!((head.status, &*head.text), (200, ""));
}

#[test]
fn many_sites_are_listed_page_by_page() {
    let api = Api::empty();
    let owner = api.server.tokens().owner.clone();
    let all: Vec<_> = (0..43).map(|number| format!("site-{number:02}")).collect();
    for site in &all {
        assert_eq!(api.publish(site, &small()).status, 201);
    }
    let first = list(&api, &owner, "");
    assert_eq!(names(&first), all[..40]);
    assert_eq!(first.json()["next"], "site-39");
    let second = list(&api, &owner, "?after=site-39");
    assert_eq!(names(&second), all[40..]);
    assert!(second.json().get("next").is_none());
    for (query, message) in [
        ("?after=A", "must be the `next` of an earlier answer"),
        ("?after=", "must be the `next` of an earlier answer"),
        ("?before=a", "is not a parameter; `after` is"),
        ("?after=a&after=b", "is given twice"),
    ] {
        list(&api, &owner, query).assert_problem(400, "malformed", message);
    }
}

#[test]
fn a_site_that_cannot_answer_is_listed_with_its_problem_beside_the_others() {
    let (mut api, _) = Api::with_site();
    let owner = api.server.tokens().owner.clone();
    let before = api.databases("temoin-site");
    assert_eq!(api.publish("autre", &small()).status, 201);
    let mut new = api.databases("temoin-site");
    new.retain(|file| !before.contains(file));
    api.server.kill().unwrap();
    let database = Connection::open(&new[0]).unwrap();
    database
        .execute("UPDATE schema_version SET version = 99", [])
        .unwrap();
    drop(database);
    api.server.restart().unwrap();
    let answer = list(&api, &owner, "");
    assert_eq!(names(&answer), ["autre", SITE]);
    let sites = &answer.json()["sites"];
    assert_eq!(
        sites[0]["problem"]["type"],
        "urn:temoin:problem:unknown-schema"
    );
    assert!(sites[0].get("notice").is_none());
    assert!(sites[1].get("problem").is_none());
    assert!(sites[1]["notice"].is_string());
}
