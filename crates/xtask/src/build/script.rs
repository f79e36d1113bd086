//! Bundles TypeScript and makes it small.

use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use xshell::{Shell, cmd};

/// How a script that another one imports is bundled.
pub const MODULE: &[&str] = &["--bundle", "--format=esm", "--target=es2022"];

/// Runs esbuild with these arguments and returns the bundle.
pub fn esbuild(shell: &Shell, arguments: &[&str]) -> Result<String> {
    let bundle = cmd!(
        shell,
        "node_modules/.bin/esbuild {arguments...} --minify --charset=utf8 --log-level=warning"
    );
    bundle.quiet().read().context("esbuild failed")
}

/// Makes bundles, by name, smaller than the bundler does. `work` is a folder for what it writes on the way.
pub fn minify(
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
