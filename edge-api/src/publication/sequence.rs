//! The order in which a publication goes through the server's objects, and what a failure leaves in
//! force. Up to the first shard's commit nothing is in force; from then on everything is, and what
//! does not know it yet is told until it does (`site::publishing`).

use crate::directory::protocol::Registration;
use crate::edition::Edition;
use crate::http::error::{AfterFailure, ApiError};
use crate::site::protocol::{EnforcedHosts, PublishedBy};
use crate::site::publishing::digest;
use consent_core::api::Publication;
use consent_core::{Sha256Digest, SiteId};

/// The objects that a publication goes through. Each may be asked again.
pub trait Parties {
    /// Has the directory keep what is published, unless the site may not have it.
    async fn register(&self, registration: Registration) -> Result<(), ApiError>;

    /// Has the edition's shard, not the first, let reports answer its notice.
    async fn admit(&self, edition: Edition) -> Result<(), ApiError>;

    /// Has the first shard put the edition in force.
    async fn put_in_force(
        &self,
        edition: &Edition,
        hosts: EnforcedHosts,
        by: PublishedBy,
    ) -> Result<Publication, ApiError>;

    /// The digest of the edition that the first shard has in force, if there is one.
    async fn in_force(&self, site: &SiteId) -> Result<Option<Sha256Digest>, ApiError>;
}

/// Publishes an edition.
///
/// # Errors
///
/// What the owner can mend, as it is; anything else as [`ApiError::PublicationFailed`], which says
/// what is in force.
pub async fn publish(
    parties: &impl Parties,
    registration: Registration,
    edition: &Edition,
    hosts: EnforcedHosts,
    by: PublishedBy,
) -> Result<Publication, ApiError> {
    let failed = |error: ApiError| failure(error, AfterFailure::Before);
    // What is kept under its hash first: an address that a receipt names must answer.
    parties.register(registration).await.map_err(failed)?;
    // The first shard last: its loader shows the notice, which the others must know by then.
    for shard in edition.shards.iter().skip(1) {
        let edition = edition.for_proofs(shard);
        parties.admit(edition).await.map_err(failed)?;
    }
    match parties.put_in_force(edition, hosts, by).await {
        Ok(publication) => Ok(publication),
        // It may have been written all the same.
        Err(error) => {
            let known = parties.in_force(&edition.site).await;
            let after = match known {
                Ok(known) if known == Some(digest(edition)?) => AfterFailure::New,
                Ok(_) => AfterFailure::Before,
                Err(_) => AfterFailure::Unknown,
            };
            Err(failure(error, after))
        }
    }
}

fn failure(error: ApiError, after: AfterFailure) -> ApiError {
    match error {
        ApiError::Internal(cause) => ApiError::PublicationFailed { after, cause },
        other => other,
    }
}
