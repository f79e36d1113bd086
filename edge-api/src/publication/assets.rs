//! Serves the files of the widget and of the console. Each is named by its content, so it never changes and may be cached for ever.
//!
//! `cargo xtask build` makes the folder that the `ASSETS` binding serves: `manifest.json`, the
//! loader, the page of the console, and each file of both plain and compressed (`.br`).

use crate::http::conditional::IfNoneMatch;
use crate::http::error::ApiError;
use crate::http::{negotiation, response};
use consent_core::Sha256Digest;
use consent_core::signals::Tool;
use serde::Deserialize;
use std::collections::BTreeMap;
use worker::{EncodeBody, Env, Method, Request, Response};

/// What a build of the widget consists of.
#[derive(Deserialize)]
pub struct Manifest {
    /// The file that starts the widget.
    pub script: Asset,
    /// Its WebAssembly.
    pub wasm: Asset,
    /// The inspector.
    pub inspector: Asset,
    /// The loaders by variant.
    pub loaders: BTreeMap<String, Asset>,
    /// What tells each tool what a visitor decided: a function of JavaScript, as an expression.
    pub callers: BTreeMap<Tool, String>,
}

/// A file of a build.
#[derive(Deserialize)]
pub struct Asset {
    /// Its name below `/w/`.
    pub name: String,
    /// SHA-256 of its bytes.
    pub digest: Sha256Digest,
}

/// The manifest of this build.
pub async fn manifest(env: &Env) -> Result<Manifest, ApiError> {
    let manifest = fetch(env, "manifest.json").await?.text().await?;
    Ok(serde_json::from_str(&manifest)?)
}

/// The text of a file of this build.
pub async fn text(env: &Env, asset: &Asset) -> Result<String, ApiError> {
    Ok(fetch(env, &asset.name).await?.text().await?)
}

/// The page of the console of this build.
pub async fn console_page(env: &Env) -> Result<String, ApiError> {
    Ok(fetch(env, "console.page").await?.text().await?)
}

/// `GET /i/SITE.js`: the inspector of this build, which owners start in their pages.
pub async fn inspector(env: &Env, request: &Request) -> Result<Response, ApiError> {
    let name = manifest(env).await?.inspector.name;
    let mut response = serve(env, &name, request).await?;
    response.headers_mut().set("cache-control", "no-cache")?;
    Ok(response)
}

/// `GET /v1/openapi.json`: the description of the API. It changes with the build.
pub async fn openapi(env: &Env, request: &Request) -> Result<Response, ApiError> {
    let compressed = negotiation::accepts_brotli(request)?;
    let ending = if compressed { ".br" } else { "" };
    let mut stored = fetch(env, &format!("openapi.json{ending}")).await?;
    let bytes = stored.bytes().await?;
    let etag = format!("\"{}\"", Sha256Digest::of(&bytes).abbreviated());
    let known = IfNoneMatch::of(request)?.has(&etag);
    let mut response = if known {
        Response::empty()?.with_status(304)
    } else {
        Response::from_bytes(bytes)?
    };
    let headers = response.headers_mut();
    response::share(headers, "application/json", response::CACHE_SHORT)?;
    headers.set("vary", "Accept-Encoding")?;
    headers.set("etag", &etag)?;
    if compressed && !known {
        headers.set("content-encoding", "br")?;
    }
    Ok(response.with_encode_body(EncodeBody::Manual))
}

/// `GET /w/NAME` and `GET /console/NAME`
pub async fn serve(env: &Env, name: &str, request: &Request) -> Result<Response, ApiError> {
    let kind = content_type(name).ok_or(ApiError::UnknownAsset)?;
    let compressed = negotiation::accepts_brotli(request)?;
    let file = if compressed {
        format!("{name}.br")
    } else {
        name.to_owned()
    };
    let stored = fetch(env, &file).await?;
    let (_, body) = stored.into_parts();
    let mut response = Response::from_body(body)?;
    let headers = response.headers_mut();
    response::share(headers, kind, response::CACHE_FOREVER)?;
    headers.set("vary", "Accept-Encoding")?;
    if compressed {
        headers.set("content-encoding", "br")?;
    }
    // Compressed when it was built; the runtime must not do it again.
    Ok(response.with_encode_body(EncodeBody::Manual))
}

/// `GET /t/temoin.d.ts`: the types of the script API that this build's loaders have.
pub fn types() -> Result<Response, ApiError> {
    let mut response = Response::ok(include_str!("../../../consent-widget/loader/temoin.d.ts"))?;
    // Text, so that a browser shows it; nobody runs it. It changes only with the build.
    let kind = "text/plain; charset=utf-8";
    response::share(response.headers_mut(), kind, "public, max-age=86400")?;
    Ok(response)
}

/// Whether a build may give a file this name.
pub fn is_name(name: &str) -> bool {
    content_type(name).is_some()
}

/// Only names that a build gives: 16 hexadecimal digits and a known ending.
fn content_type(name: &str) -> Option<&'static str> {
    let (digest, ending) = name.split_once('.')?;
    let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if digest.len() != 16 || !digest.bytes().all(hexadecimal) {
        return None;
    }
    match ending {
        "js" => Some("text/javascript; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "css" => Some("text/css; charset=utf-8"),
        _ => None,
    }
}

async fn fetch(env: &Env, file: &str) -> Result<Response, ApiError> {
    let request = Request::new(&format!("https://assets/{file}"), Method::Get)?;
    let response = env.service("ASSETS")?.fetch_request(request).await?;
    match response.status_code() {
        200 => Ok(response),
        404 => Err(ApiError::UnknownAsset),
        status => Err(ApiError::Internal(format!(
            "ASSETS answered {status} for {file}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_a_build_gives() {
        assert!(content_type("0123456789abcdef.wasm").is_some());
        for name in [
            "manifest.json",
            "loader.js",
            "0123456789abcdef.wasm.br",
            "0123456789ABCDEF.js",
            "../0123456789ab.js",
            "0123456789abcdef",
            "",
        ] {
            assert_eq!(content_type(name), None, "{name}");
        }
    }
}
