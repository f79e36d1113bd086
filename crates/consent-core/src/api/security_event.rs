//! What was done with tokens, and what was tried, on one site: what its owner looks at after an incident.

use crate::api::token::Role;
use crate::api::webhook::{DisabledReason, WebhookEvent, WebhookId};
use crate::calendar::Timestamp;
use crate::ident::{GrantId, NoticeHash, Sha256Digest};
use crate::log_origin::LogOrigin;
use crate::text::Origin;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The answer to `GET /v1/sites/SITE/events`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SecurityEvents {
    /// The events, newest first.
    pub events: Vec<SecurityEvent>,
    /// The `before` of the next answer; absent where there are no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SecurityEvent {
    /// Its number; it grows with each event of the site.
    pub number: u64,
    /// When: the server's time; of refusals, that of the first.
    pub time: Timestamp,
    /// What happened.
    #[serde(flatten)]
    pub what: SecurityEventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SecurityEventKind {
    /// A configuration was published.
    Published {
        /// The grants of the token.
        grants: Vec<GrantId>,
        /// The notice in force since.
        notice: NoticeHash,
        /// SHA-256 of the configuration, the file as it was sent. The log has its first 16 bytes.
        configuration: Sha256Digest,
        /// Where reports may come from since.
        origins: Vec<Origin>,
        /// The hosts under which the site's pages pass through the server since.
        hosts: Vec<String>,
        /// What differs from the publication before: `notice`, `configuration`, `origins`, `hosts`.
        changed: Vec<String>,
    },
    /// The owner left the server.
    Left {
        /// The grants of the token.
        grants: Vec<GrantId>,
        /// When everything that belongs to the site is erased.
        purge_at: Timestamp,
    },
    /// What a closed request said was erased from the register.
    RequestErased {
        /// The grants of the token.
        grants: Vec<GrantId>,
        /// The number of the request.
        number: u32,
    },
    /// A host was released.
    HostReleased {
        /// The grants of the token.
        grants: Vec<GrantId>,
        /// The host.
        host: String,
    },
    /// A token was made that opens the site.
    TokenMade {
        /// The grants of the token that made it.
        grants: Vec<GrantId>,
        /// What it is called.
        token: GrantId,
        /// What it lets its holder do.
        role: Role,
        /// From when on it opens nothing; absent for never.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        expires_at: Option<Timestamp>,
    },
    /// A token was revoked that opened the site.
    TokenRevoked {
        /// The grants of the token that revoked it.
        grants: Vec<GrantId>,
        /// What it is called.
        token: GrantId,
    },
    /// An endpoint was made that the site's events are sent to.
    WebhookMade {
        /// The grants of the token.
        grants: Vec<GrantId>,
        /// The endpoint.
        webhook: WebhookId,
        /// The origin of its address; the rest may be a secret of the endpoint's.
        origin: String,
        /// What it is told of.
        events: BTreeSet<WebhookEvent>,
    },
    /// An endpoint was changed: how it is since.
    WebhookChanged {
        /// The grants of the token.
        grants: Vec<GrantId>,
        /// The endpoint.
        webhook: WebhookId,
        /// The origin of its address.
        origin: String,
        /// What it is told of.
        events: BTreeSet<WebhookEvent>,
        /// Whether anything is sent.
        enabled: bool,
    },
    /// An endpoint was removed.
    WebhookRemoved {
        /// The grants of the token.
        grants: Vec<GrantId>,
        /// The endpoint.
        webhook: WebhookId,
    },
    /// An endpoint got another secret.
    WebhookSecretMade {
        /// The grants of the token.
        grants: Vec<GrantId>,
        /// The endpoint.
        webhook: WebhookId,
    },
    /// The server sends an endpoint nothing more.
    WebhookDisabled {
        /// The endpoint.
        webhook: WebhookId,
        /// Why.
        reason: DisabledReason,
    },
    /// Somebody who watches the logs said that one forked, or went back.
    ForkReported {
        /// The grants of the token.
        grants: Vec<GrantId>,
        /// The log.
        log: LogOrigin,
        /// What was seen.
        finding: String,
        /// SHA-256 of the evidence.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Sha256Digest>,
    },
    /// Requests with a token that the site does not take, within one hour.
    TokenRefused {
        /// What was asked.
        request: GuardedRequest,
        /// Why it was refused.
        reason: Refusal,
        /// How many times at least. In a flood, the last count is the largest power of two.
        times: u64,
        /// When the last was counted.
        last: Timestamp,
    },
}

/// What needs a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum GuardedRequest {
    /// `PUT /v1/sites/SITE` and `POST /v1/sites/SITE/editions/HASH/publish`
    Publish,
    /// `GET /v1/sites/SITE`, `/v1/sites/SITE/editions`, `/v1/sites/SITE/editions/HASH` and `/v1/sites/SITE/compare`
    Editions,
    /// `DELETE /v1/sites/SITE`
    Departure,
    /// `GET` and `DELETE /v1/sites/SITE/hosts`
    Hosts,
    /// `GET /v1/sites/SITE/consents`
    Consents,
    /// `GET /v1/sites/SITE/stats`
    Stats,
    /// `GET /v1/sites/SITE/reads`
    Reads,
    /// Everything below `/v1/sites/SITE/requests` and `/v1/sites/SITE/incidents`
    Registers,
    /// `POST /v1/sites/SITE/evidence`
    Evidence,
    /// `POST /v1/sites/SITE/classifications`
    Classify,
    /// `GET /v1/sites/SITE/events`
    Events,
    /// `GET`, `POST` and `DELETE /v1/sites/SITE/tokens`
    Tokens,
    /// Everything below `/v1/sites/SITE/webhooks`
    Webhooks,
    /// `POST /v1/sites/SITE/forks`
    Forks,
}

/// Why a token was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Nobody has this token.
    Unknown,
    /// It is another role's, or for other sites.
    NotAllowed,
}
