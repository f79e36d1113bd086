//! Parts of the Rust toolchains.

use crate::step::log_step;
use anyhow::{Context as _, Result};
use std::path::Path;
use xshell::{Shell, cmd};

/// What compiling for the browser and for the Worker needs.
pub fn for_builds(shell: &Shell) -> Result<()> {
    wasm_target(shell)?;
    standard_library_sources(shell);
    Ok(())
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
    log_step("Adding the WebAssembly target");
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
        log_step("Adding the sources of the standard library to the nightly toolchain");
        let _ = cmd!(shell, "rustup component add rust-src --toolchain nightly").run();
    }
}

/// A nightly toolchain, for what only it can do.
pub fn nightly(shell: &Shell) -> Result<()> {
    cmd!(shell, "rustc +nightly --version")
        .quiet()
        .ignore_stdout()
        .run()
        .context("fuzzing needs a nightly toolchain: rustup toolchain install nightly")
}
