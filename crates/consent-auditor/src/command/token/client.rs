//! Asks a server's API with a token, and says in words why it refuses.

use anyhow::{Context as _, Result, bail};
use consent_core::api::Problem;
use serde::Serialize;
use std::fmt::Write as _;
use std::time::Duration;
use ureq::http::Response;
use ureq::{Agent, Body};

/// One request may take this long.
const TIMEOUT: Duration = Duration::from_secs(30);

/// A server, and a token for it.
pub struct Client {
    agent: Agent,
    base: String,
    authorization: String,
}

impl Client {
    /// A server at `base`.
    pub fn new(base: &str, token: &str) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .user_agent(concat!("temoin/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.into(),
            base: base.trim_end_matches('/').to_owned(),
            authorization: format!("Bearer {token}"),
        }
    }

    /// What is at an address.
    pub fn get(&self, path: &str) -> Result<String> {
        let url = self.url(path);
        let request = self.agent.get(&url);
        let sent = request.header("authorization", &self.authorization).call();
        answer(&url, sent)
    }

    /// The answer to a body.
    pub fn post(&self, path: &str, body: &impl Serialize) -> Result<String> {
        let url = self.url(path);
        let request = self.agent.post(&url);
        let request = request.header("authorization", &self.authorization);
        answer(&url, request.send_json(body))
    }

    /// Removes what is at an address.
    pub fn delete(&self, path: &str) -> Result<String> {
        let url = self.url(path);
        let request = self.agent.delete(&url);
        let sent = request.header("authorization", &self.authorization).call();
        answer(&url, sent)
    }

    fn url(&self, path: &str) -> String {
        format!("{}/{path}", self.base)
    }
}

fn answer(url: &str, sent: Result<Response<Body>, ureq::Error>) -> Result<String> {
    let mut response = sent.with_context(|| format!("{url} cannot be reached"))?;
    let text = response
        .body_mut()
        .read_to_string()
        .with_context(|| format!("{url} cannot be read"))?;
    if response.status().is_success() {
        return Ok(text);
    }
    let Ok(problem) = serde_json::from_str::<Problem>(&text) else {
        let text: String = text.chars().take(300).collect();
        bail!("{url}: the server answered {} {text}", response.status());
    };
    let mut why = problem.detail;
    for error in &problem.errors {
        write!(why, "\n  {}: {}", error.field, error.message)?;
    }
    bail!("{}: {why}", problem.title)
}
