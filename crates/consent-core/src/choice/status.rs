//! Where a consent stands.

use crate::choice::decision::{Consent, Decision};
use crate::choice::method::Method;
use crate::choice::service_answers::ServiceAnswers;
use serde::{Deserialize, Serialize};

/// Where a consent stands (DPV `ConsentStatus`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum ConsentStatus {
    /// At least one optional purpose is granted.
    Given,
    /// Everything optional is denied, and nothing was granted before by this act.
    Refused,
    /// The visitor took back what had been granted.
    Withdrawn,
    /// The choice has reached its end.
    Expired,
}

impl ConsentStatus {
    /// Those that a record can have: that a choice has ended, none says.
    pub const OF_RECORDS: [Self; 3] = [Self::Given, Self::Refused, Self::Withdrawn];

    /// Where the consent stands after a decision made that way.
    pub fn after(method: Method, decision: Decision, services: &ServiceAnswers) -> Self {
        if decision.any_optional(Consent::Granted) || services.grant_any() {
            Self::Given
        } else if method == Method::Withdraw {
            Self::Withdrawn
        } else {
            Self::Refused
        }
    }

    /// The name used in JSON and in `window.Temoin.status`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Given => "given",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choice::purpose::Purpose;

    #[test]
    fn the_status_follows_from_the_method_and_the_decision() {
        let some = Decision::granting(&[Purpose::Statistics]);
        for (method, decision, status) in [
            (Method::Save, some, ConsentStatus::Given),
            (Method::Save, Decision::DENY_ALL, ConsentStatus::Refused),
            (
                Method::Withdraw,
                Decision::DENY_ALL,
                ConsentStatus::Withdrawn,
            ),
        ] {
            let none = &ServiceAnswers::NONE;
            assert_eq!(ConsentStatus::after(method, decision, none), status);
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
