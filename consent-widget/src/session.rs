//! What the widget decides, without a browser: every rule here is tested natively.

use consent_core::calendar::Timestamp;
use consent_core::ident::MaterialDigest;
use consent_core::text::LanguageTag;
use consent_core::wallet::Wallet;
use consent_core::{
    Consent, ConsentReport, ConsentStatus, Decision, Layer, Method, NoticeHash, Purpose, ReportId,
    StoredChoice,
};

/// The notice in force on this page, and the choice made under it so far.
#[derive(Clone, Debug)]
pub struct Session {
    /// The optional purposes asked for.
    pub purposes: Vec<Purpose>,
    /// What a choice answers.
    pub material: MaterialDigest,
    /// How long a choice is kept, in calendar months.
    pub months: u16,
    /// The language shown.
    pub language: LanguageTag,
    /// Whether the browser sends Global Privacy Control.
    pub gpc: bool,
    /// The choice in force.
    pub choice: Option<StoredChoice>,
}

/// What the visitor, or the page's script, asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Grant everything the site asks for.
    AcceptAll,
    /// Deny everything optional.
    RejectAll,
    /// Answer for the purposes listed; the others stay as they are.
    Save(Vec<(Purpose, Consent)>),
    /// Take back what was granted.
    Withdraw,
}

/// An answer and how it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What was asked.
    pub answer: Answer,
    /// Where.
    pub layer: Layer,
    /// Whether the browser vouched for the click.
    pub trusted: bool,
    /// When, by the visitor's clock.
    pub at: Timestamp,
    /// What was shown.
    pub notice: NoticeHash,
}

/// A decision made: what to store and what to report.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The choice to store.
    pub choice: StoredChoice,
    /// The report to send.
    pub report: ConsentReport,
    /// Where the consent stands, for the page.
    pub status: ConsentStatus,
}

impl Session {
    /// Turns an answer into a decision. It becomes the choice in force.
    pub fn decide(&mut self, asked: &Asked, wallet: &Wallet, id: ReportId) -> Decided {
        let decision = self.decision(&asked.answer);
        let choice = StoredChoice::new(decision, asked.at, self.months, self.material);
        self.choice = Some(choice);
        let method = method(&asked.answer, asked.layer);
        Decided {
            choice,
            status: ConsentStatus::after(method, decision),
            report: ConsentReport {
                id,
                consent_id: wallet.consent_id,
                notice: asked.notice,
                language: self.language.clone(),
                decision,
                method,
                layer: asked.layer,
                trusted: asked.trusted,
                gpc: self.gpc,
                previous: wallet.latest().map(|receipt| receipt.id.clone()),
            },
        }
    }

    fn decision(&self, answer: &Answer) -> Decision {
        let before = self
            .choice
            .map_or(Decision::DENY_ALL, |choice| choice.decision);
        match answer {
            Answer::AcceptAll => Decision::granting(&self.purposes),
            Answer::RejectAll | Answer::Withdraw => Decision::DENY_ALL,
            Answer::Save(changes) => Decision::from_fn(|purpose| {
                let answered = changes
                    .iter()
                    .rev()
                    .find(|(changed, _)| *changed == purpose);
                let consent = answered.map_or(before.get(purpose), |(_, consent)| *consent);
                // A purpose the site does not ask for cannot have been agreed to.
                consent == Consent::Granted && self.purposes.contains(&purpose)
            }),
        }
    }
}

/// A page's script answers with the method `api`, whatever it asks for; a withdrawal stays one.
fn method(answer: &Answer, layer: Layer) -> Method {
    match (answer, layer) {
        (Answer::Withdraw, _) => Method::Withdraw,
        (_, Layer::None) => Method::Api,
        (Answer::AcceptAll, _) => Method::AcceptAll,
        (Answer::RejectAll, _) => Method::RejectAll,
        (Answer::Save(_), _) => Method::Save,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_core::ConsentId;
    use consent_core::Purpose::{Marketing, Preferences, Statistics};

    fn session() -> Session {
        Session {
            purposes: vec![Preferences, Statistics],
            material: MaterialDigest::from_bytes([1; 6]),
            months: 13,
            language: "fr-CA".parse().unwrap(),
            gpc: false,
            choice: None,
        }
    }

    fn decide(session: &mut Session, answer: Answer, layer: Layer) -> Decided {
        let asked = Asked {
            answer,
            layer,
            trusted: true,
            at: "2026-11-22T20:27:45Z".parse().unwrap(),
            notice: NoticeHash::from_bytes([2; 32]),
        };
        let wallet = Wallet::new(ConsentId::from_bytes([3; 16]));
        session.decide(&asked, &wallet, ReportId::from_bytes([4; 16]))
    }

    #[test]
    fn accepting_all_grants_what_the_site_asks_for_and_nothing_else() {
        let decided = decide(&mut session(), Answer::AcceptAll, Layer::Banner);
        assert_eq!(
            decided.report.decision,
            Decision::granting(&[Preferences, Statistics])
        );
        assert_eq!(decided.report.method, Method::AcceptAll);
        assert_eq!(decided.status, ConsentStatus::Given);
    }

    #[test]
    fn saving_changes_only_what_it_names() {
        let mut session = session();
        let grant = |purpose| Answer::Save(vec![(purpose, Consent::Granted)]);
        decide(&mut session, grant(Statistics), Layer::Dialog);
        let decided = decide(&mut session, grant(Preferences), Layer::Dialog);
        assert_eq!(
            decided.choice.decision,
            Decision::granting(&[Preferences, Statistics])
        );
    }

    #[test]
    fn a_purpose_the_site_does_not_ask_for_is_never_granted() {
        let answer = Answer::Save(vec![(Marketing, Consent::Granted)]);
        let decided = decide(&mut session(), answer, Layer::None);
        assert_eq!(decided.choice.decision, Decision::DENY_ALL);
        assert_eq!(decided.report.method, Method::Api);
    }

    #[test]
    fn withdrawing_is_a_new_choice_that_denies_everything() {
        let mut session = session();
        decide(&mut session, Answer::AcceptAll, Layer::Banner);
        let decided = decide(&mut session, Answer::Withdraw, Layer::Dialog);
        assert_eq!(decided.choice.decision, Decision::DENY_ALL);
        assert_eq!(decided.report.method, Method::Withdraw);
        assert_eq!(decided.status, ConsentStatus::Withdrawn);
    }
}
