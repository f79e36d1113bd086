//! Visitors' requests to exercise a right: who asked for what, until when it is to be answered, and what came of it.
//!
//! Both laws give a month: GDPR, article 12(3), and Québec's Act respecting the protection of personal information in
//! the private sector (chapter P-39.1), section 32, thirty days.

use crate::calendar::{Date, Timestamp};
use crate::field::{FieldError, all_right};
use crate::ident::ReceiptId;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// Days from the receipt of a request to the day on which it is due.
pub const DUE_AFTER_DAYS: i32 = 30;

/// Days from the receipt of a request to the last day that a note may name: a month, and the two further months of GDPR,
/// article 12(3).
pub const LATEST_DUE_AFTER_DAYS: i32 = 90;

/// The right that a visitor exercises.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum RequestKind {
    /// To know what is kept, and have a copy (GDPR, article 15; P-39.1, section 27).
    Access,
    /// To have what is wrong put right (GDPR, article 16; P-39.1, section 28).
    Rectification,
    /// To have it erased (GDPR, article 17).
    Erasure,
    /// To have its use restricted (GDPR, article 18).
    Restriction,
    /// To have it in a form that another can read (GDPR, article 20; P-39.1, section 27).
    Portability,
    /// To object to its use (GDPR, article 21).
    Objection,
    /// To take back a consent (GDPR, article 7(3); P-39.1, section 8).
    Withdrawal,
    /// To have it no longer spread, or a link to it removed (P-39.1, section 28.1).
    Deindexing,
    /// What becomes of it after the visitor's death (France: Data Protection Act, section 85).
    AfterDeath,
    /// Something else.
    Other,
}

impl RequestKind {
    /// Every one.
    pub const ALL: [Self; 10] = [
        Self::Access,
        Self::Rectification,
        Self::Erasure,
        Self::Restriction,
        Self::Portability,
        Self::Objection,
        Self::Withdrawal,
        Self::Deindexing,
        Self::AfterDeath,
        Self::Other,
    ];

    /// The name used in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Access => "access",
            Self::Rectification => "rectification",
            Self::Erasure => "erasure",
            Self::Restriction => "restriction",
            Self::Portability => "portability",
            Self::Objection => "objection",
            Self::Withdrawal => "withdrawal",
            Self::Deindexing => "deindexing",
            Self::AfterDeath => "after_death",
            Self::Other => "other",
        }
    }
}

/// The body of `POST /v1/sites/SITE/requests`: a request that a visitor made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewRequest {
    /// The right that they exercise.
    pub kind: RequestKind,
    /// The day on which it came.
    pub received_on: Date,
    /// Who asked, and how to answer them.
    pub who: Text<200>,
    /// What they asked for, in their words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<Text<2000>>,
    /// The receipt of a choice that it is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptId>,
}

/// How a request ends, or begins anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// What was asked for was done.
    Answered,
    /// It was refused, for the reason that the note gives.
    Refused,
    /// The visitor let it drop.
    Dropped,
    /// It is open again.
    Reopened,
}

/// The body of `POST /v1/sites/SITE/requests/NUMBER/notes`: what was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RequestNote {
    /// What was done, and why.
    pub text: Text<2000>,
    /// How it ends, or that it is open again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// A later day on which it is due, of which the visitor was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_on: Option<Date>,
}

impl NewRequest {
    /// Checks it against the day on which it is written: every field that is wrong.
    pub fn check(&self, now: Timestamp) -> Result<(), Vec<FieldError>> {
        all_right(
            not_later(self.received_on, "received_on", now)
                .into_iter()
                .collect(),
        )
    }

    /// The day on which it is due.
    pub fn due_on(&self) -> Date {
        self.received_on.add_days(DUE_AFTER_DAYS)
    }
}

/// That a day has not come yet anywhere on Earth, said of a field.
pub fn not_later(day: Date, field: &str, now: Timestamp) -> Option<FieldError> {
    // Where the day begins first, it is 14 hours ahead of UTC.
    let last = Date::of(now.saturating_add_seconds(14 * 3600));
    (day > last).then(|| FieldError::new(field, "has not come yet: write the day on which it was"))
}
