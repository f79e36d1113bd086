//! A witness that a test answers for.

use super::wait_for;
use consent_log::{SignerKey, VerifierKey};
use local_server::Witness;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

/// A witness of the test's own, which answers when the test says so.
pub struct SlowWitness {
    listener: TcpListener,
    key: SignerKey,
}

impl SlowWitness {
    pub fn start() -> Self {
        Self::named("witness.example/slow")
    }

    pub fn named(name: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let key = SignerKey::cosigner(name, &[9; 32]).unwrap();
        Self { listener, key }
    }

    pub fn key(&self) -> VerifierKey {
        self.key.verifier()
    }

    pub fn witness(&self) -> Witness {
        Witness {
            url: format!("http://{}", self.listener.local_addr().unwrap()),
            key: self.key().to_string(),
        }
    }

    /// What it is asked next, and who waits for the answer.
    pub fn asked(&self) -> (String, TcpStream) {
        let mut stream = None;
        wait_for("the witness is asked", || {
            stream = self.listener.accept().ok();
            stream.is_some()
        });
        let (stream, _) = stream.unwrap();
        stream.set_nonblocking(false).unwrap();
        let mut reader = BufReader::new(stream);
        let mut length = 0;
        let mut line = String::new();
        while reader.read_line(&mut line).unwrap() > 2 {
            let lower = line.to_ascii_lowercase();
            if let Some(value) = lower.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        (String::from_utf8(body).unwrap(), reader.into_inner())
    }

    /// Cosigns what it was asked to, as seen at that second.
    pub fn cosign(&self, asked: &str, mut stream: TcpStream) {
        let (_, checkpoint) = asked.split_once("\n\n").unwrap();
        let (text, _) = checkpoint.split_once("\n\n").unwrap();
        let signature = self.key.cosign(&format!("{text}\n"), 1_800_000_000);
        let body = format!("{signature}\n");
        let length = body.len();
        write!(
            stream,
            "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
        )
        .unwrap();
    }
}
