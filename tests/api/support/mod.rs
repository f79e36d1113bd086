//! A client of the API, and the server it talks to.

use consent_core::{Notice, Timestamp};
use local_server::{LocalServer, Tokens};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use ureq::RequestBuilder;
use ureq::http::Response;
use ureq::typestate::{WithBody, WithoutBody};

/// The origin that the test site publishes.
pub const ORIGIN: &str = "http://localhost:8788";

/// Origins that it does not.
pub const FOREIGN_ORIGINS: [&str; 3] = [
    "https://evil.example",
    "null",
    "http://localhost:8788.evil.example",
];

/// The site that most tests use.
pub const SITE: &str = "relais";

/// What several routes refuse with: status, stable name, detail.
pub type Refusal = (u16, &'static str, &'static str);

pub const UNKNOWN_SITE: Refusal = (
    404,
    "unknown-site",
    "no site of that name is published here",
);
pub const UNKNOWN_NOTICE: Refusal = (
    404,
    "unknown-notice",
    "no notice with that hash was published here",
);
pub const UNKNOWN_RECEIPT: Refusal = (
    404,
    "unknown-receipt",
    "no receipt of that name was given here",
);
pub const NOT_THE_HOLDER: Refusal = (
    403,
    "not-the-holder",
    "the secret is not that of the visitor who holds this receipt",
);
pub const ERASED: Refusal = (
    410,
    "erased",
    "the proof was erased; only its entry in the log is left, which says nothing of anyone",
);

pub struct Api {
    pub server: LocalServer,
    /// The folder of its data.
    pub state: PathBuf,
}

/// How a body says where it ends.
#[derive(Clone, Copy)]
pub enum Framing {
    /// It states its length first.
    Length,
    /// It does not: the server finds out.
    Chunked,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts a whole problem: status, media type, stable name, detail.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, name: &str, detail: &str) {
        let problem = self.json();
        assert_eq!(
            (self.status, self.header("content-type")),
            (status, "application/problem+json"),
            "{problem}"
        );
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(
            problem["type"],
            format!("urn:temoin:problem:{name}"),
            "{problem}"
        );
        assert_eq!(problem["detail"], detail, "{problem}");
    }

    /// Asserts a whole problem that several routes answer.
    #[track_caller]
    pub fn assert_refused(&self, (status, name, detail): Refusal) {
        self.assert_problem(status, name, detail);
    }

    /// Asserts that a page was refused for its origin, and cannot read why.
    #[track_caller]
    pub fn assert_wrong_origin(&self, origin: &str) {
        self.assert_problem(
            403,
            "wrong-origin",
            &format!(
                "only pages of the origins that the site publishes are answered; this one is of {origin}"
            ),
        );
        assert_eq!(self.header("access-control-allow-origin"), "");
    }

    /// Asserts an input that is wrong in these fields, and no others.
    #[track_caller]
    pub fn assert_contradiction(&self, errors: &[(&str, &str)]) {
        let detail = format!("{} field(s) are wrong; see `errors`", errors.len());
        self.assert_problem(422, "contradiction", &detail);
        assert_eq!(self.json()["errors"], fields(errors));
    }
}

/// Remarks on fields, as the API writes them.
pub fn fields(remarks: &[(&str, &str)]) -> Value {
    remarks
        .iter()
        .map(|(field, message)| json!({ "field": field, "message": message }))
        .collect()
}

impl From<Response<ureq::Body>> for Answer {
    fn from(mut response: Response<ureq::Body>) -> Self {
        Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: response.body_mut().read_to_string().unwrap(),
        }
    }
}

impl Api {
    /// An empty server.
    pub fn empty() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "target/temoin/api-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let state = local_server::root().join(name);
        let server = LocalServer::start(0, &state, Tokens::random().unwrap()).unwrap();
        Self { server, state }
    }

    /// A server with one site, and the hash of its notice.
    pub fn with_site() -> (Self, String) {
        let api = Self::empty();
        let answer = api.publish(SITE, &config());
        assert_eq!(answer.status, 201, "{}", answer.text);
        let notice = answer.json()["notice"].as_str().unwrap().to_owned();
        (api, notice)
    }

    /// A server with one site and one visitor, who has accepted everything: the report, and its
    /// receipt.
    pub fn with_choice() -> (Self, Value, Value) {
        let (api, notice) = Self::with_site();
        let report = report(&notice, 1, "accept_all");
        let answer = api.report(&report);
        assert_eq!(answer.status, 201, "{}", answer.text);
        (api, report, answer.json())
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        ask(ureq::get(self.url(path)), headers)
    }

    pub fn head(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        ask(ureq::head(self.url(path)), headers)
    }

    pub fn delete(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        ask(ureq::delete(self.url(path)), headers)
    }

    pub fn options(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        ask(ureq::options(self.url(path)), headers)
    }

    /// An answer that may not be text: status, headers, bytes as sent.
    pub fn get_whole(&self, path: &str, coding: &str) -> (u16, ureq::http::HeaderMap, Vec<u8>) {
        let request = ureq::get(self.url(path))
            .config()
            .http_status_as_error(false)
            .build();
        let mut response = request.header("accept-encoding", coding).call().unwrap();
        let bytes = response.body_mut().read_to_vec().unwrap();
        (
            response.status().as_u16(),
            response.headers().clone(),
            bytes,
        )
    }

    pub fn put(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        send(ureq::put(self.url(path)), headers, body)
    }

    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        send(ureq::post(self.url(path)), headers, body)
    }

    /// Sends 10 MB and reads the answer as it comes: the server refuses before the end and closes,
    /// which most clients report as a broken connection.
    pub fn send_ten_megabytes(
        &self,
        request: &str,
        header: (&str, &str),
        framing: Framing,
    ) -> Answer {
        use std::io::{Read as _, Write as _};
        const LENGTH: usize = 10_000_000;
        let address = self.server.url().replace("http://", "");
        let mut stream = std::net::TcpStream::connect(&address).unwrap();
        let (name, value) = header;
        let framing = match framing {
            Framing::Length => format!("content-length: {LENGTH}\r\n\r\n"),
            Framing::Chunked => format!("transfer-encoding: chunked\r\n\r\n{LENGTH:x}\r\n"),
        };
        write!(
            stream,
            "{request} HTTP/1.1\r\nhost: {address}\r\n{name}: {value}\r\n{framing}"
        )
        .unwrap();
        let mut writer = stream.try_clone().unwrap();
        let writing = std::thread::spawn(move || writer.write_all(&vec![b' '; LENGTH]));
        let mut answer = Vec::new();
        let mut chunk = [0; 4096];
        while let Ok(read @ 1..) = stream.read(&mut chunk) {
            answer.extend_from_slice(&chunk[..read]);
        }
        drop(stream);
        let _ = writing.join().unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, text) = answer.split_once("\r\n\r\n").unwrap();
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        Answer {
            status: status.parse().unwrap(),
            headers: headers.collect::<ureq::http::HeaderMap>(),
            text: text.to_owned(),
        }
    }

    pub fn publish(&self, site: &str, config: &Value) -> Answer {
        let bearer = format!("Bearer {}", self.server.tokens().owner);
        self.put(
            &format!("/v1/sites/{site}"),
            &[("authorization", &bearer)],
            config.to_string().as_bytes(),
        )
    }

    /// What publishing would answer.
    pub fn dry_run(&self, site: &str, config: &Value) -> Answer {
        self.publish(&format!("{site}?dry_run"), config)
    }

    /// A notice that was published.
    pub fn notice(&self, hash: &str) -> Notice {
        let answer = self.get(&format!("/v1/notices/{hash}"), &[]);
        serde_json::from_str(&answer.text).unwrap()
    }

    /// Reports as a page of the site's own origin does.
    pub fn report(&self, report: &Value) -> Answer {
        self.post(
            &format!("/v1/sites/{SITE}/consents"),
            &[
                ("origin", ORIGIN),
                ("content-type", "text/plain;charset=UTF-8"),
            ],
            report.to_string().as_bytes(),
        )
    }

    /// Queries with the auditor's token.
    pub fn query(&self, parameters: &str) -> Answer {
        let bearer = format!("Bearer {}", self.server.tokens().auditor);
        let path = format!("/v1/sites/{SITE}/consents{parameters}");
        self.get(&path, &[("authorization", &bearer)])
    }

    /// All records, as the auditor sees them.
    pub fn records(&self) -> Vec<Value> {
        self.query("?limit=1000").json()["records"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// How many files its data is in.
    pub fn files(&self) -> usize {
        count(&self.state)
    }
}

impl Drop for Api {
    fn drop(&mut self) {
        let _ = self.server.kill();
        let _ = std::fs::remove_dir_all(&self.state);
    }
}

fn count(folder: &Path) -> usize {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            if path.is_dir() { count(&path) } else { 1 }
        })
        .sum()
}

fn ask(request: RequestBuilder<WithoutBody>, headers: &[(&str, &str)]) -> Answer {
    let mut request = request.config().http_status_as_error(false).build();
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.call().unwrap().into()
}

fn send(request: RequestBuilder<WithBody>, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut request = request.config().http_status_as_error(false).build();
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send(body).unwrap().into()
}

/// A configuration that passes the lint.
pub fn config() -> Value {
    json!({
        "name": "Le Relais",
        "origins": [ORIGIN],
        "jurisdiction": "CA-QC",
        "languages": ["fr-CA", "en"],
        "controller": {
            "name": "Le Relais",
            "person_in_charge": "Camille Roy",
            "contact": "vie-privee@relais.example"
        },
        "policy": { "version": "2024-05-02", "url": "/confidentialite" },
        "purposes": ["preferences", "statistics", "marketing"],
        "services": [{
            "id": "mesure",
            "name": "Mesure",
            "purpose": "statistics",
            "recipient": "Mesure inc.",
            "country": "CA",
            "description": { "fr-CA": "Compte les visites.", "en": "Counts visits." },
            "cookies": [{ "name": "_m", "lifetime": "P13M" }]
        }]
    })
}

/// The report of a visitor who answers with this method; `nth` makes it this visitor's and no
/// other's.
pub fn report(notice: &str, nth: u32, method: &str) -> Value {
    let granted: &[&str] = match method {
        "accept_all" => &["preferences", "statistics", "marketing"],
        "save" => &["statistics"],
        _ => &[],
    };
    let answer = |purpose: &str| {
        if granted.contains(&purpose) {
            "granted"
        } else {
            "denied"
        }
    };
    json!({
        "id": format!("{nth:032x}"),
        "consent_id": format!("{:032x}", u64::from(nth) + 0xc0_0000),
        "notice": notice,
        "language": "fr-CA",
        "decision": {
            "necessary": "granted",
            "preferences": answer("preferences"),
            "statistics": answer("statistics"),
            "marketing": answer("marketing"),
        },
        "method": method,
        "layer": if method == "save" || method == "withdraw" { "dialog" } else { "banner" },
        "trusted": true,
        "gpc": false
    })
}

/// The secret of the visitor who made this report, as an `Authorization` header has it.
pub fn secret(report: &Value) -> String {
    format!("Bearer {}", report["consent_id"].as_str().unwrap())
}

/// The time, by this machine's clock.
pub fn now() -> Timestamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    Timestamp::from_millis(since.as_millis().try_into().unwrap()).unwrap()
}

/// What the build consists of.
pub fn manifest() -> Value {
    let text = std::fs::read(local_server::assets().join("manifest.json")).unwrap();
    serde_json::from_slice(&text).unwrap()
}
