//! Checks who may ask what.
//!
//! Tokens come from the environment as SHA-256 digests, with their roles and sites. A token is
//! looked up by comparing its digest with every one known, in constant time, without stopping at
//! the first that fits.

use crate::http::error::ApiError;
use consent_core::{ConsentId, SiteId};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
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
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Grant {
    role: Role,
    /// The sites it is for; absent is all of them.
    #[serde(default)]
    sites: Option<Vec<SiteId>>,
    /// SHA-256 of the token, in hexadecimal.
    sha256: consent_core::Sha256Digest,
}

/// Fails unless the request carries a token for one of these roles on this site.
pub fn require(
    env: &Env,
    request: &Request,
    roles: &[Role],
    site: &SiteId,
) -> Result<(), ApiError> {
    let token = bearer(request)?.ok_or(ApiError::MissingToken)?;
    let grants = env.var(TOKENS)?.to_string();
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

fn check(grants: &[Grant], token: &str, roles: &[Role], site: &SiteId) -> Result<(), ApiError> {
    let digest: [u8; 32] = Sha256::digest(token).into();
    let mut known = Choice::from(0);
    let mut allowed = Choice::from(0);
    for grant in grants {
        let same = digest.ct_eq(grant.sha256.as_bytes());
        let covers = roles.contains(&grant.role)
            && grant
                .sites
                .as_ref()
                .is_none_or(|sites| sites.contains(site));
        known |= same;
        allowed |= same & Choice::from(u8::from(covers));
    }
    if !bool::from(known) {
        Err(ApiError::WrongToken)
    } else if !bool::from(allowed) {
        Err(ApiError::Forbidden)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_core::Sha256Digest;

    fn grant(role: Role, token: &str, sites: Option<&[&str]>) -> Grant {
        Grant {
            role,
            sites: sites.map(|sites| sites.iter().map(|site| site.parse().unwrap()).collect()),
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
            &site.parse().unwrap(),
        ) {
            Ok(()) => "allowed",
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
        assert!(!read(&format!(
            r#"[{{"role":"owner","site":"a","sha256":"{digest}"}}]"#
        )));
    }
}
