//! What must hold, and how it is tested: `cargo xtask test`, and the parts that have a command of their own.

pub mod contract;
pub mod dependencies;
pub mod environment;
pub mod fuzz;
mod integrations;
pub mod size;
pub mod wordpress;

use crate::build::{self, Server};
use crate::check;
use crate::step::log_step;
use crate::tools;
use anyhow::{Result, anyhow, ensure};
use clap::ValueEnum;
use environment::TestEnvironment;
use std::thread;
use xshell::{Shell, cmd};

/// A part of the tests, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// What `cargo xtask check` does, and the documentation
    Lint,
    /// The dependencies: integrity, sources, licences, known vulnerabilities
    Dependencies,
    /// Rust unit and property tests
    Unit,
    /// The widget's DOM tests, in Chromium
    Dom,
    /// The size budget
    Size,
    /// The API, against the live server
    Api,
    /// The API against its description, by schemathesis
    Contract,
    /// Journeys and scans in Chromium
    Browser,
    /// The npm package in React, Vue and on a server, the recipes, and the template for Google Tag Manager
    Integrations,
    /// The journeys that matter, in Firefox and WebKit
    Engines,
    /// The WordPress plugin, in a real WordPress
    Wordpress,
}

/// Runs the parts asked for, or all of them. The arguments are the journeys' runner's.
pub fn run(shell: &Shell, parts: &[Part], arguments: &[String]) -> Result<()> {
    let parts: Vec<Part> = Part::value_variants()
        .iter()
        .copied()
        .filter(|part| parts.is_empty() || parts.contains(part))
        .collect();
    thread::scope(|scope| {
        // Fetching waits for the network; the first parts keep the processors busy meanwhile.
        let fetched = scope.spawn(|| match &parts[..] {
            [_] => Ok(()),
            _ => tools::for_tests(&tools::shell()?),
        });
        let mut fetched = Some(fetched);
        for part in &parts {
            if !matches!(part, Part::Lint | Part::Dependencies | Part::Unit)
                && let Some(fetched) = fetched.take()
            {
                let end = fetched.join();
                end.map_err(|_| anyhow!("fetching the tools panicked"))??;
            }
            part.run(shell, parts.len() == 1, arguments)?;
        }
        anyhow::Ok(())
    })?;
    log_step("All tests passed");
    Ok(())
}

impl Part {
    fn run(self, shell: &Shell, only: bool, arguments: &[String]) -> Result<()> {
        match self {
            Self::Lint => lint(shell),
            Self::Dependencies => dependencies::run(shell, only),
            Self::Unit => unit(shell),
            Self::Dom => dom(shell),
            Self::Api => api(shell),
            Self::Contract => contract::run(shell, only),
            Self::Browser => browser(shell, arguments),
            Self::Integrations => integrations::run(shell, only, arguments),
            Self::Engines => engines(shell, only, arguments),
            // Arguments choose among the journeys of one part.
            Self::Wordpress => wordpress::run(shell, if only { arguments } else { &[] }),
            Self::Size => {
                build::everything(Server::Local)?;
                size::check()
            }
        }
    }
}

fn lint(shell: &Shell) -> Result<()> {
    check::run(shell)?;
    log_step("Documentation");
    let _warnings = shell.push_env("RUSTDOCFLAGS", "-D warnings");
    cmd!(
        shell,
        "cargo doc --quiet --workspace --no-deps --document-private-items"
    )
    .run()?;
    Ok(())
}

fn unit(shell: &Shell) -> Result<()> {
    log_step("Unit and property tests");
    // The widget's two halves exclude each other: the one that the server renders with is tested here, the one
    // that runs in the page is tested in a browser.
    cmd!(
        shell,
        "cargo test --quiet --workspace --exclude system-tests
         --no-default-features --features consent-auditor/catalogue,consent-widget/ssr,xtask/bench"
    )
    .run()?;
    Ok(())
}

fn dom(shell: &Shell) -> Result<()> {
    tools::rust::for_builds(shell)?;
    tools::npm::packages(shell)?;
    let chromium = tools::system::chromium(shell)?;
    let glue = build::glue(shell)?;
    for file in shell.read_dir("consent-widget/src/widget")? {
        // A plain test compiles for the browser, and nobody runs it there.
        let text = shell.read_file(&file).unwrap_or_default();
        ensure!(
            !text.contains("#[test]") || text.contains("wasm_bindgen_test as test;"),
            "{}: no test there would run; import `wasm_bindgen_test as test`, as session.rs does",
            file.display()
        );
    }
    log_step("The widget's DOM tests, in Chromium");
    let _chromium = shell.push_env("CHROMIUM", chromium);
    let _glue = shell.push_env("WASM_GLUE", glue);
    // Cargo runs it in the folder of the package.
    let _runner = shell.push_env(
        "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER",
        "node tests/run.mjs",
    );
    cmd!(
        shell,
        "cargo test --quiet --package consent-widget --target wasm32-unknown-unknown --lib --test web"
    )
    .run()?;
    Ok(())
}

fn api(shell: &Shell) -> Result<()> {
    build::everything(Server::Local)?;
    let others = tools::independent::all(shell)?;
    let _reference = shell.push_env("TEMOIN_REFERENCE", others.reference);
    let _witness = shell.push_env("TEMOIN_WITNESS", others.witness);
    log_step("API tests, against the live server");
    // They also wait: for commits, for alarms.
    cmd!(
        shell,
        "cargo test --quiet --package system-tests --test api -- --test-threads 4"
    )
    .run()?;
    Ok(())
}

fn browser(shell: &Shell, arguments: &[String]) -> Result<()> {
    build::everything(Server::Local)?;
    log_step("Journeys in Chromium");
    journeys(shell, arguments)?;
    // Arguments choose among the journeys.
    if arguments.is_empty() {
        log_step("Scans with Chromium");
        scans(shell)?;
    }
    Ok(())
}

/// Runs Playwright on the running product, with these arguments.
pub fn journeys(shell: &Shell, arguments: &[String]) -> Result<()> {
    let chromium = tools::system::chromium(shell)?;
    let _chromium = shell.push_env("CHROMIUM", chromium);
    cmd!(
        shell,
        "cargo build --quiet --package consent-auditor --bin temoin"
    )
    .run()?;
    let program = local_server::root().join("target/debug/temoin");
    let _program = shell.push_env("TEMOIN_PROGRAM", program);
    playwright_with(shell, workers(), "tests/browser/support", arguments)
}

/// Runs Playwright, with servers of their own for so many workers.
fn playwright_with(
    shell: &Shell,
    workers: usize,
    config: &str,
    arguments: &[String],
) -> Result<()> {
    let environments = (0..workers)
        .map(|_| TestEnvironment::for_tests())
        .collect::<Result<Vec<_>>>()?;
    let places: serde_json::Value = environments.iter().map(TestEnvironment::to_json).collect();
    let _environments = shell.push_env("TEMOIN_ENVIRONMENTS", places.to_string());
    cmd!(
        shell,
        "node_modules/.bin/playwright test --config {config} {arguments...}"
    )
    .run()?;
    Ok(())
}

/// Runs the journeys in the engines that Playwright cannot drive. Where the machine has no such browser and none can be
/// installed, that is said and no error, unless this part was asked for (`only`).
fn engines(shell: &Shell, only: bool, arguments: &[String]) -> Result<()> {
    build::everything(Server::Local)?;
    let browsers = tools::system::firefox(shell)
        .and_then(|firefox| Ok((firefox, tools::system::webkit(shell)?)));
    let (firefox, webkit) = match browsers {
        Ok(found) => found,
        Err(error) if !only => {
            log_step(&format!(
                "SKIPPED, the journeys in Firefox and WebKit: {error:#}"
            ));
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    log_step("Journeys in Firefox and WebKit");
    let _firefox = shell.push_env("FIREFOX", firefox);
    let _driver = shell.push_env("WEBKIT_DRIVER", webkit.driver);
    let _browser = shell.push_env("WEBKIT_BROWSER", webkit.browser);
    // Arguments choose among the journeys in Chromium where all parts run.
    let arguments = if only { arguments } else { &[] };
    // One worker for each engine.
    playwright_with(shell, 2, "tests/browser/engines", arguments)
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
    let chromium = tools::system::chromium(shell)?;
    let environment = TestEnvironment::for_tests()?;
    let _chromium = shell.push_env("CHROMIUM", chromium);
    let _sites = shell.push_env("TEMOIN_SITES", &environment.sites_url);
    let _owner = shell.push_env("TEMOIN_OWNER", &environment.server.tokens().owner);
    // They mostly wait for pages to come to rest.
    cmd!(
        shell,
        "cargo test --quiet --package site-scanner --package consent-auditor --test scan -- --ignored --test-threads 2"
    )
    .run()?;
    Ok(())
}
