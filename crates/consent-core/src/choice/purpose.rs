//! The four purposes. Every other table in the product is indexed by them.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a service reads or writes something on the visitor's device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Purpose {
    /// What the visitor asked for cannot be given without it. Never asked, always granted.
    Necessary,
    /// Remembers how the visitor likes the site: language, region, layout.
    Preferences,
    /// Counts and measures, to know how the site is used.
    Statistics,
    /// Advertising, profiling and what third parties do for themselves, embedded videos included.
    Marketing,
}

impl Purpose {
    /// All four, in the order in which they are shown, stored and exported.
    pub const ALL: [Self; 4] = [
        Self::Necessary,
        Self::Preferences,
        Self::Statistics,
        Self::Marketing,
    ];

    /// Those a visitor can refuse.
    pub const OPTIONAL: [Self; 3] = [Self::Preferences, Self::Statistics, Self::Marketing];

    /// The name used in HTML (`data-category`), in JSON and in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Necessary => "necessary",
            Self::Preferences => "preferences",
            Self::Statistics => "statistics",
            Self::Marketing => "marketing",
        }
    }

    /// Whether a visitor can refuse it.
    pub const fn is_optional(self) -> bool {
        !matches!(self, Self::Necessary)
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
