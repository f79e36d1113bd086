//! Sends requests to the consent server.

use super::json;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Sends a request and returns the status and the text of the answer; `None` if there was none.
pub async fn send(
    method: &str,
    url: &str,
    body: Option<&str>,
    bearer: Option<&str>,
) -> Option<(u16, String)> {
    let init = web_sys::RequestInit::new();
    init.set_method(method);
    if let Some(body) = body {
        // A text body makes it a simple request, which needs no preflight.
        init.set_body(&body.into());
    }
    if let Some(bearer) = bearer {
        let authorization = format!("Bearer {bearer}").as_str().into();
        let headers = json::object(&[("authorization", authorization)]);
        json::set(&init, "headers", &headers);
    }
    // The request goes on when the visitor leaves the page.
    json::set(&init, "keepalive", &JsValue::TRUE);
    json::set(&init, "credentials", &"omit".into());
    let answer = web_sys::window()?.fetch_with_str_and_init(url, &init);
    let response: web_sys::Response = JsFuture::from(answer).await.ok()?.unchecked_into();
    let text = JsFuture::from(response.text().ok()?).await.ok();
    let text = text.and_then(|text| text.as_string()).unwrap_or_default();
    Some((response.status(), text))
}
