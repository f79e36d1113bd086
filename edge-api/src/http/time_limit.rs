//! Waiting for someone else's server, and no longer than that.

use futures_util::future::{Either, select};
use std::pin::pin;
use std::time::Duration;
use worker::Delay;

/// Waits for a task until the limit; `None` where it took longer. The task is dropped then.
pub async fn within<T>(limit: Duration, task: impl Future<Output = T>) -> Option<T> {
    match select(pin!(task), pin!(Delay::from(limit))).await {
        Either::Left((result, _)) => Some(result),
        Either::Right(_) => None,
    }
}
