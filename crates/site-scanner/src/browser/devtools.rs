//! The Chrome `DevTools` Protocol, as much of it as a scan says: commands in JSON over a web socket, one
//! after the other, and the events that come meanwhile.

use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, Message, WebSocket};

/// The longest that a command may take.
const ANSWER: Duration = Duration::from_secs(30);
/// How often a wait looks whether it has lasted long enough.
const TICK: Duration = Duration::from_millis(20);

/// What the protocol calls a session: one page, frame or worker.
pub type Session = String;

/// Something that happened in the browser.
#[derive(Clone, Debug)]
pub struct Event {
    /// Where; nothing for the browser itself.
    pub session: Option<Session>,
    /// What: `Network.requestWillBeSent`.
    pub method: String,
    /// What belongs to it.
    pub params: Value,
}

/// The line to a browser.
pub struct Connection {
    socket: WebSocket<TcpStream>,
    commands: u64,
    /// What came while an answer was awaited.
    events: VecDeque<Event>,
}

enum Incoming {
    Answer(u64, Result<Value, String>),
    Event(Event),
}

impl Connection {
    /// Opens the line to the address that the browser has written down.
    pub fn open(url: &str) -> Result<Self> {
        let host = url.trim_start_matches("ws://").split('/').next();
        let stream = TcpStream::connect(host.unwrap_or_default())?;
        stream.set_nodelay(true)?;
        // A picture of a page is one message.
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let (socket, _) = tungstenite::client::client_with_config(url, stream, Some(config))
            .map_err(|error| anyhow!("the browser refuses the line: {error}"))?;
        socket.get_ref().set_read_timeout(Some(TICK))?;
        Ok(Self {
            socket,
            commands: 0,
            events: VecDeque::new(),
        })
    }

    /// Says a command to a session, or to the browser itself, without awaiting what comes of it.
    pub fn tell(&mut self, session: Option<&str>, method: &str, params: &Value) -> Result<u64> {
        self.commands += 1;
        let mut command = json!({ "id": self.commands, "method": method, "params": params });
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        self.socket
            .send(Message::text(command.to_string()))
            .context("the browser has gone")?;
        Ok(self.commands)
    }

    /// Says a command, and awaits its answer.
    pub fn call(&mut self, session: Option<&str>, method: &str, params: &Value) -> Result<Value> {
        let id = self.tell(session, method, params)?;
        let started = Instant::now();
        while started.elapsed() < ANSWER {
            match self.receive()? {
                Some(Incoming::Answer(of, answer)) if of == id => {
                    return answer.map_err(|error| anyhow!("{method}: {error}"));
                }
                Some(Incoming::Event(event)) => self.events.push_back(event),
                Some(Incoming::Answer(..)) | None => {}
            }
        }
        bail!("{method}: no answer after {} s", ANSWER.as_secs())
    }

    /// The next event, if there is one within a tick.
    pub fn next_event(&mut self) -> Result<Option<Event>> {
        if let Some(event) = self.events.pop_front() {
            return Ok(Some(event));
        }
        match self.receive()? {
            Some(Incoming::Event(event)) => Ok(Some(event)),
            Some(Incoming::Answer(..)) | None => Ok(None),
        }
    }

    fn receive(&mut self) -> Result<Option<Incoming>> {
        match self.socket.read() {
            Ok(Message::Text(text)) => Ok(read(serde_json::from_str(&text)?)),
            Ok(_) => Ok(None),
            Err(Error::Io(error))
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
            {
                Ok(None)
            }
            Err(error) => Err(error).context("the browser has gone"),
        }
    }
}

fn read(mut message: Value) -> Option<Incoming> {
    if let Some(id) = message["id"].as_u64() {
        let answer = match message["error"]["message"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(message["result"].take()),
        };
        return Some(Incoming::Answer(id, answer));
    }
    Some(Incoming::Event(Event {
        session: message["sessionId"].as_str().map(str::to_owned),
        method: message["method"].as_str()?.to_owned(),
        params: message["params"].take(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_errors_and_events_are_told_apart() {
        let answer = read(json!({ "id": 3, "result": { "a": 1 } }));
        assert!(matches!(answer, Some(Incoming::Answer(3, Ok(value))) if value["a"] == 1));
        let error = read(json!({ "id": 4, "error": { "code": -32000, "message": "No frame" } }));
        assert!(matches!(error, Some(Incoming::Answer(4, Err(text))) if text == "No frame"));
        let event = read(json!({ "method": "A.b", "params": {}, "sessionId": "S" }));
        assert!(
            matches!(event, Some(Incoming::Event(event)) if event.session.as_deref() == Some("S"))
        );
        assert!(read(json!({})).is_none());
    }
}
