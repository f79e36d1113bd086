//! What the widget tells the server about one choice.

use crate::decision::Decision;
use crate::field::FieldError;
use crate::ident::{ConsentId, NoticeHash, ReceiptId, ReportId};
use crate::notice::NoticeTerms;
use crate::purpose::Purpose;
use crate::record::{Layer, Method};
use crate::text::LanguageTag;
use serde::{Deserialize, Serialize};

/// The largest report that is read, in bytes.
pub const LARGEST_REPORT_BYTES: usize = 4 * 1024;

/// The body of `POST /v1/sites/SITE/consents`. It has no time in it: only the server's clock dates
/// a record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsentReport {
    /// A new random value; the same report sent again has the same.
    pub id: ReportId,
    /// The visitor's random value. The server keeps only a keyed hash of it.
    pub consent_id: ConsentId,
    /// What was shown.
    pub notice: NoticeHash,
    /// The language it was shown in.
    pub language: LanguageTag,
    /// The answer for each of the four purposes.
    pub decision: Decision,
    /// How the visitor answered.
    pub method: Method,
    /// Where.
    pub layer: Layer,
    /// Whether the browser vouched for the click.
    pub trusted: bool,
    /// Whether the browser sends Global Privacy Control.
    pub gpc: bool,
    /// The visitor's receipt before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<ReceiptId>,
}

impl ConsentReport {
    /// Checks the report against the notice it answers: a record must not say what the notice
    /// could not have led to.
    pub fn check(&self, terms: &NoticeTerms) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        let everything = Decision::granting(&terms.purposes);
        let expected = match self.method {
            Method::AcceptAll => Some(everything),
            Method::RejectAll | Method::Withdraw => Some(Decision::DENY_ALL),
            Method::Save | Method::Gpc | Method::Api | Method::Imported => None,
        };
        if expected.is_some_and(|expected| expected != self.decision) {
            errors.push(FieldError::new(
                "decision",
                format!(
                    "does not follow from method {} under this notice",
                    self.method.as_str()
                ),
            ));
        }
        for purpose in Purpose::OPTIONAL {
            if self.decision.grants(purpose) && !terms.purposes.contains(&purpose) {
                errors.push(FieldError::new(
                    format!("decision.{purpose}"),
                    "is granted, but this notice does not ask for it",
                ));
            }
        }
        if !terms.languages.contains(&self.language) {
            errors.push(FieldError::new(
                "language",
                format!("is {}, which this notice is not in", self.language),
            ));
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jurisdiction::Jurisdiction;

    fn terms() -> NoticeTerms {
        NoticeTerms {
            purposes: vec![Purpose::Preferences, Purpose::Statistics],
            languages: vec!["fr-CA".parse().unwrap()],
            policy_version: "1".to_owned().try_into().unwrap(),
            jurisdiction: Jurisdiction::Quebec,
            choice_max_age_months: 13,
        }
    }

    fn report(method: Method, granted: &[Purpose]) -> ConsentReport {
        ConsentReport {
            id: ReportId::from_bytes([1; 16]),
            consent_id: ConsentId::from_bytes([2; 16]),
            notice: NoticeHash::from_bytes([3; 32]),
            language: "fr-CA".parse().unwrap(),
            decision: Decision::granting(granted),
            method,
            layer: Layer::Banner,
            trusted: true,
            gpc: false,
            previous: None,
        }
    }

    #[test]
    fn the_decision_must_follow_from_the_method() {
        use Purpose::{Marketing, Preferences, Statistics};
        let fields = |method, granted: &[Purpose]| match report(method, granted).check(&terms()) {
            Ok(()) => vec![],
            Err(errors) => errors.into_iter().map(|error| error.field).collect(),
        };
        let none: [&str; 0] = [];
        assert_eq!(fields(Method::AcceptAll, &[Preferences, Statistics]), none);
        assert_eq!(fields(Method::RejectAll, &[]), none);
        assert_eq!(fields(Method::Save, &[Statistics]), none);
        assert_eq!(fields(Method::Withdraw, &[]), none);
        assert_eq!(fields(Method::AcceptAll, &[Preferences]), ["decision"]);
        assert_eq!(fields(Method::RejectAll, &[Statistics]), ["decision"]);
        assert_eq!(fields(Method::Withdraw, &[Statistics]), ["decision"]);
        assert_eq!(fields(Method::Save, &[Marketing]), ["decision.marketing"]);
    }

    #[test]
    fn the_language_must_be_one_that_was_shown() {
        let mut report = report(Method::RejectAll, &[]);
        report.language = "en".parse().unwrap();
        assert_eq!(report.check(&terms()).unwrap_err()[0].field, "language");
    }
}
