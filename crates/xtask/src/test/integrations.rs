//! What a site puts beside the tag: the npm package, the recipes, and the template for Google Tag Manager, each in what it is for.

use crate::build::assets::compress;
use crate::build::{self, Server};
use crate::step::log_step;
use crate::tools;
use anyhow::{Context as _, Result, ensure};
use std::path::Path;
use xshell::{Shell, cmd};

/// Where the tests and the lock file of the frameworks are.
const TESTS: &str = "tests/integrations";
/// The built modules of the package.
const DIST: &str = "integrations/npm/dist";
/// Each entry of the package, with the modules that it imports.
const ENTRIES: [(&str, [&str; 2]); 3] = [
    (".", ["state.js", "index.js"]),
    ("./react", ["state.js", "react.js"]),
    ("./vue", ["state.js", "vue.js"]),
];
/// The most that an entry may take, in bytes as sent: what the README of the package promises.
const ENTRY_BUDGET: usize = 2_000;

/// Builds the package, measures it, and runs its tests. The arguments are those of the runner, where this part runs alone.
pub fn run(shell: &Shell, only: bool, arguments: &[String]) -> Result<()> {
    build::everything(Server::Local)?;
    tools::npm::packages(shell)?;
    tools::npm::ci(shell, Path::new(TESTS))?;
    cmd!(shell, "node integrations/npm/build.mjs")
        .quiet()
        .run()?;
    measure(shell)?;
    log_step("The npm package, the recipes and the template for Google Tag Manager");
    let chromium = tools::system::chromium(shell)?;
    let _chromium = shell.push_env("CHROMIUM", chromium);
    // Arguments choose among the journeys in Chromium where all parts run.
    let arguments = if only { arguments } else { &[] };
    super::playwright_with(shell, super::workers(), TESTS, arguments)
}

/// Prints what each entry of the package takes, minified and compressed; fails over budget.
fn measure(shell: &Shell) -> Result<()> {
    log_step("Measuring the npm package");
    for (entry, modules) in ENTRIES {
        let mut text = Vec::new();
        for module in modules {
            let path = Path::new(DIST).join(module);
            let bytes = shell.read_binary_file(&path);
            text.extend(bytes.with_context(|| path.display().to_string())?);
        }
        let (plain, sent) = (text.len(), compress(&text)?.len());
        println!("{entry:<12} {plain:>6} B plain, {sent:>5} B sent, budget {ENTRY_BUDGET} B");
        ensure!(
            sent < ENTRY_BUDGET,
            "the entry `{entry}` is over its budget"
        );
    }
    Ok(())
}
