//! The size budget of what a visitor downloads, and of the console: the widget as it is shipped, and the loaders, which are the same bytes
//! whatever profile the server that composes them was compiled with.

use crate::build::assets::Toolchain;
use crate::build::console::ConsoleFiles;
use crate::step::log_step;
use anyhow::{Context as _, Result, ensure};
use consent_core::SiteConfig;
use local_server::{LocalServer, Tokens};
use serde::Deserialize;
use serde_json::Value;
use std::path::Path;

/// The loader with the banner, in bytes as sent: where a site uses no option of the loader, and where
/// it does. The smallest peer takes 7,900 before its banner.
const LOADER_BUDGET: usize = 9_870;
const LOADER_BUDGET_WITH_OPTIONS: usize = 11_340;
/// The same where the loader also holds what nobody has marked: the guards of automatic blocking.
const LOADER_BUDGET_AUTOMATIC: usize = 12_990;
/// The same under an opt-out law: the link and its icon, what is said of the privacy signal, and what that overrides.
const LOADER_BUDGET_OPT_OUT: usize = 10_700;
/// The widget's WebAssembly, in bytes as sent.
const WASM_BUDGET: usize = 46_650;
/// What verifies a receipt, fetched by whoever asks for that. A third of it draws the code.
const PROOF_BUDGET: usize = 7_500;
/// Everything of a first visit: the loader, and the widget that it fetches when the page is idle. Raised by 350: that an answer was given under the
/// privacy signal, and what that leaves of an older one, takes 295 bytes of the widget; that the dialog shows what runs before an answer, 177. Raised
/// by 650: services that need no consent, and objections to them, take 500 bytes of the widget and ten of the loader. The digests in a loader
/// depend on where it was built, and compress to 20 bytes more or less.
const VISIT_BUDGET: usize = 63_100;
/// Everything that an owner or auditor downloads to open the console: script, style and WebAssembly.
const CONSOLE_BUDGET: usize = 458_500;

#[derive(Deserialize)]
struct Asset {
    name: String,
}

#[derive(Deserialize)]
struct Manifest {
    script: Asset,
    proof: Asset,
    wasm: Asset,
    toolchain: Toolchain,
}

/// Prints the sizes, as a browser gets them from the running server; fails over budget.
pub fn check() -> Result<()> {
    log_step("Measuring what a visitor downloads");
    let state = Path::new("target/temoin/size");
    let _ = std::fs::remove_dir_all(state);
    let server = LocalServer::start(0, state, Tokens::random()?)?;
    let manifest: Manifest = serde_json::from_slice(&std::fs::read(
        local_server::assets().join("manifest.json"),
    )?)?;
    println!(
        "{:<36} {:>9} {:>9} {:>9}",
        "what", "plain, B", "sent, B", "budget, B"
    );
    let mut table = Table::default();
    let mut largest = Sizes::default();
    for site in demo_site::SITES {
        let config = demo_site::site_config(site, "http://localhost:8788")?;
        server.publish(site, &config)?;
        let loader = Sizes::of(&server, &format!("/t/{site}.js"))?;
        let name = format!("loader with banner ({site})");
        let budget = match variant_of(site, &config)?.as_str() {
            "loader" => LOADER_BUDGET,
            _ => LOADER_BUDGET_WITH_OPTIONS,
        };
        table.row(&name, loader, Some(budget));
        largest = largest.max(loader);
    }
    for (name, field, value, budget) in [
        (
            "automatic",
            "blocking",
            "automatic",
            LOADER_BUDGET_AUTOMATIC,
        ),
        ("opt-out", "jurisdiction", "US-CA", LOADER_BUDGET_OPT_OUT),
    ] {
        let mut config: Value =
            serde_json::from_slice(&demo_site::site_config("bench", "http://localhost:8788")?)?;
        config[field] = value.into();
        server.publish("bench", config.to_string().as_bytes())?;
        let loader = Sizes::of(&server, "/t/bench.js")?;
        let name = format!("loader with banner (bench, {name})");
        table.row(&name, loader, Some(budget));
    }
    let shipped = manifest.toolchain == Toolchain::Nightly;
    let script = Sizes::of(&server, &format!("/w/{}", manifest.script.name))?;
    table.row("widget, JavaScript", script, None);
    let wasm = Sizes::of(&server, &format!("/w/{}", manifest.wasm.name))?;
    table.row("widget, WebAssembly", wasm, shipped.then_some(WASM_BUDGET));
    let visit = Sizes {
        plain: largest.plain + script.plain + wasm.plain,
        sent: largest.sent + script.sent + wasm.sent,
    };
    table.row(
        "first visit, with the largest loader",
        visit,
        shipped.then_some(VISIT_BUDGET),
    );
    let proof = Sizes::of(&server, &format!("/w/{}", manifest.proof.name))?;
    table.row("when a receipt is verified", proof, Some(PROOF_BUDGET));
    console(&server, &mut table)?;
    if !shipped {
        println!("(compiled with stable Rust: the budget is for the shipped build, with nightly)");
    }
    let over = table.over.join("; ");
    ensure!(over.is_empty(), "over budget: {over}");
    Ok(())
}

/// What the console takes the first time; afterwards, the browser has it.
fn console(server: &LocalServer, table: &mut Table) -> Result<()> {
    let files = ConsoleFiles::of_build()?;
    let mut whole = Sizes::default();
    for name in [&files.script, &files.style, &files.wasm] {
        let file = Sizes::of(server, &format!("/console/{name}"))?;
        whole.plain += file.plain;
        whole.sent += file.sent;
    }
    let shipped = files.toolchain == Toolchain::Nightly;
    table.row("console", whole, shipped.then_some(CONSOLE_BUDGET));
    Ok(())
}

/// The loader that a demo site gets.
fn variant_of(site: &str, config: &[u8]) -> Result<String> {
    let config =
        SiteConfig::parse(config).map_err(|errors| anyhow::anyhow!("{site}: {errors:?}"))?;
    Ok(config.loader_variant())
}

/// How many bytes something is, and how many of them travel.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Sizes {
    sent: usize,
    plain: usize,
}

impl Sizes {
    fn of(server: &LocalServer, path: &str) -> Result<Self> {
        Ok(Self {
            sent: get(server, path, "br")?.len(),
            plain: get(server, path, "identity")?.len(),
        })
    }
}

/// Prints each row, and remembers what is over budget.
#[derive(Default)]
struct Table {
    over: Vec<String>,
}

impl Table {
    fn row(&mut self, name: &str, Sizes { sent, plain }: Sizes, budget: Option<usize>) {
        let shown = budget.map_or_else(String::new, |budget| budget.to_string());
        println!("{name:<36} {plain:>9} {sent:>9} {shown:>9}");
        if budget.is_some_and(|budget| sent > budget) {
            let over = format!("{name}: {sent} bytes, over the {shown} allowed");
            self.over.push(over);
        }
    }
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
