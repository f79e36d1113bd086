//! The consent server.
//!
//! The Worker itself keeps nothing: it routes, checks tokens, and composes what is published. What
//! must last is in two kinds of Durable Object, each with its own `SQLite`:
//!
//! - `site_object`: one per site, with its publication and its log of records;
//! - `directory`: one for the server, with the names of the sites and every notice by its hash.
//!
//! A record's path is one hop: the Worker hands the untouched request to the site's object, which
//! checks, appends and answers. `ledger` is the append itself, a pure function; `records` is its
//! table.

mod answer;
mod assets;
mod auth;
mod body;
mod compressed;
mod directory;
mod handover;
mod ledger;
mod loader;
mod publish;
mod query;
mod records;
mod refusal;
mod renewal;
mod route;
mod site_key;
mod site_object;
mod wording;

use answer::Cors;
use auth::Role;
use consent_core::{ReceiptId, SiteId};
use refusal::Refusal;
use route::Route;
use worker::{Context, Env, Request, Response, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    let result = match Route::parse(&request.method(), &request.path()) {
        Ok(route) => serve(route, request, &env).await,
        Err(refusal) => Err(refusal),
    };
    result.or_else(|refusal| answer::refuse(&refusal, Cors::None))
}

async fn serve(route: Route, request: Request, env: &Env) -> Result<Response, Refusal> {
    match route {
        Route::Types => assets::types(),
        Route::Asset(name) => assets::serve(env, &name, &request).await,
        Route::Notice(hash) => publish::notice(env, hash).await,
        Route::Part(hash, language, part) => {
            publish::part(env, hash, &language, part, &request).await
        }
        Route::Loader(site)
        | Route::Report(site)
        | Route::HandOver(site)
        | Route::TakeOver(site, _)
        | Route::Receipt(ReceiptId { site, .. })
        | Route::Erase(ReceiptId { site, .. })
        | Route::ReceiptPreflight(ReceiptId { site, .. }) => hand_on(env, &site, request).await,
        Route::Consents(site) => {
            auth::require(env, &request, Role::Auditor, &site)?;
            hand_on(env, &site, request).await
        }
        Route::Publish(site) => {
            auth::require(env, &request, Role::Owner, &site)?;
            publish::publish(env, site, request).await
        }
        Route::Health => answer::health(),
    }
}

/// The one hop to the site's object, if there is such a site.
async fn hand_on(env: &Env, site: &SiteId, request: Request) -> Result<Response, Refusal> {
    directory::require_site(env, site).await?;
    site_object::forward(env, site, request).await
}
