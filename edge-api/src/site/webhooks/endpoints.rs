//! The endpoints of a site, with their secrets: rows of the site's first object. Each change is noted among the site's
//! security events, in the same transaction.

use super::deliveries::{self, EndpointNumber};
use super::schedule;
use super::wanted::{self, Wanted};
use crate::http::error::ApiError;
use crate::site::columns::{Code as _, code};
use crate::site::security_events;
use crate::storage::database::{Database, Transaction, bytes, instant, integer, millis};
use crate::storage::error::StoreError;
use consent_core::GrantId;
use consent_core::api::security_event::SecurityEventKind;
use consent_core::calendar::Timestamp;
use consent_core::webhook::{
    Disabled, DisabledReason, Webhook, WebhookEvent, WebhookId, WebhookSettings,
};
use serde::Deserialize;
use worker::SqlStorageValue;

/// The most endpoints of one site.
const MOST: u64 = 5;

/// For how long the secret before the newest signs too, in seconds: a day.
const PREVIOUS_SIGNS: i64 = 86_400;

/// The columns of an endpoint, as [`Row`] reads them.
const COLUMNS: &str = "number, id, name, url, events, made_at, made_by, lower(hex(secret)) AS secret,
    lower(hex(previous_secret)) AS previous_secret, previous_until, failures, failing_since, disabled_at, disabled,
    (SELECT count(*) FROM webhook_delivery WHERE webhook_delivery.webhook = webhook.number AND due IS NOT NULL) AS waiting";

#[derive(Deserialize)]
struct Row {
    number: EndpointNumber,
    id: WebhookId,
    name: String,
    url: String,
    events: i64,
    made_at: i64,
    made_by: String,
    secret: String,
    /// Empty where there is none: `hex` of nothing.
    previous_secret: String,
    previous_until: Option<i64>,
    failures: u32,
    failing_since: Option<i64>,
    disabled_at: Option<i64>,
    disabled: Option<i64>,
    waiting: u64,
}

/// An endpoint as the object has it.
pub struct Endpoint {
    /// Its number.
    pub number: EndpointNumber,
    /// As the API tells of it.
    pub webhook: Webhook,
    secret: Vec<u8>,
    previous_secret: Vec<u8>,
    failures: u32,
}

impl Endpoint {
    /// The secrets that sign at a time, the newest first.
    pub fn secrets(&self, now: Timestamp) -> Vec<Vec<u8>> {
        let until = self.webhook.previous_secret_until;
        let previous = until.is_some_and(|until| now < until);
        let previous = previous.then(|| self.previous_secret.clone());
        [self.secret.clone()].into_iter().chain(previous).collect()
    }

    fn is_enabled(&self) -> bool {
        self.webhook.disabled.is_none()
    }
}

impl Row {
    fn read(self) -> Result<Endpoint, ApiError> {
        let wanted = Wanted::from_bits(self.events)?;
        let events = WebhookEvent::ALL.into_iter();
        let disabled = match (self.disabled_at, self.disabled) {
            (Some(at), Some(reason)) => Some(Disabled {
                at: instant(at)?,
                reason: DisabledReason::from_code(reason)?,
            }),
            _ => None,
        };
        Ok(Endpoint {
            number: self.number,
            webhook: Webhook {
                id: self.id,
                name: self.name,
                url: self.url,
                events: events.filter(|event| wanted.has(*event)).collect(),
                made_at: instant(self.made_at)?,
                made_by: serde_json::from_str(&self.made_by)?,
                previous_secret_until: self.previous_until.map(instant).transpose()?,
                failing_since: self.failing_since.map(instant).transpose()?,
                disabled,
                waiting: self.waiting,
            },
            secret: bytes(&self.secret)?,
            previous_secret: bytes(&self.previous_secret)?,
            failures: self.failures,
        })
    }
}

/// All of them, oldest first.
pub fn all(database: &Database) -> Result<Vec<Endpoint>, ApiError> {
    let query = format!("SELECT {COLUMNS} FROM webhook ORDER BY number");
    let rows: Vec<Row> = database.all(&query, vec![])?;
    rows.into_iter().map(Row::read).collect()
}

/// One of them.
///
/// # Errors
///
/// [`ApiError::UnknownWebhook`]
pub fn one(database: &Database, id: &WebhookId) -> Result<Endpoint, ApiError> {
    let query = format!("SELECT {COLUMNS} FROM webhook WHERE id = ?");
    let row: Option<Row> = database.one(&query, vec![id.as_str().into()])?;
    row.ok_or(ApiError::UnknownWebhook)?.read()
}

/// The one to which something may be sent now: it is enabled, and does not rest.
pub fn ready(
    database: &Database,
    number: EndpointNumber,
    now: Timestamp,
) -> Result<Option<Endpoint>, ApiError> {
    let query = format!(
        "SELECT {COLUMNS} FROM webhook
         WHERE number = ? AND disabled_at IS NULL AND ifnull(rest_until, 0) <= ?"
    );
    let row: Option<Row> = database.one(&query, vec![number.into(), millis(now)])?;
    row.map(Row::read).transpose()
}

/// What is new of an endpoint.
pub struct New<'a> {
    /// Its id.
    pub id: &'a WebhookId,
    /// What its maker set: all of it.
    pub settings: &'a WebhookSettings,
    /// What signs.
    pub secret: &'a [u8],
}

/// Makes an endpoint. Made again under the same id, it is there once.
///
/// # Errors
///
/// [`ApiError::TooManyWebhooks`]
pub fn make(
    database: &Database,
    new: &New<'_>,
    by: &[GrantId],
    now: Timestamp,
) -> Result<Endpoint, ApiError> {
    #[derive(Deserialize)]
    struct Count {
        count: u64,
    }
    database.transaction(|transaction| {
        let others = "SELECT count(*) AS count FROM webhook WHERE id != ?";
        let others: Option<Count> = transaction.one(others, vec![new.id.as_str().into()])?;
        if others.is_some_and(|others| others.count >= MOST) {
            return Err(ApiError::TooManyWebhooks);
        }
        if let Ok(made) = one(transaction, new.id) {
            return Ok(made);
        }
        let settings = new.settings;
        let events = settings.events.clone().unwrap_or_default();
        transaction.run(
            "INSERT INTO webhook (id, name, url, events, made_at, made_by, secret) VALUES (?, ?, ?, ?, ?, ?, ?)",
            vec![
                new.id.as_str().into(),
                settings.name.clone().unwrap_or_default().into(),
                settings.url.clone().unwrap_or_default().into(),
                integer(Wanted::of(&events).bits().into()),
                millis(now),
                serde_json::to_string(by)?.into(),
                new.secret.to_vec().into(),
            ],
        )?;
        wanted::update(transaction)?;
        let made = one(transaction, new.id)?;
        let event = SecurityEventKind::WebhookMade {
            grants: by.to_vec(),
            webhook: new.id.clone(),
            origin: origin(&made.webhook.url),
            events,
        };
        security_events::note(transaction, &event, now)?;
        Ok(made)
    })
}

/// Changes what an owner may set. A change that changes nothing writes nothing.
pub fn change(
    database: &Database,
    id: &WebhookId,
    settings: &WebhookSettings,
    by: &[GrantId],
    now: Timestamp,
) -> Result<Endpoint, ApiError> {
    database.transaction(|transaction| {
        let before = one(transaction, id)?;
        let enabled = settings.enabled.unwrap_or(before.is_enabled());
        let mut changed = before.webhook.clone();
        if let Some(name) = &settings.name {
            changed.name.clone_from(name);
        }
        if let Some(url) = &settings.url {
            changed.url.clone_from(url);
        }
        if let Some(events) = &settings.events {
            changed.events.clone_from(events);
        }
        if changed == before.webhook && enabled == before.is_enabled() {
            return Ok(before);
        }
        transaction.run(
            "UPDATE webhook SET name = ?, url = ?, events = ? WHERE number = ?",
            vec![
                changed.name.as_str().into(),
                changed.url.as_str().into(),
                integer(Wanted::of(&changed.events).bits().into()),
                before.number.into(),
            ],
        )?;
        if !enabled && before.is_enabled() {
            set_disabled(transaction, before.number, DisabledReason::Owner, now)?;
        }
        if enabled {
            // At another address, or enabled again, it begins anew.
            went_well(transaction, before.number)?;
            transaction.run(
                "UPDATE webhook SET disabled_at = NULL, disabled = NULL WHERE number = ?",
                vec![before.number.into()],
            )?;
        }
        wanted::update(transaction)?;
        let event = SecurityEventKind::WebhookChanged {
            grants: by.to_vec(),
            webhook: id.clone(),
            origin: origin(&changed.url),
            events: changed.events,
            enabled,
        };
        security_events::note(transaction, &event, now)?;
        one(transaction, id)
    })
}

/// Removes an endpoint, with its deliveries.
pub fn remove(
    database: &Database,
    id: &WebhookId,
    by: &[GrantId],
    now: Timestamp,
) -> Result<(), ApiError> {
    database.transaction(|transaction| {
        let number = one(transaction, id)?.number;
        for statement in [
            "DELETE FROM webhook_delivery WHERE webhook = ?",
            "DELETE FROM webhook WHERE number = ?",
        ] {
            transaction.run(statement, vec![number.into()])?;
        }
        wanted::update(transaction)?;
        let event = SecurityEventKind::WebhookRemoved {
            grants: by.to_vec(),
            webhook: id.clone(),
        };
        security_events::note(transaction, &event, now)
    })
}

/// Gives an endpoint another secret. The one before signs too for a day.
pub fn renew_secret(
    database: &Database,
    id: &WebhookId,
    secret: &[u8],
    by: &[GrantId],
    now: Timestamp,
) -> Result<Endpoint, ApiError> {
    database.transaction(|transaction| {
        let before = one(transaction, id)?;
        if before.secret == secret {
            return Ok(before);
        }
        transaction.run(
            "UPDATE webhook SET previous_secret = secret, previous_until = ?, secret = ? WHERE number = ?",
            vec![
                millis(now.saturating_add_seconds(PREVIOUS_SIGNS)),
                secret.to_vec().into(),
                before.number.into(),
            ],
        )?;
        let event = SecurityEventKind::WebhookSecretMade {
            grants: by.to_vec(),
            webhook: id.clone(),
        };
        security_events::note(transaction, &event, now)?;
        one(transaction, id)
    })
}

/// Forgets the secrets that sign no more.
pub fn forget_secrets(database: &Database, now: Timestamp) -> Result<(), StoreError> {
    #[derive(Deserialize)]
    struct Count {
        count: u64,
    }
    let query = "SELECT count(*) AS count FROM webhook WHERE previous_until <= ?";
    let stale: Option<Count> = database.one(query, vec![millis(now)])?;
    if stale.is_none_or(|stale| stale.count == 0) {
        return Ok(());
    }
    database.transaction(|transaction| {
        transaction.run(
            "UPDATE webhook SET previous_secret = NULL, previous_until = NULL WHERE previous_until <= ?",
            vec![millis(now)],
        )?;
        Ok(())
    })
}

/// Until when the first of the secrets that were replaced signs; `None` where there is none.
pub fn next_secret_end(database: &Database) -> Result<Option<Timestamp>, StoreError> {
    #[derive(Deserialize)]
    struct Time {
        time: Option<i64>,
    }
    let query = "SELECT min(previous_until) AS time FROM webhook";
    let row: Option<Time> = database.one(query, vec![])?;
    row.and_then(|row| row.time).map(instant).transpose()
}

/// Notes that an attempt went well.
pub fn went_well(transaction: &Transaction<'_>, number: EndpointNumber) -> Result<(), StoreError> {
    transaction.run(
        "UPDATE webhook SET failures = 0, failing_since = NULL, rest_until = NULL
         WHERE number = ? AND failing_since IS NOT NULL",
        vec![number.into()],
    )?;
    Ok(())
}

/// Notes that an attempt failed: the endpoint rests, so that those behind it wait for it once and not each. Where it has
/// failed for days, or answered that it is gone, it is disabled.
pub fn went_wrong(
    transaction: &Transaction<'_>,
    endpoint: &Endpoint,
    is_gone: bool,
    now: Timestamp,
) -> Result<(), ApiError> {
    let failures = endpoint.failures.saturating_add(1);
    let since = endpoint.webhook.failing_since.unwrap_or(now);
    transaction.run(
        "UPDATE webhook SET failures = ?, failing_since = ?, rest_until = ? WHERE number = ?",
        vec![
            integer(failures.into()),
            millis(since),
            millis(schedule::rest_until(now, failures)),
            endpoint.number.into(),
        ],
    )?;
    let reason = if is_gone {
        DisabledReason::Gone
    } else if schedule::is_to_be_disabled(now, since) {
        DisabledReason::Failing
    } else {
        return Ok(());
    };
    set_disabled(transaction, endpoint.number, reason, now)?;
    wanted::update(transaction)?;
    let event = SecurityEventKind::WebhookDisabled {
        webhook: endpoint.webhook.id.clone(),
        reason,
    };
    security_events::note(transaction, &event, now)
}

fn set_disabled(
    transaction: &Transaction<'_>,
    number: EndpointNumber,
    reason: DisabledReason,
    now: Timestamp,
) -> Result<(), ApiError> {
    transaction.run(
        "UPDATE webhook SET disabled_at = ?, disabled = ? WHERE number = ? AND disabled_at IS NULL",
        vec![millis(now), code(reason), SqlStorageValue::from(number)],
    )?;
    deliveries::give_up(transaction, number, now)
}

/// The origin of an address: what of it may be read by whoever reads the security events.
fn origin(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    format!("{scheme}://{authority}")
}
