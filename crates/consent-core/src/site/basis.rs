//! Why data may be used: the legal bases that laws know, by one word each.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! bases {
    ($($(#[$doc:meta])* $name:ident $text:literal,)*) => {
        /// Why data may be used. Which law knows which: [`Statute`](crate::statute::Statute).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        pub enum LegalBasis {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl LegalBasis {
            /// Every one.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Its name in a configuration.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

bases! {
    /// The person agreed.
    Consent "consent",
    /// A contract with the person, or steps before one that they asked for.
    Contract "contract",
    /// A law requires it.
    LegalObligation "legal_obligation",
    /// It protects a life.
    VitalInterests "vital_interests",
    /// A task in the public interest, or official authority.
    PublicTask "public_task",
    /// An interest that outweighs the person's: the one who relies on it must say which.
    LegitimateInterests "legitimate_interests",
    /// The service that the person asked for cannot be provided without it (Québec, Canada).
    RequestedService "requested_service",
    /// Security, and the prevention of fraud (Québec, Canada).
    Security "security",
    /// A business purpose that the act names (California: Civil Code, section 1798.140(e)).
    BusinessPurpose "business_purpose",
    /// The law lets it run until the person refuses (the United States; Canada, where the consent is implied).
    OptOut "opt_out",
}

impl fmt::Display for LegalBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
