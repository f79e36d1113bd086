//! What one visitor has agreed to, read from their request.

use crate::cookie_header::pairs;
use crate::rules::{Owner, Question, Rules};
use consent_core::calendar::Timestamp;
use consent_core::jurisdiction::{ConsentModel, until_refused};
use consent_core::stored::STORAGE_KEY;
use consent_core::{
    Consent, Decision, Method, Purpose, ServiceAnswers, ServiceId, StoredChoice, StoredState,
};
use std::collections::BTreeSet;

/// A visitor's answer, or what holds before there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visitor {
    decision: Decision,
    services: ServiceAnswers,
    /// The services that run until they are objected to.
    exempt: BTreeSet<ServiceId>,
}

impl Visitor {
    /// Reads the request's `Cookie` header. Of several stored texts one holds ([`StoredState::newest`]); a click that
    /// nobody has made a decision of grants nothing, and refuses at once. `gpc` is whether the
    /// request carries Global Privacy Control: under an opt-out law, it overrides what was granted without it
    /// ([`StoredChoice::after_signal`]).
    pub fn read(
        cookies: &str,
        now: Timestamp,
        gpc: bool,
        rules: &Rules,
        question: &Question,
    ) -> Self {
        match StoredState::newest(stored_texts(cookies), now, &question.choice) {
            Some((_, StoredState::Chosen(choice))) => {
                let heeds_signal = gpc && question.model == ConsentModel::OptOut;
                let choice = choice.as_answer_to(question.choice.material, rules.exempt(question));
                let left = heeds_signal
                    .then(|| choice.after_signal(|id| rules.is_marketing(id)))
                    .flatten();
                let StoredChoice {
                    decision, services, ..
                } = left.unwrap_or(choice);
                Self {
                    decision,
                    services,
                    exempt: question.exempt.clone(),
                }
            }
            Some((_, StoredState::Pending(click))) if click.method == Method::RejectAll => Self {
                exempt: question.exempt.clone(),
                ..Self::REFUSED
            },
            _ => Self::unasked(gpc, question),
        }
    }

    /// Nothing optional is granted.
    pub const REFUSED: Self = Self {
        decision: Decision::DENY_ALL,
        services: ServiceAnswers::NONE,
        exempt: BTreeSet::new(),
    };

    /// What holds before any answer: of what the site asks for, the purposes that the law lets run until someone objects; Global
    /// Privacy Control is an objection itself.
    fn unasked(gpc: bool, question: &Question) -> Self {
        let on = until_refused(&question.asked, question.model, &question.models);
        Self {
            decision: Decision::before_answer(|purpose| on.contains(&purpose), gpc),
            services: ServiceAnswers::NONE,
            exempt: question.exempt.clone(),
        }
    }

    /// Whether something of this owner may be used.
    pub fn permits(&self, owner: Owner) -> bool {
        let Some(purpose) = owner.purpose() else {
            return true;
        };
        let Some(service) = owner.service() else {
            return self.decision.grants(purpose);
        };
        let apart = self.services.get(service.id.as_str());
        let without = || {
            self.decision
                .unless_apart(purpose, self.exempt.contains(&service.id))
        };
        apart.unwrap_or_else(without) == Consent::Granted
    }

    /// A short text that differs wherever the answers do: what an answer to this visitor depends on.
    pub fn key(&self) -> String {
        let letters: String = Purpose::OPTIONAL
            .iter()
            .map(|&purpose| {
                if self.decision.grants(purpose) {
                    'g'
                } else {
                    'd'
                }
            })
            .collect();
        if self.services.is_empty() {
            letters
        } else {
            format!("{letters}.{}", self.services)
        }
    }
}

/// The values of every stored choice in a `Cookie` header.
fn stored_texts(cookies: &str) -> impl Iterator<Item = &str> {
    pairs(cookies).filter_map(|cookie| cookie.strip_prefix(STORAGE_KEY)?.strip_prefix('='))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::rules;
    use consent_core::jurisdiction::ConsentModel::{OptIn, OptOut};
    use consent_core::{NoticeHash, Pending};

    const NOW: &str = "2026-11-22T10:00:00Z";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn choice(decided_at: &str, granted: &[Purpose]) -> StoredChoice {
        StoredChoice::new(
            Decision::granting(granted),
            at(decided_at),
            13,
            rules().question.choice.material,
        )
    }

    fn click(method: Method, clicked_at: &str) -> Pending {
        Pending {
            method,
            trusted: true,
            clicked_at: at(clicked_at),
            material: rules().question.choice.material,
            notice: NoticeHash::from_bytes([1; 32]),
        }
    }

    fn read(cookies: &str, now: Timestamp, gpc: bool, rules: &Rules) -> Visitor {
        Visitor::read(cookies, now, gpc, rules, &rules.question)
    }

    fn key(cookies: &str) -> String {
        read(cookies, at(NOW), false, &rules()).key()
    }

    #[test]
    fn what_runs_of_exempt_services_is_what_the_loader_says() {
        #[derive(serde::Deserialize)]
        struct Case {
            why: String,
            #[serde(default)]
            elsewhere: bool,
            stored: Option<String>,
            services: Option<String>,
            click: Option<String>,
            #[serde(default)]
            gpc: bool,
            runs: Vec<String>,
        }
        let cases: Vec<Case> = serde_json::from_str(include_str!(
            "../../consent-core/tests/exempt-services.json"
        ))
        .unwrap();
        assert!(cases.len() > 10);
        let service = |id: &str| serde_json::json!({ "id": id, "purpose": "statistics", "open": false, "hosts": [], "cookies": [id] });
        let rules: Rules = serde_json::from_value(serde_json::json!({
            "model": "opt-in", "asked": ["statistics", "marketing"], "exempt": ["mesure"],
            "material": "0123456789ab", "also": { "ba9876543210": true },
            "domain": "relais.example", "unknown_cookies": "pass", "services": [service("compteur"), service("mesure")]
        }))
        .unwrap();
        let now = at(NOW);
        let (from, to) = (now.as_millis() - 1000, now.add_months(12).as_millis());
        for case in cases {
            let about = if case.elsewhere {
                "ba9876543210"
            } else {
                "0123456789ab"
            };
            let services = case.services.map(|it| format!(".{it}")).unwrap_or_default();
            let stored = case
                .stored
                .map(|it| format!("{it}.{from}.{to}.{about}{services}"));
            let notice = "0".repeat(64);
            let click = case
                .click
                .map(|it| format!("p1.{it}.t.{from}.{about}.{notice}"));
            let text = stored.or(click).unwrap_or_default();
            let visitor = read(&format!("consent_temoin={text}"), now, case.gpc, &rules);
            let runs = ["compteur", "mesure"].into_iter().filter(|id| {
                let owner = rules.owner_of_cookie(id);
                assert!(owner.service().is_some());
                visitor.permits(owner)
            });
            assert_eq!(runs.collect::<Vec<_>>(), case.runs, "{}", case.why);
        }
    }

    #[test]
    fn only_a_decision_in_force_grants() {
        let good = choice("2026-11-21T10:00:00Z", &[Purpose::Statistics]);
        assert_eq!(key(&format!("a=b; consent_temoin={good}; c")), "dgd");
        let apart = good.with_services(ServiceAnswers::decode("dga4~gyoutube").unwrap());
        assert_eq!(key(&format!("consent_temoin={apart}")), "dgd.dga4~gyoutube");
        let expired = choice("2025-10-01T10:00:00Z", &[Purpose::Statistics]);
        let accepted = click(Method::AcceptAll, "2026-11-22T09:59:00Z");
        for cookies in [
            String::new(),
            format!("consent_temoin={expired}"),
            format!("xconsent_temoin={apart}"),
            format!("consent_temoin={accepted}"),
        ] {
            assert_eq!(key(&cookies), "ddd", "{cookies}");
        }
    }

    #[test]
    fn the_newest_counts_and_a_refusal_counts_at_once() {
        let older = choice("2026-11-20T10:00:00Z", &[Purpose::Marketing]);
        let newer = choice("2026-11-21T10:00:00Z", &[Purpose::Statistics]);
        let refused = click(Method::RejectAll, "2026-11-22T09:59:00Z");
        for cookies in [
            format!("consent_temoin={older}; consent_temoin={newer}"),
            format!("consent_temoin={newer}; consent_temoin={older}"),
        ] {
            assert_eq!(key(&cookies), "dgd");
            assert_eq!(key(&format!("{cookies}; consent_temoin={refused}")), "ddd");
        }
    }

    #[test]
    fn what_grants_and_comes_from_the_future_overrides_nothing() {
        let refused = choice("2026-11-22T09:00:00Z", &[]);
        let ahead = choice("2026-11-23T09:00:00Z", &[Purpose::Marketing]);
        let clicked = click(Method::RejectAll, "2026-11-22T09:59:00Z");
        for texts in [
            format!("consent_temoin={refused}; consent_temoin={ahead}"),
            format!("consent_temoin={ahead}; consent_temoin={refused}"),
            format!("consent_temoin={ahead}; consent_temoin={clicked}"),
        ] {
            assert_eq!(key(&texts), "ddd", "{texts}");
        }
        // A clock that is wrong is no reason to ask again.
        assert_eq!(key(&format!("consent_temoin={ahead}")), "ddg");
        let granted = choice("2026-11-22T09:00:00Z", &[Purpose::Statistics]);
        let withdrawn = choice("2026-11-22T12:00:00Z", &[]);
        assert_eq!(
            key(&format!(
                "consent_temoin={granted}; consent_temoin={withdrawn}"
            )),
            "ddd"
        );
    }

    #[test]
    fn under_an_opt_out_law_what_is_asked_for_runs_until_someone_objects() {
        let mut rules = rules();
        rules.question.model = OptOut;
        let key = |gpc| read("", at(NOW), gpc, &rules).key();
        assert_eq!(
            (key(false), key(true)),
            ("dgg".to_owned(), "dgd".to_owned())
        );
    }

    #[test]
    fn under_a_mixed_law_only_what_it_lets_run_does() {
        let mut rules = rules();
        rules.question.models = [
            (Purpose::Preferences, OptOut),
            (Purpose::Statistics, OptOut),
            (Purpose::Marketing, OptIn),
        ]
        .into();
        for gpc in [false, true] {
            assert_eq!(read("", at(NOW), gpc, &rules).key(), "dgd");
        }
        let all = choice(
            "2026-11-21T10:00:00Z",
            &[Purpose::Statistics, Purpose::Marketing],
        );
        let key = |cookies: &str| read(cookies, at(NOW), false, &rules).key();
        assert_eq!(key(&format!("consent_temoin={all}")), "dgg");
        let refused = click(Method::RejectAll, "2026-11-22T09:59:00Z");
        assert_eq!(key(&format!("consent_temoin={refused}")), "ddd");
    }

    #[test]
    fn under_an_opt_out_law_the_signal_overrides_what_was_granted_without_it() {
        let mut opt_out = rules();
        opt_out.question.model = OptOut;
        let granted = choice(
            "2026-11-21T10:00:00Z",
            &[Purpose::Statistics, Purpose::Marketing],
        );
        let knowing = granted.clone().with_gpc(true);
        let refused = choice("2026-11-21T10:00:00Z", &[Purpose::Statistics]);
        let key = |choice: &StoredChoice, gpc, rules: &Rules| {
            let cookie = format!("consent_temoin={choice}");
            read(&cookie, at(NOW), gpc, rules).key()
        };
        assert_eq!(key(&granted, false, &opt_out), "dgg");
        assert_eq!(key(&granted, true, &opt_out), "dgd");
        assert_eq!(key(&knowing, true, &opt_out), "dgg");
        assert_eq!(key(&refused, true, &opt_out), "dgd");
        // Where consent comes first, what was granted stands.
        assert_eq!(key(&granted, true, &rules()), "dgg");
        let apart = refused.with_services(ServiceAnswers::decode("dga4~gyoutube").unwrap());
        assert_eq!(key(&apart, false, &opt_out), "dgd.dga4~gyoutube");
        assert_eq!(key(&apart, true, &opt_out), "dgd.dga4");
        // A click of before the signal that nobody has made a decision of grants no marketing either.
        let clicked = click(Method::AcceptAll, "2026-11-22T09:59:00Z");
        let cookie = format!("consent_temoin={clicked}");
        assert_eq!(read(&cookie, at(NOW), true, &opt_out).key(), "dgd");
    }
}
