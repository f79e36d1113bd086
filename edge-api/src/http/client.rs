//! Where a request comes from, as far as somebody can be believed who says it.

use crate::http::error::ApiError;
use crate::setting;
use edge_gate::hop;
use js_sys::Reflect;
use std::net::IpAddr;
use wasm_bindgen::JsValue;
use worker::{Env, Request};

/// The setting that names the header in which a proxy of the operator's says the client's address. Whoever can reach the server
/// past that proxy can say what they like.
const ADDRESS_HEADER: &str = "TEMOIN_CLIENT_ADDRESS_HEADER";

/// The client's address: as Cloudflare says it, or a proxy that the operator trusts; `None` where nobody says it.
pub fn address(env: &Env, request: &Request) -> Result<Option<IpAddr>, ApiError> {
    let said = match connecting_address(request)? {
        Some(address) => Some(address),
        None => match setting::read(env, ADDRESS_HEADER).filter(|name| !name.is_empty()) {
            Some(name) => request.headers().get(&name)?,
            None => None,
        },
    };
    // Of several, each proxy has added the one that it saw.
    let last = said.as_deref().and_then(|said| said.rsplit(',').next());
    Ok(last.and_then(|address| address.trim().parse().ok()))
}

/// Where a request's connection comes from, if the runtime says so. Cloudflare does, and names its own data centre with
/// each request (`cf.colo`), which no client can. Plain workerd does not, and there the header is a claim of the client's.
pub fn connecting_address(request: &Request) -> Result<Option<String>, ApiError> {
    let says_so = property(request.inner(), "cf")
        .and_then(|properties| property(&properties, "colo"))
        .is_some_and(|colo| colo.is_string());
    if says_so {
        Ok(request.headers().get(hop::CONNECTING_ADDRESS)?)
    } else {
        Ok(None)
    }
}

/// A property of a JavaScript object; `None` where there is no object.
pub fn property(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &JsValue::from_str(name)).ok()
}
