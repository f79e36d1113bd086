//! What a site's own pages ask of its object. Each answer says which page may read it; so does each
//! error, so that the page can tell its visitor why.

use super::protocol::PageRequest;
use super::state::SiteState;
use crate::clock::now;
use crate::directory;
use crate::http::body;
use crate::http::error::ApiError;
use crate::http::response::{self, Cors, Format};
use crate::site::handover::{self, HandOver, Way};
use crate::site::proofs::StoredReport;
use crate::site::{anchoring, client, ledger};
use consent_core::api::Receipts;
use consent_core::api::handover::{HandoverToken, NewHandover, RedeemedHandover};
use consent_core::field::FieldError;
use consent_core::report::LARGEST_REPORT_BYTES;
use consent_core::text::Origin;
use consent_core::{
    ConsentId, ConsentReceipt, ConsentReport, Method, Notice, ReceiptId, ReportId, StoredChoice,
    jsonld,
};
use worker::{Request, Response};

impl SiteState {
    /// Answers a page of the site. `request` has the body, where there is one.
    pub async fn page(
        &self,
        origin: Option<&str>,
        asked: PageRequest,
        request: Request,
    ) -> worker::Result<Response> {
        let checked = self
            .edition()
            .and_then(|edition| check_origin(&edition.origins, origin, &asked));
        let cors = match checked {
            Ok(cors) => cors,
            // A page that is not the site's may read that much: its loader then stops sending the report.
            Err(error) => {
                return response::problem(&error, origin.map_or(Cors::None, Cors::Origin));
            }
        };
        let result = match asked {
            PageRequest::Report {
                gpc,
                declared_length,
            } => self.report(request, declared_length, gpc, cors).await,
            PageRequest::Receipt { id, secret, query } => {
                self.receipt(&id, secret, &query, cors).await
            }
            PageRequest::Erase { id, secret } => self.erase(&id, secret, cors).await,
            PageRequest::Receipts { secret } => self.receipts(secret, cors).await,
            PageRequest::EraseAll { secret } => self.erase_all(secret, cors).await,
            PageRequest::ReceiptPreflight => response::preflight("GET, DELETE", cors),
            PageRequest::CreateHandover { declared_length } => {
                self.create_handover(request, declared_length, origin, cors)
                    .await
            }
            PageRequest::RedeemHandover { token, from } => {
                let to = origin.unwrap_or_default();
                self.redeem_handover(&token, Way { from: &from, to }, cors)
            }
        };
        result.or_else(|error| response::problem(&error, cors))
    }

    /// `POST /v1/sites/SITE/consents`: 201 for a new record, 200 for one kept before.
    async fn report(
        &self,
        mut request: Request,
        declared_length: Option<u64>,
        gpc: bool,
        cors: Cors<'_>,
    ) -> Result<Response, ApiError> {
        self.published()?;
        let body = body::read_declared(&mut request, declared_length, LARGEST_REPORT_BYTES).await?;
        let mut report: ConsentReport = body::parse(&body)?;
        report.gpc |= gpc;
        if report.method == Method::Imported && !self.edition()?.imports {
            let why =
                "is imported, but this site takes over no choices of other tools (`import_from`)";
            return Err(ApiError::Contradiction(vec![FieldError::new(
                "method", why,
            )]));
        }
        let proofs = self.proofs()?;
        self.ensure_alarm().await?;
        let commit = |reports| proofs.keep(reports, now());
        let StoredReport { receipt, new } = self.reports.join(report, commit).await?;
        response::json(&receipt, if new { 201 } else { 200 }, cors)
    }

    /// `GET /v1/receipts/ID`: with what has come since, the anchor and its witnesses; with
    /// `?format=jsonld`, the record in the words of the DPV.
    async fn receipt(
        &self,
        id: &ReceiptId,
        secret: Option<ConsentId>,
        query: &str,
        cors: Cors<'_>,
    ) -> Result<Response, ApiError> {
        let secret = secret.ok_or(ApiError::MissingSecret)?;
        let held = self.proofs()?.authorize(id, secret)?;
        if Format::of(query)? == Format::JsonLd {
            let record = &held.disclosed.record;
            let notice = directory::client::notice(&self.env, record.notice).await?;
            let notice: Notice = serde_json::from_str(&notice)?;
            return response::json_ld(&jsonld::record(record, &notice), cors);
        }
        let mut receipt: ConsentReceipt = held.receipt()?;
        if let Some(anchored) = anchoring::find(&self.env, &held.log).await? {
            anchoring::add_to_receipt(&anchored, &mut receipt, &held.log)?;
        }
        response::json(&receipt, 200, cors)
    }

    /// `DELETE /v1/receipts/ID`
    async fn erase(
        &self,
        id: &ReceiptId,
        secret: Option<ConsentId>,
        cors: Cors<'_>,
    ) -> Result<Response, ApiError> {
        let secret = secret.ok_or(ApiError::MissingSecret)?;
        let proofs = self.proofs()?;
        // The secret is checked before anything waits, so that a stranger sets no alarm.
        proofs.authorize(id, secret)?;
        self.ensure_alarm().await?;
        self.forget_elsewhere(vec![id.report]).await?;
        proofs.erase(&proofs.authorize(id, secret)?, now())?;
        response::empty(204, cors)
    }

    /// `GET /v1/sites/SITE/receipts`: every receipt of whoever has the secret, of this shard.
    async fn receipts(
        &self,
        secret: Option<ConsentId>,
        cors: Cors<'_>,
    ) -> Result<Response, ApiError> {
        let secret = secret.ok_or(ApiError::MissingSecret)?;
        let held = self.proofs()?.held_by(secret)?;
        let mut receipts = Vec::new();
        for of_log in held.chunk_by(|one, next| one.log.number == next.log.number) {
            let Some(first) = of_log.first() else {
                continue;
            };
            let anchored = anchoring::find(&self.env, &first.log).await?;
            for held in of_log {
                let mut receipt = held.receipt()?;
                if let Some(anchored) = &anchored {
                    anchoring::add_to_receipt(anchored, &mut receipt, &held.log)?;
                }
                receipts.push(receipt);
            }
        }
        response::json(&Receipts { receipts }, 200, cors)
    }

    /// `DELETE /v1/sites/SITE/receipts`
    async fn erase_all(
        &self,
        secret: Option<ConsentId>,
        cors: Cors<'_>,
    ) -> Result<Response, ApiError> {
        let secret = secret.ok_or(ApiError::MissingSecret)?;
        let proofs = self.proofs()?;
        loop {
            let held = proofs.held_by(secret)?;
            if held.is_empty() {
                return response::empty(204, cors);
            }
            self.ensure_alarm().await?;
            let reports = held.iter().map(|held| held.disclosed.record.receipt.report);
            self.forget_elsewhere(reports.collect()).await?;
            // Somebody may have erased one of them meanwhile.
            proofs.erase_all(&proofs.held_by(secret)?, now())?;
        }
    }

    /// Has the site's other objects forget the names of reports that this one is about to erase.
    async fn forget_elsewhere(&self, reports: Vec<ReportId>) -> Result<(), ApiError> {
        let proofs = self.proofs()?;
        let (own, site) = (proofs.logs.shard(), &self.edition()?.site);
        for shard in proofs.shards().iter().filter(|shard| *shard != own) {
            client::forget(&self.env, site, shard, reports.clone()).await?;
        }
        Ok(())
    }

    /// `POST /v1/sites/SITE/handovers`
    async fn create_handover(
        &self,
        mut request: Request,
        declared_length: Option<u64>,
        origin: Option<&str>,
        cors: Cors<'_>,
    ) -> Result<Response, ApiError> {
        let largest = handover::LARGEST_REQUEST_BYTES;
        let body = body::read_declared(&mut request, declared_length, largest).await?;
        let asked: NewHandover = body::parse(&body)?;
        let edition = self.edition()?;
        if asked.receipt.site != edition.site {
            return Err(ApiError::UnknownReceipt);
        }
        let from = origin.unwrap_or_default();
        let to = asked.to.as_str();
        if from == to || !edition.origins.contains(&asked.to) {
            let error = FieldError::new("to", format!("{to} is not another origin of this site"));
            return Err(ApiError::Contradiction(vec![error]));
        }
        let now = now();
        let held = self.proofs()?.authorize(&asked.receipt, asked.consent_id)?;
        ledger::in_force(&held.disclosed.record, now)?;
        let handover = HandOver::new(asked.receipt, now);
        let token = HandoverToken {
            token: handover.token(&self.editions.hand_over_key()?, Way { from, to }),
            expires_at: handover.expires_at,
        };
        response::json(&token, 201, cors)
    }

    /// `GET /v1/sites/SITE/handovers/TOKEN?from=ORIGIN`
    fn redeem_handover(&self, token: &str, way: Way<'_>, cors: Cors) -> Result<Response, ApiError> {
        let now = now();
        let site = &self.edition()?.site;
        let handover = HandOver::read(token, way, site, &self.editions.hand_over_key()?, now)
            .filter(|handover| self.used_tokens.first_use(token, handover, now));
        let receipt = handover.ok_or(ApiError::BadHandOver)?.receipt;
        let proofs = self.proofs()?;
        let record = proofs.find(receipt.report)?.entry.present()?.record;
        ledger::in_force(&record, now)?;
        let choice = StoredChoice {
            decided_at: record.decided_at(),
            decision: record.decision,
            services: record.services,
            expires_at: record.valid_until,
            material: proofs.terms.of_notice(record.notice)?.terms.material,
            // What another tool had stored was answered without a word of the signal.
            gpc: record.gpc && record.method != Method::Imported,
        };
        let choice = choice.to_string();
        response::json(&RedeemedHandover { choice }, 200, cors)
    }
}

/// Checks the origin of the page that asks, and returns who may read the answer. A page must be one of the
/// site's. A request without an origin comes from outside a browser; it passes where it can do no harm,
/// because it needs a secret or a token.
fn check_origin<'a>(
    origins: &[Origin],
    origin: Option<&'a str>,
    asked: &PageRequest,
) -> Result<Cors<'a>, ApiError> {
    match origin {
        Some(origin) if origins.iter().any(|known| known.as_str() == origin) => {
            Ok(Cors::Origin(origin))
        }
        None if !asked.is_for_pages_alone() => Ok(Cors::None),
        _ => Err(ApiError::WrongOrigin(
            origin.unwrap_or("no origin").to_owned(),
        )),
    }
}
