//! What a fresh machine lacks: parts of the toolchain, packages, programs. Each is a question first, and does nothing
//! where the answer is yes. Not what is made with them.

pub mod cargo_tool;
pub mod independent;
pub mod npm;
pub mod rust;
pub mod schemathesis;
pub mod system;

use crate::step::log_step;
use anyhow::{Context as _, Result};
use std::env;
use std::path::PathBuf;
use xshell::Shell;

/// Installs everything.
pub fn everything(shell: &Shell) -> Result<()> {
    rust::for_builds(shell)?;
    npm::packages(shell)?;
    for_tests(shell)?;
    cargo_tool::CARGO_DENY.install(shell)?;
    log_step("Everything is installed");
    Ok(())
}

/// Installs what only the tests need: a browser, and programs of others.
pub fn for_tests(shell: &Shell) -> Result<()> {
    system::chromium(shell)?;
    independent::all(shell)?;
    Ok(())
}

/// A shell at the root of the repository. Each thread has one of its own.
pub fn shell() -> Result<Shell> {
    let shell = Shell::new()?;
    shell.change_dir(local_server::root());
    Ok(shell)
}

/// `TEMOIN_CACHE`, or the user's cache folder.
fn cache() -> Result<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let folder = if let Some(folder) = set("TEMOIN_CACHE") {
        PathBuf::from(folder)
    } else if let Some(folder) = set("XDG_CACHE_HOME") {
        PathBuf::from(folder).join("temoin")
    } else {
        let home = env::home_dir().context("no home folder; set TEMOIN_CACHE to a folder")?;
        home.join(".cache/temoin")
    };
    Ok(folder.join("tools"))
}
