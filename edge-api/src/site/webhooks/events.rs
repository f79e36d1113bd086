//! What is told of each event: the body of a delivery. `docs/webhooks.md` has an example of each.
//!
//! Nothing in a body is personal: a receipt's id names a record to whoever has it already, and says nothing of anyone.

use crate::http::error::ApiError;
use crate::storage::error::StoreError;
use crate::storage::secret_key::random_bytes;
use consent_core::calendar::Timestamp;
use consent_core::entry::ErasureReason;
use consent_core::notice::NoticeTerms;
use consent_core::webhook::{ForkReport, MessageId, WebhookEvent};
use consent_core::{
    Consent, ConsentRecord, ConsentStatus, EvidenceHash, LogOrigin, NoticeHash, Purpose, ReceiptId,
    ServiceId, Sha256Digest, SiteId,
};
use serde::{Deserialize, Serialize};

/// A day, in milliseconds.
const DAY_MS: i64 = 86_400_000;

/// What is told of one event, to every endpoint that asks for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    /// Its id, the same for every endpoint and attempt.
    pub id: MessageId,
    /// What kind of event it is.
    pub event: WebhookEvent,
    /// When it happened; of an erasure, the day.
    pub time: Timestamp,
    /// The body, in JSON.
    pub body: String,
    /// The receipt of a withdrawal, by which the body is found when the record is erased.
    pub receipt: Option<ReceiptId>,
    /// The receipt of the record before it, if the body names it.
    pub previous: Option<ReceiptId>,
}

/// A body as it is sent (Standard Webhooks 1.0.0, "Payload structure").
#[derive(Serialize)]
struct Body<T> {
    #[serde(rename = "type")]
    event: WebhookEvent,
    timestamp: Timestamp,
    data: T,
}

/// What a publication says.
#[derive(Serialize)]
struct Published<'a> {
    site: &'a SiteId,
    notice: NoticeHash,
    edition: Sha256Digest,
    material: bool,
    material_changes: &'a [String],
}

#[derive(Serialize)]
struct Withdrawn<'a> {
    site: &'a SiteId,
    receipt: &'a ReceiptId,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous: Option<&'a ReceiptId>,
    purposes: Vec<Purpose>,
    services: Vec<&'a ServiceId>,
}

#[derive(Serialize)]
struct Erased<'a> {
    site: &'a SiteId,
    reason: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<&'a ReceiptId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log: Option<&'a LogOrigin>,
}

/// A file that was entered as evidence.
#[derive(Serialize)]
pub struct Entered<'a> {
    /// Its hash.
    pub sha256: EvidenceHash,
    /// The notice in force.
    pub notice: NoticeHash,
    /// The log that it is in.
    pub log: &'a LogOrigin,
    /// Its index there.
    pub index: u64,
}

#[derive(Serialize)]
struct Scanned<'a> {
    site: &'a SiteId,
    #[serde(flatten)]
    entered: &'a Entered<'a>,
}

#[derive(Serialize)]
struct Forked<'a> {
    site: &'a SiteId,
    log: &'a LogOrigin,
    finding: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<Sha256Digest>,
}

#[derive(Serialize)]
struct Pinged<'a> {
    site: &'a SiteId,
}

impl Told {
    fn new(
        id: MessageId,
        event: WebhookEvent,
        time: Timestamp,
        data: impl Serialize,
    ) -> Result<Self, ApiError> {
        let body = Body {
            event,
            timestamp: time,
            data,
        };
        Ok(Self {
            id,
            event,
            time,
            body: serde_json::to_string(&body)?,
            receipt: None,
            previous: None,
        })
    }

    /// That a configuration is in force which was not.
    pub fn published(
        site: &SiteId,
        notice: NoticeHash,
        edition: Sha256Digest,
        material_changes: &[String],
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let published = Published {
            site,
            notice,
            edition,
            material: !material_changes.is_empty(),
            material_changes,
        };
        Self::new(random_id()?, WebhookEvent::SitePublished, now, published)
    }

    /// That a record takes back what had been granted, if it does. `before` is the record that it names as the one before it,
    /// where this object has it.
    pub fn withdrawn(
        record: &ConsentRecord,
        terms: &NoticeTerms,
        before: Option<&ConsentRecord>,
    ) -> Result<Option<Self>, ApiError> {
        let taken_back = TakenBack::of(record, terms, before);
        if taken_back.is_nothing() && record.status != ConsentStatus::Withdrawn {
            return Ok(None);
        }
        let withdrawn = Withdrawn {
            site: &record.receipt.site,
            receipt: &record.receipt,
            previous: record.previous.as_ref(),
            purposes: taken_back.purposes,
            services: taken_back.services,
        };
        let event = WebhookEvent::ConsentWithdrawn;
        let told = Self::new(random_id()?, event, record.time, withdrawn)?;
        Ok(Some(Self {
            receipt: Some(record.receipt.clone()),
            previous: record.previous.clone(),
            ..told
        }))
    }

    /// That a record was erased at its holder's request. Nothing here leads to its entry in the log: no place, no time but
    /// the day, and an id that says nothing.
    pub fn erased(receipt: &ReceiptId, now: Timestamp) -> Result<Self, ApiError> {
        let erased = Erased {
            site: &receipt.site,
            reason: reason(ErasureReason::Holder),
            receipt: Some(receipt),
            log: None,
        };
        Self::new(random_id()?, WebhookEvent::ConsentErased, day(now)?, erased)
    }

    /// That all consents of a log were erased at the end of their time. The log is public, and says the same.
    pub fn ended(site: &SiteId, log: &LogOrigin, now: Timestamp) -> Result<Self, ApiError> {
        let erased = Erased {
            site,
            reason: reason(ErasureReason::Retention),
            receipt: None,
            log: Some(log),
        };
        Self::new(random_id()?, WebhookEvent::ConsentErased, day(now)?, erased)
    }

    /// That a file was entered as evidence.
    pub fn entered(
        site: &SiteId,
        entered: &Entered<'_>,
        time: Timestamp,
    ) -> Result<Self, ApiError> {
        let scanned = Scanned { site, entered };
        Self::new(random_id()?, WebhookEvent::ScanFindings, time, scanned)
    }

    /// That somebody saw a log fork. The same finding said again is the same event.
    pub fn forked(site: &SiteId, fork: &ForkReport, now: Timestamp) -> Result<Self, ApiError> {
        let data = Forked {
            site,
            log: &fork.log,
            finding: &fork.finding,
            evidence: fork.evidence,
        };
        let said = format!("temoin fork v1\n{site}\n{}", serde_json::to_string(fork)?);
        let digest = Sha256Digest::of(said.as_bytes());
        let id = digest.as_bytes().first_chunk().copied().unwrap_or_default();
        Self::new(
            MessageId::from_bytes(id),
            WebhookEvent::LogForked,
            now,
            data,
        )
    }

    /// A test.
    pub fn ping(site: &SiteId, now: Timestamp) -> Result<Self, ApiError> {
        Self::new(random_id()?, WebhookEvent::Ping, now, Pinged { site })
    }
}

/// What one record takes back of what another had granted.
struct TakenBack<'a> {
    purposes: Vec<Purpose>,
    services: Vec<&'a ServiceId>,
}

impl<'a> TakenBack<'a> {
    /// Where the record before is not known, a withdrawal takes back all that it denies; any other record, the exempt services
    /// that it objects to, which ran from the start.
    fn of(record: &ConsentRecord, terms: &'a NoticeTerms, before: Option<&ConsentRecord>) -> Self {
        let granted_before = |purpose: Purpose| match before {
            Some(before) => before.decision.grants(purpose),
            None => record.status == ConsentStatus::Withdrawn,
        };
        let purposes = Purpose::OPTIONAL.into_iter().filter(|purpose| {
            terms.purposes.contains(purpose)
                && !record.decision.grants(*purpose)
                && granted_before(*purpose)
        });
        let services = terms.services.iter().filter(|(service, purpose)| {
            let before = match before {
                Some(before) => grants(before, terms, service),
                None => {
                    record.status == ConsentStatus::Withdrawn || terms.exempt.contains(*service)
                }
            };
            before && **purpose != Purpose::Necessary && !grants(record, terms, service)
        });
        Self {
            purposes: purposes.collect(),
            services: services.map(|(service, _)| service).collect(),
        }
    }

    const fn is_nothing(&self) -> bool {
        self.purposes.is_empty() && self.services.is_empty()
    }
}

/// Whether a record lets a service of a notice run.
fn grants(record: &ConsentRecord, terms: &NoticeTerms, service: &ServiceId) -> bool {
    let apart = record.services.get(service.as_str());
    apart.or_else(|| terms.unless_apart(record.decision, service)) == Some(Consent::Granted)
}

/// The name of a reason in a body.
const fn reason(reason: ErasureReason) -> &'static str {
    match reason {
        ErasureReason::Holder => "holder",
        ErasureReason::Retention => "retention",
        ErasureReason::Departure => "departure",
    }
}

/// The day of an instant, in UTC.
fn day(now: Timestamp) -> Result<Timestamp, StoreError> {
    let millis = now.as_millis();
    crate::storage::database::instant(millis - millis.rem_euclid(DAY_MS))
}

/// An id that says nothing.
fn random_id() -> Result<MessageId, StoreError> {
    Ok(MessageId::from_bytes(random_bytes()?))
}
