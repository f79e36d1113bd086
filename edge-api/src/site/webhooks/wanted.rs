//! Which events the endpoints of a site want: what every object of the site knows of them.

use crate::site::columns::Code as _;
use crate::storage::database::{Database, Transaction, integer};
use crate::storage::error::StoreError;
use consent_core::webhook::WebhookEvent;
use serde::Deserialize;

/// The events, each by its bit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted(u8);

impl Wanted {
    /// These.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a WebhookEvent>) -> Self {
        Self(
            events
                .into_iter()
                .fold(0, |bits, event| bits | event.to_code()),
        )
    }

    /// Those of a column.
    pub fn from_bits(bits: i64) -> Result<Self, StoreError> {
        let unknown = |_| StoreError::unknown_code("events", bits);
        u8::try_from(bits).map(Self).map_err(unknown)
    }

    /// For a column.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// Whether this one is among them.
    pub fn has(self, event: WebhookEvent) -> bool {
        self.0 & event.to_code() != 0
    }
}

/// What an object knows of what is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Known {
    events: i64,
    /// It grows with each change.
    pub revision: u64,
    /// In the first object: the revision that all others know.
    told: u64,
}

impl Known {
    /// What is wanted.
    pub fn wanted(self) -> Result<Wanted, StoreError> {
        Wanted::from_bits(self.events)
    }

    /// Whether the others know it.
    pub const fn is_told(self) -> bool {
        self.told == self.revision
    }
}

/// What this object knows; nothing is wanted where nobody said so.
pub fn read(database: &Database) -> Result<Known, StoreError> {
    let query = "SELECT events, revision, told FROM webhook_wanted";
    Ok(database.one(query, vec![])?.unwrap_or_default())
}

/// Works out anew, in the first object, what is wanted: all that enabled endpoints ask for.
pub fn update(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    #[derive(Deserialize)]
    struct Row {
        events: i64,
    }
    let query = "SELECT events FROM webhook WHERE disabled_at IS NULL";
    let rows: Vec<Row> = transaction.all(query, vec![])?;
    let all = rows.iter().fold(0, |bits, row| bits | row.events);
    transaction.run(
        "INSERT INTO webhook_wanted (one, events, revision, told) VALUES (1, ?, 1, 0)
         ON CONFLICT DO UPDATE SET events = excluded.events, revision = revision + 1
         WHERE events != excluded.events",
        vec![all.into()],
    )?;
    Ok(())
}

/// Takes over what the first object says, unless a later revision is known.
pub fn heed(database: &Database, wanted: Wanted, revision: u64) -> Result<(), StoreError> {
    database.transaction(|transaction| {
        transaction.run(
            "INSERT INTO webhook_wanted (one, events, revision, told) VALUES (1, ?, ?, 0)
             ON CONFLICT DO UPDATE SET events = excluded.events, revision = excluded.revision
             WHERE revision < excluded.revision",
            vec![integer(wanted.bits().into()), integer(revision)],
        )?;
        Ok(())
    })
}

/// Notes that the others know this revision.
pub fn told(database: &Database, revision: u64) -> Result<(), StoreError> {
    database.transaction(|transaction| {
        transaction.run(
            "UPDATE webhook_wanted SET told = ? WHERE told < ?",
            vec![integer(revision), integer(revision)],
        )?;
        Ok(())
    })
}
