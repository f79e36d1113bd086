//! A site's pages behind the server: `edge` in the configuration, and a server of the site's own.

use crate::api::{Api, SITE, config, now};
use crate::edge_origin::{Got, Origin, answer, ask, chunked};
use consent_core::{Decision, Purpose, StoredChoice};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const HTML: &str = "content-type: text/html; charset=utf-8\r\n";
const PAGE: &str = "<!doctype html><html><head><title>Été</title>\
    <script src=\"https://mesure.example/m.js\"></script></head>\
    <body><img src=\"https://stranger.example/p.gif\"><script src=\"/own.js\"></script></body></html>";
const HELD: &str = r#"<script data-category="statistics" data-service="mesure" data-src="https://mesure.example/m.js" type="text/plain"></script></head><body><img data-category="marketing" data-src="https://stranger.example/p.gif"><script src="/own.js"></script></body></html>"#;

/// The server, a site whose pages pass through it, and the site's own server.
struct Behind {
    api: Api,
    origin: Origin,
    host: String,
    notice: String,
}

fn behind(answers: Vec<(&'static str, Vec<u8>)>) -> Behind {
    behind_with(answers, |_| ())
}

fn behind_with(answers: Vec<(&'static str, Vec<u8>)>, change: impl FnOnce(&mut Value)) -> Behind {
    let api = Api::empty();
    let origin = Origin::start(BTreeMap::from_iter(answers));
    let port = api.server.url().rsplit(':').next().unwrap().to_owned();
    let host = format!("relais.localhost:{port}");
    let mut config = config();
    config["origins"] = json!([format!("http://{host}")]);
    config["services"][0]["hosts"] = json!(["mesure.example"]);
    config["edge"] = json!({ "origin_server": origin.url });
    change(&mut config);
    let published = api.publish(SITE, &config);
    assert_eq!(published.status, 201, "{}", published.text);
    let notice = published.json()["notice"].as_str().unwrap().to_owned();
    Behind {
        api,
        origin,
        host,
        notice,
    }
}

impl Behind {
    fn ask(&self, line: &str, headers: &str, body: &str) -> Got {
        ask(&self.api.server.url(), &self.host, line, headers, body)
    }

    fn get(&self, path: &str, headers: &str) -> Got {
        self.ask(&format!("GET {path}"), headers, "")
    }

    /// The cookie of a visitor who has agreed to these purposes.
    fn choice(&self, granted: &[Purpose]) -> String {
        let material = self.api.notice(&self.notice).material().digest();
        let choice = StoredChoice::new(Decision::granting(granted), now(), 13, material);
        format!("consent_temoin={choice}")
    }
}

/// The page without its loader, which must be first in the head and whole.
#[track_caller]
fn without_loader(page: &str) -> String {
    let (before, rest) = page.split_once("<head>").unwrap();
    let rest = rest
        .strip_prefix("<script data-temoin=\"inline\"")
        .unwrap_or_else(|| panic!("{}", &rest[..200]));
    let (loader, rest) = rest.split_once("</script>").unwrap();
    assert!(
        loader.is_ascii() && loader.contains(r#""server":"""#),
        "{}",
        &loader[..200]
    );
    format!("{before}<head>{rest}")
}

#[test]
fn what_is_not_agreed_to_waits_in_the_page_itself() {
    let behind = behind(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    let got = behind.get("/?a=b%20c", "");
    assert_eq!(got.status, 200);
    assert!(
        without_loader(&got.text()).ends_with(HELD),
        "{}",
        without_loader(&got.text())
    );
    let asked = behind.origin.last();
    assert_eq!(asked.line, "GET /?a=b%20c");
    assert_eq!(asked.headers["x-forwarded-host"], behind.host);
    assert_eq!(asked.headers["x-forwarded-proto"], "http");
    let accepted = behind.choice(&[Purpose::Statistics, Purpose::Marketing]);
    let got = behind.get("/", &format!("cookie: {accepted}\r\n"));
    assert_eq!(without_loader(&got.text()), PAGE);
    let statistics = behind.choice(&[Purpose::Statistics]);
    let got = behind.get("/", &format!("cookie: {statistics}\r\n")).text();
    assert!(
        got.contains("<script src=\"https://mesure.example/m.js\">")
            && got.contains("<img data-category=\"marketing\"")
    );
    let refused = behind.choice(&[]);
    let got = behind.get("/", &format!("cookie: {refused}\r\n"));
    assert!(without_loader(&got.text()).ends_with(HELD));
}

#[test]
fn the_choice_is_kept_to_its_own_end_by_the_page_itself() {
    let behind = behind(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    let choice = behind.choice(&[]);
    let set = behind
        .get("/", &format!("cookie: {choice}\r\n"))
        .header("set-cookie");
    let rest = set
        .strip_prefix(&format!("{choice}; Path=/; Max-Age="))
        .unwrap_or_else(|| panic!("{set}"));
    let seconds: i64 = rest.split(';').next().unwrap().parse().unwrap();
    let whole = (now().add_months(13).as_millis() - now().as_millis()) / 1000;
    assert!((whole - 60..=whole).contains(&seconds), "{seconds}");
    assert_eq!(behind.get("/", "").header("set-cookie"), "");
}

#[test]
fn cookies_of_what_is_denied_go_neither_way() {
    let set = "set-cookie: _m=1; Path=/\r\nset-cookie: session=2; HttpOnly\r\nset-cookie: _m=; Max-Age=0\r\n";
    let behind = behind(vec![
        (
            "/",
            answer("200 OK", &format!("{HTML}{set}"), PAGE.as_bytes()),
        ),
        (
            "/data",
            answer(
                "200 OK",
                &format!("content-type: application/json\r\n{set}"),
                b"{}",
            ),
        ),
    ]);
    for path in ["/", "/data"] {
        let got = behind.get(path, "cookie: a=1; _m=5; session=3\r\n");
        assert_eq!(
            got.header("set-cookie"),
            "session=2; HttpOnly & _m=; Max-Age=0",
            "{path}"
        );
        assert_eq!(behind.origin.last().headers["cookie"], "a=1; session=3");
        let agreed = behind.choice(&[Purpose::Statistics]);
        let got = behind.get(path, &format!("cookie: {agreed}; _m=5\r\n"));
        assert!(
            got.header("set-cookie")
                .starts_with("_m=1; Path=/ & session=2"),
            "{path}"
        );
        assert_eq!(
            behind.origin.last().headers["cookie"],
            format!("{agreed}; _m=5")
        );
    }
    behind.get("/data", "cookie: _m=5\r\n");
    assert!(!behind.origin.last().headers.contains_key("cookie"));
}

/// Some bytes that are no text.
fn bytes() -> Vec<u8> {
    (0..200_000_u32)
        .map(|n| u8::try_from(n * 31 % 251).unwrap())
        .collect()
}

fn brotli(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::BrotliCompress(
        &mut &*text,
        &mut out,
        &brotli::enc::BrotliEncoderParams::default(),
    )
    .unwrap();
    out
}

#[test]
fn everything_that_is_no_page_passes_byte_for_byte() {
    let script = brotli(b"console.log('<script src=https://mesure.example/m.js>')");
    let image = "content-type: image/png\r\netag: \"i-1\"\r\naccept-ranges: bytes\r\nlast-modified: Sat, 28 Nov 2026 10:00:00 GMT\r\n\
        cache-control: public, max-age=600\r\n";
    let behind = behind(vec![
        ("/image.png", answer("200 OK", image, &bytes())),
        (
            "/part.png",
            answer(
                "206 Partial Content",
                "content-type: image/png\r\ncontent-range: bytes 5-9/100\r\n",
                b"56789",
            ),
        ),
        (
            "/app.js",
            answer(
                "200 OK",
                "content-type: text/javascript\r\ncontent-encoding: br\r\n",
                &script,
            ),
        ),
        (
            "/zstd.bin",
            answer(
                "200 OK",
                "content-type: text/plain\r\ncontent-encoding: zstd\r\n",
                &bytes(),
            ),
        ),
        (
            "/moved",
            answer(
                "302 Found",
                "location: /elsewhere?a\r\ncontent-type: text/html\r\n",
                b"<script src=https://mesure.example/m.js></script>",
            ),
        ),
        (
            "/empty",
            b"HTTP/1.1 204 No Content\r\nx-own: 1\r\n\r\n".to_vec(),
        ),
        (
            "/saved.html",
            answer(
                "200 OK",
                &format!("{HTML}content-disposition: attachment\r\n"),
                PAGE.as_bytes(),
            ),
        ),
        (
            "/chunks",
            chunked("content-type: text/plain\r\n", &[b"a", b"bc", b"d"]),
        ),
        (
            "/partial.html",
            answer(
                "206 Partial Content",
                &format!("{HTML}content-range: bytes 0-3/100\r\n"),
                b"<scr",
            ),
        ),
        (
            "/wp-json",
            answer("200 OK", "content-type: text/html\r\n", b"{\"a\":1}"),
        ),
    ]);
    let got = behind.get("/image.png", "range: bytes=0-\r\nif-none-match: \"x\"\r\nif-modified-since: Sat, 28 Nov 2026 09:00:00 GMT\r\nsec-fetch-dest: image\r\n");
    assert_eq!((got.status, got.body == bytes()), (200, true));
    for (name, value) in [
        ("etag", "\"i-1\""),
        ("accept-ranges", "bytes"),
        ("last-modified", "Sat, 28 Nov 2026 10:00:00 GMT"),
        ("cache-control", "public, max-age=600"),
        ("content-length", "200000"),
        ("vary", ""),
    ] {
        assert_eq!(got.header(name), value, "{name}");
    }
    let asked = behind.origin.last().headers;
    assert_eq!(
        (&*asked["range"], &*asked["if-none-match"]),
        ("bytes=0-", "\"x\"")
    );
    assert!(asked.contains_key("if-modified-since"));
    let part = behind.get("/part.png", "range: bytes=5-9\r\n");
    assert_eq!(
        (part.status, part.text(), part.header("content-range")),
        (206, "56789".to_owned(), "bytes 5-9/100".to_owned())
    );
    let app = behind.get(
        "/app.js",
        "accept-encoding: br\r\nsec-fetch-dest: script\r\n",
    );
    assert_eq!(
        (app.body == script, app.header("content-encoding")),
        (true, "br".to_owned())
    );
    let zstd = behind.get("/zstd.bin", "accept-encoding: zstd\r\n");
    assert_eq!(
        (zstd.body == bytes(), zstd.header("content-encoding")),
        (true, "zstd".to_owned())
    );
    let moved = behind.get("/moved", "");
    assert_eq!(
        (moved.status, moved.header("location")),
        (302, "/elsewhere?a".to_owned())
    );
    assert_eq!(
        moved.text(),
        "<script src=https://mesure.example/m.js></script>"
    );
    let empty = behind.get("/empty", "");
    assert_eq!(
        (empty.status, empty.header("x-own"), empty.body.len()),
        (204, "1".to_owned(), 0)
    );
    assert_eq!(behind.get("/saved.html", "").text(), PAGE);
    assert_eq!(behind.get("/chunks", "").text(), "abcd");
    assert_eq!(
        behind.get("/partial.html", "range: bytes=0-3\r\n").text(),
        "<scr"
    );
    // A page's script asks for data, whatever it is called.
    let data = behind.get("/wp-json", "sec-fetch-dest: empty\r\naccept: */*\r\n");
    assert_eq!(
        (data.text(), data.header("cache-control")),
        ("{\"a\":1}".to_owned(), String::new())
    );
    assert_eq!(behind.get("/nowhere", "").status, 404);
}

#[test]
fn a_part_of_a_page_has_no_loader_of_its_own() {
    let behind = behind(vec![(
        "/part",
        answer("200 OK", HTML, b"<p><img src=https://mesure.example/p.gif>"),
    )]);
    let got = behind.get("/part", "sec-fetch-dest: empty\r\naccept: text/html\r\n");
    assert_eq!(
        got.text(),
        r#"<p><img data-category="statistics" data-service="mesure" data-src="https://mesure.example/p.gif">"#
    );
    let got = behind.get("/part", "sec-fetch-dest: empty\r\naccept: */*\r\n");
    assert_eq!(got.text(), "<p><img src=https://mesure.example/p.gif>");
}

#[test]
fn compressed_and_chunked_pages_are_rewritten_as_they_are() {
    let halves = PAGE.as_bytes().split_at(70);
    let behind = behind(vec![
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
        let got = behind.get(path, "accept-encoding: gzip, deflate, br, zstd\r\n");
        assert_eq!(behind.origin.last().headers["accept-encoding"], "br, gzip");
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
    let behind = behind(vec![
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
    let got = behind.get("/latin", "");
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
        let got = behind.get(path, "");
        assert!(got.body == body, "{path} passes byte for byte");
        assert_eq!(got.header("x-temoin-edge"), why, "{path}");
        let policy = got.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'self' ") && !policy.contains("mesure.example"),
            "{policy}"
        );
        let agreed = format!("cookie: {}\r\n", behind.choice(&[Purpose::Statistics]));
        let policy = behind.get(path, &agreed).header("content-security-policy");
        assert!(
            policy.ends_with(" mesure.example *.mesure.example"),
            "{policy}"
        );
    }
}

#[test]
fn the_pages_own_policy_lets_its_loader_in_and_nothing_else() {
    let nonce = "content-security-policy: default-src 'none'; script-src 'nonce-aB1='; style-src 'nonce-aB1='\r\n";
    let strict =
        "content-security-policy: default-src 'self'\r\ncontent-security-policy: img-src *\r\n";
    let behind = behind(vec![
        (
            "/nonce",
            answer("200 OK", &format!("{HTML}{nonce}"), PAGE.as_bytes()),
        ),
        (
            "/strict",
            answer("200 OK", &format!("{HTML}{strict}"), PAGE.as_bytes()),
        ),
    ]);
    let got = behind.get("/nonce", "");
    assert!(
        got.text()
            .contains("<head><script data-temoin=\"inline\" nonce=\"aB1=\">")
    );
    assert_eq!(
        got.header("content-security-policy"),
        "default-src 'none'; script-src 'nonce-aB1=' 'wasm-unsafe-eval'; style-src 'nonce-aB1='; connect-src 'self'"
    );
    let got = behind.get("/strict", "");
    let page = got.text();
    let (_, loader) = page.split_once("<script data-temoin=\"inline\">").unwrap();
    let (loader, _) = loader.split_once("</script>").unwrap();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(loader);
    let hash = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, digest);
    let policy = got.header("content-security-policy");
    assert!(
        policy.contains(&format!(
            "script-src 'self' 'sha256-{hash}' 'wasm-unsafe-eval'; style-src 'self' 'sha256-"
        )),
        "{policy}"
    );
    assert!(policy.ends_with("img-src *"), "{policy}");
}

#[test]
fn caches_keep_visitors_apart_and_still_confirm() {
    let headers = format!(
        "{HTML}etag: \"v1\"\r\nlast-modified: Sat, 28 Nov 2026 10:00:00 GMT\r\naccept-ranges: bytes\r\n\
        cache-control: public, max-age=600\r\nvary: Accept-Encoding\r\nexpires: Sat, 28 Nov 2027 10:00:00 GMT\r\n\
        link: </a.css>; rel=preload, <https://mesure.example/m.js>; rel=preload\r\n"
    );
    let behind = behind(vec![
        ("/", answer("200 OK", &headers, PAGE.as_bytes())),
        ("/same", b"HTTP/1.1 304 Not Modified\r\netag: \"v1\"\r\ncache-control: public, max-age=600\r\n\r\n".to_vec()),
    ]);
    let got = behind.get("/", "");
    for (name, value) in [
        ("cache-control", "private, no-cache"),
        (
            "vary",
            "Accept-Encoding, Cookie, Sec-GPC, Accept-Language, Sec-Fetch-Dest",
        ),
        ("last-modified", ""),
        ("accept-ranges", ""),
        ("expires", ""),
        ("content-length", ""),
        ("link", "</a.css>; rel=preload"),
    ] {
        assert_eq!(got.header(name), value, "{name}");
    }
    let tag = got.header("etag");
    assert!(
        tag.starts_with("W/\"temoin.") && tag.ends_with(".v1\""),
        "{tag}"
    );
    let same = behind.get("/same", &format!("if-none-match: {tag}\r\n"));
    assert_eq!(
        behind.origin.last().headers["if-none-match"],
        "\"v1\", W/\"v1\""
    );
    assert_eq!(
        (
            same.status,
            same.header("etag"),
            same.header("cache-control")
        ),
        (304, tag.clone(), "private, no-cache".to_owned())
    );
    // Made under another choice, or never rewritten: it must come anew.
    let other = format!(
        "accept: text/html\r\ncookie: {}\r\nif-none-match: {tag}\r\n",
        behind.choice(&[Purpose::Statistics])
    );
    for headers in [
        &*other,
        "accept: text/html\r\nif-none-match: \"v1\"\r\nif-modified-since: Sat, 28 Nov 2026 10:00:00 GMT\r\n",
    ] {
        behind.get("/", headers);
        let asked = behind.origin.last().headers;
        assert!(
            !asked.contains_key("if-none-match") && !asked.contains_key("if-modified-since"),
            "{headers}"
        );
    }
}

#[test]
fn what_is_sent_arrives_and_a_head_has_no_body() {
    let behind = behind(vec![("/form", answer("200 OK", HTML, PAGE.as_bytes()))]);
    let got = behind.ask("POST /form?x", "content-type: text/plain\r\n", "a=b&c");
    assert!(without_loader(&got.text()).ends_with(HELD));
    let asked = behind.origin.last();
    assert_eq!(
        (&*asked.line, &*asked.body, &*asked.headers["content-type"]),
        ("POST /form?x", "a=b&c", "text/plain")
    );
    let got = behind.ask("HEAD /form", "", "");
    assert_eq!(
        (got.status, got.body.len(), got.header("cache-control")),
        (200, 0, "private, no-cache".to_owned())
    );
}

#[test]
fn the_api_answers_on_the_sites_own_host_and_takes_no_address_of_the_sites() {
    let own: Vec<(&str, Vec<u8>)> = [
        "/t/shirt.js",
        "/v1/health",
        "/v1/sites/other/logs",
        "/w/app.js",
        "/log/in",
        "/n/1",
    ]
    .into_iter()
    .map(|path| {
        (
            path,
            answer("200 OK", "content-type: text/plain\r\n", b"own"),
        )
    })
    .collect();
    let behind = behind(own);
    let loader = behind.get(&format!("/t/{SITE}.js"), "");
    assert!(loader.text().contains(&behind.notice));
    let file = loader
        .text()
        .split('"')
        .find(|text| text.starts_with("/w/"))
        .unwrap()
        .to_owned();
    assert_eq!(behind.get(&file, "").status, 200);
    assert_eq!(
        behind.get(&format!("/v1/sites/{SITE}/logs"), "").status,
        200
    );
    for path in [
        "/t/shirt.js",
        "/v1/health",
        "/v1/sites/other/logs",
        "/w/app.js",
        "/log/in",
        "/n/1",
    ] {
        assert_eq!(behind.get(path, "").text(), "own", "{path}");
    }
    assert_eq!(behind.api.get("/v1/health", &[]).status, 200);
}

#[test]
fn it_is_off_until_it_is_said_and_off_again_when_it_is_not() {
    let behind = behind(vec![("/", answer("200 OK", HTML, PAGE.as_bytes()))]);
    assert_eq!(behind.get("/", "").status, 200);
    let other = ask(&behind.api.server.url(), "autre.localhost", "GET /", "", "");
    assert_eq!(other.status, 404);
    let again = behind.api.publish("autre", &{
        let mut config = config();
        config["origins"] = json!(["https://autre.example", format!("http://{}", behind.host)]);
        config["edge"] = json!({ "origin_server": "https://pages.autre.example" });
        config
    });
    again.assert_contradiction(&[(
        "origins[1]",
        &format!(
            "{} is enforced (`edge`) for another site of this server",
            behind.host
        ),
    )]);
    let mut off = config();
    off["origins"] = json!([format!("http://{}", behind.host)]);
    off["services"][0]["hosts"] = json!(["mesure.example"]);
    let published = behind.api.publish(SITE, &off).json();
    assert_eq!(
        published["asks_anew"], false,
        "a setting of the owner's asks nobody anew"
    );
    // What this isolate was told holds for some seconds.
    let started = std::time::Instant::now();
    while behind.get("/", "").status != 404 {
        assert!(started.elapsed().as_secs() < 10);
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
}

#[test]
fn a_server_that_leads_nowhere_or_back_is_said_to() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let behind = behind_with(vec![], |config| {
        config["edge"]["origin_server"] = json!(format!("http://{closed}"))
    });
    let got = behind.get("/", "");
    assert_eq!(
        (got.status, got.header("content-type")),
        (502, "application/problem+json".to_owned())
    );
    let got = behind.get("/", "x-temoin-edge: 1\r\n");
    assert_eq!(got.status, 508);
}

#[test]
fn a_redirection_to_the_sites_server_does_not_lead_past_the_gate() {
    let behind = behind(vec![
        (
            "/a",
            answer(
                "301 Moved Permanently",
                "location: http://ITSELF/b?c\r\n",
                b"",
            ),
        ),
        (
            "/d",
            answer("302 Found", "location: https://other.example/\r\n", b""),
        ),
    ]);
    assert_eq!(
        behind.get("/a", "").header("location"),
        format!("http://{}/b?c", behind.host)
    );
    assert_eq!(
        behind.get("/d", "").header("location"),
        "https://other.example/"
    );
}
