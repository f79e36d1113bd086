//! Counts the wrong tokens of each network: whoever tries many must not keep the directory busy.
//!
//! The counts are in the memory of one isolate, as those of [`rate`](super::rate). Tokens of the environment are looked up without
//! them, so that the operator is never shut out.

use crate::clock;
use crate::http::client;
use crate::http::error::ApiError;
use crate::http::rate::{Buckets, Network, Rate, seconds};
use std::cell::RefCell;
use worker::{Env, Request};

/// Wrong tokens that one network may send.
const RATE: Rate = Rate {
    per_second: 1,
    burst: 30,
};

thread_local! {
    static WRONG: RefCell<Buckets<Network>> = RefCell::new(Buckets::new());
}

/// Fails where too many wrong tokens came from the network of a request.
pub fn admit(env: &Env, request: &Request) -> Result<(), ApiError> {
    let Some(network) = network(env, request)? else {
        return Ok(());
    };
    match WRONG.with_borrow(|wrong| wrong.wait(&network, now(), RATE)) {
        0 => Ok(()),
        wait => Err(ApiError::TooManyWrongTokens {
            seconds: seconds(wait),
        }),
    }
}

/// Counts a wrong token.
pub fn count(env: &Env, request: &Request) -> Result<(), ApiError> {
    if let Some(network) = network(env, request)? {
        // A bucket that is empty already stays so.
        let _ = WRONG.with_borrow_mut(|wrong| wrong.take(network, now(), RATE));
    }
    Ok(())
}

fn network(env: &Env, request: &Request) -> Result<Option<Network>, ApiError> {
    Ok(client::address(env, request)?.map(Into::into))
}

/// Microseconds since 1970.
fn now() -> u64 {
    let now = u64::try_from(clock::now().as_millis()).unwrap_or_default();
    now.saturating_mul(1_000)
}
