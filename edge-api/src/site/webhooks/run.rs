//! What the object's alarm does for webhooks: the first object sends, the others hand to the first what happened in them.

use super::deliveries::{self, After, EndpointNumber};
use super::events::Told;
use super::send::{self, Message};
use super::wanted::{self, Wanted};
use super::{endpoints, schedule};
use crate::clock::now;
use crate::http::error::ApiError;
use crate::site::client;
use crate::site::proofs::Proofs;
use crate::site::state::SiteState;
use crate::storage::secret_key::random_bytes;
use consent_core::calendar::Timestamp;
use consent_core::log_origin::Shard;
use futures_util::future::join_all;

/// What one alarm sends to an endpoint at most; another alarm comes for the rest.
const AT_ONCE: usize = 20;

/// For how long one alarm sends to an endpoint, in milliseconds, before others' turns: what else the alarm does comes
/// again after that, and after the time limit of an attempt at most.
const AT_ONCE_MS: i64 = 5_000;

impl SiteState {
    /// Sends what is due, and says when the next is.
    pub async fn run_webhooks(&self) -> Result<Option<Timestamp>, ApiError> {
        let proofs = match self.proofs() {
            Ok(proofs) => proofs,
            // Nothing was published yet, so nothing is told.
            Err(ApiError::UnknownSite) => return Ok(None),
            Err(other) => return Err(other),
        };
        if !proofs.outbox.is_first() {
            return self.hand_to_first(&proofs).await;
        }
        let told = self.tell_what_is_wanted(&proofs).await;
        let numbers: Vec<_> = endpoints::all(self.database())?
            .into_iter()
            .map(|endpoint| endpoint.number)
            .collect();
        if !numbers.is_empty() {
            endpoints::forget_secrets(self.database(), now())?;
            let sent = join_all(numbers.iter().map(|number| self.send_due(&proofs, *number)));
            sent.await.into_iter().collect::<Result<(), _>>()?;
        }
        told?;
        let next = deliveries::next(self.database())?;
        let secret = endpoints::next_secret_end(self.database())?;
        Ok([next, secret].into_iter().flatten().min())
    }

    /// Takes over which events are wanted, in an object that is not the first.
    pub fn heed_webhooks(&self, wanted: u8, revision: u64) -> Result<(), ApiError> {
        let heeded = wanted::heed(self.database(), Wanted::from_bits(wanted.into())?, revision);
        match self.proofs() {
            Ok(proofs) => proofs.outbox.forget(),
            // It reads it when it is first asked something.
            Err(ApiError::UnknownSite) => {}
            Err(other) => return Err(other),
        }
        Ok(heeded?)
    }

    /// Queues what happened in another object. What names a record that was erased meanwhile is not told.
    pub async fn tell_webhooks(&self, told: Vec<Told>) -> Result<(), ApiError> {
        let proofs = self.proofs()?;
        self.ensure_alarm().await?;
        let now = now();
        let told = proofs.still_true(told)?;
        self.database().transaction(|transaction| {
            for one in &told {
                proofs
                    .outbox
                    .put(transaction, one.event, now, || Ok(one.clone()))?;
            }
            Ok(())
        })
    }

    /// Has the others know which events are wanted, if they do not yet. A site with one object has no others.
    pub async fn tell_what_is_wanted(&self, proofs: &Proofs) -> Result<(), ApiError> {
        let known = wanted::read(self.database())?;
        if known.is_told() {
            return Ok(());
        }
        let site = &self.edition()?.site;
        for shard in proofs.shards().iter().skip(1) {
            client::heed(
                &self.env,
                site,
                shard,
                known.wanted()?.bits(),
                known.revision,
            )
            .await?;
        }
        // Where it has changed meanwhile, they are told once more.
        Ok(wanted::told(self.database(), known.revision)?)
    }

    /// Hands the first object what happened in this one. It is forgotten here once it is kept there.
    async fn hand_to_first(&self, proofs: &Proofs) -> Result<Option<Timestamp>, ApiError> {
        proofs.outbox.prune()?;
        let site = &self.edition()?.site;
        while let Some((last, told)) = proofs.outbox.outgoing()? {
            client::tell(&self.env, site, Shard::FIRST, told.clone()).await?;
            proofs.outbox.taken(last, &told)?;
        }
        Ok(None)
    }

    /// Sends an endpoint what is due, one after the other, to the first failure: a slow endpoint costs an alarm one time
    /// limit, however much waits for it.
    async fn send_due(&self, proofs: &Proofs, number: EndpointNumber) -> Result<(), ApiError> {
        let database = self.database();
        let start = now();
        deliveries::prune(database, number, start)?;
        for _ in 0..AT_ONCE {
            let now = now();
            if now.as_millis().saturating_sub(start.as_millis()) > AT_ONCE_MS {
                break;
            }
            // It may have been changed, disabled or removed since.
            let Some(endpoint) = endpoints::ready(database, number, now)? else {
                break;
            };
            let Some(due) = deliveries::next_due(database, number, now)? else {
                break;
            };
            let message = Message {
                url: &endpoint.webhook.url,
                id: &due.message,
                body: &due.body,
                secrets: &endpoint.secrets(now),
            };
            let outcome = send::send(&self.env, &message).await?;
            let now = crate::clock::now();
            let delivered = outcome.is_delivered();
            let after = if delivered {
                After::Delivered
            } else {
                let [random] = random_bytes()?;
                let next = schedule::next_attempt(now, due.failures(), random);
                next.map_or(After::GivenUp, After::Again)
            };
            let noted: Result<(), ApiError> = database.transaction(|transaction| {
                deliveries::settle(transaction, &due, outcome.attempt, after)?;
                if delivered {
                    return Ok(endpoints::went_well(transaction, number)?);
                }
                // What is known of it now: it may have changed since it was asked.
                let endpoint = endpoints::ready(transaction, number, now)?;
                endpoint.map_or(Ok(()), |endpoint| {
                    endpoints::went_wrong(transaction, &endpoint, outcome.is_gone, now)
                })
            });
            proofs.outbox.forget();
            noted?;
            if !delivered {
                break;
            }
        }
        Ok(())
    }
}
