//! Sends requests to Durable Objects: the transport below the `client` and `object` of each room.

use crate::contain::{CALLER, caller};
use crate::http::ascii::escape;
use crate::http::error::ApiError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;
use worker::{Headers, Method, Request, RequestInit, Response, Stub};

/// An object's own address: nothing is read from it.
const ADDRESS: &str = "https://object/";

/// Asks an object, and reads its answer: both are JSON in the body.
pub async fn ask<T: DeserializeOwned>(
    stub: &Stub,
    who: &str,
    request: &impl Serialize,
) -> Result<T, ApiError> {
    let headers = Headers::new();
    headers.set(CALLER, &caller())?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_body(Some(serde_json::to_string(request)?.into()));
    let request = Request::new_with_init(ADDRESS, &init)?;
    let mut response = stub.fetch_with_request(request).await?;
    match response.status_code() {
        200 => Ok(response.json().await?),
        status => Err(ApiError::Internal(format!("{who} answered {status}"))),
    }
}

/// Sends an object a request made for a client of the server, and returns its answer unread. The
/// request crosses in a header, so that the client's body can be passed on unread.
pub async fn forward(
    stub: &Stub,
    header: &str,
    request: &impl Serialize,
    body: Option<JsValue>,
) -> Result<Response, ApiError> {
    let headers = Headers::new();
    headers.set(CALLER, &caller())?;
    headers.set(header, &escape(&serde_json::to_string(request)?))?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_headers(headers)
        .with_body(body);
    let request = Request::new_with_init(ADDRESS, &init)?;
    Ok(stub.fetch_with_request(request).await?)
}

/// Reads the request that [`forward`] has put into a header; `None` where there is none.
pub fn forwarded<T: DeserializeOwned>(
    request: &Request,
    header: &str,
) -> worker::Result<Option<T>> {
    let request = request.headers().get(header)?;
    let request = request.map(|request| serde_json::from_str(&request));
    Ok(request.transpose()?)
}
