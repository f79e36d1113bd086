//! `GET /d/SITE`, `/d/SITE/LANGUAGE` and `/v1/sites/SITE/declaration`: always what is published.

use crate::support::{Answer, Api, SITE, UNKNOWN_SITE, config};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use consent_core::Sha256Digest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const PAGE: &str = "/d/relais";
const JSON: &str = "/v1/sites/relais/declaration";

/// A site with services that keep things for each kind of time.
fn declaring() -> Value {
    let mut config = config();
    config["purposes"] = json!(["statistics", "marketing"]);
    config["services"] = json!([
        {
            "id": "panier", "name": "Panier", "purpose": "necessary", "recipient": "Le Relais",
            "country": "CA", "description": { "fr-CA": "Garde vos articles.", "en": "Keeps your items." },
            "cookies": [{ "name": "panier", "lifetime": "session" }]
        },
        {
            "id": "youtube", "name": "YouTube", "purpose": "marketing", "recipient": "Google LLC",
            "country": "US", "safeguard": "assessment", "policy_url": "https://policies.google.com/privacy",
            "hosts": ["www.youtube-nocookie.com"],
            "description": { "fr-CA": "Montre les vidéos.", "en": "Shows the videos." },
            "cookies": [{ "name": "VISITOR_*", "lifetime": "P6M" }, { "name": "un_jour", "lifetime": "P1D" }]
        }
    ]);
    config
}

fn with_declaration() -> (Api, String) {
    Api::publishing(&declaring())
}

fn publish(api: &Api, config: &Value) -> String {
    let answer = api.publish(SITE, config);
    assert_eq!(answer.status, 201, "{}", answer.text);
    answer.json()["notice"].as_str().unwrap().to_owned()
}

#[track_caller]
fn assert_shared(answer: &Answer, kind: &str) {
    for (name, value) in [
        ("content-type", kind),
        (
            "cache-control",
            "public, max-age=300, stale-while-revalidate=86400",
        ),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
        ("vary", "Accept-Language, Accept-Encoding"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
}

#[test]
fn the_page_is_what_the_notice_names_with_a_page_around_it() {
    let (api, hash) = with_declaration();
    for language in ["fr-CA", "en"] {
        let part = api.get(&format!("/n/{hash}/{language}/declaration.html"), &[]);
        let digest = &api.notice(&hash).shown[&language.parse().unwrap()].declaration;
        assert_eq!(Sha256Digest::of(part.text.as_bytes()), *digest);
        let page = api.get(&format!("{PAGE}/{language}"), &[]);
        assert_eq!(page.status, 200);
        assert_shared(&page, "text/html; charset=utf-8");
        assert_eq!(page.header("content-language"), language);
        let head = format!(r#"<!DOCTYPE html><html lang="{language}" dir="ltr">"#);
        assert!(page.text.starts_with(&head), "{}", page.text);
        assert!(page.text.contains(&part.text));
        assert!(page.text.contains(&format!("/v1/notices/{hash}")));
    }
}

#[test]
fn the_page_is_in_the_visitors_language_and_links_to_the_others() {
    let (api, _) = with_declaration();
    for (accepted, language, words) in [
        (
            "fr-CA,fr;q=0.9",
            "fr-CA",
            ["6\u{a0}mois", "1\u{a0}jour", "États-Unis"],
        ),
        ("en-GB", "en", ["6 months", "1 day", "United States"]),
        ("de", "fr-CA", ["6\u{a0}mois", "1\u{a0}jour", "États-Unis"]),
    ] {
        let page = api.get(PAGE, &[("accept-language", accepted)]);
        assert_eq!(page.header("content-language"), language);
        for words in words {
            assert!(page.text.contains(words), "{words}: {}", page.text);
        }
        for link in [
            r#"<a href="/d/relais/fr-CA" hreflang="fr-CA" lang="fr-CA""#,
            r#"<a href="/d/relais/en" hreflang="en" lang="en""#,
        ] {
            assert!(page.text.contains(link), "{link}: {}", page.text);
        }
    }
}

#[test]
fn the_page_lets_nothing_in_but_its_own_styles() {
    let (api, _) = with_declaration();
    let page = api.get(PAGE, &[]);
    let (_, style) = page.text.split_once("<style>").unwrap();
    let (style, _) = style.split_once("</style>").unwrap();
    let digest = STANDARD.encode(Sha256::digest(style));
    assert_eq!(
        page.header("content-security-policy"),
        format!(
            "default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
        )
    );
    for never in ["<script", " style=", " src=", "onclick"] {
        assert!(!page.text.contains(never), "{never}: {}", page.text);
    }
}

#[test]
fn the_json_says_each_fact_with_its_code_and_its_words() {
    let (api, hash) = with_declaration();
    let answer = api.get(&format!("{JSON}?language=en"), &[]);
    assert_shared(&answer, "application/json");
    let mut said = answer.json();
    assert_eq!(said["notice"], hash);
    // What the loader compares a stored choice with.
    let digest = api.notice(&hash).material().digest();
    assert_eq!(said["material"], digest.to_string());
    let loader = api.get("/t/relais.js", &[]).text;
    assert!(loader.contains(&format!("\"material\":\"{digest}\"")));
    assert!(said["published_at"].is_string(), "{said}");
    assert_eq!(said["languages"], json!(["fr-CA", "en"]));
    assert_eq!(said["authority"]["name"], "CAI");
    assert_eq!(said["controller"], declaring()["controller"]);
    assert_eq!(said["policy"], declaring()["policy"]);
    assert_eq!(
        said["kept"]["choice"],
        json!({ "iso": "P13M", "words": "13 months" })
    );
    let ids: Vec<_> = said["purposes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|purpose| (purpose["id"].clone(), purpose["optional"].clone()))
        .collect();
    assert_eq!(
        json!(ids),
        json!([
            ["necessary", false],
            ["statistics", true],
            ["marketing", true]
        ])
    );
    assert_eq!(
        said["purposes"][2]["services"].take(),
        json!([{
            "id": "youtube", "name": "YouTube", "description": "Shows the videos.",
            "recipient": "Google LLC", "country": { "code": "US", "name": "United States" },
            "safeguard": { "id": "assessment", "words": "privacy impact assessment" },
            "policy_url": "https://policies.google.com/privacy",
            "hosts": ["www.youtube-nocookie.com"],
            "cookies": [
                { "name": "VISITOR_*", "lifetime": { "iso": "P6M", "words": "6 months" } },
                { "name": "un_jour", "lifetime": { "iso": "P1D", "words": "1 day" } }
            ]
        }])
    );
    assert_eq!(
        said["purposes"][0]["services"][0]["cookies"][0]["lifetime"],
        json!({ "iso": "session", "words": "for this visit" })
    );
}

#[test]
fn the_json_is_in_the_visitors_language_where_none_is_asked_for() {
    let (api, _) = with_declaration();
    let answer = api.get(JSON, &[("accept-language", "fr")]);
    assert_eq!(answer.header("content-language"), "fr-CA");
    let service = &answer.json()["purposes"][2]["services"][0];
    assert_eq!(service["country"]["name"], "États-Unis");
    assert_eq!(service["cookies"][0]["lifetime"]["words"], "6\u{a0}mois");
}

#[test]
fn lifetimes_are_in_words_in_every_language() {
    let api = Api::empty();
    let languages: Vec<_> = consent_core::locale::available().collect();
    let all = |text: &str| -> Value {
        languages
            .iter()
            .map(|tag| ((*tag).to_owned(), json!(text)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let mut config = declaring();
    config["languages"] = json!(languages);
    for service in config["services"].as_array_mut().unwrap() {
        service["description"] = all("…");
    }
    publish(&api, &config);
    let words = |language: &str| {
        let said = api.get(&format!("{JSON}?language={language}"), &[]).json();
        let cookies = &said["purposes"][2]["services"][0]["cookies"];
        let words = [
            &said["kept"]["choice"],
            &cookies[0]["lifetime"],
            &cookies[1]["lifetime"],
        ];
        words.map(|stay| stay["words"].as_str().unwrap().to_owned())
    };
    for language in &languages {
        for words in words(language) {
            // A number, or the dual and singular that some languages write without one, and a word: one letter, in Chinese.
            assert!(
                words.chars().any(char::is_alphabetic),
                "{language}: {words}"
            );
            assert!(!words.starts_with('P'), "{language}: {words}");
        }
        let page = api.get(&format!("{PAGE}/{language}"), &[]);
        assert_eq!(
            (page.status, page.header("content-language")),
            (200, *language)
        );
    }
    // The forms that a count takes (Unicode CLDR, "Plural Rules"): few, many, one, other.
    assert_eq!(words("pl"), ["13 miesięcy", "6 miesięcy", "1 dzień"]);
    assert_eq!(words("ar"), ["13 شهرًا", "6 أشهر", "يوم"]);
}

#[test]
fn what_is_published_is_shown_and_what_was_is_not() {
    let (api, first) = with_declaration();
    let before = api.get(PAGE, &[]);
    let mut changed = declaring();
    changed["services"][1]["cookies"][0]["lifetime"] = json!("P3M");
    let second = publish(&api, &changed);
    assert_ne!(first, second);
    let after = api.get(PAGE, &[]);
    assert!(after.text.contains("3\u{a0}mois") && !after.text.contains("6\u{a0}mois"));
    assert_eq!(api.get(JSON, &[]).json()["notice"], second);
    assert_ne!(before.header("etag"), after.header("etag"));
    // And back: the earlier one is in force again.
    let answer = api.publish(SITE, &declaring());
    assert_eq!(answer.json()["notice"], first);
    assert_eq!(api.get(PAGE, &[]).text, before.text);
}

#[test]
fn a_client_that_has_it_is_sent_nothing() {
    let (api, _) = with_declaration();
    for path in [PAGE, JSON] {
        let etag = api.get(path, &[]).header("etag").to_owned();
        assert_eq!(etag.len(), 18, "{etag}");
        let again = api.get(path, &[("if-none-match", &etag)]);
        assert_eq!((again.status, &*again.text), (304, ""));
        assert_eq!(again.header("etag"), etag);
        let other = api.get(path, &[("if-none-match", &etag), ("accept-language", "en")]);
        assert_eq!(other.status, 200);
    }
}

#[test]
fn it_comes_compressed_to_whoever_takes_it_so() {
    let (api, _) = with_declaration();
    for path in [PAGE, JSON] {
        let (_, headers, plain) = api.get_whole(path, "identity");
        assert_eq!(headers.get("content-encoding"), None);
        let (_, headers, sent) = api.get_whole(path, "br");
        assert_eq!(headers["content-encoding"], "br");
        assert!(sent.len() < plain.len() / 2, "{path}");
    }
}

#[test]
fn a_site_a_language_or_a_parameter_that_is_not_there_is_refused() {
    let (api, _) = with_declaration();
    let files = api.files();
    for path in ["/d/autre", "/d/autre/en", "/v1/sites/autre/declaration"] {
        api.get(path, &[]).assert_refused(UNKNOWN_SITE);
    }
    assert_eq!(api.files(), files, "a made-up name leaves no file behind");
    for path in ["/d/relais/de", "/d/relais/FR"] {
        let detail = "the site is not published in that language";
        api.get(path, &[])
            .assert_problem(404, "unknown-language", detail);
    }
    api.get(&format!("{JSON}?language=de"), &[]).assert_problem(
        400,
        "malformed",
        "this site is in fr-CA, en",
    );
    api.get(&format!("{JSON}?lang=en"), &[]).assert_problem(
        400,
        "malformed",
        "is not a parameter; `language` and `place` are",
    );
    let answer = api.post(JSON, &[], b"");
    assert_eq!((answer.status, answer.header("allow")), (405, "GET"));
}
