//! Lets requests with a token through, and notes those that are refused.

use crate::directory;
use crate::http::auth::{self, Permission, Role};
use crate::http::error::ApiError;
use crate::http::refusals;
use crate::site;
use consent_core::SiteId;
use consent_core::api::security_event::{GuardedRequest, Refusal, SecurityEventKind};
use consent_core::calendar::Timestamp;
use worker::{Env, Request};

/// Fails unless the request carries a token for one of these roles on this site. A token that the site does not take is
/// noted among its security events, if there is such a site.
pub async fn require(
    env: &Env,
    request: &Request,
    roles: &[Role],
    site: &SiteId,
    guarded: GuardedRequest,
) -> Result<Permission, ApiError> {
    let result = auth::require(env, request, roles, site);
    let reason = match &result {
        Err(ApiError::WrongToken) => Refusal::Unknown,
        Err(ApiError::Forbidden) => Refusal::NotAllowed,
        _ => return result,
    };
    let now = crate::clock::now();
    if let Some(times) = refusals::count(site, guarded, reason, now)
        && let Err(error) = note(env, site, (guarded, reason, times), now).await
    {
        // The refusal stands, whether or not it could be noted.
        worker::console_error!("a refused token was not noted: {}", error.to_log());
    }
    result
}

async fn note(
    env: &Env,
    site: &SiteId,
    (request, reason, times): (GuardedRequest, Refusal, u64),
    now: Timestamp,
) -> Result<(), ApiError> {
    match directory::client::shards(env, site).await {
        Ok(_) => {
            let event = SecurityEventKind::TokenRefused {
                request,
                reason,
                times,
                last: now,
            };
            site::client::note(env, site, event).await
        }
        // Nothing is kept of a site that is not published.
        Err(ApiError::UnknownSite) => Ok(()),
        Err(other) => Err(other),
    }
}
