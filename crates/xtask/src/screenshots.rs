//! `cargo xtask screenshots`: the pictures of the documentation, taken from the running product.

use crate::{build, say, setup};
use anyhow::Result;
use xshell::{Shell, cmd};

/// Takes them anew.
pub fn take(shell: &Shell) -> Result<()> {
    build::everything(shell)?;
    let browser = setup::browser(shell)?;
    say("Taking the pictures of docs/images");
    let _chromium = shell.push_env("CHROMIUM", &browser.chromium);
    let _take = shell.push_env("TEMOIN_SCREENSHOTS", "docs/images");
    cmd!(shell, "node_modules/.bin/playwright test --config tests/browser screenshots").run()?;
    Ok(())
}
