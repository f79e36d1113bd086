//! `cargo xtask screenshots`: the pictures of the documentation, taken from the running product.

use crate::test::journeys;
use crate::{build, say};
use anyhow::Result;
use xshell::Shell;

/// Takes them anew.
pub fn take(shell: &Shell) -> Result<()> {
    build::everything(shell)?;
    say("Taking the pictures of docs/images");
    let _take = shell.push_env("TEMOIN_SCREENSHOTS", "docs/images");
    journeys(shell, &["screenshots".to_owned()])
}
