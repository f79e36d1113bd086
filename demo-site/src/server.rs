//! The demo sites over HTTP: the pages, and below `/standin/` what plays third parties.

use crate::answer::{Answer, content, header, status};
use crate::page::{self, Origins};
use crate::pages_folder;
use crate::stand_in::StandIns;
use anyhow::{Context as _, Result, anyhow};
use std::fs;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use tiny_http::{Method, Request, Server};

/// How many requests are answered at the same time: as many as a browser sends to one host.
const WORKERS: usize = 6;

/// The server of the demo sites, running. It stops when this value is dropped.
pub struct DemoSite(Arc<Server>);

impl DemoSite {
    /// Serves on this listener, in threads of its own.
    pub fn start(listener: TcpListener, origins: Origins) -> Result<Self> {
        // The accepted connections inherit it: without it the body of an answer waits for the
        // acknowledgement of its head, which the client delays.
        socket2::SockRef::from(&listener).set_tcp_nodelay(true)?;
        let server = Server::from_listener(listener, None)
            .map_err(|error| anyhow!("the demo sites cannot be served: {error}"))?;
        let server = Arc::new(server);
        let (origins, stand_ins) = (Arc::new(origins), Arc::new(StandIns::default()));
        for _ in 0..WORKERS {
            let (server, origins, stand_ins) = (server.clone(), origins.clone(), stand_ins.clone());
            thread::spawn(move || work(&server, &origins, &stand_ins));
        }
        Ok(Self(server))
    }
}

impl Drop for DemoSite {
    fn drop(&mut self) {
        for _ in 0..WORKERS {
            self.0.unblock();
        }
    }
}

/// Answers one request after the other, until the server is told to stop.
fn work(server: &Server, origins: &Origins, stand_ins: &StandIns) {
    while let Ok(request) = server.recv() {
        let answer = answer(&request, origins, stand_ins).unwrap_or_else(|error| {
            eprintln!("the demo sites, {}: {error:#}", request.url());
            status(500)
        });
        // A page edited, or served again on another port, must show at the next load.
        let answer = answer.with_header(header("cache-control", "no-store"));
        // The client may have gone; there is nobody left to tell.
        let _ = request.respond(answer);
    }
}

fn answer(request: &Request, origins: &Origins, stand_ins: &StandIns) -> Result<Answer> {
    let path = request.url().split(['?', '#']).next().unwrap_or_default();
    if let Some(file) = path.strip_prefix("/standin/") {
        return Ok(stand_ins.answer(request, file).unwrap_or_else(not_found));
    }
    if !matches!(request.method(), Method::Get | Method::Head) {
        return Ok(status(405));
    }
    let Some(file) = file_of(path) else {
        return Ok(not_found());
    };
    if file.is_dir() {
        return Ok(status(307).with_header(header("location", &format!("{path}/"))));
    }
    let bytes = match fs::read(&file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(not_found()),
        Err(error) => return Err(error).with_context(|| file.display().to_string()),
    };
    match content_type(&file) {
        HTML => {
            let page = page::complete(&String::from_utf8(bytes)?, origins, place(request.url()))?;
            let answer = content(HTML, page.html.into_bytes());
            Ok(match &page.policy {
                Some(policy) => answer.with_header(header("content-security-policy", policy)),
                None => answer,
            })
        }
        other => Ok(content(other, bytes)),
    }
}

/// The place of an address: `?place=FR`, `?place=CA-ON`.
fn place(address: &str) -> Option<&str> {
    let (_, place) = address.split_once("?place=")?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    ((2..=6).contains(&place.len()) && place.bytes().all(plain)).then_some(place)
}

/// The file of a path: `/name/name.ext`, with `index.html` for a folder. Nothing is decoded, and no name
/// begins with a dot, so that no path leads out of the folder.
fn file_of(path: &str) -> Option<PathBuf> {
    let plain = |name: &str| {
        let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        !name.is_empty() && !name.starts_with('.') && name.bytes().all(letters)
    };
    let names: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
    let (last, folders) = names.split_last()?;
    let last = if last.is_empty() { "index.html" } else { last };
    let names = || folders.iter().chain([&last]);
    names()
        .all(|name| plain(name))
        .then(|| pages_folder().join(names().collect::<PathBuf>()))
}

const HTML: &str = "text/html; charset=utf-8";

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|ending| ending.to_str()) {
        Some("html") => HTML,
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("gif") => "image/gif",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn not_found() -> Answer {
    content(HTML, include_bytes!("../not-found.html").to_vec()).with_status_code(404)
}
