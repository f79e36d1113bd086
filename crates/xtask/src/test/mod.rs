//! `cargo xtask test`: everything that must hold.

use crate::step::log_step;
use crate::tools::cargo_tool::WASM_BINDGEN_TEST_RUNNER;
use crate::{build, tools};
pub mod audit;
pub mod environment;
pub mod fuzz;
pub mod size;

use anyhow::Result;
use clap::ValueEnum;
use environment::TestEnvironment;
use std::thread;
use xshell::{Shell, cmd};

/// A part of the tests, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Formatting, lints, documentation, types of the loader
    Lint,
    /// Rust unit and property tests
    Unit,
    /// The widget's DOM tests, in Chromium
    Dom,
    /// The size budget
    Size,
    /// The API, against the live server
    Api,
    /// Journeys and scans in Chromium
    Browser,
}

/// Runs the parts asked for, or all of them. The arguments are the journeys' runner's.
pub fn run(shell: &Shell, parts: &[Part], arguments: &[String]) -> Result<()> {
    for part in Part::value_variants() {
        if parts.is_empty() || parts.contains(part) {
            part.run(shell, arguments)?;
        }
    }
    log_step("All tests passed");
    Ok(())
}

impl Part {
    fn run(self, shell: &Shell, arguments: &[String]) -> Result<()> {
        match self {
            Self::Lint => lint(shell),
            Self::Unit => unit(shell),
            Self::Dom => dom(shell),
            Self::Size => {
                build::everything(shell)?;
                size::check()
            }
            Self::Api => {
                build::everything(shell)?;
                let others = tools::independent(shell)?;
                let _reference = shell.push_env("TEMOIN_REFERENCE", others.reference);
                let _witness = shell.push_env("TEMOIN_WITNESS", others.witness);
                log_step("API tests, against the live server");
                // They also wait: for commits, for alarms.
                Ok(cmd!(
                    shell,
                    "cargo test --quiet --package system-tests --test api -- --test-threads 4"
                )
                .run()?)
            }
            Self::Browser => {
                build::everything(shell)?;
                log_step("Journeys in Chromium");
                journeys(shell, arguments)?;
                // Arguments choose among the journeys.
                if arguments.is_empty() {
                    log_step("Scans with Chromium");
                    scans(shell)?;
                }
                Ok(())
            }
        }
    }
}

/// Runs Playwright on the running product, with these arguments.
pub fn journeys(shell: &Shell, arguments: &[String]) -> Result<()> {
    let browser = tools::browser(shell)?;
    let environments = (0..workers())
        .map(|_| TestEnvironment::for_tests())
        .collect::<Result<Vec<_>>>()?;
    let places: serde_json::Value = environments.iter().map(TestEnvironment::to_json).collect();
    let _chromium = shell.push_env("CHROMIUM", &browser.chromium);
    let _environments = shell.push_env("TEMOIN_ENVIRONMENTS", places.to_string());
    cmd!(
        shell,
        "node_modules/.bin/playwright test --config tests/browser/support {arguments...}"
    )
    .run()?;
    Ok(())
}

/// How many browser tests run side by side, each worker with a browser and servers of its own: `TEMOIN_WORKERS`, or as
/// many as there are processors.
fn workers() -> usize {
    let set = std::env::var("TEMOIN_WORKERS").ok();
    set.and_then(|number| number.parse().ok())
        .or_else(|| thread::available_parallelism().ok().map(usize::from))
        .unwrap_or(1)
}

/// Runs the auditor's scans: of sites of their own, and of a demo site.
fn scans(shell: &Shell) -> Result<()> {
    let browser = tools::browser(shell)?;
    let environment = TestEnvironment::for_tests()?;
    let _chromium = shell.push_env("CHROMIUM", &browser.chromium);
    let _sites = shell.push_env("TEMOIN_SITES", &environment.sites_url);
    let _owner = shell.push_env("TEMOIN_OWNER", &environment.server.tokens().owner);
    // They mostly wait for pages to come to rest.
    cmd!(
        shell,
        "cargo test --quiet --package site-scanner --package consent-auditor --test scan -- --ignored --test-threads 4"
    )
    .run()?;
    Ok(())
}

fn lint(shell: &Shell) -> Result<()> {
    tools::build_tools(shell)?;
    log_step("Formatting, lints, documentation");
    cmd!(shell, "cargo fmt --all --check").run()?;
    cmd!(
        shell,
        "cargo clippy --quiet --workspace --all-targets -- -D warnings"
    )
    .run()?;
    let _warnings = shell.push_env("RUSTDOCFLAGS", "-D warnings");
    cmd!(
        shell,
        "cargo doc --quiet --workspace --no-deps --document-private-items"
    )
    .run()?;
    for project in [
        "consent-widget/loader",
        "consent-widget/inspector",
        "tests/browser",
    ] {
        cmd!(shell, "node_modules/.bin/tsc --project {project}").run()?;
    }
    Ok(())
}

fn unit(shell: &Shell) -> Result<()> {
    log_step("Unit and property tests");
    cmd!(
        shell,
        "cargo test --quiet --workspace --exclude system-tests --exclude consent-widget"
    )
    .run()?;
    // The widget's two halves are built apart, so they are tested apart.
    for half in ["widget", "ssr"] {
        cmd!(shell, "cargo test --quiet --package consent-widget --lib --no-default-features --features {half}").run()?;
    }
    Ok(())
}

fn dom(shell: &Shell) -> Result<()> {
    tools::build_tools(shell)?;
    let browser = tools::browser(shell)?;
    log_step("The widget's DOM tests, in Chromium");
    let _runner = shell.push_env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        WASM_BINDGEN_TEST_RUNNER.path()?,
    );
    let _driver = shell.push_env("CHROMEDRIVER", &browser.driver);
    cmd!(
        shell,
        "cargo test --package consent-widget --target wasm32-unknown-unknown --lib --test web"
    )
    .run()?;
    Ok(())
}
