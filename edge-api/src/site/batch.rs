//! Requests that come within the same few milliseconds share one commit.
//!
//! Nothing below does it: each commit pays for its own way to the disk. The first to come waits a
//! moment for others, then commits all of them; should it be gone by then, the next one to come does.

use crate::http::error::ApiError;
use futures_channel::oneshot;
use std::cell::{Cell, RefCell};
use std::time::Duration;
use worker::{Date, Delay};

/// How long the first one waits for others: the shortest that a timer can.
const BATCH_WINDOW: Duration = Duration::from_millis(1);
/// After how many milliseconds the first one must be gone.
const OVERDUE_MS: u64 = 200;
/// How many wait at most. Past that the server says that it is overloaded: whoever is refused
/// sends again.
const MAX_BATCH: usize = 1024;

/// What waits for the next commit.
pub struct Batch<T, R> {
    waiting: RefCell<Vec<(T, Answer<R>)>>,
    since: Cell<u64>,
}

type Answer<R> = oneshot::Sender<Result<R, ApiError>>;

impl<T, R> Batch<T, R> {
    /// Nobody waits.
    pub fn new() -> Self {
        Self {
            waiting: RefCell::default(),
            since: Cell::new(0),
        }
    }

    /// Waits for the next commit, which `commit` is: it answers everyone, in their order.
    pub async fn join(
        &self,
        asked: T,
        commit: impl Fn(Vec<T>) -> Vec<Result<R, ApiError>>,
    ) -> Result<R, ApiError> {
        let (answer, answered) = oneshot::channel();
        let now = Date::now().as_millis();
        let first = {
            let mut waiting = self.waiting.borrow_mut();
            if waiting.len() >= MAX_BATCH {
                return Err(ApiError::Overloaded);
            }
            waiting.push((asked, answer));
            waiting.len() == 1
        };
        if first {
            self.since.set(now);
            Delay::from(BATCH_WINDOW).await;
        }
        if first || now.saturating_sub(self.since.get()) > OVERDUE_MS {
            let (asked, answers): (Vec<T>, Vec<Answer<R>>) =
                self.waiting.take().into_iter().unzip();
            for (result, answer) in commit(asked).into_iter().zip(answers) {
                // Whoever is gone meanwhile sends again, and gets the same answer.
                let _ = answer.send(result);
            }
        }
        answered
            .await
            .map_err(|_| ApiError::Internal("a commit answered nobody".to_owned()))?
    }
}
