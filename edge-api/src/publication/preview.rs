//! A page that shows the real banner of a draft, or of a publication, and lets nothing be kept or sent.
//!
//! The loader in it is the very one that visitors get, or would get. What makes it harmless is the page: it is sandboxed into an
//! origin of its own, where a browser keeps nothing (HTML, "sandboxed origin browsing context flag"), and its policy lets it
//! connect to the dialog and the widget's files alone, so that no report and no ticket is asked for. The server takes no report
//! that answers a draft, from any page.

use crate::directory;
use crate::directory::protocol::Part;
use crate::http::error::ApiError;
use crate::http::own::OwnOrigins;
use consent_core::text::LanguageTag;
use consent_core::{Sha256Digest, SiteId};
use worker::{Env, Response};

const STYLE: &str = "\
:root{color-scheme:light dark}body{margin:0;background:light-dark(#f4f5f8,#14171f);color:light-dark(#5b6475,#a3abbb);\
font:14px/1.5 system-ui,sans-serif}header{height:56px;background:light-dark(#fff,#1d212c)}main{max-width:720px;margin:40px auto;\
padding:0 24px}i{display:block;height:12px;margin:14px 0;border-radius:6px;background:light-dark(#dfe3ea,#2a303d)}\
i.title{height:28px;width:60%;margin-bottom:28px}i.short{width:72%}i.image{height:180px;border-radius:12px;margin:28px 0}";

/// The address of the page that shows a loader.
pub fn address(
    server: &str,
    site: &SiteId,
    loader: Sha256Digest,
    language: &LanguageTag,
) -> String {
    format!("{server}/preview/{site}/{loader}/{language}")
}

/// `GET /preview/SITE/HASH/LANGUAGE`, by the loader's own hash.
pub async fn page(
    env: &Env,
    site: &SiteId,
    loader: Sha256Digest,
    language: &LanguageTag,
) -> Result<Response, ApiError> {
    // What is not there is no page that looks as if the banner were missing.
    directory::client::part(env, loader, language, Part::Loader).await?;
    let own = OwnOrigins::from_env(env)?;
    let server = own.first().as_str();
    let note = match language.language() {
        "fr" => "Aperçu\u{a0}: rien n’est gardé ni envoyé.",
        _ => "Preview: nothing is kept or sent.",
    };
    // Every value here is of a type that has no character to escape.
    let page = format!(
        "<!doctype html><html lang=\"{language}\"><head><meta charset=\"utf-8\"><title>{site}</title>\
<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"><style>{STYLE}</style>\
<script src=\"{server}/t/{site}/{loader}/{language}.js\"></script></head><body><header></header><main><p>{note}</p>\
<div aria-hidden=\"true\"><i class=\"title\"></i><i></i><i></i><i class=\"short\"></i><i class=\"image\"></i><i></i><i></i>\
<i class=\"short\"></i></div></main></body></html>"
    );
    let response = Response::from_html(page)?;
    let policy = format!(
        "sandbox allow-scripts; default-src 'none'; script-src {server}/t/ {server}/w/ 'wasm-unsafe-eval'; \
         style-src 'unsafe-inline'; img-src data:; connect-src {server}/n/ {server}/w/; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'self'"
    );
    let headers = response.headers();
    headers.set("content-security-policy", &policy)?;
    headers.set("content-language", language.as_str())?;
    headers.set("cache-control", "no-store")?;
    headers.set("referrer-policy", "no-referrer")?;
    headers.set("x-content-type-options", "nosniff")?;
    Ok(response)
}
