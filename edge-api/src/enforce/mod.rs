//! The gate at the edge: requests a site's pages from its own server, and enforces each visitor's choice in
//! them. What is held back, and how, is decided in `edge_gate`; here are the requests and responses.
//!
//! It is off unless a site names the server of its pages (`edge.origin_server`) and its host leads here. The
//! API's own addresses are answered first; every other request goes to that server.
//!
//! A failure here never keeps a page from a visitor, and never opens the gate. A page that cannot be read
//! (because of its charset or content coding), and a page whose loader cannot be read, pass byte for byte under
//! a policy that allows only what the visitor has agreed to ([`edge_gate::policy::closed`]).

mod lookup;
mod stream;

pub use lookup::of_host;

use crate::clock::now;
use crate::edition::{Enforcement, hash_source};
use crate::http::cookie_renewal;
use crate::http::error::ApiError;
use crate::http::inline_script;
use crate::http::time_limit::within;
use crate::publication::{assets, hosts};
use crate::route::Route;
use consent_core::Sha256Digest;
use consent_core::calendar::Timestamp;
use consent_core::locale;
use consent_core::text::LanguageTag;
use edge_gate::charset::{self, Charset, PRESCAN};
use edge_gate::cookies::{may_be_set, of_request};
use edge_gate::headers::{self, NO_LONGER_TRUE, Plan, Reading, ResponseHead};
use edge_gate::policy::{self, Allowance};
use edge_gate::{Inserted, Page, Rewriter, Visitor, links};
use js_sys::{Function, Reflect};
use std::rc::Rc;
use std::time::Duration;
use stream::Source;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};
use worker::{Env, Headers, Method, Request, RequestInit, RequestRedirect, Response, Url};

/// How long a site's server may take to begin its answer.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// The header on a request to a site's server that says it came through here: such a request that comes back
/// is refused, since it would loop for ever.
const PASSED: &str = "x-temoin-edge";
/// The header on an answer that says why a page passed unread, under a closed policy.
const SHUT: &str = "x-temoin-edge";

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
    reading: Reading,
    navigates: bool,
    /// The tags of what the visitor's browser has cached under this same choice, as the site's
    /// server names them.
    kept: Option<String>,
    page: Rc<Page>,
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
    let header = |name: &str| request.headers().get(name).map(Option::unwrap_or_default);
    if request.headers().has(PASSED)? {
        return Err(ApiError::Loop);
    }
    let authority = authority(&request)?;
    let own = site.own_origin(&authority).ok_or(ApiError::NoSuchAddress)?;
    let mut address: Url = own.as_str().parse().map_err(|_| ApiError::NoSuchAddress)?;
    let asked = request.url()?;
    address.set_path(asked.path());
    address.set_query(asked.query());
    let now = now();
    let cookies = header("cookie")?;
    let gpc = header("sec-gpc")? == "1";
    let visitor = Visitor::read(&cookies, now, gpc, &site.rules);
    let destination = request.headers().get("sec-fetch-dest")?;
    let language = locale::negotiate(&site.languages, &header("accept-language")?);
    let accept = header("accept")?;
    let mut visit = Visit {
        env,
        site,
        reading: Reading::of(destination.as_deref(), &accept),
        navigates: headers::is_navigation(destination.as_deref(), &accept),
        kept: None,
        page: Rc::new(Page {
            rules: Rc::clone(&site.rules),
            visitor,
            address,
        }),
        cookies,
        now,
        loader: language
            .and_then(|language| site.loaders.get_key_value(language))
            .map(|(language, digest)| (language.clone(), *digest)),
    };
    if visit.reading != Reading::Other {
        visit.kept = headers::if_none_match(&header("if-none-match")?, &visit.key());
    }
    let is_head = request.method() == Method::Head;
    let asked = visit.request(&request)?;
    // A token or a visitor's secret that is meant for the API never reaches a site's server.
    let is_apis = matches!(route, Ok(_) | Err(ApiError::MethodNotAllowed { .. }));
    if is_apis && visit.page.address.path() != "/" {
        asked.headers().delete("authorization")?;
    }
    let controller = AbortController::new().map_err(worker::Error::from)?;
    let answer = match within(TIME_LIMIT, fetch(env, &asked, &controller.signal())).await {
        Some(Ok(answer)) => answer,
        Some(Err(error)) => return Err(ApiError::OriginSilent(format!("{error:?}"))),
        None => {
            controller.abort();
            let limit = TIME_LIMIT.as_secs();
            return Err(ApiError::OriginSilent(format!(
                "no answer within {limit} s"
            )));
        }
    };
    visit.answer(answer, is_head).await
}

/// Sends a request to a site's server: through the binding `ORIGIN_NETWORK` where there is one, else through
/// the public internet. Where the operator allows private addresses, the binding is `PRIVATE_ORIGIN_NETWORK`.
async fn fetch(
    env: &Env,
    request: &Request,
    signal: &AbortSignal,
) -> Result<web_sys::Response, JsValue> {
    let binding = if hosts::private_origins_allowed(env) {
        "PRIVATE_ORIGIN_NETWORK"
    } else {
        "ORIGIN_NETWORK"
    };
    let network = Reflect::get(env.as_ref(), &JsValue::from_str(binding))?;
    let network = if network.is_truthy() {
        network
    } else {
        js_sys::global().into()
    };
    let fetch: Function = Reflect::get(&network, &JsValue::from_str("fetch"))?.dyn_into()?;
    let init = web_sys::RequestInit::new();
    init.set_signal(Some(signal));
    let answer = fetch.call2(&network, request.inner(), &init)?;
    JsFuture::from(js_sys::Promise::resolve(&answer))
        .await?
        .dyn_into()
}

impl Visit<'_> {
    /// A key for all that a rewritten page depends on besides the page itself.
    fn key(&self) -> String {
        let loader = self.loader.as_ref().map(|(_, digest)| digest);
        let whole = format!(
            "{} {loader:?} {}",
            self.page.visitor.key(),
            self.site.digest
        );
        Sha256Digest::of(whole.as_bytes()).abbreviated()
    }

    /// Builds the request to the site's server.
    fn request(&self, request: &Request) -> Result<Request, ApiError> {
        let headers = Headers::new();
        for (name, value) in request.headers() {
            headers.append(&name, &value)?;
        }
        match of_request(&self.cookies, &self.site.rules, &self.page.visitor) {
            Some(kept) if kept == self.cookies => {}
            Some(kept) => headers.set("cookie", &kept)?,
            None => headers.delete("cookie")?,
        }
        if self.reading != Reading::Other {
            let sent = headers.get("accept-encoding")?.unwrap_or_default();
            headers.set("accept-encoding", headers::accept_encoding(&sent))?;
        }
        if let Some(tags) = &self.kept {
            headers.set("if-none-match", tags)?;
            headers.delete("if-modified-since")?;
        } else if self.navigates {
            headers.delete("if-none-match")?;
            headers.delete("if-modified-since")?;
        }
        let own = &self.page.address;
        headers.set(
            "x-forwarded-host",
            &own[url::Position::BeforeHost..url::Position::AfterPort],
        )?;
        headers.set("x-forwarded-proto", own.scheme())?;
        headers.set(PASSED, "1")?;
        let mut init = RequestInit::new();
        init.with_method(request.method())
            .with_headers(headers)
            .with_redirect(RequestRedirect::Manual);
        if let Some(body) = request.inner().body() {
            init.with_body(Some(body.into()));
        }
        let asked = request.url()?;
        let path = &asked[url::Position::BeforePath..url::Position::AfterQuery];
        Ok(Request::new_with_init(
            &format!("{}{path}", self.site.origin_server),
            &init,
        )?)
    }

    async fn answer(
        &self,
        answer: web_sys::Response,
        is_head: bool,
    ) -> Result<web_sys::Response, ApiError> {
        let sent = Headers(answer.headers());
        let header = |name: &str| sent.get(name).map(Option::unwrap_or_default);
        let content_type = header("content-type")?;
        let plan = Plan::of(
            self.reading,
            ResponseHead {
                status: answer.status(),
                content_type: &content_type,
                content_encoding: &header("content-encoding")?,
                content_disposition: &header("content-disposition")?,
            },
        );
        let headers = self.headers(&sent)?;
        match plan {
            Plan::Confirmed if self.kept.is_some() => {
                let headers = headers.unwrap_or(copy(&sent)?);
                self.renewed(&headers)?;
                with_headers(&answer, None, &headers)
            }
            Plan::Pass | Plan::Confirmed => match headers {
                None => Ok(answer),
                Some(headers) => with_headers(&answer, answer.body().as_ref(), &headers),
            },
            Plan::Shut => {
                let headers = headers.unwrap_or(copy(&sent)?);
                self.shut(&answer, &headers, "unreadable", answer.body().as_ref())
            }
            Plan::Rewrite => {
                let headers = headers.unwrap_or(copy(&sent)?);
                self.rewrite(&answer, headers, &content_type, is_head).await
            }
        }
    }

    /// Enforces this visitor's choice in the answer's headers; `None` if that changes none of them.
    fn headers(&self, sent: &Headers) -> Result<Option<Headers>, ApiError> {
        let cookies = sent.get_all("set-cookie")?;
        let may = |cookie: &&String| may_be_set(cookie, &self.site.rules, &self.page.visitor);
        let kept: Vec<_> = cookies.iter().filter(may).collect();
        let own = self.page.address.origin().ascii_serialization();
        let location = sent.get("location")?;
        let led = location
            .as_deref()
            .and_then(|to| headers::location(to, self.site.origin_server.as_str(), &own));
        let link = sent
            .get("link")?
            .filter(|_| self.reading == Reading::Document);
        let links = link
            .as_deref()
            .map(|link| links::of_answer(link, &self.page));
        let same_links = links.as_ref().is_none_or(|kept| *kept == link);
        if kept.len() == cookies.len() && led.is_none() && same_links {
            return Ok(None);
        }
        let headers = copy(sent)?;
        headers.delete("set-cookie")?;
        for cookie in kept {
            headers.append("set-cookie", cookie)?;
        }
        if let Some(to) = led {
            headers.set("location", &to)?;
        }
        match links {
            Some(Some(link)) => headers.set("link", &link)?,
            Some(None) => headers.delete("link")?,
            None => {}
        }
        Ok(Some(headers))
    }

    /// Sets the caching headers of a page made for one visitor, and renews the visitor's cookie.
    fn renewed(&self, headers: &Headers) -> Result<(), ApiError> {
        let sent = |name: &str| headers.get(name).map(Option::unwrap_or_default);
        let etag = headers::etag(&sent("etag")?, &self.key());
        let cache = headers::cache_control(&sent("cache-control")?);
        let vary = headers::vary(&sent("vary")?);
        for name in NO_LONGER_TRUE {
            headers.delete(name)?;
        }
        headers.set("cache-control", cache)?;
        headers.set("vary", &vary)?;
        if let Some(etag) = etag {
            headers.set("etag", &etag)?;
        }
        let Page { rules, address, .. } = &*self.page;
        let domain = rules.domain.as_ref();
        let cookie =
            cookie_renewal::set_cookie(&self.cookies, self.now, rules.material, address, domain);
        if let Some(cookie) = cookie {
            headers.append("set-cookie", &cookie)?;
        }
        Ok(())
    }

    /// Passes a page on without rewriting it, under a policy that closes the gate.
    fn shut(
        &self,
        answer: &web_sys::Response,
        headers: &Headers,
        why: &str,
        body: Option<&web_sys::ReadableStream>,
    ) -> Result<web_sys::Response, ApiError> {
        let length = headers.get("content-length")?;
        self.renewed(headers)?;
        if let Some(length) = length {
            headers.set("content-length", &length)?;
        }
        headers.append("content-security-policy", &policy::closed(&self.page))?;
        headers.set(SHUT, why)?;
        with_headers(answer, body, headers)
    }

    async fn rewrite(
        &self,
        answer: &web_sys::Response,
        headers: Headers,
        content_type: &str,
        is_head: bool,
    ) -> Result<web_sys::Response, ApiError> {
        let body = answer.body();
        let inserted = if self.reading == Reading::Document {
            match self.inserted(&headers).await {
                Ok(inserted) => Some(inserted),
                Err(error) => {
                    worker::console_error!(
                        "a page passes without being rewritten: {}",
                        error.to_log()
                    );
                    return self.shut(answer, &headers, "failed", body.as_ref());
                }
            }
        } else {
            None
        };
        let Some(body) = body.filter(|_| !is_head) else {
            self.amend(&headers, inserted.as_ref())?;
            return with_headers(answer, None, &headers);
        };
        let source = Source::new(&body);
        // A byte order mark takes precedence over the header, and is in the first three bytes.
        let needed = if charset::of_header(content_type).is_some() {
            3
        } else {
            PRESCAN
        };
        let read = source.start(needed).await?;
        let Charset::Readable {
            encoding,
            to_be_said,
        } = charset::of_page(content_type, &read)
        else {
            let rest = stream::unchanged(read, source);
            let response: web_sys::Response = Response::from_stream(rest)?.into();
            // The body has been read, so the runtime may encode it anew, with another length.
            headers.delete("content-length")?;
            return self.shut(answer, &headers, "charset", response.body().as_ref());
        };
        if to_be_said {
            let name = encoding.name();
            headers.set("content-type", &format!("text/html; charset={name}"))?;
        }
        self.amend(&headers, inserted.as_ref())?;
        let page = Rc::clone(&self.page);
        let rewriter = match inserted {
            Some(inserted) => Rewriter::document(page, encoding, inserted),
            None => Rewriter::fragment(page, encoding),
        };
        let body = Response::from_stream(stream::rewritten(read, source, rewriter))?;
        let body: web_sys::Response = body.into();
        with_headers(answer, body.body().as_ref(), &headers)
    }

    /// The loader as an element of this page.
    async fn inserted(&self, headers: &Headers) -> Result<Inserted, ApiError> {
        let (language, digest) = self.loader.as_ref().ok_or_else(|| {
            ApiError::Internal("the enforced site has no loader in this language".to_owned())
        })?;
        let text = lookup::loader(self.env, *digest, language).await?;
        let nonce = headers
            .get("content-security-policy")?
            .and_then(|policies| policies.split(',').find_map(policy::nonce));
        let own = self.page.address.origin().ascii_serialization();
        Ok(Inserted {
            site: self.site.site.clone(),
            element: inline_script::element(
                &text,
                nonce
                    .as_deref()
                    .and_then(|nonce| nonce.parse().ok())
                    .as_ref(),
            )?,
            allowance: Allowance {
                nonce,
                script_hash: hash_source(*digest),
                style_hashes: self.site.styles.clone(),
                origin: own,
            },
        })
    }

    /// The headers of a page that is rewritten.
    fn amend(&self, headers: &Headers, inserted: Option<&Inserted>) -> Result<(), ApiError> {
        self.renewed(headers)?;
        let Some(inserted) = inserted else {
            return Ok(());
        };
        for name in [
            "content-security-policy",
            "content-security-policy-report-only",
        ] {
            if let Some(policies) = headers.get(name)? {
                headers.set(name, &inserted.allowance.amend(&policies))?;
            }
        }
        Ok(())
    }
}

fn copy(headers: &Headers) -> Result<Headers, ApiError> {
    let copy = web_sys::Headers::new_with_headers(&headers.0).map_err(worker::Error::from)?;
    Ok(Headers(copy))
}

/// The same answer, with other headers or another body.
fn with_headers(
    answer: &web_sys::Response,
    body: Option<&web_sys::ReadableStream>,
    headers: &Headers,
) -> Result<web_sys::Response, ApiError> {
    let init = web_sys::ResponseInit::new();
    init.set_status(answer.status());
    init.set_status_text(&answer.status_text());
    init.set_headers(&headers.0);
    let response = web_sys::Response::new_with_opt_readable_stream_and_init(body, &init);
    Ok(response.map_err(worker::Error::from)?)
}
