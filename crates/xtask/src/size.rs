//! The size budget of what a visitor downloads.

use crate::build::{Toolchain, compress};
use crate::say;
use anyhow::{Context as _, Result, ensure};
use local_server::{LocalServer, Tokens};
use serde::Deserialize;
use std::path::Path;

/// The loader with the banner, in bytes as sent.
const LOADER_BUDGET: usize = 7_000;
/// The widget's WebAssembly, in bytes as sent.
const WASM_BUDGET: usize = 60_000;

#[derive(Deserialize)]
struct Asset {
    name: String,
}

#[derive(Deserialize)]
struct Manifest {
    script: Asset,
    wasm: Asset,
    toolchain: Toolchain,
}

/// Prints the sizes, as a browser gets them from the running server; fails over budget.
pub fn check() -> Result<()> {
    say("Measuring what a visitor downloads");
    let state = Path::new("target/temoin/size");
    let _ = std::fs::remove_dir_all(state);
    let server = LocalServer::start(0, state, Tokens::random()?)?;
    let manifest: Manifest = serde_json::from_slice(&std::fs::read(
        local_server::assets().join("manifest.json"),
    )?)?;
    let mut over = Vec::new();
    println!(
        "{:<34} {:>9} {:>9} {:>9}",
        "file", "plain, B", "sent, B", "budget, B"
    );
    let mut row = |name: &str, path: &str, budget: Option<usize>| -> Result<()> {
        let plain = get(&server, path, "identity")?;
        let sent = get(&server, path, "br")?.len();
        let shown = budget.map_or_else(String::new, |budget| budget.to_string());
        println!("{name:<34} {:>9} {sent:>9} {shown:>9}", plain.len());
        ensure!(sent <= plain.len(), "{path} grew by compression");
        if budget.is_some_and(|budget| sent > budget) {
            over.push(format!("{name}: {sent} bytes, over the {shown} allowed"));
        }
        Ok(())
    };
    for site in demo_site::SITES {
        server.publish(
            site,
            &demo_site::site_config(site, "http://localhost:8788")?,
        )?;
        let name = format!("loader with banner ({site})");
        row(&name, &format!("/t/{site}.js"), Some(LOADER_BUDGET))?;
    }
    row(
        "widget, JavaScript",
        &format!("/w/{}", manifest.script.name),
        None,
    )?;
    let budget = Some(WASM_BUDGET).filter(|_| manifest.toolchain == Toolchain::Nightly);
    row(
        "widget, WebAssembly",
        &format!("/w/{}", manifest.wasm.name),
        budget,
    )?;
    if budget.is_none() {
        println!("(compiled with stable Rust: the budget is for the shipped build, with nightly)");
    }
    let loader = get(
        &server,
        &format!("/t/{}.js", demo_site::SITES[0]),
        "identity",
    )?;
    println!(
        "the loader at brotli's best (quality 11): {} B",
        compress(&loader)?.len()
    );
    ensure!(over.is_empty(), "over budget: {}", over.join("; "));
    Ok(())
}

fn get(server: &LocalServer, path: &str, coding: &str) -> Result<Vec<u8>> {
    let url = format!("{}{path}", server.url());
    ureq::get(&url)
        .header("accept-encoding", coding)
        .call()
        .with_context(|| url.clone())?
        .body_mut()
        .read_to_vec()
        .with_context(|| url)
}
