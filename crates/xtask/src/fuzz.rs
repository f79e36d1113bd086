//! `cargo xtask fuzz`: every parser of what comes from outside, fed with what nobody would send, each for
//! a bounded time.

use crate::tool::CARGO_FUZZ;
use crate::{say, setup};
use anyhow::{Context as _, Result};
use xshell::{Shell, cmd};

/// Runs each target of `fuzz/` for so many seconds. A finding is an error, and is kept in
/// `fuzz/artifacts`.
pub fn run(shell: &Shell, seconds: u32) -> Result<()> {
    setup::nightly(shell)?;
    CARGO_FUZZ.install(shell)?;
    let cargo_fuzz = CARGO_FUZZ.path()?;
    let targets = cmd!(shell, "{cargo_fuzz} fuzz list").read()?;
    for target in targets.lines() {
        say(&format!("Fuzzing {target} for {seconds} s"));
        let limit = format!("-max_total_time={seconds}");
        let (corpus, seeds) = (
            format!("fuzz/corpus/{target}"),
            format!("fuzz/seeds/{target}"),
        );
        shell.create_dir(&corpus)?;
        cmd!(
            shell,
            "cargo +nightly fuzz run -s none {target} {corpus} {seeds} --
             {limit} -max_len=4096"
        )
        .env("PATH", with_tools(&cargo_fuzz)?)
        .run()
        .with_context(|| format!("{target}: see fuzz/artifacts/{target}"))?;
    }
    Ok(())
}

/// The search path with the folder of a tool first.
fn with_tools(tool: &std::path::Path) -> Result<std::ffi::OsString> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folder = tool.parent().map(std::path::Path::to_owned);
    Ok(std::env::join_paths(
        folder.into_iter().chain(std::env::split_paths(&path)),
    )?)
}
