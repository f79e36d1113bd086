//! What a site's object does when its alarm comes, without being asked.

use super::state::SiteState;
use crate::clock::now;
use crate::http::error::ApiError;
use crate::site::{anchoring, archive};

/// When an alarm that failed is repeated.
const REPEAT_MS: i64 = 30_000;

impl SiteState {
    /// Runs the maintenance that is due. It may run twice, or late: what is done is not done again.
    pub async fn wake_up(&self) -> worker::Result<()> {
        self.alarm_has_come();
        if let Err(error) = self.run_maintenance().await {
            worker::console_error!("an alarm failed, and will be repeated: {}", error.to_log());
            self.set_alarm_soon(REPEAT_MS).await?;
        }
        Ok(())
    }

    /// Erases what has been kept as long as it may be, tells the other objects of a new edition, hands
    /// new checkpoints to the anchor, and copies full tiles to the archive.
    async fn run_maintenance(&self) -> Result<(), ApiError> {
        self.check_schema()?;
        let proofs = match self.proofs() {
            Ok(proofs) => proofs,
            // Nothing was published yet, so nothing was kept.
            Err(ApiError::UnknownSite) => return Ok(()),
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
            return Ok(self.set_alarm_soon(1).await?);
        }
        if let Some(next) = next {
            let wait = next.as_millis().saturating_sub(now.as_millis());
            self.set_alarm_far(wait).await?;
        }
        Ok(())
    }
}
