//! `PUT /v1/sites/SITE?draft` and `GET /preview/SITE/HASH/LANGUAGE`

use crate::support::{Answer, Api, SITE, config, report};
use serde_json::{Value, json};

fn draft(api: &Api, site: &str, config: &Value) -> Value {
    let answer = api.publish(&format!("{site}?draft"), config);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

/// The path of the page that shows a draft in a language.
fn preview(api: &Api, draft: &Value, language: &str) -> String {
    let address = draft["preview"][language].as_str().unwrap();
    address.strip_prefix(&api.url("")).unwrap().to_owned()
}

fn page(api: &Api, path: &str) -> Answer {
    let answer = api.get(path, &[]);
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer
}

/// The loader that a page has.
fn loader_of(page: &Answer) -> String {
    let (_, rest) = page.text.split_once("<script src=\"").unwrap();
    let (address, _) = rest.split_once('"').unwrap();
    let at = address.find("/t/").unwrap();
    address[at..].to_owned()
}

fn changed() -> Value {
    let mut changed = config();
    changed["controller"]["name"] = json!("Brouillon & fils");
    changed
}

#[test]
fn a_draft_can_be_looked_at_and_changes_nothing() {
    let (api, notice) = Api::with_site();
    let in_force = api.get(&format!("/t/{SITE}.js"), &[]).text;
    let draft = draft(&api, SITE, &changed());
    assert_ne!(draft["notice"], notice);
    assert_eq!(draft["published_at"], Value::Null);
    for language in config()["languages"].as_array().unwrap() {
        let language = language.as_str().unwrap();
        let page = page(&api, &preview(&api, &draft, language));
        assert!(page.text.contains(&format!("<html lang=\"{language}\">")));
        let loader = api.get(&loader_of(&page), &[]);
        assert_eq!(loader.status, 200);
        let hash = draft["notice"].as_str().unwrap();
        for part in ["dialog", "declaration"] {
            let part = api.get(&format!("/n/{hash}/{language}/{part}.html"), &[]);
            assert_eq!(part.status, 200);
        }
        let declaration = format!("/n/{hash}/{language}/declaration.html");
        assert!(
            api.get(&declaration, &[])
                .text
                .contains("Brouillon &amp; fils")
        );
    }
    // What visitors get is as before; no report can answer the draft, and no notice of it is kept.
    assert_eq!(api.get(&format!("/t/{SITE}.js"), &[]).text, in_force);
    let hash = draft["notice"].as_str().unwrap();
    assert_eq!(api.get(&format!("/v1/notices/{hash}"), &[]).status, 404);
    assert_eq!(api.report(&report(hash, 1, "accept_all")).status, 404);
    let editions = api.get(
        &format!("/v1/sites/{SITE}/editions"),
        &[("authorization", &api.owner())],
    );
    assert_eq!(editions.json()["editions"].as_array().unwrap().len(), 1);
}

#[test]
fn a_site_that_is_not_published_can_be_looked_at_too_and_has_no_name_yet() {
    let api = Api::empty();
    let draft = draft(&api, "nouveau", &config());
    page(&api, &preview(&api, &draft, "fr-CA"));
    let sites = api.get("/v1/sites", &[("authorization", &api.owner())]);
    assert_eq!(sites.json(), json!({ "sites": [] }));
    assert_eq!(api.get("/t/nouveau.js", &[]).status, 404);
}

#[test]
fn a_publication_says_where_its_own_banner_is_and_shows_the_same_loader() {
    let (api, _) = Api::with_site();
    let published = api.publish(SITE, &config()).json();
    let page = page(&api, &preview(&api, &published, "fr-CA"));
    let pinned = published["pinned"]["fr-CA"].as_str().unwrap();
    assert!(pinned.contains(&loader_of(&page)), "{pinned}");
    assert_eq!(api.dry_run(SITE, &config()).json().get("preview"), None);
}

#[test]
fn the_page_of_a_draft_can_keep_nothing_and_send_nothing() {
    let (api, _) = Api::with_site();
    let draft = draft(&api, SITE, &changed());
    let page = page(&api, &preview(&api, &draft, "fr-CA"));
    let policy = page.header("content-security-policy");
    let server = api.url("");
    assert!(
        policy.starts_with("sandbox allow-scripts; default-src 'none'; "),
        "{policy}"
    );
    let connect = format!("connect-src {server}/n/ {server}/w/;");
    assert!(policy.contains(&connect), "{policy}");
    assert!(policy.ends_with("frame-ancestors 'self'"), "{policy}");
    // The banner brings its style as an element, which a hash would have to name.
    assert!(policy.contains("style-src 'unsafe-inline';"), "{policy}");
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
}

#[test]
fn what_is_no_draft_is_no_page() {
    let (api, _) = Api::with_site();
    let hash = "0".repeat(64);
    for (path, status) in [
        (format!("/preview/{SITE}/{hash}/fr-CA"), 404),
        (format!("/preview/{SITE}/x/fr-CA"), 404),
        (format!("/preview/{SITE}/{hash}/%3Cscript%3E"), 404),
        (format!("/preview/{SITE}/{hash}"), 404),
    ] {
        assert_eq!(api.get(&path, &[]).status, status, "{path}");
    }
    let both = api.publish(&format!("{SITE}?draft&dry_run"), &config());
    assert_eq!(both.status, 400, "{}", both.text);
    let refused = api.put(
        &format!("/v1/sites/{SITE}?draft"),
        &[("authorization", &api.auditor())],
        config().to_string().as_bytes(),
    );
    assert_eq!(refused.status, 403);
    let wrong = api.publish(&format!("{SITE}?draft"), &json!({ "languages": [] }));
    assert_eq!(wrong.status, 422);
}

#[test]
fn the_newest_five_drafts_of_a_site_are_kept() {
    let api = Api::empty();
    let mut small = config();
    small["languages"] = json!(["en"]);
    let mut pages = Vec::new();
    for nth in 0..7 {
        small["policy"]["version"] = json!(format!("{nth}"));
        pages.push(preview(&api, &draft(&api, "nouveau", &small), "en"));
    }
    draft(&api, "autre", &small);
    let kept: Vec<_> = pages.iter().map(|page| api.get(page, &[]).status).collect();
    assert_eq!(kept, [404, 404, 200, 200, 200, 200, 200]);
}
