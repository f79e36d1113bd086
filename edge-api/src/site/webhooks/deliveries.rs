//! The deliveries of a site: what each endpoint is yet to be told, and was. Rows of the site's first object.

use super::events::Told;
use crate::http::error::ApiError;
use crate::site::columns::{Code as _, code};
use crate::site::query;
use crate::storage::database::{Database, Transaction, instant, integer, millis};
use crate::storage::error::StoreError;
use consent_core::ReceiptId;
use consent_core::calendar::Timestamp;
use consent_core::webhook::{
    Attempt, Deliveries, Delivery, DeliveryStatus, MessageId, WebhookEvent,
};
use serde::Deserialize;
use worker::SqlStorageValue;

/// Deliveries answered at once.
const PAGE: usize = 50;

/// The most that wait for one endpoint. Beyond that the oldest are given up.
const MOST_WAITING: u64 = 1000;

/// The most that have ended and are kept, of one endpoint.
const MOST_ENDED: u64 = 1000;

/// For how long what has ended is kept, in seconds: 30 days.
const ENDED_KEPT: i64 = 30 * 86_400;

/// The attempts that are kept of a delivery: those of two schedules.
const ATTEMPTS_KEPT: usize = 20;

/// The number of an endpoint's row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct EndpointNumber(pub u32);

impl From<EndpointNumber> for SqlStorageValue {
    fn from(number: EndpointNumber) -> Self {
        integer(number.0.into())
    }
}

/// The columns of a delivery, as [`Row`] reads them.
const COLUMNS: &str =
    "number, message, event, time, due, outcome, attempts, body IS NOT NULL AS has_body";

#[derive(Deserialize)]
struct Row {
    number: u64,
    message: MessageId,
    event: i64,
    time: i64,
    due: Option<i64>,
    outcome: i64,
    attempts: String,
    has_body: i64,
}

impl Row {
    fn read(&self) -> Result<Delivery, ApiError> {
        Ok(Delivery {
            id: self.message.clone(),
            event: WebhookEvent::from_code(self.event)?,
            time: instant(self.time)?,
            status: DeliveryStatus::from_code(self.outcome)?,
            next_attempt: self.due.map(instant).transpose()?,
            can_resend: self.has_body != 0,
            attempts: serde_json::from_str(&self.attempts)?,
        })
    }
}

/// A delivery whose attempt is due.
pub struct Due {
    number: u64,
    /// Its id.
    pub message: MessageId,
    event: WebhookEvent,
    /// What is sent.
    pub body: String,
    tries: u32,
    attempts: Vec<Attempt>,
}

impl Due {
    /// How many attempts will have failed if this one does.
    pub const fn failures(&self) -> u32 {
        self.tries + 1
    }
}

/// What comes after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum After {
    /// The endpoint has it.
    Delivered,
    /// Another attempt.
    Again(Timestamp),
    /// Nothing more.
    GivenUp,
}

/// Queues what is told for each endpoint that asks for it. Queued again, it is there once.
pub fn queue(transaction: &Transaction<'_>, told: &Told, now: Timestamp) -> Result<(), StoreError> {
    insert(
        transaction,
        told,
        now,
        "disabled_at IS NULL AND events & ?2 != 0",
        None,
    )
}

/// Queues what is told for one endpoint, whatever it asks for.
pub fn queue_for(
    transaction: &Transaction<'_>,
    endpoint: EndpointNumber,
    told: &Told,
    now: Timestamp,
) -> Result<(), StoreError> {
    insert(transaction, told, now, "number = ?8", Some(endpoint))
}

fn insert(
    transaction: &Transaction<'_>,
    told: &Told,
    now: Timestamp,
    condition: &str,
    endpoint: Option<EndpointNumber>,
) -> Result<(), StoreError> {
    let mut values = vec![
        told.id.as_str().into(),
        code(told.event),
        millis(told.time),
        told.body.as_str().into(),
        name(told.receipt.as_ref()),
        name(told.previous.as_ref()),
        millis(now),
    ];
    values.extend(endpoint.map(Into::into));
    transaction.run(
        &format!(
            "INSERT INTO webhook_delivery (webhook, message, event, time, body, receipt, previous, due)
             SELECT number, ?1, ?2, ?3, ?4, ?5, ?6, ?7 FROM webhook WHERE {condition}
             ON CONFLICT (webhook, message) DO NOTHING"
        ),
        values,
    )?;
    Ok(())
}

/// The name of a receipt, for its column.
pub fn name(receipt: Option<&ReceiptId>) -> SqlStorageValue {
    receipt.map_or(SqlStorageValue::Null, |receipt| receipt.to_string().into())
}

/// The next delivery to an endpoint whose attempt is due.
pub fn next_due(
    database: &Database,
    endpoint: EndpointNumber,
    now: Timestamp,
) -> Result<Option<Due>, ApiError> {
    #[derive(Deserialize)]
    struct DueRow {
        number: u64,
        message: MessageId,
        event: i64,
        body: Option<String>,
        tries: u32,
        attempts: String,
    }
    let query = "SELECT number, message, event, body, tries, attempts FROM webhook_delivery
         WHERE webhook = ? AND due IS NOT NULL AND due <= ? ORDER BY due, number LIMIT 1";
    let row: Option<DueRow> = database.one(query, vec![endpoint.into(), millis(now)])?;
    let Some(row) = row else {
        return Ok(None);
    };
    Ok(Some(Due {
        number: row.number,
        message: row.message,
        event: WebhookEvent::from_code(row.event)?,
        body: row.body.unwrap_or_default(),
        tries: row.tries,
        attempts: serde_json::from_str(&row.attempts)?,
    }))
}

/// Notes an attempt. Of an erasure that was delivered, the body goes: nothing here names the receipt any more.
pub fn settle(
    transaction: &Transaction<'_>,
    due: &Due,
    attempt: Attempt,
    after: After,
) -> Result<(), ApiError> {
    let mut attempts = due.attempts.clone();
    attempts.push(attempt);
    let surplus = attempts.len().saturating_sub(ATTEMPTS_KEPT);
    attempts.drain(..surplus);
    let (status, next) = match after {
        After::Delivered => (DeliveryStatus::Delivered, None),
        After::Again(next) => (DeliveryStatus::Waiting, Some(next)),
        After::GivenUp => (DeliveryStatus::Failed, None),
    };
    let forgets = after == After::Delivered && due.event == WebhookEvent::ConsentErased;
    transaction.run(
        "UPDATE webhook_delivery SET attempts = ?, tries = ?, due = ?, outcome = ?,
            body = CASE WHEN ? THEN NULL ELSE body END
         WHERE number = ? AND message = ? AND due IS NOT NULL",
        vec![
            serde_json::to_string(&attempts)?.into(),
            integer(due.failures().into()),
            next.map_or(SqlStorageValue::Null, millis),
            code(status),
            code(forgets),
            integer(due.number),
            due.message.as_str().into(),
        ],
    )?;
    Ok(())
}

/// Gives up all that waits for an endpoint, which is disabled.
pub fn give_up(
    transaction: &Transaction<'_>,
    endpoint: EndpointNumber,
    now: Timestamp,
) -> Result<(), ApiError> {
    give_up_before(
        transaction,
        endpoint,
        None,
        "the endpoint was disabled",
        now,
    )
}

/// Gives up what waits for an endpoint: all of it, or what is not newer than the delivery of this number.
fn give_up_before(
    transaction: &Transaction<'_>,
    endpoint: EndpointNumber,
    newest: Option<u64>,
    why: &str,
    now: Timestamp,
) -> Result<(), ApiError> {
    let note = Attempt {
        time: now,
        took_ms: 0,
        status: None,
        reason: Some(why.to_owned()),
    };
    let newest = newest.map_or(SqlStorageValue::Null, integer);
    transaction.run(
        "UPDATE webhook_delivery SET due = NULL, outcome = ?1, attempts = json_insert(attempts, '$[#]', json(?2))
         WHERE webhook = ?3 AND due IS NOT NULL AND (?4 IS NULL OR number <= ?4)",
        vec![
            code(DeliveryStatus::Failed),
            serde_json::to_string(&note)?.into(),
            endpoint.into(),
            newest,
        ],
    )?;
    Ok(())
}

/// Has a delivery sent again, from the first attempt on.
///
/// # Errors
///
/// [`ApiError::UnknownDelivery`] where there is none, or its body is kept no more.
pub fn resend(
    transaction: &Transaction<'_>,
    endpoint: EndpointNumber,
    message: &MessageId,
    now: Timestamp,
) -> Result<Delivery, ApiError> {
    transaction.run(
        "UPDATE webhook_delivery SET due = ?, outcome = 0, tries = 0
         WHERE webhook = ? AND message = ? AND body IS NOT NULL",
        vec![millis(now), endpoint.into(), message.as_str().into()],
    )?;
    let found = one(transaction, endpoint, message)?;
    found
        .filter(|delivery| delivery.status == DeliveryStatus::Waiting)
        .ok_or(ApiError::UnknownDelivery)
}

/// One delivery.
pub fn one(
    database: &Database,
    endpoint: EndpointNumber,
    message: &MessageId,
) -> Result<Option<Delivery>, ApiError> {
    let query = format!("SELECT {COLUMNS} FROM webhook_delivery WHERE webhook = ? AND message = ?");
    let row: Option<Row> = database.one(&query, vec![endpoint.into(), message.as_str().into()])?;
    row.as_ref().map(Row::read).transpose()
}

/// `GET …/webhooks/ID/deliveries`: the newest first, those with a number below `before`.
pub fn page(
    database: &Database,
    endpoint: EndpointNumber,
    asked: &str,
) -> Result<Deliveries, ApiError> {
    let before = query::before(asked).map_err(ApiError::Malformed)?;
    let query = format!(
        "SELECT {COLUMNS} FROM webhook_delivery WHERE webhook = ? AND number < ?
         ORDER BY number DESC LIMIT ?"
    );
    let rows: Vec<Row> = database.all(
        &query,
        vec![
            endpoint.into(),
            integer(before.unwrap_or(u64::MAX)),
            integer(PAGE as u64 + 1),
        ],
    )?;
    let next = rows.get(PAGE - 1).filter(|_| rows.len() > PAGE);
    let deliveries = rows.iter().take(PAGE).map(Row::read);
    Ok(Deliveries {
        deliveries: deliveries.collect::<Result<_, _>>()?,
        next: next.map(|row| row.number),
    })
}

/// Takes out of what is told every name of reports that are erased: a withdrawal whose own record is erased is told no
/// more, and none says any more which record came before it. That something was erased stays told.
pub fn forget(transaction: &Transaction<'_>, names: &[ReceiptId]) -> Result<(), StoreError> {
    let list =
        serde_json::to_string(names).map_err(|error| StoreError::unreadable("receipt", error))?;
    for table in ["webhook_delivery", "webhook_outgoing"] {
        transaction.run(
            &format!(
                "DELETE FROM {table} WHERE receipt IS NOT NULL
                    AND receipt IN (SELECT value FROM json_each(?))"
            ),
            vec![list.as_str().into()],
        )?;
        transaction.run(
            &format!(
                "UPDATE {table} SET body = json_remove(body, '$.data.previous'), previous = NULL
                 WHERE previous IS NOT NULL AND previous IN (SELECT value FROM json_each(?))"
            ),
            vec![list.as_str().into()],
        )?;
    }
    Ok(())
}

/// Keeps the list of an endpoint within its bounds. Where it is, nothing is written.
pub fn prune(
    database: &Database,
    endpoint: EndpointNumber,
    now: Timestamp,
) -> Result<(), ApiError> {
    let waiting = beyond(database, endpoint, "due IS NOT NULL", MOST_WAITING)?;
    let ended = beyond(database, endpoint, "due IS NULL", MOST_ENDED)?;
    let oldest = now.saturating_add_seconds(-ENDED_KEPT);
    let stale = oldest_ended(database)?.is_some_and(|time| time <= oldest);
    if waiting.is_none() && ended.is_none() && !stale {
        return Ok(());
    }
    database.transaction(|transaction| {
        if waiting.is_some() {
            let why = "it gave way to newer ones: too many waited";
            give_up_before(transaction, endpoint, waiting, why, now)?;
        }
        transaction.run(
            "DELETE FROM webhook_delivery WHERE webhook = ? AND due IS NULL AND (time <= ? OR number <= ?)",
            vec![endpoint.into(), millis(oldest), integer(ended.unwrap_or_default())],
        )?;
        Ok(())
    })
}

/// The number of the newest delivery beyond so many of an endpoint that meet a condition.
fn beyond(
    database: &Database,
    endpoint: EndpointNumber,
    condition: &str,
    most: u64,
) -> Result<Option<u64>, StoreError> {
    #[derive(Deserialize)]
    struct Number {
        number: u64,
    }
    let query = format!(
        "SELECT number FROM webhook_delivery WHERE webhook = ? AND {condition}
         ORDER BY number DESC LIMIT 1 OFFSET ?"
    );
    let row: Option<Number> = database.one(&query, vec![endpoint.into(), integer(most)])?;
    Ok(row.map(|row| row.number))
}

/// A time that a query found, if it found one.
#[derive(Deserialize)]
struct Time {
    time: Option<i64>,
}

/// When the oldest delivery happened that has ended.
fn oldest_ended(database: &Database) -> Result<Option<Timestamp>, StoreError> {
    let query = "SELECT min(time) AS time FROM webhook_delivery WHERE due IS NULL";
    let row: Option<Time> = database.one(query, vec![])?;
    row.and_then(|row| row.time).map(instant).transpose()
}

/// When the next attempt is due, or the next delivery has been kept long enough.
pub fn next(database: &Database) -> Result<Option<Timestamp>, StoreError> {
    let query = "SELECT min(max(due, ifnull(rest_until, 0))) AS time
         FROM webhook_delivery JOIN webhook ON webhook.number = webhook_delivery.webhook
         WHERE due IS NOT NULL AND disabled_at IS NULL";
    let row: Option<Time> = database.one(query, vec![])?;
    let due = row.and_then(|row| row.time).map(instant).transpose()?;
    let stale = oldest_ended(database)?.map(|time| time.saturating_add_seconds(ENDED_KEPT));
    Ok([due, stale].into_iter().flatten().min())
}
