//! Building: the loader, the widget, the server.
//!
//! ```text
//! consent-widget (Rust) ─ cargo ─ wasm-bindgen ─ wasm-opt ─┐
//! consent-widget/loader (TypeScript) ─ esbuild ────────────┼─ target/temoin/assets
//! edge-api (Rust) ─ cargo ─ worker-build ─ edge-api/build  │  (named by content, compressed)
//! ```

use crate::step::log_step;
use crate::tools;
use crate::tools::cargo_tool::{WASM_BINDGEN, WORKER_BUILD};
use anyhow::{Context as _, Result};
use consent_core::Sha256Digest;
use consent_core::loader::{LoaderOption, variant};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use xshell::{Shell, cmd};

const TARGET: &str = "wasm32-unknown-unknown";

/// Builds everything that is out of date.
pub fn everything(shell: &Shell) -> Result<()> {
    tools::build_tools(shell)?;
    widget(shell)?;
    server(shell)
}

/// The widget and the loader, into `target/temoin/assets`.
fn widget(shell: &Shell) -> Result<()> {
    let (toolchain, compiled) = compile_widget(shell)?;
    log_step("Building the loaders");
    let loaders = loaders(shell)?;
    let proof = esbuild(
        shell,
        &[&["consent-widget/loader/receipt-verifier/main.ts"], MODULE].concat(),
    )?;
    let text = "--loader:.css=text";
    let inspector = ["consent-widget/inspector/main.ts", text];
    let inspector = esbuild(shell, &[&inspector, MODULE].concat())?;
    let mut inputs = vec![shell.read_binary_file(compiled.as_path())?];
    let scripts = loaders.values().chain([&proof, &inspector]);
    inputs.extend(scripts.map(|script| script.clone().into_bytes()));
    for part in ["widget/main.ts", "ui/notice-parts.ts", "minify.mjs"] {
        inputs.push(shell.read_binary_file(Path::new("consent-widget/loader").join(part))?);
    }
    let work = Path::new("target/temoin/widget");
    let stamp = Stamp::of(&work.join("stamp"), &inputs);
    if stamp.fresh(shell) && local_server::assets().join("manifest.json").exists() {
        return Ok(());
    }
    log_step("Packing the widget");
    shell.create_dir(work)?;
    let wasm_bindgen = WASM_BINDGEN.path()?;
    cmd!(
        shell,
        "{wasm_bindgen} --target web --no-typescript --omit-default-module-path
         --remove-producers-section --out-dir {work} --out-name widget {compiled}"
    )
    .run()?;
    let (raw, small) = (work.join("widget_bg.wasm"), work.join("widget_opt.wasm"));
    let script = work.join("widget.js");
    cmd!(
        shell,
        "node_modules/.bin/wasm-opt -tnh -Oz -Oz --strip-debug --strip-producers {raw} -o {small}"
    )
    .run()?;
    let proof = minify(shell, work, [("proof".to_owned(), proof)].into())?;
    let proof = &*proof["proof"];
    // The widget knows it by its content, so that the widget's digest vouches for it too.
    let beside = format!("--define:__PROOF__=\"./{}\"", named(proof.as_bytes(), "js"));
    let glue = format!("--alias:#widget=./{}", script.display());
    let widget = ["consent-widget/loader/widget/main.ts", &glue, &beside];
    let script = esbuild(shell, &[&widget, MODULE].concat())?;
    let wasm = shell.read_binary_file(&small)?;
    let script = minify(shell, work, [("widget".to_owned(), script)].into())?;
    let loaders = minify(shell, work, loaders)?;
    let built = Built {
        toolchain,
        loaders,
        script: &script["widget"],
        proof,
        inspector: &inspector,
        wasm,
    };
    pack(shell, &built)?;
    stamp.write(shell)
}

/// What a build of the widget gives.
struct Built<'a> {
    toolchain: Toolchain,
    /// By variant.
    loaders: BTreeMap<String, String>,
    /// What starts the widget.
    script: &'a str,
    /// What verifies a receipt, fetched by the visitors who ask for that.
    proof: &'a str,
    /// What an owner starts in their own page.
    inspector: &'a str,
    wasm: Vec<u8>,
}

/// How a script that another one imports is bundled.
const MODULE: &[&str] = &["--bundle", "--format=esm", "--target=es2022"];

/// The name of an asset, by its content.
fn named(bytes: &[u8], ending: &str) -> String {
    format!("{}.{ending}", &Sha256Digest::of(bytes).to_string()[..16])
}

/// One loader for each set of options, by its variant's name: what a site does not use is not in
/// its loader.
fn loaders(shell: &Shell) -> Result<BTreeMap<String, String>> {
    (0..1_u32 << LoaderOption::ALL.len())
        .map(|set| {
            let has = |option: LoaderOption| set >> option as u32 & 1 == 1;
            let defines = LoaderOption::ALL
                .map(|option| format!("--define:{}={}", option.constant(), has(option)));
            let mut arguments = vec![
                "consent-widget/loader/main.ts",
                "--bundle",
                "--format=iife",
                "--target=es2022",
            ];
            arguments.extend(defines.iter().map(String::as_str));
            Ok((variant(has), esbuild(shell, &arguments)?))
        })
        .collect()
}

/// What compiled the widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Toolchain {
    /// With the standard library built for size: what is shipped, and what the budget is for.
    Nightly,
    /// Works everywhere, and is a fifth larger.
    Stable,
}

/// Compiles the widget as small as this machine can: with the standard library rebuilt for size
/// where a nightly toolchain and its sources are installed, otherwise with the stable one.
fn compile_widget(shell: &Shell) -> Result<(Toolchain, PathBuf)> {
    let sources = cmd!(shell, "rustc +nightly --print sysroot")
        .quiet()
        .ignore_stderr()
        .read()
        .ok()
        .map(|sysroot| Path::new(&sysroot).join("lib/rustlib/src/rust/library/Cargo.lock"));
    let small = sources.is_some_and(|sources| sources.exists());
    if small {
        log_step("Compiling the widget (nightly, standard library built for size)");
        let _flags = shell.push_env(
            "RUSTFLAGS",
            "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none",
        );
        let built = cmd!(
            shell,
            "cargo +nightly build --quiet --package consent-widget --release --target {TARGET}
             --target-dir target/widget-nightly
             -Zbuild-std=std,panic_abort -Zbuild-std-features=optimize_for_size"
        )
        .run();
        if built.is_ok() {
            return Ok((
                Toolchain::Nightly,
                wasm_in("target/widget-nightly", "consent_widget"),
            ));
        }
        log_step("The nightly build failed");
    }
    log_step(
        "Compiling the widget (stable; a nightly toolchain with rust-src makes it a fifth smaller)",
    );
    cmd!(shell, "cargo build --quiet --package consent-widget --release --target {TARGET} --target-dir target/widget-stable").run()?;
    Ok((
        Toolchain::Stable,
        wasm_in("target/widget-stable", "consent_widget"),
    ))
}

fn wasm_in(target: &str, name: &str) -> PathBuf {
    Path::new(target)
        .join(TARGET)
        .join("release")
        .join(name)
        .with_extension("wasm")
}

fn esbuild(shell: &Shell, arguments: &[&str]) -> Result<String> {
    let bundle = cmd!(
        shell,
        "node_modules/.bin/esbuild {arguments...} --minify --charset=utf8 --log-level=warning"
    );
    bundle.quiet().read().context("esbuild failed")
}

/// The same scripts, smaller than the bundler makes them.
fn minify(
    shell: &Shell,
    work: &Path,
    scripts: BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>> {
    let folder = work.join("minify");
    shell.create_dir(&folder)?;
    let path = |name: &str| folder.join(format!("{name}.js"));
    for (name, script) in &scripts {
        shell.write_file(path(name), script)?;
    }
    let files: Vec<PathBuf> = scripts.keys().map(|name| path(name)).collect();
    cmd!(shell, "node consent-widget/loader/minify.mjs {files...}")
        .quiet()
        .run()?;
    let minified = |name: String| Ok((name.clone(), shell.read_file(path(&name))?));
    scripts.into_keys().map(minified).collect()
}

/// Writes the files that the `ASSETS` binding serves. Files of earlier builds stay: sites
/// published with them still name them.
fn pack(shell: &Shell, built: &Built) -> Result<()> {
    let assets = local_server::assets();
    shell.create_dir(&assets)?;
    let write = |bytes: &[u8], ending: &str| -> Result<Value> {
        let name = named(bytes, ending);
        shell.write_file(assets.join(&name), bytes)?;
        shell.write_file(assets.join(format!("{name}.br")), compress(bytes)?)?;
        Ok(json!({ "name": name, "digest": Sha256Digest::of(bytes) }))
    };
    let mut templates = serde_json::Map::new();
    for (variant, loader) in &built.loaders {
        let (name, digest) = (format!("{variant}.js"), Sha256Digest::of(loader.as_bytes()));
        shell.write_file(assets.join(&name), loader)?;
        templates.insert(variant.clone(), json!({ "name": name, "digest": digest }));
    }
    let manifest = json!({
        "script": write(built.script.as_bytes(), "js")?,
        "proof": write(built.proof.as_bytes(), "js")?,
        "inspector": write(built.inspector.as_bytes(), "js")?,
        "wasm": write(&built.wasm, "wasm")?,
        "loaders": templates,
        "toolchain": built.toolchain,
    });
    // Last, so that it never names a file that is not there.
    shell.write_file(assets.join("manifest.json"), manifest.to_string())?;
    Ok(())
}

/// Brotli at its best: done once, when the widget is built.
pub fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &parameters)?;
    Ok(compressed)
}

/// The Worker, into `edge-api/build`.
fn server(shell: &Shell) -> Result<()> {
    log_step("Compiling the server");
    // As worker-build sets it; otherwise it would compile everything again.
    let _js_sys = shell.push_env("WASM_BINDGEN_USE_JS_SYS", "1");
    cmd!(
        shell,
        "cargo build --quiet --package edge-api --lib --release --target {TARGET}"
    )
    .run()?;
    let compiled = shell.read_binary_file(wasm_in("target", "edge_api"))?;
    let stamp = Stamp::of(Path::new("edge-api/build/.stamp"), &[compiled]);
    if stamp.fresh(shell) {
        return Ok(());
    }
    log_step("Packing the server");
    let bin = local_server::root().join("node_modules/.bin");
    let _bindgen = shell.push_env("WASM_BINDGEN_BIN", WASM_BINDGEN.path()?);
    let _opt = shell.push_env("WASM_OPT_BIN", bin.join("wasm-opt"));
    let _esbuild = shell.push_env("ESBUILD_BIN", bin.join("esbuild"));
    let worker_build = WORKER_BUILD.path()?;
    let edge = shell.push_dir("edge-api");
    let output = cmd!(shell, "{worker_build} --release")
        .quiet()
        .ignore_status()
        .output()?;
    anyhow::ensure!(
        output.status.success(),
        "worker-build failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    drop(edge);
    stamp.write(shell)
}

/// Whether a step has been done for these inputs.
struct Stamp {
    path: PathBuf,
    digest: String,
}

impl Stamp {
    fn of(path: &Path, inputs: &[Vec<u8>]) -> Self {
        Self {
            path: path.to_owned(),
            digest: Sha256Digest::of(&inputs.concat()).to_string(),
        }
    }

    fn fresh(&self, shell: &Shell) -> bool {
        shell
            .read_file(&self.path)
            .is_ok_and(|digest| digest == self.digest)
    }

    fn write(&self, shell: &Shell) -> Result<()> {
        Ok(shell.write_file(&self.path, &self.digest)?)
    }
}
