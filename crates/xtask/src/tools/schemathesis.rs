//! Schemathesis, which tries the API by its description.

use super::independent::python;
use crate::step::log_step;
use anyhow::{Context as _, Result};
use std::path::PathBuf;
use xshell::{Shell, cmd};

/// Its version, and that of all it needs, with their hashes.
const REQUIREMENTS: &str = "tests/schemathesis/requirements.txt";

/// Installs it, once for this machine; it needs Python 3.12 and the Python package index.
pub fn program(shell: &Shell) -> Result<PathBuf> {
    let requirements = shell.read_file(REQUIREMENTS)?;
    let version = requirements
        .lines()
        .find_map(|line| line.strip_prefix("schemathesis=="))
        .and_then(|rest| rest.split_whitespace().next())
        .with_context(|| format!("{REQUIREMENTS} names no schemathesis"))?;
    let folder = super::cache()?.join(format!("schemathesis-{version}"));
    let program = folder.join("bin/schemathesis");
    if program.exists() {
        return Ok(program);
    }
    let python = python(shell, 12)?;
    log_step(&format!(
        "Installing schemathesis {version}, once for this machine"
    ));
    let pip = folder.join("bin/pip");
    cmd!(shell, "{python} -m venv {folder}").run()?;
    cmd!(
        shell,
        "{pip} install --quiet --require-hashes --requirement {REQUIREMENTS}"
    )
    .run()
    .context("schemathesis could not be installed; it needs the Python package index")?;
    Ok(program)
}
