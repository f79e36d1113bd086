//! For whom a site handles data: for itself, or on behalf of its customers.

use crate::text::{Label, Localized};
use serde::{Deserialize, Serialize};

/// What the one who runs the site is for the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// It decides why and how data is used (GDPR article 4(7)).
    #[default]
    Controller,
    /// It acts on behalf of its customer, who decides (GDPR articles 4(8) and 28; Québec: chapter P-39.1, section 18.3).
    Processor,
}

impl Role {
    /// Whether it decides itself.
    pub const fn is_controller(&self) -> bool {
        matches!(self, Self::Controller)
    }
}

/// Who decides, where the site is a processor: one customer, or a kind of customers, as a visitor knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Customer {
    /// Who they are, in each language of the site: "your childcare centre".
    pub name: Localized<Label>,
    /// How to reach them, in each language of the site.
    pub contact: Localized<Label>,
}
