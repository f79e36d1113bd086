//! The Chrome `DevTools` Protocol, as much of it as a scan needs: commands in JSON over a web socket, one after the
//! other, and the events that come in between.

use super::lost::Lost;
use crate::observe::event::Event;
use anyhow::{Context as _, Result, anyhow, bail};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::ErrorKind;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tungstenite::protocol::WebSocketConfig;
use tungstenite::{Error, Message, WebSocket};

/// A command may take this long: a screenshot of a heavy page takes some seconds.
pub const COMMAND_TIMEOUT: Duration = Duration::from_secs(20);
/// A read from the socket returns after this time if nothing came.
const READ_TIMEOUT: Duration = Duration::from_millis(20);

/// The connection to a browser.
pub struct Connection {
    socket: WebSocket<TcpStream>,
    commands: u64,
    /// Events that came while a response was awaited.
    events: VecDeque<Event>,
}

enum Incoming {
    Response(u64, Result<Value, String>),
    Event(Event),
}

impl Connection {
    /// Connects to the web socket address of a browser.
    pub fn open(url: &str) -> Result<Self> {
        let host = url.trim_start_matches("ws://").split('/').next();
        let stream = TcpStream::connect(host.unwrap_or_default())?;
        stream.set_nodelay(true)?;
        // A screenshot is one message, of any size.
        let config = WebSocketConfig::default()
            .max_message_size(None)
            .max_frame_size(None);
        let (socket, _) = tungstenite::client::client_with_config(url, stream, Some(config))
            .map_err(|error| anyhow!("the browser refuses the connection: {error}"))?;
        socket.get_ref().set_read_timeout(Some(READ_TIMEOUT))?;
        // A browser that reads nothing would hold back a command for ever.
        socket.get_ref().set_write_timeout(Some(COMMAND_TIMEOUT))?;
        Ok(Self {
            socket,
            commands: 0,
            events: VecDeque::new(),
        })
    }

    /// Sends a command to a session, or to the browser itself, without waiting for the response. Returns its id.
    pub fn send(&mut self, session: Option<&str>, method: &str, params: &Value) -> Result<u64> {
        self.commands += 1;
        let mut command = json!({ "id": self.commands, "method": method, "params": params });
        if let Some(session) = session {
            command["sessionId"] = session.into();
        }
        self.socket
            .send(Message::text(command.to_string()))
            .context("the connection to the browser is lost")?;
        Ok(self.commands)
    }

    /// Sends a command, and waits for its response for as long as a command may take. The error is [`Lost`] where a page does
    /// not answer, or crashes while it is asked.
    pub fn call(&mut self, session: Option<&str>, method: &str, params: &Value) -> Result<Value> {
        self.call_within(COMMAND_TIMEOUT, session, method, params)
    }

    /// [`Self::call`] with another limit.
    pub fn call_within(
        &mut self,
        limit: Duration,
        session: Option<&str>,
        method: &str,
        params: &Value,
    ) -> Result<Value> {
        let id = self.send(session, method, params)?;
        let started = Instant::now();
        while started.elapsed() < limit {
            match self.receive()? {
                Some(Incoming::Response(of, response)) if of == id => {
                    return response.map_err(|error| anyhow!("{method}: {error}"));
                }
                Some(Incoming::Event(event)) => {
                    let crashed = session.is_some() && event.is_crash_of(session);
                    self.events.push_back(event);
                    if crashed {
                        bail!(Lost::Crashed);
                    }
                }
                Some(Incoming::Response(..)) | None => {}
            }
        }
        if session.is_some() {
            bail!(Lost::Silent);
        }
        bail!(
            "{method}: the browser did not respond within {} s",
            limit.as_secs()
        )
    }

    /// The next event, if one comes within 20 ms.
    pub fn next_event(&mut self) -> Result<Option<Event>> {
        if let Some(event) = self.events.pop_front() {
            return Ok(Some(event));
        }
        match self.receive()? {
            Some(Incoming::Event(event)) => Ok(Some(event)),
            Some(Incoming::Response(..)) | None => Ok(None),
        }
    }

    fn receive(&mut self) -> Result<Option<Incoming>> {
        match self.socket.read() {
            Ok(Message::Text(text)) => {
                let incoming = parse(serde_json::from_str(&text)?);
                if let Some(Incoming::Event(event)) = &incoming {
                    self.answer_dialog(event)?;
                }
                Ok(incoming)
            }
            Ok(_) => Ok(None),
            Err(Error::Io(error))
                if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) =>
            {
                Ok(None)
            }
            Err(error) => Err(error).context("the connection to the browser is lost"),
        }
    }

    /// Answers a dialog that a page has opened, as soon as it is known: until then the page does not go on, nor does a command that it was
    /// opened by. Dialogs are dismissed; only leaving the page is accepted, since it is the scan that leaves.
    fn answer_dialog(&mut self, event: &Event) -> Result<()> {
        if event.method == "Page.javascriptDialogOpening" {
            let answer = json!({ "accept": event.params["type"] == "beforeunload" });
            let session = event.session.as_deref();
            self.send(session, "Page.handleJavaScriptDialog", &answer)?;
        }
        Ok(())
    }
}

fn parse(mut message: Value) -> Option<Incoming> {
    if let Some(id) = message["id"].as_u64() {
        let response = match message["error"]["message"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(message["result"].take()),
        };
        return Some(Incoming::Response(id, response));
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
    fn responses_errors_and_events_are_told_apart() {
        let answer = parse(json!({ "id": 3, "result": { "a": 1 } }));
        assert!(matches!(answer, Some(Incoming::Response(3, Ok(value))) if value["a"] == 1));
        let error = parse(json!({ "id": 4, "error": { "code": -32000, "message": "No frame" } }));
        assert!(matches!(error, Some(Incoming::Response(4, Err(text))) if text == "No frame"));
        let event = parse(json!({ "method": "A.b", "params": {}, "sessionId": "S" }));
        assert!(
            matches!(event, Some(Incoming::Event(event)) if event.session.as_deref() == Some("S"))
        );
        assert!(parse(json!({})).is_none());
    }
}
