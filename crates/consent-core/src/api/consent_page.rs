//! A page of records.

use crate::proof::disclosed::{DisclosedRecord, ErasedRecord};
use crate::proof::receipt::ConsentReceipt;
use serde::{Deserialize, Serialize};

/// A page of records: the answer to `GET /v1/sites/SITE/consents`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConsentPage {
    /// The records, oldest first.
    pub records: Vec<DisclosedRecord>,
    /// The places on this page whose records were erased, so that an erasure is told from a gap.
    /// A query that asks what was decided, how or under which notice has none: nobody knows any
    /// more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erased: Vec<ErasedRecord>,
    /// What to pass as `cursor` for the next page; absent on the last one. A page has fewer records than asked, even none,
    /// where so much had to be looked at that the answer would have come too late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// How many records pass the filters: the answer to `GET /v1/sites/SITE/consents/count`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ConsentCount {
    /// The records.
    pub records: u64,
    /// Those that were erased: of the time asked for, and none where something else is asked.
    pub erased: u64,
    /// What to pass as `cursor` to go on counting, where not all could be looked at; the sum is what there is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Every receipt of whoever has a secret: the answer to `GET /v1/sites/SITE/receipts`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Receipts {
    /// The receipts, shard by shard, oldest first; of what is erased there is none.
    pub receipts: Vec<ConsentReceipt>,
}
