//! Makes, lists and revokes tokens. A token is shown once; what is kept is its SHA-256.

use super::guard::{self, TOKEN_PREFIX};
use crate::clock;
use crate::directory;
use crate::http::auth::{self, Permission};
use crate::http::body;
use crate::http::error::ApiError;
use crate::http::response::{self, Cors};
use crate::site::query;
use crate::storage::secret_key::SecretKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use consent_core::api::security_event::SecurityEventKind;
use consent_core::api::{MadeToken, NewToken, Role, TokenGrant, TokenGrants, TokenSummary, Tokens};
use consent_core::calendar::Timestamp;
use consent_core::field::FieldError;
use consent_core::{GrantId, Sha256Digest, SiteId};
use std::collections::BTreeSet;
use worker::{Env, Request, Response};

/// Tokens answered at once.
const PAGE: usize = 100;

/// The largest body that describes a token, in bytes: a hundred sites and a hundred hosts with long names.
const LARGEST_BODY_BYTES: usize = 65_536;

/// The most sites, and the most hosts, of one token.
const MOST_NAMES: usize = 100;

/// `GET /v1/token`: what the token of the request allows.
pub async fn own(env: &Env, request: &Request) -> Result<Response, ApiError> {
    let grants = guard::grants(env, request).await?;
    let grants = grants.iter().map(auth::Grant::to_api).collect();
    response::json(&TokenGrants { grants }, 200, Cors::None)
}

/// `GET /v1/sites/SITE/tokens`: the tokens that open a site; `GET /v1/tokens`, without one: all of them.
pub async fn list(
    env: &Env,
    site: Option<&SiteId>,
    permission: &Permission,
    request: &Request,
) -> Result<Response, ApiError> {
    let url = request.url()?;
    let text = url.query().unwrap_or_default();
    let before = query::before(text).map_err(ApiError::Malformed)?;
    let mut tokens = Vec::new();
    if before.is_none() {
        let of_environment = auth::of_environment(env)?;
        let opens = |grant: &&auth::Grant| site.is_none_or(|site| grant.covers(site));
        tokens.extend(
            of_environment
                .iter()
                .filter(opens)
                .map(|grant| TokenSummary {
                    grant: grant.to_api(),
                    made_at: None,
                    made_by: Vec::new(),
                    revoked_at: None,
                }),
        );
    }
    let limit = u16::try_from(PAGE + 1).unwrap_or(u16::MAX);
    let mut made = directory::client::tokens(env, site.cloned(), before, limit).await?;
    let more = made.len() > PAGE;
    made.truncate(PAGE);
    let next = made.last().filter(|_| more).map(|(number, _)| *number);
    tokens.extend(made.into_iter().map(|(_, token)| token));
    let tokens = tokens
        .into_iter()
        .map(|token| as_seen_by(permission, token));
    let tokens = tokens.collect();
    response::json(&Tokens { tokens, next }, 200, Cors::None)
}

/// A token without the sites and hosts of others: one owner does not learn from another's token what that one has.
fn as_seen_by(permission: &Permission, mut token: TokenSummary) -> TokenSummary {
    if let Some(own) = permission.sites() {
        if let Some(sites) = &mut token.grant.sites {
            sites.retain(|site| own.contains(site));
        }
        if let Some(hosts) = &mut token.grant.hosts {
            hosts.retain(|host| permission.may_hand_on(host));
        }
    }
    token
}

/// `POST /v1/sites/SITE/tokens`: makes a token for a site; `POST /v1/tokens`, without one: for any sites. 201, with the token.
pub async fn make(
    env: &Env,
    site: Option<&SiteId>,
    permission: &Permission,
    request: &mut Request,
) -> Result<Response, ApiError> {
    let body = body::read(request, LARGEST_BODY_BYTES).await?;
    let mut asked: NewToken = body::parse(&body)?;
    let now = clock::now();
    let errors = errors(&asked, site, permission, now);
    if !errors.is_empty() {
        return Err(ApiError::Contradiction(errors));
    }
    if let Some(site) = site {
        asked.sites = Some(BTreeSet::from([site.clone()]));
    }
    let token = new_token()?;
    let sha256 = Sha256Digest::of(token.as_bytes());
    let grant = TokenGrant {
        id: GrantId::of_token(sha256),
        name: Some(asked.name),
        role: asked.role,
        sites: asked.sites,
        hosts: asked.hosts,
        expires_at: asked.expires_at.or(permission.expires_at()),
    };
    let summary = TokenSummary {
        grant,
        made_at: Some(now),
        made_by: permission.grants(),
        revoked_at: None,
    };
    directory::client::keep_token(env, sha256, summary.clone()).await?;
    let event = SecurityEventKind::TokenMade {
        grants: permission.grants(),
        token: summary.grant.id.clone(),
        role: summary.grant.role,
        expires_at: summary.grant.expires_at,
    };
    note_on_all(env, summary.grant.sites.as_ref(), &event).await;
    response::json(&MadeToken { token, summary }, 201, Cors::None)
}

/// What is wrong with a token that somebody wants.
fn errors(
    asked: &NewToken,
    site: Option<&SiteId>,
    permission: &Permission,
    now: Timestamp,
) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |field: String, why: String| errors.push(FieldError::new(field, why));
    let is_administrator = asked.role == Role::Administrator;
    if is_administrator && site.is_some() {
        let why = "must be owner, auditor or inspector: an administrator, who opens every site, is made at /v1/tokens";
        wrong("role".to_owned(), why.to_owned());
    }
    match (&asked.sites, site) {
        (Some(sites), Some(site)) if *sites != BTreeSet::from([site.clone()]) => {
            let why = format!("must be left out: this address makes tokens for {site} alone");
            wrong("sites".to_owned(), why);
        }
        (Some(_), None) if is_administrator => {
            let why = "must be left out: an administrator opens every site";
            wrong("sites".to_owned(), why.to_owned());
        }
        (Some(sites), _) if !(1..=MOST_NAMES).contains(&sites.len()) => {
            let why = format!("must name 1 to {MOST_NAMES} sites; leave it out for all of them");
            wrong("sites".to_owned(), why);
        }
        _ => {}
    }
    let hosts = asked.hosts.as_deref().unwrap_or_default();
    if asked.hosts.is_some() && asked.role != Role::Owner {
        let why = "must be left out: only an owner has choices enforced on hosts (`edge`)";
        wrong("hosts".to_owned(), why.to_owned());
    } else if hosts.len() > MOST_NAMES {
        wrong(
            "hosts".to_owned(),
            format!("must name {MOST_NAMES} hosts at most"),
        );
    } else {
        for (at, host) in hosts.iter().enumerate() {
            if !permission.may_hand_on(host) {
                let why = "is a host that your own token may not have enforced (`edge`)";
                wrong(format!("hosts[{at}]"), format!("{host} {why}"));
            }
        }
    }
    if let Some(expires_at) = asked.expires_at {
        let end = permission.expires_at();
        if expires_at <= now {
            wrong("expires_at".to_owned(), "must be in the future".to_owned());
        } else if let Some(end) = end.filter(|end| expires_at > *end) {
            let why = format!("must be no later than {end}, when your own token expires");
            wrong("expires_at".to_owned(), why);
        }
    }
    errors
}

/// 256 random bits, as text.
fn new_token() -> Result<String, ApiError> {
    let bytes = SecretKey::random()?;
    Ok(format!("{TOKEN_PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
}

/// `DELETE /v1/sites/SITE/tokens/ID` and `DELETE /v1/tokens/ID`: revokes a token, which opens nothing from then on; 204, also where
/// it was revoked before.
pub async fn revoke(
    env: &Env,
    site: Option<&SiteId>,
    id: &GrantId,
    permission: &Permission,
) -> Result<Response, ApiError> {
    let opens = |grant: &TokenGrant| site.is_none_or(|site| grant.covers(site));
    let found = directory::client::token_named(env, id).await?;
    let Some(token) = found.filter(|token| opens(&token.grant)) else {
        let environment = auth::of_environment(env)?;
        let of_environment = environment
            .iter()
            .map(auth::Grant::to_api)
            .any(|grant| grant.id == *id && opens(&grant));
        return Err(if of_environment {
            ApiError::NotYourToken
        } else {
            ApiError::UnknownToken
        });
    };
    let sites = token.grant.sites.as_ref();
    let is_administrators = token.grant.role == Role::Administrator;
    if !permission.covers_all(sites) || (is_administrators && site.is_some()) {
        return Err(ApiError::NotYourToken);
    }
    directory::client::revoke_token(env, id.clone()).await?;
    if token.revoked_at.is_none() {
        let event = SecurityEventKind::TokenRevoked {
            grants: permission.grants(),
            token: id.clone(),
        };
        note_on_all(env, sites, &event).await;
    }
    Ok(Response::empty()?.with_status(204))
}

/// Notes an event on the sites that a token names; what is for all of them is in the list of tokens alone.
async fn note_on_all(env: &Env, sites: Option<&BTreeSet<SiteId>>, event: &SecurityEventKind) {
    for site in sites.into_iter().flatten() {
        guard::note(env, site, event.clone()).await;
    }
}
