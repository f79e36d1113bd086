//! The visitor's copy of a record.

use crate::calendar::Timestamp;
use crate::decision::{ConsentStatus, Decision};
use crate::field::FieldError;
use crate::ident::{NoticeHash, ReceiptId};
use crate::record::Method;
use crate::service_answers::ServiceAnswers;
use crate::text::Localized;
use serde::{Deserialize, Serialize};

/// What the server answers to a report, once the record is durable (ISO/IEC TS 27560, consent
/// receipt).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentReceipt {
    /// Names the receipt and its record.
    pub id: ReceiptId,
    /// The record's place in the site's log, counted from 0.
    pub index: u64,
    /// The server's time.
    pub time: Timestamp,
    /// When the choice ends.
    pub valid_until: Timestamp,
    /// Where the consent stands.
    pub status: ConsentStatus,
    /// The answer for each of the four purposes.
    pub decision: Decision,
    /// The services answered apart from their purpose.
    #[serde(default, skip_serializing_if = "ServiceAnswers::is_empty")]
    pub services: ServiceAnswers,
    /// How it was given.
    pub method: Method,
    /// What was shown.
    pub notice: NoticeHash,
}

/// What is left of a record whose holder had it erased: that it was there, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErasedRecord {
    /// Its place in the site's log, counted from 0.
    pub index: u64,
    /// When the record was kept.
    pub time: Timestamp,
    /// When it was erased.
    pub erased_at: Timestamp,
}

/// A page of records: the answer to `GET /v1/sites/SITE/consents`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConsentPage {
    /// The records, oldest first.
    pub records: Vec<crate::record::ConsentRecord>,
    /// The places on this page whose records were erased, so that an erasure is told from a gap.
    /// A query that asks what was decided, how or under which notice has none: nobody knows any
    /// more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erased: Vec<ErasedRecord>,
    /// What to pass as `cursor` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// The answer to `PUT /v1/sites/SITE`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Publication {
    /// The site.
    pub site: crate::ident::SiteId,
    /// The notice now in force.
    pub notice: NoticeHash,
    /// When this notice was first published; absent where it was not (`?dry_run`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// Whether the notice was already in force.
    pub unchanged: bool,
    /// Whether visitors who chose under the notice before it are asked anew.
    pub asks_anew: bool,
    /// Why: what is material and has changed.
    pub material_changes: Vec<String>,
    /// What the owner should know, although it stops nothing.
    pub findings: Vec<FieldError>,
    /// The tag to put first in the `<head>` of every page.
    pub embed: String,
    /// By language, a tag that names this very loader by its digest; it does not follow later
    /// publications.
    pub pinned: Localized<String>,
}
