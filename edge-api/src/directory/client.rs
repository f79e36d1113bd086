//! All that the Worker and the sites' objects may ask of the directory.

use super::protocol::{
    DirectoryRequest, DirectoryResponse, DirectoryResult, EnforcedSite, Part, Registration, Release,
};
use crate::http::error::ApiError;
use crate::http::object;
use consent_core::api::TokenSummary;
use consent_core::api::hosts::SiteHost;
use consent_core::log_origin::Shards;
use consent_core::text::LanguageTag;
use consent_core::{GrantId, NoticeHash, Sha256Digest, SiteId};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use worker::Env;

thread_local! {
    /// Sites this isolate has seen. A site is never taken back, and its shards stay as many, so an
    /// entry stays true.
    static SEEN: RefCell<HashMap<SiteId, Shards>> = RefCell::default();
}

/// The shards of a site, if it has a name here.
pub async fn shards(env: &Env, site: &SiteId) -> Result<Shards, ApiError> {
    if let Some(shards) = SEEN.with_borrow(|seen| seen.get(site).copied()) {
        return Ok(shards);
    }
    match ask(env, &DirectoryRequest::Shards(site.clone())).await? {
        DirectoryResponse::Shards(Some(shards)) => {
            SEEN.with_borrow_mut(|seen| seen.insert(site.clone(), shards));
            Ok(shards)
        }
        DirectoryResponse::Shards(None) => Err(ApiError::UnknownSite),
        _ => Err(unexpected()),
    }
}

/// The names of sites in their order, which may have no edition in force: only some of them or all, those after a name,
/// and so many at most.
pub async fn sites(
    env: &Env,
    among: Option<BTreeSet<SiteId>>,
    after: Option<SiteId>,
    limit: u16,
) -> Result<Vec<SiteId>, ApiError> {
    let request = DirectoryRequest::Sites {
        among,
        after,
        limit,
    };
    match ask(env, &request).await? {
        DirectoryResponse::Sites(sites) => Ok(sites),
        _ => Err(unexpected()),
    }
}

/// The bytes of a notice.
pub async fn notice(env: &Env, hash: NoticeHash) -> Result<String, ApiError> {
    let found = text(env, &DirectoryRequest::Notice(hash)).await?;
    found.ok_or(ApiError::UnknownNotice)
}

/// What was rendered from a notice in one language.
pub async fn part(
    env: &Env,
    hash: Sha256Digest,
    language: &LanguageTag,
    part: Part,
) -> Result<String, ApiError> {
    let request = DirectoryRequest::Part {
        hash,
        language: language.clone(),
        part,
    };
    text(env, &request).await?.ok_or(ApiError::UnknownPart)
}

/// The `Enforcement`, in JSON, of the site that has this host, with its port, if there is one.
pub async fn enforcement(env: &Env, authority: &str) -> Result<Option<String>, ApiError> {
    let authority = authority.to_owned();
    text(env, &DirectoryRequest::Enforcement { authority }).await
}

/// Registers a publication that is not in force yet: keeps its notice under its hash with all that
/// was rendered from it, gives the site its name, and reserves its hosts. Doing so again changes
/// nothing.
///
/// # Errors
///
/// [`ApiError::Contradiction`], and nothing is changed, for another number of shards than the site
/// has, and for a host that is another site's or that may not be claimed.
pub async fn register(env: &Env, registration: Registration) -> Result<(), ApiError> {
    registered(ask(env, &DirectoryRequest::Register(Box::new(registration))).await?)
}

/// Whether a publication would be registered; the errors are those of [`register`].
pub async fn check(env: &Env, registration: &Registration) -> Result<(), ApiError> {
    let request = DirectoryRequest::Check {
        site: registration.site.clone(),
        shards: registration.shards,
        hosts: registration.hosts.clone(),
    };
    registered(ask(env, &request).await?)
}

fn registered(response: DirectoryResponse) -> Result<(), ApiError> {
    match response {
        DirectoryResponse::Registered(Ok(())) => Ok(()),
        DirectoryResponse::Registered(Err(errors)) => Err(ApiError::Contradiction(errors)),
        _ => Err(unexpected()),
    }
}

/// The hosts that a site has, enforced or not.
pub async fn hosts(env: &Env, site: &SiteId) -> Result<Vec<SiteHost>, ApiError> {
    match ask(env, &DirectoryRequest::Hosts(site.clone())).await? {
        DirectoryResponse::Hosts(hosts) => Ok(hosts),
        _ => Err(unexpected()),
    }
}

/// Releases a host that a site does not use any more.
///
/// # Errors
///
/// [`ApiError::UnknownHost`] and [`ApiError::HostInUse`]; nothing is changed then.
pub async fn release(env: &Env, site: &SiteId, authority: &str) -> Result<(), ApiError> {
    let request = DirectoryRequest::Release {
        site: site.clone(),
        authority: authority.to_owned(),
    };
    match ask(env, &request).await? {
        DirectoryResponse::Release(Release::Released) => Ok(()),
        DirectoryResponse::Release(Release::Unknown) => Err(ApiError::UnknownHost),
        DirectoryResponse::Release(Release::InUse) => Err(ApiError::HostInUse),
        _ => Err(unexpected()),
    }
}

/// Enforces the choices of a site on the hosts of the edition that is in force, and no others.
/// Doing so again changes nothing.
pub async fn enforce(env: &Env, enforced: EnforcedSite) -> Result<(), ApiError> {
    match ask(env, &DirectoryRequest::Enforce(enforced)).await? {
        DirectoryResponse::Enforced => Ok(()),
        _ => Err(unexpected()),
    }
}

/// Keeps what was rendered for a draft, for some days.
pub async fn keep_draft(env: &Env, draft: Registration) -> Result<(), ApiError> {
    match ask(env, &DirectoryRequest::KeepDraft(Box::new(draft))).await? {
        DirectoryResponse::Kept(_) => Ok(()),
        _ => Err(unexpected()),
    }
}

/// The token with this SHA-256, whether or not it opens something still. Nothing is remembered here: what is revoked opens
/// nothing from then on, in every isolate.
pub async fn token(env: &Env, sha256: Sha256Digest) -> Result<Option<TokenSummary>, ApiError> {
    one_token(env, &DirectoryRequest::Token(sha256)).await
}

/// The token that is called so.
pub async fn token_named(env: &Env, id: &GrantId) -> Result<Option<TokenSummary>, ApiError> {
    one_token(env, &DirectoryRequest::TokenNamed(id.clone())).await
}

async fn one_token(
    env: &Env,
    request: &DirectoryRequest,
) -> Result<Option<TokenSummary>, ApiError> {
    match ask(env, request).await? {
        DirectoryResponse::Token(found) => Ok(found.map(|found| *found)),
        _ => Err(unexpected()),
    }
}

/// The tokens with their numbers, newest first: those that open a site or all of them, with a number below `before`.
pub async fn tokens(
    env: &Env,
    site: Option<SiteId>,
    before: Option<u64>,
    limit: u16,
) -> Result<Vec<(u64, TokenSummary)>, ApiError> {
    let request = DirectoryRequest::Tokens {
        site,
        before,
        limit,
    };
    match ask(env, &request).await? {
        DirectoryResponse::Tokens(tokens) => Ok(tokens),
        _ => Err(unexpected()),
    }
}

/// Keeps a new token.
///
/// # Errors
///
/// [`ApiError::TooManyTokens`], and nothing is kept.
pub async fn keep_token(
    env: &Env,
    sha256: Sha256Digest,
    token: TokenSummary,
) -> Result<(), ApiError> {
    let token = Box::new(token);
    match ask(env, &DirectoryRequest::KeepToken { sha256, token }).await? {
        DirectoryResponse::Kept(true) => Ok(()),
        DirectoryResponse::Kept(false) => Err(ApiError::TooManyTokens),
        _ => Err(unexpected()),
    }
}

/// Revokes a token.
pub async fn revoke_token(env: &Env, id: GrantId) -> Result<(), ApiError> {
    match ask(env, &DirectoryRequest::RevokeToken(id)).await? {
        DirectoryResponse::Kept(_) => Ok(()),
        _ => Err(unexpected()),
    }
}

/// Forgets what belongs to a site whose owner has left.
pub async fn forget_site(env: &Env, site: &SiteId) -> Result<(), ApiError> {
    match ask(env, &DirectoryRequest::ForgetSite(site.clone())).await? {
        DirectoryResponse::Kept(_) => Ok(()),
        _ => Err(unexpected()),
    }
}

async fn text(env: &Env, request: &DirectoryRequest) -> Result<Option<String>, ApiError> {
    match ask(env, request).await? {
        DirectoryResponse::Text(found) => Ok(found),
        _ => Err(unexpected()),
    }
}

async fn ask(env: &Env, request: &DirectoryRequest) -> Result<DirectoryResponse, ApiError> {
    let stub = env
        .durable_object("DIRECTORY")?
        .id_from_name("directory")?
        .get_stub()?;
    let answer: DirectoryResult = object::ask(&stub, "the directory", request).await?;
    Ok(answer?)
}

fn unexpected() -> ApiError {
    ApiError::Internal("the directory answered another question".to_owned())
}
