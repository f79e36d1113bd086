//! `cargo xtask audit`: what the dependencies are, from where, and under which licence.

use crate::step::log_step;
use crate::tools::cargo_tool::CARGO_DENY;
use anyhow::Result;
use xshell::{Shell, cmd};

/// Checks every dependency as `deny.toml` says. Known vulnerabilities are looked up only if they are
/// asked for: their database comes from the network.
pub fn run(shell: &Shell, advisories: bool) -> Result<()> {
    CARGO_DENY.install(shell)?;
    let cargo_deny = CARGO_DENY.path()?;
    let what = ["bans", "licenses", "sources", "advisories"];
    let what = &what[..if advisories { 4 } else { 3 }];
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        log_step(&format!("Auditing the dependencies of {manifest}"));
        cmd!(
            shell,
            "{cargo_deny} --manifest-path {manifest} --config deny.toml --all-features check {what...}"
        )
        .run()?;
    }
    Ok(())
}
