//! Where an object puts what is to be told, in the transaction of what it tells.

use super::deliveries::{self, name};
use super::events::Told;
use super::wanted::{self, Wanted};
use crate::http::error::ApiError;
use crate::site::columns::{Code as _, code};
use crate::storage::database::{Database, Transaction, instant, integer, millis};
use crate::storage::error::StoreError;
use consent_core::ReceiptId;
use consent_core::calendar::Timestamp;
use consent_core::log_origin::Shard;
use consent_core::webhook::{MessageId, WebhookEvent};
use serde::Deserialize;
use std::cell::Cell;

/// The most that an object other than the first keeps until the first takes it. Beyond that the oldest are lost: the first
/// has not answered for so many withdrawals.
const MOST_OUTGOING: u64 = 10_000;

/// What an object hands to the first at once.
const AT_ONCE: u64 = 100;

/// The outbox of one object.
pub struct Outbox {
    database: Database,
    shard: Shard,
    /// What is wanted, once it was read: where nothing is, nothing more is ever asked of the database.
    wanted: Cell<Option<Wanted>>,
}

/// A row that waits for the first object to take it.
#[derive(Deserialize)]
struct Row {
    number: u64,
    message: MessageId,
    event: i64,
    time: i64,
    body: String,
    receipt: Option<ReceiptId>,
    previous: Option<ReceiptId>,
}

#[derive(Deserialize)]
struct Number {
    number: u64,
}

impl Row {
    fn read(self) -> Result<Told, StoreError> {
        Ok(Told {
            id: self.message,
            event: WebhookEvent::from_code(self.event)?,
            time: instant(self.time)?,
            body: self.body,
            receipt: self.receipt,
            previous: self.previous,
        })
    }
}

impl Outbox {
    /// That of an object.
    pub const fn new(database: Database, shard: Shard) -> Self {
        Self {
            database,
            shard,
            wanted: Cell::new(None),
        }
    }

    /// Whether some endpoint of the site wants this event.
    pub fn wants(&self, event: WebhookEvent) -> Result<bool, StoreError> {
        if let Some(wanted) = self.wanted.get() {
            return Ok(wanted.has(event));
        }
        let wanted = wanted::read(&self.database)?.wanted()?;
        self.wanted.set(Some(wanted));
        Ok(wanted.has(event))
    }

    /// Reads anew what is wanted, when somebody asks next.
    pub fn forget(&self) {
        self.wanted.set(None);
    }

    /// Whether this is the object that sends.
    pub fn is_first(&self) -> bool {
        self.shard == Shard::FIRST
    }

    /// Puts an event into the outbox, if some endpoint wants it.
    pub fn put(
        &self,
        transaction: &Transaction<'_>,
        event: WebhookEvent,
        now: Timestamp,
        told: impl FnOnce() -> Result<Told, ApiError>,
    ) -> Result<(), ApiError> {
        if self.wants(event)? {
            self.put_told(transaction, &told()?, now)?;
        }
        Ok(())
    }

    /// Puts what was found to be wanted into the outbox.
    pub fn put_told(
        &self,
        transaction: &Transaction<'_>,
        told: &Told,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        if self.is_first() {
            return Ok(deliveries::queue(transaction, told, now)?);
        }
        transaction.run(
            "INSERT INTO webhook_outgoing (message, event, time, body, receipt, previous)
             VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (message) DO NOTHING",
            vec![
                told.id.as_str().into(),
                code(told.event),
                millis(told.time),
                told.body.as_str().into(),
                name(told.receipt.as_ref()),
                name(told.previous.as_ref()),
            ],
        )?;
        Ok(())
    }

    /// What the first object is yet to take, the oldest first, and the number of the last.
    pub fn outgoing(&self) -> Result<Option<(u64, Vec<Told>)>, ApiError> {
        let query = "SELECT number, message, event, time, body, receipt, previous
             FROM webhook_outgoing ORDER BY number LIMIT ?";
        let rows: Vec<Row> = self.database.all(query, vec![integer(AT_ONCE)])?;
        let Some(last) = rows.last().map(|row| row.number) else {
            return Ok(None);
        };
        let told = rows.into_iter().map(Row::read);
        Ok(Some((last, told.collect::<Result<_, _>>()?)))
    }

    /// Notes that the first object has taken what has a number up to this one.
    pub fn taken(&self, last: u64, told: &[Told]) -> Result<(), ApiError> {
        let ids: Vec<_> = told.iter().map(|told| told.id.as_str()).collect();
        let ids = serde_json::to_string(&ids)?;
        self.database.transaction(|transaction| {
            transaction.run(
                "DELETE FROM webhook_outgoing WHERE number <= ? AND message IN (SELECT value FROM json_each(?))",
                vec![integer(last), ids.into()],
            )?;
            Ok(())
        })
    }

    /// Keeps what waits for the first object within its bound.
    pub fn prune(&self) -> Result<(), ApiError> {
        let query = "SELECT number FROM webhook_outgoing ORDER BY number DESC LIMIT 1 OFFSET ?";
        let surplus: Option<Number> = self.database.one(query, vec![integer(MOST_OUTGOING)])?;
        let Some(Number { number }) = surplus else {
            return Ok(());
        };
        worker::console_error!("the site's first object takes no events: the oldest are lost");
        self.database.transaction(|transaction| {
            transaction.run(
                "DELETE FROM webhook_outgoing WHERE number <= ?",
                vec![integer(number)],
            )?;
            Ok(())
        })
    }
}
