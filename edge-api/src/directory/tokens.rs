//! The tokens that were made, in the directory's database: their SHA-256, and what each allows.

use super::store::DirectoryStore;
use crate::storage::database::{Database, instant, integer, millis};
use crate::storage::error::StoreError;
use consent_core::api::TokenSummary;
use consent_core::calendar::Timestamp;
use consent_core::{GrantId, Sha256Digest, SiteId};
use serde::Deserialize;
use worker::SqlStorageValue;

/// The most tokens of one site, or of every site, that open something at once.
const MOST_LIVE: u64 = 200;

/// For how long a token is listed that opens nothing any more, in days.
const LISTED_AFTER: i64 = 400;

#[derive(Deserialize)]
struct Row {
    number: u64,
    token: String,
    revoked_at: Option<i64>,
}

impl Row {
    fn read(&self) -> Result<TokenSummary, StoreError> {
        let token: TokenSummary = serde_json::from_str(&self.token)
            .map_err(|error| StoreError::unreadable("token", error))?;
        Ok(TokenSummary {
            revoked_at: self.revoked_at.map(instant).transpose()?,
            ..token
        })
    }
}

/// Whether a token opens a site: a condition on the column `token`, whose one value is the site.
const OPENS: &str = "(token ->> '$.sites' IS NULL
    OR EXISTS (SELECT 1 FROM json_each(token, '$.sites') AS site WHERE site.value = ?))";

impl DirectoryStore {
    /// The token with this SHA-256, whether or not it opens something still.
    pub fn token(&self, sha256: Sha256Digest) -> Result<Option<TokenSummary>, StoreError> {
        let query = "SELECT number, token, revoked_at FROM token WHERE sha256 = ?";
        one(self.database(), query, sha256.to_string().into())
    }

    /// The token that is called so.
    pub fn token_named(&self, id: &GrantId) -> Result<Option<TokenSummary>, StoreError> {
        let query = "SELECT number, token, revoked_at FROM token WHERE id = ?";
        one(self.database(), query, id.as_str().into())
    }

    /// The tokens with their numbers, newest first: those for a site or all, with a number below `before`.
    pub fn tokens(
        &self,
        site: Option<&SiteId>,
        before: Option<u64>,
        limit: u16,
    ) -> Result<Vec<(u64, TokenSummary)>, StoreError> {
        let mut values = vec![integer(before.unwrap_or(u64::MAX))];
        let mut only = String::new();
        if let Some(site) = site {
            only = format!("AND {OPENS}");
            values.push(site.as_str().into());
        }
        values.push(integer(limit.into()));
        let query = format!(
            "SELECT number, token, revoked_at FROM token WHERE number < ? {only} ORDER BY number DESC LIMIT ?"
        );
        let rows: Vec<Row> = self.database().all(&query, values)?;
        rows.iter()
            .map(|row| Ok((row.number, row.read()?)))
            .collect()
    }

    /// Keeps a new token, unless there are too many: whether it was kept. Keeping it again changes nothing.
    pub fn keep_token(
        &self,
        sha256: Sha256Digest,
        token: &TokenSummary,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let text =
            serde_json::to_string(token).map_err(|error| StoreError::unreadable("token", error))?;
        self.database().transaction(|transaction| {
            let listed_from = now.as_millis() - LISTED_AFTER * 86_400_000;
            transaction.run(
                "DELETE FROM token WHERE ifnull(revoked_at, expires_at) < ?",
                vec![listed_from.into()],
            )?;
            let sites: Vec<_> = match &token.grant.sites {
                Some(sites) => sites.iter().map(Some).collect(),
                None => vec![None],
            };
            for site in sites {
                if live(transaction, site, now)? >= MOST_LIVE {
                    return Ok(false);
                }
            }
            let expires_at = token.grant.expires_at.map(millis);
            transaction.run(
                "INSERT INTO token (sha256, id, token, expires_at) VALUES (?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
                vec![
                    sha256.to_string().into(),
                    token.grant.id.as_str().into(),
                    text.into(),
                    expires_at.unwrap_or(SqlStorageValue::Null),
                ],
            )?;
            Ok(true)
        })
    }

    /// Revokes a token; one that was revoked before stays revoked since then.
    pub fn revoke_token(&self, id: &GrantId, now: Timestamp) -> Result<(), StoreError> {
        self.database().transaction(|transaction| {
            transaction.run(
                "UPDATE token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                vec![millis(now), id.as_str().into()],
            )?;
            Ok(())
        })
    }
}

/// How many tokens that name a site open something; without one, how many that are for all.
fn live(database: &Database, site: Option<&SiteId>, now: Timestamp) -> Result<u64, StoreError> {
    #[derive(Deserialize)]
    struct Count {
        count: u64,
    }
    let query = "SELECT count(*) AS count FROM token
        WHERE revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?1) AND CASE WHEN ?2 IS NULL
            THEN token ->> '$.sites' IS NULL
            ELSE EXISTS (SELECT 1 FROM json_each(token, '$.sites') AS site WHERE site.value = ?2) END";
    let site = site.map_or(SqlStorageValue::Null, |site| site.as_str().into());
    let row: Option<Count> = database.one(query, vec![millis(now), site])?;
    Ok(row.map_or(0, |row| row.count))
}

fn one(
    database: &Database,
    query: &str,
    value: SqlStorageValue,
) -> Result<Option<TokenSummary>, StoreError> {
    let row: Option<Row> = database.one(query, vec![value])?;
    row.as_ref().map(Row::read).transpose()
}
