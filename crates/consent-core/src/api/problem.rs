//! Errors as the API answers them.

use crate::field::FieldError;
use serde::{Deserialize, Serialize};

/// RFC 9457 problem details, served as `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Which problem it is: a stable name, `urn:temoin:problem:unknown-site`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The problem in a few words, the same each time.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// This occurrence, in words that its reader can act on.
    pub detail: String,
    /// The fields that are wrong, where the problem is in the input.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}
