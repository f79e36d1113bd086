//! The console, into the folder of assets: its module, its script, its style, and the page that names them.

use super::assets::{Toolchain, name_of, write};
use super::script::{MODULE, esbuild};
use super::stamp::Stamp;
use super::wasm;
use crate::step::log_step;
use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use std::path::Path;
use xshell::{Shell, cmd};

/// The page among the assets. It does not end with `.html`: a platform may serve such a file at an address of its own
/// choice, and only the Worker gives it its policy.
pub const PAGE: &str = "console.page";

/// The names of the console's files, for whoever measures them.
#[derive(Serialize, Deserialize)]
pub struct ConsoleFiles {
    /// What starts it.
    pub script: String,
    /// Its module.
    pub wasm: String,
    /// Its style.
    pub style: String,
    /// What compiled it.
    pub toolchain: Toolchain,
}

impl ConsoleFiles {
    /// Where the build leaves them.
    const PATH: &str = "console.json";

    /// Those of the last build.
    pub fn of_build() -> Result<Self> {
        let path = local_server::assets().join(Self::PATH);
        Ok(serde_json::from_slice(&std::fs::read(path)?)?)
    }
}

/// Makes the assets of the compiled console, if something of it has changed.
pub fn make(shell: &Shell, glue: &Path, toolchain: Toolchain, compiled: &Path) -> Result<()> {
    let style = esbuild(shell, &["console/style/main.css", "--bundle"])?;
    let page = shell.read_file("console/index.html")?;
    let start = shell.read_binary_file("console/start.js")?;
    let module = shell.read_binary_file(compiled)?;
    let inputs = [
        module,
        start,
        style.clone().into_bytes(),
        page.clone().into_bytes(),
    ];
    let work = Path::new("target/temoin/console");
    let stamp = Stamp::of(&work.join("stamp"), &inputs);
    let assets = local_server::assets();
    if stamp.is_fresh(shell) && assets.join(PAGE).exists() {
        return Ok(());
    }
    log_step("Packing the console");
    shell.create_dir(work)?;
    shell.create_dir(&assets)?;
    cmd!(shell, "{glue} console {compiled} {work}")
        .quiet()
        .run()?;
    let small = work.join("console_opt.wasm");
    wasm::optimise(shell, &work.join("console_bg.wasm"), &small, wasm::SMALLEST)?;
    let module = shell.read_binary_file(&small)?;
    let glue = format!("--alias:#console=./{}", work.join("console.js").display());
    let name = format!("--define:__WASM__=\"./{}\"", name_of(&module, "wasm"));
    let script = esbuild(
        shell,
        &[&["console/start.js", &*glue, &*name], MODULE].concat(),
    )?;
    let files = ConsoleFiles {
        script: write(shell, script.as_bytes(), "js")?,
        wasm: write(shell, &module, "wasm")?,
        style: write(shell, style.as_bytes(), "css")?,
        toolchain,
    };
    let page = page
        .replace("SCRIPT", &files.script)
        .replace("STYLE", &files.style)
        .replace("MODULE", &files.wasm);
    ensure!(
        page.contains(&files.wasm),
        "console/index.html names no MODULE"
    );
    shell.write_file(
        assets.join(ConsoleFiles::PATH),
        serde_json::to_string(&files)?,
    )?;
    // Last, so that it never names a file that is not there.
    shell.write_file(assets.join(PAGE), page)?;
    stamp.write(shell)
}
