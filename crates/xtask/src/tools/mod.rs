//! What a fresh machine lacks. Each part is a question first, and does nothing where the answer
//! is yes.

pub mod cargo_tool;

use crate::step::log_step;
use anyhow::{Context as _, Result, ensure};
use cargo_tool::{WASM_BINDGEN, WORKER_BUILD};
use std::path::{Path, PathBuf};
use xshell::{Shell, cmd};

/// The oldest Node that runs the tools.
const OLDEST_NODE: u32 = 20;

/// Everything.
pub fn everything(shell: &Shell) -> Result<()> {
    build_tools(shell)?;
    browser(shell)?;
    independent(shell)?;
    log_step("Everything is installed");
    Ok(())
}

/// What building needs.
pub fn build_tools(shell: &Shell) -> Result<()> {
    wasm_target(shell)?;
    npm_packages(shell)?;
    standard_library_sources(shell);
    WASM_BINDGEN.install(shell)?;
    WORKER_BUILD.install(shell)
}

fn wasm_target(shell: &Shell) -> Result<()> {
    let target = "wasm32-unknown-unknown";
    let libdir = cmd!(shell, "rustc --print target-libdir --target {target}")
        .quiet()
        .read()
        .context("`rustc` does not run; install Rust 1.95 or newer with rustup")?;
    if Path::new(&libdir).exists() {
        return Ok(());
    }
    log_step("Adding the WebAssembly target");
    cmd!(shell, "rustup target add {target}")
        .run()
        .with_context(|| {
            format!(
                "the target {target} could not be added; `rustup target add {target}` must work"
            )
        })
}

/// What makes the widget smallest, where a nightly toolchain is installed; not a must, so a refusal
/// is not an error: the build says what it falls back to.
fn standard_library_sources(shell: &Shell) {
    let components = cmd!(
        shell,
        "rustup component list --installed --toolchain nightly"
    )
    .quiet()
    .ignore_stderr()
    .read();
    if components.is_ok_and(|installed| !installed.contains("rust-src")) {
        log_step("Adding the sources of the standard library to the nightly toolchain");
        let _ = cmd!(shell, "rustup component add rust-src --toolchain nightly").run();
    }
}

/// A nightly toolchain, for what only it can do.
pub fn nightly(shell: &Shell) -> Result<()> {
    cmd!(shell, "rustc +nightly --version")
        .quiet()
        .ignore_stdout()
        .run()
        .context("fuzzing needs a nightly toolchain: rustup toolchain install nightly")
}

fn npm_packages(shell: &Shell) -> Result<()> {
    let version = cmd!(shell, "node --version")
        .quiet()
        .read()
        .with_context(|| {
            format!("`node` does not run; install Node.js {OLDEST_NODE} or newer, with npm")
        })?;
    let major = version.trim_start_matches('v').split('.').next();
    let major: u32 = major.and_then(|major| major.parse().ok()).unwrap_or(0);
    ensure!(
        major >= OLDEST_NODE,
        "Node.js {version} is too old; install {OLDEST_NODE} or newer"
    );
    npm_ci(shell, Path::new(""))
}

/// Installs the npm packages of a folder's lock file.
pub fn npm_ci(shell: &Shell, folder: &Path) -> Result<()> {
    let lock_file = folder.join("package-lock.json");
    let lock = shell.read_file(&lock_file)?;
    // Written below once npm has finished; an older one belongs to another lock file.
    let done = folder.join("node_modules/.temoin-lock");
    if shell
        .read_file(&done)
        .is_ok_and(|installed| installed == lock)
    {
        return Ok(());
    }
    log_step(&format!(
        "Installing the npm packages of {}",
        lock_file.display()
    ));
    let inside = shell.push_dir(folder);
    cmd!(shell, "npm ci --no-audit --no-fund --loglevel=error")
        .run()
        .context("`npm ci` failed; it needs the npm registry")?;
    drop(inside);
    shell.write_file(done, lock)?;
    Ok(())
}

/// What verifies a log without a line of ours: see [`Independent`].
pub fn independent(shell: &Shell) -> Result<Independent> {
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
    let folder = cargo_tool::cache()?.join(format!("aics-witness-{VERSION}"));
    let program = folder.join("bin/aics-witness");
    if program.exists() {
        return Ok(program);
    }
    let python = python(shell)?;
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

/// The newest Python there is, if it is new enough.
fn python(shell: &Shell) -> Result<PathBuf> {
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
    let check = "import sys; sys.exit(sys.version_info < (3, 12))";
    candidates
        .into_iter()
        .find(|python| {
            let new_enough = cmd!(shell, "{python} -c {check}").quiet();
            new_enough.ignore_stdout().ignore_stderr().run().is_ok()
        })
        .context("the witness tests need Python 3.12 or newer, with venv")
}

/// Installs packages by apt, where that is possible.
fn apt(shell: &Shell, what: &str, packages: &[&str]) -> Result<()> {
    let root = cmd!(shell, "id -u")
        .quiet()
        .read()
        .is_ok_and(|id| id == "0");
    ensure!(
        root && find("apt-get").is_some(),
        "{what} must be installed; on Debian or Ubuntu: sudo apt-get install {}",
        packages.join(" ")
    );
    log_step(&format!("Installing {what} with apt"));
    let _quiet = shell.push_env("DEBIAN_FRONTEND", "noninteractive");
    cmd!(shell, "apt-get update -qq").ignore_stdout().run()?;
    cmd!(shell, "apt-get install -y -qq {packages...}")
        .ignore_stdout()
        .run()?;
    Ok(())
}

/// GNU time, which tells the memory of what it runs; the shell's own does not.
pub fn gnu_time(shell: &Shell) -> Result<PathBuf> {
    installed(shell, "time")
}

/// Valgrind, which counts instructions.
pub fn valgrind(shell: &Shell) -> Result<PathBuf> {
    installed(shell, "valgrind")
}

/// A program that apt has under its own name.
fn installed(shell: &Shell, program: &str) -> Result<PathBuf> {
    if let Some(found) = find(program) {
        return Ok(found);
    }
    apt(shell, program, &[program])?;
    find(program).with_context(|| format!("apt installed {program}, but it is not found"))
}

/// Chromium and its driver: those of the system, or installed by apt where that is possible.
pub fn browser(shell: &Shell) -> Result<Browser> {
    if let Some(browser) = Browser::find() {
        return Ok(browser);
    }
    let what = "Chromium and ChromeDriver (or CHROMIUM and CHROMEDRIVER set to their paths)";
    apt(shell, what, &["chromium", "chromium-driver"])?;
    Browser::find().context("apt installed Chromium, but it is not found")
}

/// A browser to test with.
pub struct Browser {
    /// Chromium.
    pub chromium: PathBuf,
    /// What drives it for the DOM tests.
    pub driver: PathBuf,
}

impl Browser {
    fn find() -> Option<Self> {
        let named = |variable: &str, names: &[&str]| {
            std::env::var_os(variable)
                .map(PathBuf::from)
                .or_else(|| names.iter().find_map(|name| find(name)))
        };
        Some(Self {
            chromium: named(
                "CHROMIUM",
                &["chromium", "google-chrome", "chromium-browser"],
            )?,
            driver: named("CHROMEDRIVER", &["chromedriver"])?,
        })
    }
}

fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}
