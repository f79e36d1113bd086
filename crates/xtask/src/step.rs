//! Progress for the person at the terminal.

/// Prints a step that begins now.
pub fn log_step(what: &str) {
    eprintln!("\x1b[1m==> {what}\x1b[0m");
}
