//! What a page says besides: policies, caches, redirections.

use super::origin::answer;
use super::{HTML, PAGE, edge_site};
use consent_core::Purpose;

#[test]
fn the_pages_own_policy_lets_its_loader_in_and_nothing_else() {
    let nonce = "content-security-policy: default-src 'none'; script-src 'nonce-aB1='; style-src 'nonce-aB1='\r\n";
    let strict =
        "content-security-policy: default-src 'self'\r\ncontent-security-policy: img-src *\r\n";
    let edge = edge_site(vec![
        (
            "/nonce",
            answer("200 OK", &format!("{HTML}{nonce}"), PAGE.as_bytes()),
        ),
        (
            "/strict",
            answer("200 OK", &format!("{HTML}{strict}"), PAGE.as_bytes()),
        ),
    ]);
    let got = edge.get("/nonce", "");
    assert!(
        got.text()
            .contains("<head><script data-temoin=\"inline\" nonce=\"aB1=\">")
    );
    assert_eq!(
        got.header("content-security-policy"),
        "default-src 'none'; script-src 'nonce-aB1=' 'wasm-unsafe-eval'; style-src 'nonce-aB1='; connect-src 'self'"
    );
    let got = edge.get("/strict", "");
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
    let edge = edge_site(vec![
        ("/", answer("200 OK", &headers, PAGE.as_bytes())),
        ("/same", b"HTTP/1.1 304 Not Modified\r\netag: \"v1\"\r\ncache-control: public, max-age=600\r\n\r\n".to_vec()),
    ]);
    let got = edge.get("/", "");
    for (name, value) in [
        ("cache-control", "private, no-cache"),
        (
            "vary",
            "Accept-Encoding, Cookie, Sec-GPC, Accept-Language, Sec-Fetch-Dest, Accept",
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
    let same = edge.get("/same", &format!("if-none-match: {tag}\r\n"));
    assert_eq!(
        edge.origin.last().headers["if-none-match"],
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
        edge.choice(&[Purpose::Statistics])
    );
    for headers in [
        &*other,
        "accept: text/html\r\nif-none-match: \"v1\"\r\nif-modified-since: Sat, 28 Nov 2026 10:00:00 GMT\r\n",
    ] {
        edge.get("/", headers);
        let asked = edge.origin.last().headers;
        assert!(
            !asked.contains_key("if-none-match") && !asked.contains_key("if-modified-since"),
            "{headers}"
        );
    }
}
