//! Who composes a publication, and when it lets others be answered.
//!
//! Composing computes for seconds where a site has many languages, and one isolate computes for everybody. So one
//! publication is composed at a time, in parts, and between two parts whoever waits is answered. What this costs others
//! is one part, whatever owners publish and how often.

use std::cell::Cell;
use std::time::Duration;
use worker::{Date, Delay};

/// How long others have between two parts: a report goes through several steps of the runtime.
const PAUSE: Duration = Duration::from_millis(10);

/// After how many milliseconds without a pause a turn counts as given up: its client is gone, and the runtime runs it no
/// more.
const GIVEN_UP_MS: u64 = 10_000;

thread_local! {
    /// When the publication that is being composed last paused; 0 if there is none.
    static COMPOSING: Cell<u64> = const { Cell::new(0) };
}

/// The turn to compose. It ends with this value.
pub struct Turn {
    /// What it has written to [`COMPOSING`] last.
    mark: Cell<u64>,
}

impl Turn {
    /// Waits for it.
    pub async fn take() -> Self {
        loop {
            let now = Date::now().as_millis();
            let since = COMPOSING.get();
            if since == 0 || now.saturating_sub(since) > GIVEN_UP_MS {
                COMPOSING.set(now);
                return Self {
                    mark: Cell::new(now),
                };
            }
            Delay::from(PAUSE).await;
        }
    }

    /// Lets others be answered.
    pub async fn pause(&self) {
        Delay::from(PAUSE).await;
        // Whoever has taken it over meanwhile keeps it.
        if COMPOSING.get() == self.mark.get() {
            let now = Date::now().as_millis();
            COMPOSING.set(now);
            self.mark.set(now);
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if COMPOSING.get() == self.mark.get() {
            COMPOSING.set(0);
        }
    }
}
