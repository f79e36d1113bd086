//! What classification costs and what it can tell: the look-up, the table, what a page is sent.

use super::unresolved;
use crate::build;
use crate::step::log_step;
use anyhow::{Context as _, Result};
use consent_core::SiteConfig;
use consent_core::loader::LoaderService;
use consent_core::site::Blocking;
use cookie_database::BYTES;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use xshell::{Shell, cmd};

/// Measures, prints and writes `docs/bench-classify.md` and the list of what stays unresolved.
pub fn run(shell: &Shell) -> Result<()> {
    log_step("Looking up");
    let look_ups = cmd!(
        shell,
        "cargo run --quiet --release --package cookie-database --example look_up"
    )
    .read()?;
    let mut report = format!("{HEAD}{look_ups}\n\n{}\n{SIZES}", agreement());
    writeln!(report, "| the whole table | {} |", sizes(shell, BYTES)?)?;
    for site in demo_site::SITES {
        let own = own_table(site)?;
        writeln!(
            report,
            "| the table of `{site}` | {} |",
            sizes(shell, &own)?
        )?;
    }
    print!("{report}");
    shell.write_file("docs/bench-classify.md", report)?;
    shell.write_file(unresolved::PATH, unresolved::list())?;
    Ok(())
}

const HEAD: &str = "# Classification, measured

`cargo xtask bench classify`, on one machine, compiled as it is shipped. A look-up allocates nothing. 501 batches of
2,000 each; the slowest batch is one that the machine interrupted.

| nanoseconds | min | median | max |
| --- | --: | --: | --: |
";

const SIZES: &str = "
A page is sent the table of its own site only, within the loader; the whole one is for what inspects a site.

| bytes | as it is | gzip -9 | brotli 11 |
| --- | --: | --: | --: |
";

/// How many rows the table tells as the database does, each seen where it says it is kept.
fn agreement() -> String {
    let counts = unresolved::counts();
    let total: usize = counts.values().sum();
    let of = |told| counts.get(told).copied().unwrap_or_default();
    format!(
        "Of {total} rows of the database, each seen on the domain it names, {} have the purpose that the database \
         gives, and none has another (`crates/cookie-database/tests/agreement.rs`). The others stay unresolved \
         ([the list](unresolved-cookies.md)): {} that are filed under “Functional”, {} that are too short to be told \
         and name no domain, {} whose domain cannot be read.\n",
        of("resolved"),
        of(unresolved::FUNCTIONAL),
        of(unresolved::TOO_SHORT),
        of(unresolved::NO_DOMAIN),
    )
}

fn sizes(shell: &Shell, bytes: &[u8]) -> Result<String> {
    let gzip = cmd!(shell, "gzip -9 --no-name --stdout")
        .stdin(bytes)
        .output()?;
    let brotli = build::assets::compress(bytes)?.len();
    Ok(format!(
        "{} | {} | {brotli}",
        bytes.len(),
        gzip.stdout.len()
    ))
}

/// What the loader of a demo site carries of its services.
fn own_table(site: &str) -> Result<Vec<u8>> {
    let config = demo_site::site_config(site, "http://localhost:8788")?;
    let config = SiteConfig::parse(&config)
        .ok()
        .with_context(|| format!("{site} does not pass the lint"))?;
    let automatic = config.blocking == Blocking::Automatic;
    let services: BTreeMap<_, _> = config
        .services
        .iter()
        .map(|service| (&service.id, LoaderService::new(service, automatic)))
        .collect();
    Ok(serde_json::to_vec(&services)?)
}
