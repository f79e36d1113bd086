//! The Worker, into `edge-api/build`.

use super::stamp::Stamp;
use super::wasm::{self, TARGET};
use crate::step::log_step;
use anyhow::Result;
use std::path::{Path, PathBuf};
use xshell::{Shell, cmd};

/// Where the runtime finds it: `index.js` and `index_bg.wasm`.
const FOLDER: &str = "edge-api/build";

/// What a build of the server is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// To be deployed, or measured: optimised as a whole, which takes minutes.
    Shipped,
    /// To be tried and tested on this machine: the same code, compiled in a fraction of the time.
    Local,
}

impl Server {
    /// The profile of `Cargo.toml` that it is compiled with.
    const fn profile(self) -> &'static str {
        match self {
            Self::Shipped => "release",
            Self::Local => "local",
        }
    }
}

/// Compiles it.
pub fn compile(shell: &Shell, server: Server) -> Result<PathBuf> {
    log_step(match server {
        Server::Shipped => "Compiling the server",
        Server::Local => "Compiling the server, for this machine only",
    });
    let profile = server.profile();
    // The futures of js-sys, which `worker` 0.8 uses, rather than those of wasm-bindgen-futures.
    let _js_sys = shell.push_env("WASM_BINDGEN_USE_JS_SYS", "1");
    cmd!(
        shell,
        "cargo build --quiet --package edge-api --lib --profile {profile} --target {TARGET}"
    )
    .quiet()
    .run()?;
    Ok(wasm::compiled("target", profile, "edge_api"))
}

/// What workerd and Cloudflare's V8 both run: what rustc uses for this target, and the exceptions by which
/// wasm-bindgen catches. Not all features, so that a newer wasm-opt never writes what they cannot read.
const FEATURES: &[&str] = &[
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-reference-types",
    "--enable-exception-handling",
    // The names of functions stay, for the stack of a panic.
    "--debuginfo",
];

/// Makes the Worker of the compiled crate, if it or the shim has changed.
pub fn make(shell: &Shell, glue: &Path, server: Server, compiled: &Path) -> Result<()> {
    let shim = shell.read_file("edge-api/shim.js")?;
    let stamp = Stamp::of(
        &Path::new(FOLDER).join(".stamp"),
        &[shell.read_binary_file(compiled)?, shim.into_bytes()],
    );
    if stamp.is_fresh(shell) {
        return Ok(());
    }
    log_step("Packing the server");
    let work = Path::new("target/temoin/server");
    shell.create_dir(work)?;
    cmd!(shell, "{glue} worker {compiled} {work}")
        .quiet()
        .run()?;
    let module = work.join("index_bg.wasm");
    if server == Server::Shipped {
        let small = work.join("index_opt.wasm");
        wasm::optimise(shell, &module, &small, &[&["-O"], FEATURES].concat())?;
        std::fs::rename(&small, &module)?;
    }
    shell.copy_file("edge-api/shim.js", work.join("shim.js"))?;
    let esbuild = local_server::root().join("node_modules/.bin/esbuild");
    let inside = shell.push_dir(work);
    let script = cmd!(
        shell,
        "{esbuild} ./shim.js --bundle --minify --format=esm --external:./index_bg.wasm
         --external:cloudflare:* --outfile=worker.js --log-level=warning"
    )
    .quiet()
    .run()
    .and_then(|()| shell.read_file("worker.js"))?;
    drop(inside);
    // Both runtimes give the compiled module to a plain import.
    let script = script.replace("import source ", "import ");
    shell.create_dir(FOLDER)?;
    shell.write_file(Path::new(FOLDER).join("index.js"), script)?;
    shell.copy_file(module, Path::new(FOLDER).join("index_bg.wasm"))?;
    stamp.write(shell)
}
