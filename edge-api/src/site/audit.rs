//! What auditors and owners ask of a site's object, and what of its logs is open to everyone.

use super::state::SiteState;
use crate::anchor::witnesses;
use crate::clock::now;
use crate::http::body;
use crate::http::error::ApiError;
use crate::http::query::Query;
use crate::http::response::{self, Cors};
use crate::log;
use crate::site::protocol::{ExportPiece, LogCheckpoint, PieceRequest, StoredConfiguration};
use crate::site::published_editions;
use crate::site::query::{ConsentQuery, Paging};
use crate::site::reads;
use crate::site::security_events;
use crate::site::tally::{self, Days, Tally};
use consent_core::Sha256Digest;
use consent_core::api::security_event::SecurityEventKind;
use consent_core::api::{AnchorSummary, ConsentCount, ConsentPage, EditionInForce, SiteLogs};
use consent_core::log_origin::Quarter;
use consent_core::proof::{DisclosedRead, EvidenceReport};
use consent_log::LogResource;
use worker::{Request, Response};

/// The largest body that names a file, in bytes.
const LARGEST_EVIDENCE_BYTES: usize = 1024;

impl SiteState {
    /// A part of the records that somebody looks for.
    pub fn consents(&self, query: &str) -> Result<ConsentPage, ApiError> {
        let query = ConsentQuery::parse(&Query::parse(query), Paging::Pages);
        self.proofs()?.page(&query.map_err(ApiError::Malformed)?)
    }

    /// How many there are in a part.
    pub fn count(&self, query: &str) -> Result<ConsentCount, ApiError> {
        let query = ConsentQuery::parse(&Query::parse(query), Paging::Count);
        self.proofs()?.count(&query.map_err(ApiError::Malformed)?)
    }

    /// The newest checkpoints of the logs.
    pub fn checkpoints(&self) -> Result<Vec<LogCheckpoint>, ApiError> {
        self.proofs()?.checkpoints()
    }

    /// A piece of an export.
    pub fn export_piece(&self, asked: &PieceRequest) -> Result<ExportPiece, ApiError> {
        let query = ConsentQuery::parse(&Query::parse(&asked.query), Paging::Count);
        let query = query.map_err(ApiError::Malformed)?;
        (self.proofs()?).export_piece(&query, asked.others, &asked.sizes)
    }

    /// Counts some of what is not in the tally yet: whether there is more.
    pub fn count_some(&self) -> Result<bool, ApiError> {
        tally::count_some(self.database(), &self.proofs()?.logs, tally::AT_ONCE)
    }

    /// What the tally has of some days.
    pub fn tally(&self, days: Days) -> Result<Tally, ApiError> {
        tally::of_days(self.database(), days)
    }

    /// The logs of this shard.
    pub async fn logs(&self) -> Result<SiteLogs, ApiError> {
        let proofs = self.proofs()?;
        let anchor = proofs.logs.keys().server.anchor();
        let key = crate::anchor::client::key(&self.env).await?;
        let witnesses = witnesses::from_env(&self.env)?;
        Ok(SiteLogs {
            site: self.edition()?.site.clone(),
            logs: proofs.summaries(now())?,
            anchor: AnchorSummary {
                origin: anchor,
                key,
                witnesses: witnesses
                    .iter()
                    .map(|witness| witness.key.to_string())
                    .collect(),
            },
        })
    }

    /// `GET /v1/sites/SITE/events`
    pub fn security_events(&self, query: &str) -> Result<Response, ApiError> {
        let page = security_events::page(self.database(), query)?;
        response::json(&page, 200, Cors::None)
    }

    /// `GET /v1/sites/SITE/reads`
    pub fn reads(&self, query: &str) -> Result<Response, ApiError> {
        let page = reads::page(self.database(), &self.proofs()?.logs, query)?;
        response::json(&page, 200, Cors::None)
    }

    /// Keeps that somebody reads records.
    pub async fn keep_read(&self, kept: &DisclosedRead) -> Result<(), ApiError> {
        let proofs = self.proofs()?;
        self.ensure_alarm().await?;
        proofs.keep_read(kept, now())
    }

    /// `GET /v1/sites/SITE/editions`
    pub fn published_editions(&self, query: &str) -> Result<Response, ApiError> {
        let page = published_editions::page(self.database(), query)?;
        response::json(&page, 200, Cors::None)
    }

    /// The edition in force, in short.
    pub fn summary(&self) -> Result<EditionInForce, ApiError> {
        published_editions::in_force(self.database())
    }

    /// A configuration that was published, by its hash; without one, that in force. `None` where it is not kept.
    pub fn configuration(
        &self,
        hash: Option<Sha256Digest>,
    ) -> Result<Option<StoredConfiguration>, ApiError> {
        // A site that is not published has none.
        let in_force = self.summary()?.configuration;
        let Some(hash) = hash.or(in_force) else {
            return Ok(None);
        };
        published_editions::configuration(self.database(), hash)
    }

    /// Notes a security event.
    pub fn note(&self, event: &SecurityEventKind) -> Result<(), ApiError> {
        security_events::note(self.database(), event, now())
    }

    /// `POST /v1/sites/SITE/evidence`: 201 for a new entry, 200 for one that is there already.
    pub async fn evidence(
        &self,
        mut request: Request,
        declared_length: Option<u64>,
    ) -> Result<Response, ApiError> {
        let body =
            body::read_declared(&mut request, declared_length, LARGEST_EVIDENCE_BYTES).await?;
        let file: EvidenceReport = body::parse(&body)?;
        let (proofs, notice) = (self.proofs()?, self.published()?.notice);
        self.ensure_alarm().await?;
        let (receipt, new) = proofs.enter(file.sha256, notice, now())?;
        response::json(&receipt, if new { 201 } else { 200 }, Cors::None)
    }

    /// `GET /log/ORIGIN/…`
    pub fn log(&self, quarter: Quarter, resource: LogResource) -> Result<Response, ApiError> {
        let open = self.proofs()?.logs.of_quarter(quarter)?;
        let open = open.ok_or(ApiError::UnknownLog)?;
        let checkpoint = || Ok(open.log.head()?.checkpoint.to_string());
        log::serve(&open.log, resource, checkpoint)
    }
}
