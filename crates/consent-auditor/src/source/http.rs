//! A server.

use super::Source;
use anyhow::{Context as _, Result, bail};
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Response, StatusCode};

/// The largest body that is read: a bundle of the longest entries, and room.
const LARGEST_BODY: u64 = 64 << 20;
/// The longest that one request may take.
const TIMEOUT: Duration = Duration::from_mins(1);
/// How often a server is asked that has too much to do.
const TRIES: u32 = 6;
/// The longest that is waited because the server asks for it.
const LONGEST_WAIT: u64 = 30;

/// A server, or a log's address on one.
pub struct Http {
    agent: Agent,
    base: String,
    token: Option<String>,
}

impl Http {
    /// Paths are below `base`. The token goes along only with what needs one.
    pub fn new(base: &str, token: Option<String>) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .max_idle_connections_per_host(16)
            .user_agent(concat!("temoin/", env!("CARGO_PKG_VERSION")))
            .build();
        Self {
            agent: config.into(),
            base: base.trim_end_matches('/').to_owned(),
            token,
        }
    }

    fn ask(&self, path: &str) -> Result<Response<ureq::Body>> {
        let url = self.show(path);
        let mut wait = 1;
        for tried in 1.. {
            let mut request = self.agent.get(&url);
            if let Some(token) = self.token.as_deref().filter(|_| needs_token(path)) {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            let response = request
                .call()
                .with_context(|| format!("{url} cannot be reached"))?;
            let busy = matches!(
                response.status(),
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
            );
            if !busy || tried == TRIES {
                return Ok(response);
            }
            let asked = response.headers().get("retry-after");
            let asked = asked.and_then(|value| value.to_str().ok()?.parse().ok());
            std::thread::sleep(Duration::from_secs(asked.unwrap_or(wait).min(LONGEST_WAIT)));
            wait *= 2;
        }
        bail!("{url} has too much to do");
    }
}

/// Reads what is at an address that is open to everyone; nothing where nothing is there.
pub fn fetch(url: &str) -> Result<Option<Vec<u8>>> {
    Http::new(url, None).get("")
}

/// Proofs are open to everyone; the records are not.
fn needs_token(path: &str) -> bool {
    path.starts_with("v1/sites/") && path.contains("/consents")
}

impl Source for Http {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let mut response = self.ask(path)?;
        let status = response.status();
        let url = self.show(path);
        let body = response.body_mut().with_config().limit(LARGEST_BODY);
        let body = body
            .read_to_vec()
            .with_context(|| format!("{url} cannot be read"))?;
        match status {
            StatusCode::OK => Ok(Some(body)),
            StatusCode::NOT_FOUND | StatusCode::GONE => Ok(None),
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => bail!(
                "{url}: expected a token with the auditor's role for this site (--token or \
                 TEMOIN_TOKEN); the server answered {status}"
            ),
            _ => {
                let text = String::from_utf8_lossy(&body[..body.len().min(300)]);
                bail!("{url}: expected 200; the server answered {status} {text}")
            }
        }
    }

    fn show(&self, path: &str) -> String {
        if path.is_empty() {
            self.base.clone()
        } else {
            format!("{}/{path}", self.base)
        }
    }

    fn lanes(&self) -> usize {
        8
    }

    fn is_live(&self) -> bool {
        true
    }
}
