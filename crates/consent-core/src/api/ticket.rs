//! The ticket of a loader.

use crate::ident::LoaderTicket;
use serde::{Deserialize, Serialize};

/// The answer to `GET /v1/sites/SITE/ticket`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CurrentTicket {
    /// The ticket of this minute; `null` on a server without a secret.
    pub ticket: Option<LoaderTicket>,
}
