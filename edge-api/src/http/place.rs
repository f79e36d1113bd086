//! Where a visitor is, as far as somebody can be believed who says it. It decides which law applies, and is neither kept nor
//! logged.

use crate::http::client;
use crate::http::error::ApiError;
use consent_core::site::Place;
use worker::{Env, Request};

/// The setting that names the header in which a proxy of the operator's says the visitor's place. Whoever can reach the server
/// past that proxy can say what they like.
const PLACE_HEADER: &str = "TEMOIN_PLACE_HEADER";

/// The visitor's place: as Cloudflare says it (`country` and `regionCode`), or a proxy that the operator trusts. `None` where
/// nobody says it, or where what is said names no place.
pub fn of(env: &Env, request: &Request) -> Result<Option<Place>, ApiError> {
    let text = match client::by_cloudflare(request) {
        Some(edge) => match (said(&edge, "country"), said(&edge, "regionCode")) {
            (Some(country), Some(region)) => format!("{country}-{region}"),
            (Some(country), None) => country,
            (None, _) => return Ok(None),
        },
        None => client::said_by_proxy(env, request, PLACE_HEADER)?.unwrap_or_default(),
    };
    // A subdivision that cannot be read leaves the country.
    let country = || {
        text.split('-')
            .next()
            .and_then(|country| country.parse().ok())
    };
    Ok(text.parse().ok().or_else(country))
}

fn said(of: &wasm_bindgen::JsValue, name: &str) -> Option<String> {
    client::property(of, name)?
        .as_string()
        .filter(|text| !text.is_empty())
}
