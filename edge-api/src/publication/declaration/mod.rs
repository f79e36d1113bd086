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
use crate::http::{place, response};
use crate::publication::published::Published;
use crate::publication::wording::Intl;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use consent_core::field::FieldError;
use consent_core::locale;
use consent_core::site::{BadPlace, Place};
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
    // A page's address may carry what others have added: that is let be.
    let address = request.url()?;
    let asked = Query::parse(address.query().unwrap_or_default());
    let place: Option<Place> = asked.value("place").parse().ok();
    let seen_from = place::of(env, request)?;
    let published = Published::of(env, site, place.as_ref().or(seen_from.as_ref())).await?;
    let Published {
        hash,
        in_force,
        notice,
    } = &published;
    let language = match language {
        Some(language) if notice.languages.contains(&language) => language,
        Some(_) => return Err(ApiError::UnknownLanguage),
        None => negotiated(&published.notice, request)?,
    };
    let declaration =
        directory::client::part(env, (*hash).into(), &language, Part::Declaration).await?;
    let at_place = |before: &str| {
        place
            .as_ref()
            .map_or_else(String::new, |place| format!("{before}place={place}"))
    };
    let languages: Vec<_> = notice
        .languages
        .iter()
        .map(|tag| {
            (
                tag.clone(),
                Intl.language(tag),
                format!("/d/{site}/{tag}{}", at_place("?")),
            )
        })
        .collect();
    let context = PageContext {
        notice,
        notice_url: &format!("/v1/notices/{hash}"),
        json_url: &format!(
            "/v1/sites/{site}/declaration?language={language}{}",
            at_place("&")
        ),
        published: in_force
            .published_at
            .map(|at| (at.to_string(), Intl.day(&language, at))),
        languages: &languages,
    };
    let page = declaration_page(&declaration, &language, &context)
        .ok_or_else(|| ApiError::Internal(format!("the notice has no texts in {language}")))?;
    let cache = published.cache(place.as_ref());
    let response = answer(page, "text/html; charset=utf-8", &language, cache, request)?;
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

/// `GET /v1/sites/SITE/declaration`, in the language of `?language=` or of the visitor, under the law of `?place=` or of where
/// they are
pub async fn as_json(env: &Env, site: &SiteId, request: &Request) -> Result<Response, ApiError> {
    let Asked { place, language } = Asked::of(request)?;
    let seen_from = place::of(env, request)?;
    let published = Published::of(env, site, place.as_ref().or(seen_from.as_ref())).await?;
    let notice = &published.notice;
    let asked = language
        .map(|text| one_of(&notice.languages, &text))
        .transpose();
    let asked = asked.map_err(|why| ApiError::Malformed(vec![FieldError::new("language", why)]))?;
    let language = match asked {
        Some(language) => language,
        None => negotiated(notice, request)?,
    };
    let declaration = json::declaration(&published, &language, &Intl)
        .ok_or_else(|| ApiError::Internal(format!("the notice has no texts in {language}")))?;
    let body = serde_json::to_string(&declaration)?;
    let cache = published.cache(place.as_ref());
    answer(body, "application/json", &language, cache, request)
}

/// What an address asks for.
#[derive(Default)]
struct Asked {
    place: Option<Place>,
    language: Option<String>,
}

impl Asked {
    fn of(request: &Request) -> Result<Self, ApiError> {
        let address = request.url()?;
        let mut asked = Self::default();
        let query = Query::parse(address.query().unwrap_or_default());
        let read = query.read(Repeated::Last, |name, value| {
            match name {
                "language" => asked.language = Some(value.to_owned()),
                "place" => {
                    asked.place = Some(value.parse().map_err(|error: BadPlace| error.to_string())?);
                }
                _ => return Err("is not a parameter; `language` and `place` are".to_owned()),
            }
            Ok(())
        });
        read.map_err(ApiError::Malformed)?;
        Ok(asked)
    }
}

/// Builds the response: open to everyone, cached for a short time; 304 where the client has it already.
fn answer(
    body: String,
    kind: &str,
    language: &LanguageTag,
    cache: &str,
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
    response::share(headers, kind, cache)?;
    headers.set("content-language", language.as_str())?;
    headers.set("etag", &etag)?;
    headers.set("vary", "Accept-Language, Accept-Encoding")?;
    // Compressed on its way, by the runtime.
    if !known && accepts_brotli(request)? {
        headers.set("content-encoding", "br")?;
    }
    Ok(response)
}
