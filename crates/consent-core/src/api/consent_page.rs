//! A page of records.

use crate::proof::disclosed::{DisclosedRecord, ErasedRecord};
use crate::proof::receipt::ConsentReceipt;
use serde::{Deserialize, Serialize};

/// A page of records: the answer to `GET /v1/sites/SITE/consents`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ConsentPage {
    /// The records, oldest first.
    pub records: Vec<DisclosedRecord>,
    /// The places on this page whose records were erased, so that an erasure is told from a gap.
    /// A query that asks what was decided, how or under which notice has none: nobody knows any
    /// more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub erased: Vec<ErasedRecord>,
    /// What to pass as `cursor` for the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// Every receipt of whoever has a secret: the answer to `GET /v1/sites/SITE/receipts`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Receipts {
    /// The receipts, shard by shard, oldest first; of what is erased there is none.
    pub receipts: Vec<ConsentReceipt>,
}
