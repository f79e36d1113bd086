//! The commands against a server, which in these tests has its files in memory and answers over HTTP.

use super::commands::temoin;
use crate::Verdict;
use crate::tests::sample::{Folder, SITE, Site};
use consent_core::LogOrigin;
use consent_core::api::{ConsentPage, Reads};
use consent_core::entry::ErasureReason;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// How many records are on a page.
const PAGE: usize = 50;

/// A server that answers for a site as it is at the moment.
struct Server {
    url: String,
    site: Arc<Mutex<Answering>>,
}

struct Answering {
    site: Site,
    /// What happens right after the records were asked for.
    then: Option<fn(&mut Site)>,
    /// How many requests are refused because there are too many.
    busy: usize,
}

impl Server {
    fn start(site: Site) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let site = Arc::new(Mutex::new(Answering {
            site,
            then: None,
            busy: 0,
        }));
        let answering = Arc::clone(&site);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let answering = Arc::clone(&answering);
                std::thread::spawn(move || serve(stream, &answering));
            }
        });
        Self { url, site }
    }

    fn verify(&self, folder: &Folder, more: &[&str]) -> anyhow::Result<Verdict> {
        let evidence = folder.arg("evidence");
        let verify = ["verify", &self.url, "--site", SITE, "--evidence", &evidence];
        temoin(&[&verify, more].concat())
    }
}

fn serve(stream: TcpStream, answering: &Mutex<Answering>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    loop {
        let mut head = Vec::new();
        loop {
            let mut line = String::new();
            if reader.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if line == "\r\n" {
                break;
            }
            head.push(line.trim_end().to_owned());
        }
        let path = head[0]
            .split(' ')
            .nth(1)
            .unwrap()
            .trim_start_matches('/')
            .to_owned();
        let token = head
            .iter()
            .any(|line| line == "authorization: Bearer secret");
        let (status, body) = answer(&mut answering.lock().unwrap(), &path, token);
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status}\r\nretry-after: 0\r\ncontent-length: {length}\r\n\r\n");
        // In one piece, or the network waits for more before it sends the rest.
        if stream
            .write_all(&[head.as_bytes(), &body].concat())
            .is_err()
        {
            return;
        }
    }
}

fn answer(answering: &mut Answering, path: &str, token: bool) -> (&'static str, Vec<u8>) {
    if answering.busy > 0 {
        answering.busy -= 1;
        return ("503 Service Unavailable", Vec::new());
    }
    let site = &mut answering.site;
    if path == format!("v1/sites/{SITE}/logs") {
        return ("200 OK", serde_json::to_vec(&site.listing()).unwrap());
    }
    if let Some(query) = path.strip_prefix(&format!("v1/sites/{SITE}/reads")) {
        if !token {
            return ("401 Unauthorized", Vec::new());
        }
        let page = reads(site, query);
        return ("200 OK", serde_json::to_vec(&page).unwrap());
    }
    if let Some(query) = path.strip_prefix(&format!("v1/sites/{SITE}/consents?")) {
        if !token {
            return ("401 Unauthorized", Vec::new());
        }
        let cursor = query
            .split("cursor=")
            .nth(1)
            .map_or(0, |cursor| cursor.parse().unwrap());
        let page = page(site.page(), cursor);
        if let Some(then) = answering.then.take() {
            then(site);
        }
        return ("200 OK", serde_json::to_vec(&page).unwrap());
    }
    match file(&mut site.files().files, path) {
        Some(bytes) => ("200 OK", bytes),
        None => ("404 Not Found", Vec::new()),
    }
}

/// A partial tile is cut from whatever is there by now.
fn file(files: &mut BTreeMap<String, Vec<u8>>, path: &str) -> Option<Vec<u8>> {
    if let Some(bytes) = files.remove(path) {
        return Some(bytes);
    }
    let (full, width) = path.split_once(".p/")?;
    let width: usize = width.parse().ok()?;
    let each = if path.contains("/tile/entries/") {
        60
    } else {
        32
    };
    let begins = |name: &&String| *name == full || name.starts_with(&format!("{full}.p/"));
    let name = files.keys().find(begins)?.clone();
    let mut bytes = files.remove(&name)?;
    (bytes.len() >= width * each).then(|| {
        bytes.truncate(width * each);
        bytes
    })
}

/// As the server does it: newest first, two on a page, each with a number.
fn reads(site: &Site, query: &str) -> Reads {
    let before = query
        .strip_prefix("?before=")
        .map_or(u64::MAX, |before| before.parse().unwrap());
    let all = site.logs.iter().flat_map(|log| &log.reads).cloned();
    let numbered: Vec<_> = (1_u64..).zip(all).collect();
    let mut left: Vec<_> = numbered
        .into_iter()
        .filter(|(number, _)| *number < before)
        .rev()
        .collect();
    let more = left.len() > 2;
    left.truncate(2);
    Reads {
        next: left.last().filter(|_| more).map(|(number, _)| *number),
        reads: left.into_iter().map(|(_, read)| read).collect(),
    }
}

/// As the server does it: each consent has its place in the order of pages, erased or not.
fn page(all: ConsentPage, cursor: u64) -> ConsentPage {
    let place = |log: &LogOrigin, index| u64::from(log.as_str().contains("q4")) * 1_000_000 + index;
    let mut records = all.records;
    records.retain(|told| place(&told.record.log, told.record.index) >= cursor);
    let next = (records.len() > PAGE).then(|| {
        let next = &records[PAGE].record;
        place(&next.log, next.index)
    });
    records.truncate(PAGE);
    let mut erased = all.erased;
    let here = cursor..next.unwrap_or(u64::MAX);
    erased.retain(|told| here.contains(&place(&told.log, told.index)));
    ConsentPage {
        records,
        erased,
        next: next.map(|next| next.to_string()),
    }
}

#[test]
fn a_server_verifies_page_by_page() {
    let (server, folder) = (Server::start(Site::small()), Folder::new());
    assert_eq!(server.verify(&folder, &[]).unwrap(), Verdict::Holds);
    assert_eq!(
        server.verify(&folder, &["--token", "secret"]).unwrap(),
        Verdict::Holds
    );
    let error = server.verify(&folder, &["--token", "wrong"]).unwrap_err();
    assert!(
        error
            .to_string()
            .contains("expected a token with the auditor's role"),
        "{error}"
    );
    server.site.lock().unwrap().site.logs[1].records.remove(&42);
    assert_eq!(
        server.verify(&folder, &["--token", "secret"]).unwrap(),
        Verdict::Fails
    );
}

#[test]
fn a_server_with_too_much_to_do_is_asked_again() {
    let (server, folder) = (Server::start(Site::small()), Folder::new());
    server.site.lock().unwrap().busy = 3;
    assert_eq!(
        server.verify(&folder, &["--token", "secret"]).unwrap(),
        Verdict::Holds
    );
}

#[test]
fn a_record_that_is_erased_while_it_is_asked_for_is_no_gap() {
    let (server, folder) = (Server::start(Site::small()), Folder::new());
    // After the first page: consents still to be told are erased, and new ones are kept.
    server.site.lock().unwrap().then = Some(|site| {
        site.logs[1].consent();
        site.logs[1].erase(280, 281, ErasureReason::Holder);
        (0..300).for_each(|_| site.logs[1].consent());
    });
    assert_eq!(
        server.verify(&folder, &["--token", "secret"]).unwrap(),
        Verdict::Holds
    );
}

#[test]
fn what_is_exported_while_a_record_is_erased_verifies_offline() {
    let (server, folder) = (Server::start(Site::small()), Folder::new());
    server.site.lock().unwrap().then = Some(|site| {
        site.logs[1].erase(3, 3, ErasureReason::Holder);
        site.logs[1].erase(280, 281, ErasureReason::Holder);
        site.logs[1].consent();
    });
    let out = folder.arg("out");
    let export = [
        "export",
        &server.url,
        "--site",
        SITE,
        "--token",
        "secret",
        "--out",
        &out,
    ];
    assert_eq!(temoin(&export).unwrap(), Verdict::Holds);
    assert_eq!(temoin(&["verify", &out]).unwrap(), Verdict::Holds);
}

#[test]
fn a_query_and_a_watch_work_against_a_server() {
    let (server, folder) = (Server::start(Site::small()), Folder::new());
    server.site.lock().unwrap().then = Some(|site| {
        site.logs[1].erase(280, 281, ErasureReason::Holder);
    });
    let query = [
        "query",
        &server.url,
        "--site",
        SITE,
        "--token",
        "secret",
        "--json",
    ];
    assert_eq!(temoin(&query).unwrap(), Verdict::Holds);
    let state = folder.arg("state.json");
    let watch = [
        "watch",
        &server.url,
        "--site",
        SITE,
        "--state",
        &state,
        "--once",
    ];
    assert_eq!(temoin(&watch).unwrap(), Verdict::Holds);
    server.site.lock().unwrap().site.logs[1].consent();
    assert_eq!(temoin(&watch).unwrap(), Verdict::Holds);
    let log = format!("{}/log/temoin.example/relais/2026q4/0", server.url);
    assert_eq!(temoin(&["verify", &log]).unwrap(), Verdict::Holds);
}

/// What a server that lies changes.
type Tamper = fn(&mut Site);

fn with_reads() -> Site {
    let mut site = Site::small();
    site.logs[0].read("from=2026-09-01");
    for query in [
        "",
        "status=refused",
        "subject=00000000000000000000000000000001",
    ] {
        site.logs[1].read(query);
        site.logs[1].consent();
    }
    site
}

fn reads_hold(site: Site) -> bool {
    let (server, folder) = (Server::start(site), Folder::new());
    let evidence = folder.arg("evidence");
    let command = [
        "reads",
        &server.url,
        "--site",
        SITE,
        "--evidence",
        &evidence,
    ];
    let with_token = [&command[..], &["--token", "secret"]].concat();
    temoin(&with_token).unwrap() == Verdict::Holds
}

#[test]
fn the_reads_that_a_server_tells_of_are_those_of_the_logs() {
    assert!(reads_hold(Site::small()));
    assert!(reads_hold(with_reads()));
    let tampers: [(&str, Tamper); 6] = [
        ("one is not told of", |site| {
            site.logs[1].reads.remove(1);
        }),
        ("one was never entered", |site| {
            let mut read = site.logs[1].reads[0].clone();
            read.index = 0;
            site.logs[1].reads.push(read);
        }),
        ("one is told twice", |site| {
            let read = site.logs[1].reads[0].clone();
            site.logs[1].reads.push(read);
        }),
        ("another query is told", |site| {
            let read = &mut site.logs[1].reads[1];
            read.disclosed.as_mut().unwrap().read.query.clear();
        }),
        ("another reader is told", |site| {
            let read = &mut site.logs[1].reads[1];
            let other = "nobody".parse().unwrap();
            read.disclosed.as_mut().unwrap().read.grants = vec![other];
        }),
        ("its content is gone, and nothing says why", |site| {
            site.logs[1].reads[1].disclosed = None;
        }),
    ];
    for (what, tamper) in tampers {
        let mut site = with_reads();
        tamper(&mut site);
        assert!(!reads_hold(site), "{what}");
    }
    // The log says that it was erased.
    let mut site = with_reads();
    let index = site.logs[1].reads[1].index;
    site.logs[1].reads[1].disclosed = None;
    site.logs[1].erase(0, index, ErasureReason::Retention);
    assert!(reads_hold(site));
}
