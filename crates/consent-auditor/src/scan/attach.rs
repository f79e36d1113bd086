//! A scan as evidence: the hash of its report becomes an entry of the site's log.

use anyhow::{Context as _, Result, bail};
use consent_core::SiteId;
use consent_core::calendar::Timestamp;
use serde::Serialize;
use std::time::Duration;

/// The longest that the server may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// What the server is told: nothing of the report but its hash and its size in findings.
#[derive(Debug, Serialize)]
pub struct Evidence {
    /// What kind of proof it is.
    pub kind: &'static str,
    /// SHA-256 of `report.json`, in hexadecimal.
    pub sha256: String,
    /// When the scan was made.
    pub made_at: Timestamp,
    /// What made it.
    pub tool: String,
    /// In short.
    pub summary: Summary,
}

/// A report in two numbers.
#[derive(Debug, Serialize)]
pub struct Summary {
    /// How many pages were visited.
    pub pages: usize,
    /// How many findings break a rule.
    pub violations: usize,
}

impl Evidence {
    /// Adds it to a site's log, with a token of the owner's role. What the server answers.
    pub fn attach(&self, server: &str, site: &SiteId, token: &str) -> Result<serde_json::Value> {
        let url = format!("{}/v1/sites/{site}/evidence", server.trim_end_matches('/'));
        let mut answer = ureq::post(&url)
            .config()
            .timeout_global(Some(TIMEOUT))
            .http_status_as_error(false)
            .build()
            .header("authorization", format!("Bearer {token}"))
            .send_json(self)
            .with_context(|| format!("{url} cannot be reached"))?;
        let status = answer.status();
        let body = answer.body_mut().read_to_string().unwrap_or_default();
        if !status.is_success() {
            let body: String = body.chars().take(300).collect();
            bail!("{url}: the evidence was not taken; the server answered {status} {body}");
        }
        Ok(serde_json::from_str(&body).unwrap_or_default())
    }
}
