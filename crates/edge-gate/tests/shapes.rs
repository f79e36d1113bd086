//! Pages as they are found: each file of `tests/shapes` against what must come of it.
//!
//! `TEMOIN_BLESS=1 cargo test -p edge-gate --test shapes` writes what comes; read the difference.

use edge_gate::policy::Allowance;
use edge_gate::{Inserted, Page, Rewriter, Rules, Visitor};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::rc::Rc;

const LOADER: &str = "<script data-temoin=\"inline\">LOADER</script>";

fn page(services: &str) -> Rc<Page> {
    let rules: Rules = serde_json::from_str(&format!(
        r#"{{ "model": "opt-in", "asked": ["statistics", "marketing"], "material": "0123456789ab",
            "domain": null, "unknown_cookies": "pass", "services": [{services}] }}"#
    ))
    .unwrap();
    Rc::new(Page {
        rules: Rc::new(rules),
        visitor: Visitor::REFUSED,
        address: "https://relais.example/dir/page.html".parse().unwrap(),
    })
}

/// A visitor who has agreed to nothing.
fn refused() -> Rc<Page> {
    page(
        r#"{ "id": "ga4", "purpose": "statistics", "open": false, "hosts": ["googletagmanager.com"], "cookies": [] },
           { "id": "youtube", "purpose": "marketing", "open": false, "hosts": ["youtube.com"], "cookies": [] }"#,
    )
}

/// A page on which nothing must wait.
fn nothing_to_hold() -> Rc<Page> {
    page(
        r#"{ "id": "all", "purpose": "necessary", "open": false,
             "hosts": ["googletagmanager.com", "youtube.com", "stranger.example", "consent.example"], "cookies": [] }"#,
    )
}

fn inserted() -> Inserted {
    Inserted {
        site: "relais".parse().unwrap(),
        element: LOADER.to_owned(),
        allowance: Allowance {
            script_hash: "sha256-L".to_owned(),
            origin: "https://relais.example".to_owned(),
            ..Allowance::default()
        },
    }
}

fn run<'a>(mut rewriter: Rewriter, chunks: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    for chunk in chunks {
        rewriter.write(chunk, &mut out);
    }
    rewriter.end(&mut out);
    out
}

fn document<'a>(
    page: Rc<Page>,
    encoding: &'static Encoding,
    chunks: impl Iterator<Item = &'a [u8]>,
) -> Vec<u8> {
    run(Rewriter::document(page, encoding, inserted()), chunks)
}

fn whole(html: &[u8]) -> std::iter::Once<&[u8]> {
    std::iter::once(html)
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shapes")
}

/// Each shape: its name, its bytes, its encoding.
fn shapes() -> Vec<(String, Vec<u8>, &'static Encoding)> {
    let mut shapes = Vec::new();
    for entry in std::fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if let Some(name) = name.strip_suffix(".html") {
            let encoding = if name == "latin1" {
                WINDOWS_1252
            } else {
                UTF_8
            };
            shapes.push((name.to_owned(), std::fs::read(&path).unwrap(), encoding));
        }
    }
    assert!(shapes.len() >= 12);
    shapes
}

#[test]
fn each_shape_becomes_what_is_written_beside_it() {
    let mut wrong = Vec::new();
    for (name, html, encoding) in shapes() {
        let got = document(refused(), encoding, whole(&html));
        let file = folder().join(format!("{name}.held"));
        if std::env::var_os("TEMOIN_BLESS").is_some() {
            std::fs::write(&file, &got).unwrap();
        }
        if std::fs::read(&file).ok() != Some(got) {
            wrong.push(name);
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn however_a_page_is_cut_into_chunks_the_same_comes_of_it() {
    for (name, html, encoding) in shapes() {
        let expected = document(refused(), encoding, whole(&html));
        let bytes = document(refused(), encoding, html.chunks(1));
        assert!(bytes == expected, "{name}, byte by byte");
        for at in 0..=html.len() {
            let (before, after) = html.split_at(at);
            let cut = document(refused(), encoding, [before, after].into_iter());
            assert!(cut == expected, "{name}, cut at {at}");
        }
    }
}

#[test]
fn where_nothing_must_wait_a_page_passes_byte_for_byte_but_for_the_loader() {
    for (name, html, encoding) in shapes().into_iter().filter(|(name, ..)| name != "loader") {
        let got = document(nothing_to_hold(), encoding, whole(&html));
        let at = got
            .windows(LOADER.len())
            .position(|w| w == LOADER.as_bytes())
            .unwrap();
        let without = [&got[..at], &got[at + LOADER.len()..]].concat();
        assert!(without == html, "{name}: {}", String::from_utf8_lossy(&got));
        let part = run(
            Rewriter::fragment(nothing_to_hold(), encoding),
            whole(&html),
        );
        assert!(part == html, "{name}, as a part");
    }
}

#[test]
fn what_is_held_is_found_held_when_it_is_read_again() {
    for (name, html, encoding) in shapes() {
        let once = run(Rewriter::fragment(refused(), encoding), whole(&html));
        let twice = run(Rewriter::fragment(refused(), encoding), whole(&once));
        assert!(once == twice, "{name}: {}", String::from_utf8_lossy(&twice));
    }
}

#[test]
fn a_page_without_a_tag_gets_no_loader() {
    for text in [
        "",
        "plain",
        "{\"a\":1}",
        "<!-- a -->",
        "<!doctype html>",
        "<",
        "<div",
    ] {
        let got = document(refused(), UTF_8, whole(text.as_bytes()));
        assert_eq!(String::from_utf8(got).unwrap(), text);
    }
}

#[test]
fn a_tag_that_is_too_large_ends_the_rewriting_and_loses_nothing() {
    let large = format!(
        "<head><img src=\"data:image/gif;base64,{}\"><img src=\"https://www.youtube.com/after.gif\">",
        "A".repeat(edge_gate::LARGEST_TAG)
    );
    let expected = large.replacen("<head>", &format!("<head>{LOADER}"), 1);
    let got = document(refused(), UTF_8, large.as_bytes().chunks(64 * 1024));
    assert!(got == expected.as_bytes());
    let usual = large.replace(
        &"A".repeat(edge_gate::LARGEST_TAG),
        &"A".repeat(edge_gate::LARGEST_TAG / 4),
    );
    let got = document(refused(), UTF_8, usual.as_bytes().chunks(64 * 1024));
    let got = String::from_utf8(got).unwrap();
    assert!(got.ends_with(r#"<img data-category="marketing" data-service="youtube" data-src="https://www.youtube.com/after.gif">"#));
}

#[test]
fn a_page_whose_first_tag_is_far_away_passes_and_what_must_wait_waits() {
    let far = format!(
        "<!--{}--><script src=//youtube.com></script>",
        "a".repeat(100_000)
    );
    let got = String::from_utf8(document(refused(), UTF_8, far.as_bytes().chunks(1000))).unwrap();
    assert!(!got.contains("LOADER"));
    assert!(got.ends_with(r#"<script data-category="marketing" data-service="youtube" data-src="//youtube.com" type="text/plain"></script>"#), "{}", &got[got.len() - 200..]);
}

#[test]
fn pages_within_pages_without_end_are_read_to_a_depth() {
    let deep = "<noscript>".repeat(200_000) + "<img src=//youtube.com>";
    assert_eq!(
        document(refused(), UTF_8, whole(deep.as_bytes())).len(),
        deep.len() + LOADER.len()
    );
    let mut frame = "<img src=/own.gif>".to_owned();
    for _ in 0..8 {
        let inner = frame.replace('&', "&amp;").replace('"', "&quot;");
        frame = format!("<iframe srcdoc=\"{inner}\"></iframe>");
    }
    let got = String::from_utf8(run(
        Rewriter::fragment(refused(), UTF_8),
        whole(frame.as_bytes()),
    ))
    .unwrap();
    assert!(
        got.starts_with("<iframe data-category=\"marketing\" data-held-srcdoc="),
        "{}",
        &got[..80]
    );
}

/// Pieces that pages are made of, to be put together at random.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ -~]{0,12}",
        Just("<head>".to_owned()),
        Just("<script src=https://www.youtube.com/x>".to_owned()),
        Just("<script>".to_owned()),
        Just("x.src='//youtube.com'".to_owned()),
        Just("</script>".to_owned()),
        Just("<noscript>".to_owned()),
        Just("</noscript>".to_owned()),
        Just("<img src='//stranger.example/a' srcset=//youtube.com/b>".to_owned()),
        Just("<!--".to_owned()),
        Just("-->".to_owned()),
        Just("<svg>".to_owned()),
        Just("<template>".to_owned()),
        Just("<textarea>".to_owned()),
        Just("<iframe srcdoc=\"".to_owned()),
        Just("\">".to_owned()),
        Just("é\u{0}".to_owned()),
    ];
    proptest::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_page_however_cut_comes_out_the_same(html in pieces(), at: prop::sample::Index) {
        let html = html.as_bytes();
        let expected = document(refused(), UTF_8, whole(html));
        let (before, after) = html.split_at(at.index(html.len() + 1));
        prop_assert_eq!(&document(refused(), UTF_8, [before, after].into_iter()), &expected);
        prop_assert_eq!(&document(refused(), UTF_8, html.chunks(1)), &expected);
    }

    #[test]
    fn any_page_with_nothing_to_hold_passes_byte_for_byte(html in pieces()) {
        let got = run(Rewriter::fragment(nothing_to_hold(), UTF_8), whole(html.as_bytes()));
        prop_assert_eq!(String::from_utf8(got).unwrap(), html);
    }
}

/// The same list is run through the loader by `tests/browser/gate/exempt-elements.spec.ts`.
#[test]
fn the_exempt_elements_are_those_of_the_shared_list() {
    #[derive(serde::Deserialize)]
    struct Case {
        why: String,
        html: String,
        held: bool,
    }
    let cases: Vec<Case> = serde_json::from_str(include_str!("exempt-elements.json")).unwrap();
    assert!(cases.len() > 40);
    for Case { why, html, held } in cases {
        let page = format!("<!doctype html><head></head><body>{html}</body>");
        let got = document(refused(), UTF_8, whole(page.as_bytes()));
        let passes = String::from_utf8(got).unwrap().contains(&html);
        assert_eq!(!passes, held, "{why}: {html}");
    }
}

/// The same rows are walked in a browser, without a loader and with one, by `tests/browser/gate/fetches.spec.ts`.
#[test]
fn what_html_fetches_by_itself_is_held_where_the_table_says_so() {
    #[derive(serde::Deserialize)]
    struct Row {
        html: String,
        edge: bool,
    }
    let rows: Vec<Row> = serde_json::from_str(include_str!("html-fetches.json")).unwrap();
    assert!(rows.len() > 50);
    for Row { html, edge } in rows {
        let body = if html.starts_with("<body") {
            html.clone()
        } else {
            format!("<body>{html}</body>")
        };
        let page = format!("<!doctype html><head></head>{body}");
        let got = document(refused(), UTF_8, whole(page.as_bytes()));
        let passes = String::from_utf8(got).unwrap().contains(&html);
        assert_eq!(!passes, edge, "{html}");
    }
}
