//! How visitors of a site answer, over time and by what they were shown: the answer to `GET /v1/sites/SITE/stats`.

use crate::choice::Purpose;
use serde::{Deserialize, Serialize};

/// The answer to `GET /v1/sites/SITE/stats`. It counts the records that were there when they were counted: one that is erased
/// later stays counted, and nothing in the answer leads to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SiteStats {
    /// The first day, in UTC: `2026-11-22`. Absent where there is nothing to count and none was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The last day, included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// How long a period is.
    pub by: Step,
    /// All of it.
    #[serde(flatten)]
    pub total: Counted,
    /// Period by period, oldest first; none is left out.
    pub periods: Vec<PeriodCount>,
    /// The same by what else is known.
    pub breakdown: Breakdown,
}

/// How long a period is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// A day, in UTC.
    #[default]
    Day,
    /// A week that begins on Monday (ISO 8601).
    Week,
    /// A calendar month.
    Month,
}

impl Step {
    /// Every step.
    pub const ALL: [Self; 3] = [Self::Day, Self::Week, Self::Month];

    /// Its name in the API.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }
}

/// The answers of some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Counted {
    /// What people answered themselves: they accepted, refused or saved, by a press that the browser trusts.
    pub choices: u64,
    /// How many of these granted each optional purpose.
    pub granted: GrantedCount,
    /// The other records, which say nothing of how people answer.
    pub others: OtherCount,
}

/// How many granted each optional purpose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GrantedCount {
    /// Preferences.
    pub preferences: u64,
    /// Statistics.
    pub statistics: u64,
    /// Marketing.
    pub marketing: u64,
}

impl GrantedCount {
    /// Adds so many that granted a purpose; the necessary is not counted.
    pub const fn add(&mut self, purpose: Purpose, choices: u64) {
        match purpose {
            Purpose::Necessary => {}
            Purpose::Preferences => self.preferences += choices,
            Purpose::Statistics => self.statistics += choices,
            Purpose::Marketing => self.marketing += choices,
        }
    }
}

/// Records that are no answer of a person to the banner or the dialog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct OtherCount {
    /// Choices that were taken back.
    pub withdrawals: u64,
    /// Refusals by the browser's signal (Global Privacy Control).
    pub signals: u64,
    /// Choices that a script of the page made (`window.Temoin`).
    pub scripts: u64,
    /// Choices that were taken over from another tool.
    pub imported: u64,
    /// Presses that no browser trusts: a robot, a scan, an extension.
    pub synthetic: u64,
}

/// The answers of one period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PeriodCount {
    /// Its first day, in UTC.
    pub from: String,
    /// The answers.
    #[serde(flatten)]
    pub counted: Counted,
}

/// Answers by what is known of them. `notice`, `language`, `jurisdiction` and `gpc` divide what people answered themselves;
/// `method`, `trusted` and `status` divide all records.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Breakdown {
    /// By the hash of the notice.
    pub notice: Vec<PartCount>,
    /// By the language of the banner.
    pub language: Vec<PartCount>,
    /// By the law that the notice follows.
    pub jurisdiction: Vec<PartCount>,
    /// By whether the browser sends Global Privacy Control.
    pub gpc: Vec<PartCount>,
    /// By how the choice was made.
    pub method: Vec<PartCount>,
    /// By whether the browser trusts the press.
    pub trusted: Vec<PartCount>,
    /// By what the choice is.
    pub status: Vec<PartCount>,
}

/// The records with one value, the most frequent first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct PartCount {
    /// The value, as the filters of `GET /v1/sites/SITE/consents` have it.
    pub value: String,
    /// How many there are.
    pub choices: u64,
    /// How many of these granted each optional purpose.
    pub granted: GrantedCount,
}
