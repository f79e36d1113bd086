//! The notices of a site that a record can answer.

use crate::http::error::ApiError;
use crate::storage::database::{Database, Transaction, instant, millis};
use consent_core::NoticeHash;
use consent_core::calendar::Timestamp;
use consent_core::entry::NoticePrefix;
use consent_core::notice::NoticeTerms;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// A notice by the number that its row has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeNumber(u32);

/// A notice that was published for the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownNotice {
    /// Its number.
    pub number: NoticeNumber,
    /// Its hash.
    pub hash: NoticeHash,
    /// What its records need.
    pub terms: NoticeTerms,
}

/// The terms of every notice that was published for a site, read once each.
pub struct Terms {
    database: Database,
    known: RefCell<HashMap<NoticePrefix, Rc<KnownNotice>>>,
}

#[derive(Deserialize)]
struct Row {
    number: NoticeNumber,
    hash: NoticeHash,
    terms: String,
}

#[derive(Deserialize)]
struct Published {
    published_at: i64,
}

impl Terms {
    /// Those in this database.
    pub fn new(database: Database) -> Self {
        Self {
            database,
            known: RefCell::default(),
        }
    }

    /// Those of a notice.
    pub fn of_notice(&self, notice: NoticeHash) -> Result<Rc<KnownNotice>, ApiError> {
        let found = self.of(notice.into())?;
        (found.hash == notice)
            .then_some(found)
            .ok_or(ApiError::UnknownNotice)
    }

    /// Those of the notice whose hash begins so.
    pub fn of(&self, prefix: NoticePrefix) -> Result<Rc<KnownNotice>, ApiError> {
        if let Some(known) = self.known.borrow().get(&prefix) {
            return Ok(known.clone());
        }
        let begins = hex::encode(prefix.0);
        let row: Option<Row> = self.database.one(
            "SELECT number, hash, terms FROM notice WHERE hash >= ? AND hash < ?",
            // `g` comes after every hexadecimal digit.
            vec![begins.as_str().into(), format!("{begins}g").into()],
        )?;
        let Row {
            number,
            hash,
            terms,
        } = row.ok_or(ApiError::UnknownNotice)?;
        let found = Rc::new(KnownNotice {
            number,
            hash,
            terms: serde_json::from_str(&terms)?,
        });
        self.known.borrow_mut().insert(prefix, Rc::clone(&found));
        Ok(found)
    }

    /// Keeps those of a notice. Keeping them again changes nothing.
    pub fn keep(
        transaction: &Transaction<'_>,
        notice: NoticeHash,
        terms: &NoticeTerms,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        transaction.run(
            "INSERT INTO notice (hash, terms, published_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            vec![
                notice.to_string().into(),
                serde_json::to_string(terms)?.into(),
                millis(now),
            ],
        )?;
        Ok(())
    }

    /// When a notice was first published; nothing if it was not.
    pub fn published_at(&self, notice: NoticeHash) -> Result<Option<Timestamp>, ApiError> {
        let row: Option<Published> = self.database.one(
            "SELECT published_at FROM notice WHERE hash = ?",
            vec![notice.to_string().into()],
        )?;
        Ok(row.map(|row| instant(row.published_at)).transpose()?)
    }
}
