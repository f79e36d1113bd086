//! Programs of the system, installed by apt where they are missing and that is possible.

use crate::step::log_step;
use anyhow::{Context as _, Result, ensure};
use std::path::PathBuf;
use xshell::{Shell, cmd};

/// Chromium: the one that `CHROMIUM` names, or the system's.
pub fn chromium(shell: &Shell) -> Result<PathBuf> {
    let usual = ["chromium", "google-chrome", "chromium-browser"];
    browser(shell, "Chromium", "CHROMIUM", &usual, "chromium")
}

/// Firefox: the one that `FIREFOX` names, or the system's.
pub fn firefox(shell: &Shell) -> Result<PathBuf> {
    let usual = ["firefox-esr", "firefox"];
    browser(shell, "Firefox", "FIREFOX", &usual, "firefox-esr")
}

/// A browser: the one that a variable names, or the first of its usual programs.
fn browser(
    shell: &Shell,
    name: &str,
    variable: &str,
    usual: &[&str],
    package: &str,
) -> Result<PathBuf> {
    let what = format!("{name} (or {variable} set to its path)");
    found_or_installed(shell, &what, &[package], || {
        let named = std::env::var_os(variable).map(PathBuf::from);
        named.or_else(|| usual.iter().find_map(|name| find(name)))
    })
}

/// WebKit, as its GTK port has it.
pub struct WebKit {
    /// Its driver, as the W3C defines one.
    pub driver: PathBuf,
    /// What it drives.
    pub browser: PathBuf,
}

/// WebKit: the system's, with a screen that nobody sees.
pub fn webkit(shell: &Shell) -> Result<WebKit> {
    let packages = ["webkit2gtk-driver", "xvfb", "xauth"];
    found_or_installed(
        shell,
        "WebKit's driver and a screen for it",
        &packages,
        || {
            find("xvfb-run")?;
            let libraries = std::fs::read_dir("/usr/lib").ok()?;
            let browser = libraries
                .filter_map(|folder| Some(folder.ok()?.path()))
                .flat_map(|folder| {
                    ["webkit2gtk-4.1", "webkit2gtk-4.0"].map(|port| folder.join(port))
                })
                .map(|port| port.join("MiniBrowser"))
                .find(|candidate| candidate.is_file())?;
            let driver = find("WebKitWebDriver")?;
            Some(WebKit { driver, browser })
        },
    )
}

/// What `find` finds, once these packages are installed if need be.
fn found_or_installed<T>(
    shell: &Shell,
    what: &str,
    packages: &[&str],
    find: impl Fn() -> Option<T>,
) -> Result<T> {
    if let Some(found) = find() {
        return Ok(found);
    }
    apt(shell, what, packages)?;
    find().with_context(|| format!("apt installed {what}, but it is not found"))
}

/// Installs packages by apt, where that is possible.
pub fn apt(shell: &Shell, what: &str, packages: &[&str]) -> Result<()> {
    let root = cmd!(shell, "id -u")
        .quiet()
        .read()
        .is_ok_and(|id| id == "0");
    ensure!(
        root && find("apt-get").is_some(),
        "{what} must be installed; on Debian or Ubuntu: sudo apt-get install {}",
        packages.join(" ")
    );
    log_step(&format!("Installing {what} with apt"));
    let _quiet = shell.push_env("DEBIAN_FRONTEND", "noninteractive");
    cmd!(shell, "apt-get update -qq").ignore_stdout().run()?;
    cmd!(shell, "apt-get install -y -qq {packages...}")
        .ignore_stdout()
        .run()?;
    Ok(())
}

/// The path of a program that the shell would run.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}
