//! Waiting for what happens by itself, and a clock that a test moves.

use super::server::Api;
use consent_core::Timestamp;
use std::ffi::OsString;
use std::fs::File;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

/// The time, by this machine's clock.
pub fn now() -> Timestamp {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    Timestamp::from_millis(since.as_millis().try_into().unwrap()).unwrap()
}

pub const DAY_MS: i64 = 86_400_000;

/// The library that moves a clock, compiled once.
fn clock() -> &'static PathBuf {
    static CLOCK: OnceLock<PathBuf> = OnceLock::new();
    CLOCK.get_or_init(|| {
        let root = local_server::root();
        let library = root.join(format!("target/temoin/clock-{}.so", std::process::id()));
        let compiled = Command::new("cc")
            .args(["-O2", "-shared", "-fPIC", "-o"])
            .arg(&library)
            .arg(root.join("tests/clock/clock.c"))
            .status()
            .unwrap();
        assert!(compiled.success());
        library
    })
}

/// Kills the server and starts it again with another time.
pub fn restart_at(api: &mut Api, offset_ms: i64) {
    restart_by(api, offset_ms.to_string().into());
}

/// The same, with more settings.
pub fn restart_at_with(api: &mut Api, offset_ms: i64, more: Vec<(String, OsString)>) {
    let clock = [
        ("LD_PRELOAD".to_owned(), clock().clone().into()),
        ("TEMOIN_TEST_CLOCK".to_owned(), offset_ms.to_string().into()),
    ];
    api.server
        .set_environment(clock.into_iter().chain(more).collect());
    api.crash();
}

fn restart_by(api: &mut Api, clock_setting: OsString) {
    api.server.set_environment(vec![
        ("LD_PRELOAD".to_owned(), clock().clone().into()),
        ("TEMOIN_TEST_CLOCK".to_owned(), clock_setting),
    ]);
    api.crash();
}

/// The clock of a running server. What the server remembers in memory stays when it is moved.
pub struct Clock(File);

impl Clock {
    /// Kills the server and starts it again with a clock that can be moved.
    pub fn of(api: &mut Api) -> Self {
        let path = api.state.join("clock");
        std::fs::write(&path, 0_i64.to_ne_bytes()).unwrap();
        restart_by(api, path.clone().into());
        Self(File::options().write(true).open(&path).unwrap())
    }

    /// Sets it so many milliseconds ahead of this machine's.
    pub fn set_ahead(&self, offset_ms: i64) {
        // In place: the server has the file mapped.
        self.0.write_all_at(&offset_ms.to_ne_bytes(), 0).unwrap();
    }
}

/// Waits until something that happens by itself, such as an alarm, has happened. `what` says it.
pub fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
