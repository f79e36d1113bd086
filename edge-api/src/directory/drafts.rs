//! Drafts in the directory's database: what was rendered from a configuration that is not published, for its owner to look at.

use super::protocol::Registration;
use super::store::DirectoryStore;
use crate::storage::database::{Transaction, integer, millis};
use crate::storage::error::StoreError;
use consent_core::calendar::Timestamp;
use serde::Deserialize;

/// Drafts that are kept of one site: the newest.
const MOST_OF_A_SITE: u64 = 5;

/// For how long a draft is kept, in days.
const KEPT: i64 = 7;

impl DirectoryStore {
    /// Keeps what was rendered for a draft, and forgets the drafts that are too old or too many. The same draft again is not
    /// another one.
    pub fn keep_draft(&self, draft: &Registration, now: Timestamp) -> Result<(), StoreError> {
        #[derive(Deserialize)]
        struct Number {
            number: u64,
        }
        let (site, notice) = (draft.site.as_str(), draft.hash.to_string());
        self.database().transaction(|transaction| {
            transaction.run(
                "INSERT INTO draft (site, notice, made_at) VALUES (?, ?, ?)
                 ON CONFLICT (site, notice) DO UPDATE SET made_at = excluded.made_at",
                vec![site.into(), notice.as_str().into(), millis(now)],
            )?;
            let query = "SELECT number FROM draft WHERE site = ? AND notice = ?";
            let row: Option<Number> =
                transaction.one(query, vec![site.into(), notice.as_str().into()])?;
            let number = row.map_or(0, |row| row.number);
            for part in &draft.parts {
                transaction.run(
                    "INSERT OR REPLACE INTO draft_part (hash, language, name, draft, body) VALUES (?, ?, ?, ?, ?)",
                    vec![
                        part.hash.to_string().into(),
                        part.language.as_str().into(),
                        part.part.as_str().into(),
                        integer(number),
                        part.body.as_str().into(),
                    ],
                )?;
            }
            forget(transaction, site, now)
        })
    }
}

/// Forgets the drafts that are too old, and those of a site that are too many.
fn forget(transaction: &Transaction<'_>, site: &str, now: Timestamp) -> Result<(), StoreError> {
    let kept_from = now.as_millis() - KEPT * 86_400_000;
    transaction.run(
        "DELETE FROM draft WHERE made_at < ?",
        vec![kept_from.into()],
    )?;
    transaction.run(
        "DELETE FROM draft WHERE site = ?1 AND number NOT IN
            (SELECT number FROM draft WHERE site = ?1 ORDER BY made_at DESC, number DESC LIMIT ?2)",
        vec![site.into(), integer(MOST_OF_A_SITE)],
    )?;
    transaction.run(
        "DELETE FROM draft_part WHERE draft NOT IN (SELECT number FROM draft)",
        vec![],
    )?;
    Ok(())
}
