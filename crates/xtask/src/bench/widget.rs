//! The widget beside its peers.

use crate::build::{self, Server};
use crate::step::log_step;
use crate::tools;
use anyhow::Result;
use local_server::{LocalServer, Port, Tokens};
use std::path::Path;
use xshell::{Shell, cmd};

/// The site whose page everyone is put on.
const SITE: &str = "bench";

/// Runs the widget and its peers side by side; writes `docs/bench-widget.md` and its picture.
/// A target that is missed is written down and is no error.
pub fn run(shell: &Shell) -> Result<()> {
    build::everything(Server::Shipped)?;
    let browser = tools::system::chromium(shell)?;
    tools::npm::ci(shell, Path::new("tests/bench"))?;
    // It must be known before the pages are served: the site is published for it.
    let port = Port::free()?;
    let server = consent_server(&format!("http://localhost:{}", port.number()))?;
    log_step(
        "Measuring the widget beside its peers (a quarter of an hour; leave the machine alone)",
    );
    let _chromium = shell.push_env("CHROMIUM", &browser);
    let _consent = shell.push_env("TEMOIN_CONSENT", server.url());
    let _port = shell.push_env("TEMOIN_BENCH_PORT", port.number().to_string());
    cmd!(shell, "node tests/bench/widget.mjs").run()?;
    Ok(())
}

/// The consent server with an empty database, and the site published for pages of this origin:
/// the benchmark serves all contestants' pages itself, so that they differ in nothing else.
fn consent_server(pages: &str) -> Result<LocalServer> {
    let state = Path::new("target/temoin/bench-state");
    let _ = std::fs::remove_dir_all(state);
    let server = LocalServer::start(0, state, Tokens::random()?)?;
    server.publish(SITE, &demo_site::site_config(SITE, pages)?)?;
    Ok(server)
}
