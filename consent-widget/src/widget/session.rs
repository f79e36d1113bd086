//! Turns an answer into a decision. It needs no browser: every rule here is tested natively.

use super::answer::{Answer, AnswerRequest, Changes, method};
use consent_core::ident::MaterialDigest;
use consent_core::text::LanguageTag;
use consent_core::wallet::{Outbox, Wallet};
use consent_core::{
    Consent, ConsentReport, ConsentStatus, Decision, Method, Purpose, ReceiptId, ReportId,
    ServiceAnswers, ServiceId, SiteId, StoredChoice,
};

/// The notice of this page, and the choice in force.
#[derive(Clone, Debug)]
pub struct Session {
    /// The site.
    pub site: SiteId,
    /// The optional purposes asked for.
    pub purposes: Vec<Purpose>,
    /// The services.
    pub services: Vec<AskedService>,
    /// What a stored choice must be an answer to.
    pub material: MaterialDigest,
    /// How long a choice is kept, in calendar months.
    pub months: u16,
    /// The language shown.
    pub language: LanguageTag,
    /// Whether the browser sends Global Privacy Control.
    pub gpc: bool,
    /// The choice in force.
    pub choice: Option<StoredChoice>,
    /// What holds where there is none.
    pub unanswered: Decision,
}

/// A service, as far as it can be answered.
#[derive(Clone, Debug)]
pub struct AskedService {
    /// Its id.
    pub id: ServiceId,
    /// Its purpose.
    pub purpose: Purpose,
    /// Whether it needs no consent: it follows no purpose, and runs until it is objected to.
    pub exempt: bool,
}

/// The outcome of an answer: what to store and what to report.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The choice to store.
    pub choice: StoredChoice,
    /// The report to send.
    pub report: ConsentReport,
    /// The status that the page is told.
    pub status: ConsentStatus,
}

impl Session {
    /// Turns an answer into a decision, which becomes the choice in force.
    pub fn decide(
        &mut self,
        request: &AnswerRequest,
        wallet: &Wallet,
        outbox: &Outbox,
        id: ReportId,
    ) -> Outcome {
        let decision = self.decision(&request.answer);
        let services = self.service_answers(&request.answer, decision);
        let choice = StoredChoice::new(decision, request.at, self.months, self.material)
            .with_services(services.clone())
            .with_gpc(self.knows_signal(&request.answer));
        self.choice = Some(choice.clone());
        let method = method(&request.answer, request.layer);
        Outcome {
            choice,
            status: ConsentStatus::after(method, decision, &services),
            report: ConsentReport {
                id,
                consent_id: wallet.consent_id,
                notice: request.notice,
                language: self.language.clone(),
                decision,
                services,
                method,
                chosen_at: (method == Method::Imported).then_some(request.at),
                layer: request.layer,
                trusted: request.trusted,
                gpc: self.gpc,
                previous: self.previous(wallet, outbox),
                // The page that sends it adds its own.
                ticket: None,
                told: None,
            },
        }
    }

    /// The id of the receipt before this one: of a report that still waits to be sent, or else the last
    /// one received.
    fn previous(&self, wallet: &Wallet, outbox: &Outbox) -> Option<ReceiptId> {
        let waiting = outbox.reports().last().map(|report| ReceiptId {
            site: self.site.clone(),
            report: report.id,
        });
        waiting.or_else(|| wallet.latest(&self.site).map(|receipt| receipt.id.clone()))
    }

    /// Whether what the choice says of marketing was answered while the browser sent Global Privacy Control: now, or in
    /// the choice before it, where this answer says nothing of marketing. What another tool has stored was not.
    fn knows_signal(&self, answer: &Answer) -> bool {
        match (answer, &self.choice) {
            (Answer::Import(_), _) => false,
            (Answer::Save(changes), Some(before)) if !self.is_about_marketing(changes) => {
                before.gpc
            }
            _ => self.gpc,
        }
    }

    fn is_about_marketing(&self, changes: &Changes) -> bool {
        let named = |service| changes.services.iter().any(|(id, _)| id == service);
        let mut services = self.services.iter();
        changes.of(Purpose::Marketing).is_some()
            || services.any(|service| service.purpose == Purpose::Marketing && named(&service.id))
    }

    fn decision(&self, answer: &Answer) -> Decision {
        let choice = self.choice.as_ref();
        let before = choice.map_or(self.unanswered, |choice| choice.decision);
        let asked = |purpose| self.purposes.contains(&purpose);
        match answer {
            Answer::AcceptAll => Decision::granting(&self.purposes),
            Answer::RejectAll | Answer::Withdraw => Decision::DENY_ALL,
            Answer::PrivacySignal => Decision::from_fn(|purpose| {
                let stays = choice.is_none() || before.grants(purpose);
                asked(purpose) && purpose != Purpose::Marketing && stays
            }),
            Answer::Save(changes) | Answer::Import(changes) => Decision::from_fn(|purpose| {
                let answered = changes.of(purpose);
                let consent = answered.unwrap_or_else(|| before.get(purpose));
                // A purpose the site does not ask for cannot have been agreed to.
                consent == Consent::Granted && asked(purpose)
            }),
        }
    }

    /// The services that differ from their purpose: those that this answer names, and those of the choice
    /// before it whose purpose this answer does not change. The privacy signal changes marketing. An objection to an exempt
    /// service stands until everything is accepted, or that service again.
    fn service_answers(&self, answer: &Answer, decision: Decision) -> ServiceAnswers {
        let changes = match answer {
            Answer::Save(changes) | Answer::Import(changes) => Some(changes),
            Answer::AcceptAll => return ServiceAnswers::NONE,
            _ => None,
        };
        let is_answered = |purpose| match changes {
            Some(changes) => changes.of(purpose).is_some(),
            None => *answer != Answer::PrivacySignal || purpose == Purpose::Marketing,
        };
        let before = self.choice.as_ref().map(|choice| &choice.services);
        let answers = self.services.iter().filter_map(|service| {
            let AskedService {
                id,
                purpose,
                exempt,
            } = service;
            let named = changes.into_iter().flat_map(|changes| &changes.services);
            let consent = match named.rev().find(|(other, _)| other == id) {
                Some((_, consent)) => *consent,
                None if !exempt && is_answered(*purpose) => return None,
                None => before?.get(id.as_str())?,
            };
            let known = *exempt || self.purposes.contains(purpose);
            known.then(|| {
                (
                    id.clone(),
                    decision.unless_apart(*purpose, *exempt),
                    consent,
                )
            })
        });
        ServiceAnswers::apart_from(answers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_core::Purpose::{Marketing, Preferences, Statistics};
    use consent_core::{ConsentId, Layer, NoticeHash};
    // In the browser, beside the DOM tests; natively too, where somebody asks for that.
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn session() -> Session {
        Session {
            site: "relais".parse().unwrap(),
            services: vec![
                asked("ga4", Statistics),
                asked("youtube", Marketing),
                asked("langue", Preferences),
            ],
            purposes: vec![Preferences, Statistics],
            material: MaterialDigest::from_bytes([1; 6]),
            months: 13,
            language: "fr-CA".parse().unwrap(),
            gpc: false,
            choice: None,
            unanswered: Decision::DENY_ALL,
        }
    }

    fn asked(id: &str, purpose: Purpose) -> AskedService {
        AskedService {
            id: service(id),
            purpose,
            exempt: false,
        }
    }

    fn service(id: &str) -> ServiceId {
        id.parse().unwrap()
    }

    fn purposes(purposes: &[(Purpose, Consent)]) -> Answer {
        Answer::Save(Changes {
            purposes: purposes.to_vec(),
            services: vec![],
        })
    }

    fn one_service(id: &str, consent: Consent) -> Answer {
        Answer::Save(Changes {
            purposes: vec![],
            services: vec![(service(id), consent)],
        })
    }

    fn request(answer: Answer, layer: Layer) -> AnswerRequest {
        AnswerRequest {
            answer,
            layer,
            trusted: true,
            at: "2026-11-22T20:27:45Z".parse().unwrap(),
            notice: NoticeHash::from_bytes([2; 32]),
        }
    }

    fn decide(session: &mut Session, answer: Answer, layer: Layer) -> Outcome {
        let request = request(answer, layer);
        decide_after(session, &request, &Outbox::default())
    }

    fn decide_after(session: &mut Session, request: &AnswerRequest, outbox: &Outbox) -> Outcome {
        let wallet = Wallet::new(ConsentId::from_bytes([3; 16]));
        session.decide(request, &wallet, outbox, ReportId::from_bytes([4; 16]))
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
    fn a_report_names_the_one_that_still_waits_before_it() {
        let mut session = session();
        let first = decide(&mut session, Answer::AcceptAll, Layer::Banner);
        assert_eq!(first.report.previous, None);
        let mut outbox = Outbox::default();
        outbox.put(first.report.clone());
        let second = request(Answer::Withdraw, Layer::Dialog);
        let second = decide_after(&mut session, &second, &outbox);
        let previous = second.report.previous.unwrap();
        assert_eq!(previous.report, first.report.id);
        assert_eq!(previous.site, session.site);
    }

    #[test]
    fn saving_changes_only_what_it_names() {
        let mut session = session();
        let grant = |purpose| purposes(&[(purpose, Consent::Granted)]);
        decide(&mut session, grant(Statistics), Layer::Dialog);
        let decided = decide(&mut session, grant(Preferences), Layer::Dialog);
        assert_eq!(
            decided.choice.decision,
            Decision::granting(&[Preferences, Statistics])
        );
    }

    #[test]
    fn what_runs_until_it_is_refused_runs_on_where_another_answer_is_given() {
        let mut session = session();
        session.purposes = vec![Statistics, Marketing];
        session.unanswered = Decision::granting(&[Statistics]);
        let video = one_service("youtube", Consent::Granted);
        let decided = decide(&mut session, video, Layer::Placeholder);
        assert_eq!(decided.choice.decision, Decision::granting(&[Statistics]));
        assert_eq!(decided.choice.services.to_string(), "gyoutube");
        let decided = decide(&mut session, Answer::RejectAll, Layer::Dialog);
        assert_eq!(decided.choice.decision, Decision::DENY_ALL);
        let decided = decide(
            &mut session,
            one_service("ga4", Consent::Granted),
            Layer::Dialog,
        );
        assert_eq!(decided.choice.decision, Decision::DENY_ALL);
    }

    #[test]
    fn a_purpose_the_site_does_not_ask_for_is_never_granted() {
        let answer = purposes(&[(Marketing, Consent::Granted)]);
        let decided = decide(&mut session(), answer, Layer::None);
        assert_eq!(decided.choice.decision, Decision::DENY_ALL);
        let video = one_service("youtube", Consent::Granted);
        assert!(
            decide(&mut session(), video, Layer::None)
                .choice
                .services
                .is_empty()
        );
        assert_eq!(decided.report.method, Method::Api);
    }

    #[test]
    fn a_service_keeps_its_own_answer_until_its_purpose_is_answered() {
        let mut session = session();
        let decided = decide(
            &mut session,
            one_service("ga4", Consent::Granted),
            Layer::Banner,
        );
        assert_eq!(decided.choice.decision, Decision::DENY_ALL);
        assert_eq!(decided.choice.services.to_string(), "gga4");
        assert_eq!(decided.status, ConsentStatus::Given);
        let other = purposes(&[(Preferences, Consent::Granted)]);
        let decided = decide(&mut session, other, Layer::Dialog);
        assert_eq!(decided.report.services.to_string(), "gga4");
        let own = purposes(&[(Statistics, Consent::Denied)]);
        let decided = decide(&mut session, own, Layer::Dialog);
        assert!(decided.report.services.is_empty());
        decide(
            &mut session,
            one_service("ga4", Consent::Granted),
            Layer::Banner,
        );
        let decided = decide(&mut session, Answer::RejectAll, Layer::Dialog);
        assert!(decided.choice.services.is_empty());
    }

    #[test]
    fn a_service_can_be_refused_where_its_purpose_is_granted() {
        let mut session = session();
        let answer = Answer::Save(Changes {
            purposes: vec![(Statistics, Consent::Granted)],
            services: vec![
                (service("ga4"), Consent::Denied),
                (service("langue"), Consent::Denied),
            ],
        });
        let decided = decide(&mut session, answer, Layer::Dialog);
        assert_eq!(decided.choice.services.to_string(), "dga4");
    }

    #[test]
    fn an_objection_to_an_exempt_service_stands_until_it_is_taken_back() {
        let mut session = session();
        session.purposes = vec![Marketing];
        session.services[0].exempt = true;
        let mut services_after = |answer| {
            let decided = decide(&mut session, answer, Layer::Dialog);
            (decided.choice.services.to_string(), decided.status)
        };
        let (refused, given) = (ConsentStatus::Refused, ConsentStatus::Given);
        let object = || one_service("ga4", Consent::Denied);
        let marketing = |consent| purposes(&[(Marketing, consent)]);
        for (answer, services, status) in [
            // Nothing is granted by what needs no consent.
            (Answer::RejectAll, "", refused),
            (one_service("ga4", Consent::Granted), "", refused),
            (object(), "dga4", refused),
            (Answer::RejectAll, "dga4", refused),
            (marketing(Consent::Granted), "dga4", given),
            (Answer::Withdraw, "dga4", ConsentStatus::Withdrawn),
            (
                one_service("youtube", Consent::Granted),
                "dga4~gyoutube",
                given,
            ),
            (Answer::AcceptAll, "", given),
            (object(), "dga4", given),
            (one_service("ga4", Consent::Granted), "", given),
        ] {
            let what = format!("{answer:?}");
            assert_eq!(
                services_after(answer),
                (services.to_owned(), status),
                "{what}"
            );
        }
    }

    #[test]
    fn a_privacy_signal_denies_marketing_and_an_import_is_never_fresh() {
        let mut session = session();
        session.purposes = vec![Statistics, Marketing];
        let decided = decide(&mut session, Answer::PrivacySignal, Layer::None);
        assert_eq!(decided.report.decision, Decision::granting(&[Statistics]));
        assert_eq!(decided.report.method, Method::Gpc);
        let imported = Answer::Import(Changes {
            purposes: vec![(Marketing, Consent::Granted)],
            services: vec![],
        });
        session.choice = None;
        let decided = decide(&mut session, imported, Layer::None);
        assert_eq!(decided.report.decision, Decision::granting(&[Marketing]));
        assert_eq!(decided.report.method, Method::Imported);
        assert_eq!(decided.report.chosen_at, Some(decided.choice.decided_at));
    }

    #[test]
    fn a_privacy_signal_takes_marketing_from_an_older_choice_and_leaves_the_rest() {
        let mut session = session();
        session.purposes = vec![Preferences, Statistics, Marketing];
        let older = Answer::Save(Changes {
            purposes: vec![
                (Preferences, Consent::Granted),
                (Marketing, Consent::Granted),
            ],
            services: vec![
                (service("ga4"), Consent::Granted),
                (service("youtube"), Consent::Denied),
            ],
        });
        let older = decide(&mut session, older, Layer::Dialog);
        assert_eq!(older.choice.services.to_string(), "gga4~dyoutube");
        session.gpc = true;
        let decided = decide(&mut session, Answer::PrivacySignal, Layer::None);
        assert_eq!(decided.report.decision, Decision::granting(&[Preferences]));
        assert_eq!(decided.report.services.to_string(), "gga4");
        assert!(decided.choice.gpc && decided.report.gpc);
    }

    #[test]
    fn a_choice_says_whether_marketing_was_answered_under_the_signal() {
        let grant = |purpose| purposes(&[(purpose, Consent::Granted)]);
        let video = || one_service("youtube", Consent::Granted);
        let import = Answer::Import(Changes::default());
        // The signal at the first answer, the second answer, the signal at that one, and what its choice says.
        for (first, answer, second, says) in [
            (false, Answer::AcceptAll, true, true),
            (true, Answer::AcceptAll, false, false),
            (true, Answer::RejectAll, false, false),
            (true, grant(Marketing), false, false),
            (true, grant(Statistics), false, true),
            (false, grant(Statistics), true, false),
            (false, video(), true, true),
            (true, video(), false, false),
            (true, one_service("ga4", Consent::Denied), false, true),
            (true, import, true, false),
        ] {
            let mut session = session();
            session.purposes = vec![Statistics, Marketing];
            session.gpc = first;
            assert_eq!(
                decide(&mut session, Answer::AcceptAll, Layer::Banner)
                    .choice
                    .gpc,
                first
            );
            session.gpc = second;
            let what = format!("{answer:?}");
            let decided = decide(&mut session, answer, Layer::Dialog);
            assert_eq!(
                (decided.choice.gpc, decided.report.gpc),
                (says, second),
                "{what}"
            );
        }
        let mut new = session();
        new.gpc = true;
        assert!(
            decide(&mut new, grant(Statistics), Layer::Dialog)
                .choice
                .gpc
        );
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
