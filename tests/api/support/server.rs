//! A server of the test's own, and a client of its API.

use super::answer::Answer;
use super::contract::{Exchange, assert_documented};
use super::site::{ORIGIN, SITE};
use super::visitor::{report, secret};
use consent_core::{ConsentReceipt, Notice, ReceiptId};
use local_server::{LocalServer, Tokens};
use serde_json::Value;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use ureq::RequestBuilder;
use ureq::typestate::{WithBody, WithoutBody};

/// A server with data of its own, which go with this value.
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

impl Api {
    /// A server on which nothing is published.
    pub fn empty() -> Self {
        Self::start(scratch_folder())
    }

    /// A server that begins with the data in a folder, and removes it at its end.
    pub fn start(state: PathBuf) -> Self {
        let server = LocalServer::start(0, &state, Tokens::random().unwrap()).unwrap();
        Self { server, state }
    }

    /// Kills the server and starts it again, with the same data.
    pub fn crash(&mut self) {
        self.server.kill().unwrap();
        self.server.restart().unwrap();
    }

    /// The owner's token, as an `Authorization` header has it.
    pub fn owner(&self) -> String {
        format!("Bearer {}", self.server.tokens().owner)
    }

    /// The auditor's token, as an `Authorization` header has it.
    pub fn auditor(&self) -> String {
        format!("Bearer {}", self.server.tokens().auditor)
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }

    /// What an owner posts.
    #[track_caller]
    pub fn post_as_owner(&self, path: &str, body: &Value) -> Answer {
        let body = body.to_string();
        self.post(path, &[("authorization", &self.owner())], body.as_bytes())
    }

    /// What an owner gets.
    #[track_caller]
    pub fn get_as_owner(&self, path: &str) -> Value {
        let answer = self.get(path, &[("authorization", &self.owner())]);
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()
    }

    #[track_caller]
    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        documented(
            "GET",
            path,
            headers,
            ask(ureq::get(self.url(path)), headers),
        )
    }

    #[track_caller]
    pub fn head(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        documented(
            "HEAD",
            path,
            headers,
            ask(ureq::head(self.url(path)), headers),
        )
    }

    #[track_caller]
    pub fn delete(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        documented(
            "DELETE",
            path,
            headers,
            ask(ureq::delete(self.url(path)), headers),
        )
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
        assert_documented(&Exchange {
            method: "GET",
            path,
            status: response.status().as_u16(),
            headers: response.headers(),
            body: &bytes,
        });
        (
            response.status().as_u16(),
            response.headers().clone(),
            bytes,
        )
    }

    #[track_caller]
    pub fn put(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        documented(
            "PUT",
            path,
            headers,
            send(ureq::put(self.url(path)), headers, body),
        )
    }

    #[track_caller]
    pub fn patch(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        documented(
            "PATCH",
            path,
            headers,
            send(ureq::patch(self.url(path)), headers, body),
        )
    }

    #[track_caller]
    pub fn post(&self, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        documented(
            "POST",
            path,
            headers,
            send(ureq::post(self.url(path)), headers, body),
        )
    }

    /// An answer to whatever method, without a body.
    pub fn raw(&self, method: &str, path: &str) -> Answer {
        let request = ureq::http::Request::builder()
            .method(method)
            .uri(self.url(path));
        let request = request.body(()).unwrap();
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true);
        let agent: ureq::Agent = agent.build().into();
        documented(method, path, &[], agent.run(request).unwrap().into())
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
        let answer = Answer {
            status: status.parse().unwrap(),
            headers: headers.collect::<ureq::http::HeaderMap>(),
            text: text.to_owned(),
        };
        let (method, path) = request.split_once(' ').unwrap();
        documented(method, path, &[], answer)
    }

    pub fn publish(&self, site: &str, config: &Value) -> Answer {
        self.put(
            &format!("/v1/sites/{site}"),
            &[("authorization", &self.owner())],
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

    /// Sends the reports of many visitors, some at a time, where their order does not matter.
    pub fn report_many(&self, notice: &str, visitors: Range<u32>, method: &str) {
        let next = AtomicU32::new(visitors.start);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    loop {
                        let nth = next.fetch_add(1, Ordering::Relaxed);
                        if nth >= visitors.end {
                            break;
                        }
                        let answer = self.report(&report(notice, nth, method));
                        assert_eq!(answer.status, 201, "{}", answer.text);
                    }
                });
            }
        });
    }

    /// Queries with the auditor's token.
    pub fn query(&self, parameters: &str) -> Answer {
        let path = format!("/v1/sites/{SITE}/consents{parameters}");
        self.get(&path, &[("authorization", &self.auditor())])
    }

    /// A receipt as it is now, for the visitor who made this report.
    pub fn receipt(&self, id: &ReceiptId, holder: &Value) -> Answer {
        let path = format!("/v1/receipts/{id}");
        self.get(&path, &[("authorization", &secret(holder))])
    }

    /// Whether a receipt says, to its holder, that the anchor has its checkpoint.
    pub fn is_anchored(&self, receipt: &ConsentReceipt, holder: &Value) -> bool {
        let answer = self.receipt(&receipt.id, holder);
        answer.json()["evidence"]["anchor_proof"].is_string()
    }

    /// All records, as the auditor sees them.
    pub fn records(&self) -> Vec<Value> {
        self.query("?limit=1000").json()["records"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// The database files of a kind of object, by the folder that they are in.
    pub fn databases(&self, folder: &str) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.state.join(folder)).unwrap();
        let files = files.map(|entry| entry.unwrap().path());
        // The runtime's own file, with the alarms, has another kind of name.
        let named = |file: &PathBuf| {
            let name = file.file_stem().unwrap().to_str().unwrap();
            file.extension().is_some_and(|ending| ending == "sqlite") && name.len() == 64
        };
        files.filter(named).collect()
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

/// A folder for the data of one server.
pub fn scratch_folder() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let nth = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("target/temoin/api-{}-{nth}", std::process::id());
    local_server::root().join(name)
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

/// Holds an answer against the description of the API. What is asked of another host is no question to the API.
#[track_caller]
fn documented(method: &str, path: &str, headers: &[(&str, &str)], answer: Answer) -> Answer {
    if !headers
        .iter()
        .any(|(name, _)| name.eq_ignore_ascii_case("host"))
    {
        assert_documented(&Exchange {
            method,
            path,
            status: answer.status,
            headers: &answer.headers,
            body: answer.text.as_bytes(),
        });
    }
    answer
}

fn ask(request: RequestBuilder<WithoutBody>, headers: &[(&str, &str)]) -> Answer {
    let config = request.config().http_status_as_error(false);
    let mut request = config.max_redirects(0).build();
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.call().unwrap().into()
}

fn send(request: RequestBuilder<WithBody>, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let config = request.config().http_status_as_error(false);
    let mut request = config.max_redirects(0).build();
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send(body).unwrap().into()
}
