//! A site's own server, which answers what a test tells it to, and writes down what it was asked.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// The whole of an answer, as it goes over the wire.
type Answers = BTreeMap<&'static str, Vec<u8>>;

/// A server on this machine. Its thread ends with the tests.
pub struct Origin {
    pub url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its method, path and query.
    pub line: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Origin {
    /// Serves these answers by path; 404 elsewhere. `//ITSELF` in a header is its own address, without the scheme.
    pub fn start(mut answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        for answer in answers.values_mut() {
            let itself = b"//ITSELF";
            if let Some(at) = answer.windows(itself.len()).position(|text| text == itself) {
                answer.splice(at..at + itself.len(), url.bytes().skip("http:".len()));
            }
        }
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // A client that goes away is none of ours.
                let _ = serve(stream.unwrap(), &answers, &log);
            }
        });
        Self { url, asked }
    }

    /// What it was asked last.
    pub fn last(&self) -> Asked {
        self.asked.lock().unwrap().last().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, answers: &Answers, log: &Mutex<Vec<Asked>>) -> std::io::Result<()> {
    let (line, headers, body) = read(&stream)?;
    let path = line.split(' ').nth(1).unwrap_or_default();
    let path = path.split('?').next().unwrap_or_default().to_owned();
    let (method, _) = line.split_once(' ').unwrap_or_default();
    let is_head = method == "HEAD";
    let line = line.trim_end_matches(" HTTP/1.1").to_owned();
    let accept = headers.get("sec-websocket-key").map(|key| accept_of(key));
    log.lock().unwrap().push(Asked {
        line,
        headers,
        body,
    });
    let missing = b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec();
    let mut answer = answers.get(&*path).unwrap_or(&missing).clone();
    if let Some(accept) = accept {
        let head = format!(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: {accept}\r\n\r\n"
        );
        answer.splice(0..0, head.bytes());
    }
    let head = answer
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap_or(answer.len() - 4)
        + 4;
    stream.write_all(if is_head { &answer[..head] } else { &answer })?;
    if answer.starts_with(b"HTTP/1.1 101") {
        // A socket stays open until the other end has closed it.
        let _ = stream.read(&mut [0; 16]);
    }
    Ok(())
}

/// What proves that a server has understood a WebSocket's key (RFC 6455, section 4.2.2).
fn accept_of(key: &str) -> String {
    use base64::Engine as _;
    use sha1::Digest as _;
    let digest = sha1::Sha1::digest(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    base64::engine::general_purpose::STANDARD.encode(digest)
}

type Request = (String, BTreeMap<String, String>, String);

fn read(stream: &TcpStream) -> std::io::Result<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut headers = BTreeMap::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers
        .get("content-length")
        .map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let body = String::from_utf8(body).unwrap();
    Ok((line.trim_end().to_owned(), headers, body))
}

/// An answer with these headers and this body, and its length.
pub fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head = format!("HTTP/1.1 {status}\r\n{headers}content-length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// The same in chunks, however small.
pub fn chunked(headers: &str, chunks: &[&[u8]]) -> Vec<u8> {
    let mut answer =
        format!("HTTP/1.1 200 OK\r\n{headers}transfer-encoding: chunked\r\n\r\n").into_bytes();
    for chunk in chunks.iter().filter(|chunk| !chunk.is_empty()) {
        answer.extend(format!("{:x}\r\n", chunk.len()).bytes());
        answer.extend_from_slice(chunk);
        answer.extend(b"\r\n");
    }
    answer.extend(b"0\r\n\r\n");
    answer
}

/// What came back: status line, headers as they came, and the body without its framing.
#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Got {
    pub fn header(&self, name: &str) -> String {
        let values = self.headers.iter().filter(|(known, _)| known == name);
        let values: Vec<&str> = values.map(|(_, value)| value.as_str()).collect();
        values.join(" & ")
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Asks a server on this machine by whatever name, with headers as they are given.
pub fn ask(server: &str, host: &str, line: &str, headers: &str, body: &str) -> Got {
    let mut stream = TcpStream::connect(server.trim_start_matches("http://")).unwrap();
    let length = if body.is_empty() {
        String::new()
    } else {
        format!("content-length: {}\r\n", body.len())
    };
    write!(
        stream,
        "{line} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}{length}\r\n{body}"
    )
    .unwrap();
    let mut whole = Vec::new();
    stream.read_to_end(&mut whole).unwrap();
    let head = whole
        .windows(4)
        .position(|four| four == b"\r\n\r\n")
        .unwrap();
    let text = String::from_utf8_lossy(&whole[..head]).into_owned();
    let mut lines = text.lines();
    let status = lines
        .next()
        .unwrap()
        .split(' ')
        .nth(1)
        .unwrap()
        .parse()
        .unwrap();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let mut body = whole[head + 4..].to_vec();
    if headers
        .iter()
        .any(|(name, value)| name == "transfer-encoding" && value == "chunked")
    {
        body = unchunked(&body);
    }
    Got {
        status,
        headers,
        body,
    }
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|two| two == b"\r\n").unwrap();
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..end]).unwrap(), 16).unwrap();
        if size == 0 {
            return body;
        }
        body.extend_from_slice(&rest[end + 2..end + 2 + size]);
        rest = &rest[end + 4 + size..];
    }
}
