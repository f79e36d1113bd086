//! Lists the sites that a token opens.

use crate::directory;
use crate::http::auth::Permission;
use crate::http::error::ApiError;
use crate::http::query::{Query, Repeated};
use crate::http::response::{self, Cors};
use crate::site;
use crate::site::query::BAD_CURSOR;
use consent_core::SiteId;
use consent_core::api::{SiteSummary, Sites};
use futures_util::future::join_all;
use worker::{Env, Request, Response};

/// Sites answered at once. Each is asked what it has in force, and Cloudflare's smallest plan lets a request ask fifty
/// times.
const PAGE: usize = 40;

/// `GET /v1/sites`: the sites that the token opens, in the order of their names, those after `after`.
pub async fn list(
    env: &Env,
    permission: &Permission,
    request: &Request,
) -> Result<Response, ApiError> {
    let url = request.url()?;
    let mut after = None;
    Query::parse(url.query().unwrap_or_default())
        .read(Repeated::Refused, |name, value| {
            let "after" = name else {
                return Err("is not a parameter; `after` is".to_owned());
            };
            let site = value.parse::<SiteId>();
            after = Some(site.map_err(|_| BAD_CURSOR.to_owned())?);
            Ok(())
        })
        .map_err(ApiError::Malformed)?;
    let limit = u16::try_from(PAGE + 1).unwrap_or(u16::MAX);
    let mut names = directory::client::sites(env, permission.sites(), after, limit).await?;
    let more = names.len() > PAGE;
    names.truncate(PAGE);
    let next = names.last().filter(|_| more).cloned();
    let summaries = join_all(names.into_iter().map(|site| summary(env, site))).await;
    let sites = Sites {
        sites: summaries.into_iter().flatten().collect(),
        next,
    };
    response::json(&sites, 200, Cors::None)
}

/// A site in short; `None` where its first publication did not go through.
async fn summary(env: &Env, site: SiteId) -> Option<SiteSummary> {
    let (in_force, problem) = match site::client::summary(env, &site).await {
        Ok(in_force) => (Some(in_force), None),
        Err(ApiError::UnknownSite) => return None,
        // One site that fails must not hide the others.
        Err(error) => {
            worker::console_error!("{site} cannot say what is in force: {}", error.to_log());
            (None, Some(error.to_problem()))
        }
    };
    Some(SiteSummary {
        site,
        in_force,
        problem,
    })
}
