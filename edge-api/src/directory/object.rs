//! The directory's object: it reads a request, asks the store, and answers.

use super::protocol::{DirectoryRequest, DirectoryResponse, DirectoryResult};
use super::store::DirectoryStore;
use crate::clock::now;
use crate::contain::contained;
use crate::storage::database::Database;
use crate::storage::error::StoreError;
use worker::{DurableObject, Env, Request, Response, State, durable_object, wasm_bindgen};

/// The object itself. Only the Worker and the sites' objects can reach it.
#[durable_object]
pub struct Directory {
    store: Result<DirectoryStore, StoreError>,
}

impl DurableObject for Directory {
    fn new(state: State, _env: Env) -> Self {
        let store = DirectoryStore::open(Database::of(&state.storage()));
        if let Err(error) = &store {
            worker::console_error!("{error}");
        }
        Self { store }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        contained(request, async |mut request: Request| {
            let request = request.json().await?;
            Response::from_json(&self.answer(request))
        })
        .await
    }
}

impl Directory {
    fn answer(&self, request: DirectoryRequest) -> DirectoryResult {
        let store = self.store.as_ref().map_err(StoreError::clone)?;
        Ok(match request {
            DirectoryRequest::Shards(site) => DirectoryResponse::Shards(store.shards(&site)?),
            DirectoryRequest::Sites {
                among,
                after,
                limit,
            } => DirectoryResponse::Sites(store.sites(among.as_ref(), after.as_ref(), limit)?),
            DirectoryRequest::Notice(hash) => DirectoryResponse::Text(store.notice(hash)?),
            DirectoryRequest::Part {
                hash,
                language,
                part,
            } => DirectoryResponse::Text(store.part(hash, &language, part)?),
            DirectoryRequest::Enforcement { authority } => {
                DirectoryResponse::Text(store.enforcement(&authority)?)
            }
            DirectoryRequest::Register(registration) => {
                DirectoryResponse::Registered(store.register(&registration)?)
            }
            DirectoryRequest::Check {
                site,
                shards,
                hosts,
            } => DirectoryResponse::Registered(store.check(&site, shards, &hosts)?),
            DirectoryRequest::Hosts(site) => DirectoryResponse::Hosts(store.hosts(&site)?),
            DirectoryRequest::Release { site, authority } => {
                DirectoryResponse::Release(store.release(&site, &authority)?)
            }
            DirectoryRequest::Enforce(enforced) => {
                store.enforce(&enforced)?;
                DirectoryResponse::Enforced
            }
            DirectoryRequest::ForgetSite(site) => {
                store.forget_site(&site, now())?;
                DirectoryResponse::Kept(true)
            }
            DirectoryRequest::KeepDraft(draft) => {
                store.keep_draft(&draft, now())?;
                DirectoryResponse::Kept(true)
            }
            DirectoryRequest::Token(sha256) => {
                DirectoryResponse::Token(store.token(sha256)?.map(Box::new))
            }
            DirectoryRequest::TokenNamed(id) => {
                DirectoryResponse::Token(store.token_named(&id)?.map(Box::new))
            }
            DirectoryRequest::Tokens {
                site,
                before,
                limit,
            } => DirectoryResponse::Tokens(store.tokens(site.as_ref(), before, limit)?),
            DirectoryRequest::KeepToken { sha256, token } => {
                DirectoryResponse::Kept(store.keep_token(sha256, &token, now())?)
            }
            DirectoryRequest::RevokeToken(id) => {
                store.revoke_token(&id, now())?;
                DirectoryResponse::Kept(true)
            }
        })
    }
}
