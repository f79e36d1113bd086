//! A server that is reported to.

use anyhow::{Context as _, Result};
use local_server::{LocalServer, Tokens};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The page whose visitors report.
const ORIGIN: &str = "http://localhost:8788";

/// A server with sites to report to.
pub struct Target {
    /// The server.
    pub server: LocalServer,
    /// The folder of its data.
    pub state: PathBuf,
    /// The address of each site's reports, and its notice.
    sites: Vec<(String, String)>,
    next: AtomicU64,
}

impl Target {
    /// An empty server with so many sites.
    pub fn start(sites: usize) -> Result<Self> {
        let state = PathBuf::from("target/temoin/bench-log");
        let _ = std::fs::remove_dir_all(&state);
        let server = LocalServer::start(0, &state, Tokens::random()?)?;
        let config = demo_site::site_config("bench", ORIGIN)?;
        let sites = (0..sites)
            .map(|nth| {
                let site = format!("bench-{nth}");
                let published = server.publish(&site, &config)?;
                let notice = published["notice"]
                    .as_str()
                    .context("no notice")?
                    .to_owned();
                Ok((format!("{}/v1/sites/{site}/consents", server.url()), notice))
            })
            .collect::<Result<Vec<_>>>()?;
        Ok(Self {
            server,
            state,
            sites,
            next: AtomicU64::new(1),
        })
    }

    /// On each connection one visitor after the other, as long as `more` says so of the next one;
    /// how long each was answered after.
    pub fn visitors(
        &self,
        connections: usize,
        more: impl Fn(u64) -> bool + Sync,
    ) -> Result<Vec<Duration>> {
        let client = || -> Result<Vec<Duration>> {
            let agent = ureq::Agent::new_with_defaults();
            let mut taken = Vec::new();
            loop {
                let nth = self.next.fetch_add(1, Ordering::Relaxed);
                if !more(nth) {
                    return Ok(taken);
                }
                let sent = Instant::now();
                self.send(&agent, nth)?;
                taken.push(sent.elapsed());
            }
        };
        std::thread::scope(|scope| {
            let clients: Vec<_> = (0..connections).map(|_| scope.spawn(client)).collect();
            let taken = clients.into_iter().map(|client| {
                client
                    .join()
                    .map_err(|_| anyhow::anyhow!("a client panicked"))?
            });
            Ok(taken.collect::<Result<Vec<_>>>()?.concat())
        })
    }

    /// One report, and the answer to it.
    pub fn send(&self, agent: &ureq::Agent, nth: u64) -> Result<Vec<u8>> {
        let (url, notice) = &self.sites[usize::try_from(nth)? % self.sites.len()];
        let report = report(notice, nth).to_string();
        let request = agent.post(url).header("origin", ORIGIN);
        let mut answer = request
            .send(report.as_bytes())
            .context("a report was refused")?;
        Ok(answer.body_mut().read_to_vec()?)
    }
}

fn report(notice: &str, nth: u64) -> Value {
    json!({
        "id": format!("{nth:032x}"),
        "consent_id": format!("{:032x}", nth + 0xc0_0000),
        "notice": notice,
        "language": "en",
        "decision": {
            "necessary": "granted", "preferences": "denied",
            "statistics": "denied", "marketing": "denied"
        },
        "method": "reject_all",
        "layer": "banner",
        "trusted": true,
        "gpc": false
    })
}
