//! How far long work is, for whoever waits for it.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// How often it is told.
const EVERY: Duration = Duration::from_millis(100);

/// Tells how far work is, on one line of standard error.
pub struct Progress {
    shown: bool,
    started: Instant,
    told: Option<Instant>,
}

impl Progress {
    /// Shown on a terminal, or wherever it is asked for.
    pub fn new(wanted: bool) -> Self {
        Self {
            shown: wanted || std::io::stderr().is_terminal(),
            started: Instant::now(),
            told: None,
        }
    }

    /// Shown nowhere.
    #[cfg(test)]
    pub fn hidden() -> Self {
        Self {
            shown: false,
            started: Instant::now(),
            told: None,
        }
    }

    /// Begins something new.
    pub fn begin(&mut self) {
        self.started = Instant::now();
    }

    /// This is done now.
    pub fn step(&mut self, what: &str) {
        if self.shown {
            self.told = Some(Instant::now());
            let _ = write!(std::io::stderr(), "\r\x1b[K{what}");
        }
    }

    /// So much is done, of so much if that is known.
    pub fn tell(&mut self, what: &str, done: u64, total: Option<u64>) {
        if !self.shown || self.told.is_some_and(|told| told.elapsed() < EVERY) {
            return;
        }
        self.told = Some(Instant::now());
        let each_second = u128::from(done) * 1000 / self.started.elapsed().as_millis().max(1);
        let total = total.map_or_else(String::new, |total| format!(" of {total}"));
        let line = format!("{what}: {done}{total}, {each_second} a second");
        // Nobody needs it as much as what is being done.
        let _ = write!(std::io::stderr(), "\r\x1b[K{line}");
    }

    /// Leaves the line to others.
    pub fn clear(&mut self) {
        if self.told.take().is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}
