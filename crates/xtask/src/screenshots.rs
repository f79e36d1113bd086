//! `cargo xtask screenshots`: the pictures of the documentation, taken from the running product.

use crate::build::{self, Server};
use crate::step::log_step;
use crate::test::{journeys, wordpress};
use anyhow::Result;
use xshell::Shell;

const FOLDER: &str = "docs/images";

/// Takes them anew.
pub fn take(shell: &Shell) -> Result<()> {
    build::everything(Server::Local)?;
    log_step("Taking the pictures of docs/images");
    // None stays that nobody takes any more.
    for picture in shell.read_dir(FOLDER)? {
        if picture.extension().is_some_and(|kind| kind == "png") {
            shell.remove_path(picture)?;
        }
    }
    let _take = shell.push_env("TEMOIN_SCREENSHOTS", FOLDER);
    journeys(shell, &["screenshots.spec.ts".to_owned()])?;
    wordpress::run(shell, &[])
}
