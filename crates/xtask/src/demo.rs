//! `cargo xtask demo`: the consent server and the demo sites, on two origins.

use crate::{build, say};
use anyhow::{Context as _, Result};
use demo_site::DemoSite;
use local_server::{LocalServer, Tokens};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use xshell::Shell;

/// The consent server's port: fixed, because people paste it.
const CONSENT_PORT: u16 = 8787;
/// The demo sites' port.
const SITES_PORT: u16 = 8788;

/// Builds everything, serves it until Ctrl-C.
pub fn run(shell: &Shell) -> Result<()> {
    build::everything(shell)?;
    say("Starting workerd; data in target/temoin/demo");
    let state = Path::new("target/temoin/demo");
    let server = LocalServer::start(CONSENT_PORT, state, Tokens::random()?)?;
    tokio::runtime::Runtime::new()?.block_on(serve(&server))
}

async fn serve(server: &LocalServer) -> Result<()> {
    let own_origin = format!("http://localhost:{SITES_PORT}");
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, SITES_PORT));
    let listener = tokio::net::TcpListener::bind(address)
        .await
        .with_context(|| format!("port {SITES_PORT} is in use; stop what listens there"))?;
    for site in demo_site::SITES {
        say(&format!("Publishing the site `{site}`"));
        server.publish(site, &demo_site::site_config(site, &own_origin)?)?;
    }
    print(server, &own_origin);
    let sites = DemoSite {
        consent_origin: server.url(),
        own_origin,
    };
    tokio::select! {
        served = sites.serve(listener) => served,
        stopped = tokio::signal::ctrl_c() => Ok(stopped?),
    }
}

fn print(server: &LocalServer, own_origin: &str) {
    let (url, tokens) = (server.url(), server.tokens());
    let site = demo_site::SITES[0];
    println!();
    println!("consent server: {url}");
    println!("demo sites: {own_origin}/");
    for site in demo_site::SITES {
        println!("site: {own_origin}/{site}/");
    }
    println!("owner token: {}", tokens.owner);
    println!("auditor token: {}", tokens.auditor);
    println!();
    println!("Answer the banner at {own_origin}/{site}/, then read the proof back:");
    println!(
        "curl -H 'Authorization: Bearer {}' {url}/v1/sites/{site}/consents",
        tokens.auditor
    );
    println!();
    println!("Ctrl-C stops everything.");
}
