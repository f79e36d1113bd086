//! What a page becomes.

use super::origin::{answer, chunked};
use super::{HELD, HTML, PAGE, brotli, edge_site, edge_site_with, without_loader};
use crate::support::SITE;
use consent_core::Purpose;

#[test]
fn what_is_not_agreed_to_waits_in_the_page_itself() {
    let edge = edge_site(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    let got = edge.get("/?a=b%20c", "");
    assert_eq!(got.status, 200);
    assert!(
        without_loader(&got.text()).ends_with(HELD),
        "{}",
        without_loader(&got.text())
    );
    let asked = edge.origin.last();
    assert_eq!(asked.line, "GET /?a=b%20c");
    assert_eq!(asked.headers["x-forwarded-host"], edge.host);
    assert_eq!(asked.headers["x-forwarded-proto"], "http");
    let accepted = edge.choice(&[Purpose::Statistics, Purpose::Marketing]);
    let got = edge.get("/", &format!("cookie: {accepted}\r\n"));
    assert_eq!(without_loader(&got.text()), PAGE);
    let statistics = edge.choice(&[Purpose::Statistics]);
    let got = edge.get("/", &format!("cookie: {statistics}\r\n")).text();
    assert!(
        got.contains("<script src=\"https://mesure.example/m.js\">")
            && got.contains("<img data-category=\"marketing\"")
    );
    let refused = edge.choice(&[]);
    let got = edge.get("/", &format!("cookie: {refused}\r\n"));
    assert!(without_loader(&got.text()).ends_with(HELD));
}

#[test]
fn a_part_of_a_page_has_no_loader_of_its_own() {
    let edge = edge_site(vec![(
        "/part",
        answer("200 OK", HTML, b"<p><img src=https://mesure.example/p.gif>"),
    )]);
    let got = edge.get("/part", "sec-fetch-dest: empty\r\naccept: text/html\r\n");
    assert_eq!(
        got.text(),
        r#"<p><img data-category="statistics" data-service="mesure" data-src="https://mesure.example/p.gif">"#
    );
    let got = edge.get("/part", "sec-fetch-dest: empty\r\naccept: */*\r\n");
    assert_eq!(got.text(), "<p><img src=https://mesure.example/p.gif>");
}

#[test]
fn what_is_sent_arrives_and_a_head_has_no_body() {
    let edge = edge_site(vec![("/form", answer("200 OK", HTML, PAGE.as_bytes()))]);
    let got = edge.ask("POST /form?x", "content-type: text/plain\r\n", "a=b&c");
    assert!(without_loader(&got.text()).ends_with(HELD));
    let asked = edge.origin.last();
    assert_eq!(
        (&*asked.line, &*asked.body, &*asked.headers["content-type"]),
        ("POST /form?x", "a=b&c", "text/plain")
    );
    let got = edge.ask("HEAD /form", "", "");
    assert_eq!(
        (got.status, got.body.len(), got.header("cache-control")),
        (200, 0, "private, no-cache".to_owned())
    );
}

#[test]
fn compressed_and_chunked_pages_are_rewritten_as_they_are() {
    let halves = PAGE.as_bytes().split_at(70);
    let edge = edge_site(vec![
        (
            "/br",
            answer(
                "200 OK",
                &format!("{HTML}content-encoding: br\r\n"),
                &brotli(PAGE.as_bytes()),
            ),
        ),
        (
            "/gzip",
            answer(
                "200 OK",
                &format!("{HTML}content-encoding: gzip\r\n"),
                &gzip(PAGE.as_bytes()),
            ),
        ),
        ("/chunks", chunked(HTML, &[halves.0, halves.1])),
    ]);
    for path in ["/br", "/gzip", "/chunks"] {
        let got = edge.get(path, "accept-encoding: gzip, deflate, br, zstd\r\n");
        assert_eq!(edge.origin.last().headers["accept-encoding"], "br, gzip");
        assert_eq!(got.header("content-length"), "", "{path}");
        let coding = got.header("content-encoding");
        let body = match path {
            "/br" => {
                assert_eq!(coding, "br");
                let mut read = Vec::new();
                brotli::BrotliDecompress(&mut &*got.body, &mut read).unwrap();
                read
            }
            "/gzip" => {
                assert_eq!(coding, "gzip");
                gunzip(&got.body)
            }
            _ => got.body,
        };
        let page = String::from_utf8(body).unwrap();
        assert!(without_loader(&page).ends_with(HELD), "{path}");
    }
}

fn gzip(text: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut read = Vec::new();
    flate2::read::GzDecoder::new(bytes)
        .read_to_end(&mut read)
        .unwrap();
    read
}

#[test]
fn a_page_in_another_charset_stays_in_it() {
    let latin = b"<head><meta charset=windows-1252><title>caf\xe9</title><img src=https://mesure.example/\xe9.gif>";
    let utf16: Vec<u8> = PAGE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let edge = edge_site(vec![
        (
            "/latin",
            answer("200 OK", "content-type: text/html\r\n", latin),
        ),
        (
            "/utf16",
            answer(
                "200 OK",
                "content-type: text/html; charset=utf-16le\r\n",
                &utf16,
            ),
        ),
        (
            "/unknown",
            answer(
                "200 OK",
                &format!("{HTML}content-encoding: zstd\r\n"),
                PAGE.as_bytes(),
            ),
        ),
        (
            "/xml",
            answer(
                "200 OK",
                "content-type: application/xhtml+xml\r\n",
                PAGE.as_bytes(),
            ),
        ),
    ]);
    let got = edge.get("/latin", "");
    assert_eq!(
        got.header("content-type"),
        "text/html; charset=windows-1252"
    );
    let end = b"data-src=\"https://mesure.example/\xe9.gif\">";
    assert!(got.body.ends_with(end) && got.body.windows(4).any(|four| four == b"caf\xe9"));
    for (path, why, body) in [
        ("/utf16", "charset", &utf16[..]),
        ("/unknown", "unreadable", PAGE.as_bytes()),
        ("/xml", "unreadable", PAGE.as_bytes()),
    ] {
        let got = edge.get(path, "");
        assert!(got.body == body, "{path} passes byte for byte");
        assert_eq!(got.header("x-temoin-edge"), why, "{path}");
        let policy = got.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'self' ") && !policy.contains("mesure.example"),
            "{policy}"
        );
        let agreed = format!("cookie: {}\r\n", edge.choice(&[Purpose::Statistics]));
        let policy = edge.get(path, &agreed).header("content-security-policy");
        assert!(
            policy.ends_with(" mesure.example *.mesure.example"),
            "{policy}"
        );
    }
}

#[test]
fn a_service_may_be_called_what_it_likes() {
    let answers = vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))];
    let edge = edge_site_with(answers, |config| {
        config["services"][0]["name"] = serde_json::json!("GA <!-- x </SCRIPT> <script>");
    });
    let got = edge.get("/", "");
    assert_eq!(got.header("x-temoin-edge"), "");
    assert!(without_loader(&got.text()).ends_with(HELD));
    let inline = edge.api.get(&format!("/t/{SITE}.js?inline"), &[]);
    assert_eq!(inline.status, 200);
    let (_, script) = inline.text.split_once('>').unwrap();
    let script = script.strip_suffix("</script>").unwrap();
    assert!(!script.contains("<!--") && !script.to_lowercase().contains("</script"));
    // The site's other files have it as it is written.
    assert!(
        edge.api.notice(&edge.notice).services[0]
            .name
            .as_str()
            .starts_with("GA <!-- x")
    );
}

#[test]
fn what_a_style_a_module_and_a_cell_ask_for_waits_in_the_page() {
    let page = "<head><style>@import 'https://mesure.example/a.css';p{color:red}</style></head>\
        <script type=module>import 'https://stranger.example/m.js'</script>\
        <table><td background=https://mesure.example/b.gif></table>\
        <iframe type='text/plain' src='https&colon;//mesure.example/f'></iframe>";
    let edge = edge_site(vec![("/", answer("200 OK", HTML, page.as_bytes()))]);
    let got = without_loader(&edge.get("/", "").text());
    assert_eq!(
        got,
        "<head><style data-category=\"statistics\" data-service=\"mesure\" data-held-style=\"@import 'https://mesure.example/a.css';p{color:red}\">@import \"about:invalid\";p{color:red}</style></head>\
        <script type=\"text/plain\" data-category=\"marketing\" data-type=\"module\" type=module>import 'https://stranger.example/m.js'</script>\
        <table><td data-category=\"statistics\" data-service=\"mesure\" data-held-background=\"https://mesure.example/b.gif\"></table>\
        <iframe type='text/plain' data-category=\"statistics\" data-service=\"mesure\" data-src=\"https&colon;//mesure.example/f\"></iframe>"
    );
    let agreed = edge.choice(&[Purpose::Statistics, Purpose::Marketing]);
    let got = edge.get("/", &format!("cookie: {agreed}\r\n")).text();
    assert_eq!(without_loader(&got), page);
}
