//! What is no page: it passes byte for byte.

use super::origin::{answer, chunked};
use super::{HTML, PAGE, brotli, edge_site};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// Some bytes that are no text.
fn bytes() -> Vec<u8> {
    let byte = |n: u32| u8::try_from(n * 31 % 251).unwrap();
    (0..200_000).map(byte).collect()
}

const IMAGE: &str = "content-type: image/png\r\netag: \"i-1\"\r\naccept-ranges: bytes\r\n\
    last-modified: Sat, 28 Nov 2026 10:00:00 GMT\r\ncache-control: public, max-age=600\r\n";

#[test]
fn an_image_keeps_its_bytes_and_every_header() {
    let edge = edge_site(vec![("/image.png", answer("200 OK", IMAGE, &bytes()))]);
    let asked = "range: bytes=0-\r\nif-none-match: \"x\"\r\n\
        if-modified-since: Sat, 28 Nov 2026 09:00:00 GMT\r\nsec-fetch-dest: image\r\n";
    let got = edge.get("/image.png", asked);
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
    let asked = edge.origin.last().headers;
    for (name, value) in [("range", "bytes=0-"), ("if-none-match", "\"x\"")] {
        assert_eq!(asked[name], value, "{name}");
    }
    assert!(asked.contains_key("if-modified-since"));
}

#[test]
fn other_types_codings_and_parts_pass() {
    let script = brotli(b"console.log('<script src=https://mesure.example/m.js>')");
    let coded =
        |coding: &str| format!("content-type: text/javascript\r\ncontent-encoding: {coding}\r\n");
    let part = |kind: &str| format!("content-type: {kind}\r\ncontent-range: bytes 5-9/100\r\n");
    let partial = "206 Partial Content";
    let chunks: [&[u8]; 3] = [b"a", b"bc", b"d"];
    let edge = edge_site(vec![
        ("/app.js", answer("200 OK", &coded("br"), &script)),
        ("/zstd.bin", answer("200 OK", &coded("zstd"), &bytes())),
        ("/part.png", answer(partial, &part("image/png"), b"56789")),
        ("/part.html", answer(partial, &part("text/html"), b"<scr>")),
        ("/chunks", chunked("content-type: text/plain\r\n", &chunks)),
    ]);
    let app = edge.get(
        "/app.js",
        "accept-encoding: br\r\nsec-fetch-dest: script\r\n",
    );
    assert!(app.body == script && app.header("content-encoding") == "br");
    let zstd = edge.get("/zstd.bin", "accept-encoding: zstd\r\n");
    assert!(zstd.body == bytes() && zstd.header("content-encoding") == "zstd");
    for (path, body) in [("/part.png", "56789"), ("/part.html", "<scr>")] {
        let got = edge.get(path, "range: bytes=5-9\r\n");
        assert_eq!((got.status, &*got.text()), (206, body), "{path}");
        assert_eq!(got.header("content-range"), "bytes 5-9/100", "{path}");
    }
    assert_eq!(edge.get("/chunks", "").text(), "abcd");
}

#[test]
fn html_that_nobody_is_shown_keeps_its_bytes() {
    let tag = b"<script src=https://mesure.example/m.js></script>";
    let moved = "location: /elsewhere?a\r\ncontent-type: text/html\r\n";
    let saved = format!("{HTML}content-disposition: attachment\r\n");
    let edge = edge_site(vec![
        ("/moved", answer("302 Found", moved, tag)),
        (
            "/empty",
            b"HTTP/1.1 204 No Content\r\nx-own: 1\r\n\r\n".to_vec(),
        ),
        ("/saved.html", answer("200 OK", &saved, PAGE.as_bytes())),
        ("/data", answer("200 OK", HTML, b"{\"a\":\"<p>\"}")),
    ]);
    let moved = edge.get("/moved", "");
    assert_eq!(
        (moved.status, &*moved.header("location")),
        (302, "/elsewhere?a")
    );
    assert_eq!(moved.body, tag);
    let empty = edge.get("/empty", "");
    assert_eq!(
        (empty.status, &*empty.header("x-own"), empty.body.len()),
        (204, "1", 0)
    );
    assert_eq!(edge.get("/saved.html", "").text(), PAGE);
    // A page's script asks for data, whatever its type says.
    let data = edge.get("/data", "sec-fetch-dest: empty\r\naccept: */*\r\n");
    assert_eq!(
        (&*data.text(), &*data.header("cache-control")),
        ("{\"a\":\"<p>\"}", "private, no-cache")
    );
    assert_eq!(edge.get("/nowhere", "").status, 404);
}

#[test]
fn a_web_socket_goes_through() {
    // The frame that the site's server sends once it is open: a text of two letters.
    let edge = edge_site(vec![("/live", b"\x81\x02ok".to_vec())]);
    let server = edge.api.server.url();
    let mut stream = TcpStream::connect(server.trim_start_matches("http://")).unwrap();
    write!(
        stream,
        "GET /live HTTP/1.1\r\nhost: {}\r\nupgrade: websocket\r\nconnection: Upgrade\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        edge.host
    )
    .unwrap();
    let mut got = Vec::new();
    let mut byte = [0];
    while !got.ends_with(b"\x81\x02ok") {
        assert_eq!(
            stream.read(&mut byte).unwrap(),
            1,
            "{}",
            String::from_utf8_lossy(&got)
        );
        got.push(byte[0]);
    }
    assert!(got.starts_with(b"HTTP/1.1 101 "));
}
