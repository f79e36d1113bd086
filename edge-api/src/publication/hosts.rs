//! Under which hosts a site's pages may pass through here, and from which server they may come (`edge`).
//!
//! Who publishes a site trusts no other owner, and this server trusts none of them. So a host is the server's own, or
//! one that the token may claim; and `edge.origin_server` is a public address, unless the operator says otherwise.

use crate::directory::{self, protocol::HostClaim};
use crate::http::auth::Permission;
use crate::http::error::ApiError;
use crate::http::own::OwnOrigins;
use crate::http::response::{self, Cors};
use crate::setting;
use crate::site;
use consent_core::api::security_event::SecurityEventKind;
use consent_core::field::FieldError;
use consent_core::{SiteConfig, SiteId};
use std::net::Ipv4Addr;
use worker::{Env, Response, Url};

/// The environment variable that lets sites' servers be on private addresses, if it is `allow`: for a server whose
/// owners are all known, such as a demo.
const PRIVATE_ORIGINS: &str = "TEMOIN_PRIVATE_ORIGINS";

/// Whether sites' servers may be on private addresses.
pub fn private_origins_allowed(env: &Env) -> bool {
    setting::read(env, PRIVATE_ORIGINS).is_some_and(|setting| setting == "allow")
}

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
    response::json(&serde_json::json!({ "hosts": hosts }), 200, Cors::None)
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

/// Whether an origin names an address that is not globally reachable (IANA special-purpose address registry), however it
/// is spelt (WHATWG URL, host parsing: `0x7f000001` is 127.0.0.1), or a name that resolves only within a network (RFC
/// 6761, RFC 6762, RFC 8375). What a public name resolves to, the runtime's network checks.
fn is_private(origin: &str) -> bool {
    const LOCAL: [&str; 7] = [
        "localhost",
        "local",
        "internal",
        "home.arpa",
        "lan",
        "intranet",
        "test",
    ];
    let Ok(url) = origin.parse::<Url>() else {
        return true;
    };
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    if let Ok(address) = host.parse::<Ipv4Addr>() {
        return is_special(address);
    }
    let is_name = host.contains('.') && !host.starts_with('[');
    !is_name
        || LOCAL
            .iter()
            .any(|suffix| host.ends_with(&format!(".{suffix}")))
}

/// Whether an address is in a block of the IANA IPv4 special-purpose registry that is not globally reachable, or is
/// multicast.
fn is_special(address: Ipv4Addr) -> bool {
    const BLOCKS: [([u8; 4], u32); 15] = [
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([192, 88, 99, 0], 24),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([224, 0, 0, 0], 4),
        ([240, 0, 0, 0], 4),
    ];
    let bits = u32::from(address);
    BLOCKS.iter().any(|&(block, length)| {
        let mask = u32::MAX.checked_shl(32 - length).unwrap_or_default();
        bits & mask == u32::from(Ipv4Addr::from(block))
    })
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

    #[test]
    fn what_is_not_on_the_public_internet() {
        for private in [
            "http://127.0.0.1:8080",
            "https://169.254.169.254",
            "https://10.0.0.1:22",
            "https://0x7f000001",
            "https://2130706433",
            "https://0177.0.0.1",
            "https://127.1",
            "https://100.64.0.1",
            "https://172.31.255.255",
            "https://192.168.1.1",
            "https://198.19.0.1",
            "https://224.0.0.1",
            "https://255.255.255.255",
            "https://0.0.0.0",
            "https://localhost",
            "https://a.localhost",
            "https://router",
            "https://db.internal",
            "https://printer.local",
            "https://nas.home.arpa",
            "https://db.internal.",
            "https://[::1]",
            "https://[::ffff:10.0.0.1]",
            "https://[fd00::1]",
            "not an origin",
        ] {
            assert!(is_private(private), "{private}");
        }
        for public in [
            "https://pages.example.org",
            "https://93.184.215.14",
            "https://172.15.0.1",
            "https://172.32.0.1",
            "https://100.128.0.1",
            "https://localhost.example.org",
            "https://internal.example",
        ] {
            assert!(!is_private(public), "{public}");
        }
    }
}
