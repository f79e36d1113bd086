//! Checks who may ask what.
//!
//! Tokens come from the environment as SHA-256 digests, with their roles and sites. A token is
//! looked up by comparing its digest with every one known, in constant time, without stopping at
//! the first that fits.

use crate::http::error::ApiError;
use crate::setting;
use consent_core::text::Host;
use consent_core::{ConsentId, GrantId, SiteId};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use subtle::{Choice, ConstantTimeEq as _};
use worker::{Env, Request};

/// The environment variable that holds the tokens: a JSON list of [`Grant`]s.
const TOKENS: &str = "TEMOIN_TOKENS";

/// What a token allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Publishes sites.
    Owner,
    /// Queries proofs.
    Auditor,
    /// Asks what the cookies seen in pages are for, and no more: the inspector's token is typed
    /// into a page, where other scripts could read it.
    Inspector,
}

/// One token.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Grant {
    /// What it is called where the server says who did what; absent, the beginning of `sha256`.
    #[serde(default)]
    id: Option<GrantId>,
    role: Role,
    /// The sites it is for; absent is all of them.
    #[serde(default)]
    sites: Option<Vec<SiteId>>,
    /// The hosts on which its owner may have choices enforced (`edge`); absent is any host for a token of every
    /// site, and none for a token of some.
    #[serde(default)]
    hosts: Option<Vec<HostPattern>>,
    /// SHA-256 of the token, in hexadecimal.
    sha256: consent_core::Sha256Digest,
}

/// A host with the port if it is not the scheme's own, `relais.example`, or every host below one: `*.relais.example`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
struct HostPattern {
    authority: String,
    below: bool,
}

impl TryFrom<String> for HostPattern {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (authority, below) = match text.strip_prefix("*.") {
            Some(authority) => (authority, true),
            None => (&*text, false),
        };
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let host_is_right = host.parse::<Host>().is_ok();
        if host_is_right && port.is_none_or(|port| port.parse::<u16>().is_ok()) {
            let authority = authority.to_owned();
            Ok(Self { authority, below })
        } else {
            Err(format!(
                "{text:?} is no host: write shop.example, or *.shop.example for every host below it"
            ))
        }
    }
}

impl HostPattern {
    fn covers(&self, authority: &str) -> bool {
        if self.below {
            let above = authority.strip_suffix(&self.authority);
            above.is_some_and(|above| above.len() > 1 && above.ends_with('.'))
        } else {
            self.authority == authority
        }
    }
}

impl Grant {
    fn id(&self) -> GrantId {
        self.id
            .clone()
            .unwrap_or_else(|| GrantId::of_token(self.sha256))
    }

    fn may_claim(&self, authority: &str) -> bool {
        match &self.hosts {
            Some(hosts) => hosts.iter().any(|pattern| pattern.covers(authority)),
            None => self.sites.is_none(),
        }
    }
}

/// What the token of a request allows on the site that was asked about.
#[derive(Debug)]
pub struct Permission(Vec<Grant>);

impl Permission {
    /// The grants that give it.
    pub fn grants(&self) -> Vec<GrantId> {
        self.0.iter().map(Grant::id).collect()
    }

    /// The sites that they are for; `None` for all.
    pub fn sites(&self) -> Option<BTreeSet<SiteId>> {
        let of_some = self.0.iter().map(|grant| grant.sites.as_ref());
        let sites: Vec<_> = of_some.collect::<Option<_>>()?;
        Some(sites.into_iter().flatten().cloned().collect())
    }

    /// Whether choices may be enforced on a host that no site has yet.
    pub fn may_claim(&self, authority: &str) -> bool {
        self.0.iter().any(|grant| grant.may_claim(authority))
    }
}

/// Fails unless the request carries a token for one of these roles on this site.
pub fn require(
    env: &Env,
    request: &Request,
    roles: &[Role],
    site: &SiteId,
) -> Result<Permission, ApiError> {
    require_for(env, request, roles, Some(site))
}

/// Fails unless the request carries a token for one of these roles, on whatever sites.
pub fn require_on_any_site(
    env: &Env,
    request: &Request,
    roles: &[Role],
) -> Result<Permission, ApiError> {
    require_for(env, request, roles, None)
}

fn require_for(
    env: &Env,
    request: &Request,
    roles: &[Role],
    site: Option<&SiteId>,
) -> Result<Permission, ApiError> {
    let token = bearer(request)?.ok_or(ApiError::MissingToken)?;
    let grants = setting::read(env, TOKENS).ok_or_else(|| ApiError::Setting {
        name: TOKENS,
        why: "is not set: nobody may publish, nor query".to_owned(),
    })?;
    let grants: Vec<Grant> = serde_json::from_str(&grants)
        .map_err(|error| ApiError::Internal(format!("{TOKENS}: {error}")))?;
    check(&grants, &token, roles, site)
}

/// The secret with which a visitor asks for their own proofs, if the request carries one.
pub fn secret(request: &Request) -> Result<Option<ConsentId>, ApiError> {
    Ok(bearer(request)?.and_then(|secret| secret.parse().ok()))
}

fn bearer(request: &Request) -> Result<Option<String>, ApiError> {
    let header = request.headers().get("authorization")?;
    Ok(header.and_then(|header| Some(header.strip_prefix("Bearer ")?.to_owned())))
}

fn check(
    grants: &[Grant],
    token: &str,
    roles: &[Role],
    site: Option<&SiteId>,
) -> Result<Permission, ApiError> {
    let digest: [u8; 32] = Sha256::digest(token).into();
    let mut known = Choice::from(0);
    let mut allowing = Vec::new();
    for grant in grants {
        let same = digest.ct_eq(grant.sha256.as_bytes());
        let covers = roles.contains(&grant.role)
            && grant
                .sites
                .as_ref()
                .is_none_or(|sites| site.is_none_or(|site| sites.contains(site)));
        known |= same;
        if bool::from(same & Choice::from(u8::from(covers))) {
            allowing.push(grant.clone());
        }
    }
    if !bool::from(known) {
        Err(ApiError::WrongToken)
    } else if allowing.is_empty() {
        Err(ApiError::Forbidden)
    } else {
        Ok(Permission(allowing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_core::Sha256Digest;

    fn grant(role: Role, token: &str, sites: Option<&[&str]>) -> Grant {
        Grant {
            id: None,
            role,
            sites: sites.map(|sites| sites.iter().map(|site| site.parse().unwrap()).collect()),
            hosts: None,
            sha256: Sha256Digest::of(token.as_bytes()),
        }
    }

    #[test]
    fn a_token_opens_its_role_on_its_sites_and_nothing_else() {
        let grants = [
            grant(Role::Owner, "owner", None),
            grant(Role::Auditor, "auditor", Some(&["a"])),
            grant(Role::Inspector, "inspector", None),
        ];
        let check = |token, roles: &[Role], site: &str| match check(
            &grants,
            token,
            roles,
            Some(&site.parse().unwrap()),
        ) {
            Ok(_) => "allowed",
            Err(ApiError::WrongToken) => "wrong",
            Err(ApiError::Forbidden) => "forbidden",
            Err(_) => "other",
        };
        assert_eq!(check("owner", &[Role::Owner], "b"), "allowed");
        assert_eq!(check("owner", &[Role::Auditor], "b"), "forbidden");
        assert_eq!(check("auditor", &[Role::Auditor], "a"), "allowed");
        assert_eq!(check("auditor", &[Role::Auditor], "b"), "forbidden");
        assert_eq!(check("auditor", &[Role::Owner], "a"), "forbidden");
        assert_eq!(check("", &[Role::Owner], "a"), "wrong");
        assert_eq!(check("owner ", &[Role::Owner], "a"), "wrong");
        let either = [Role::Owner, Role::Inspector];
        assert_eq!(check("owner", &either, "a"), "allowed");
        assert_eq!(check("inspector", &either, "a"), "allowed");
        assert_eq!(check("auditor", &either, "a"), "forbidden");
        assert_eq!(check("inspector", &[Role::Owner], "a"), "forbidden");
    }

    #[test]
    fn a_token_says_which_sites_it_is_for() {
        let grants = [
            grant(Role::Owner, "operator", None),
            grant(Role::Owner, "both", Some(&["b"])),
            grant(Role::Auditor, "both", Some(&["c", "a"])),
            grant(Role::Inspector, "both", None),
            grant(Role::Auditor, "none", Some(&[])),
            grant(Role::Inspector, "inspector", None),
        ];
        let sites = |token, roles: &[Role]| {
            let permission = check(&grants, token, roles, None).ok()?;
            let sites = permission.sites();
            Some(sites.map_or("all".to_owned(), |sites| {
                let names: Vec<_> = sites.iter().map(SiteId::as_str).collect();
                names.join(" ")
            }))
        };
        let readers = [Role::Owner, Role::Auditor];
        assert_eq!(sites("operator", &readers).as_deref(), Some("all"));
        assert_eq!(sites("both", &readers).as_deref(), Some("a b c"));
        assert_eq!(sites("both", &[Role::Owner]).as_deref(), Some("b"));
        assert_eq!(sites("none", &readers).as_deref(), Some(""));
        assert_eq!(sites("inspector", &readers), None);
        assert_eq!(sites("", &readers), None);
    }

    #[test]
    fn a_token_says_which_hosts_its_owner_may_claim() {
        let grants: Vec<Grant> = serde_json::from_value(serde_json::json!([
            { "role": "owner", "sha256": Sha256Digest::of(b"operator") },
            { "role": "owner", "sites": ["a"], "sha256": Sha256Digest::of(b"without") },
            {
                "role": "owner", "sites": ["a"], "hosts": ["a.example", "*.b.example", "c.localhost:8788"],
                "sha256": Sha256Digest::of(b"with")
            },
            { "role": "owner", "hosts": [], "sha256": Sha256Digest::of(b"none") },
        ]))
        .unwrap();
        let may = |token, authority| {
            let permission =
                check(&grants, token, &[Role::Owner], Some(&"a".parse().unwrap())).unwrap();
            permission.may_claim(authority)
        };
        assert!(may("operator", "anything.example"));
        for host in [
            "a.example",
            "x.b.example",
            "y.x.b.example",
            "c.localhost:8788",
        ] {
            assert!(may("with", host), "{host}");
            assert!(!may("without", host) && !may("none", host), "{host}");
        }
        for host in [
            "b.example",
            ".b.example",
            "xb.example",
            "x.a.example",
            "c.localhost",
            "a.example:8443",
            "",
        ] {
            assert!(!may("with", host), "{host}");
        }
    }

    #[test]
    fn the_environment_is_read_strictly() {
        let read = |json: &str| serde_json::from_str::<Vec<Grant>>(json).is_ok();
        let digest = "0".repeat(64);
        assert!(read(&format!(
            r#"[{{"role":"owner","sha256":"{digest}"}}]"#
        )));
        assert!(!read(&format!(
            r#"[{{"role":"admin","sha256":"{digest}"}}]"#
        )));
        assert!(!read(r#"[{"role":"owner","sha256":"plain"}]"#));
        for host in [
            "https://a.example",
            "*",
            "*.",
            "A.example",
            "a.example:x",
            "a.*.example",
        ] {
            let grant = format!(r#"[{{"role":"owner","hosts":["{host}"],"sha256":"{digest}"}}]"#);
            assert!(!read(&grant), "{host}");
        }
        assert!(!read(&format!(
            r#"[{{"role":"owner","site":"a","sha256":"{digest}"}}]"#
        )));
    }
}
