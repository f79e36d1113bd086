//! The logs of one object: one for each quarter in which something was kept.

use crate::http::error::ApiError;
use crate::log::{Log, LogKeys, Store as _};
use crate::site::store::{LogNumber, SiteStore};
use crate::storage::database::{Database, Transaction, bytes, instant, integer, millis};
use crate::storage::error::StoreError;
use crate::storage::secret_key::SecretKey;
use consent_core::calendar::Timestamp;
use consent_core::log_origin::{Quarter, Shard, SiteLog};
use consent_core::{LogEntry, LogOrigin, NoticeHash, SiteId};
use serde::Deserialize;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

/// All of them, each read when it is first asked for.
pub struct Logs {
    database: Database,
    keys: LogKeys,
    site: SiteId,
    shard: Shard,
    open: RefCell<BTreeMap<LogNumber, Rc<OpenLog>>>,
}

/// One of them.
pub struct OpenLog {
    /// Its number in the object.
    pub number: LogNumber,
    /// When its consents are from.
    pub quarter: Quarter,
    /// The log itself.
    pub log: Log<SiteStore>,
    /// What makes its subject tags; destroyed with its proofs.
    subject_key: Option<SecretKey>,
    /// When all of its consents were erased.
    pub erased_at: Option<Timestamp>,
    /// How many entries the anchor knows of.
    pub anchored: Cell<u64>,
    /// How many full bundles the archive has.
    pub archived: Cell<u64>,
    /// The notices that stand in it.
    pub published: RefCell<HashSet<NoticeHash>>,
}

impl OpenLog {
    /// The place of the first entry that is no earlier than `time`: found by halving, as in a log time
    /// never goes back.
    pub fn first_at(&self, time: Timestamp) -> Result<u64, ApiError> {
        let size = self.log.head()?.size;
        let (mut low, mut high) = (0, size);
        if time == Timestamp::MIN {
            return Ok(0);
        }
        if time == Timestamp::MAX {
            return Ok(size);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if self.time_of(middle)? < time {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// When an entry was appended.
    pub fn time_of(&self, place: u64) -> Result<Timestamp, ApiError> {
        let entries = self.log.store().entries(place, place + 1)?;
        let entry = entries.first().map(|bytes| LogEntry::from_bytes(bytes));
        match entry {
            Some(Ok(entry)) => Ok(entry.time),
            _ => Err(ApiError::Internal(format!(
                "the entry at place {place} cannot be read"
            ))),
        }
    }

    /// What makes its subject tags.
    pub fn subject_key(&self) -> Result<&SecretKey, ApiError> {
        self.subject_key.as_ref().ok_or(ApiError::Erased)
    }

    /// Until when the last of its consents is kept; [`Timestamp::MIN`] where there never was one.
    pub fn keep_until(&self) -> Result<Timestamp, ApiError> {
        self.log.store().keep_until()
    }
}

#[derive(Deserialize)]
struct Row {
    number: LogNumber,
    quarter: Quarter,
    subject_key: String,
    erased_at: Option<i64>,
    anchored: u64,
    archived: u64,
}

#[derive(Deserialize)]
struct Number {
    number: LogNumber,
}

impl Logs {
    /// Those in this database.
    pub fn new(database: Database, keys: LogKeys, site: SiteId, shard: Shard) -> Self {
        Self {
            database,
            keys,
            site,
            shard,
            open: RefCell::default(),
        }
    }

    /// The one to which a consent is added now: this quarter's, or a later one's if the clock went
    /// back. It is made if it is not there.
    pub fn current(&self, now: Timestamp) -> Result<Rc<OpenLog>, ApiError> {
        let newest = self
            .numbers()?
            .pop()
            .map(|number| self.get(number))
            .transpose()?;
        let quarter = Quarter::of(now);
        if let Some(newest) = newest.filter(|newest| newest.quarter >= quarter) {
            return Ok(newest);
        }
        let key = SecretKey::random()?;
        self.database.transaction(|transaction| {
            transaction.run(
                "INSERT INTO log (quarter, subject_key) VALUES (?, ?)",
                vec![quarter.to_string().into(), key.into()],
            )
        })?;
        let number = self.numbers()?.pop();
        self.get(number.ok_or_else(|| ApiError::Internal("a new log is missing".to_owned()))?)
    }

    /// All of them, oldest first.
    pub fn all(&self) -> Result<Vec<Rc<OpenLog>>, ApiError> {
        self.numbers()?
            .into_iter()
            .map(|number| self.get(number))
            .collect()
    }

    /// The one of a quarter.
    pub fn of_quarter(&self, quarter: Quarter) -> Result<Option<Rc<OpenLog>>, ApiError> {
        // The others are not opened: they may lack their keys.
        let row: Option<Number> = self.database.one(
            "SELECT number FROM log WHERE quarter = ?",
            vec![quarter.to_string().into()],
        )?;
        row.map(|row| self.get(row.number)).transpose()
    }

    /// The one of this number.
    pub fn get(&self, number: LogNumber) -> Result<Rc<OpenLog>, ApiError> {
        if let Some(open) = self.open.borrow().get(&number) {
            return Ok(Rc::clone(open));
        }
        let row: Option<Row> = self.database.one(
            "SELECT number, quarter, hex(subject_key) AS subject_key, erased_at, anchored, archived
             FROM log WHERE number = ?",
            vec![i64::from(number.0).into()],
        )?;
        let row = row.ok_or_else(|| ApiError::Internal(format!("there is no log {}", number.0)))?;
        let open = Rc::new(self.open(&row)?);
        self.open.borrow_mut().insert(number, Rc::clone(&open));
        Ok(open)
    }

    fn open(&self, row: &Row) -> Result<OpenLog, ApiError> {
        let origin = self.origin(row.quarter);
        let store = SiteStore::new(self.database.clone(), row.number);
        let head = store.head()?;
        let key = self
            .keys
            .key(&origin, head.as_ref().map(|head| &head.checkpoint))?;
        let published = store.published()?;
        let subject_key = bytes(&row.subject_key)?;
        Ok(OpenLog {
            number: row.number,
            quarter: row.quarter,
            log: Log::new(store, origin, key),
            subject_key: (!subject_key.is_empty()).then(|| SecretKey::new(subject_key)),
            erased_at: row.erased_at.map(instant).transpose()?,
            anchored: Cell::new(row.anchored),
            archived: Cell::new(row.archived),
            published: RefCell::new(published),
        })
    }

    /// The name of the log of a quarter.
    fn origin(&self, quarter: Quarter) -> LogOrigin {
        self.keys.server.log(&SiteLog {
            site: self.site.clone(),
            quarter,
            shard: self.shard,
        })
    }

    /// The shard that they are.
    pub const fn shard(&self) -> Shard {
        self.shard
    }

    /// The server that they are on.
    pub const fn keys(&self) -> &LogKeys {
        &self.keys
    }

    /// Makes everything be read anew.
    pub fn forget(&self) {
        self.open.borrow_mut().clear();
    }

    /// Remembers how many entries the anchor knows of.
    pub fn anchored(&self, log: &OpenLog, size: u64) -> Result<(), ApiError> {
        self.database.transaction(|transaction| {
            transaction.run(
                "UPDATE log SET anchored = ? WHERE number = ?",
                vec![integer(size), i64::from(log.number.0).into()],
            )
        })?;
        log.anchored.set(size);
        Ok(())
    }

    /// Remembers how many full bundles the archive has.
    pub fn archived(&self, log: &OpenLog, bundles: u64) -> Result<(), ApiError> {
        self.database.transaction(|transaction| {
            transaction.run(
                "UPDATE log SET archived = ? WHERE number = ?",
                vec![integer(bundles), i64::from(log.number.0).into()],
            )
        })?;
        log.archived.set(bundles);
        Ok(())
    }

    /// Destroys what made the subject tags of a log, all of whose consents are erased.
    pub fn destroy_key(
        &self,
        transaction: &Transaction<'_>,
        log: LogNumber,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        transaction.run(
            "UPDATE log SET subject_key = NULL, erased_at = ? WHERE number = ?",
            vec![millis(now), i64::from(log.0).into()],
        )?;
        self.forget();
        Ok(())
    }

    /// Gives a log a new key for its subject tags, after all its consents were erased: what comes is of nobody who was there before.
    pub fn renew_key(
        &self,
        transaction: &Transaction<'_>,
        log: LogNumber,
    ) -> Result<(), StoreError> {
        transaction.run(
            "UPDATE log SET subject_key = ?, keep_until = 0 WHERE number = ?",
            vec![SecretKey::random()?.into(), i64::from(log.0).into()],
        )?;
        self.forget();
        Ok(())
    }

    fn numbers(&self) -> Result<Vec<LogNumber>, ApiError> {
        let rows: Vec<Number> = self
            .database
            .all("SELECT number FROM log ORDER BY quarter", vec![])?;
        Ok(rows.into_iter().map(|row| row.number).collect())
    }
}
