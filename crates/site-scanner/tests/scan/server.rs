//! A server on one port that is a site at `localhost`, and every third party at any other name.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";

/// A page without end goes on after this time.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(200);
/// A page of 200 MB comes in pieces of this many bytes.
const LARGE_PIECE: usize = 1_000_000;

/// What was sent to the server by `POST`, and under which path.
pub type Posted = Arc<Mutex<Vec<(String, String)>>>;

/// A running server; its thread ends with the process.
pub struct Server {
    /// Its port.
    pub port: u16,
    /// What it was sent.
    #[allow(
        dead_code,
        reason = "of the two crates whose tests use this server, one posts"
    )]
    pub posted: Posted,
}

/// The folder of the fixtures, from any crate of the workspace.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../site-scanner/tests/scan")
}

impl Server {
    /// Serves a folder of `sites`.
    pub fn start(site: &str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let posted = Posted::default();
        let kept = Arc::clone(&posted);
        let site = folder().join("sites").join(site);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (site, kept) = (site.clone(), Arc::clone(&kept));
                std::thread::spawn(move || answer(&stream, &site, port, &kept));
            }
        });
        Self { port, posted }
    }

    /// The site's address.
    pub fn url(&self) -> String {
        format!("http://localhost:{}/", self.port)
    }
}

/// What follows a page's own text: a piece, how often, and the pause after each.
fn flood(query: &str) -> Option<(Vec<u8>, usize, std::time::Duration)> {
    match query {
        // A line now and then, for ever: until the reader is gone.
        "endless" => Some((b"<p>Encore</p>\n".to_vec(), usize::MAX, PAUSE)),
        "large" => Some((
            "<p>Encore</p>\n".repeat(LARGE_PIECE / 14).into_bytes(),
            200,
            std::time::Duration::ZERO,
        )),
        _ => None,
    }
}

fn answer(stream: &TcpStream, site: &Path, port: u16, posted: &Posted) -> Option<()> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim().split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    if query == "never" {
        std::thread::sleep(std::time::Duration::from_hours(1));
    }
    if method == "POST" {
        let length = headers.get("content-length")?.parse().ok()?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        let token = headers.get("authorization").cloned().unwrap_or_default();
        let body = String::from_utf8_lossy(&body).into_owned();
        posted.lock().ok()?.push((format!("{path} {token}"), body));
    }
    let own = headers
        .get("host")
        .is_some_and(|host| host.starts_with("localhost"));
    let folder = if own {
        site.to_owned()
    } else {
        folder().join("third")
    };
    let name = if path.ends_with('/') {
        "index.html"
    } else {
        path.trim_start_matches('/')
    };
    let written = |name: String| {
        let text = std::fs::read_to_string(folder.join(name)).ok()?;
        Some(text.replace("{port}", &port.to_string()))
    };
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    let (mut status, body) = match (written(name.to_owned()), extension) {
        (Some(text), _) => ("200 OK", text.into_bytes()),
        (None, Some("gif")) => ("200 OK", GIF.to_vec()),
        (None, _) if own && method == "GET" => ("404 Not Found", Vec::new()),
        (None, _) => ("200 OK", Vec::new()),
    };
    let kind = match extension {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css",
        Some("gif") => "image/gif",
        Some("json") => "application/json",
        _ => "text/plain",
    };
    let written = written(format!("{name}.headers")).unwrap_or_default();
    let mut more: Vec<_> = written.lines().map(str::to_owned).collect();
    for (key, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
        match key {
            "set" => more.push(format!("Set-Cookie: {value}=1; Max-Age=86400; HttpOnly")),
            "to" => {
                status = "302 Found";
                more.push(format!("Location: {value}"));
            }
            _ => {}
        }
    }
    if query == "circle" {
        status = "302 Found";
        more.push(format!("Location: {target}"));
    }
    more.push(String::new());
    let flood = flood(query);
    let length = match &flood {
        Some(_) => String::new(),
        None => format!("Content-Length: {}\r\n", body.len()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{length}Connection: close\r\n\
         Access-Control-Allow-Origin: *\r\nCache-Control: no-store\r\n{}\r\n",
        more.join("\r\n")
    );
    let mut stream = stream;
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&body).ok()?;
    let (piece, times, pause) = flood?;
    for _ in 0..times {
        stream.write_all(&piece).ok()?;
        std::thread::sleep(pause);
    }
    Some(())
}
