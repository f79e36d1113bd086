//! Waiting for what happens by itself, and a clock that a test moves.

use super::server::Api;
use consent_core::Timestamp;
use std::ffi::OsString;
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
    api.server.kill().unwrap();
    api.server.set_environment(vec![
        ("LD_PRELOAD".to_owned(), clock().clone().into()),
        (
            "TEMOIN_TEST_CLOCK".to_owned(),
            OsString::from(offset_ms.to_string()),
        ),
    ]);
    api.server.restart().unwrap();
}

/// Waits until something that happens by itself, such as an alarm, has happened. `what` says it.
pub fn wait_for(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(30), "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
