//! The built consent server, run by plain workerd on this machine.
//!
//! The demo, the system tests and the benchmarks all start it here. It knows where `cargo xtask
//! build` leaves its results, and nothing of how they are made.

mod port;
mod tokens;

pub use port::Port;
pub use tokens::Tokens;

use anyhow::{Context as _, Result, bail, ensure};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The longest that workerd may take to answer for the first time.
const START_TIMEOUT: Duration = Duration::from_secs(20);

/// A running consent server. It is killed when this value is dropped.
pub struct LocalServer {
    child: Child,
    launch: Launch,
}

/// How it is started, the first time and after a kill.
struct Launch {
    port: Port,
    state: PathBuf,
    tokens: Tokens,
    witnesses: Vec<Witness>,
    environment: Vec<(String, OsString)>,
    /// The configuration of workerd.
    config: PathBuf,
}

/// A witness that the anchor asks for its cosignature (C2SP tlog-witness).
#[derive(Clone, Debug)]
pub struct Witness {
    /// Where it is asked.
    pub url: String,
    /// Its key (C2SP signed-note, verifier key of type 4).
    pub key: String,
}

/// The name that every local server has: what the origins of its logs begin with.
pub const NAME: &str = "demo.temoin.example";

/// The header in which whoever asks a local server may say where they are: nobody else can reach it.
pub const PLACE_HEADER: &str = "x-visitor-place";

/// The folder, beside the data, of full tiles and bundles of entries.
pub const ARCHIVE: &str = "archive";

/// The root of the repository.
pub fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// The folder of the widget's built files, which the server's `ASSETS` binding serves.
pub fn assets() -> PathBuf {
    root().join("target/temoin/assets")
}

impl LocalServer {
    /// Starts the server on `port` (0: a free one) with its data in `state`, and waits until it
    /// answers.
    pub fn start(port: u16, state: &Path, tokens: Tokens) -> Result<Self> {
        let port = match port {
            0 => Port::free()?,
            port => Port::hold(port)?,
        };
        std::fs::create_dir_all(state)
            .with_context(|| format!("{} cannot be made", state.display()))?;
        let launch = Launch {
            port,
            state: state.to_owned(),
            tokens,
            witnesses: Vec::new(),
            environment: Vec::new(),
            config: root().join("edge-api/workerd.capnp"),
        };
        let mut server = Self {
            child: launch.spawn()?,
            launch,
        };
        server.wait_until_it_answers()?;
        Ok(server)
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> String {
        self.launch.url()
    }

    /// The id of its process.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Its tokens.
    pub fn tokens(&self) -> &Tokens {
        &self.launch.tokens
    }

    /// Publishes a site, as its owner would, and reads the answer.
    pub fn publish(&self, site: &str, config: &[u8]) -> Result<serde_json::Value> {
        let mut response = ureq::put(format!("{}/v1/sites/{site}", self.url()))
            .config()
            .http_status_as_error(false)
            .build()
            .header(
                "authorization",
                format!("Bearer {}", self.launch.tokens.owner),
            )
            .send(config)?;
        let body = response.body_mut().read_to_string()?;
        ensure!(
            response.status().is_success(),
            "the site `{site}` was not published: {} {body}",
            response.status()
        );
        Ok(serde_json::from_str(&body)?)
    }

    /// Kills the server at once (SIGKILL), as a crash would.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Starts it again after [`Self::kill`], on the same port, with the same data.
    pub fn restart(&mut self) -> Result<()> {
        self.child = self.launch.spawn()?;
        self.wait_until_it_answers()
    }

    /// What its process finds in its environment from the next start on.
    pub fn set_environment(&mut self, environment: Vec<(String, OsString)>) {
        self.launch.environment = environment;
    }

    /// The configuration that workerd reads from the next start on, in place of the server's own.
    pub fn set_config(&mut self, config: PathBuf) {
        self.launch.config = config;
    }

    /// The witnesses that its anchor asks from the next start on.
    pub fn set_witnesses(&mut self, witnesses: Vec<Witness>) {
        self.launch.witnesses = witnesses;
    }

    fn wait_until_it_answers(&mut self) -> Result<()> {
        let health = format!("{}/v1/health", self.url());
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait()? {
                bail!("workerd stopped at once ({status}); its message is above");
            }
            if ureq::get(&health).call().is_ok() {
                return Ok(());
            }
            ensure!(
                started.elapsed() < START_TIMEOUT,
                "workerd did not answer at {health} within {} s",
                START_TIMEOUT.as_secs()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        // It may have stopped by itself; there is nobody left to tell.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Launch {
    fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.number())
    }

    fn spawn(&self) -> Result<Child> {
        let bundle = root().join("edge-api/build/index_bg.wasm");
        ensure!(
            bundle.exists() && assets().join("manifest.json").exists(),
            "the server is not built; run `cargo xtask build`"
        );
        let archive = self.state.join(ARCHIVE);
        std::fs::create_dir_all(&archive)
            .with_context(|| format!("{} cannot be made", archive.display()))?;
        let mut command = private_command(&workerd()?);
        command
            .arg("serve")
            .arg(&self.config)
            .arg(format!(
                "--socket-addr=http=127.0.0.1:{}",
                self.port.number()
            ))
            .arg(format!("--directory-path=assets={}", assets().display()))
            .arg(format!("--directory-path=state={}", self.state.display()))
            .arg(format!("--directory-path=archive={}", archive.display()))
            .env("TEMOIN_TOKENS", self.tokens.to_environment())
            .env("TEMOIN_NAME", NAME)
            .env("TEMOIN_ORIGINS", self.url())
            // Whoever starts this owns every site on it, and the sites' servers are on this machine.
            .env("TEMOIN_PRIVATE_ORIGINS", "allow")
            .env("TEMOIN_PLACE_HEADER", PLACE_HEADER)
            .env("TEMOIN_SECRET", secret(&self.state)?)
            .env("TEMOIN_WITNESSES", witnesses_of(&self.witnesses))
            .envs(self.environment.iter().cloned())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("workerd could not be started")
    }
}

/// Runs a program whose files are readable by their owner alone: proofs are, with those who keep them.
fn private_command(program: &Path) -> Command {
    if cfg!(unix) {
        // The shell becomes the program, with the same process id.
        let mut command = Command::new("/bin/sh");
        command.args(["-c", "umask 077 && exec \"$0\" \"$@\""]);
        command.arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn witnesses_of(witnesses: &[Witness]) -> String {
    let entry = |witness: &Witness| serde_json::json!({ "url": witness.url, "key": witness.key });
    let list: serde_json::Value = witnesses.iter().map(entry).collect();
    list.to_string()
}

/// What the keys of the logs are derived from: made once for each database, and kept with it, since
/// another one could not go on with its logs.
fn secret(state: &Path) -> Result<String> {
    let file = state.join("secret");
    if let Ok(secret) = std::fs::read_to_string(&file) {
        return Ok(secret);
    }
    let secret = tokens::random_hex::<32>()?;
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options
        .open(&file)
        .with_context(|| format!("{} cannot be made", file.display()))?;
    std::io::Write::write_all(&mut written, secret.as_bytes())?;
    Ok(secret)
}

/// The native program, inside the npm package of this platform.
fn workerd() -> Result<PathBuf> {
    let packages = root().join("node_modules/@cloudflare");
    let found = std::fs::read_dir(&packages)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin/workerd")))
        .find(|path| path.exists());
    found.with_context(|| {
        format!(
            "workerd is not in {}; run `cargo xtask setup`",
            packages.display()
        )
    })
}
