//! What the server puts into a page of the sources before it sends it.

use crate::SITES;
use crate::policy;
use anyhow::Result;

/// The consent server's origin, as the pages write it.
pub(crate) const WRITTEN_CONSENT_ORIGIN: &str = "http://127.0.0.1:8787";
/// The demo sites' host and port, as the pages and the configurations write it. One of the sites
/// has a second domain, a subdomain of it.
pub(crate) const WRITTEN_OWN_HOST: &str = "localhost:8788";

/// The origins in use, without a final slash: they replace in every page the ones it was written with.
#[derive(Clone, Debug)]
pub struct Origins {
    /// Where the consent server answers.
    pub consent: String,
    /// Where the demo sites answer. Its host must differ from the consent server's for the embed to
    /// be cross-site: a different port alone is the same site.
    pub own: String,
}

/// A page as it is sent.
pub(crate) struct Page {
    pub html: String,
    /// The value of its `Content-Security-Policy`, where it is under one.
    pub policy: Option<String>,
}

/// Puts into a page the origins in use in the place of the written ones, the place that a visitor of the demo wants to be at and,
/// where it is under a policy, a nonce of its own.
pub(crate) fn complete(page: &str, origins: &Origins, place: Option<&str>) -> Result<Page> {
    let page = match place {
        // As a visitor there gets it: the demo has no proxy that knows where its visitors are.
        Some(place) => SITES.iter().fold(page.to_owned(), |page, site| {
            let loader = format!("/t/{site}.js");
            page.replace(&loader, &format!("{loader}?place={place}"))
        }),
        None => page.to_owned(),
    };
    let html = page
        .replace(WRITTEN_CONSENT_ORIGIN, &origins.consent)
        .replace(WRITTEN_OWN_HOST, host_of(&origins.own));
    if !html.contains(policy::WRITTEN_NONCE) {
        return Ok(Page { html, policy: None });
    }
    let nonce = policy::nonce()?;
    Ok(Page {
        html: html.replace(policy::WRITTEN_NONCE, &nonce),
        policy: Some(policy::header(&nonce, &origins.consent)),
    })
}

/// An origin without its scheme.
pub(crate) fn host_of(origin: &str) -> &str {
    origin.trim_start_matches("http://")
}
