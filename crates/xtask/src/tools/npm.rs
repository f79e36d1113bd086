//! Node.js packages, as the lock files have them.

use crate::step::log_step;
use anyhow::{Context as _, Result, ensure};
use std::path::Path;
use xshell::{Shell, cmd};

/// The oldest Node that runs the tools.
const OLDEST_NODE: u32 = 20;

/// The lock file that was installed, written once npm has finished; an older one belongs to another lock file.
const DONE: &str = "node_modules/.temoin-lock";

/// Those of the repository: what builds and tests it.
pub fn packages(shell: &Shell) -> Result<()> {
    let version = cmd!(shell, "node --version")
        .quiet()
        .read()
        .with_context(|| {
            format!("`node` does not run; install Node.js {OLDEST_NODE} or newer, with npm")
        })?;
    let major = version.trim_start_matches('v').split('.').next();
    let major: u32 = major.and_then(|major| major.parse().ok()).unwrap_or(0);
    ensure!(
        major >= OLDEST_NODE,
        "Node.js {version} is too old; install {OLDEST_NODE} or newer"
    );
    ci(shell, Path::new(""))
}

/// Installs the npm packages of a folder's lock file.
pub fn ci(shell: &Shell, folder: &Path) -> Result<()> {
    if is_installed(shell, folder) {
        return Ok(());
    }
    let lock_file = folder.join("package-lock.json");
    log_step(&format!(
        "Installing the npm packages of {}",
        lock_file.display()
    ));
    let inside = shell.push_dir(folder);
    cmd!(shell, "npm ci --no-audit --no-fund --loglevel=error")
        .run()
        .context("`npm ci` failed; it needs the npm registry")?;
    drop(inside);
    Ok(shell.copy_file(lock_file, folder.join(DONE))?)
}

/// Whether the packages of a folder's lock file are installed.
pub fn is_installed(shell: &Shell, folder: impl AsRef<Path>) -> bool {
    let folder = folder.as_ref();
    let lock = shell.read_file(folder.join("package-lock.json"));
    let installed = shell.read_file(folder.join(DONE));
    matches!((lock, installed), (Ok(lock), Ok(installed)) if lock == installed)
}
