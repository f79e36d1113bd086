//! Which of a site's objects a request is for.
//!
//! A report's id says in which shard its record is, so whoever has a receipt is led to it in one hop.
//! A site with one shard is handed the request untouched; of one with more, the Worker reads so much
//! of it as names the shard.

use crate::directory;
use crate::http::body;
use crate::http::error::Refusal;
use crate::route::Route;
use crate::site::handover::{self, HandOver};
use crate::site::object;
use crate::site::query::{BAD_CURSOR, ConsentQuery};
use consent_core::field::FieldError;
use consent_core::log_origin::{Shard, Shards};
use consent_core::receipt::SiteLogs;
use consent_core::report::LARGEST_REPORT_BYTES;
use consent_core::{ReceiptId, ReportId, SiteId};
use futures_util::future::try_join_all;
use js_sys::Uint8Array;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use worker::{Env, Request, RequestInit, Response};

/// Hands a request to the object of the site that it is for, if there is such a site.
pub async fn hand_on(
    env: &Env,
    site: &SiteId,
    route: &Route,
    request: Request,
) -> Result<Response, Refusal> {
    let shards = directory::client::shards(env, site).await?;
    if shards == Shards::ONE && !matches!(route, Route::SiteLog(..) | Route::Consents(_)) {
        return object::forward(env, site, Shard::FIRST, request).await;
    }
    let (shard, request) = match route {
        Route::Logs(_) => return logs(env, site, shards, request).await,
        Route::Report(_) => {
            let (body, request) = read(request, LARGEST_REPORT_BYTES).await?;
            (named(shards, &body, |Report { id }| id), request)
        }
        Route::HandOver(_) => {
            let (body, request) = read(request, handover::LARGEST_REQUEST_BYTES).await?;
            let shard = named(shards, &body, |Handed { receipt }| receipt.report);
            (shard, request)
        }
        Route::TakeOver(_, token) => {
            let receipt = HandOver::receipt(token);
            (
                receipt.map_or(Shard::FIRST, |receipt| shards.of(receipt.report)),
                request,
            )
        }
        Route::Receipt(id) | Route::Erase(id) | Route::ReceiptPreflight(id) => {
            (shards.of(id.report), request)
        }
        Route::Consents(_) => {
            let url = request.url()?;
            let query = ConsentQuery::parse(url.query_pairs()).map_err(Refusal::Malformed)?;
            (query.start.shard, request)
        }
        Route::SiteLog(_, log, _) => (log.shard, request),
        _ => (Shard::FIRST, request),
    };
    if !shards.contains(shard) {
        return Err(match route {
            Route::SiteLog(..) => Refusal::UnknownLog,
            _ => Refusal::Malformed(vec![FieldError::new("cursor", BAD_CURSOR)]),
        });
    }
    object::forward(env, site, shard, request).await
}

/// So much of a report as names its shard.
#[derive(Deserialize)]
struct Report {
    id: ReportId,
}

/// So much of a hand-over.
#[derive(Deserialize)]
struct Handed {
    receipt: ReceiptId,
}

/// The shard of the report that a body names. One that cannot be read goes to the first shard, which
/// says why.
fn named<T: DeserializeOwned>(shards: Shards, body: &[u8], report: fn(T) -> ReportId) -> Shard {
    let named = serde_json::from_slice(body).map(report);
    named.map_or(Shard::FIRST, |report| shards.of(report))
}

/// Reads the body of a request, and makes the request again.
async fn read(mut request: Request, limit: usize) -> Result<(Vec<u8>, Request), Refusal> {
    let body = body::read(&mut request, limit).await?;
    let mut init = RequestInit::new();
    let bytes = Uint8Array::from(&*body);
    init.with_method(request.method())
        .with_headers(request.headers().clone())
        .with_body(Some(bytes.into()));
    let again = Request::new_with_init(request.url()?.as_str(), &init)?;
    Ok((body, again))
}

/// `GET /v1/sites/SITE/logs`: those of all shards.
async fn logs(
    env: &Env,
    site: &SiteId,
    shards: Shards,
    request: Request,
) -> Result<Response, Refusal> {
    let url = request.url()?;
    let of = |shard| {
        let request = Request::new(url.as_str(), worker::Method::Get);
        async move {
            let mut answer = object::forward(env, site, shard, request?).await?;
            Ok::<SiteLogs, Refusal>(answer.json().await?)
        }
    };
    let mut all = try_join_all(shards.iter().map(of)).await?.into_iter();
    let first = all.next();
    let mut merged = first.ok_or_else(|| Refusal::Internal("a site has no shard".to_owned()))?;
    merged.logs.extend(all.flat_map(|logs| logs.logs));
    crate::http::response::open_json(&merged)
}
