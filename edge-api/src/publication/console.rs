//! The console: the web app for owners and auditors, on the server's own names.

use crate::http::error::ApiError;
use crate::publication::assets;
use worker::{Env, Response};

/// All that the page needs, and no more: its files and the API are of the same origin, and so are the previews that it
/// shows in frames. What it shows can run no script of another's, nor be framed.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; \
    img-src 'self' data:; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// `GET /` and `GET /console`: leads to the console.
pub fn door() -> Result<Response, ApiError> {
    let response = Response::empty()?.with_status(302);
    let headers = response.headers();
    headers.set("location", "/console/")?;
    headers.set("cache-control", "no-store")?;
    headers.set("x-content-type-options", "nosniff")?;
    Ok(response)
}

/// `GET /console/`: the one page of the console. Which of its pages is shown stands after `#`, and never comes here.
pub async fn page(env: &Env) -> Result<Response, ApiError> {
    let response = Response::from_html(assets::console_page(env).await?)?;
    let headers = response.headers();
    headers.set("content-security-policy", POLICY)?;
    // It names the files of this build.
    headers.set("cache-control", "no-cache")?;
    headers.set("referrer-policy", "no-referrer")?;
    headers.set("cross-origin-opener-policy", "same-origin")?;
    headers.set("x-content-type-options", "nosniff")?;
    Ok(response)
}
