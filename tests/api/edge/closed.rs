//! What a browser could show as a page: it is rewritten, or a policy closes the gate, however it was asked for.

use super::origin::{Got, answer};
use super::{EdgeSite, HTML, PAGE, edge_site};
use consent_core::Purpose;

const CACHED: &str = "cache-control: public, max-age=600\r\netag: \"v1\"\r\nlast-modified: Sat, 28 Nov 2026 10:00:00 GMT\r\n";
const NAVIGATION: &str =
    "sec-fetch-dest: document\r\nsec-fetch-mode: navigate\r\naccept: text/html,*/*;q=0.8\r\n";

/// Every way to ask for something that is no navigation.
const WAYS: [&str; 9] = [
    "sec-fetch-dest: empty\r\nsec-fetch-mode: cors\r\naccept: */*\r\n",
    "sec-fetch-dest: empty\r\naccept: application/json\r\n",
    "sec-fetch-dest: empty\r\nsec-purpose: prefetch\r\naccept: */*\r\n",
    "sec-fetch-dest: image\r\naccept: image/avif,image/*,*/*;q=0.8\r\n",
    "sec-fetch-dest: script\r\naccept: */*\r\n",
    "sec-fetch-dest: style\r\naccept: text/css,*/*;q=0.1\r\n",
    "sec-fetch-dest: worker\r\n",
    "accept: image/avif,image/*\r\n",
    "accept: application/json\r\n",
];

#[track_caller]
fn assert_closed_for(edge: &EdgeSite, got: &Got, why: &str) {
    let policy = got.header("content-security-policy");
    assert!(
        policy.starts_with("default-src 'self' ") && !policy.contains("mesure.example"),
        "{why}: {policy}"
    );
    assert!(policy.contains(edge.host.split(':').next().unwrap()));
}

#[track_caller]
fn assert_private(got: &Got, why: &str) {
    assert_eq!(got.header("cache-control"), "private, no-cache", "{why}");
    for name in ["Cookie", "Sec-Fetch-Dest", "Accept", "Sec-GPC"] {
        let vary = got.header("vary");
        assert!(vary.split(", ").any(|known| known == name), "{why}: {vary}");
    }
    for name in ["last-modified", "expires", "accept-ranges"] {
        assert_eq!(got.header(name), "", "{why}: {name}");
    }
}

#[test]
fn html_that_is_asked_for_as_something_else_keeps_its_bytes_and_closes_the_gate() {
    let page = answer("200 OK", &format!("{HTML}{CACHED}"), PAGE.as_bytes());
    let lost = answer("404 Not Found", &format!("{HTML}{CACHED}"), PAGE.as_bytes());
    let edge = edge_site(vec![("/page3.html", page), ("/lost", lost)]);
    for way in WAYS {
        for path in ["/page3.html", "/lost"] {
            let got = edge.get(path, way);
            assert_eq!(got.text(), PAGE, "{way}");
            assert_closed_for(&edge, &got, way);
            assert_private(&got, way);
            let head = edge.ask(&format!("HEAD {path}"), way, "");
            assert_closed_for(&edge, &head, way);
            assert_private(&head, way);
        }
        // What the visitor has agreed to is open in it, and no other visitor gets it.
        let agreed = format!("{way}cookie: {}\r\n", edge.choice(&[Purpose::Statistics]));
        let policy = edge
            .get("/page3.html", &agreed)
            .header("content-security-policy");
        assert!(
            policy.ends_with(" mesure.example *.mesure.example"),
            "{policy}"
        );
    }
    let part = "sec-fetch-dest: empty\r\naccept: text/html\r\n";
    let got = edge.get("/page3.html", part);
    assert!(
        got.text()
            .contains("data-src=\"https://mesure.example/m.js\"")
    );
    assert_closed_for(&edge, &got, part);
    assert_private(&got, part);
}

#[test]
fn what_came_as_data_is_never_confirmed_as_a_page() {
    let same = "HTTP/1.1 304 Not Modified\r\netag: \"v1\"\r\ncache-control: public, max-age=600\r\n\
        content-security-policy: default-src *\r\n\r\n";
    let edge = edge_site(vec![
        (
            "/page",
            answer("200 OK", &format!("{HTML}{CACHED}"), PAGE.as_bytes()),
        ),
        ("/same", same.into()),
    ]);
    let data = "sec-fetch-dest: empty\r\naccept: */*\r\n";
    let tag = edge.get("/page", data).header("etag");
    let asks = |headers: &str, tag: &str| {
        edge.get("/page", &format!("{headers}if-none-match: {tag}\r\n"));
        edge.origin.last().headers.get("if-none-match").cloned()
    };
    assert_eq!(asks(NAVIGATION, &tag), None);
    assert_eq!(asks(data, &tag).as_deref(), Some("\"v1\", W/\"v1\""));
    let page = edge.get("/page", NAVIGATION).header("etag");
    assert_eq!(asks(data, &page), None);
    assert_eq!(asks(NAVIGATION, &page).as_deref(), Some("\"v1\", W/\"v1\""));
    // Kept from before anything was enforced.
    assert_eq!(asks(NAVIGATION, "\"v1\""), None);
    let same = |headers: &str| edge.get("/same", headers);
    let before = same(&format!("{data}if-none-match: \"v1\"\r\n"));
    assert_eq!(
        (before.status, &*before.header("cache-control")),
        (304, "private, no-cache")
    );
    let image = same("sec-fetch-dest: image\r\nif-none-match: \"v1\"\r\n");
    assert_eq!(image.header("cache-control"), "public, max-age=600");
    // The policy that the answer came with stays.
    let ours = same(&format!("{data}if-none-match: {tag}\r\n"));
    assert_eq!(
        (ours.status, &*ours.header("content-security-policy")),
        (304, "")
    );
    assert_eq!(ours.header("cache-control"), "private, no-cache");
}

#[test]
fn for_a_document_only_what_can_neither_run_nor_load_passes() {
    let kinds = [
        "*/*",
        "html",
        "text/html, text/plain",
        "image/png, text/html",
        "unknown/unknown",
        "image/svg+xml",
        "application/xhtml+xml; charset=utf-8",
        "text/xml",
        "application/rss+xml",
        "multipart/x-mixed-replace; boundary=x",
        "message/rfc822",
        "text/new",
    ];
    for kind in kinds {
        let headers = format!("content-type: {kind}\r\n{CACHED}");
        let edge = edge_site(vec![("/", answer("200 OK", &headers, PAGE.as_bytes()))]);
        for asked in [
            NAVIGATION,
            "sec-fetch-dest: iframe\r\n",
            "sec-fetch-dest: new-one\r\n",
            "",
        ] {
            let got = edge.get("/", asked);
            assert_eq!(got.text(), PAGE, "{kind}");
            assert_closed_for(&edge, &got, kind);
            assert_private(&got, kind);
            assert_eq!(got.header("x-temoin-edge"), "unreadable", "{kind}");
        }
        // A cache may keep it for everybody: its policy is the same for all.
        let agreed = edge.choice(&[Purpose::Statistics]);
        let got = edge.get(
            "/",
            &format!("sec-fetch-dest: image\r\ncookie: {agreed}\r\n"),
        );
        assert_eq!(got.text(), PAGE, "{kind}");
        assert_closed_for(&edge, &got, kind);
        assert_eq!(
            (&*got.header("cache-control"), &*got.header("etag")),
            ("public, max-age=600", "\"v1\""),
            "{kind}"
        );
    }
}

#[test]
fn a_page_without_a_type_is_closed_and_one_with_two_is_rewritten() {
    let edge = edge_site(vec![
        ("/none", answer("200 OK", CACHED, PAGE.as_bytes())),
        (
            "/two",
            answer(
                "200 OK",
                "content-type: text/html; charset=utf-8\r\ncontent-type: text/html\r\n",
                PAGE.as_bytes(),
            ),
        ),
        ("/nowhere", answer("302 Found", HTML, PAGE.as_bytes())),
    ]);
    let got = edge.get("/none", NAVIGATION);
    assert_eq!(got.text(), PAGE);
    assert_closed_for(&edge, &got, "none");
    assert_private(&got, "none");
    for path in ["/two", "/nowhere"] {
        let got = edge.get(path, NAVIGATION);
        assert!(
            super::without_loader(&got.text()).ends_with(super::HELD),
            "{path}"
        );
        assert_eq!(
            got.header("content-type"),
            "text/html; charset=utf-8",
            "{path}"
        );
    }
}

#[test]
fn a_part_of_a_page_a_download_and_another_coding_close_the_gate() {
    let part = format!("{HTML}{CACHED}content-range: bytes 0-4/100\r\n");
    let edge = edge_site(vec![
        ("/part", answer("206 Partial Content", &part, b"<scr>")),
        (
            "/saved",
            answer(
                "200 OK",
                &format!("{HTML}{CACHED}content-disposition: attachment\r\n"),
                b"<scr>",
            ),
        ),
        (
            "/coded",
            answer(
                "200 OK",
                &format!("{HTML}{CACHED}content-encoding: zstd\r\n"),
                b"<scr>",
            ),
        ),
    ]);
    for path in ["/part", "/saved", "/coded"] {
        for way in WAYS.into_iter().chain([NAVIGATION]) {
            let got = edge.get(path, &format!("{way}range: bytes=0-4\r\n"));
            assert_eq!(got.text(), "<scr>", "{path} {way}");
            assert_closed_for(&edge, &got, path);
            assert_private(&got, path);
        }
    }
}
