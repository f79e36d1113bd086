//! Tools built once and kept outside the checkout.

use crate::step::log_step;
use anyhow::{Context as _, Result, ensure};
use std::path::PathBuf;
use xshell::{Shell, cmd};

/// A program that cargo installs, at one version.
pub struct Tool {
    package: &'static str,
    version: &'static str,
    program: &'static str,
    minutes: u8,
}

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
        let folder = super::cache()?.join(format!("{}-{}", self.package, self.version));
        Ok(folder.join("bin").join(self.program))
    }

    /// Whether it is installed.
    pub fn is_installed(&self) -> bool {
        self.path().is_ok_and(|path| path.exists())
    }

    /// Installs it if it is missing.
    pub fn install(&self, shell: &Shell) -> Result<()> {
        if self.is_installed() {
            return Ok(());
        }
        let (package, version, minutes) = (self.package, self.version, self.minutes);
        log_step(&format!(
            "Building {package} {version}, once for this machine (about {minutes} minutes)"
        ));
        let folder = super::cache()?.join(format!("{package}-{version}"));
        // Optimised less than a release: it builds in half the time and runs for seconds.
        let _level = shell.push_env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
        let _lto = shell.push_env("CARGO_PROFILE_RELEASE_LTO", "off");
        let _units = shell.push_env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
        cmd!(
            shell,
            "cargo install --quiet --locked {package} --version {version} --root {folder}"
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
