//! Whether a visitor's request is let through now ([`rate`](super::rate)).

use crate::clock;
use crate::http::client;
use crate::http::error::ApiError;
use crate::http::rate::{Limits, Meter};
use crate::setting;
use consent_core::SiteId;
use std::cell::RefCell;
use worker::{Env, Request};

/// The setting that says how much is let through.
const LIMITS: &str = "TEMOIN_VISITOR_LIMITS";

thread_local! {
    static METER: RefCell<Meter<SiteId>> = RefCell::new(Meter::new());
}

/// Lets a visitor's request for a site through, or says when to send it again.
pub fn admit(env: &Env, request: &Request, site: &SiteId) -> Result<(), ApiError> {
    let limits: Limits = setting::read(env, LIMITS)
        .unwrap_or_default()
        .parse()
        .map_err(|why| ApiError::Setting { name: LIMITS, why })?;
    let network = client::address(env, request)?.map(Into::into);
    let now = u64::try_from(clock::now().as_millis()).unwrap_or_default();
    METER
        .with_borrow_mut(|meter| meter.admit(site, network, now, limits))
        .map_err(|seconds| ApiError::TooManyRequests { seconds })
}
