//! A server, over HTTP.

use super::Source;
use anyhow::{Context as _, Result, bail};
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Response, StatusCode};

/// The largest body that is read, in bytes: a bundle of the longest entries (16 MiB), and room.
const MAX_BODY: u64 = 64 << 20;
/// One request may take this long.
const TIMEOUT: Duration = Duration::from_mins(1);
/// A request is sent this often before a busy server (429, 503) is given up.
const MAX_ATTEMPTS: u32 = 6;
/// The longest wait between two attempts, in seconds, whatever `Retry-After` says.
const MAX_WAIT: u64 = 30;

/// A server, or a log's address on one.
pub struct Http {
    agent: Agent,
    base: String,
    token: Option<String>,
}

impl Http {
    /// A server at `base`. The token is sent only with the requests that need it.
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

    fn request(&self, path: &str) -> Result<Response<ureq::Body>> {
        let url = self.location(path);
        let mut wait = 1;
        for attempt in 1.. {
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
            if !busy || attempt == MAX_ATTEMPTS {
                return Ok(response);
            }
            let retry_after = response.headers().get("retry-after");
            let retry_after = retry_after.and_then(|value| value.to_str().ok()?.parse().ok());
            std::thread::sleep(Duration::from_secs(
                retry_after.unwrap_or(wait).min(MAX_WAIT),
            ));
            wait *= 2;
        }
        bail!("{url}: the server is busy; try again later");
    }
}

/// Reads what is at an address that needs no token; nothing if nothing is there.
pub fn fetch(url: &str) -> Result<Option<Vec<u8>>> {
    Http::new(url, None).get("")
}

/// Whether a request needs a token: those for records, for who read them and for who published do, proofs are public.
fn needs_token(path: &str) -> bool {
    let private = ["/consents", "/reads", "/events"];
    path.starts_with("v1/sites/") && private.iter().any(|part| path.contains(part))
}

impl Source for Http {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let mut response = self.request(path)?;
        let status = response.status();
        let url = self.location(path);
        let body = response.body_mut().with_config().limit(MAX_BODY);
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

    fn location(&self, path: &str) -> String {
        if path.is_empty() {
            self.base.clone()
        } else {
            format!("{}/{path}", self.base)
        }
    }

    fn parallel_reads(&self) -> usize {
        8
    }

    fn is_live(&self) -> bool {
        true
    }
}
