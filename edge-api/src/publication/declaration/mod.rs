//! Serves the declaration of what a site uses, always of the notice in force: as a page and as JSON.
//!
//! The page is the declaration that was rendered at publication, to the byte, with a page around it.

mod json;

use crate::directory;
use crate::directory::protocol::Part;
use crate::http::conditional::IfNoneMatch;
use crate::http::error::ApiError;
use crate::http::negotiation::{accepts_brotli, one_of};
use crate::http::query::{Query, Repeated};
use crate::http::response;
use crate::publication::published::Published;
use crate::publication::wording::Intl;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use consent_core::locale;
use consent_core::text::LanguageTag;
use consent_core::{Notice, Sha256Digest, SiteId};
use consent_widget::markup::{DECLARATION_PAGE_STYLE, PageContext, declaration_page};
use sha2::{Digest as _, Sha256};
use worker::{Env, Request, Response};

/// The visitor's language, of those the site is in.
fn negotiated(notice: &Notice, request: &Request) -> Result<LanguageTag, ApiError> {
    let accepted = request.headers().get("accept-language")?;
    locale::negotiate(&notice.languages, &accepted.unwrap_or_default())
        .cloned()
        .ok_or_else(|| ApiError::Internal("a notice without a language".to_owned()))
}

/// `GET /d/SITE` and `GET /d/SITE/LANGUAGE`
pub async fn page(
    env: &Env,
    site: &SiteId,
    language: Option<LanguageTag>,
    request: &Request,
) -> Result<Response, ApiError> {
    let published = Published::of(env, site).await?;
    let Published { in_force, notice } = &published;
    let language = match language {
        Some(language) if notice.languages.contains(&language) => language,
        Some(_) => return Err(ApiError::UnknownLanguage),
        None => negotiated(&published.notice, request)?,
    };
    let hash = in_force.notice.into();
    let declaration = directory::client::part(env, hash, &language, Part::Declaration).await?;
    let languages: Vec<_> = notice
        .languages
        .iter()
        .map(|tag| (tag.clone(), Intl.language(tag), format!("/d/{site}/{tag}")))
        .collect();
    let context = PageContext {
        notice,
        notice_url: &format!("/v1/notices/{}", in_force.notice),
        json_url: &format!("/v1/sites/{site}/declaration?language={language}"),
        published: in_force
            .published_at
            .map(|at| (at.to_string(), Intl.day(&language, at))),
        languages: &languages,
    };
    let page = declaration_page(&declaration, &language, &context)
        .ok_or_else(|| ApiError::Internal(format!("the notice has no texts in {language}")))?;
    let response = answer(page, "text/html; charset=utf-8", &language, request)?;
    let style = STANDARD.encode(Sha256::digest(DECLARATION_PAGE_STYLE));
    // Any page may frame it: it has nothing to press, and shows nothing about a visitor.
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; base-uri 'none'; form-action 'none'"
    );
    let headers = response.headers();
    headers.set("content-security-policy", &policy)?;
    headers.set("referrer-policy", "no-referrer")?;
    Ok(response)
}

/// `GET /v1/sites/SITE/declaration`, in the language of `?language=` or of the visitor
pub async fn as_json(env: &Env, site: &SiteId, request: &Request) -> Result<Response, ApiError> {
    let published = Published::of(env, site).await?;
    let language = match asked(request, &published.notice.languages)? {
        Some(language) => language,
        None => negotiated(&published.notice, request)?,
    };
    let Published { in_force, notice } = &published;
    let declaration = json::declaration(notice, *in_force, &language, &Intl)
        .ok_or_else(|| ApiError::Internal(format!("the notice has no texts in {language}")))?;
    let body = serde_json::to_string(&declaration)?;
    answer(body, "application/json", &language, request)
}

/// The language that an address asks for.
fn asked(request: &Request, languages: &[LanguageTag]) -> Result<Option<LanguageTag>, ApiError> {
    let address = request.url()?;
    let mut asked = None;
    let query = Query::parse(address.query().unwrap_or_default());
    let read = query.read(Repeated::Last, |name, value| match name {
        "language" => one_of(languages, value).map(|language| asked = Some(language)),
        _ => Err("is not a parameter; `language` is".to_owned()),
    });
    read.map_err(ApiError::Malformed)?;
    Ok(asked)
}

/// Builds the response: open to everyone, cached for a short time; 304 where the client has it already.
fn answer(
    body: String,
    kind: &str,
    language: &LanguageTag,
    request: &Request,
) -> Result<Response, ApiError> {
    let etag = format!("\"{}\"", Sha256Digest::of(body.as_bytes()).abbreviated());
    let known = IfNoneMatch::of(request)?.has(&etag);
    let mut response = if known {
        Response::empty()?.with_status(304)
    } else {
        Response::ok(body)?
    };
    let headers = response.headers_mut();
    response::share(headers, kind, response::CACHE_SHORT)?;
    headers.set("content-language", language.as_str())?;
    headers.set("etag", &etag)?;
    headers.set("vary", "Accept-Language, Accept-Encoding")?;
    // Compressed on its way, by the runtime.
    if !known && accepts_brotli(request)? {
        headers.set("content-encoding", "br")?;
    }
    Ok(response)
}
