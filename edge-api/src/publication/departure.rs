//! An owner leaves the server, in two steps: the first says what will be erased and when, the second confirms it.

use crate::directory;
use crate::http::auth::Permission;
use crate::http::error::ApiError;
use crate::http::query::{Query, Repeated};
use crate::http::response::{self, Cors};
use crate::site;
use crate::site::departure::PURGE_AFTER_DAYS;
use consent_core::SiteId;
use consent_core::api::Departure;
use consent_core::field::FieldError;
use worker::{Env, Request, Response};

/// `DELETE /v1/sites/SITE`: 200 and what leaving would do; with `?confirm`, 202 and when everything is erased.
pub async fn leave(
    env: &Env,
    site: &SiteId,
    permission: &Permission,
    request: &Request,
) -> Result<Response, ApiError> {
    let confirm = confirm(request)?;
    directory::client::shards(env, site).await?;
    let mut known = site::client::departure(env, site).await?;
    let hosts = directory::client::hosts(env, site).await?;
    let hosts: Vec<_> = hosts
        .into_iter()
        .filter(|host| host.enforced)
        .map(|host| host.host)
        .collect();
    let mut status = 200;
    if let (None, Some(confirm)) = (known.left, confirm) {
        let mut errors = Vec::new();
        if !hosts.is_empty() {
            let why = format!(
                "the site's pages pass through this server under {}: point these names elsewhere, publish the site without `edge`, then leave",
                hosts.join(", ")
            );
            errors.push(FieldError::new("edge", why));
        }
        if known.confirm != confirm {
            let why = "must be the `confirm` of the answer to this request without it; it changes with each publication";
            errors.push(FieldError::new("confirm", why));
        }
        if !errors.is_empty() {
            return Err(ApiError::Contradiction(errors));
        }
        known = site::client::leave(env, site, permission.grants(), confirm).await?;
        status = 202;
    }
    let left = known.left;
    let departure = Departure {
        site: site.clone(),
        confirm: left.is_none().then_some(known.confirm),
        left_at: left.map(|left| left.at),
        purge_at: left.map(|left| left.purge_at),
        purge_after_days: PURGE_AFTER_DAYS,
        hosts,
    };
    response::json(&departure, status, Cors::None)
}

fn confirm(request: &Request) -> Result<Option<String>, ApiError> {
    let url = request.url()?;
    let mut confirm = None;
    Query::parse(url.query().unwrap_or_default())
        .read(Repeated::Refused, |name, value| {
            let "confirm" = name else {
                return Err("is not a parameter; `confirm` is".to_owned());
            };
            confirm = Some(value.to_owned());
            Ok(())
        })
        .map_err(ApiError::Malformed)?;
    Ok(confirm)
}
