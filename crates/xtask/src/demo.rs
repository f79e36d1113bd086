//! `cargo xtask demo`: the consent server and the demo sites, on two origins.

use crate::build::{self, Server};
use crate::step::log_step;
use crate::test::environment::TestEnvironment;
use anyhow::Result;
use std::path::Path;
use std::sync::mpsc;

/// The consent server's port: fixed, because people paste it.
const CONSENT_PORT: u16 = 8787;
/// The demo sites' port.
const SITES_PORT: u16 = 8788;

/// Builds everything, serves it until Ctrl-C.
pub fn run() -> Result<()> {
    build::everything(Server::Local)?;
    log_step("Starting workerd; data in target/temoin/demo");
    let environment =
        TestEnvironment::start(CONSENT_PORT, SITES_PORT, Path::new("target/temoin/demo"))?;
    print(&environment);
    wait_until_told_to_stop()
}

/// Waits for Ctrl-C, or a polite kill: in both cases workerd is stopped too, and its port is free again.
fn wait_until_told_to_stop() -> Result<()> {
    let (told, wait) = mpsc::channel();
    ctrlc::set_handler(move || {
        // The second time nobody waits any more.
        let _ = told.send(());
    })?;
    Ok(wait.recv()?)
}

fn print(environment: &TestEnvironment) {
    let (url, tokens, own_origin) = (
        environment.server.url(),
        environment.server.tokens(),
        &environment.sites_url,
    );
    let site = demo_site::SITES[0];
    println!();
    println!("consent server: {url}");
    println!("demo sites: {own_origin}/");
    for site in demo_site::SITES {
        println!("site: {own_origin}/{site}/");
    }
    println!("owner token: {}", tokens.owner);
    println!("auditor token: {}", tokens.auditor);
    println!("inspector token: {}", tokens.inspector);
    println!("administrator token: {}", tokens.administrator);
    println!();
    println!("Answer the banner at {own_origin}/{site}/, then read the proof back:");
    println!(
        "curl -H 'Authorization: Bearer {}' {url}/v1/sites/{site}/consents",
        tokens.auditor
    );
    println!();
    println!(
        "What is held back in a page, and what is not: with the inspector's token, from a bookmark to"
    );
    println!("javascript:import(\"{url}/i/{site}.js\").then((it)=>it.open())");
    println!();
    println!("Ctrl-C stops everything.");
}
