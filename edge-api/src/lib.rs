//! The consent server.
//!
//! The Worker itself keeps nothing: it routes, checks tokens, and composes what is published. What
//! must last is in three kinds of Durable Object, each with its own `SQLite`:
//!
//! - `site`: one per site, or one for each of its shards, with its publication, its logs and what
//!   they commit to;
//! - `anchor`: one for the server, with the log in which the others' checkpoints are;
//! - `directory`: one for the server, with the names of the sites and every notice by its hash.
//!
//! Where a site's pages pass through here, `enforce` enforces each visitor's choice in them.
//!
//! A record's path is one hop: the Worker hands the request to the site's object (`site::shards`).
//! There reports that come together share one commit (`site::batch`); `site::ledger` decides what
//! each comes to, a pure function; `log` grows the tree and signs it; `site::store` writes.

mod access;
mod anchor;
mod clock;
mod contain;
mod directory;
mod edition;
mod enforce;
#[cfg(feature = "fuzz")]
pub mod fuzz;
mod http;
mod log;
mod publication;
mod route;
mod setting;
mod site;
mod storage;

use access::{guard, tokens};
use consent_core::api::Role;
use consent_core::api::security_event::GuardedRequest;
use consent_core::{ReceiptId, SiteId};
use contain::contained;
use edition::Enforcement;
use http::admission;
use http::error::ApiError;
use http::own::OwnOrigins;
use http::response::{self, Cors};
use publication::{
    assets, classifications, console, declaration, departure, editions, hosts, preview, publish,
    sites,
};
use site::{archive, export, registers, search, shards, stats, webhooks};

use route::{RegisterRoute, Route, WebhookRoute};
use std::rc::Rc;
use worker::{Context, Env, Request, Response, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<web_sys::Response> {
    contained(request, |request| answer(request, env)).await
}

async fn answer(request: Request, env: Env) -> worker::Result<web_sys::Response> {
    let method = route::method(&request.inner().method());
    let route = Route::parse(&method, &request.path());
    let result = match site_behind(&request, &route, &env).await {
        Ok(Some(site)) => enforce::serve(&env, &site, &route, request).await,
        Ok(None) => match route {
            Ok(route) => serve(route, request, &env).await.map(Into::into),
            Err(error) => Err(error),
        },
        Err(error) => Err(error),
    };
    result.or_else(|error| response::problem(&error, Cors::None).map(Into::into))
}

/// Finds the site that a request is for, if its pages pass through here and the address is none of the API's.
async fn site_behind(
    request: &Request,
    route: &Result<Route, ApiError>,
    env: &Env,
) -> Result<Option<Rc<Enforcement>>, ApiError> {
    let authority = enforce::authority(request)?;
    // No site ever stands in front of the API on the server's own names. Without the setting nothing is known of them.
    if OwnOrigins::from_env(env).is_ok_and(|own| own.has(&authority)) {
        return Ok(None);
    }
    let site = match enforce::of_host(env, &authority).await {
        Ok(site) => site,
        // A directory that fails must not stop the API.
        Err(_) if route.is_ok() => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(site.filter(|site| !route.as_ref().is_ok_and(|route| site.answers(route))))
}

async fn serve(route: Route, request: Request, env: &Env) -> Result<Response, ApiError> {
    match &route {
        Route::Types => assets::types(),
        Route::Asset(name) => assets::serve(env, name, &request).await,
        Route::Notice(hash) => publish::notice(env, *hash).await,
        Route::Part(hash, language, part) => {
            publish::part(env, *hash, language, *part, &request).await
        }
        Route::DeclarationPage(site, language) => {
            declaration::page(env, site, language.clone(), &request).await
        }
        Route::Declaration(site) => declaration::as_json(env, site, &request).await,
        Route::Anchor(server, resource) => {
            log::LogKeys::from_env(env)?.require(server)?;
            anchor::client::serve_log(env, *resource).await
        }
        Route::SiteLog(server, log, resource) => {
            log::LogKeys::from_env(env)?.require(server)?;
            if let Some(full) = archive::serve(env, &server.log(log), *resource).await? {
                return Ok(full);
            }
            let site = &log.site;
            shards::forward_to_shard(env, site, &route, request).await
        }
        // What any visitor may ask of a site's object, without a token.
        Route::Report(site)
        | Route::CreateHandover(site)
        | Route::RedeemHandover(site, _)
        | Route::Receipts(site)
        | Route::EraseAll(site)
        | Route::Receipt(ReceiptId { site, .. })
        | Route::Erase(ReceiptId { site, .. }) => {
            if let Err(error) = admission::admit(env, &request, site) {
                return Ok(response::problem(&error, Cors::Origin("*"))?);
            }
            shards::forward_to_shard(env, site, &route, request).await
        }
        Route::Loader(site)
        | Route::Ticket(site)
        | Route::Logs(site)
        | Route::ReceiptsPreflight(site)
        | Route::ReceiptPreflight(ReceiptId { site, .. }) => {
            shards::forward_to_shard(env, site, &route, request).await
        }
        Route::Consents(site)
        | Route::Count(site)
        | Route::Export(site)
        | Route::Stats(site)
        | Route::Reads(site)
        | Route::Evidence(site)
        | Route::Events(site) => serve_records(env, site, &route, request).await,
        // Any page may ask: the request needs a token, which a browser never adds by itself.
        Route::ClassifyPreflight => response::preflight("POST", Cors::Origin("*")),
        Route::Classify(site) => {
            let roles = [Role::Owner, Role::Inspector];
            let guarded = GuardedRequest::Classify;
            let answer = match guard::require(env, &request, &roles, site, guarded).await {
                Ok(_) => classifications::classify(env, site, request).await,
                Err(error) => Err(error),
            };
            // The inspector shows its user why there is no answer.
            answer.or_else(|error| Ok(response::problem(&error, Cors::Origin("*"))?))
        }
        Route::Inspector(_) => assets::inspector(env, &request).await,
        Route::Sites => {
            let roles = [Role::Owner, Role::Auditor];
            let permission = guard::require_on_any_site(env, &request, &roles).await?;
            sites::list(env, &permission, &request).await
        }
        Route::Configuration(site)
        | Route::Publish(site)
        | Route::Leave(site)
        | Route::Editions(site)
        | Route::Edition(site, _)
        | Route::PublishEdition(site, _)
        | Route::Compare(site) => serve_editions(env, site, &route, request).await,
        Route::Token => tokens::own(env, &request).await,
        Route::Tokens(_) | Route::MakeToken(_) | Route::RevokeToken(..) => {
            serve_tokens(env, &route, request).await
        }
        Route::Preview(site, hash, language) => preview::page(env, site, *hash, language).await,
        Route::Hosts(site) => {
            let guarded = GuardedRequest::Hosts;
            guard::require(env, &request, &[Role::Owner], site, guarded).await?;
            hosts::list(env, site).await
        }
        Route::ReleaseHost(site, host) => {
            let guarded = GuardedRequest::Hosts;
            let permission = guard::require(env, &request, &[Role::Owner], site, guarded).await?;
            hosts::release(env, site, host, &permission).await
        }
        Route::Webhooks(site, asked) => serve_webhooks(env, site, asked, request).await,
        Route::Registers(site, asked) => serve_registers(env, site, *asked, request).await,
        Route::Health => response::health(),
        Route::OpenApi => assets::openapi(env, &request).await,
        Route::Door | Route::Console | Route::ConsoleFile(_) => {
            serve_console(env, &route, &request).await
        }
    }
}

/// The console, on the server's own names alone: on any other host, it would look like the site that the host was for.
async fn serve_console(env: &Env, route: &Route, request: &Request) -> Result<Response, ApiError> {
    if !OwnOrigins::from_env(env)?.has(&enforce::authority(request)?) {
        return Err(ApiError::NoSuchAddress);
    }
    match route {
        Route::ConsoleFile(name) => assets::serve(env, name, request).await,
        Route::Console => console::page(env).await,
        _ => console::door(),
    }
}

/// What is kept of a site's visitors, and beside it.
async fn serve_records(
    env: &Env,
    site: &SiteId,
    route: &Route,
    request: Request,
) -> Result<Response, ApiError> {
    let both: &[Role] = &[Role::Owner, Role::Auditor];
    let (roles, guarded): (&[Role], _) = match route {
        Route::Evidence(_) => (&[Role::Owner], GuardedRequest::Evidence),
        Route::Events(_) => (both, GuardedRequest::Events),
        Route::Stats(_) => (both, GuardedRequest::Stats),
        Route::Reads(_) => (both, GuardedRequest::Reads),
        _ => (&[Role::Auditor], GuardedRequest::Consents),
    };
    let permission = guard::require(env, &request, roles, site, guarded).await?;
    match route {
        Route::Consents(_) => search::page(env, site, &permission, &request).await,
        Route::Count(_) => search::count(env, site, &permission, &request).await,
        Route::Export(_) => export::serve(env, site, &permission, &request).await,
        Route::Stats(_) => stats::serve(env, site, &request).await,
        _ => shards::forward_to_shard(env, site, route, request).await,
    }
}

/// The tokens of a site, which its owners make, and all of them, which the administrator does.
async fn serve_tokens(
    env: &Env,
    route: &Route,
    mut request: Request,
) -> Result<Response, ApiError> {
    let permission = match route.site() {
        Some(site) => {
            let (roles, guarded) = ([Role::Owner], GuardedRequest::Tokens);
            guard::require(env, &request, &roles, site, guarded).await?
        }
        None => guard::require_on_any_site(env, &request, &[Role::Administrator]).await?,
    };
    match route {
        Route::MakeToken(site) => tokens::make(env, site.as_ref(), &permission, &mut request).await,
        Route::RevokeToken(site, id) => tokens::revoke(env, site.as_ref(), id, &permission).await,
        _ => tokens::list(env, route.site(), &permission, &request).await,
    }
}

/// The webhooks of a site, which its owners have, and what whoever watches its logs tells them.
async fn serve_webhooks(
    env: &Env,
    site: &SiteId,
    asked: &WebhookRoute,
    request: Request,
) -> Result<Response, ApiError> {
    let (roles, guarded): (&[Role], _) = match asked {
        WebhookRoute::Forked => (&[Role::Owner, Role::Auditor], GuardedRequest::Forks),
        // An address may have a secret of its own in it: it is no auditor's.
        _ => (&[Role::Owner], GuardedRequest::Webhooks),
    };
    let permission = guard::require(env, &request, roles, site, guarded).await?;
    webhooks::serve::serve(env, site, asked, &permission, request).await
}

/// The registers of a site. What is written there, an owner answers for.
async fn serve_registers(
    env: &Env,
    site: &SiteId,
    asked: RegisterRoute,
    request: Request,
) -> Result<Response, ApiError> {
    let roles: &[Role] = if asked.is_write() {
        &[Role::Owner]
    } else {
        &[Role::Owner, Role::Auditor]
    };
    let guarded = GuardedRequest::Registers;
    let permission = guard::require(env, &request, roles, site, guarded).await?;
    registers::serve::serve(env, site, asked, &permission, request).await
}

/// What is published, and what was.
async fn serve_editions(
    env: &Env,
    site: &SiteId,
    route: &Route,
    request: Request,
) -> Result<Response, ApiError> {
    let (roles, guarded): (&[Role], _) = match route {
        Route::Publish(_) | Route::PublishEdition(..) => (&[Role::Owner], GuardedRequest::Publish),
        Route::Leave(_) => (&[Role::Owner], GuardedRequest::Departure),
        _ => (&[Role::Owner, Role::Auditor], GuardedRequest::Editions),
    };
    let permission = guard::require(env, &request, roles, site, guarded).await?;
    match route {
        Route::Publish(_) => publish::publish(env, site.clone(), &permission, request).await,
        Route::Leave(_) => departure::leave(env, site, &permission, &request).await,
        Route::PublishEdition(_, hash) => {
            publish::publish_again(env, site.clone(), *hash, &permission, &request).await
        }
        Route::Configuration(_) => editions::configuration(env, site, None, &request).await,
        Route::Edition(_, hash) => editions::configuration(env, site, Some(*hash), &request).await,
        Route::Compare(_) => editions::compare(env, site, &request).await,
        _ => shards::forward_to_shard(env, site, route, request).await,
    }
}
