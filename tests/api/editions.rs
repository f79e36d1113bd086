//! `GET /v1/sites/SITE`, `GET /v1/sites/SITE/editions`, and one of them: read, and published again.

use crate::support::{Answer, Api, Log, SITE, UNKNOWN_SITE, config};
use consent_core::Sha256Digest;
use consent_core::entry::Event;
use rusqlite::Connection;
use serde_json::{Value, json};

const UNKNOWN_EDITION: (u16, &str, &str) = (
    404,
    "unknown-edition",
    "this server keeps no configuration with that SHA-256 for this site; `/v1/sites/SITE/editions` lists those that it keeps",
);

/// A path of the site's.
fn path(tail: &str) -> String {
    format!("/v1/sites/{SITE}{tail}")
}

fn read(api: &Api, tail: &str) -> Answer {
    api.get(&path(tail), &[("authorization", &api.owner())])
}

/// The publications, newest first.
fn editions(api: &Api) -> Vec<Value> {
    let answer = read(api, "/editions");
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["editions"].as_array().unwrap().clone()
}

fn events(api: &Api) -> Vec<Value> {
    let events = read(api, "/events").json();
    events["events"].as_array().unwrap().clone()
}

fn hash(text: &str) -> String {
    Sha256Digest::of(text.as_bytes()).to_string()
}

fn hash_of(config: &Value) -> String {
    hash(&config.to_string())
}

fn publish_again(api: &Api, hash: &str) -> Answer {
    let tail = path(&format!("/editions/{hash}/publish"));
    api.post(&tail, &[("authorization", &api.owner())], b"")
}

/// The configuration with another version of its policy: every visitor is asked again.
fn with_policy(version: &str) -> Value {
    let mut config = config();
    config["policy"]["version"] = version.into();
    config
}

/// The configuration with one more origin: nobody is asked again.
fn with_origin(origin: &str) -> Value {
    let mut config = config();
    config["origins"]
        .as_array_mut()
        .unwrap()
        .push(origin.into());
    config
}

#[test]
fn the_configuration_in_force_is_answered_byte_for_byte_under_its_hash() {
    let api = Api::empty();
    // As an editor may leave it: a byte order mark, other line ends, escapes, and letters beyond ASCII.
    let pretty = serde_json::to_string_pretty(&config()).unwrap();
    let pretty = pretty
        .replace(
            "Compte les visites.",
            "Compte les visites, \\u00e0 peu pr\u{e8}s \u{1f36a}.",
        )
        .replace('\n', "\r\n");
    let text = format!("\u{feff}{pretty}\r\n\t ");
    let owner = api.owner();
    let published = api.put(&path(""), &[("authorization", &owner)], text.as_bytes());
    assert_eq!(published.status, 201, "{}", published.text);

    let tag = format!("\"{}\"", hash(&text));
    for tail in [String::new(), format!("/editions/{}", hash(&text))] {
        let answer = read(&api, &tail);
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text == text, "{}", answer.text);
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("cache-control"), "no-store");
        assert_eq!(answer.header("etag"), tag);
        assert_eq!(answer.header("access-control-allow-origin"), "");
        let head = api.head(&path(&tail), &[("authorization", &owner)]);
        assert_eq!((head.status, head.header("etag")), (200, &*tag));
        assert_eq!(head.text, "");
        let known = [("authorization", &*owner), ("if-none-match", &*tag)];
        let known = api.get(&path(&tail), &known);
        assert_eq!((known.status, &*known.text), (304, ""));
    }
    assert_eq!(events(&api)[0]["configuration"], hash(&text));
    assert_eq!(editions(&api)[0]["configuration"], hash(&text));
}

#[test]
fn every_publication_is_listed_with_what_it_changed_and_how_long_it_was_in_force() {
    let api = Api::empty();
    let notice = api.publish(SITE, &config()).json()["notice"].clone();
    let other = with_origin("https://autre.example");
    assert_eq!(api.publish(SITE, &other).status, 200);
    let material = api.publish(SITE, &with_policy("2"));
    assert_eq!(material.status, 201, "{}", material.text);
    let listed = editions(&api);
    // The same again is no publication; neither is a dry run, nor what is refused.
    assert_eq!(api.publish(SITE, &with_policy("2")).status, 200);
    assert_eq!(api.dry_run(SITE, &config()).status, 200);
    assert_eq!(api.publish(SITE, &json!({})).status, 422);
    assert_eq!(editions(&api), listed);

    let token = hash(&api.server.tokens().owner);
    let column = |name: &str| -> Vec<Value> {
        let values = listed.iter().map(|edition| edition[name].clone());
        values.collect()
    };
    let later = &material.json()["notice"];
    assert_eq!(column("number"), [json!(3), json!(2), json!(1)]);
    assert_eq!(
        column("configuration"),
        [&with_policy("2"), &other, &config()].map(|config| json!(hash_of(config)))
    );
    assert_eq!(column("notice"), [later.clone(), notice.clone(), notice]);
    assert_eq!(column("grants"), vec![json!([&token[..12]]); 3]);
    assert_eq!(
        column("material_changes"),
        [
            material.json()["material_changes"].clone(),
            json!([]),
            json!([])
        ]
    );
    assert_eq!(
        column("asks_anew"),
        [json!(true), json!(false), json!(false)]
    );
    assert_eq!(column("from")[0], material.json()["published_at"]);
    assert_eq!(
        column("to"),
        [
            Value::Null,
            column("from")[0].clone(),
            column("from")[1].clone()
        ]
    );
}

#[test]
fn going_back_is_a_publication_of_the_same_text_and_going_back_again_too() {
    let api = Api::empty();
    let (first, second) = (config(), with_policy("2"));
    let notice = api.publish(SITE, &first).json()["notice"].clone();
    let loader = |api: &Api| api.get(&format!("/t/{SITE}.js"), &[]).text;
    let first_loader = loader(&api);
    assert_eq!(api.publish(SITE, &second).status, 201);

    // What `PUT` would answer, but for the time.
    let would = api.dry_run(SITE, &first).json();
    let tail = path(&format!("/editions/{}/publish?dry_run", hash_of(&first)));
    let dry = api.post(&tail, &[("authorization", &api.owner())], b"");
    assert_eq!((dry.status, dry.json()), (200, would.clone()));
    assert_eq!(editions(&api).len(), 2);

    let back = publish_again(&api, &hash_of(&first));
    assert_eq!(back.status, 201, "{}", back.text);
    let mut answer = back.json();
    // Nothing can be looked at after a dry run.
    answer.as_object_mut().unwrap().remove("preview").unwrap();
    assert_eq!(answer, would);
    assert_eq!(back.json()["notice"], notice);
    assert_eq!(
        back.json()["material_changes"],
        json!(["the policy is version 2024-05-02, no longer 2"])
    );
    assert!(loader(&api) == first_loader);
    assert_eq!(read(&api, "").text, first.to_string());
    let newest = &events(&api)[0];
    assert_eq!(newest["kind"], "published");
    assert_eq!(newest["configuration"], hash_of(&first));
    assert_eq!(newest["changed"], json!(["notice", "configuration"]));

    let again = publish_again(&api, &hash_of(&second));
    assert_eq!(
        (again.status, &again.json()["asks_anew"]),
        (201, &json!(true))
    );
    // What is in force is published already.
    let same = publish_again(&api, &hash_of(&second));
    assert_eq!(
        (same.status, &same.json()["unchanged"]),
        (200, &json!(true))
    );
    let order = [&second, &first, &second, &first].map(hash_of);
    let listed = editions(&api);
    let listed: Vec<_> = listed
        .iter()
        .map(|edition| edition["configuration"].clone())
        .collect();
    assert_eq!(listed, order);
    let logged = Log::of_site(&api).verify();
    let logged: Vec<_> = logged
        .iter()
        .map(|entry| match entry.event {
            Event::Publish { configuration, .. } => configuration,
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [&first, &second, &first, &second]
        .map(|config| Some(Sha256Digest::of(config.to_string().as_bytes()).into()));
    assert_eq!(logged, expected);
}

#[test]
fn going_back_is_checked_as_a_publication_of_today_is() {
    let mut api = Api::empty();
    let mut edge = config();
    edge["origins"] = json!(["https://relais.example"]);
    edge["edge"] = json!({ "origin_server": "http://127.0.0.1:9" });
    assert_eq!(api.publish(SITE, &edge).status, 201);
    assert_eq!(api.publish(SITE, &config()).status, 201);
    let tail = |tail: &str| format!("/editions/{}{tail}", hash_of(&edge));
    // The operator does not allow such servers any more.
    let setting = ("TEMOIN_PRIVATE_ORIGINS".to_owned(), "no".into());
    api.server.set_environment(vec![setting]);
    api.crash();
    let put = api.publish(SITE, &edge);
    assert_eq!(put.status, 422, "{}", put.text);
    assert_eq!(put.json()["errors"][0]["field"], "edge.origin_server");
    let back = publish_again(&api, &hash_of(&edge));
    assert_eq!((back.status, back.json()), (put.status, put.json()));
    // It can still be read, and nothing has changed.
    assert_eq!(read(&api, &tail("")).text, edge.to_string());
    assert_eq!(read(&api, "").text, config().to_string());
    assert_eq!(editions(&api).len(), 2);
}

#[test]
fn auditors_read_and_do_not_publish_and_other_sites_tokens_do_neither() {
    let (mut api, _) = Api::with_site();
    let hash = hash_of(&config());
    let reads = [
        String::new(),
        "/editions".to_owned(),
        format!("/editions/{hash}"),
        format!("/compare?a={hash}"),
    ];
    let publish = path(&format!("/editions/{hash}/publish"));
    let auditor = api.auditor();
    for tail in &reads {
        let answer = api.get(&path(tail), &[("authorization", &auditor)]);
        assert_eq!(answer.status, 200, "{tail} {}", answer.text);
    }
    let refused = api.post(&publish, &[("authorization", &auditor)], b"");
    assert_eq!(refused.status, 403, "{}", refused.text);
    assert_eq!(events(&api)[0]["request"], "publish");

    let grant = |role: &str, token: &str, sites: &[&str]| json!({ "role": role, "sites": sites, "sha256": Sha256Digest::of(token.as_bytes()) });
    let tokens = json!([
        grant("owner", "own", &[SITE]),
        grant("owner", "foreign", &["autre"]),
        grant("auditor", "foreign", &["autre"]),
        grant("inspector", "inspector", &[SITE]),
    ]);
    let setting = ("TEMOIN_TOKENS".to_owned(), tokens.to_string().into());
    api.server.set_environment(vec![setting]);
    api.crash();
    for (token, status) in [
        ("Bearer foreign", 403),
        ("Bearer inspector", 403),
        ("Bearer essai", 401),
        ("", 401),
    ] {
        for tail in &reads {
            let answer = api.get(&path(tail), &[("authorization", token)]);
            assert_eq!(answer.status, status, "{token} {tail} {}", answer.text);
            assert!(!answer.text.contains(&hash), "{}", answer.text);
        }
        let answer = api.post(&publish, &[("authorization", token)], b"");
        assert_eq!(answer.status, status, "{token} {}", answer.text);
    }
    let own = api.get(&path("/events"), &[("authorization", "Bearer own")]);
    let requests: Vec<_> = own.json()["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["request"].clone())
        .collect();
    assert!(requests.contains(&json!("editions")), "{requests:?}");
    let back = api.post(&publish, &[("authorization", "Bearer own")], b"");
    assert_eq!(back.status, 200, "{}", back.text);
}

#[test]
fn what_is_not_kept_is_refused_and_a_made_up_site_gets_no_file() {
    let (api, notice) = Api::with_site();
    let (files, listed) = (api.files(), editions(&api));
    for hash in [
        "0".repeat(64),
        notice,
        "abc".to_owned(),
        hash_of(&config()).to_uppercase(),
    ] {
        read(&api, &format!("/editions/{hash}")).assert_refused(UNKNOWN_EDITION);
        publish_again(&api, &hash).assert_refused(UNKNOWN_EDITION);
    }
    let owner = api.owner();
    let hash = hash_of(&config());
    for tail in [
        String::new(),
        "/editions".to_owned(),
        format!("/editions/{hash}"),
        format!("/compare?a={hash}"),
    ] {
        let path = format!("/v1/sites/invente{tail}");
        api.get(&path, &[("authorization", &owner)])
            .assert_refused(UNKNOWN_SITE);
    }
    let path = format!("/v1/sites/invente/editions/{hash}/publish");
    api.post(&path, &[("authorization", &owner)], b"")
        .assert_refused(UNKNOWN_SITE);
    assert_eq!((api.files(), editions(&api)), (files, listed));
}

#[test]
fn the_list_is_read_page_by_page_and_a_restart_keeps_it() {
    let (mut api, _) = Api::with_site();
    api.server.kill().unwrap();
    // A hundred more of the first one, a second apart: to publish as often takes a minute.
    let [file] = &api.databases("temoin-site")[..] else {
        panic!("one object");
    };
    let database = Connection::open(file).unwrap();
    let more = "WITH RECURSIVE nth (nth) AS (SELECT 1 UNION ALL SELECT nth + 1 FROM nth WHERE nth < 100)
        INSERT INTO publication (time, grants, configuration, notice, material_changes)
        SELECT time + 1000 * nth, grants, configuration, notice, material_changes FROM publication, nth";
    database.execute(more, []).unwrap();
    drop(database);
    api.server.restart().unwrap();
    for number in 0..4 {
        let config = with_origin(&format!("https://o{number}.example"));
        assert_eq!(api.publish(SITE, &config).status, 200);
    }
    let whole = |api: &Api| {
        let first = read(api, "/editions").json();
        let second = read(api, &format!("/editions?before={}", first["next"])).json();
        assert!(second.get("next").is_none());
        let pages = [first, second].map(|page| page["editions"].as_array().unwrap().clone());
        assert_eq!(pages.each_ref().map(Vec::len), [100, 5]);
        pages.concat()
    };
    let before = whole(&api);
    let numbers: Vec<_> = before
        .iter()
        .map(|it| it["number"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=105).rev().collect::<Vec<_>>());
    // Also over the edge of a page, the one ends where the next begins.
    for pair in before.windows(2) {
        assert_eq!(pair[0]["from"], pair[1]["to"]);
    }
    let configuration = read(&api, "").text;
    api.crash();
    assert_eq!(whole(&api), before);
    assert_eq!(read(&api, "").text, configuration);
    let oldest = read(&api, &format!("/editions/{}", hash_of(&config())));
    assert_eq!(oldest.text, config().to_string());

    for (query, field, message) in [
        (
            "before=x",
            "before",
            "must be the `next` of an earlier answer",
        ),
        (
            "before=-1",
            "before",
            "must be the `next` of an earlier answer",
        ),
        ("after=1", "after", "is not a parameter; `before` is"),
    ] {
        let refused = read(&api, &format!("/editions?{query}"));
        refused.assert_problem(400, "malformed", message);
        assert_eq!(refused.json()["errors"][0]["field"], field);
    }
}

#[test]
fn other_methods_are_refused_with_those_that_there_are() {
    let (api, _) = Api::with_site();
    let owner = api.owner();
    let headers = [("authorization", &*owner)];
    let hash = hash_of(&config());
    for (tail, allowed) in [
        ("/editions".to_owned(), "GET"),
        (format!("/editions/{hash}"), "GET"),
        (format!("/editions/{hash}/publish"), "POST"),
        (format!("/compare?a={hash}"), "GET"),
    ] {
        let refused = api.delete(&path(&tail), &headers);
        assert_eq!(
            (refused.status, refused.header("allow")),
            (405, allowed),
            "{tail}"
        );
        assert_eq!(
            refused.json()["detail"],
            format!("this address answers to {allowed}")
        );
    }
    for tail in ["/editions".to_owned(), format!("/compare?a={hash}")] {
        let head = api.head(&path(&tail), &headers);
        assert_eq!((head.status, &*head.text), (200, ""), "{tail}");
        assert_eq!(head.header("cache-control"), "no-store");
    }
}
