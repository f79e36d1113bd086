//! The files that the server's `ASSETS` binding serves: named by their content, compressed.

use anyhow::Result;
use consent_core::Sha256Digest;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use xshell::Shell;

/// What compiled the widget.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Toolchain {
    /// With the standard library built for size: what is shipped, and what the budget is for.
    Nightly,
    /// Works everywhere, and is a fifth larger.
    Stable,
}

/// What a build of the widget gives.
pub struct Built<'a> {
    /// What compiled it.
    pub toolchain: Toolchain,
    /// By variant.
    pub loaders: BTreeMap<String, String>,
    /// What tells each tool what a visitor decided, by the tool's name: a function, as an expression.
    pub callers: BTreeMap<String, String>,
    /// What starts the widget.
    pub script: &'a str,
    /// What verifies a receipt, fetched by the visitors who ask for that.
    pub proof: &'a str,
    /// What an owner starts in their own page.
    pub inspector: &'a str,
    /// The module.
    pub wasm: Vec<u8>,
}

/// The name of an asset, by its content.
pub fn name_of(bytes: &[u8], ending: &str) -> String {
    format!("{}.{ending}", &Sha256Digest::of(bytes).to_string()[..16])
}

/// Writes the files that the `ASSETS` binding serves. Files of earlier builds stay: sites
/// published with them still name them.
pub fn pack(shell: &Shell, built: &Built) -> Result<()> {
    let assets = local_server::assets();
    shell.create_dir(&assets)?;
    let write = |bytes: &[u8], ending: &str| -> Result<Value> {
        let name = write(shell, bytes, ending)?;
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
        "callers": built.callers,
        "toolchain": built.toolchain,
    });
    // Last, so that it never names a file that is not there.
    shell.write_file(assets.join("manifest.json"), manifest.to_string())?;
    Ok(())
}

/// Writes the description of the API among the assets, if it has changed: as it is prepared, on one line.
pub fn write_api_document(shell: &Shell) -> Result<()> {
    let prepared = shell.read_file("crates/api-document/prepared/openapi.json")?;
    let text = serde_json::from_str::<Value>(&prepared)?.to_string();
    let assets = local_server::assets();
    let (plain, compressed) = (assets.join("openapi.json"), assets.join("openapi.json.br"));
    if compressed.exists() && shell.read_file(&plain).ok().as_ref() == Some(&text) {
        return Ok(());
    }
    shell.create_dir(&assets)?;
    shell.write_file(compressed, compress(text.as_bytes())?)?;
    shell.write_file(plain, text)?;
    Ok(())
}

/// Writes a file among the assets, plain and compressed, and returns its name.
pub fn write(shell: &Shell, bytes: &[u8], ending: &str) -> Result<String> {
    let assets = local_server::assets();
    let name = name_of(bytes, ending);
    shell.write_file(assets.join(&name), bytes)?;
    shell.write_file(assets.join(format!("{name}.br")), compress(bytes)?)?;
    Ok(name)
}

/// Brotli at its best: done once, when something is built.
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
