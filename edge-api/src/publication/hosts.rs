//! Under which hosts a site's pages may pass through here, and from which server they may come (`edge`).
//!
//! Who publishes a site trusts no other owner, and this server trusts none of them. So a host is the server's own, or
//! one that the token may claim; and `edge.origin_server` is a public address, unless the operator says otherwise.

use crate::directory::{self, protocol::HostClaim};
use crate::http::auth::Permission;
use crate::http::error::ApiError;
use crate::http::outside::is_private;
use crate::http::own::OwnOrigins;
use crate::http::response::{self, Cors};
use crate::site;
use consent_core::api::hosts::SiteHosts;
use consent_core::api::security_event::SecurityEventKind;
use consent_core::field::FieldError;
use consent_core::{SiteConfig, SiteId};
use worker::{Env, Response};

/// What is wrong with the domain whose subdomains share a choice, with the hosts of a configuration with `edge`, and with
/// the server that its pages come from.
pub fn errors(config: &SiteConfig, own: &OwnOrigins, private_allowed: bool) -> Vec<FieldError> {
    let shared = config.cookie_domain.as_ref();
    let mut errors: Vec<_> = shared
        .filter(|domain| is_public_suffix(domain.as_str()))
        .map(|domain| {
            let why = "is a public suffix (publicsuffix.org), for which no browser keeps a cookie: name a domain of yours below it";
            FieldError::new("cookie_domain", format!("{domain} {why}"))
        })
        .into_iter()
        .collect();
    let Some(edge) = &config.edge else {
        return errors;
    };
    let origins = config.origins.iter().enumerate();
    let own_names = origins
        .filter(|(_, origin)| own.has(origin.authority()))
        .map(|(at, origin)| {
            let why = "is this consent server itself, whose pages cannot pass through it (`edge`): leave it out";
            FieldError::new(format!("origins[{at}]"), format!("{origin} {why}"))
        });
    errors.extend(own_names);
    let server = &edge.origin_server;
    let why = if own.has(server.authority()) {
        Some("is this consent server itself: name the server where the pages are")
    } else if !private_allowed && is_private(server.as_str()) {
        Some(
            "is not on the public internet: name a public server, or have the operator of this one allow private \
             addresses",
        )
    } else {
        None
    };
    errors.extend(why.map(|why| FieldError::new("edge.origin_server", format!("{server} {why}"))));
    errors
}

/// The hosts of a configuration with `edge`, and whether who publishes may claim each.
pub fn claims(authorities: &[String], permission: &Permission) -> Vec<HostClaim> {
    let claim = |authority: &String| HostClaim {
        authority: authority.clone(),
        granted: permission.may_claim(authority),
    };
    authorities.iter().map(claim).collect()
}

/// `GET /v1/sites/SITE/hosts`: the hosts that the site has.
pub async fn list(env: &Env, site: &SiteId) -> Result<Response, ApiError> {
    let hosts = directory::client::hosts(env, site).await?;
    response::json(&SiteHosts { hosts }, 200, Cors::None)
}

/// `DELETE /v1/sites/SITE/hosts/HOST`: releases one that the site does not use any more; 204.
pub async fn release(
    env: &Env,
    site: &SiteId,
    host: &str,
    permission: &Permission,
) -> Result<Response, ApiError> {
    directory::client::release(env, site, host).await?;
    let event = SecurityEventKind::HostReleased {
        grants: permission.grants(),
        host: host.to_owned(),
    };
    site::client::note(env, site, event).await?;
    Ok(Response::empty()?.with_status(204))
}

/// Whether cookies cannot be set for a domain because anyone may have a name below it (RFC 6265, section 5.3, step 5).
fn is_public_suffix(domain: &str) -> bool {
    domain.contains('.') && psl::domain_str(domain).is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_public_suffix() {
        for suffix in ["github.io", "co.uk", "qc.ca", "pages.dev", "gouv.fr"] {
            assert!(is_public_suffix(suffix), "{suffix}");
        }
        for own in [
            "relais.example",
            "relais.github.io",
            "shop.co.uk",
            "a.b.relais.example",
            "relais.qc.ca",
        ] {
            assert!(!is_public_suffix(own), "{own}");
        }
    }
}
