//! The gate at the edge: requests a site's pages from its own server, and enforces each visitor's choice in
//! them. What is held back, and how, is decided in `edge_gate`; here are the requests and responses.
//!
//! It is off unless a site names the server of its pages (`edge.origin_server`) and its host leads here. The
//! API's own addresses are answered first; every other request goes to that server.
//!
//! A failure here never keeps a page from a visitor, and never opens the gate. A page that cannot be read
//! (because of its charset or content coding), and a page whose loader cannot be read, pass byte for byte under
//! a policy that allows only what the visitor has agreed to ([`edge_gate::policy::closed`]).

mod answer;
mod lookup;
mod request;
mod stream;
mod support;

pub use lookup::of_host;

use crate::clock::now;
use crate::contain::only_once;
use crate::edition::{Enforced, Enforcement, Placed};
use crate::http::error::ApiError;
use crate::http::place;
use crate::publication::assets;
use crate::route::Route;
use consent_core::Sha256Digest;
use consent_core::calendar::Timestamp;
use consent_core::locale;
use consent_core::text::LanguageTag;
use edge_gate::behind::Behind;
use edge_gate::plan::{self, Reading};
use edge_gate::{Page, Question, Visitor, cookies, headers};
use std::rc::Rc;
use worker::{Env, Request, Url};

/// The host that a request names, with its port.
pub fn authority(request: &Request) -> Result<String, ApiError> {
    let url = request.url()?;
    let host = url.host_str().unwrap_or_default();
    Ok(match url.port() {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

impl Enforcement {
    /// Whether the API answers a route on this site's own host: the routes that its loader and its visitors
    /// use. Any other address belongs to the site, whatever it looks like.
    pub fn answers(&self, route: &Route) -> bool {
        match route {
            Route::Asset(name) => assets::is_name(name),
            route => match route.site() {
                Some(site) => *site == self.site,
                None => route.is_for_every_site(),
            },
        }
    }
}

/// One visitor's request to the site.
struct Visit<'a> {
    env: &'a Env,
    site: &'a Enforcement,
    /// The address of the site's own server.
    server: Url,
    reading: Reading,
    /// Whether the request alone shows that no page is asked for.
    is_surely_no_page: bool,
    /// The tags of what the visitor's browser has cached under this same choice, as the site's
    /// server names them.
    kept: Option<String>,
    page: Rc<Page>,
    /// What the visitor is asked, under the law of their place.
    question: &'a Question,
    /// What is placed in the page.
    placed: &'a Placed,
    /// The request's cookies, as far as they are read.
    cookies: String,
    now: Timestamp,
    /// The loader, by language: what the answer depends on besides the page and the visitor.
    loader: Option<(LanguageTag, Sha256Digest)>,
}

/// Asks the site's server, and enforces the visitor's choice in what it answers.
pub async fn serve(
    env: &Env,
    site: &Enforcement,
    route: &Result<Route, ApiError>,
    request: Request,
) -> Result<web_sys::Response, ApiError> {
    if request.headers().has(request::PASSED)? {
        return Err(ApiError::Loop);
    }
    let visit = Visit::new(env, site, &request)?;
    let method = request.inner().method();
    if let Some(support) = visit.support(&method)? {
        return Ok(support.into());
    }
    let is_head = method == "HEAD";
    // A token or a visitor's secret that is meant for the API never reaches a site's server.
    let is_apis = matches!(route, Ok(_) | Err(ApiError::MethodNotAllowed { .. }));
    let may_authorize = !is_apis || visit.page.address.path() == "/";
    let asked = visit.request(&request, may_authorize)?;
    // RFC 9110, section 9.2.1: the methods that ask for nothing to be changed.
    if !["GET", "HEAD", "OPTIONS"].contains(&&*asked.method()) {
        only_once(&request);
    }
    let answer = request::fetch(env, &asked).await?;
    visit.answer(answer, is_head).await
}

impl<'a> Visit<'a> {
    fn new(env: &'a Env, site: &'a Enforcement, request: &Request) -> Result<Self, ApiError> {
        let header = |name: &str| request.headers().get(name).map(Option::unwrap_or_default);
        let authority = authority(request)?;
        let own = site.own_origin(&authority).ok_or(ApiError::NoSuchAddress)?;
        let mut address: Url = own.as_str().parse().map_err(|_| ApiError::NoSuchAddress)?;
        let asked = request.url()?;
        address.set_path(asked.path());
        address.set_query(asked.query());
        let now = now();
        let cookies = cookies::within_bounds(&header("cookie")?).to_owned();
        let gpc = header("sec-gpc")? == "1";
        let place = place::of(env, request)?;
        let Enforced { question, placed } = site.at(place.as_ref());
        let visitor = Visitor::read(&cookies, now, gpc, &site.rules, question);
        let destination = request.headers().get("sec-fetch-dest")?;
        let language = locale::negotiate(&site.languages, &header("accept-language")?);
        let accept = header("accept")?;
        let server = site.origin_server.as_str();
        let mut visit = Self {
            env,
            site,
            server: server
                .parse()
                .map_err(|error| ApiError::Internal(format!("{server}: {error}")))?,
            reading: Reading::of(destination.as_deref(), &accept),
            is_surely_no_page: plan::is_surely_no_page(destination.as_deref(), &accept),
            kept: None,
            page: Rc::new(Page {
                rules: Rc::clone(&site.rules),
                visitor,
                address,
            }),
            question,
            placed,
            cookies,
            now,
            loader: language
                .and_then(|language| placed.loaders.get_key_value(language))
                .map(|(language, digest)| (language.clone(), *digest)),
        };
        visit.kept = headers::if_none_match(&header("if-none-match")?, &visit.key());
        Ok(visit)
    }

    /// A key for all that an answer depends on besides the page itself.
    fn key(&self) -> String {
        let loader = self.loader.as_ref().map(|(_, digest)| digest);
        let whole = format!(
            "{} {} {loader:?} {}",
            self.reading.letter(),
            self.page.visitor.key(),
            self.site.digest
        );
        Sha256Digest::of(whole.as_bytes()).abbreviated()
    }

    /// The site's own server, whose name stays behind the gate.
    fn behind(&self) -> Behind<'_> {
        Behind {
            server: &self.server,
            own: &self.page.address,
        }
    }
}
