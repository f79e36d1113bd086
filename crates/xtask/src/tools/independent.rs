//! Programs of others, which the tests put beside ours: they verify a log without a line of ours.

use super::system::{apt, find};
use crate::step::log_step;
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};
use xshell::{Shell, cmd};

/// Installs them.
pub fn all(shell: &Shell) -> Result<Independent> {
    Ok(Independent {
        reference: reference(shell)?,
        witness: witness(shell)?,
    })
}

/// Programs of others, which the tests put beside ours.
pub struct Independent {
    /// Go's `sumdb/tlog` and `note`, in a small program (`tests/reference`).
    pub reference: PathBuf,
    /// A C2SP witness, in Python.
    pub witness: PathBuf,
}

/// Builds the Go program, with the packages of Debian or Ubuntu.
pub fn reference(shell: &Shell) -> Result<PathBuf> {
    let packages = Path::new("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog");
    if find("go").is_none() || !packages.exists() {
        apt(
            shell,
            "Go and its module package",
            &["golang-go", "golang-golang-x-mod-dev"],
        )?;
    }
    let program = local_server::root().join("target/temoin/reference");
    let _inside = shell.push_dir("tests/reference");
    let _modules = shell.push_env("GO111MODULE", "off");
    let _path = shell.push_env("GOPATH", "/usr/share/gocode");
    cmd!(shell, "go build -o {program} .")
        .quiet()
        .run()
        .context("the Go reference could not be built")?;
    Ok(program)
}

/// Installs the witness, once for this machine; it needs Python 3.12.
fn witness(shell: &Shell) -> Result<PathBuf> {
    const VERSION: &str = "0.1.0";
    let folder = super::cache()?.join(format!("aics-witness-{VERSION}"));
    let program = folder.join("bin/aics-witness");
    if program.exists() {
        return Ok(program);
    }
    let python = python(shell, 12)?;
    log_step(&format!(
        "Installing aics-witness {VERSION}, once for this machine"
    ));
    let pip = folder.join("bin/pip");
    cmd!(shell, "{python} -m venv {folder}").run()?;
    cmd!(
        shell,
        "{pip} install --quiet aics-witness=={VERSION} aics-tlog==0.2.1 cryptography==50.0.2
         cffi==2.1.1 pycparser==3.12"
    )
    .run()
    .context("aics-witness could not be installed; it needs the Python package index")?;
    Ok(program)
}

/// A Python of this minor version or a newer one.
pub(super) fn python(shell: &Shell, minor: u8) -> Result<PathBuf> {
    let home = std::env::home_dir().unwrap_or_default();
    let of_pyenv = std::fs::read_dir(home.join(".pyenv/versions"));
    let of_pyenv = of_pyenv.into_iter().flatten().flatten();
    let mut candidates: Vec<PathBuf> = of_pyenv
        .map(|version| version.path().join("bin/python"))
        .collect();
    candidates.extend(
        ["python3.13", "python3.12", "python3"]
            .iter()
            .filter_map(|name| find(name)),
    );
    let check = format!("import sys; sys.exit(sys.version_info < (3, {minor}))");
    candidates
        .into_iter()
        .find(|python| {
            let new_enough = cmd!(shell, "{python} -c {check}").quiet();
            new_enough.ignore_stdout().ignore_stderr().run().is_ok()
        })
        .with_context(|| {
            format!("this part of the tests needs Python 3.{minor} or newer, with venv")
        })
}
