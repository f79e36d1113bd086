//! Builds responses: JSON, problems, preflights, and their caching and CORS headers.

use crate::http::conditional::IfNoneMatch;
use crate::http::error::ApiError;
use crate::http::query::{Query, Repeated};
use consent_core::api::health::{Health, HealthStatus};
use serde::Serialize;
use worker::{Headers, Response, console_error};

/// Which pages may read an answer.
#[derive(Clone, Copy, Debug)]
pub enum Cors<'a> {
    /// None: it is not for pages.
    None,
    /// This origin's.
    Origin(&'a str),
}

/// JSON, not to be stored by caches.
pub fn json(value: &impl Serialize, status: u16, cors: Cors) -> Result<Response, ApiError> {
    let mut response = Response::from_json(value)?.with_status(status);
    finish(response.headers_mut(), cors)?;
    Ok(response)
}

/// JSON that is stored, byte for byte, under a tag that names its content; not to be stored by caches. 304 where the
/// client has it already.
pub fn stored_json(json: String, etag: &str, known: &IfNoneMatch) -> Result<Response, ApiError> {
    let mut response = if known.has(etag) {
        Response::empty()?.with_status(304)
    } else {
        Response::ok(json)?
    };
    let headers = response.headers_mut();
    headers.set("content-type", "application/json")?;
    headers.set("etag", etag)?;
    finish(headers, Cors::None)?;
    Ok(response)
}

/// In which form a record is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As the API has it.
    Json,
    /// As JSON-LD.
    JsonLd,
}

impl Format {
    /// The form that a query asks for: `format=json`, which is the default, or `format=jsonld`.
    pub fn of(query: &str) -> Result<Self, ApiError> {
        let mut format = Self::Json;
        let read = Query::parse(query).read(Repeated::Last, |name, value| {
            format = match (name, value) {
                ("format", "json") => Self::Json,
                ("format", "jsonld") => Self::JsonLd,
                ("format", _) => return Err("must be json or jsonld".to_owned()),
                _ => return Err("is not a parameter; `format` is".to_owned()),
            };
            Ok(())
        });
        read.map_err(ApiError::Malformed)?;
        Ok(format)
    }
}

/// JSON-LD, not to be stored by caches.
pub fn json_ld(value: &impl Serialize, cors: Cors) -> Result<Response, ApiError> {
    let mut response = json(value, 200, cors)?;
    let headers = response.headers_mut();
    headers.set("content-type", "application/ld+json")?;
    Ok(response)
}

/// JSON for everyone, not to be stored by caches.
pub fn open_json(value: &impl Serialize) -> Result<Response, ApiError> {
    json(value, 200, Cors::Origin("*"))
}

/// A response with a status and no body.
pub fn empty(status: u16, cors: Cors) -> Result<Response, ApiError> {
    let mut response = Response::empty()?.with_status(status);
    finish(response.headers_mut(), cors)?;
    Ok(response)
}

/// Answers a CORS preflight: a page may send an `Authorization` header with these methods. Browsers
/// remember the answer for a day.
pub fn preflight(methods: &str, cors: Cors) -> Result<Response, ApiError> {
    let mut response = empty(204, cors)?;
    let headers = response.headers_mut();
    headers.set("access-control-allow-methods", methods)?;
    headers.set("access-control-allow-headers", "authorization")?;
    headers.set("access-control-max-age", "86400")?;
    Ok(response)
}

/// A error as `application/problem+json`. What went wrong inside goes to the server's own log.
pub fn problem(error: &ApiError, cors: Cors) -> worker::Result<Response> {
    if let ApiError::Internal(cause) | ApiError::OriginSilent(cause) = error {
        console_error!("{error}: {cause}");
    }
    let mut response = Response::from_json(&error.to_problem())?.with_status(error.status());
    let headers = response.headers_mut();
    headers.set("content-type", "application/problem+json")?;
    match error {
        ApiError::MissingToken | ApiError::WrongToken | ApiError::MissingSecret => {
            headers.set("www-authenticate", "Bearer realm=\"temoin\"")?;
        }
        ApiError::MethodNotAllowed { allowed } => headers.set("allow", allowed)?,
        // In seconds (RFC 9110, "Retry-After").
        ApiError::Overloaded => headers.set("retry-after", "1")?,
        ApiError::TooManyRequests { seconds } | ApiError::TooManyWrongTokens { seconds } => {
            headers.set("retry-after", &seconds.to_string())?;
        }
        _ => {}
    }
    finish(headers, cors)?;
    Ok(response)
}

/// `GET /v1/health`: the server answers.
pub fn health() -> Result<Response, ApiError> {
    let health = Health {
        status: HealthStatus::Ok,
        openapi: "/v1/openapi.json".to_owned(),
    };
    json(&health, 200, Cors::None)
}

/// `Cache-Control` of what is named by its content and never changes.
pub const CACHE_FOREVER: &str = "public, max-age=31536000, immutable";

/// `Cache-Control` of what a publication can change: five minutes, and the old may be shown while the new is
/// fetched.
pub const CACHE_SHORT: &str = "public, max-age=300, stale-while-revalidate=86400";
/// The same of what depends on where the visitor is: no cache may give it to another.
const CACHE_SHORT_FOR_ONE: &str = "private, max-age=300, stale-while-revalidate=86400";

/// How long, and by whom, what changes with each publication may be kept.
pub const fn cache_short(depends_on_place: bool) -> &'static str {
    if depends_on_place {
        CACHE_SHORT_FOR_ONE
    } else {
        CACHE_SHORT
    }
}

/// Lets the pages of any site load and read a response, and cache it as `cache` says.
pub fn share(headers: &Headers, kind: &str, cache: &str) -> worker::Result<()> {
    headers.set("content-type", kind)?;
    headers.set("cache-control", cache)?;
    headers.set("access-control-allow-origin", "*")?;
    headers.set("cross-origin-resource-policy", "cross-origin")?;
    headers.set("x-content-type-options", "nosniff")
}

/// Has no cache store a response, and no page of another site read it.
pub fn keep_from_caches(headers: &Headers) -> worker::Result<()> {
    finish(headers, Cors::None)
}

fn finish(headers: &Headers, cors: Cors) -> worker::Result<()> {
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.set("vary", "Origin")?;
    if let Cors::Origin(origin) = cors {
        headers.set("access-control-allow-origin", origin)?;
    }
    Ok(())
}
