//! The loader as it is asked for: as a script, or to be pasted into a page.

use crate::edition::{Edition, Loader};
use crate::http::cookie_renewal;
use crate::http::error::ApiError;
use crate::http::inline_script::{self, Nonce};
use crate::http::query::{Query, Repeated};
use crate::http::response;
use crate::site::protocol::LoaderRequest;
use crate::site::ticket;
use consent_core::LoaderTicket;
use consent_core::calendar::Timestamp;
use consent_core::field::FieldError;
use consent_core::jurisdiction::Jurisdiction;
use consent_core::locale;
use consent_core::site::Place;
use consent_core::stored::AskedByPlace;
use consent_core::text::{Host, LanguageTag, Localized};
use std::rc::Rc;
use worker::{Headers, Response, Url};

/// `GET /t/SITE.js`: the loader in the language of the address or, where that names none of the site's, of the
/// visitor; where the site has several laws, under that of the address's place or of the visitor's. With `?inline`, as a
/// `script` element.
pub fn serve(
    edition: &Edition,
    by_law: impl Fn(Jurisdiction) -> Result<Rc<Localized<Loader>>, ApiError>,
    request: &LoaderRequest,
    ticket: Option<LoaderTicket>,
    now: Timestamp,
) -> Result<Response, ApiError> {
    let address: Url = request
        .address
        .parse()
        .map_err(|error| ApiError::Internal(format!("{}: {error}", request.address)))?;
    let query = address.query().unwrap_or_default();
    let asked = Parameters::parse(query, &edition.languages).map_err(ApiError::Malformed)?;
    // Whoever fetches the loader to paste it is not the visitor.
    let of_visitor = request.place.as_ref().filter(|_| !asked.inline);
    let place = asked.place.as_ref().or(of_visitor);
    let law = place.and_then(|place| place.other_law(edition.terms.jurisdiction, &edition.laws));
    let other = law.map(by_law).transpose()?;
    let loaders = other.as_deref().unwrap_or(&edition.loaders);
    let (language, loader) = asked
        .language
        .as_ref()
        .or_else(|| locale::negotiate(&edition.languages, &request.accept_language))
        .and_then(|language| loaders.get_key_value(language))
        .ok_or_else(|| ApiError::Internal("an edition without a loader".to_owned()))?;
    let form = if asked.inline { "-inline" } else { "" };
    let etag = format!("\"{}{form}\"", loader.digest.abbreviated());
    // A fragment with a nonce is made for one answer of one page.
    let fresh = asked.nonce.is_none() && request.if_none_match.has(&etag);
    let mut response = if fresh {
        Response::empty()?.with_status(304)
    } else if asked.inline {
        Response::ok(inline_script::element(
            loader.script.text(),
            asked.nonce.as_ref(),
        )?)?
    } else {
        loader.script.to_response(request.accepts_brotli)?
    };
    let headers = response.headers_mut();
    headers.set("content-language", language.as_str())?;
    let depends_on_place = !edition.laws.is_empty() && !asked.inline && asked.place.is_none();
    headers.set("cache-control", response::cache_short(depends_on_place))?;
    headers.set("cross-origin-resource-policy", "cross-origin")?;
    headers.set("x-content-type-options", "nosniff")?;
    headers.set("vary", "Accept-Language, Accept-Encoding")?;
    headers.set("etag", &etag)?;
    if asked.inline {
        // Compressed on its way, by the runtime.
        if !fresh && request.accepts_brotli {
            headers.set("content-encoding", "br")?;
        }
        as_fragment(headers, asked.nonce.is_some())?;
    } else {
        headers.set("content-type", "text/javascript; charset=utf-8")?;
        if let Some(ticket) = ticket {
            ticket::give(headers, ticket)?;
        }
        let choice = edition.asked(law);
        let domain = edition.cookie_domain.as_ref();
        renew(headers, &choice, domain, &request.cookies, &address, now)?;
    }
    Ok(response)
}

/// An answer that renews a visitor's cookie is theirs: no cache may give it to another.
fn renew(
    headers: &Headers,
    choice: &AskedByPlace,
    domain: Option<&Host>,
    cookies: &str,
    address: &Url,
    now: Timestamp,
) -> Result<(), ApiError> {
    if let Some(cookie) = cookie_renewal::set_cookie(cookies, now, choice, address, domain) {
        headers.set("set-cookie", &cookie)?;
        headers.set("cache-control", "private, no-cache")?;
        headers.set("vary", "Accept-Language, Accept-Encoding, Cookie")?;
    }
    Ok(())
}

/// For a page's server to fetch and to paste; opened by itself, it runs nothing.
fn as_fragment(headers: &Headers, has_nonce: bool) -> Result<(), ApiError> {
    headers.set("content-type", "text/html; charset=utf-8")?;
    headers.set("content-security-policy", "default-src 'none'; sandbox")?;
    headers.set("access-control-allow-origin", "*")?;
    if has_nonce {
        headers.set("cache-control", "no-store")?;
        headers.delete("etag")?;
    }
    Ok(())
}

/// What an address asks for besides the site.
#[derive(Debug, Default, PartialEq, Eq)]
struct Parameters {
    inline: bool,
    language: Option<LanguageTag>,
    place: Option<Place>,
    nonce: Option<Nonce>,
}

impl Parameters {
    /// Reads the parameters of an address. Others are let be: some tags carry a number against
    /// caches.
    fn parse(query: &str, languages: &[LanguageTag]) -> Result<Self, Vec<FieldError>> {
        // A nonce is base64: its `+` is meant, and not a form's space.
        let query = query.replace('+', "%2B");
        let mut asked = Self::default();
        Query::parse(&query).read(Repeated::Last, |name, value| {
            match name {
                "inline" => asked.inline = true,
                "language" => asked.language = locale::lookup(languages, value).cloned(),
                "place" => asked.place = value.parse().ok(),
                "nonce" => asked.nonce = Some(value.parse()?),
                _ => {}
            }
            Ok(())
        })?;
        Ok(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<Parameters, String> {
        let address = format!("https://consent.example/t/relais.js{query}");
        let address: Url = address.parse().unwrap();
        let languages = ["fr-CA", "en"].map(|language| language.parse().unwrap());
        Parameters::parse(address.query().unwrap_or_default(), &languages).map_err(|errors| {
            let errors: Vec<_> = errors
                .iter()
                .map(|error| format!("{}: {}", error.field, error.message))
                .collect();
            errors.join("; ")
        })
    }

    #[test]
    fn an_address_may_ask_for_a_language_a_form_and_a_nonce() {
        assert_eq!(parse(""), Ok(Parameters::default()));
        assert_eq!(parse("?v=3&x"), Ok(Parameters::default()));
        let asked = parse("?inline&language=en&nonce=aB%2b/9_-+=").unwrap();
        assert!(asked.inline);
        assert_eq!(asked.language, Some("en".parse().unwrap()));
        assert_eq!(asked.nonce, Some("aB+/9_-+=".parse().unwrap()));
    }

    #[test]
    fn what_would_leave_the_attribute_is_no_nonce() {
        for nonce in [
            "",
            "a%22",
            "%3E",
            "a%20b",
            "a'",
            "%C3%A9",
            "a%00",
            &"a".repeat(129),
        ] {
            let refused = parse(&format!("?nonce={nonce}")).unwrap_err();
            assert_eq!(
                refused, "nonce: must be base64 of at most 128 characters",
                "{nonce}"
            );
        }
    }

    #[test]
    fn a_language_that_the_site_does_not_have_is_no_error_since_a_page_without_a_loader_has_no_gate()
     {
        let language = |query| parse(query).unwrap().language.map(|tag| tag.to_string());
        for (query, expected) in [
            ("?language=fr", Some("fr-CA")),
            ("?language=FR-fr", Some("fr-CA")),
            ("?language=en-GB", Some("en")),
            ("?language=en_US", Some("en")),
            ("?language=de", None),
            ("?language=", None),
            ("?language=%C3%A9%00", None),
        ] {
            assert_eq!(language(query).as_deref(), expected, "{query}");
        }
    }
}
