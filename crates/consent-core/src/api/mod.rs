//! What the HTTP API reads and answers: problems, publications, editions, departures, tokens, webhooks, pages of records, exports,
//! reads, statistics, the logs of a site.
//!
//! Routes and handlers belong in `edge-api`; receipts and records, in [`proof`](crate::proof).

pub mod classification;
pub mod consent_page;
pub mod declaration;
pub mod departure;
pub mod editions;
pub mod export;
pub mod handover;
pub mod health;
pub mod hosts;
pub mod problem;
pub mod publication;
pub mod reads;
pub mod security_event;
pub mod site_logs;
pub mod stats;
pub mod ticket;
pub mod token;
pub mod webhook;

pub use consent_page::{ConsentCount, ConsentPage, Receipts};
pub use departure::Departure;
pub use editions::{
    EditionComparison, EditionInForce, PublishedEdition, PublishedEditions, SiteSummary, Sites,
};
pub use export::{
    ExportEnd, ExportHead, ExportProof, ExportStart, ExportSums, ExportedLog, OtherLine,
};
pub use problem::{Problem, ProblemType};
pub use publication::{Publication, PublishedLaw};
pub use reads::Reads;
pub use security_event::{SecurityEvent, SecurityEvents};
pub use site_logs::{AnchorSummary, LogSummary, SiteLogs};
pub use stats::SiteStats;
pub use token::{MadeToken, NewToken, Role, TokenGrant, TokenGrants, TokenSummary, Tokens};
