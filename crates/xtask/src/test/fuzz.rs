//! `cargo xtask fuzz`: every parser of what comes from outside, fed with what nobody would send, each for
//! a bounded time.

use crate::step::log_step;
use crate::tools;
use crate::tools::cargo_tool::CARGO_FUZZ;
use anyhow::{Context as _, Result, ensure};
use xshell::{Shell, cmd};

/// Runs these targets of `fuzz/`, or each of them, for so many seconds. A finding is an error, and is kept in
/// `fuzz/artifacts`.
pub fn run(shell: &Shell, seconds: u32, only: &[String]) -> Result<()> {
    tools::rust::nightly(shell)?;
    CARGO_FUZZ.install(shell)?;
    let cargo_fuzz = CARGO_FUZZ.path()?;
    // Called by itself, it asks for no toolchain of its own.
    let _nightly = shell.push_env("RUSTUP_TOOLCHAIN", "nightly");
    let all = cmd!(shell, "{cargo_fuzz} fuzz list").read()?;
    let unknown = only
        .iter()
        .find(|name| !all.lines().any(|target| target == *name));
    ensure!(
        unknown.is_none(),
        "there is no such target; write: {}",
        all.lines().collect::<Vec<_>>().join(", ")
    );
    let chosen = |target: &&str| only.is_empty() || only.iter().any(|name| name == target);
    for target in all.lines().filter(chosen) {
        log_step(&format!("Fuzzing {target} for {seconds} s"));
        let limit = format!("-max_total_time={seconds}");
        let (corpus, seeds) = (
            format!("fuzz/corpus/{target}"),
            format!("fuzz/seeds/{target}"),
        );
        shell.create_dir(&corpus)?;
        cmd!(
            shell,
            "{cargo_fuzz} fuzz run -s none {target} {corpus} {seeds} --
             {limit} -max_len=4096"
        )
        .run()
        .with_context(|| format!("{target}: see fuzz/artifacts/{target}"))?;
    }
    Ok(())
}
