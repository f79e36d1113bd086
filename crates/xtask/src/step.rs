//! Progress for the person at the terminal.

use std::sync::LazyLock;
use std::time::Instant;

/// When the first step began.
static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Prints a step that begins now, and how long after the first one.
pub fn log_step(what: &str) {
    let seconds = BEGUN.elapsed().as_secs();
    let after = match (seconds / 60, seconds % 60) {
        (0, 0) => String::new(),
        (minutes, seconds) => format!(" ({minutes}:{seconds:02})"),
    };
    eprintln!("\x1b[1m==> {what}{after}\x1b[0m");
}
