//! One request over `fetch`.

use crate::browser::window;
use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::JsCast as _;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

/// An answer.
pub struct Answer {
    /// Its HTTP status.
    pub status: u16,
    /// Its body.
    pub bytes: Vec<u8>,
}

/// Sends a request; nothing where no answer came.
pub async fn send(
    method: &str,
    path: &str,
    body: Option<&str>,
    token: Option<&str>,
) -> Option<Answer> {
    let init = RequestInit::new();
    init.set_method(method);
    let headers = Headers::new().ok()?;
    if let Some(token) = token {
        // A token that no header can have is none that the server has given.
        headers
            .set("authorization", &format!("Bearer {token}"))
            .ok()?;
    }
    if let Some(body) = body {
        init.set_body(&body.into());
    }
    init.set_headers(&headers);
    let answer = window()?.fetch_with_str_and_init(path, &init);
    let response: Response = JsFuture::from(answer).await.ok()?.unchecked_into();
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    let buffer: ArrayBuffer = buffer.unchecked_into();
    Some(Answer {
        status: response.status(),
        bytes: Uint8Array::new(&buffer).to_vec(),
    })
}
