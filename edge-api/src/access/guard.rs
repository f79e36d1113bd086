//! Lets requests with a token through, and notes those that are refused.

use crate::clock;
use crate::directory;
use crate::http::auth::{self, Grant, Permission};
use crate::http::error::ApiError;
use crate::http::{refusals, wrong_tokens};
use crate::site;
use consent_core::api::Role;
use consent_core::api::security_event::{GuardedRequest, Refusal, SecurityEventKind};
use consent_core::{Sha256Digest, SiteId};
use worker::{Env, Request};

/// What every token that was made begins with, so that whoever finds one in a file knows what it is.
pub const TOKEN_PREFIX: &str = "temoin_";

/// Fails unless the request carries a token for one of these roles on this site. A token that the site does not take is
/// noted among its security events, if there is such a site.
pub async fn require(
    env: &Env,
    request: &Request,
    roles: &[Role],
    site: &SiteId,
    guarded: GuardedRequest,
) -> Result<Permission, ApiError> {
    let result = permission(env, request, roles, Some(site)).await;
    let reason = match &result {
        Err(ApiError::WrongToken) => Refusal::Unknown,
        Err(ApiError::Forbidden) => Refusal::NotAllowed,
        _ => return result,
    };
    let now = clock::now();
    if let Some(times) = refusals::count(site, guarded, reason, now) {
        let event = SecurityEventKind::TokenRefused {
            request: guarded,
            reason,
            times,
            last: now,
        };
        note(env, site, event).await;
    }
    result
}

/// Fails unless the request carries a token for one of these roles, on whatever sites.
pub async fn require_on_any_site(
    env: &Env,
    request: &Request,
    roles: &[Role],
) -> Result<Permission, ApiError> {
    permission(env, request, roles, None).await
}

async fn permission(
    env: &Env,
    request: &Request,
    roles: &[Role],
    site: Option<&SiteId>,
) -> Result<Permission, ApiError> {
    Permission::of(grants(env, request).await?, roles, site)
}

/// What the token of a request allows. One that was revoked, or has expired, is as one that nobody has.
pub async fn grants(env: &Env, request: &Request) -> Result<Vec<Grant>, ApiError> {
    let token = auth::bearer(request)?.ok_or(ApiError::MissingToken)?;
    let of_environment = auth::of_token(&auth::of_environment(env)?, &token);
    if !of_environment.is_empty() {
        return Ok(of_environment);
    }
    wrong_tokens::admit(env, request)?;
    if token.starts_with(TOKEN_PREFIX) {
        let sha256 = Sha256Digest::of(token.as_bytes());
        let made = directory::client::token(env, sha256).await?;
        if let Some(made) = made.filter(|made| made.is_live(clock::now())) {
            return Ok(vec![Grant::made(made.grant, sha256)]);
        }
    }
    wrong_tokens::count(env, request)?;
    Err(ApiError::WrongToken)
}

/// Notes a security event of a site, if there is such a site. What is done or refused stands, whether or not it can be noted.
pub async fn note(env: &Env, site: &SiteId, event: SecurityEventKind) {
    let noted = match directory::client::shards(env, site).await {
        Ok(_) => site::client::note(env, site, event).await,
        // Nothing is kept of a site that is not published.
        Err(ApiError::UnknownSite) => Ok(()),
        Err(other) => Err(other),
    };
    if let Err(error) = noted {
        worker::console_error!("a security event was not noted: {}", error.to_log());
    }
}
