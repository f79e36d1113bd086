//! The browser's process: found on this machine, started with a fresh profile, ended when its value is dropped.

use super::devtools::Connection;
use crate::agent;
use anyhow::{Context as _, Result, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program's names in `PATH`, in the order in which they are tried.
const NAMES: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
];
/// The environment variable that names the program.
const VARIABLE: &str = "CHROMIUM";
/// The browser may take this long to start.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// Without accounts, updates and requests to its maker, so that everything observed is done by the site.
const FLAGS: [&str; 16] = [
    "--headless=new",
    "--remote-debugging-port=0",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--mute-audio",
    "--hide-scrollbars",
    // Some consent tools do not ask an automated browser. Servers can still tell: see the user agent.
    "--disable-blink-features=AutomationControlled",
    // Requests by which the browser looks ahead would look like the page's own.
    "--disable-features=OptimizationHints,MediaRouter,Translate,AutofillServerCommunication,Prerender2",
];

/// Third-party cookies are allowed, so that the scan sees what sites ask for.
const PREFERENCES: &str =
    r#"{"profile":{"block_third_party_cookies":false,"cookie_controls_mode":0}}"#;

/// A browser that is installed on this machine.
#[derive(Clone, Debug)]
pub struct Installed {
    program: PathBuf,
    /// What it calls itself: `Chromium 142.0.7444.59`.
    pub version: String,
    arguments: Vec<String>,
}

impl Installed {
    /// Finds the browser: the given program, else the one that the environment names, else the first one in `PATH`.
    /// `arguments` are added to the browser's own.
    pub fn find(given: Option<&Path>, arguments: Vec<String>) -> Result<Self> {
        let of_environment = std::env::var_os(VARIABLE).filter(|value| !value.is_empty());
        let program = match (given, of_environment) {
            (Some(given), _) => given.to_owned(),
            (None, Some(named)) => PathBuf::from(named),
            (None, None) => in_path().with_context(|| {
                format!(
                    "no browser was found: looked for {} in PATH; name Chromium or Chrome with \
                     --browser PATH or {VARIABLE}",
                    NAMES.join(", ")
                )
            })?,
        };
        let answer = Command::new(&program).arg("--version").output();
        let answer = answer.with_context(|| format!("{} does not start", program.display()))?;
        let version = String::from_utf8_lossy(&answer.stdout).trim().to_owned();
        ensure!(
            answer.status.success() && !version.is_empty(),
            "{} does not say its version; expected Chromium or Chrome",
            program.display()
        );
        // Debian adds "built on …" to the version.
        let version: Vec<_> = version
            .split(' ')
            .take_while(|word| *word != "built")
            .collect();
        Ok(Self {
            program,
            version: version.join(" "),
            arguments,
        })
    }

    /// Chrome's user agent, followed by the scan's name.
    fn user_agent(&self) -> String {
        let version = self
            .version
            .split(' ')
            .find_map(|word| word.split_once('.'));
        let major = version.map_or("0", |(major, _)| major);
        format!(
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/{major}.0.0.0 Safari/537.36 {}",
            agent::user_agent()
        )
    }

    /// Starts the browser with a new profile.
    pub fn start(&self) -> Result<Browser> {
        let profile = TempDir::with_prefix("temoin-scan-")?;
        // Cookies blocked by default would hide what the site does.
        let folder = profile.path().join("Default");
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("Preferences"), PREFERENCES)?;
        let child = Command::new(&self.program)
            .args(FLAGS)
            .args(is_root().then_some("--no-sandbox"))
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(format!("--user-agent={}", self.user_agent()))
            .args(&self.arguments)
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{} does not start", self.program.display()))?;
        let guard = guard(&child, profile.path());
        let mut process = Process {
            child,
            guard,
            profile,
        };
        let url = process.address()?;
        Ok(Browser {
            connection: Connection::open(&url)?,
            _process: process,
        })
    }
}

/// A running browser.
pub struct Browser {
    /// The connection to it, which is closed before the process is ended.
    pub connection: Connection,
    _process: Process,
}

/// The process and its profile, both removed when the value is dropped.
struct Process {
    child: Child,
    /// What ends the browser where this program ends without having dropped anything.
    guard: Option<Child>,
    profile: TempDir,
}

impl Process {
    /// Waits for the address of the web socket.
    fn address(&mut self) -> Result<String> {
        let started = Instant::now();
        let file = self.profile.path().join("DevToolsActivePort");
        loop {
            // The file has the port and the path, a line each; the path is written last.
            if let Ok(text) = std::fs::read_to_string(&file)
                && let Some((port, path)) = text.split_once('\n')
                && !path.trim().is_empty()
            {
                return Ok(format!("ws://127.0.0.1:{port}{}", path.trim()));
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the browser ended as soon as it was started ({status})");
            }
            ensure!(
                started.elapsed() < START_TIMEOUT,
                "the browser did not open its debugging port within {} s",
                START_TIMEOUT.as_secs()
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nothing can be done about an error here. The guard goes first, since the browser's number may be another's later.
        for process in self.guard.iter_mut().chain([&mut self.child]) {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// Starts a shell that waits until this program is gone, whatever has ended it, and then ends the browser and removes its profile, until it has
/// been gone for some seconds, since the browser's other processes still write for a while: a pipe is closed with its last holder. None where
/// there is no such shell.
fn guard(browser: &Child, profile: &Path) -> Option<Child> {
    const SCRIPT: &str = r#"trap "" INT TERM HUP; cat >/dev/null; kill -9 "$1"; n=0; gone=0
        while [ $n -lt 120 ] && [ $gone -lt 5 ]; do
            sleep 1; n=$((n + 1)); gone=$((gone + 1))
            if [ -e "$2" ]; then rm -rf "$2"; gone=0; fi
        done"#;
    let number = browser.id().to_string();
    let mut guard = Command::new("sh");
    guard.args(["-c", SCRIPT, "sh", &number]).arg(profile);
    let guard = guard.stdin(Stdio::piped()).stdout(Stdio::null());
    guard.stderr(Stdio::null()).spawn().ok()
}

/// Whether this process runs as root, as often in containers and CI: Chromium's sandbox does not start then.
fn is_root() -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
    }
    #[cfg(not(unix))]
    false
}

fn in_path() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<_> = std::env::split_paths(&path).collect();
    NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|candidate| candidate.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_is_not_there_is_named() {
        let error = Installed::find(Some(Path::new("/nowhere/chromium")), Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "/nowhere/chromium does not start");
    }

    #[test]
    fn what_is_no_browser_is_named() {
        let error = Installed::find(Some(Path::new("/bin/false")), Vec::new()).unwrap_err();
        let said = "/bin/false does not say its version; expected Chromium or Chrome";
        assert_eq!(error.to_string(), said);
    }

    #[test]
    fn the_user_agent_is_chromes_and_says_who_asks() {
        let installed = Installed {
            program: PathBuf::new(),
            version: "Chromium 142.0.7444.59".to_owned(),
            arguments: Vec::new(),
        };
        let agent = installed.user_agent();
        assert!(agent.contains("Chrome/142.0.0.0 Safari"), "{agent}");
        assert!(agent.contains("TemoinScan/"), "{agent}");
    }
}
