//! Where a site answers for its trackers, and what that means. One table.

use crate::site::service::CountryCode;
use serde::{Deserialize, Serialize};

/// The law under which a site asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Jurisdiction {
    /// Québec: Act respecting the protection of personal information in the private sector, as
    /// amended by Law 25, sections 8.1 and 9.1.
    #[serde(rename = "CA-QC")]
    Quebec,
    /// France: GDPR, section 82 of the Data Protection Act, and the CNIL's guidelines.
    #[serde(rename = "FR")]
    France,
    /// California: California Consumer Privacy Act, Civil Code sections 1798.120 and 1798.135.
    #[serde(rename = "US-CA")]
    California,
}

/// Whether trackers wait for a yes, or stop at a no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ConsentModel {
    /// Nothing optional before the visitor agrees.
    OptIn,
    /// Allowed until the visitor objects.
    OptOut,
}

/// The authority a visitor can complain to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Authority {
    /// Its short name.
    pub name: &'static str,
    /// Its site.
    pub url: &'static str,
}

/// The lifetimes that a regulator there recommends, in calendar months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// After how long a visitor may be asked anew, whatever they answered.
    pub reask_after_months: u16,
    /// How long audience data is kept at most.
    pub audience_data_months: u16,
}

impl Jurisdiction {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Quebec, Self::France, Self::California];

    /// Its code, as configurations and records have it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Quebec => "CA-QC",
            Self::France => "FR",
            Self::California => "US-CA",
        }
    }

    /// How consent works there.
    pub const fn model(self) -> ConsentModel {
        match self {
            Self::Quebec | Self::France => ConsentModel::OptIn,
            Self::California => ConsentModel::OptOut,
        }
    }

    /// Who supervises there.
    pub const fn authority(self) -> Authority {
        match self {
            Self::Quebec => Authority {
                name: "CAI",
                url: "https://www.cai.gouv.qc.ca",
            },
            Self::France => Authority {
                name: "CNIL",
                url: "https://www.cnil.fr",
            },
            Self::California => Authority {
                name: "CPPA",
                url: "https://cppa.ca.gov",
            },
        }
    }

    /// What is good practice there. CNIL: six months between two questions, 25 months for audience
    /// data (guidelines and recommendation of 17 September 2020). California: twelve months before
    /// asking again after a refusal (section 1798.135(c)(4)).
    pub const fn preset(self) -> Preset {
        match self {
            Self::Quebec => Preset {
                reask_after_months: 13,
                audience_data_months: 25,
            },
            Self::France => Preset {
                reask_after_months: 6,
                audience_data_months: 25,
            },
            Self::California => Preset {
                reask_after_months: 12,
                audience_data_months: 25,
            },
        }
    }

    /// Whether data that goes to a recipient there needs a safeguard: outside the European Economic
    /// Area for France (GDPR chapter V), outside Canada for Québec (section 17, which already starts
    /// at the border of Québec: a country is all that a service states).
    pub fn needs_safeguard(self, country: CountryCode) -> bool {
        match self {
            Self::Quebec => country.as_str() != "CA",
            Self::France => !EUROPEAN_ECONOMIC_AREA.contains(&country.as_str()),
            Self::California => false,
        }
    }
}

/// ISO 3166-1 alpha-2.
const EUROPEAN_ECONOMIC_AREA: [&str; 30] = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IS",
    "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_law_has_the_same_code_everywhere() {
        for law in Jurisdiction::ALL {
            assert_eq!(serde_json::to_value(law).unwrap(), law.as_str());
        }
    }
}
