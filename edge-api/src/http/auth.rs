//! Checks who may ask what.
//!
//! The first tokens come from the environment as SHA-256 digests, with their roles and sites. A token is
//! looked up among them by comparing its digest with every one, in constant time, without stopping at
//! the first that fits. Those that were made are in the directory (`directory/tokens.rs`).

use crate::http::error::ApiError;
use crate::setting;
use consent_core::api::token::{Role, TokenGrant, TokenName};
use consent_core::calendar::Timestamp;
use consent_core::text::HostPattern;
use consent_core::{ConsentId, GrantId, Sha256Digest, SiteId};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use subtle::ConstantTimeEq as _;
use worker::{Env, Request};

/// The environment variable that holds the tokens: a JSON list of [`Grant`]s.
const TOKENS: &str = "TEMOIN_TOKENS";

/// What a token allows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// What it is called where the server says who did what; absent, the beginning of `sha256`.
    #[serde(default)]
    id: Option<GrantId>,
    role: Role,
    /// The sites it is for; absent is all of them.
    #[serde(default)]
    sites: Option<BTreeSet<SiteId>>,
    /// The hosts on which its owner may have choices enforced (`edge`); absent is any host for a token of every
    /// site, and none for a token of some.
    #[serde(default)]
    hosts: Option<Vec<HostPattern>>,
    /// SHA-256 of the token, in hexadecimal.
    sha256: Sha256Digest,
    /// From when on it opens nothing. Only tokens that were made have it.
    #[serde(skip)]
    expires_at: Option<Timestamp>,
    /// What its maker calls it. Only tokens that were made have it.
    #[serde(skip)]
    name: Option<TokenName>,
}

impl Grant {
    /// That of a token that was made, with the SHA-256 of the token.
    pub fn made(grant: TokenGrant, sha256: Sha256Digest) -> Self {
        Self {
            id: Some(grant.id),
            role: grant.role,
            sites: grant.sites,
            hosts: grant.hosts,
            sha256,
            expires_at: grant.expires_at,
            name: grant.name,
        }
    }

    /// As the API tells of it.
    pub fn to_api(&self) -> TokenGrant {
        TokenGrant {
            id: self.id(),
            name: self.name.clone(),
            role: self.role,
            sites: self.sites.clone(),
            hosts: self.hosts.clone(),
            expires_at: self.expires_at,
        }
    }

    fn id(&self) -> GrantId {
        self.id
            .clone()
            .unwrap_or_else(|| GrantId::of_token(self.sha256))
    }

    /// Whether it gives one of these roles on a site, or on any site. An administrator has every role.
    fn gives(&self, roles: &[Role], site: Option<&SiteId>) -> bool {
        roles.iter().any(|role| self.role.includes(*role))
            && site.is_none_or(|site| self.covers(site))
    }

    /// Whether it is for this site.
    pub fn covers(&self, site: &SiteId) -> bool {
        self.sites.as_ref().is_none_or(|sites| sites.contains(site))
    }

    fn may_claim(&self, authority: &str) -> bool {
        match &self.hosts {
            Some(hosts) => hosts.iter().any(|pattern| pattern.covers(authority)),
            None => self.sites.is_none(),
        }
    }

    fn may_hand_on(&self, hosts: &HostPattern) -> bool {
        match &self.hosts {
            Some(own) => own.iter().any(|pattern| pattern.includes(hosts)),
            None => self.sites.is_none(),
        }
    }
}

/// What the token of a request allows on the site that was asked about.
#[derive(Debug)]
pub struct Permission(Vec<Grant>);

impl Permission {
    /// What these grants, which are one token's, allow.
    ///
    /// # Errors
    ///
    /// [`ApiError::Forbidden`] where none of them gives one of these roles on this site, or on any site.
    pub fn of(
        mut grants: Vec<Grant>,
        roles: &[Role],
        site: Option<&SiteId>,
    ) -> Result<Self, ApiError> {
        grants.retain(|grant| grant.gives(roles, site));
        if grants.is_empty() {
            Err(ApiError::Forbidden)
        } else {
            Ok(Self(grants))
        }
    }

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

    /// Whether it opens all of these sites; `None` for every site.
    pub fn covers_all(&self, sites: Option<&BTreeSet<SiteId>>) -> bool {
        match (self.sites(), sites) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(sites)) => sites.is_subset(&own),
        }
    }

    /// Whether choices may be enforced on a host that no site has yet.
    pub fn may_claim(&self, authority: &str) -> bool {
        self.0.iter().any(|grant| grant.may_claim(authority))
    }

    /// Whether a token that it makes may claim these hosts.
    pub fn may_hand_on(&self, hosts: &HostPattern) -> bool {
        self.0.iter().any(|grant| grant.may_hand_on(hosts))
    }

    /// From when on it opens nothing; `None` for never.
    pub fn expires_at(&self) -> Option<Timestamp> {
        let ends: Option<Vec<_>> = self.0.iter().map(|grant| grant.expires_at).collect();
        ends?.into_iter().max()
    }
}

/// The grants of the server's environment; none where it has none.
pub fn of_environment(env: &Env) -> Result<Vec<Grant>, ApiError> {
    let grants = setting::read(env, TOKENS).unwrap_or_else(|| "[]".to_owned());
    let grants: Vec<Grant> = serde_json::from_str(&grants)
        .map_err(|error| ApiError::Internal(format!("{TOKENS}: {error}")))?;
    let names_sites = |grant: &&Grant| grant.role == Role::Administrator && grant.sites.is_some();
    match grants.iter().find(names_sites) {
        None => Ok(grants),
        Some(grant) => Err(ApiError::Setting {
            name: TOKENS,
            why: format!(
                "names the sites of the administrator {}: leave `sites` out, or make it an owner",
                grant.id()
            ),
        }),
    }
}

/// Those of the grants that are a token's.
pub fn of_token(grants: &[Grant], token: &str) -> Vec<Grant> {
    let digest: [u8; 32] = Sha256::digest(token).into();
    // Every one is compared, and each in constant time.
    let same: Vec<bool> = grants
        .iter()
        .map(|grant| digest.ct_eq(grant.sha256.as_bytes()).into())
        .collect();
    let grants = grants.iter().zip(same);
    let same = grants.filter(|(_, same)| *same);
    same.map(|(grant, _)| grant.clone()).collect()
}

/// The secret with which a visitor asks for their own proofs, if the request carries one.
pub fn secret(request: &Request) -> Result<Option<ConsentId>, ApiError> {
    Ok(bearer(request)?.and_then(|secret| secret.parse().ok()))
}

/// The token of a request, if it carries one.
pub fn bearer(request: &Request) -> Result<Option<String>, ApiError> {
    let header = request.headers().get("authorization")?;
    Ok(header.and_then(|header| Some(header.strip_prefix("Bearer ")?.to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        grants: &[Grant],
        token: &str,
        roles: &[Role],
        site: Option<&SiteId>,
    ) -> Result<Permission, ApiError> {
        match of_token(grants, token) {
            grants if grants.is_empty() => Err(ApiError::WrongToken),
            grants => Permission::of(grants, roles, site),
        }
    }

    fn grant(role: Role, token: &str, sites: Option<&[&str]>) -> Grant {
        Grant {
            id: None,
            role,
            sites: sites.map(|sites| sites.iter().map(|site| site.parse().unwrap()).collect()),
            hosts: None,
            sha256: Sha256Digest::of(token.as_bytes()),
            expires_at: None,
            name: None,
        }
    }

    #[test]
    fn a_token_opens_its_role_on_its_sites_and_nothing_else() {
        let grants = [
            grant(Role::Owner, "owner", None),
            grant(Role::Auditor, "auditor", Some(&["a"])),
            grant(Role::Inspector, "inspector", None),
            grant(Role::Administrator, "administrator", None),
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
        for role in Role::ALL {
            assert_eq!(check("administrator", &[role], "a"), "allowed");
        }
        assert_eq!(check("owner", &[Role::Administrator], "a"), "forbidden");
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
