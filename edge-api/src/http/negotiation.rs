//! Content negotiation: codings and languages (RFC 9110, "Content Negotiation").

use crate::http::error::ApiError;
use consent_core::text::LanguageTag;
use worker::Request;

/// Whether the client accepts brotli.
pub fn accepts_brotli(request: &Request) -> Result<bool, ApiError> {
    let accepted = request
        .headers()
        .get("accept-encoding")?
        .unwrap_or_default();
    Ok(accepted
        .split(',')
        .any(|coding| coding.trim() == "br" || coding.trim().starts_with("br;q=1")))
}

/// Finds a language of a site by its tag. The error names the languages that there are.
pub fn one_of(languages: &[LanguageTag], text: &str) -> Result<LanguageTag, String> {
    let known = languages.iter().find(|language| language.as_str() == text);
    known.cloned().ok_or_else(|| {
        let names: Vec<_> = languages.iter().map(LanguageTag::as_str).collect();
        format!("this site is in {}", names.join(", "))
    })
}
