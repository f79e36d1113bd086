//! What everything that is compiled goes through: cargo's target, wasm-bindgen, wasm-opt.

use super::assets::Toolchain;
use crate::step::log_step;
use anyhow::Result;
use std::path::{Path, PathBuf};
use xshell::{Shell, cmd};

/// The target that everything is compiled for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Compiles what a browser downloads as small as this machine can: with the standard library rebuilt for size where a
/// nightly toolchain and its sources are installed, otherwise with the stable one.
pub fn compile_small(shell: &Shell, package: &str) -> Result<(Toolchain, PathBuf)> {
    let sources = cmd!(shell, "rustc +nightly --print sysroot")
        .quiet()
        .ignore_stderr()
        .read()
        .ok()
        .map(|sysroot| Path::new(&sysroot).join("lib/rustlib/src/rust/library/Cargo.lock"));
    let small = sources.is_some_and(|sources| sources.exists());
    let name = package.replace('-', "_");
    if small {
        log_step(&format!(
            "Compiling {package} (nightly, standard library built for size)"
        ));
        let _flags = shell.push_env(
            "RUSTFLAGS",
            "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none",
        );
        let built = cmd!(
            shell,
            "cargo +nightly build --quiet --package {package} --release --target {TARGET}
             --target-dir target/widget-nightly
             -Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size"
        )
        .quiet()
        .run();
        if built.is_ok() {
            let compiled = compiled("target/widget-nightly", "release", &name);
            return Ok((Toolchain::Nightly, compiled));
        }
        log_step("The nightly build failed");
    }
    log_step(&format!(
        "Compiling {package} (stable; a nightly toolchain with rust-src makes it a fifth smaller)"
    ));
    let target = "target/widget-stable";
    cmd!(
        shell,
        "cargo build --quiet --package {package} --release --target {TARGET} --target-dir {target}"
    )
    .quiet()
    .run()?;
    Ok((Toolchain::Stable, compiled(target, "release", &name)))
}

/// The optimisations of what a browser downloads.
pub const SMALLEST: &[&str] = &["-tnh", "-Oz", "-Oz", "--strip-debug", "--strip-producers"];

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
