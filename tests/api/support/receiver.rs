//! A program that is told what happens: it receives webhooks, and answers as a test says.

use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use ureq::http::HeaderMap;

/// What is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reply {
    /// This status.
    Status(u16),
    /// A redirect to the same address, with something after it.
    Redirect,
    /// Nothing, with the connection left open.
    Nothing,
}

/// A request that came.
#[derive(Clone, Debug)]
pub struct Received {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Received {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap().to_str().unwrap()
    }

    pub fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }

    /// Asserts that the reference library takes it, under this secret.
    #[track_caller]
    pub fn assert_signed(&self, secret: &str) {
        let reference = standardwebhooks::Webhook::new(secret).unwrap();
        let verified = reference.verify(self.body.as_bytes(), &self.headers);
        assert!(verified.is_ok(), "{verified:?} {self:?}");
    }

    /// The signatures that it has of these secrets, whatever the time is: for a server whose clock was moved.
    pub fn signatures_of(&self, secrets: &[&str]) -> String {
        let seconds = self.header("webhook-timestamp").parse().unwrap();
        let sign = |secret: &&str| {
            let reference = standardwebhooks::Webhook::new(secret).unwrap();
            let id = self.header("webhook-id");
            reference.sign(id, seconds, self.body.as_bytes()).unwrap()
        };
        secrets.iter().map(sign).collect::<Vec<_>>().join(" ")
    }
}

/// The program. It goes with the test's process.
pub struct Receiver {
    address: String,
    state: Arc<Mutex<State>>,
}

struct State {
    reply: Reply,
    received: Vec<Received>,
    /// Connections on which nothing is answered.
    silent: Vec<TcpStream>,
}

impl Receiver {
    /// One that answers 204.
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State {
            reply: Reply::Status(204),
            received: Vec::new(),
            silent: Vec::new(),
        }));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&shared);
                std::thread::spawn(move || answer(stream, &shared));
            }
        });
        Self { address, state }
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("{}/temoin?key=1", self.address)
    }

    /// What it answers from now on.
    pub fn reply(&self, reply: Reply) {
        self.state.lock().unwrap().reply = reply;
    }

    /// What came so far.
    pub fn received(&self) -> Vec<Received> {
        self.state.lock().unwrap().received.clone()
    }

    /// What came of one kind.
    pub fn of_kind(&self, kind: &str) -> Vec<Received> {
        let received = self.received().into_iter();
        received.filter(|one| one.kind() == kind).collect()
    }
}

fn answer(stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    // A connection that is opened and not used.
    if reader.read_line(&mut line).unwrap_or_default() == 0 {
        return;
    }
    let path = line.split(' ').nth(1).unwrap().to_owned();
    let mut headers = HeaderMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(
            ureq::http::HeaderName::try_from(name.to_ascii_lowercase()).unwrap(),
            value.parse().unwrap(),
        );
    }
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.to_str().unwrap().parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let mut stream = reader.into_inner();
    let reply = {
        let mut state = state.lock().unwrap();
        state.received.push(Received {
            path: path.clone(),
            headers,
            body: String::from_utf8(body).unwrap(),
        });
        state.reply
    };
    let head = match reply {
        Reply::Status(status) => format!("HTTP/1.1 {status} Said"),
        Reply::Redirect => format!("HTTP/1.1 307 Elsewhere\r\nlocation: {path}&followed=1"),
        Reply::Nothing => {
            state.lock().unwrap().silent.push(stream);
            return;
        }
    };
    // A server that was killed reads no answer.
    let _ = write!(
        stream,
        "{head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
}
