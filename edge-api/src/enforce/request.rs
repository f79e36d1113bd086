//! The request to a site's own server.

use super::Visit;
use crate::http::client::connecting_address;
use crate::http::error::ApiError;
use crate::http::outside;
use edge_gate::cookies::of_request;
use edge_gate::headers;
use edge_gate::hop::{self, Connection};
use edge_gate::plan::Reading;
use std::time::Duration;
use worker::{Env, Headers, Request, Url};

/// The header on a request to a site's server that says it came through here: such a request that comes back
/// is refused, since it would loop for ever.
pub const PASSED: &str = "x-temoin-edge";

/// The methods that may have a body (Fetch, "Request constructor"); what a `GET` is sent with has no meaning
/// (RFC 9110, section 9.3.1), and stays here.
const WITHOUT_BODY: [&str; 2] = ["GET", "HEAD"];
/// The methods that no request to a server may have (Fetch, "forbidden method").
const FORBIDDEN: [&str; 3] = ["CONNECT", "TRACE", "TRACK"];

/// How long a site's server may take to begin its answer.
const TIME_LIMIT: Duration = Duration::from_secs(30);

/// Asks a site's server, and waits for the beginning of its answer.
pub async fn fetch(env: &Env, request: &web_sys::Request) -> Result<web_sys::Response, ApiError> {
    let answer = outside::fetch(env, request, TIME_LIMIT).await;
    answer.map_err(|error| ApiError::OriginSilent(error.to_string()))
}

impl Visit<'_> {
    /// Builds the request to the site's server. It has the visitor's `Authorization` only if it `may_authorize`.
    pub fn request(
        &self,
        request: &Request,
        may_authorize: bool,
    ) -> Result<web_sys::Request, ApiError> {
        let method = request.inner().method();
        if FORBIDDEN.contains(&&*method) {
            return Err(ApiError::MethodNotAllowed {
                allowed: "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS".to_owned(),
            });
        }
        let headers = self.sent_on(request)?;
        if !may_authorize {
            headers.delete("authorization")?;
        }
        let body = request.inner().body();
        let has_body = !WITHOUT_BODY.contains(&&*method);
        if !has_body {
            headers.delete("content-length")?;
        }
        let init = web_sys::RequestInit::new();
        init.set_method(&method);
        init.set_headers(&headers.0);
        init.set_redirect(web_sys::RequestRedirect::Manual);
        if let Some(body) = body.filter(|_| has_body) {
            init.set_body(&body);
        }
        let asked: Url = request.url()?;
        let path = &asked[url::Position::BeforePath..url::Position::AfterQuery];
        let address = format!("{}{path}", self.site.origin_server);
        let built = web_sys::Request::new_with_str_and_init(&address, &init);
        Ok(built.map_err(worker::Error::from)?)
    }

    /// The headers that go on: without those of this connection, without what must wait, and with the way here as it
    /// is known.
    fn sent_on(&self, request: &Request) -> Result<Headers, ApiError> {
        let sent = |name: &str| request.headers().get(name).map(Option::unwrap_or_default);
        let connection = Connection::read(&sent("connection")?, &sent("upgrade")?);
        let headers = Headers::new();
        for (name, value) in request.headers() {
            if !connection.ends_here(&name) && !hop::is_claim(&name) {
                headers.append(&name, &value)?;
            }
        }
        if headers.has("cookie")? {
            match of_request(&self.cookies, &self.site.rules, &self.page.visitor) {
                Some(kept) => headers.set("cookie", &kept)?,
                None => headers.delete("cookie")?,
            }
        }
        if self.reading != Reading::Other {
            let accepted = headers::accept_encoding(&sent("accept-encoding")?);
            headers.set("accept-encoding", accepted)?;
        }
        if let Some(tags) = &self.kept {
            headers.set("if-none-match", tags)?;
            headers.delete("if-modified-since")?;
        } else if self.reading != Reading::Other
            || headers::has_tag_of_ours(&sent("if-none-match")?)
        {
            headers.delete("if-none-match")?;
            headers.delete("if-modified-since")?;
        }
        let own = &self.page.address;
        let host = &own[url::Position::BeforeHost..url::Position::AfterPort];
        let client = connecting_address(request)?;
        for (name, value) in hop::way(client.as_deref(), host, own.scheme()) {
            headers.set(name, &value)?;
        }
        headers.set(PASSED, "1")?;
        Ok(headers)
    }
}
