//! What a fresh machine lacks. Each part is a question first, and does nothing where the answer
//! is yes.

use crate::say;
use crate::tool::{WASM_BINDGEN, WORKER_BUILD};
use anyhow::{Context as _, Result, bail, ensure};
use std::path::{Path, PathBuf};
use xshell::{Shell, cmd};

/// The oldest Node that runs the tools.
const OLDEST_NODE: u32 = 20;

/// Everything.
pub fn everything(shell: &Shell) -> Result<()> {
    build_tools(shell)?;
    browser(shell)?;
    say("Everything is installed");
    Ok(())
}

/// What building needs.
pub fn build_tools(shell: &Shell) -> Result<()> {
    wasm_target(shell)?;
    npm_packages(shell)?;
    standard_library_sources(shell);
    WASM_BINDGEN.install(shell)?;
    WORKER_BUILD.install(shell)
}

fn wasm_target(shell: &Shell) -> Result<()> {
    let target = "wasm32-unknown-unknown";
    let libdir = cmd!(shell, "rustc --print target-libdir --target {target}")
        .quiet()
        .read()
        .context("`rustc` does not run; install Rust 1.95 or newer with rustup")?;
    if Path::new(&libdir).exists() {
        return Ok(());
    }
    say("Adding the WebAssembly target");
    cmd!(shell, "rustup target add {target}")
        .run()
        .with_context(|| {
            format!(
                "the target {target} could not be added; `rustup target add {target}` must work"
            )
        })
}

/// What makes the widget smallest, where a nightly toolchain is installed; not a must, so a refusal
/// is not an error: the build says what it falls back to.
fn standard_library_sources(shell: &Shell) {
    let components = cmd!(
        shell,
        "rustup component list --installed --toolchain nightly"
    )
    .quiet()
    .ignore_stderr()
    .read();
    if components.is_ok_and(|installed| !installed.contains("rust-src")) {
        say("Adding the sources of the standard library to the nightly toolchain");
        let _ = cmd!(shell, "rustup component add rust-src --toolchain nightly").run();
    }
}

fn npm_packages(shell: &Shell) -> Result<()> {
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
    npm_ci(shell, Path::new(""))
}

/// Installs the npm packages of a folder's lock file.
pub fn npm_ci(shell: &Shell, folder: &Path) -> Result<()> {
    let lock_file = folder.join("package-lock.json");
    let lock = shell.read_file(&lock_file)?;
    // Written below once npm has finished; an older one belongs to another lock file.
    let done = folder.join("node_modules/.temoin-lock");
    if shell
        .read_file(&done)
        .is_ok_and(|installed| installed == lock)
    {
        return Ok(());
    }
    say(&format!(
        "Installing the npm packages of {}",
        lock_file.display()
    ));
    let inside = shell.push_dir(folder);
    cmd!(shell, "npm ci --no-audit --no-fund --loglevel=error")
        .run()
        .context("`npm ci` failed; it needs the npm registry")?;
    drop(inside);
    shell.write_file(done, lock)?;
    Ok(())
}

/// Chromium and its driver: those of the system, or installed by apt where that is possible.
pub fn browser(shell: &Shell) -> Result<Browser> {
    if let Some(browser) = Browser::find() {
        return Ok(browser);
    }
    let root = cmd!(shell, "id -u")
        .quiet()
        .read()
        .is_ok_and(|id| id == "0");
    let apt = find("apt-get").is_some();
    if !(root && apt) {
        bail!(
            "the browser tests need Chromium and ChromeDriver; on Debian or Ubuntu: \
             sudo apt-get install chromium chromium-driver; elsewhere, set CHROMIUM and \
             CHROMEDRIVER to their paths"
        );
    }
    say("Installing Chromium and ChromeDriver with apt");
    let _quiet = shell.push_env("DEBIAN_FRONTEND", "noninteractive");
    cmd!(shell, "apt-get update -qq").ignore_stdout().run()?;
    cmd!(shell, "apt-get install -y -qq chromium chromium-driver")
        .ignore_stdout()
        .run()?;
    Browser::find().context("apt installed Chromium, but it is not found")
}

/// A browser to test with.
pub struct Browser {
    /// Chromium.
    pub chromium: PathBuf,
    /// What drives it for the DOM tests.
    pub driver: PathBuf,
}

impl Browser {
    fn find() -> Option<Self> {
        let named = |variable: &str, names: &[&str]| {
            std::env::var_os(variable)
                .map(PathBuf::from)
                .or_else(|| names.iter().find_map(|name| find(name)))
        };
        Some(Self {
            chromium: named(
                "CHROMIUM",
                &["chromium", "google-chrome", "chromium-browser"],
            )?,
            driver: named("CHROMEDRIVER", &["chromedriver"])?,
        })
    }
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}
