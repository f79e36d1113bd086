//! A site with several laws: what a visitor at each place gets, what their records say, and what publishing it answers.

use crate::support::{Answer, Api, SITE, config, report};
use consent_core::Notice;
use serde_json::{Value, json};

/// The site's own law first.
const LAWS: [&str; 7] = ["CA-QC", "CA", "FR", "GB", "US-CA", "US", "BR"];

fn with_laws() -> Value {
    let mut config = config();
    config["jurisdiction"] = json!(LAWS[0]);
    config["jurisdictions"] = json!(LAWS);
    config["services"][0]["safeguard"] = json!("adequacy");
    config
}

/// A server behind a proxy that says where visitors are, with the site, and what publishing that answered.
fn published() -> (Api, Value) {
    let api = Api::empty();
    let answer = api.publish(SITE, &with_laws());
    assert_eq!(answer.status, 201, "{}", answer.text);
    (api, answer.json())
}

fn loader(api: &Api, query: &str, place: &str) -> Answer {
    let answer = api.get(
        &format!("/t/relais.js{query}"),
        &[("x-visitor-place", place)],
    );
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

/// A text of the site's data in a loader.
fn said(loader: &Answer, name: &str) -> String {
    let (_, rest) = loader
        .text
        .split_once(&format!(r#""{name}":""#))
        .unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

/// The notice under a law, as publishing answered it.
fn notice_under(publication: &Value, law: &str) -> String {
    let notice = if law == LAWS[0] {
        &publication["notice"]
    } else {
        &publication["laws"][law]["notice"]
    };
    notice.as_str().unwrap().to_owned()
}

#[test]
fn a_visitor_gets_the_loader_of_the_law_of_their_place_alone() {
    let (api, publication) = published();
    let mut notices = Vec::new();
    for (place, law) in [
        ("FR-75C", "FR"),
        ("CA-QC", "CA-QC"),
        ("CA-ON", "CA"),
        ("GB-LND", "GB"),
        ("US-CA", "US-CA"),
        ("US-TX", "US"),
        ("BR-SP", "BR"),
        // Where no law of the site applies, or nobody knows where that is, its own does.
        ("DE", "CA-QC"),
        ("XX", "CA-QC"),
        ("T1", "CA-QC"),
        ("", "CA-QC"),
        ("FR, US", "CA-QC"),
        ("us-ca", "US-CA"),
        ("RE", "FR"),
        // A subdivision that cannot be read leaves the country.
        ("US-CALIFORNIA", "US"),
    ] {
        let got = loader(&api, "?language=en", place);
        let notice = notice_under(&publication, law);
        assert_eq!(
            (said(&got, "law"), said(&got, "notice")),
            (law.to_owned(), notice.clone()),
            "{place}"
        );
        for other in LAWS.iter().filter(|other| **other != law) {
            assert!(
                !got.text.contains(&notice_under(&publication, other)),
                "{place} {other}"
            );
        }
        assert_eq!(
            got.header("cache-control"),
            "private, max-age=300, stale-while-revalidate=86400"
        );
        notices.push(notice);
    }
    notices.sort();
    notices.dedup();
    assert_eq!(notices.len(), LAWS.len());
    for law in LAWS {
        let notice: Notice = api.notice(&notice_under(&publication, law));
        assert_eq!(
            (notice.jurisdiction.as_str(), notice.by_place),
            (law, law != LAWS[0])
        );
    }
}

#[test]
fn an_address_may_name_a_place_and_what_does_not_depend_on_the_visitor_is_shared() {
    let (api, publication) = published();
    let shared = "public, max-age=300, stale-while-revalidate=86400";
    for (query, law) in [
        ("?place=FR", "FR"),
        ("?place=us-tx&language=en", "US"),
        ("?place=DE", "CA-QC"),
        ("?inline&place=GB", "GB"),
        // Whoever fetches the loader to paste it is no visitor.
        ("?inline", "CA-QC"),
    ] {
        let got = loader(&api, query, "BR");
        assert_eq!(
            said(&got, "notice"),
            notice_under(&publication, law),
            "{query}"
        );
        assert_eq!(got.header("cache-control"), shared, "{query}");
    }
    // What names no place asks for none.
    let got = loader(&api, "?place=Paris", "BR");
    assert_eq!(said(&got, "law"), "BR");

    // A visitor who moves is not told that what they have is still good.
    let france = loader(&api, "", "FR").header("etag").to_owned();
    let ask = |place| {
        let headers = [("x-visitor-place", place), ("if-none-match", &*france)];
        api.get("/t/relais.js", &headers).status
    };
    assert_eq!((ask("FR"), ask("GB")), (304, 200));
}

#[test]
fn a_site_with_one_law_asks_nobody_where_they_are() {
    let api = Api::empty();
    for laws in [json!(null), json!(["CA-QC"])] {
        let mut one = with_laws();
        one["jurisdictions"] = laws;
        if one["jurisdictions"].is_null() {
            one.as_object_mut().unwrap().remove("jurisdictions");
        }
        let publication = api.publish(SITE, &one).json();
        assert!(publication.get("laws").is_none());
        let got = loader(&api, "?language=en", "US-CA");
        assert_eq!(
            got.header("cache-control"),
            "public, max-age=300, stale-while-revalidate=86400"
        );
        assert_eq!(
            (said(&got, "law"), got.text.contains("\"also\"")),
            (String::new(), false)
        );
        let notice = api.get(
            &format!("/v1/notices/{}", publication["notice"].as_str().unwrap()),
            &[],
        );
        assert!(!notice.text.contains("by_place"));
    }
}

#[test]
fn without_the_setting_no_header_says_where_a_visitor_is() {
    let mut api = Api::empty();
    let setting = ("TEMOIN_PLACE_HEADER".to_owned(), String::new().into());
    api.server.set_environment(vec![setting]);
    api.crash();
    assert_eq!(api.publish(SITE, &with_laws()).status, 201);
    assert_eq!(said(&loader(&api, "", "US-CA"), "law"), "CA-QC");
}

#[test]
fn a_record_says_the_law_and_that_the_place_has_it() {
    let (mut api, publication) = published();
    for (nth, law) in (1..).zip(LAWS) {
        let report = report(&notice_under(&publication, law), nth, "reject_all");
        let answer = api.report(&report);
        assert_eq!(answer.status, 201, "{law}: {}", answer.text);
    }
    // What is written is read again, by another process.
    api.crash();
    let expected: Vec<_> = LAWS
        .iter()
        .map(|law| {
            (
                json!(law),
                json!(if *law == LAWS[0] { "site" } else { "place" }),
            )
        })
        .collect();
    let records = api.records().into_iter();
    let mut found: Vec<_> = records
        .map(|record| {
            (
                record["jurisdiction"].clone(),
                record["jurisdiction_from"].clone(),
            )
        })
        .collect();
    let order = |pair: &(Value, Value)| LAWS.iter().position(|law| pair.0 == *law);
    found.sort_by_key(order);
    assert_eq!(found, expected);
    // Nowhere is it kept where they were.
    assert!(!api.query("").text.contains("x-visitor-place"));
}

#[test]
fn under_each_law_the_signal_is_what_that_law_makes_of_it() {
    let (api, publication) = published();
    for (nth, (law, granted, status)) in (1..).zip([
        ("US-CA", "granted", 201),
        ("US", "granted", 201),
        ("FR", "granted", 422),
        ("CA-QC", "granted", 422),
    ]) {
        let mut signal = report(&notice_under(&publication, law), nth, "gpc");
        signal["layer"] = json!("none");
        signal["decision"]["statistics"] = json!(granted);
        assert_eq!(api.report(&signal).status, status, "{law}");
    }
}

#[test]
fn every_law_has_its_declaration() {
    let (api, publication) = published();
    for (place, law) in [
        ("FR", "FR"),
        ("CA-AB", "CA"),
        ("", "CA-QC"),
        ("JP", "CA-QC"),
    ] {
        let at = [("x-visitor-place", place)];
        let answer = api.get("/v1/sites/relais/declaration?language=en", &at);
        let said = answer.json();
        assert_eq!(
            (&said["jurisdiction"], &said["notice"]),
            (&json!(law), &json!(notice_under(&publication, law))),
            "{place}"
        );
        let laws = said["jurisdictions"].as_array().unwrap();
        assert_eq!((laws.len(), &laws[0]), (LAWS.len(), &json!(LAWS[0])));
        assert!(
            LAWS.iter().all(|law| laws.contains(&json!(law))),
            "{laws:?}"
        );
        assert!(
            answer.header("cache-control").starts_with("private, "),
            "{place}"
        );
        let page = api.get("/d/relais/en", &at).text;
        assert!(page.contains(&notice_under(&publication, law)), "{place}");
    }
    let asked = api.get("/v1/sites/relais/declaration?place=GB&language=en", &[]);
    assert_eq!(asked.json()["jurisdiction"], "GB");
    assert!(asked.header("cache-control").starts_with("public, "));
    let page = api.get("/d/relais?place=GB", &[]);
    assert!(
        page.text.contains("/d/relais/fr-CA?place=GB"),
        "{}",
        page.text
    );
    assert!(
        page.text.contains("declaration?language=en&amp;place=GB")
            || page
                .text
                .contains("declaration?language=fr-CA&amp;place=GB")
    );
    let wrong = api.get("/v1/sites/relais/declaration?place=Paris", &[]);
    assert_eq!(wrong.status, 400, "{}", wrong.text);
    assert!(
        wrong
            .text
            .contains("must be a country (ISO 3166-1 alpha-2) or one of its subdivisions")
    );
}

#[test]
fn what_was_published_is_listed_by_law_and_publishing_it_again_changes_nothing() {
    let (mut api, publication) = published();
    let editions = || api.get_as_owner("/v1/sites/relais/editions")["editions"].clone();
    let before = editions();
    assert_eq!(before[0]["laws"].as_object().unwrap().len(), LAWS.len() - 1);
    assert_eq!(before[0]["laws"]["FR"], publication["laws"]["FR"]["notice"]);
    assert_eq!(before[0]["notice"], publication["notice"]);
    let again = api.publish(SITE, &with_laws());
    assert_eq!(
        (again.status, again.json()["unchanged"].clone()),
        (200, json!(true))
    );
    assert_eq!(editions(), before);
    // One law more is another publication, which asks nobody anew.
    let mut more = with_laws();
    more["jurisdictions"] = json!(LAWS.iter().chain(&["DE"]).collect::<Vec<_>>());
    let answer = api.publish(SITE, &more).json();
    assert_eq!(
        (&answer["asks_anew"], &answer["notice"]),
        (&json!(false), &publication["notice"])
    );
    assert_eq!(answer["laws"]["FR"], publication["laws"]["FR"]);
    assert_eq!(editions().as_array().unwrap().len(), 2);
    assert_eq!(said(&loader(&api, "", "DE"), "law"), "DE");
    api.crash();
    assert_eq!(said(&loader(&api, "", "DE"), "law"), "DE");
    // Without the others, everyone is asked under the site's own.
    let mut one = with_laws();
    one["jurisdictions"] = json!([]);
    assert_eq!(api.publish(SITE, &one).status, 201);
    assert_eq!(
        said(&loader(&api, "", "DE"), "notice"),
        api.get_as_owner("/v1/sites/relais/editions")["editions"][0]["notice"]
    );
    // An answer to what was shown before is taken still.
    let late = report(&notice_under(&publication, "FR"), 9, "accept_all");
    assert_eq!(api.report(&late).status, 201);
}

#[test]
fn each_law_has_a_pinned_tag_and_a_preview() {
    let (api, publication) = published();
    for law in &LAWS[1..] {
        let of = &publication["laws"][law];
        let tag = of["pinned"]["en"].as_str().unwrap();
        let (_, rest) = tag.split_once("/t/relais/").unwrap();
        let path = rest.split('"').next().unwrap();
        let pinned = api.get(
            &format!("/t/relais/{path}"),
            &[("x-visitor-place", "CA-QC")],
        );
        assert_eq!(said(&pinned, "law"), *law);
        let preview = of["preview"]["en"].as_str().unwrap();
        let (_, path) = preview.split_once("/preview/").unwrap();
        assert_eq!(
            api.get(&format!("/preview/{path}"), &[]).status,
            200,
            "{law}"
        );
    }
    // A draft has one for each law too, and is not in force.
    let mut draft = with_laws();
    draft["name"] = json!("Le Relais, autrement");
    let kept = api.put(
        "/v1/sites/relais?draft",
        &[("authorization", &api.owner())],
        draft.to_string().as_bytes(),
    );
    assert_eq!(kept.status, 200, "{}", kept.text);
    let notice = kept.json()["laws"]["FR"]["notice"].clone();
    assert_ne!(notice, publication["laws"]["FR"]["notice"]);
    let refused = api.report(&report(notice.as_str().unwrap(), 1, "reject_all"));
    assert!(refused.status >= 400, "{}", refused.text);
}
