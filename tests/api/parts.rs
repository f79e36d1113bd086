//! `GET /t/SITE/HASH/LANGUAGE.js`, `/n/HASH/LANGUAGE/dialog.html` and `declaration.html`: what was
//! rendered at publication, and never changes.

use crate::support::{Answer, Api, SITE, config};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use consent_core::Sha256Digest;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha384};

const LANGUAGES: [&str; 2] = ["fr-CA", "en"];

/// What a pinned tag names: the address of a loader, without the server, and its digest.
fn pinned(api: &Api, publication: &Value, language: &str) -> (String, String) {
    let tag = publication["pinned"][language].as_str().unwrap();
    let start = format!(r#"<script src="{}"#, api.server.url());
    let end = r#"" crossorigin="anonymous"></script>"#;
    let named = tag
        .strip_prefix(&start)
        .and_then(|rest| rest.strip_suffix(end))
        .and_then(|rest| rest.split_once(r#"" integrity="sha384-"#));
    let (path, digest) = named.unwrap_or_else(|| panic!("{tag}"));
    (path.to_owned(), digest.to_owned())
}

/// Asserts that a browser would run what this tag names, and gives it.
#[track_caller]
fn run(api: &Api, (path, digest): &(String, String)) -> Answer {
    let answer = api.get(path, &[]);
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    assert_eq!(&STANDARD.encode(Sha384::digest(&answer.text)), digest);
    answer
}

#[track_caller]
fn assert_immutable(answer: &Answer, kind: &str) {
    for (name, value) in [
        ("content-type", kind),
        ("cache-control", "public, max-age=31536000, immutable"),
        ("access-control-allow-origin", "*"),
        ("cross-origin-resource-policy", "cross-origin"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "default-src 'none'; sandbox"),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
}

#[test]
fn a_pinned_tag_names_the_loader_of_its_language_by_digest() {
    let api = Api::empty();
    let publication = api.publish(SITE, &config()).json();
    assert_eq!(publication["pinned"].as_object().unwrap().len(), 2);
    for language in LANGUAGES {
        let loader = run(&api, &pinned(&api, &publication, language));
        assert_immutable(&loader, "text/javascript; charset=utf-8");
        let current = api.get(&format!("/t/{SITE}.js?language={language}"), &[]);
        assert_eq!(loader.text, current.text);
    }
}

#[test]
fn a_pinned_loader_stays_when_another_edition_is_published() {
    let api = Api::empty();
    let first = api.publish(SITE, &config()).json();
    let mut changed = config();
    changed["name"] = json!("Le Relais du Nord");
    changed["languages"] = json!(["en"]);
    let second = api.publish(SITE, &changed).json();
    let now = run(&api, &pinned(&api, &second, "en"));
    assert!(now.text.contains("Le Relais du Nord"));
    for language in LANGUAGES {
        let before = run(&api, &pinned(&api, &first, language));
        assert!(!before.text.contains("Le Relais du Nord"));
    }
}

#[test]
fn a_setting_that_visitors_are_not_shown_still_gives_a_loader_of_its_own() {
    let api = Api::empty();
    let mut base = config();
    base["origins"] = json!(["https://www.relais.example", "https://relais.example"]);
    base["hand_over"] = json!(true);
    base["import_from"] = json!(["klaro"]);
    let first = api.publish(SITE, &base).json();
    let cases = [
        ("cookie_domain", json!("relais.example")),
        ("import_from", json!(["cookiebot"])),
        (
            "origins",
            json!(["https://www.relais.example", "https://boutique.example"]),
        ),
    ];
    for (field, value) in cases {
        let mut changed = base.clone();
        changed[field] = value;
        let second = api.publish(SITE, &changed).json();
        for language in LANGUAGES {
            let [before, after] = [&first, &second].map(|publication| {
                let pinned = pinned(&api, publication, language);
                run(&api, &pinned).text
            });
            assert_ne!(before, after, "{field}");
        }
    }
}

#[test]
fn a_server_that_moves_gives_loaders_of_its_new_address() {
    let mut api = Api::empty();
    let first = api.publish(SITE, &config()).json();
    let other = api.server.url().replace("127.0.0.1", "localhost");
    let settings = vec![("TEMOIN_ORIGINS".to_owned(), other.clone().into())];
    api.server.set_environment(settings);
    api.crash();
    let mut second = api.publish(SITE, &config()).json();
    for language in LANGUAGES {
        let tag = second["pinned"][language].as_str().unwrap();
        assert!(tag.contains(&other), "{tag}");
        second["pinned"][language] = json!(tag.replace(&other, &api.server.url()));
        run(&api, &pinned(&api, &first, language));
        run(&api, &pinned(&api, &second, language));
    }
}

#[test]
fn the_dialog_and_the_declaration_are_what_the_notice_says_was_shown() {
    let (api, hash) = Api::with_site();
    let notice = api.notice(&hash);
    assert_eq!(notice.shown.len(), 2);
    for (language, shown) in &notice.shown {
        for (name, digest) in [("dialog", shown.dialog), ("declaration", shown.declaration)] {
            let answer = api.get(&format!("/n/{hash}/{language}/{name}.html"), &[]);
            assert_eq!(answer.status, 200, "{}", answer.text);
            assert_immutable(&answer, "text/html; charset=utf-8");
            assert_eq!(Sha256Digest::of(answer.text.as_bytes()), digest);
        }
    }
}

#[test]
fn each_part_is_in_its_language_alone() {
    let (api, hash) = Api::with_site();
    for (language, said, unsaid) in [
        (
            "fr-CA",
            ["Compte les visites.", "13 mois"],
            "Counts visits.",
        ),
        ("en", ["Counts visits.", "13 months"], "Compte les visites."),
    ] {
        for name in ["dialog", "declaration"] {
            let text = api
                .get(&format!("/n/{hash}/{language}/{name}.html"), &[])
                .text
                .replace(['\u{a0}', '\u{202f}'], " ");
            for words in said {
                assert!(text.contains(words), "{name}, {language}: {text}");
            }
            assert!(!text.contains(unsaid), "{name}, {language}: {text}");
        }
    }
}

#[test]
fn what_an_owner_writes_cannot_become_markup() {
    let api = Api::empty();
    let mut hostile = config();
    hostile["services"][0]["name"] = json!("<img src=x onerror=alert(1)>");
    hostile["services"][0]["description"]["en"] = json!("</dialog><script>alert(1)</script>");
    let publication = api.publish(SITE, &hostile).json();
    let hash = publication["notice"].as_str().unwrap();
    for name in ["dialog", "declaration"] {
        let html = api.get(&format!("/n/{hash}/en/{name}.html"), &[]).text;
        assert!(html.contains("&lt;img src=x"), "{html}");
        assert!(!html.contains("<img"), "{html}");
        assert!(!html.contains("<script"), "{html}");
    }
}

#[test]
fn a_part_that_was_never_rendered_is_unknown() {
    let (api, hash) = Api::with_site();
    let never = "0".repeat(64);
    for path in [
        format!("/t/{SITE}/{never}/en.js"),
        format!("/t/{SITE}/x/en.js"),
        format!("/t/{SITE}/{hash}/en.js"),
        format!("/n/{never}/en/dialog.html"),
        format!("/n/{hash}/de/dialog.html"),
        format!("/n/{hash}/fr-FR/declaration.html"),
        format!("/n/{}/en/declaration.html", hash.to_uppercase()),
    ] {
        api.get(&path, &[]).assert_problem(
            404,
            "unknown-part",
            "nothing with that hash was rendered here in that language",
        );
    }
}

#[test]
fn an_address_that_is_no_parts_is_nothing() {
    let (api, hash) = Api::with_site();
    for path in [
        format!("/t/{SITE}/{hash}/en"),
        format!("/t/{SITE}/{hash}/English.js"),
        format!("/n/{hash}/en/banner.html"),
        format!("/n/{hash}/English/dialog.html"),
        format!("/n/{hash}/dialog.html"),
    ] {
        api.get(&path, &[]).assert_problem(
            404,
            "not-found",
            "no resource has this address; the API's begin with /v1/",
        );
    }
    api.put(&format!("/n/{hash}/en/dialog.html"), &[], b"")
        .assert_problem(405, "method-not-allowed", "this address answers to GET");
}

#[test]
fn what_is_rendered_travels_compressed() {
    let api = Api::empty();
    let publication = api.publish(SITE, &config()).json();
    let notice = publication["notice"].as_str().unwrap();
    for path in [
        pinned(&api, &publication, "en").0,
        format!("/n/{notice}/en/dialog.html"),
        format!("/n/{notice}/en/declaration.html"),
    ] {
        let (_, headers, plain) = api.get_whole(&path, "identity");
        assert!(headers.get("content-encoding").is_none(), "{path}");
        let (_, headers, sent) = api.get_whole(&path, "gzip, br");
        assert_eq!(headers["content-encoding"], "br", "{path}");
        assert_eq!(headers["vary"], "Accept-Encoding", "{path}");
        assert!(sent.len() * 2 < plain.len(), "{path}: {}", sent.len());
    }
}
