//! What both compiled halves go through: cargo's target, wasm-bindgen, wasm-opt.

use anyhow::Result;
use std::path::{Path, PathBuf};
use xshell::{Shell, cmd};

/// The target that both halves are compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles `wasm-glue`, which is wasm-bindgen, and returns its path.
pub fn glue(shell: &Shell) -> Result<PathBuf> {
    cmd!(shell, "cargo build --quiet --package wasm-glue").run()?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or("target".into(), PathBuf::from);
    Ok(local_server::root().join(target).join("debug/wasm-glue"))
}

/// Where cargo leaves a compiled crate.
pub fn compiled(target: &str, profile: &str, name: &str) -> PathBuf {
    Path::new(target)
        .join(TARGET)
        .join(profile)
        .join(name)
        .with_extension("wasm")
}

/// Makes of a compiled crate a module with these optimisations.
pub fn optimise(shell: &Shell, raw: &Path, small: &Path, arguments: &[&str]) -> Result<()> {
    Ok(cmd!(
        shell,
        "node_modules/.bin/wasm-opt {arguments...} {raw} -o {small}"
    )
    .quiet()
    .run()?)
}
