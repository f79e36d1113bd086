//! Answers for single services that differ from the answer for their purpose.

use crate::choice::decision::Consent;
use crate::ident::ServiceId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

/// The exceptions to a [`Decision`](crate::Decision): a video player granted where marketing is denied, say. A service that
/// is not listed follows its purpose.
///
/// In JSON an object, `{"youtube":"granted"}`; in the stored choice `gyoutube~dga4`, in the order
/// of the names.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(from = "Answers", into = "Answers")]
pub struct ServiceAnswers(Vec<(ServiceId, Consent)>);

type Answers = BTreeMap<ServiceId, Consent>;

impl ServiceAnswers {
    /// The most that a stored choice holds, in characters: with the purposes, the times and the
    /// attributes it stays well below the 4,096 bytes that browsers give a cookie.
    pub const LONGEST_TEXT: usize = 3000;

    /// No exceptions.
    pub const NONE: Self = Self(Vec::new());

    /// These answers, in the order of the names; of several for one service, one.
    pub fn new(mut answers: Vec<(ServiceId, Consent)>) -> Self {
        answers.sort_unstable_by(|(a, _), (b, _)| a.as_str().cmp(b.as_str()));
        answers.dedup_by(|(a, _), (b, _)| a == b);
        Self(answers)
    }

    /// Keeps those of the answers that differ from what holds without them: each service with what holds for it
    /// ([`Decision::unless_apart`](crate::Decision::unless_apart)), and its answer.
    pub fn apart_from(answers: impl IntoIterator<Item = (ServiceId, Consent, Consent)>) -> Self {
        let apart = answers
            .into_iter()
            .filter(|(_, without, consent)| without != consent)
            .map(|(id, _, consent)| (id, consent));
        Self::new(apart.collect())
    }

    /// Adds the answer for a service that has none.
    pub fn add(&mut self, service: &ServiceId, consent: Consent) {
        let of = |(id, _): &(ServiceId, Consent)| id.as_str().cmp(service.as_str());
        if let Err(at) = self.0.binary_search_by(of) {
            self.0.insert(at, (service.clone(), consent));
        }
    }

    /// The answer for one service, where it differs from its purpose's.
    pub fn get(&self, service: &str) -> Option<Consent> {
        let (_, consent) = self.0.iter().find(|(id, _)| id.as_str() == service)?;
        Some(*consent)
    }

    /// Each exception, in the order of the names.
    pub fn iter(&self) -> impl Iterator<Item = (&ServiceId, Consent)> {
        self.0.iter().map(|(id, consent)| (id, *consent))
    }

    /// Whether every service follows its purpose.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a service is granted where its purpose is not.
    pub fn grant_any(&self) -> bool {
        self.0
            .iter()
            .any(|(_, consent)| *consent == Consent::Granted)
    }

    /// Reads what [`fmt::Display`] writes, and nothing else.
    pub fn decode(text: &str) -> Option<Self> {
        let mut answers: Vec<(ServiceId, Consent)> = Vec::new();
        for item in text.split('~') {
            let mut letters = item.chars();
            let consent = Consent::from_letter(letters.next()?)?;
            let id = letters.as_str();
            if answers.last().is_some_and(|(last, _)| last.as_str() >= id) {
                return None;
            }
            answers.push((id.parse().ok()?, consent));
        }
        Some(Self(answers))
    }
}

impl fmt::Display for ServiceAnswers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (nth, (id, consent)) in self.iter().enumerate() {
            f.write_str(if nth == 0 { "" } else { "~" })?;
            f.write_char(consent.letter())?;
            f.write_str(id.as_str())?;
        }
        Ok(())
    }
}

impl From<Answers> for ServiceAnswers {
    fn from(answers: Answers) -> Self {
        Self(answers.into_iter().collect())
    }
}

impl From<ServiceAnswers> for Answers {
    fn from(answers: ServiceAnswers) -> Self {
        answers.0.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choice::decision::Decision;
    use crate::choice::purpose::Purpose;

    fn id(text: &str) -> ServiceId {
        text.parse().unwrap()
    }

    #[test]
    fn only_what_differs_from_its_purpose_is_kept_in_order_and_once() {
        let decision = Decision::granting(&[Purpose::Statistics]);
        let answered = [
            (id("youtube"), Purpose::Marketing, Consent::Granted),
            (id("pixel"), Purpose::Marketing, Consent::Denied),
            (id("ga4"), Purpose::Statistics, Consent::Denied),
            (id("ga4"), Purpose::Statistics, Consent::Denied),
        ];
        let answers =
            ServiceAnswers::apart_from(answered.map(|(id, purpose, consent)| {
                (id, decision.unless_apart(purpose, false), consent)
            }));
        assert_eq!(answers.to_string(), "dga4~gyoutube");
        assert_eq!(answers.get("youtube"), Some(Consent::Granted));
        assert_eq!(answers.get("pixel"), None);
        assert!(answers.grant_any() && !answers.is_empty());
        let json = serde_json::to_string(&answers).unwrap();
        insta::assert_snapshot!(json, @r#"{"ga4":"denied","youtube":"granted"}"#);
        assert_eq!(
            serde_json::from_str::<ServiceAnswers>(&json).unwrap(),
            answers
        );
    }

    #[test]
    fn it_reads_what_it_writes_and_nothing_else() {
        let text = "dga4~gmeta-pixel~gyoutube";
        assert_eq!(ServiceAnswers::decode(text).unwrap().to_string(), text);
        for broken in [
            "", "g", "xga4", "ga4~", "~ga4", "gb~ga", "ga~ga", "gA", "é", "g~d",
        ] {
            assert_eq!(ServiceAnswers::decode(broken), None, "{broken}");
        }
    }
}
