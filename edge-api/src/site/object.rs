//! A site's object: it reads a request, has it answered, and wakes up when its alarm is due.

use super::protocol::{PUBLIC_REQUEST, PublicRequest, SiteRequest, SiteResponse, SiteResult};
use super::state::SiteState;
use crate::contain::contained;
use crate::http::error::{ApiError, ObjectError};
use crate::http::object;
use crate::http::response::{self, Cors};
use crate::site::registers::answer::Writer;
use crate::site::{loader, ticket};
use worker::{DurableObject, Env, Request, Response, State, durable_object, wasm_bindgen};

/// The object itself. Only the Worker can reach it, after its checks of tokens and names, and the
/// site's other objects.
#[durable_object]
pub struct Site {
    site: SiteState,
}

impl DurableObject for Site {
    fn new(state: State, env: Env) -> Self {
        Self {
            site: SiteState::new(state, env),
        }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        contained(request, |request| self.respond(request)).await
    }

    async fn alarm(&self) -> worker::Result<Response> {
        self.site.wake_up().await?;
        Response::empty()
    }
}

impl Site {
    async fn respond(&self, mut request: Request) -> worker::Result<Response> {
        if let Some(asked) = object::forwarded(&request, PUBLIC_REQUEST)? {
            return self.serve(asked, request).await;
        }
        let asked = request.json().await?;
        Response::from_json(&self.answer(asked).await)
    }

    async fn serve(&self, asked: PublicRequest, request: Request) -> worker::Result<Response> {
        let site = &self.site;
        if let Err(error) = site.check_schema() {
            return response::problem(&error, Cors::None);
        }
        let result = match asked {
            PublicRequest::Loader(asked) => site.published().and_then(|edition| {
                let by_law = |law| site.loaders_by_law(law);
                loader::serve(
                    &edition,
                    by_law,
                    &asked,
                    site.ticket()?,
                    crate::clock::now(),
                )
            }),
            PublicRequest::Ticket => site.ticket().and_then(ticket::serve),
            PublicRequest::Log { quarter, resource } => site.log(quarter, resource),
            PublicRequest::Events { query } => site.security_events(&query),
            PublicRequest::Reads { query } => site.reads(&query),
            PublicRequest::Editions { query } => site.published_editions(&query),
            PublicRequest::Webhooks { request: asked, by } => site.webhooks(asked, by).await,
            PublicRequest::Registers {
                request: asked,
                by,
                salt,
            } => site.registers(asked, Writer { by, salt }, request).await,
            PublicRequest::Evidence { declared_length } => {
                site.evidence(request, declared_length).await
            }
            PublicRequest::Page {
                origin,
                request: asked,
            } => return site.page(origin.as_deref(), asked, request).await,
        };
        result.or_else(|error| response::problem(&error, Cors::None))
    }

    async fn answer(&self, asked: SiteRequest) -> SiteResult {
        self.try_answer(asked).await.map_err(ObjectError::from)
    }

    async fn try_answer(&self, asked: SiteRequest) -> Result<SiteResponse, ApiError> {
        let site = &self.site;
        site.check_schema()?;
        Ok(match asked {
            SiteRequest::InForce => SiteResponse::InForce(site.in_force()?),
            SiteRequest::Summary => SiteResponse::Summary(site.summary()?),
            SiteRequest::Configuration(hash) => {
                SiteResponse::Configuration(site.configuration(hash)?)
            }
            SiteRequest::Logs => SiteResponse::Logs(Box::new(site.logs().await?)),
            SiteRequest::Consents(query) => {
                SiteResponse::Consents(Box::new(site.consents(&query)?))
            }
            SiteRequest::Count(query) => SiteResponse::Count(site.count(&query)?),
            SiteRequest::Checkpoints => SiteResponse::Checkpoints(site.checkpoints()?),
            SiteRequest::ExportPiece(asked) => {
                SiteResponse::ExportPiece(Box::new(site.export_piece(&asked)?))
            }
            SiteRequest::CountSome => SiteResponse::More(site.count_some()?),
            SiteRequest::Tally(days) => SiteResponse::Tally(Box::new(site.tally(days)?)),
            SiteRequest::Preview(new) => SiteResponse::Publication(Box::new(site.preview(&new)?)),
            SiteRequest::AdmitNotice(new) => {
                site.admit_notice(&new).await?;
                SiteResponse::Done
            }
            SiteRequest::PutInForce(new, hosts, by) => {
                let publication = site.put_in_force(&new, &hosts, by).await?;
                SiteResponse::Publication(Box::new(publication))
            }
            SiteRequest::Note(event) => {
                site.note(&event)?;
                SiteResponse::Done
            }
            SiteRequest::Departure => SiteResponse::Departure(site.departure()?),
            SiteRequest::Leave { grants, confirm } => {
                SiteResponse::Departure(site.leave(grants, &confirm).await?)
            }
            SiteRequest::Purge => {
                site.purge(crate::clock::now())?;
                SiteResponse::Done
            }
            SiteRequest::KeepRead(kept) => {
                site.keep_read(&kept).await?;
                SiteResponse::Done
            }
            SiteRequest::Forget(reports) => {
                site.proofs()?.forget(&reports)?;
                SiteResponse::Done
            }
            SiteRequest::Heed(wanted, revision) => {
                site.heed_webhooks(wanted, revision)?;
                SiteResponse::Done
            }
            SiteRequest::Tell(told) => {
                site.tell_webhooks(told).await?;
                SiteResponse::Done
            }
            SiteRequest::Adopt(edition, revision) => {
                site.adopt(&edition, revision).await?;
                SiteResponse::Done
            }
        })
    }
}
