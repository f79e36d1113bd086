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
        None => said_by_proxy(env, request, ADDRESS_HEADER)?,
    };
    // Of several, each proxy has added the one that it saw.
    let last = said.as_deref().and_then(|said| said.rsplit(',').next());
    Ok(last.and_then(|address| address.trim().parse().ok()))
}

/// Where a request's connection comes from, if the runtime says so. Plain workerd does not, and there the header is a claim of
/// the client's.
pub fn connecting_address(request: &Request) -> Result<Option<String>, ApiError> {
    if by_cloudflare(request).is_some() {
        Ok(request.headers().get(hop::CONNECTING_ADDRESS)?)
    } else {
        Ok(None)
    }
}

/// What Cloudflare says of a request, if it comes through there: it names its own data centre with each (`cf.colo`), which no
/// client can.
pub fn by_cloudflare(request: &Request) -> Option<JsValue> {
    let said = property(request.inner(), "cf")?;
    property(&said, "colo")?.is_string().then_some(said)
}

/// What the operator's own proxy says of a request, in the header that a setting names; `None` where none is named, or it says
/// nothing.
pub fn said_by_proxy(
    env: &Env,
    request: &Request,
    setting: &str,
) -> Result<Option<String>, ApiError> {
    match setting::read(env, setting).filter(|name| !name.is_empty()) {
        Some(name) => Ok(request.headers().get(&name)?),
        None => Ok(None),
    }
}

/// A property of a JavaScript object; `None` where there is no object.
pub fn property(of: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(of, &JsValue::from_str(name)).ok()
}
