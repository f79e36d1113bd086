//! Incidents of confidentiality, as Québec's register has them: Regulation respecting confidentiality incidents (chapter
//! r. 3.1), section 7, for section 3.8 of chapter P-39.1. They are kept for five years at least (section 8). The same
//! facts are those of GDPR, article 33(5).

use crate::calendar::{Date, Timestamp};
use crate::field::{FieldError, all_right};
use crate::register::request::not_later;
use crate::text::Text;
use serde::{Deserialize, Serialize};

/// The body of `POST /v1/sites/SITE/incidents`: what is known when it is noted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewIncident {
    /// The day on which the owner became aware of it (section 7, 4).
    pub aware_on: Date,
    /// When it occurred: a day, a period, or about when (section 7, 3).
    pub occurred: Text<200>,
    /// The personal information concerned, or why it cannot be described (section 7, 1).
    pub information: Text<2000>,
    /// The circumstances (section 7, 2).
    pub circumstances: Text<2000>,
    /// What is known beside it.
    #[serde(default)]
    pub findings: IncidentFindings,
}

/// What is found out in time. In a note, what is absent stays as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IncidentFindings {
    /// How many persons it concerns, or about how many (section 7, 5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persons: Option<u32>,
    /// Whether there is a risk of serious injury.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serious_risk: Option<bool>,
    /// What leads to that conclusion: how sensitive the information is, how it may be misused, what may follow, how likely it
    /// is (section 7, 6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub risk_reasons: Option<Text<2000>>,
    /// The day on which the authority was told (section 7, 7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority_told_on: Option<Date>,
    /// The day on which the persons concerned were told (section 7, 7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persons_told_on: Option<Date>,
    /// A public notice, and the reason for it (section 7, 7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_notice: Option<Text<2000>>,
    /// The measures taken to reduce the risk of injury (section 7, 8).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub measures: Option<Text<2000>>,
}

/// The body of `POST /v1/sites/SITE/incidents/NUMBER/notes`: what was done or found out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IncidentNote {
    /// What was done or found out.
    pub text: Text<2000>,
    /// What is known now.
    #[serde(default)]
    pub findings: IncidentFindings,
}

impl NewIncident {
    /// Checks it against the day on which it is written: every field that is wrong.
    pub fn check(&self, now: Timestamp) -> Result<(), Vec<FieldError>> {
        let mut errors = self.findings.errors(self.aware_on, now);
        errors.extend(not_later(self.aware_on, "aware_on", now));
        all_right(errors)
    }
}

impl IncidentFindings {
    /// What is wrong with them, of an incident that the owner was aware of since that day.
    pub fn errors(&self, aware_on: Date, now: Timestamp) -> Vec<FieldError> {
        let days = [
            ("findings.authority_told_on", self.authority_told_on),
            ("findings.persons_told_on", self.persons_told_on),
        ];
        let named = days
            .into_iter()
            .filter_map(|(field, day)| Some((field, day?)));
        named
            .filter_map(|(field, day)| {
                let early = day < aware_on;
                let why = "is before `aware_on`, the day on which it was known";
                not_later(day, field, now).or_else(|| early.then(|| FieldError::new(field, why)))
            })
            .collect()
    }

    /// These, with what a note says in their place.
    #[must_use]
    pub fn with(self, newer: &Self) -> Self {
        let newer = newer.clone();
        Self {
            persons: newer.persons.or(self.persons),
            serious_risk: newer.serious_risk.or(self.serious_risk),
            risk_reasons: newer.risk_reasons.or(self.risk_reasons),
            authority_told_on: newer.authority_told_on.or(self.authority_told_on),
            persons_told_on: newer.persons_told_on.or(self.persons_told_on),
            public_notice: newer.public_notice.or(self.public_notice),
            measures: newer.measures.or(self.measures),
        }
    }

    /// What the register must say (section 7) and does not yet: the names of fields.
    pub fn missing(&self) -> Vec<String> {
        let serious = self.serious_risk == Some(true);
        let asked = [
            ("persons", self.persons.is_none()),
            ("serious_risk", self.serious_risk.is_none()),
            ("risk_reasons", self.risk_reasons.is_none()),
            (
                "authority_told_on",
                serious && self.authority_told_on.is_none(),
            ),
            ("persons_told_on", serious && self.persons_told_on.is_none()),
            ("measures", self.measures.is_none()),
        ];
        asked
            .into_iter()
            .filter(|(_, is_missing)| *is_missing)
            .map(|(field, _)| field.to_owned())
            .collect()
    }
}
