//! The visitor's copy of a record.

use crate::calendar::Timestamp;
use crate::decision::{ConsentStatus, Decision};
use crate::ident::{NoticeHash, ReceiptId};
use crate::record::Method;
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
    /// How it was given.
    pub method: Method,
    /// What was shown.
    pub notice: NoticeHash,
}

/// A page of records: the answer to `GET /v1/sites/SITE/consents`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConsentPage {
    /// The records, oldest first.
    pub records: Vec<crate::record::ConsentRecord>,
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
    /// When this notice was first published.
    pub published_at: Timestamp,
    /// Whether the notice was already in force.
    pub unchanged: bool,
    /// Whether visitors who chose under the notice before it are asked anew.
    pub asks_anew: bool,
    /// The tag to put first in the `<head>` of every page.
    pub embed: String,
}
