//! What a visitor decided.

use crate::choice::purpose::Purpose;
use serde::{Deserialize, Serialize};

/// The answer for one purpose. There is no third value: a purpose that was not asked has no
/// [`Decision`] at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Consent {
    /// The visitor agreed.
    Granted,
    /// The visitor did not agree, or the site does not ask for this purpose.
    Denied,
}

impl Consent {
    /// The name used in JSON and in queries.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Denied => "denied",
        }
    }

    /// The letter that stands for it in a stored choice.
    pub const fn letter(self) -> char {
        match self {
            Self::Granted => 'g',
            Self::Denied => 'd',
        }
    }

    /// The answer that a letter of a stored choice stands for.
    pub const fn from_letter(letter: char) -> Option<Self> {
        match letter {
            'g' => Some(Self::Granted),
            'd' => Some(Self::Denied),
            _ => None,
        }
    }
}

/// An answer for each of the four purposes; `necessary` is granted by construction.
///
/// In JSON all four are stated: `{"necessary":"granted","preferences":"denied",…}`. A missing
/// purpose, an unknown one, or a denied `necessary` is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(try_from = "FourAnswers", into = "FourAnswers")]
pub struct Decision {
    optional: [Consent; Purpose::OPTIONAL.len()],
}

impl Decision {
    /// Everything optional refused.
    pub const DENY_ALL: Self = Self {
        optional: [Consent::Denied; Purpose::OPTIONAL.len()],
    };

    /// Grants exactly those purposes for which `granted` answers true. It is not called for
    /// `necessary`.
    pub fn from_fn(mut granted: impl FnMut(Purpose) -> bool) -> Self {
        Self {
            optional: Purpose::OPTIONAL.map(|purpose| {
                if granted(purpose) {
                    Consent::Granted
                } else {
                    Consent::Denied
                }
            }),
        }
    }

    /// Grants the given purposes and denies the others.
    pub fn granting(purposes: &[Purpose]) -> Self {
        Self::from_fn(|purpose| purposes.contains(&purpose))
    }

    /// What holds before a visitor answers: what is on until they refuse it. Global Privacy Control (`gpc`) is such a refusal of
    /// marketing. `tests/before-answer.json` is the list of cases on which the loader's `choice.ts` agrees.
    pub fn before_answer(until_refused: impl Fn(Purpose) -> bool, gpc: bool) -> Self {
        Self::from_fn(|purpose| until_refused(purpose) && !(gpc && purpose == Purpose::Marketing))
    }

    /// The answer for one purpose.
    pub fn get(self, purpose: Purpose) -> Consent {
        match purpose {
            Purpose::Necessary => Consent::Granted,
            Purpose::Preferences => self.optional[0],
            Purpose::Statistics => self.optional[1],
            Purpose::Marketing => self.optional[2],
        }
    }

    /// What holds for a service that is not answered apart: the answer for its purpose or, where the law asks for no consent
    /// (`exempt`), a yes.
    pub fn unless_apart(self, purpose: Purpose, exempt: bool) -> Consent {
        if exempt {
            Consent::Granted
        } else {
            self.get(purpose)
        }
    }

    /// Whether one purpose is granted.
    pub fn grants(self, purpose: Purpose) -> bool {
        self.get(purpose) == Consent::Granted
    }

    /// Whether at least one optional purpose has this answer.
    pub fn any_optional(self, consent: Consent) -> bool {
        self.optional.contains(&consent)
    }
}

/// The JSON shape of a [`Decision`].
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
struct FourAnswers {
    #[cfg_attr(feature = "schema", schemars(extend("const" = "granted")))]
    necessary: Consent,
    preferences: Consent,
    statistics: Consent,
    marketing: Consent,
}

impl TryFrom<FourAnswers> for Decision {
    type Error = &'static str;

    fn try_from(answers: FourAnswers) -> Result<Self, Self::Error> {
        if answers.necessary == Consent::Denied {
            return Err("`necessary` is not a question: it must be \"granted\"");
        }
        Ok(Self {
            optional: [answers.preferences, answers.statistics, answers.marketing],
        })
    }
}

impl From<Decision> for FourAnswers {
    fn from(decision: Decision) -> Self {
        Self {
            necessary: decision.get(Purpose::Necessary),
            preferences: decision.get(Purpose::Preferences),
            statistics: decision.get(Purpose::Statistics),
            marketing: decision.get(Purpose::Marketing),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_states_all_four_purposes() {
        let decision = Decision::granting(&[Purpose::Statistics]);
        let json = serde_json::to_string(&decision).unwrap();
        insta::assert_snapshot!(json, @r#"{"necessary":"granted","preferences":"denied","statistics":"granted","marketing":"denied"}"#);
        assert_eq!(serde_json::from_str::<Decision>(&json).unwrap(), decision);
    }

    #[test]
    fn a_missing_an_unknown_or_an_impossible_answer_is_an_error() {
        for (json, expected) in [
            (
                r#"{"necessary":"granted","preferences":"denied","statistics":"denied"}"#,
                "missing field `marketing`",
            ),
            (
                r#"{"necessary":"granted","preferences":"denied","statistics":"denied","marketing":"denied","other":"denied"}"#,
                "unknown field `other`",
            ),
            (
                r#"{"necessary":"denied","preferences":"denied","statistics":"denied","marketing":"denied"}"#,
                "`necessary` is not a question",
            ),
            (
                r#"{"necessary":"granted","preferences":true,"statistics":"denied","marketing":"denied"}"#,
                "expected value",
            ),
        ] {
            let error = serde_json::from_str::<Decision>(json).unwrap_err();
            assert!(error.to_string().contains(expected), "{json}: {error}");
        }
    }

    #[test]
    fn necessary_is_always_granted() {
        assert!(Decision::DENY_ALL.grants(Purpose::Necessary));
        assert!(!Decision::DENY_ALL.any_optional(Consent::Granted));
    }

    #[test]
    fn before_an_answer_the_loader_says_the_same() {
        #[derive(Deserialize)]
        struct Case {
            until_refused: Vec<Purpose>,
            gpc: bool,
            granted: Vec<Purpose>,
        }
        let list: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/before-answer.json")).unwrap();
        let cases: Vec<Case> = serde_json::from_value(list["cases"].clone()).unwrap();
        assert!(cases.len() > 5);
        for case in cases {
            let on = |purpose| case.until_refused.contains(&purpose);
            assert_eq!(
                Decision::before_answer(on, case.gpc),
                Decision::granting(&case.granted),
                "{:?} {}",
                case.until_refused,
                case.gpc
            );
        }
    }
}
