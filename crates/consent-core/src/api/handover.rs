//! A choice that goes from one of a site's origins to another.

use crate::calendar::Timestamp;
use crate::ident::{ConsentId, ReceiptId};
use crate::text::Origin;
use serde::{Deserialize, Serialize};

/// The body of `POST /v1/sites/SITE/handovers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewHandover {
    /// The choice to hand over.
    pub receipt: ReceiptId,
    /// The secret of its holder.
    pub consent_id: ConsentId,
    /// The origin that it is handed over to: another one of the site's.
    pub to: Origin,
}

/// The answer to `POST /v1/sites/SITE/handovers`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HandoverToken {
    /// What the other origin's page sends, once and within a minute.
    pub token: String,
    /// When it expires.
    pub expires_at: Timestamp,
}

/// The answer to `GET /v1/sites/SITE/handovers/TOKEN`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RedeemedHandover {
    /// The text of a [`StoredChoice`](crate::StoredChoice).
    pub choice: String,
}
