//! Why a service needs no consent: what it is exempt as, and the conditions that its owner ticks.
//!
//! Such a service is on from the start; the visitor is told of it and can object to it apart. An exemption is never a guess:
//! the owner declares it, service by service. Which laws know which: [`statute`](crate::statute).

use crate::choice::purpose::Purpose;
use serde::{Deserialize, Serialize};

/// Why a service needs no consent, as the owner declares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Exemption {
    /// What it is exempt as.
    pub kind: ExemptionKind,
    /// The conditions that the owner says are met: all of its kind.
    pub conditions: Vec<Condition>,
}

/// What a service can be exempt as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ExemptionKind {
    /// It measures the site's audience, for the site alone.
    AudienceMeasurement,
    /// It adapts how the site looks or works to the visitor's preferences.
    Appearance,
}

/// What must hold for an exemption.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// It serves this site's owner alone, and nothing else.
    OwnAccountOnly,
    /// Nothing that it keeps or sends tells a visitor of this site from one of another site.
    NoCrossSiteIdentifier,
    /// Only anonymous statistics come of it.
    AggregatedOutput,
    /// Its data is not combined with other data, nor passed on.
    NoCombination,
    /// It does nothing but adapt how the site looks or works.
    AppearanceOnly,
}

impl ExemptionKind {
    /// Its name in a configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AudienceMeasurement => "audience_measurement",
            Self::Appearance => "appearance",
        }
    }

    /// The purpose of the services that can be exempt as this.
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::AudienceMeasurement => Purpose::Statistics,
            Self::Appearance => Purpose::Preferences,
        }
    }

    /// What must hold. Where two laws ask for different things, all of both.
    pub const fn conditions(self) -> &'static [Condition] {
        match self {
            Self::AudienceMeasurement => &[
                Condition::OwnAccountOnly,
                Condition::NoCrossSiteIdentifier,
                Condition::AggregatedOutput,
                Condition::NoCombination,
            ],
            Self::Appearance => &[Condition::AppearanceOnly],
        }
    }
}

impl Condition {
    /// Its name in a configuration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::OwnAccountOnly => "own_account_only",
            Self::NoCrossSiteIdentifier => "no_cross_site_identifier",
            Self::AggregatedOutput => "aggregated_output",
            Self::NoCombination => "no_combination",
            Self::AppearanceOnly => "appearance_only",
        }
    }
}
