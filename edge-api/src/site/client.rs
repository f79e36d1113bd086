//! All that the Worker may ask of a site's objects.

use super::protocol::{
    EnforcedHosts, ExportPiece, LogCheckpoint, PUBLIC_REQUEST, PieceRequest, PublicRequest,
    PublishedBy, SiteDeparture, SiteRequest, SiteResponse, SiteResult, StoredConfiguration,
};
use crate::edition::{Edition, InForce};
use crate::http::error::ApiError;
use crate::http::object;
use crate::site::tally::{Days, Tally};
use crate::site::webhooks::events::Told;
use consent_core::api::security_event::SecurityEventKind;
use consent_core::api::{ConsentCount, ConsentPage, EditionInForce, Publication, SiteLogs};
use consent_core::log_origin::Shard;
use consent_core::proof::DisclosedRead;
use consent_core::{GrantId, ReportId, Sha256Digest, SiteId};
use wasm_bindgen::JsValue;
use worker::{Env, Response, Stub};

/// A request for one of a site's objects, with the body that the client sends, if it sends one.
pub struct ForwardedRequest {
    /// What is asked.
    pub request: PublicRequest,
    /// The body: a stream or bytes.
    pub body: Option<JsValue>,
}

/// Asks the object of one shard for somebody outside. The answer is theirs as it is.
pub async fn forward(
    env: &Env,
    site: &SiteId,
    shard: Shard,
    ForwardedRequest { request, body }: ForwardedRequest,
) -> Result<Response, ApiError> {
    object::forward(&stub(env, site, shard)?, PUBLIC_REQUEST, &request, body).await
}

/// The edition in force of a site that is published.
pub async fn in_force(env: &Env, site: &SiteId) -> Result<InForce, ApiError> {
    match ask(env, site, Shard::FIRST, &SiteRequest::InForce).await? {
        SiteResponse::InForce(in_force) => Ok(in_force),
        _ => Err(unexpected()),
    }
}

/// The edition in force of a site that is published, in short.
pub async fn summary(env: &Env, site: &SiteId) -> Result<EditionInForce, ApiError> {
    match ask(env, site, Shard::FIRST, &SiteRequest::Summary).await? {
        SiteResponse::Summary(summary) => Ok(summary),
        _ => Err(unexpected()),
    }
}

/// A configuration of a site that is published, by its hash; without one, that in force.
///
/// # Errors
///
/// [`ApiError::UnknownEdition`], and [`ApiError::ConfigurationNotKept`] for the one in force.
pub async fn configuration(
    env: &Env,
    site: &SiteId,
    hash: Option<Sha256Digest>,
) -> Result<StoredConfiguration, ApiError> {
    let request = SiteRequest::Configuration(hash);
    match ask(env, site, Shard::FIRST, &request).await? {
        SiteResponse::Configuration(found) => found.ok_or(match hash {
            Some(_) => ApiError::UnknownEdition,
            None => ApiError::ConfigurationNotKept,
        }),
        _ => Err(unexpected()),
    }
}

/// The logs of one shard.
pub async fn logs(env: &Env, site: &SiteId, shard: Shard) -> Result<SiteLogs, ApiError> {
    match ask(env, site, shard, &SiteRequest::Logs).await? {
        SiteResponse::Logs(logs) => Ok(*logs),
        _ => Err(unexpected()),
    }
}

/// A part of the records that somebody looks for in one shard.
pub async fn consents(
    env: &Env,
    site: &SiteId,
    shard: Shard,
    query: String,
) -> Result<ConsentPage, ApiError> {
    match ask(env, site, shard, &SiteRequest::Consents(query)).await? {
        SiteResponse::Consents(page) => Ok(*page),
        _ => Err(unexpected()),
    }
}

/// How many there are in a part of one shard.
pub async fn count(
    env: &Env,
    site: &SiteId,
    shard: Shard,
    query: String,
) -> Result<ConsentCount, ApiError> {
    match ask(env, site, shard, &SiteRequest::Count(query)).await? {
        SiteResponse::Count(count) => Ok(count),
        _ => Err(unexpected()),
    }
}

/// The newest checkpoints of the logs of one shard.
pub async fn checkpoints(
    env: &Env,
    site: &SiteId,
    shard: Shard,
) -> Result<Vec<LogCheckpoint>, ApiError> {
    match ask(env, site, shard, &SiteRequest::Checkpoints).await? {
        SiteResponse::Checkpoints(logs) => Ok(logs),
        _ => Err(unexpected()),
    }
}

/// A piece of an export, of one shard.
pub async fn export_piece(
    env: &Env,
    site: &SiteId,
    shard: Shard,
    asked: PieceRequest,
) -> Result<ExportPiece, ApiError> {
    match ask(env, site, shard, &SiteRequest::ExportPiece(asked)).await? {
        SiteResponse::ExportPiece(piece) => Ok(*piece),
        _ => Err(unexpected()),
    }
}

/// Has one shard count some of what is not in its tally yet: whether there is more.
pub async fn count_some(env: &Env, site: &SiteId, shard: Shard) -> Result<bool, ApiError> {
    match ask(env, site, shard, &SiteRequest::CountSome).await? {
        SiteResponse::More(more) => Ok(more),
        _ => Err(unexpected()),
    }
}

/// What the tally of one shard has of some days.
pub async fn tally(env: &Env, site: &SiteId, shard: Shard, days: Days) -> Result<Tally, ApiError> {
    match ask(env, site, shard, &SiteRequest::Tally(days)).await? {
        SiteResponse::Tally(tally) => Ok(*tally),
        _ => Err(unexpected()),
    }
}

/// What publishing an edition would change.
pub async fn preview(env: &Env, edition: &Edition) -> Result<Publication, ApiError> {
    let request = SiteRequest::Preview(Box::new(edition.clone()));
    publication(env, edition, &request).await
}

/// Puts an edition in force, and says what that changed.
pub async fn put_in_force(
    env: &Env,
    edition: &Edition,
    hosts: EnforcedHosts,
    by: PublishedBy,
) -> Result<Publication, ApiError> {
    let request = SiteRequest::PutInForce(Box::new(edition.clone()), hosts, by);
    publication(env, edition, &request).await
}

/// Lets reports answer the notice of an edition, in its shard.
pub async fn admit_notice(env: &Env, edition: Edition) -> Result<(), ApiError> {
    let (site, shard) = (edition.site.clone(), edition.shard);
    let request = SiteRequest::AdmitNotice(Box::new(edition));
    done(&ask(env, &site, shard, &request).await?)
}

/// Has the shard of an edition that is in force take it over.
pub async fn adopt(env: &Env, edition: Edition, revision: u64) -> Result<(), ApiError> {
    let (site, shard) = (edition.site.clone(), edition.shard);
    let request = SiteRequest::Adopt(Box::new(edition), revision);
    done(&ask(env, &site, shard, &request).await?)
}

/// Has another shard forget the names of reports, before the shard that they are in erases them.
pub async fn forget(
    env: &Env,
    site: &SiteId,
    shard: Shard,
    reports: Vec<ReportId>,
) -> Result<(), ApiError> {
    done(&ask(env, site, shard, &SiteRequest::Forget(reports)).await?)
}

/// Whether the owner of a site has left.
pub async fn departure(env: &Env, site: &SiteId) -> Result<SiteDeparture, ApiError> {
    left(ask(env, site, Shard::FIRST, &SiteRequest::Departure).await?)
}

/// Has the owner of a site leave, if what they confirm is what is in force.
pub async fn leave(
    env: &Env,
    site: &SiteId,
    grants: Vec<GrantId>,
    confirm: String,
) -> Result<SiteDeparture, ApiError> {
    let request = SiteRequest::Leave { grants, confirm };
    left(ask(env, site, Shard::FIRST, &request).await?)
}

/// Has another shard erase everything that belongs to a site whose owner has left.
pub async fn purge(env: &Env, site: &SiteId, shard: Shard) -> Result<(), ApiError> {
    done(&ask(env, site, shard, &SiteRequest::Purge).await?)
}

/// Keeps that somebody reads records of a site, before they are answered.
pub async fn keep_read(env: &Env, site: &SiteId, kept: DisclosedRead) -> Result<(), ApiError> {
    let request = SiteRequest::KeepRead(Box::new(kept));
    done(&ask(env, site, Shard::FIRST, &request).await?)
}

/// Has another shard know which events webhooks want, by their bits.
pub async fn heed(
    env: &Env,
    site: &SiteId,
    shard: Shard,
    wanted: u8,
    revision: u64,
) -> Result<(), ApiError> {
    done(&ask(env, site, shard, &SiteRequest::Heed(wanted, revision)).await?)
}

/// Has the first shard tell the site's endpoints what happened in another.
pub async fn tell(env: &Env, site: &SiteId, shard: Shard, told: Vec<Told>) -> Result<(), ApiError> {
    done(&ask(env, site, shard, &SiteRequest::Tell(told)).await?)
}

/// Notes a security event of a site that is published.
pub async fn note(env: &Env, site: &SiteId, event: SecurityEventKind) -> Result<(), ApiError> {
    done(&ask(env, site, Shard::FIRST, &SiteRequest::Note(event)).await?)
}

async fn publication(
    env: &Env,
    edition: &Edition,
    request: &SiteRequest,
) -> Result<Publication, ApiError> {
    match ask(env, &edition.site, edition.shard, request).await? {
        SiteResponse::Publication(publication) => Ok(*publication),
        _ => Err(unexpected()),
    }
}

fn left(response: SiteResponse) -> Result<SiteDeparture, ApiError> {
    match response {
        SiteResponse::Departure(departure) => Ok(departure),
        _ => Err(unexpected()),
    }
}

fn done(response: &SiteResponse) -> Result<(), ApiError> {
    match response {
        SiteResponse::Done => Ok(()),
        _ => Err(unexpected()),
    }
}

async fn ask(
    env: &Env,
    site: &SiteId,
    shard: Shard,
    request: &SiteRequest,
) -> Result<SiteResponse, ApiError> {
    let answer: SiteResult =
        object::ask(&stub(env, site, shard)?, "the site's object", request).await?;
    Ok(answer?)
}

fn stub(env: &Env, site: &SiteId, shard: Shard) -> Result<Stub, ApiError> {
    let name = match shard {
        Shard::FIRST => site.to_string(),
        Shard(number) => format!("{site}/{number}"),
    };
    Ok(env
        .durable_object("SITE")?
        .id_from_name(&name)?
        .get_stub()?)
}

fn unexpected() -> ApiError {
    ApiError::Internal("the site's object answered another request than the one made".to_owned())
}
