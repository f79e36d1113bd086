//! The WordPress plugin in a real WordPress, with a real browser.

use super::playwright_with;
use crate::build::{self, Server};
use crate::step::log_step;
use crate::{tools, wordpress};
use anyhow::Result;
use local_server::Port;
use std::path::Path;
use xshell::Shell;

/// Runs its journeys. PHP and WordPress come from npm, locked (`tests/wordpress/package-lock.json`).
pub fn run(shell: &Shell, arguments: &[String]) -> Result<()> {
    build::everything(Server::Local)?;
    tools::npm::ci(shell, Path::new("tests/wordpress"))?;
    let archive = wordpress::archive()?;
    log_step("The plugin in WordPress");
    // Held while the journeys run.
    let port = Port::free()?;
    let _port = shell.push_env("TEMOIN_WORDPRESS_PORT", port.number().to_string());
    let _archive = shell.push_env("TEMOIN_WORDPRESS_PLUGIN", archive);
    let chromium = tools::system::chromium(shell)?;
    let _chromium = shell.push_env("CHROMIUM", chromium);
    // One WordPress, so one worker.
    playwright_with(shell, 1, "tests/wordpress", arguments)
}
