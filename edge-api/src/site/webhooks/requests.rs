//! What an owner asks of the first object: endpoints, their secrets and deliveries, and what watchers saw.

use super::deliveries;
use super::endpoints::{self, New};
use super::events::Told;
use super::signature;
use crate::clock::now;
use crate::http::error::ApiError;
use crate::http::response::{self, Cors};
use crate::site::protocol::WebhookRequest;
use crate::site::security_events;
use crate::site::state::SiteState;
use crate::storage::secret_key::{SecretKey, random_bytes};
use consent_core::GrantId;
use consent_core::api::security_event::SecurityEventKind;
use consent_core::field::FieldError;
use consent_core::log_origin::Log;
use consent_core::webhook::{
    Delivery, ForkNoted, ForkReport, MadeWebhook, MessageId, WebhookEvent, WebhookId,
    WebhookSettings, Webhooks,
};
use worker::Response;

/// How long after a request that has something sent the alarm comes, in milliseconds.
const AT_ONCE: i64 = 1;

impl SiteState {
    /// Answers an owner; `by` are the grants of the token.
    pub async fn webhooks(
        &self,
        asked: WebhookRequest,
        by: Vec<GrantId>,
    ) -> Result<Response, ApiError> {
        let database = self.database();
        match asked {
            WebhookRequest::List => {
                let all = endpoints::all(database)?.into_iter();
                let webhooks = all.map(|endpoint| endpoint.webhook).collect();
                response::json(&Webhooks { webhooks }, 200, Cors::None)
            }
            WebhookRequest::Read(id) => {
                let webhook = endpoints::one(database, &id)?.webhook;
                response::json(&webhook, 200, Cors::None)
            }
            WebhookRequest::Make(settings) => self.make_webhook(&settings, &by).await,
            WebhookRequest::Change(id, settings) => {
                self.ensure_alarm().await?;
                let changed = endpoints::change(database, &id, &settings, &by, now());
                self.wanted_has_changed().await?;
                response::json(&changed?.webhook, 200, Cors::None)
            }
            WebhookRequest::Remove(id) => {
                self.ensure_alarm().await?;
                let removed = endpoints::remove(database, &id, &by, now());
                self.wanted_has_changed().await?;
                removed?;
                response::empty(204, Cors::None)
            }
            WebhookRequest::NewSecret(id) => {
                self.ensure_alarm().await?;
                let secret = SecretKey::random()?;
                let webhook = endpoints::renew_secret(database, &id, &secret, &by, now())?.webhook;
                made(&secret, webhook)
            }
            WebhookRequest::Test(id) => self.test_webhook(&id).await,
            WebhookRequest::Deliveries(id, query) => {
                let number = endpoints::one(database, &id)?.number;
                let page = deliveries::page(database, number, &query)?;
                response::json(&page, 200, Cors::None)
            }
            WebhookRequest::Resend(id, message) => self.resend(&id, &message).await,
            WebhookRequest::Forked(fork) => self.fork_was_seen(&fork, by).await,
        }
    }

    async fn make_webhook(
        &self,
        settings: &WebhookSettings,
        by: &[GrantId],
    ) -> Result<Response, ApiError> {
        let id = WebhookId::from_bytes(random_bytes()?);
        let secret = SecretKey::random()?;
        let new = New {
            id: &id,
            settings,
            secret: &secret,
        };
        self.ensure_alarm().await?;
        let endpoint = endpoints::make(self.database(), &new, by, now());
        self.wanted_has_changed().await?;
        made(&secret, endpoint?.webhook)
    }

    async fn test_webhook(&self, id: &WebhookId) -> Result<Response, ApiError> {
        let number = self.enabled(id)?;
        self.set_alarm_soon(AT_ONCE).await?;
        let now = now();
        let told = Told::ping(&self.edition()?.site, now)?;
        let delivery: Result<_, ApiError> = self.database().transaction(|transaction| {
            deliveries::queue_for(transaction, number, &told, now)?;
            deliveries::one(transaction, number, &told.id)
        });
        accepted(delivery?)
    }

    async fn resend(&self, id: &WebhookId, message: &MessageId) -> Result<Response, ApiError> {
        let number = self.enabled(id)?;
        self.set_alarm_soon(AT_ONCE).await?;
        let delivery: Result<_, ApiError> = self
            .database()
            .transaction(|transaction| deliveries::resend(transaction, number, message, now()));
        accepted(Some(delivery?))
    }

    /// The number of an endpoint that is enabled.
    fn enabled(&self, id: &WebhookId) -> Result<deliveries::EndpointNumber, ApiError> {
        let endpoint = endpoints::one(self.database(), id)?;
        match endpoint.webhook.disabled {
            None => Ok(endpoint.number),
            Some(_) => Err(ApiError::WebhookDisabled),
        }
    }

    /// `POST /v1/sites/SITE/forks`
    async fn fork_was_seen(
        &self,
        fork: &ForkReport,
        by: Vec<GrantId>,
    ) -> Result<Response, ApiError> {
        let (proofs, site) = (self.proofs()?, &self.edition()?.site);
        let is_ours = match proofs.logs.keys().server.log_of(fork.log.as_str()) {
            Some(Log::Site(log)) => log.site == *site,
            Some(Log::Anchor) => true,
            None => false,
        };
        if !is_ours {
            let why = "is neither a log of this site nor the server's anchor: `/v1/sites/SITE/logs` names them";
            return Err(ApiError::Contradiction(vec![FieldError::new("log", why)]));
        }
        self.ensure_alarm().await?;
        let now = now();
        let told = Told::forked(site, fork, now)?;
        let event = SecurityEventKind::ForkReported {
            grants: by,
            log: fork.log.clone(),
            finding: fork.finding.clone(),
            evidence: fork.evidence,
        };
        let noted: Result<(), ApiError> = self.database().transaction(|transaction| {
            let about = format!("forked {}", told.id);
            security_events::note_once(transaction, &about, &event, now)?;
            let kind = WebhookEvent::LogForked;
            proofs
                .outbox
                .put(transaction, kind, now, || Ok(told.clone()))
        });
        noted?;
        response::json(&ForkNoted { id: told.id }, 202, Cors::None)
    }

    /// Has this object and the others know what is wanted since a change. Others that cannot be told now are told later.
    async fn wanted_has_changed(&self) -> Result<(), ApiError> {
        let proofs = self.proofs()?;
        proofs.outbox.forget();
        if let Err(error) = self.tell_what_is_wanted(&proofs).await {
            worker::console_error!(
                "not all know yet which events are wanted, and will be told: {}",
                error.to_log()
            );
        }
        Ok(())
    }
}

fn made(secret: &[u8], webhook: consent_core::webhook::Webhook) -> Result<Response, ApiError> {
    let secret = signature::shown(secret);
    response::json(&MadeWebhook { secret, webhook }, 201, Cors::None)
}

fn accepted(delivery: Option<Delivery>) -> Result<Response, ApiError> {
    response::json(&delivery.ok_or(ApiError::UnknownDelivery)?, 202, Cors::None)
}
