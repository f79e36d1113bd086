//! The vocabulary and the rules of consent, shared by the widget, the edge API and the tests.
//!
//! Everything here is a pure function of its arguments: there is no I/O, no clock, no randomness,
//! no DOM and no Worker type. Times and random values come in as arguments, and text that comes in
//! from outside is parsed once into a type that cannot be wrong.
//!
//! The words are those of ISO/IEC TS 27560 (consent records) and of the W3C Data Privacy
//! Vocabulary, kept to one word for one thing.

pub mod api;
pub mod browser;
pub mod calendar;
pub mod choice;
pub mod classify;
pub mod field;
pub mod ident;
pub mod log_origin;
pub mod notice;
pub mod proof;
pub mod register;
#[cfg(feature = "schema")]
pub mod schema;
pub mod site;
pub mod text;

// The files of the rooms, by their own names.
pub use api::{problem, webhook};
pub use browser::{loader, stored, wallet};
pub use choice::{decision, purpose, service_answers};
pub use notice::{locale, material};
pub use proof::{commitment, entry, jsonld, receipt, record, report};
pub use site::{basis, exemption, jurisdiction, lint, rights, role, service, signals, statute};

pub use browser::stored::{Pending, StoredChoice, StoredState};
pub use calendar::Timestamp;
pub use choice::{Consent, ConsentStatus, Decision, Layer, Method, Purpose, ServiceAnswers};
pub use ident::{
    Commitment, ConsentId, EvidenceHash, GrantId, LoaderTicket, NoticeHash, ReceiptId, ReportId,
    Salt, Seed, ServiceId, Sha256Digest, SiteId,
};
pub use log_origin::{LogOrigin, ServerName};
pub use notice::Notice;
pub use proof::{ConsentReceipt, ConsentRecord, ConsentReport, LogEntry, Salts};
pub use site::SiteConfig;
