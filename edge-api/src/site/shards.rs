//! Which of a site's objects a request is for.
//!
//! A report's id says in which shard its record is, so whoever has a receipt is led to it in one hop.
//! Of a request for a site with one shard the Worker reads the headers; of one with more, so much of
//! the body as names the shard.

use crate::directory;
use crate::http::body;
use crate::http::conditional::IfNoneMatch;
use crate::http::error::ApiError;
use crate::http::negotiation::accepts_brotli;
use crate::http::query::Query;
use crate::http::{auth, cookie_renewal, place, response};
use crate::route::Route;
use crate::site::client::{self, ForwardedRequest};
use crate::site::handover::{self, HandOver};
use crate::site::protocol::{LoaderRequest, PageRequest, PublicRequest};
use consent_core::api::Receipts;
use consent_core::log_origin::{Shard, Shards};
use consent_core::report::LARGEST_REPORT_BYTES;
use consent_core::{ReceiptId, ReportId, SiteId};
use futures_util::future::try_join_all;
use js_sys::Uint8Array;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::{Env, Request, Response};

/// Forwards a request to the object of the site that it is for, if there is such a site.
pub async fn forward_to_shard(
    env: &Env,
    site: &SiteId,
    route: &Route,
    mut request: Request,
) -> Result<Response, ApiError> {
    let shards = directory::client::shards(env, site).await?;
    if let Route::Logs(_) = route {
        return logs(env, site, shards).await;
    }
    if let Route::Receipts(_) | Route::EraseAll(_) = route {
        return of_holder(env, site, shards, public_request(env, route, &request)?).await;
    }
    let mut body: Option<JsValue> = request.inner().body().map(Into::into);
    let shard = match route {
        Route::SiteLog(_, log, _) => log.shard,
        _ if shards == Shards::ONE => Shard::FIRST,
        Route::Report(_) => {
            let bytes = body::read(&mut request, LARGEST_REPORT_BYTES).await?;
            body = Some(Uint8Array::from(&*bytes).into());
            shard_named(shards, &bytes, |NamedReport { id }| id)
        }
        Route::CreateHandover(_) => {
            let bytes = body::read(&mut request, handover::LARGEST_REQUEST_BYTES).await?;
            body = Some(Uint8Array::from(&*bytes).into());
            shard_named(shards, &bytes, |NamedReceipt { receipt }| receipt.report)
        }
        Route::RedeemHandover(_, token) => {
            let receipt = HandOver::receipt(token);
            receipt.map_or(Shard::FIRST, |receipt| shards.of(receipt.report))
        }
        Route::Receipt(id) | Route::Erase(id) | Route::ReceiptPreflight(id) => shards.of(id.report),
        _ => Shard::FIRST,
    };
    if !shards.contains(shard) {
        return Err(ApiError::UnknownLog);
    }
    let forwarded = ForwardedRequest {
        request: public_request(env, route, &request)?,
        body,
    };
    client::forward(env, site, shard, forwarded).await
}

/// What a route asks of a site's object, with the headers that the answer depends on.
fn public_request(env: &Env, route: &Route, request: &Request) -> Result<PublicRequest, ApiError> {
    let header = |name| Ok::<_, ApiError>(request.headers().get(name)?.unwrap_or_default());
    let declared_length = body::declared_length(request)?;
    let asked = match route {
        Route::Loader(_) => {
            return Ok(PublicRequest::Loader(LoaderRequest {
                address: request.inner().url(),
                place: place::of(env, request)?,
                accept_language: header("accept-language")?,
                if_none_match: IfNoneMatch::of(request)?,
                accepts_brotli: accepts_brotli(request)?,
                cookies: cookie_renewal::own_cookies(&header("cookie")?),
            }));
        }
        Route::Ticket(_) => return Ok(PublicRequest::Ticket),
        Route::SiteLog(_, log, resource) => {
            return Ok(PublicRequest::Log {
                quarter: log.quarter,
                resource: *resource,
            });
        }
        Route::Events(_) => {
            return Ok(PublicRequest::Events {
                query: query(request)?,
            });
        }
        Route::Reads(_) => {
            return Ok(PublicRequest::Reads {
                query: query(request)?,
            });
        }
        Route::Editions(_) => {
            return Ok(PublicRequest::Editions {
                query: query(request)?,
            });
        }
        Route::Evidence(_) => return Ok(PublicRequest::Evidence { declared_length }),
        Route::Report(_) => PageRequest::Report {
            // Global Privacy Control, "The Sec-GPC Header Field": the one value it has.
            gpc: header("sec-gpc")? == "1",
            declared_length,
        },
        Route::Receipt(id) => PageRequest::Receipt {
            id: id.clone(),
            secret: auth::secret(request)?,
            query: query(request)?,
        },
        Route::Erase(id) => PageRequest::Erase {
            id: id.clone(),
            secret: auth::secret(request)?,
        },
        Route::ReceiptPreflight(_) | Route::ReceiptsPreflight(_) => PageRequest::ReceiptPreflight,
        Route::Receipts(_) => PageRequest::Receipts {
            secret: auth::secret(request)?,
        },
        Route::EraseAll(_) => PageRequest::EraseAll {
            secret: auth::secret(request)?,
        },
        Route::CreateHandover(_) => PageRequest::CreateHandover { declared_length },
        Route::RedeemHandover(_, token) => PageRequest::RedeemHandover {
            token: token.clone(),
            from: Query::parse(&query(request)?).value("from").to_owned(),
        },
        _ => return Err(ApiError::NoSuchAddress),
    };
    Ok(PublicRequest::Page {
        origin: request.headers().get("origin")?,
        request: asked,
    })
}

fn query(request: &Request) -> Result<String, ApiError> {
    Ok(request.url()?.query().unwrap_or_default().to_owned())
}

/// So much of a report as names its shard.
#[derive(Deserialize)]
struct NamedReport {
    id: ReportId,
}

/// So much of a request for a handover as names its shard.
#[derive(Deserialize)]
struct NamedReceipt {
    receipt: ReceiptId,
}

/// The shard of the report that a body names. A body that cannot be read goes to the first shard,
/// which says why.
fn shard_named<T: DeserializeOwned>(
    shards: Shards,
    body: &[u8],
    report: fn(T) -> ReportId,
) -> Shard {
    let named = serde_json::from_slice(body).map(report);
    named.map_or(Shard::FIRST, |report| shards.of(report))
}

/// `GET /v1/sites/SITE/logs`: those of all shards.
async fn logs(env: &Env, site: &SiteId, shards: Shards) -> Result<Response, ApiError> {
    let of = |shard| client::logs(env, site, shard);
    let mut all = try_join_all(shards.iter().map(of)).await?.into_iter();
    let first = all.next();
    let mut merged = first.ok_or_else(|| ApiError::Internal("a site has no shard".to_owned()))?;
    merged.logs.extend(all.flat_map(|logs| logs.logs));
    response::open_json(&merged)
}

/// What the holder of a secret asks of all shards: the first error, or else the first shard's answer with the
/// receipts of all.
async fn of_holder(
    env: &Env,
    site: &SiteId,
    shards: Shards,
    request: PublicRequest,
) -> Result<Response, ApiError> {
    let mut all = Receipts::default();
    let mut first = None;
    for shard in shards.iter() {
        let (request, body) = (request.clone(), None);
        let forwarded = ForwardedRequest { request, body };
        let mut answer = client::forward(env, site, shard, forwarded).await?;
        if answer.status_code() == 200 {
            let of_shard: Receipts = answer.json().await?;
            all.receipts.extend(of_shard.receipts);
        } else if answer.status_code() != 204 {
            return Ok(answer);
        }
        first.get_or_insert(answer);
    }
    let first = first.ok_or_else(|| ApiError::Internal("a site has no shard".to_owned()))?;
    if first.status_code() != 200 {
        return Ok(first);
    }
    let whole = Response::from_json(&all)?;
    Ok(whole.with_headers(first.headers().clone()))
}
