//! Serves the configurations that were published, and compares them.

use crate::directory;
use crate::http::conditional::IfNoneMatch;
use crate::http::error::ApiError;
use crate::http::query::{Query, Repeated};
use crate::http::response::{self, Cors};
use crate::site;
use crate::site::protocol::StoredConfiguration;
use consent_core::api::EditionComparison;
use consent_core::field::FieldError;
use consent_core::site::compare::{Comparable, compare as compare_configurations};
use consent_core::{Sha256Digest, SiteId};
use worker::{Env, Request, Response};

/// `GET /v1/sites/SITE`, and `GET /v1/sites/SITE/editions/HASH` with a hash: a configuration as its owner sent it, byte
/// for byte. Its tag is its SHA-256.
pub async fn configuration(
    env: &Env,
    site: &SiteId,
    hash: Option<Sha256Digest>,
    request: &Request,
) -> Result<Response, ApiError> {
    directory::client::shards(env, site).await?;
    let StoredConfiguration { hash, text } = site::client::configuration(env, site, hash).await?;
    let known = IfNoneMatch::of(request)?;
    response::stored_json(text, &format!("\"{hash}\""), &known)
}

/// `GET /v1/sites/SITE/compare?a=HASH&b=HASH`: what differs between two configurations. Without `b`, it is the one in
/// force.
pub async fn compare(env: &Env, site: &SiteId, request: &Request) -> Result<Response, ApiError> {
    let Asked { a, b } = Asked::of(request)?;
    directory::client::shards(env, site).await?;
    let a = site::client::configuration(env, site, Some(a)).await?;
    let b = site::client::configuration(env, site, b).await?;
    let read = |name: &str, configuration: &StoredConfiguration| {
        let read = Comparable::read(site.clone(), configuration.text.as_bytes());
        read.map_err(|FieldError { field, message }| {
            let why = format!("cannot be read by this version of the server: {field} {message}");
            ApiError::Contradiction(vec![FieldError::new(name, why)])
        })
    };
    let comparison = compare_configurations(&read("a", &a)?, &read("b", &b)?);
    let answer = EditionComparison {
        a: a.hash,
        b: b.hash,
        comparison,
    };
    response::json(&answer, 200, Cors::None)
}

/// What is to be compared.
struct Asked {
    a: Sha256Digest,
    b: Option<Sha256Digest>,
}

impl Asked {
    fn of(request: &Request) -> Result<Self, ApiError> {
        let url = request.url()?;
        Self::parse(&Query::parse(url.query().unwrap_or_default())).map_err(ApiError::Malformed)
    }

    fn parse(query: &Query) -> Result<Self, Vec<FieldError>> {
        let (mut a, mut b) = (None, None);
        let read = query.read(Repeated::Refused, |name, value| {
            let wanted = match name {
                "a" => &mut a,
                "b" => &mut b,
                _ => return Err("is not a parameter; those are a, b".to_owned()),
            };
            let hash = value.parse::<Sha256Digest>();
            *wanted = Some(hash.map_err(|error| error.to_string())?);
            Ok(())
        });
        let mut errors = read.err().unwrap_or_default();
        if !query.has("a") {
            let why = "is missing: name a configuration by its SHA-256, as /v1/sites/SITE/editions lists it";
            errors.push(FieldError::new("a", why));
        }
        match a {
            Some(a) if errors.is_empty() => Ok(Self { a, b }),
            _ => Err(errors),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_configuration_must_be_named_and_every_wrong_parameter_is() {
        let errors = |query: &str| {
            let errors = Asked::parse(&Query::parse(query)).err().unwrap_or_default();
            let errors = errors
                .into_iter()
                .map(|it| format!("{}: {}", it.field, it.message));
            errors.collect::<Vec<_>>().join("\n")
        };
        let hash = "0".repeat(64);
        assert_eq!(errors(&format!("a={hash}")), "");
        assert_eq!(errors(&format!("b={hash}&a={hash}")), "");
        insta::assert_snapshot!(errors("b=x&c=1&b=y"), @r"
        b: must be a SHA-256 digest: 64 lower-case hexadecimal digits
        c: is not a parameter; those are a, b
        b: is given twice
        a: is missing: name a configuration by its SHA-256, as /v1/sites/SITE/editions lists it
        ");
        insta::assert_snapshot!(errors("a="), @"a: must be a SHA-256 digest: 64 lower-case hexadecimal digits");
    }
}
