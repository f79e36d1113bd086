//! What a site's object does when its alarm comes, without being asked.

use super::state::SiteState;
use crate::clock::now;
use crate::http::error::ApiError;
use crate::site::{anchoring, archive};
use consent_core::calendar::Timestamp;

/// When an alarm that failed is repeated.
const REPEAT_MS: i64 = 30_000;

impl SiteState {
    /// Runs the maintenance that is due. It may run twice, or late: what is done is not done again.
    pub async fn wake_up(&self) -> worker::Result<()> {
        self.alarm_has_come();
        let maintained = self.run_maintenance().await;
        // Last, since it waits for others' servers; and whether or not the rest went well.
        let told = match self.check_schema() {
            Ok(()) => self.run_webhooks().await,
            Err(_) => Ok(None),
        };
        let failed = maintained.is_err() || told.is_err();
        let repeat = failed.then(|| now().as_millis().saturating_add(REPEAT_MS));
        let due = [maintained, told].into_iter().filter_map(|result| {
            let next = result.unwrap_or_else(|error| {
                worker::console_error!("an alarm failed, and will be repeated: {}", error.to_log());
                None
            });
            next.map(Timestamp::as_millis)
        });
        if let Some(next) = due.chain(repeat).min() {
            let wait = next.saturating_sub(now().as_millis());
            if failed {
                self.set_alarm_soon(wait.max(1)).await?;
            } else {
                self.set_alarm_far(wait).await?;
            }
        }
        Ok(())
    }

    /// Erases what has been kept as long as it may be, tells the other objects of a new edition, hands
    /// new checkpoints to the anchor, and copies full tiles to the archive. When there is more to do.
    async fn run_maintenance(&self) -> Result<Option<Timestamp>, ApiError> {
        self.check_schema()?;
        let proofs = match self.proofs() {
            Ok(proofs) => proofs,
            // Nothing was published yet, so nothing was kept.
            Err(ApiError::UnknownSite) => return Ok(None),
            Err(other) => return Err(other),
        };
        let now = now();
        let next = proofs.enforce_retention(now)?;
        // If the others cannot be told now, the rest is still done.
        let followed = self.tell_the_others().await;
        anchoring::submit(&self.env, &proofs.logs).await?;
        followed?;
        let purged = self.purge_when_due(now).await?;
        let next = [next, purged].into_iter().flatten().min();
        if archive::copy(&self.env, &proofs.logs).await? {
            return Ok(Some(now));
        }
        Ok(next)
    }
}
