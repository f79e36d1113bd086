//! The progress line of long work, on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// The line is written at most this often.
const INTERVAL: Duration = Duration::from_millis(100);

/// Writes how far the work is, on one line of standard error.
pub struct Progress {
    shown: bool,
    started: Instant,
    written: Option<Instant>,
}

impl Progress {
    /// A line that is shown on a terminal, and elsewhere only if it is wanted.
    pub fn new(wanted: bool) -> Self {
        Self {
            shown: wanted || std::io::stderr().is_terminal(),
            started: Instant::now(),
            written: None,
        }
    }

    /// A line that is never shown.
    #[cfg(test)]
    pub fn hidden() -> Self {
        Self {
            shown: false,
            started: Instant::now(),
            written: None,
        }
    }

    /// Starts the count of a new piece of work.
    pub fn begin(&mut self) {
        self.started = Instant::now();
    }

    /// Shows what is being done.
    pub fn step(&mut self, what: &str) {
        if self.shown {
            self.written = Some(Instant::now());
            let _ = write!(std::io::stderr(), "\r\x1b[K{what}");
        }
    }

    /// Shows how much is done, and of how much if that is known.
    pub fn update(&mut self, what: &str, done: u64, total: Option<u64>) {
        if !self.shown
            || self
                .written
                .is_some_and(|written| written.elapsed() < INTERVAL)
        {
            return;
        }
        self.written = Some(Instant::now());
        let each_second = u128::from(done) * 1000 / self.started.elapsed().as_millis().max(1);
        let total = total.map_or_else(String::new, |total| format!(" of {total}"));
        let line = format!("{what}: {done}{total}, {each_second} a second");
        // If it cannot be written, the work goes on.
        let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
    }

    /// Clears the line.
    pub fn clear(&mut self) {
        if self.written.take().is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
