//! An owner leaves the server. From then on the site's loader is not served, and no report is kept; whoever may read its records
//! still can, and its visitors still have their receipts. Thirty days later everything that belongs to the site is erased: the
//! entries of its logs stay, without what they commit to, and say why. Publishing again before then undoes it.

use super::state::SiteState;
use crate::clock::now;
use crate::directory;
use crate::edition::{Edition, Left};
use crate::http::error::ApiError;
use crate::site::client;
use crate::site::proofs::Proofs;
use crate::site::protocol::{EnforcedHosts, SiteDeparture};
use crate::site::security_events;
use crate::storage::database::{Database, Transaction};
use consent_core::GrantId;
use consent_core::api::security_event::SecurityEventKind;
use consent_core::calendar::Timestamp;
use consent_core::entry::ErasureReason;
use consent_core::log_origin::Shard;
use serde::Deserialize;

/// How long after a departure everything is erased, in days.
pub const PURGE_AFTER_DAYS: u16 = 30;

impl SiteState {
    /// Whether the owner has left, and what confirms that they want to: the first shard.
    pub fn departure(&self) -> Result<SiteDeparture, ApiError> {
        let left = self.edition()?.left;
        if left.is_some_and(|left| left.purged) {
            return Err(ApiError::UnknownSite);
        }
        Ok(SiteDeparture {
            confirm: self.editions.digest()?.abbreviated(),
            left,
        })
    }

    /// Has the owner leave, if that is what they confirm: the first shard.
    pub async fn leave(
        &self,
        grants: Vec<GrantId>,
        confirm: &str,
    ) -> Result<SiteDeparture, ApiError> {
        let known = self.departure()?;
        if known.left.is_some() || known.confirm != confirm {
            return Ok(known);
        }
        self.ensure_alarm().await?;
        let done = leave(self.database(), grants, now());
        self.forget_edition();
        done?;
        if let Err(error) = self.tell_the_others().await {
            worker::console_error!(
                "not all know yet that the owner has left, and will be told: {}",
                error.to_log()
            );
        }
        self.departure()
    }

    /// Erases everything that belongs to the site, if it is time, in all of its objects and the directory: the first shard. When it
    /// will be time.
    pub(super) async fn purge_when_due(
        &self,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, ApiError> {
        let edition = self.edition()?;
        let Some(left) = edition.left.filter(|left| !left.purged) else {
            return Ok(None);
        };
        if edition.shard != Shard::FIRST {
            return Ok(None);
        }
        if left.purge_at > now {
            return Ok(Some(left.purge_at));
        }
        for shard in edition.shards.iter().skip(1) {
            client::purge(&self.env, &edition.site, shard).await?;
        }
        directory::client::forget_site(&self.env, &edition.site).await?;
        self.purge(now)?;
        Ok(None)
    }

    /// Erases what this object has, if its owner has left and it is time.
    pub fn purge(&self, now: Timestamp) -> Result<(), ApiError> {
        let done = purge(self.database(), &*self.proofs()?, now);
        self.forget_edition();
        done
    }
}

/// The edition in an object's database.
fn edition(transaction: &Transaction<'_>) -> Result<Edition, ApiError> {
    #[derive(Deserialize)]
    struct Row {
        edition: String,
    }
    let row: Option<Row> = transaction.one("SELECT edition FROM edition", vec![])?;
    Ok(serde_json::from_str(
        &row.ok_or(ApiError::UnknownSite)?.edition,
    )?)
}

/// Notes that the owner has left, and that the others are to be told. Leaving again changes nothing.
pub fn leave(database: &Database, grants: Vec<GrantId>, at: Timestamp) -> Result<(), ApiError> {
    database.transaction(|transaction| {
        let mut edition = edition(transaction)?;
        if edition.left.is_some() {
            return Ok(());
        }
        let purge_at = at.saturating_add_seconds(i64::from(PURGE_AFTER_DAYS) * 86_400);
        edition.left = Some(Left {
            at,
            purge_at,
            purged: false,
        });
        // Nobody passes pages through here who leaves.
        let following = serde_json::to_string(&EnforcedHosts::default())?;
        transaction.run(
            "UPDATE edition SET edition = ?, revision = revision + 1, following = ?",
            vec![serde_json::to_string(&edition)?.into(), following.into()],
        )?;
        security_events::left(
            transaction,
            &SecurityEventKind::Left { grants, purge_at },
            at,
        )
    })
}

/// Erases everything but the entries of the logs, and what serving those needs. Doing so again changes nothing.
pub fn purge(database: &Database, proofs: &Proofs, now: Timestamp) -> Result<(), ApiError> {
    let purged = database.transaction(|transaction| {
        let edition = edition(transaction)?;
        // It may have been published again while the others were told.
        let Some(left) = edition
            .left
            .filter(|left| !left.purged && left.purge_at <= now)
        else {
            return Ok(());
        };
        proofs.erase_everything(transaction, ErasureReason::Departure, now)?;
        let own = [
            "tally",
            "loaders_by_law",
            "publication",
            "configuration",
            "security_event",
            "register_case",
            "register_entry",
        ];
        let webhooks = [
            "webhook",
            "webhook_delivery",
            "webhook_outgoing",
            "webhook_wanted",
        ];
        for table in own.into_iter().chain(webhooks) {
            transaction.run(&format!("DELETE FROM {table}"), vec![])?;
        }
        transaction.run(
            "UPDATE edition SET edition = ?",
            vec![serde_json::to_string(&edition.purged(left))?.into()],
        )?;
        Ok(())
    });
    // What is in memory may be ahead of what is written.
    proofs.logs.forget();
    proofs.outbox.forget();
    purged
}
