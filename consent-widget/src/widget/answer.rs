//! Answers, as they come from a button, the script API, a privacy signal or another tool.

use consent_core::calendar::Timestamp;
use consent_core::{Consent, Layer, Method, NoticeHash, Purpose, ServiceId};

/// An answer of the visitor, of the page's script, of the browser, or of another tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Grant everything the site asks for.
    AcceptAll,
    /// Deny everything optional.
    RejectAll,
    /// Answer for what is listed, and leave everything else as it is.
    Save(Changes),
    /// Withdraw everything that was granted.
    Withdraw,
    /// Global Privacy Control under an opt-out law: grant everything but marketing.
    PrivacySignal,
    /// Import the choice that another tool has stored.
    Import(Changes),
}

/// Answers for some purposes, and for some services that get an answer of their own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// By purpose.
    pub purposes: Vec<(Purpose, Consent)>,
    /// By service.
    pub services: Vec<(ServiceId, Consent)>,
}

/// An answer, and where and when it was given.
#[derive(Clone, Debug)]
pub struct AnswerRequest {
    /// The answer.
    pub answer: Answer,
    /// Where it was given.
    pub layer: Layer,
    /// Whether the browser vouched for the click.
    pub trusted: bool,
    /// When it was given, by the visitor's clock.
    pub at: Timestamp,
    /// The notice that was shown.
    pub notice: NoticeHash,
}

impl Changes {
    /// The answer for one purpose, if there is one. Of several, the last counts.
    pub(super) fn of(&self, purpose: Purpose) -> Option<Consent> {
        let answered = self.purposes.iter().rev();
        let (_, consent) = answered
            .into_iter()
            .find(|(changed, _)| *changed == purpose)?;
        Some(*consent)
    }
}

/// The method of an answer. A page's script has the method `api` whatever it answers, except that a
/// withdrawal stays one.
pub(super) const fn method(answer: &Answer, layer: Layer) -> Method {
    match (answer, layer) {
        (Answer::Withdraw, _) => Method::Withdraw,
        (Answer::PrivacySignal, _) => Method::Gpc,
        (Answer::Import(_), _) => Method::Imported,
        (_, Layer::None) => Method::Api,
        (Answer::AcceptAll, _) => Method::AcceptAll,
        (Answer::RejectAll, _) => Method::RejectAll,
        (Answer::Save(_), _) => Method::Save,
    }
}
