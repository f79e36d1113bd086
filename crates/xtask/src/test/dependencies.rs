//! What the dependencies are, from where, under which licence, and whether a fault in one is known. The integrity of what
//! npm installs is looked at by `cargo xtask check`.

use crate::step::log_step;
use crate::tools::cargo_tool::CARGO_DENY;
use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use xshell::{Shell, cmd};

/// The lock files of cargo, by their manifests, and the folders of those of npm.
const CARGO: [&str; 2] = ["Cargo.toml", "fuzz/Cargo.toml"];
const NPM: [&str; 4] = [".", "tests/bench", "tests/integrations", "tests/wordpress"];

/// Checks every dependency as `deny.toml` says, and looks up known faults where the network lets it; what cannot be
/// checked is said.
///
/// cargo-deny takes as long to build as a fifth of all tests. A run of everything therefore uses it where it is
/// installed (`cargo xtask setup`, whose results a CI keeps); `install` builds it.
pub fn run(shell: &Shell, install: bool) -> Result<()> {
    if install {
        CARGO_DENY.install(shell)?;
    }
    if CARGO_DENY.is_installed() {
        crates(shell)?;
    } else {
        let reason = "cargo-deny is not installed; `cargo xtask setup` installs it";
        skipped("sources, licences and known faults of the crates", reason);
    }
    for folder in NPM {
        npm_audit(shell, folder)?;
    }
    Ok(())
}

fn crates(shell: &Shell) -> Result<()> {
    log_step("Sources, licences and bans of the crates");
    for manifest in CARGO {
        deny(shell, manifest, &["bans", "licenses", "sources"])?;
    }
    log_step("Known faults of the crates");
    let cargo_deny = CARGO_DENY.path()?;
    let fetched = cmd!(shell, "{cargo_deny} fetch db")
        .quiet()
        .ignore_status()
        .output()?;
    if !fetched.status.success() {
        skipped("known faults of the crates", last_line(&fetched.stderr));
        return Ok(());
    }
    for manifest in CARGO {
        deny(shell, manifest, &["advisories"])?;
    }
    Ok(())
}

/// Asks the registry of npm for known faults of what a folder's lock file names.
fn npm_audit(shell: &Shell, folder: &str) -> Result<()> {
    let _inside = shell.push_dir(folder);
    let answer = cmd!(shell, "npm audit --json")
        .quiet()
        .ignore_status()
        .ignore_stderr()
        .read()?;
    let answer: Value = serde_json::from_str(&answer).unwrap_or_default();
    let Some(counts) = answer["metadata"]["vulnerabilities"].as_object() else {
        let reason = answer["message"].as_str().unwrap_or("npm gave no answer");
        skipped(
            &format!("known faults of the npm packages of `{folder}`"),
            reason,
        );
        return Ok(());
    };
    let found =
        ["moderate", "high", "critical"].map(|level| counts.get(level).and_then(Value::as_u64));
    let found: u64 = found.into_iter().flatten().sum();
    ensure!(
        found == 0,
        "{found} known faults in the npm packages of {folder}; `npm audit` there names them"
    );
    Ok(())
}

/// Says that a check could not be made.
fn skipped(what: &str, reason: &str) {
    log_step(&format!("SKIPPED: {what}, not checked ({reason})"));
}

fn last_line(output: &[u8]) -> &str {
    let text = str::from_utf8(output).unwrap_or_default();
    text.trim().lines().last().unwrap_or("no reason given")
}

/// Runs cargo-deny's checks on the lock file of one manifest.
fn deny(shell: &Shell, manifest: &str, checks: &[&str]) -> Result<()> {
    let cargo_deny = CARGO_DENY.path()?;
    cmd!(
        shell,
        "{cargo_deny} --manifest-path {manifest} --all-features --config deny.toml check
         --hide-inclusion-graph {checks...}"
    )
    .run()
    .with_context(|| format!("{manifest}: a dependency is not as deny.toml says"))
}
