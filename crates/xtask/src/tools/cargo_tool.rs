//! Tools built once and kept outside the checkout.

use crate::step::log_step;
use anyhow::{Context as _, Result, ensure};
use std::env;
use std::path::PathBuf;
use xshell::{Shell, cmd};

/// A program that cargo installs, at one version.
pub struct Tool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
    minutes: u8,
}

/// Turns compiled Rust into a module and its JavaScript. Its version is the library's.
pub const WASM_BINDGEN: Tool = Tool {
    package: "wasm-bindgen-cli",
    version: "0.2.130",
    program: "wasm-bindgen",
    minutes: 3,
};

/// Runs DOM tests in a browser.
pub const WASM_BINDGEN_TEST_RUNNER: Tool = Tool {
    program: "wasm-bindgen-test-runner",
    ..WASM_BINDGEN
};

/// Wraps the compiled Worker for the runtime. Its version is the library's.
pub const WORKER_BUILD: Tool = Tool {
    package: "worker-build",
    version: "0.8.7",
    program: "worker-build",
    minutes: 3,
};

/// Runs the fuzz targets.
pub const CARGO_FUZZ: Tool = Tool {
    package: "cargo-fuzz",
    version: "0.13.2",
    program: "cargo-fuzz",
    minutes: 1,
};

/// Audits dependencies.
pub const CARGO_DENY: Tool = Tool {
    package: "cargo-deny",
    version: "0.20.2",
    program: "cargo-deny",
    minutes: 4,
};

impl Tool {
    /// The program's path, once it is installed.
    pub fn path(&self) -> Result<PathBuf> {
        let folder = cache()?.join(format!("{}-{}", self.package, self.version));
        Ok(folder.join("bin").join(self.program))
    }

    /// Installs it if it is missing.
    pub fn install(&self, shell: &Shell) -> Result<()> {
        if self.path()?.exists() {
            return Ok(());
        }
        let (package, version, minutes) = (self.package, self.version, self.minutes);
        log_step(&format!(
            "Building {package} {version}, once for this machine (about {minutes} minutes)"
        ));
        let folder = cache()?.join(format!("{package}-{version}"));
        // Optimised less than a release: it builds in half the time and runs for seconds.
        let _level = shell.push_env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        let _lto = shell.push_env("CARGO_PROFILE_RELEASE_LTO", "off");
        let _units = shell.push_env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        cmd!(
            shell,
            "cargo install --quiet {package} --version {version} --root {folder}"
        )
        .run()
        .with_context(|| format!("{package} {version} could not be installed"))?;
        ensure!(
            self.path()?.exists(),
            "{package} {version} installed no {}",
            self.program
        );
        Ok(())
    }
}

/// `TEMOIN_CACHE`, or the user's cache folder.
pub fn cache() -> Result<PathBuf> {
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
