//! The consent server and the demo sites, running: what the demo, the browser tests and the
//! pictures have in common.

use crate::step::log_step;
use anyhow::{Context as _, Result};
use demo_site::{DemoSite, Origins};
use local_server::{LocalServer, Tokens};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Both servers. They stop when this value is dropped.
pub struct TestEnvironment {
    /// The consent server.
    pub server: LocalServer,
    /// Where the demo sites are: another origin than the consent server's.
    pub sites_url: String,
    /// A folder of data that is removed at the end.
    temporary: Option<PathBuf>,
    // Stops the demo sites when dropped.
    _sites: DemoSite,
}

impl TestEnvironment {
    /// Starts both servers on these ports (0: free ones) and publishes the demo sites.
    pub fn start(consent_port: u16, sites_port: u16, state: &Path) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, sites_port)).with_context(|| {
            format!(
                "port {sites_port} is in use; stop what listens there (another demo?) and try again"
            )
        })?;
        let sites_url = format!("http://localhost:{}", listener.local_addr()?.port());
        let server = LocalServer::start(consent_port, state, Tokens::random()?)?;
        for site in demo_site::SITES {
            log_step(&format!("Publishing the site `{site}`"));
            server.publish(site, &demo_site::site_config(site, &sites_url)?)?;
        }
        let origins = Origins {
            consent: server.url(),
            own: sites_url.clone(),
        };
        let sites = DemoSite::start(listener, origins)?;
        Ok(Self {
            server,
            sites_url,
            temporary: None,
            _sites: sites,
        })
    }

    /// Starts both on free ports with an empty database, for tests.
    pub fn for_tests() -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let nth = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = PathBuf::from(format!(
            "target/temoin/browser-{}-{nth}",
            std::process::id()
        ));
        let mut environment = Self::start(0, 0, &folder)?;
        environment.temporary = Some(folder);
        Ok(environment)
    }

    /// Where the servers are, and their tokens, as `tests/browser/support/environment.ts` reads it.
    pub fn to_json(&self) -> serde_json::Value {
        let tokens = self.server.tokens();
        serde_json::json!({
            "consent": self.server.url(),
            "sites": self.sites_url,
            "auditor": tokens.auditor,
            "owner": tokens.owner,
        })
    }
}

impl Drop for TestEnvironment {
    fn drop(&mut self) {
        if let Some(folder) = &self.temporary {
            let _ = self.server.kill();
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}
