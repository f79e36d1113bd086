//! Requests that come within the same few milliseconds share one commit.
//!
//! Nothing below this groups commits: each one waits for the disk by itself. The first request waits a
//! moment for others, then commits all of them. If its client has gone by then, the next request does.

use crate::http::error::ApiError;
use futures_channel::oneshot;
use std::cell::{Cell, RefCell};
use std::time::Duration;
use worker::{Date, Delay};

/// How long the first request waits for others: the shortest time that a timer has.
const BATCH_WINDOW: Duration = Duration::from_millis(1);
/// After how many milliseconds the first request must have gone without committing.
const OVERDUE_MS: u64 = 200;
/// How many requests wait at most. Beyond that the server answers that it is overloaded, and clients
/// send again.
const MAX_BATCH: usize = 1024;

/// What waits for the next commit.
pub struct Batch<T, R> {
    waiting: RefCell<Vec<(T, Answer<R>)>>,
    since: Cell<u64>,
}

type Answer<R> = oneshot::Sender<Result<R, ApiError>>;

impl<T, R> Batch<T, R> {
    /// A batch for which nobody waits.
    pub fn new() -> Self {
        Self {
            waiting: RefCell::default(),
            since: Cell::new(0),
        }
    }

    /// Joins the next commit and waits for it. `commit` writes all that was asked, and returns the results
    /// in the same order.
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
                // A client that has gone sends again, and gets the same answer.
                let _ = answer.send(result);
            }
        }
        answered.await.map_err(|_| {
            ApiError::Internal("the commit of this request was never made".to_owned())
        })?
    }
}
