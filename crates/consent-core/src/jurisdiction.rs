//! Where a site answers for its trackers, and what that means. One table.

use serde::{Deserialize, Serialize};

/// The law under which a site asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Jurisdiction {
    /// Québec: Act respecting the protection of personal information in the private sector, as
    /// amended by Law 25, sections 8.1 and 9.1.
    #[serde(rename = "CA-QC")]
    Quebec,
    /// France: GDPR, section 82 of the Data Protection Act, and the CNIL's guidelines.
    #[serde(rename = "FR")]
    France,
}

/// Whether trackers wait for a yes, or stop at a no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ConsentModel {
    /// Nothing optional before the visitor agrees.
    OptIn,
    /// Allowed until the visitor objects.
    OptOut,
}

/// The authority a visitor can complain to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Authority {
    /// Its short name.
    pub name: &'static str,
    /// Its site.
    pub url: &'static str,
}

impl Jurisdiction {
    /// How consent works there.
    pub const fn model(self) -> ConsentModel {
        match self {
            Self::Quebec | Self::France => ConsentModel::OptIn,
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
        }
    }
}
