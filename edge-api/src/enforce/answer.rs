//! The answer of a site's own server, on its way to the visitor.

use super::Visit;
use super::lookup;
use super::stream::{self, Source};
use crate::edition::hash_source;
use crate::http::cookie_renewal;
use crate::http::error::ApiError;
use crate::http::inline_script;
use edge_gate::charset::{self, Charset, PRESCAN};
use edge_gate::cookie_deletion::deletions;
use edge_gate::cookies::may_be_set;
use edge_gate::headers::{self, NO_LONGER_TRUE};
use edge_gate::hop::Connection;
use edge_gate::plan::{Plan, Reading, ResponseHead};
use edge_gate::policy::{self, Allowance};
use edge_gate::{Inserted, Page, Rewriter, links, media_type};
use std::rc::Rc;
use worker::{Headers, Response};

/// The header on an answer that says why a page passed unread, under a closed policy.
const SHUT: &str = "x-temoin-edge";

/// A page's own policies.
const POLICIES: [&str; 2] = [
    "content-security-policy",
    "content-security-policy-report-only",
];

impl Visit<'_> {
    /// Enforces the visitor's choice in an answer.
    pub async fn answer(
        &self,
        answer: web_sys::Response,
        is_head: bool,
    ) -> Result<web_sys::Response, ApiError> {
        // A connection that has become another (RFC 9110, section 15.2.2) is no message any more.
        if answer.status() == 101 {
            return Ok(answer);
        }
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
                leads_on: !header("location")?.trim().is_empty(),
            },
        );
        let changed = self.headers(&sent)?;
        let headers = || copy(changed.as_ref().unwrap_or(&sent));
        let body = answer.body();
        match plan {
            Plan::Pass => match &changed {
                None => Ok(answer),
                Some(headers) => with_headers(&answer, body.as_ref(), headers),
            },
            Plan::Confirmed => self.confirmed(&answer, &headers()?),
            Plan::ShutForAll => {
                let headers = headers()?;
                headers.append(
                    "content-security-policy",
                    &policy::closed_for_all(&self.page),
                )?;
                with_headers(&answer, body.as_ref(), &headers)
            }
            Plan::Shut => {
                let why = match self.reading {
                    Reading::Document => "unreadable",
                    Reading::Fragment | Reading::Other => "data",
                };
                self.shut(&answer, &headers()?, why, body.as_ref())
            }
            Plan::Rewrite => {
                let headers = headers()?;
                let single = media_type::one_of_many(&content_type);
                if let Some(single) = &single {
                    headers.set("content-type", single)?;
                }
                let content_type = single.unwrap_or(content_type);
                self.rewrite(&answer, headers, &content_type, is_head).await
            }
        }
    }

    /// What a visitor's browser has is still good. What it has of ours keeps the policies that it came with. What it
    /// asks for as data may be a page from before anything was enforced: the browser must ask again before it shows
    /// that, and gets another answer then.
    fn confirmed(
        &self,
        answer: &web_sys::Response,
        headers: &Headers,
    ) -> Result<web_sys::Response, ApiError> {
        if self.kept.is_some() {
            self.renewed(headers)?;
            for name in POLICIES {
                headers.delete(name)?;
            }
        } else if !self.is_surely_no_page {
            let sent = |name: &str| headers.get(name).map(Option::unwrap_or_default);
            headers.set(
                "cache-control",
                headers::cache_control(&sent("cache-control")?),
            )?;
            headers.set("vary", &headers::vary(&sent("vary")?))?;
            headers.delete("expires")?;
        }
        with_headers(answer, None, headers)
    }

    /// Enforces this visitor's choice in the answer's headers; `None` if that changes none of them.
    fn headers(&self, sent: &Headers) -> Result<Option<Headers>, ApiError> {
        let headers = copy(sent)?;
        let behind = self.behind();
        let mut is_changed = false;
        let connection = sent.get("connection")?.unwrap_or_default();
        let connection = Connection::read(&connection, "");
        for name in sent.keys() {
            // Another server for the same pages would be one behind the gate (RFC 7838).
            if connection.ends_here(&name) || name == "alt-svc" {
                headers.delete(&name)?;
                is_changed = true;
            }
        }
        let cookies = sent.get_all("set-cookie")?;
        let may =
            |cookie: &&String| may_be_set(cookie, self.now, &self.site.rules, &self.page.visitor);
        let kept: Vec<_> = cookies.iter().filter(may).collect();
        if kept.len() != cookies.len() {
            is_changed = true;
            headers.delete("set-cookie")?;
            for cookie in kept {
                headers.append("set-cookie", cookie)?;
            }
        }
        for name in ["location", "content-location", "refresh", "link"] {
            let Some(value) = sent.get(name)? else {
                continue;
            };
            let outward = match name {
                "refresh" => behind.refresh(&value).or_else(|| Some(value.clone())),
                "link" => links::of_answer(&value, &self.page, &behind),
                _ => behind.outward(&value).or_else(|| Some(value.clone())),
            };
            match outward {
                Some(same) if same == value => continue,
                Some(outward) => headers.set(name, &outward)?,
                None => headers.delete(name)?,
            }
            is_changed = true;
        }
        Ok(is_changed.then_some(headers))
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
        let Page {
            rules,
            address,
            visitor,
            ..
        } = &*self.page;
        for deletion in deletions(&self.cookies, address, rules, visitor) {
            headers.append("set-cookie", &deletion)?;
        }
        let domain = rules.domain.as_ref();
        let cookie = cookie_renewal::set_cookie(
            &self.cookies,
            self.now,
            &self.question.choice,
            address,
            domain,
        );
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
                style_hashes: self.placed.styles.clone(),
                origin: own,
            },
        })
    }

    /// The headers of a page that is rewritten.
    fn amend(&self, headers: &Headers, inserted: Option<&Inserted>) -> Result<(), ApiError> {
        self.renewed(headers)?;
        let Some(inserted) = inserted else {
            // A part has no loader of its own. Shown by itself, from a cache, it needs another gate.
            headers.append("content-security-policy", &policy::closed(&self.page))?;
            return Ok(());
        };
        for name in POLICIES {
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
