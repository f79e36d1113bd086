//! Building what is served: the loaders, the widget, the console, the server. Not how a machine gets the tools for it.
//!
//! ```text
//! consent-widget (Rust) ─ cargo ─ wasm-bindgen ─ wasm-opt ─┐
//! consent-widget/loader (TypeScript) ─ esbuild, terser ────┼─ target/temoin/assets
//! console (Rust) ─ cargo ─ wasm-bindgen ─ wasm-opt, esbuild ┘
//! edge-api (Rust) ─ cargo ─ wasm-bindgen ─ esbuild ─ edge-api/build   (named by content, compressed)
//! ```

pub mod assets;
pub mod console;
mod script;
mod server;
mod stamp;
mod wasm;
mod widget;

pub use server::Server;

use crate::tools;
use anyhow::{Result, anyhow};
use std::path::PathBuf;
use std::sync::LazyLock;
use std::thread;
use xshell::{Shell, cmd};

/// Builds everything that is out of date.
///
/// The two halves are compiled side by side, and beside them the packages and the programs that they are packed
/// with are fetched and built: much of each is the work of one processor.
pub fn everything(server: Server) -> Result<()> {
    let shell = tools::shell()?;
    tools::rust::for_builds(&shell)?;
    // Styles go into both halves. Where they can be prepared first, they are.
    if tools::npm::is_installed(&shell, "") {
        prepare(&shell)?;
    }
    assets::write_api_document(&shell)?;
    let packing = LazyLock::new(|| packing_tools().map_err(|error| format!("{error:#}")));
    let packing = || packing.as_ref().map_err(|error| anyhow!("{error}"));
    thread::scope(|scope| {
        let tools = scope.spawn(|| packing().map(drop));
        let pages = scope.spawn(|| {
            let shell = tools::shell()?;
            let (toolchain, compiled) = wasm::compile_small(&shell, "consent-widget")?;
            widget::make(&shell, packing()?, toolchain, &compiled)?;
            // It shares what the widget is compiled from, and so waits for it.
            let (toolchain, compiled) = wasm::compile_small(&shell, "console")?;
            console::make(&shell, packing()?, toolchain, &compiled)
        });
        let server = scope.spawn(move || {
            let shell = tools::shell()?;
            let compiled = server::compile(&shell, server)?;
            server::make(&shell, packing()?, server, &compiled)
        });
        // All of them end before the first error is told, so that none goes on behind it.
        let ends = [tools, pages, server].map(thread::ScopedJoinHandle::join);
        ends.into_iter()
            .try_for_each(|end| end.map_err(|_| anyhow!("a part of the build panicked"))?)
    })
}

/// Installs and compiles what the compiled halves are packed with, and returns the path of wasm-bindgen.
fn packing_tools() -> Result<PathBuf> {
    let shell = tools::shell()?;
    tools::npm::packages(&shell)?;
    glue(&shell)
}

/// wasm-bindgen, compiled if it is out of date.
pub fn glue(shell: &Shell) -> Result<PathBuf> {
    wasm::glue(shell)
}

/// What prepares files that are committed: the styles, and the verifier that `temoin dossier` puts into its file. Each
/// writes anew what has changed, and with `--check` fails instead.
pub const PREPARED: [&str; 2] = [
    "consent-widget/style/prepare.mjs",
    "consent-widget/loader/dossier/prepare.mjs",
];

fn prepare(shell: &Shell) -> Result<()> {
    for script in PREPARED {
        cmd!(shell, "node {script}").quiet().run()?;
    }
    Ok(())
}
