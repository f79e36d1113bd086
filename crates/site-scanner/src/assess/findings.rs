//! All findings of a scan: what happened in a phase that forbids it, what lives too long, and the findings of `dialog` and
//! `compare`.

use super::evidence::Evidence;
use super::finding::Finding;
use super::inventory::{Sighting, Thing};
use super::rule::{Rule, Severity};
use super::{compare, dialog};
use crate::observe::observation::{Initiator, Kind, Party, Phase};
use crate::observe::party::{host_of, registrable};
use crate::words::days;
use consent_core::Purpose;

/// Thirteen calendar months, at their longest, in seconds: from 1 January 2028 to 1 February 2029.
const THIRTEEN_MONTHS_S: u64 = 397 * DAY_S;
const DAY_S: u64 = 86_400;

/// All findings, ordered by rule, then severity, kind and subject.
pub fn findings(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings = dialog::findings(evidence);
    for thing in evidence.things {
        findings.extend(of_phases(thing, evidence.gone_after_gesture));
        findings.extend(of_lifetime(thing));
    }
    if let Some(published) = evidence.published {
        findings.extend(compare::undeclared(evidence.things));
        if evidence.was_visited(Phase::Accepted) {
            findings.extend(compare::unused(published, evidence.things));
        }
    }
    findings.sort_by(|a, b| {
        (a.rule, a.severity, a.kind, &a.subject).cmp(&(b.rule, b.severity, b.kind, &b.subject))
    });
    findings
}

/// What happened in the phases that forbid it.
fn of_phases(thing: &Thing, gone_after_gesture: bool) -> Vec<Finding> {
    if !thing.needs_consent() {
        return Vec::new();
    }
    let forbidden = thing.seen.iter().filter(|(phase, _)| phase.forbids());
    forbidden
        .map(|(phase, sighting)| {
            let rule = if sighting.only_after_gesture && gone_after_gesture {
                Rule::ChoiceByGesture
            } else if thing.kind.is_kept() {
                Rule::Stored(*phase)
            } else if thing.kind == Kind::Reading {
                Rule::Read(*phase)
            } else {
                Rule::Sent(*phase)
            };
            let found = what_happened(thing, sighting);
            let mut finding = Finding::of_thing(rule, severity(thing), thing, found);
            finding.pages.clone_from(&sighting.pages);
            finding
        })
        .collect()
}

/// How grave it is: high if a third party is involved or the purpose is known; medium if it is the site's own and the
/// owner could declare it necessary.
fn severity(thing: &Thing) -> Severity {
    let certain = thing.party == Party::Third || thing.known.purpose.is_some();
    let by_third = thing
        .by
        .as_ref()
        .is_some_and(|by| by_another(by, &thing.host));
    match thing.kind {
        // A site's own service worker may only serve pages offline. What it sends is a finding of its own.
        Kind::ServiceWorker if !certain => Severity::Advice,
        _ if certain || by_third => Severity::High,
        _ => Severity::Medium,
    }
}

fn by_another(by: &Initiator, host: &str) -> bool {
    let of = host_of(&by.url);
    !of.is_empty() && registrable(&of) != registrable(host)
}

fn what_happened(thing: &Thing, sighting: &Sighting) -> String {
    let what = match (thing.kind, thing.form.as_deref()) {
        (Kind::Request, Some(form)) => format!("{} request", form_in_words(form)),
        (Kind::Hint, Some(form)) => format!("{form} hint"),
        (kind, _) => kind.to_string(),
    };
    let purpose = thing.known.purpose.map_or(
        "purpose unknown, treated as marketing".to_owned(),
        |purpose| purpose.to_string(),
    );
    let stays = match thing.lifetime_s {
        Some(seconds) if thing.kind == Kind::Cookie => format!(", for {}", days(seconds)),
        _ => String::new(),
    };
    let times = if sighting.times > 1 && !thing.kind.is_kept() {
        format!(", {} times", sighting.times)
    } else {
        String::new()
    };
    let blocked = match &thing.form {
        Some(form) if thing.kind == Kind::Cookie => format!(", {form}"),
        _ => String::new(),
    };
    format!("{what} of {}{stays}{times}{blocked}; {purpose}", thing.host)
}

/// The type of a request, in words.
fn form_in_words(form: &str) -> &str {
    match form {
        "xhr" => "XMLHttpRequest",
        "ping" => "beacon",
        "cspviolationreport" => "policy report",
        "eventsource" => "event stream",
        other => other,
    }
}

fn of_lifetime(thing: &Thing) -> Vec<Finding> {
    let mut findings = Vec::new();
    let Some(seconds) = thing.lifetime_s.filter(|_| thing.kind == Kind::Cookie) else {
        return findings;
    };
    let optional = thing.known.purpose.is_none_or(Purpose::is_optional);
    if optional && seconds > THIRTEEN_MONTHS_S {
        let found = format!("it asks to stay {}", days(seconds));
        findings.push(Finding::of_thing(
            Rule::LivesTooLong,
            Severity::High,
            thing,
            found,
        ));
    }
    findings.extend(compare::longer_than_declared(thing, seconds));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::inventory::inventory;
    use crate::assess::inventory::tests::{NO_TOOL, seen};
    use crate::observe::observation::Observation;
    use crate::visit::consent_dialog::{Button, Layer};
    use crate::visit::visitor::Visit;

    const OWN: &str = "relais.example";

    fn button(text: &str) -> Button {
        Button {
            text: text.to_owned(),
            width: 150,
            height: 40,
            font_px: 16.0,
            font_weight: 400.0,
            filled: true,
        }
    }

    fn fair() -> Layer {
        Layer {
            accept: Some(button("Accepter")),
            reject: Some(button("Refuser")),
            ..Layer::default()
        }
    }

    fn visits(not_made: Option<Phase>) -> Vec<Visit> {
        let visit = |phase| Visit {
            phase,
            not_made: (not_made == Some(phase)).then(|| "no way was found".to_owned()),
            failed: false,
        };
        Phase::ALL.map(visit).to_vec()
    }

    fn rules(
        observations: &[Observation],
        layer: &Layer,
        gone: bool,
        not_made: Option<Phase>,
    ) -> Vec<(&'static str, Severity)> {
        let things = inventory(observations, None, &NO_TOOL);
        let evidence = Evidence {
            things: &things,
            layer,
            gone_after_gesture: gone,
            visits: &visits(not_made),
            published: None,
        };
        let findings = findings(&evidence);
        findings
            .iter()
            .map(|finding| (finding.rule.id(), finding.severity))
            .collect()
    }

    #[test]
    fn a_site_that_listens_has_none() {
        let observations = [
            seen(
                Phase::Before,
                Kind::Request,
                "https://relais.example/a.css",
                OWN,
            ),
            seen(Phase::Accepted, Kind::Cookie, "_ga", OWN),
            seen(
                Phase::Accepted,
                Kind::Request,
                "https://tags.example/t.js",
                "tags.example",
            ),
            seen(
                Phase::Before,
                Kind::Script,
                "https://tags.example/t.js",
                "tags.example",
            ),
        ];
        assert_eq!(rules(&observations, &fair(), false, None), []);
    }

    #[test]
    fn what_needs_consent_is_found_in_every_phase_that_forbids_it() {
        for (phase, kept, sent, read) in [
            (
                Phase::Before,
                "kept-before-choice",
                "sent-before-choice",
                "read-before-choice",
            ),
            (
                Phase::Refused,
                "kept-after-refusal",
                "sent-after-refusal",
                "read-after-refusal",
            ),
            (
                Phase::Withdrawn,
                "kept-after-withdrawal",
                "sent-after-withdrawal",
                "read-after-withdrawal",
            ),
        ] {
            let observations = [
                seen(phase, Kind::Cookie, "_ga", OWN),
                seen(phase, Kind::LocalStorage, "inconnu", OWN),
                seen(
                    phase,
                    Kind::Request,
                    "https://tags.example/t.js",
                    "tags.example",
                ),
                seen(phase, Kind::Reading, "toDataURL", OWN),
            ];
            let expected = [
                (kept, Severity::High),
                (kept, Severity::Medium),
                (sent, Severity::High),
                (read, Severity::Medium),
            ];
            assert_eq!(rules(&observations, &fair(), false, None), expected);
        }
    }

    #[test]
    fn what_a_third_partys_script_keeps_is_certain() {
        let mut kept = seen(Phase::Before, Kind::LocalStorage, "inconnu", OWN);
        kept.by = Some(Initiator {
            way: "script".to_owned(),
            url: "https://tags.example/t.js:1".to_owned(),
            stack: Vec::new(),
        });
        assert_eq!(
            rules(&[kept], &fair(), false, None),
            [("kept-before-choice", Severity::High)]
        );
    }

    #[test]
    fn a_gesture_is_a_choice_only_where_the_question_goes() {
        let mut kept = seen(Phase::Before, Kind::Cookie, "_ga", OWN);
        kept.after_gesture = true;
        assert_eq!(
            rules(&[kept.clone()], &fair(), true, None),
            [("choice-by-gesture", Severity::High)]
        );
        assert_eq!(
            rules(&[kept], &fair(), false, None),
            [("kept-before-choice", Severity::High)]
        );
    }

    #[test]
    fn trackers_live_thirteen_months_at_most() {
        let mut cookie = seen(Phase::Accepted, Kind::Cookie, "_ga", OWN);
        cookie.lifetime_s = Some(THIRTEEN_MONTHS_S);
        assert_eq!(rules(&[cookie.clone()], &fair(), false, None), []);
        cookie.lifetime_s = Some(THIRTEEN_MONTHS_S + 1);
        assert_eq!(
            rules(&[cookie], &fair(), false, None),
            [("lives-too-long", Severity::High)]
        );
    }

    #[test]
    fn refusing_costs_no_more_than_accepting() {
        let changed = |change: fn(&mut Layer)| {
            let mut layer = fair();
            change(&mut layer);
            layer
        };
        let smaller = changed(|layer| layer.reject.as_mut().unwrap().width = 100);
        let finer = changed(|layer| layer.reject.as_mut().unwrap().font_px = 14.0);
        let barer = changed(|layer| layer.reject.as_mut().unwrap().filled = false);
        for layer in [smaller, finer, barer] {
            assert_eq!(
                rules(&[], &layer, false, None),
                [("refusal-weaker", Severity::Medium)]
            );
        }
        let missing = changed(|layer| layer.reject = None);
        assert_eq!(
            rules(&[], &missing, false, None),
            [("refusal-behind", Severity::High)]
        );
        assert_eq!(
            rules(&[], &missing, false, Some(Phase::Refused)),
            [("no-refusal", Severity::High)]
        );
        let wall = changed(|layer| {
            layer.ticked = vec!["pub".to_owned()];
            layer.locks_scrolling = true;
            layer.blocks_page = true;
        });
        let rules: Vec<_> = rules(&[], &wall, false, Some(Phase::Withdrawn))
            .into_iter()
            .map(|(rule, _)| rule)
            .collect();
        assert_eq!(
            rules,
            [
                "ticked-boxes",
                "locks-scrolling",
                "blocks-page",
                "no-withdrawal"
            ]
        );
    }

    #[test]
    fn nobody_has_to_ask_where_nothing_needs_consent() {
        let tracked = [seen(Phase::Before, Kind::Cookie, "_ga", OWN)];
        assert_eq!(
            rules(&[], &Layer::default(), false, Some(Phase::Refused)),
            []
        );
        let found = rules(&tracked, &Layer::default(), false, Some(Phase::Refused));
        assert_eq!(
            found,
            [
                ("kept-before-choice", Severity::High),
                ("no-question", Severity::High)
            ]
        );
    }

    #[test]
    fn a_finding_says_what_who_and_where() {
        let mut cookie = seen(Phase::Before, Kind::Cookie, "_ga", OWN);
        cookie.lifetime_s = Some(90 * DAY_S);
        cookie.by = Some(Initiator {
            way: "script".to_owned(),
            url: "https://tags.example/t.js:12".to_owned(),
            stack: vec!["set https://tags.example/t.js:12".to_owned()],
        });
        let things = inventory(&[cookie], None, &NO_TOOL);
        let evidence = Evidence {
            things: &things,
            layer: &fair(),
            gone_after_gesture: false,
            visits: &visits(None),
            published: None,
        };
        insta::assert_json_snapshot!(findings(&evidence), @r#"
        [
          {
            "rule": "kept-before-choice",
            "severity": "high",
            "kind": "cookie",
            "subject": "_ga",
            "owner": "Google Analytics",
            "expected": "only what is strictly necessary is kept before a choice",
            "found": "cookie of relais.example, for 90 days; statistics",
            "advice": "Hold it back until the visitor agrees: mark its tag with its purpose, or turn on automatic blocking. If it is strictly necessary, declare it as such.",
            "by": {
              "way": "script",
              "url": "https://tags.example/t.js:12",
              "stack": [
                "set https://tags.example/t.js:12"
              ]
            },
            "pages": [
              "https://relais.example/"
            ]
          }
        ]
        "#);
    }
}
