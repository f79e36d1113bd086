//! What crosses between a site's objects and those who ask them.
//!
//! There are two kinds of request. A [`PublicRequest`] is made for a visitor, an auditor or an owner:
//! its answer is a finished response, which the Worker passes on unread, byte for byte. A
//! [`SiteRequest`] is the server's own: its answer is a [`SiteResult`].

use crate::edition::{Edition, InForce, Left};
use crate::http::conditional::IfNoneMatch;
use crate::http::error::ObjectError;
use crate::log::resource_as_text;
use crate::site::store::LogNumber;
use crate::site::tally::{Days, Tally};
use crate::site::webhooks::events::Told;
use consent_core::api::security_event::SecurityEventKind;
use consent_core::api::{
    ConsentCount, ConsentPage, EditionInForce, ExportedLog, Publication, SiteLogs,
};
use consent_core::ident::Salt;
use consent_core::log_origin::Quarter;
use consent_core::proof::DisclosedRead;
use consent_core::register::Register;
use consent_core::site::Place;
use consent_core::webhook::{ForkReport, MessageId, WebhookId, WebhookSettings};
use consent_core::{ConsentId, GrantId, ReceiptId, ReportId, Sha256Digest};
use consent_log::LogResource;
use serde::{Deserialize, Serialize};

/// The header that a [`PublicRequest`] crosses in, as JSON in ASCII. The body, where there is one, is
/// the client's own.
pub const PUBLIC_REQUEST: &str = "x-temoin-request";

/// What somebody outside asks of a site's object, after the Worker's checks of tokens and names.
#[derive(Clone, Serialize, Deserialize)]
pub enum PublicRequest {
    /// `GET /t/SITE.js`
    Loader(LoaderRequest),
    /// `GET /v1/sites/SITE/ticket`
    Ticket,
    /// `GET /log/ORIGIN/…`
    Log {
        /// The quarter of the log.
        quarter: Quarter,
        /// What is asked of it.
        #[serde(with = "resource_as_text")]
        resource: LogResource,
    },
    /// `GET /v1/sites/SITE/events`
    Events {
        /// The query of the address.
        query: String,
    },
    /// `GET /v1/sites/SITE/reads`
    Reads {
        /// The query of the address.
        query: String,
    },
    /// `GET /v1/sites/SITE/editions`
    Editions {
        /// The query of the address.
        query: String,
    },
    /// What an owner asks of webhooks, or a watcher tells: the first shard.
    Webhooks {
        /// What is asked.
        request: WebhookRequest,
        /// The grants of the token.
        by: Vec<GrantId>,
    },
    /// What is asked of the registers, with its body: the first shard.
    Registers {
        /// What is asked.
        request: RegisterRequest,
        /// The grants of the token.
        by: Vec<GrantId>,
        /// The salt of what is written.
        salt: Salt,
    },
    /// `POST /v1/sites/SITE/evidence`, with its body.
    Evidence {
        /// The `Content-Length` of the body, in bytes.
        declared_length: Option<u64>,
    },
    /// What the site's own pages ask: they may read the answer, and why there is none.
    Page {
        /// The origin of the page; nothing outside a browser.
        origin: Option<String>,
        /// What it asks.
        request: PageRequest,
    },
}

/// What is asked of webhooks. What an owner or a watcher wrote was checked.
#[derive(Clone, Serialize, Deserialize)]
pub enum WebhookRequest {
    /// `GET /v1/sites/SITE/webhooks`
    List,
    /// `POST /v1/sites/SITE/webhooks`
    Make(WebhookSettings),
    /// `GET /v1/sites/SITE/webhooks/ID`
    Read(WebhookId),
    /// `PATCH /v1/sites/SITE/webhooks/ID`
    Change(WebhookId, WebhookSettings),
    /// `DELETE /v1/sites/SITE/webhooks/ID`
    Remove(WebhookId),
    /// `POST /v1/sites/SITE/webhooks/ID/secret`
    NewSecret(WebhookId),
    /// `POST /v1/sites/SITE/webhooks/ID/test`
    Test(WebhookId),
    /// `GET /v1/sites/SITE/webhooks/ID/deliveries`, by the query of the address.
    Deliveries(WebhookId, String),
    /// `POST /v1/sites/SITE/webhooks/ID/deliveries/DELIVERY/resend`
    Resend(WebhookId, MessageId),
    /// `POST /v1/sites/SITE/forks`
    Forked(ForkReport),
}

/// What is asked of a site's registers. What is written is in the body.
#[derive(Clone, Serialize, Deserialize)]
pub enum RegisterRequest {
    /// `GET /v1/sites/SITE/requests`, by the query of the address.
    Requests(String),
    /// `GET /v1/sites/SITE/incidents`, by the query of the address.
    Incidents(String),
    /// `GET /v1/sites/SITE/requests/NUMBER`
    Request(u32),
    /// `GET /v1/sites/SITE/incidents/NUMBER`
    Incident(u32),
    /// `POST /v1/sites/SITE/requests`
    OpenRequest,
    /// `POST /v1/sites/SITE/incidents`
    OpenIncident,
    /// `POST /v1/sites/SITE/requests/NUMBER/notes`
    NoteOnRequest(u32),
    /// `POST /v1/sites/SITE/incidents/NUMBER/notes`
    NoteOnIncident(u32),
    /// `DELETE /v1/sites/SITE/requests/NUMBER`
    EraseRequest(u32),
    /// `GET /v1/sites/SITE/requests/table` and `…/incidents/table`
    Table(Register),
}

/// The loader, as it is asked for.
#[derive(Clone, Serialize, Deserialize)]
pub struct LoaderRequest {
    /// The whole address.
    pub address: String,
    /// The visitor's place; it is used for this answer, and not kept.
    pub place: Option<Place>,
    /// `Accept-Language`
    pub accept_language: String,
    /// `If-None-Match`
    pub if_none_match: IfNoneMatch,
    /// Whether the client takes brotli.
    pub accepts_brotli: bool,
    /// The cookies of this product among the visitor's, as `Cookie` has them.
    pub cookies: String,
}

/// What a page of the site asks.
#[derive(Clone, Serialize, Deserialize)]
pub enum PageRequest {
    /// `POST /v1/sites/SITE/consents`, with its body.
    Report {
        /// Whether the browser sends Global Privacy Control.
        gpc: bool,
        /// The `Content-Length` of the body, in bytes.
        declared_length: Option<u64>,
    },
    /// `GET /v1/receipts/ID`
    Receipt {
        /// Which one.
        id: ReceiptId,
        /// The secret of its holder, if one is sent.
        secret: Option<ConsentId>,
        /// The query of the address.
        query: String,
    },
    /// `DELETE /v1/receipts/ID`
    Erase {
        /// Which one.
        id: ReceiptId,
        /// The secret of its holder, if one is sent.
        secret: Option<ConsentId>,
    },
    /// `OPTIONS /v1/receipts/ID` and `OPTIONS /v1/sites/SITE/receipts`
    ReceiptPreflight,
    /// `GET /v1/sites/SITE/receipts`
    Receipts {
        /// The secret of their holder, if one is sent.
        secret: Option<ConsentId>,
    },
    /// `DELETE /v1/sites/SITE/receipts`
    EraseAll {
        /// The secret of their holder, if one is sent.
        secret: Option<ConsentId>,
    },
    /// `POST /v1/sites/SITE/handovers`, with its body.
    CreateHandover {
        /// The `Content-Length` of the body, in bytes.
        declared_length: Option<u64>,
    },
    /// `GET /v1/sites/SITE/handovers/TOKEN`
    RedeemHandover {
        /// The token.
        token: String,
        /// The origin of the page that has opened this one, as the browser says it.
        from: String,
    },
}

impl PageRequest {
    /// Whether only a page sends such a request, and a browser always says whose page it is.
    pub const fn is_for_pages_alone(&self) -> bool {
        matches!(
            self,
            Self::Report { .. }
                | Self::CreateHandover { .. }
                | Self::RedeemHandover { .. }
                | Self::ReceiptPreflight
        )
    }
}

/// What the server itself asks of a site's object. It crosses as the body, in JSON.
#[derive(Serialize, Deserialize)]
pub enum SiteRequest {
    /// Which edition is in force. Answered by [`SiteResponse::InForce`].
    InForce,
    /// The edition in force, in short: the first shard. Answered by [`SiteResponse::Summary`].
    Summary,
    /// A configuration that was published, by its hash; without one, that in force: the first shard. Answered by
    /// [`SiteResponse::Configuration`].
    Configuration(Option<Sha256Digest>),
    /// The logs of this shard. Answered by [`SiteResponse::Logs`].
    Logs,
    /// A part of the records that somebody looks for, by the query of their address. Answered by
    /// [`SiteResponse::Consents`].
    Consents(String),
    /// How many there are in a part. Answered by [`SiteResponse::Count`].
    Count(String),
    /// The newest checkpoints of the logs, up to which an export goes. Answered by [`SiteResponse::Checkpoints`].
    Checkpoints,
    /// A piece of an export. Answered by [`SiteResponse::ExportPiece`].
    ExportPiece(PieceRequest),
    /// Count some of what is not in the tally yet. Answered by [`SiteResponse::More`].
    CountSome,
    /// What the tally has of some days. Answered by [`SiteResponse::Tally`].
    Tally(Days),
    /// What publishing an edition would change; nothing is changed. Answered by
    /// [`SiteResponse::Publication`].
    Preview(Box<Edition>),
    /// Let reports answer the edition's notice: each shard but the first, before the first decides.
    /// Answered by [`SiteResponse::Done`].
    AdmitNotice(Box<Edition>),
    /// Put an edition in force: the first shard. Answered by [`SiteResponse::Publication`].
    PutInForce(Box<Edition>, EnforcedHosts, PublishedBy),
    /// Note a security event that is no publication: the first shard. Answered by [`SiteResponse::Done`].
    Note(SecurityEventKind),
    /// Whether the owner has left: the first shard. Answered by [`SiteResponse::Departure`].
    Departure,
    /// The owner leaves, if what they confirm is what is in force: the first shard. Answered by [`SiteResponse::Departure`].
    Leave {
        /// The grants of the token.
        grants: Vec<GrantId>,
        /// See [`SiteDeparture::confirm`].
        confirm: String,
    },
    /// Erase everything that belongs to a site whose owner has left: each shard but the first, by which it is asked. Answered by
    /// [`SiteResponse::Done`].
    Purge,
    /// Keep that somebody reads records, before they are answered: the first shard. Answered by [`SiteResponse::Done`].
    KeepRead(Box<DisclosedRead>),
    /// Take over an edition that is in force, of this revision: each shard but the first. Answered by
    /// [`SiteResponse::Done`].
    Adopt(Box<Edition>, u64),
    /// Know which events webhooks want, by their bits, since this revision: each shard but the first. Answered by
    /// [`SiteResponse::Done`].
    Heed(u8, u64),
    /// Tell the endpoints what happened in the asking shard: the first shard. Answered by [`SiteResponse::Done`].
    Tell(Vec<Told>),
    /// Forget the names of reports that the asking shard erases: each other shard. Answered by
    /// [`SiteResponse::Done`].
    Forget(Vec<ReportId>),
}

/// What a site's object answers to the server itself.
#[derive(Serialize, Deserialize)]
pub enum SiteResponse {
    /// The edition in force.
    InForce(InForce),
    /// The edition in force, in short.
    Summary(EditionInForce),
    /// A configuration, if it is kept.
    Configuration(Option<StoredConfiguration>),
    /// The logs of one shard.
    Logs(Box<SiteLogs>),
    /// A part of the records that somebody looks for.
    Consents(Box<ConsentPage>),
    /// How many there are in a part.
    Count(ConsentCount),
    /// Whether the owner has left.
    Departure(SiteDeparture),
    /// The newest checkpoints of the logs, oldest log first.
    Checkpoints(Vec<LogCheckpoint>),
    /// A piece of an export.
    ExportPiece(Box<ExportPiece>),
    /// Whether there is more to do of the same.
    More(bool),
    /// What was counted.
    Tally(Box<Tally>),
    /// What a publication changes or has changed.
    Publication(Box<Publication>),
    /// It is done.
    Done,
}

/// The answer to a [`SiteRequest`].
pub type SiteResult = Result<SiteResponse, ObjectError>;

/// Whether the owner of a site has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteDeparture {
    /// What the owner sends to leave: it names the edition in force.
    pub confirm: String,
    /// That they have left.
    pub left: Option<Left>,
}

/// Which piece of an export is asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PieceRequest {
    /// The filters, and the `cursor` of where it begins.
    pub query: String,
    /// Whether it has, beside each record, what shows that the others do not pass the filters.
    pub others: bool,
    /// The logs that the export is of, each with its size when it was begun: it has nothing of what came later.
    pub sizes: Vec<(LogNumber, u64)>,
}

/// A piece of an export.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ExportPiece {
    /// What it has, in the order of the log: each is JSON on a line of its own, as the export in NDJSON has it.
    pub lines: String,
    /// The records in it.
    pub records: u64,
    /// Those that were erased.
    pub erased: u64,
    /// Those that the filters leave out.
    pub others: u64,
    /// How many entries the object's logs have by now: by it the Worker sees whether visitors report meanwhile.
    pub entries: u64,
    /// The `cursor` of the piece after it, if there is one.
    pub next: Option<String>,
}

/// The newest checkpoint of a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LogCheckpoint {
    /// The number of the log in its object.
    pub number: LogNumber,
    /// The log.
    pub log: ExportedLog,
}

/// Who puts an edition in force, and from what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedBy {
    /// The grants of the token.
    pub grants: Vec<GrantId>,
    /// The configuration.
    pub configuration: StoredConfiguration,
}

/// A configuration, the file as its owner sent it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredConfiguration {
    /// SHA-256 of the text.
    pub hash: Sha256Digest,
    /// The text.
    pub text: String,
}

impl StoredConfiguration {
    /// That with this text.
    pub fn new(text: String) -> Self {
        Self {
            hash: Sha256Digest::of(text.as_bytes()),
            text,
        }
    }
}

/// The hosts on which an edition enforces choices.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnforcedHosts {
    /// The hosts, with their ports; none where nothing is enforced.
    pub authorities: Vec<String>,
    /// An `Enforcement`, in JSON; empty where nothing is enforced.
    pub body: String,
}
