//! What is wrong, from what was seen. Pure.

use crate::assess::compare;
use crate::assess::inventory::{Sighting, Thing};
use crate::assess::published::Published;
use crate::assess::rule::{Rule, Severity};
use crate::observe::observation::{Initiator, Kind, Party, Phase};
use crate::visit::consent_dialog::{Button, Layer};
use crate::visit::visitor::Visit;
use consent_core::Purpose;
use serde::Serialize;

/// Thirteen calendar months, at their longest, in seconds: from 1 January 2028 to 1 February 2029.
const THIRTEEN_MONTHS_S: u64 = 397 * DAY_S;
const DAY_S: u64 = 86_400;
/// A button of less than this part of the other's size is the lesser one.
const AS_LARGE: f64 = 0.75;
/// How many CSS pixels letters may be smaller.
const AS_LEGIBLE_PX: f64 = 1.5;

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was broken.
    pub rule: Rule,
    /// How much it weighs.
    pub severity: Severity,
    /// What kind of thing broke it; nothing for the question itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Its name, key or address; or what was pressed.
    pub subject: String,
    /// Whose it is: a service's name, or a host.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub owner: String,
    /// What was expected.
    pub expected: &'static str,
    /// What was found.
    pub found: String,
    /// What to do.
    pub advice: &'static str,
    /// Who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Initiator>,
    /// On which pages.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pages: Vec<String>,
}

impl Finding {
    /// About the question itself.
    fn of_layer(rule: Rule, severity: Severity, subject: &str, found: impl Into<String>) -> Self {
        Self::new(rule, severity, subject.to_owned(), found.into())
    }

    /// About a thing, wherever it was seen.
    pub fn of_thing(rule: Rule, severity: Severity, thing: &Thing, found: String) -> Self {
        let mut pages: Vec<_> = thing
            .seen
            .values()
            .flat_map(|seen| seen.pages.clone())
            .collect();
        pages.sort();
        pages.dedup();
        Self {
            kind: Some(thing.kind),
            owner: thing.owner().to_owned(),
            by: thing.by.clone(),
            pages,
            ..Self::new(rule, severity, thing.name.clone(), found)
        }
    }

    /// About nothing that was seen.
    pub fn new(rule: Rule, severity: Severity, subject: String, found: String) -> Self {
        let words = rule.words();
        Self {
            rule,
            severity,
            kind: None,
            subject,
            owner: String::new(),
            expected: words.expected,
            found,
            advice: words.advice,
            by: None,
            pages: Vec::new(),
        }
    }

    /// Whether it breaks a rule, and is not only good to know.
    pub fn is_violation(&self) -> bool {
        self.severity != Severity::Advice
    }
}

/// What the findings are made from.
pub struct Evidence<'a> {
    /// Everything seen.
    pub things: &'a [Thing],
    /// How the first page asks.
    pub layer: &'a Layer,
    /// Whether the question was gone after scrolling and Escape.
    pub gone_after_gesture: bool,
    /// What was visited.
    pub visits: &'a [Visit],
    /// What visitors are told.
    pub published: Option<&'a Published>,
}

impl Evidence<'_> {
    /// All that is wrong, the gravest rule first.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.of_the_question();
        for thing in self.things {
            findings.extend(self.of_phases(thing));
            findings.extend(of_lifetime(thing));
        }
        if let Some(published) = self.published {
            findings.extend(compare::undeclared(self.things));
            if self.was_visited(Phase::Accepted) {
                findings.extend(compare::unused(published, self.things));
            }
        }
        findings.sort_by(|a, b| {
            (a.rule, a.severity, a.kind, &a.subject).cmp(&(b.rule, b.severity, b.kind, &b.subject))
        });
        findings
    }

    fn was_visited(&self, phase: Phase) -> bool {
        self.visits
            .iter()
            .any(|visit| visit.phase == phase && visit.not_made.is_none())
    }

    /// What happened in a phase that forbids it.
    fn of_phases(&self, thing: &Thing) -> Vec<Finding> {
        if !thing.needs_consent() {
            return Vec::new();
        }
        let forbidden = thing.seen.iter().filter(|(phase, _)| phase.forbids());
        forbidden
            .map(|(phase, sighting)| {
                let rule = if sighting.only_after_gesture && self.gone_after_gesture {
                    Rule::ChoiceByGesture
                } else if thing.kind.is_kept() {
                    Rule::Kept(*phase)
                } else if thing.kind == Kind::Reading {
                    Rule::Read(*phase)
                } else {
                    Rule::Sent(*phase)
                };
                let mut finding =
                    Finding::of_thing(rule, severity(thing), thing, what_happened(thing, sighting));
                finding.pages.clone_from(&sighting.pages);
                finding
            })
            .collect()
    }

    fn of_the_question(&self) -> Vec<Finding> {
        let layer = self.layer;
        let mut findings = Vec::new();
        let Some(accept) = &layer.accept else {
            if self.things.iter().any(Thing::needs_consent) {
                findings.push(Finding::of_layer(
                    Rule::NoQuestion,
                    Severity::High,
                    "first layer",
                    "no way to accept or refuse was found",
                ));
            }
            return findings;
        };
        let mut find = |rule, severity, subject: &str, found: String| {
            findings.push(Finding::of_layer(rule, severity, subject, found));
        };
        match &layer.reject {
            Some(reject) => {
                if let Some(weaker) = weaker(reject, accept) {
                    find(Rule::RefusalWeaker, Severity::Medium, &reject.text, weaker);
                }
            }
            None if self.was_visited(Phase::Refused) => find(
                Rule::RefusalBehind,
                Severity::High,
                "first layer",
                format!("“{}” is one press away, refusing is two", accept.text),
            ),
            None => find(
                Rule::NoRefusal,
                Severity::High,
                "first layer",
                format!("“{}”, and nothing that refuses", accept.text),
            ),
        }
        if !layer.ticked.is_empty() {
            let names = layer.ticked.join(", ");
            find(
                Rule::TickedBoxes,
                Severity::High,
                &names,
                format!("ticked before anybody did it: {names}"),
            );
        }
        if layer.locks_scrolling {
            find(
                Rule::LocksScrolling,
                Severity::Medium,
                "first layer",
                "the page does not scroll while it asks".to_owned(),
            );
        }
        if layer.blocks_page {
            find(
                Rule::BlocksPage,
                Severity::Medium,
                "first layer",
                "something fixed lies over the whole window".to_owned(),
            );
        }
        let withdrawal = self
            .visits
            .iter()
            .find(|visit| visit.phase == Phase::Withdrawn);
        if let Some(why) = withdrawal.and_then(|visit| visit.not_made.clone()) {
            find(Rule::NoWithdrawal, Severity::High, "every page", why);
        }
        findings
    }
}

/// Certain where it is another's or has a known purpose; for the owner to say where it is the site's own.
fn severity(thing: &Thing) -> Severity {
    let certain = thing.party == Party::Third || thing.known.purpose.is_some();
    let by_third = thing
        .by
        .as_ref()
        .is_some_and(|by| by_another(by, &thing.host));
    match thing.kind {
        // A site's own worker can be what makes it work offline; what it sends is found by itself.
        Kind::ServiceWorker if !certain => Severity::Advice,
        _ if certain || by_third => Severity::High,
        _ => Severity::Medium,
    }
}

fn by_another(by: &Initiator, host: &str) -> bool {
    let of = crate::observe::party::host_of(&by.url);
    !of.is_empty()
        && crate::observe::party::registrable(&of) != crate::observe::party::registrable(host)
}

fn what_happened(thing: &Thing, sighting: &Sighting) -> String {
    let what = match (thing.kind, thing.form.as_deref()) {
        (Kind::Request, Some(form)) => format!("{} request", form_in_words(form)),
        (Kind::Hint, Some(form)) => format!("{form} hint"),
        (kind, _) => kind.to_string(),
    };
    let purpose = thing.known.purpose.map_or(
        "purpose unknown, held back as marketing".to_owned(),
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

/// What the protocol calls a type of request, for people.
fn form_in_words(form: &str) -> &str {
    match form {
        "xhr" => "XMLHttpRequest",
        "ping" => "beacon",
        "cspviolationreport" => "policy report",
        "eventsource" => "event stream",
        other => other,
    }
}

/// A length of time in whole days, or less.
pub fn days(seconds: u64) -> String {
    match seconds / DAY_S {
        0 => "less than a day".to_owned(),
        1 => "1 day".to_owned(),
        days => format!("{days} days"),
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

/// How refusing is made to weigh less, if it is.
fn weaker(reject: &Button, accept: &Button) -> Option<String> {
    let area = |button: &Button| f64::from(button.width) * f64::from(button.height);
    let smaller = area(reject) < AS_LARGE * area(accept);
    let finer = reject.font_px + AS_LEGIBLE_PX < accept.font_px;
    let barer = accept.filled && !reject.filled;
    (smaller || finer || barer).then(|| {
        format!(
            "“{}” is {}, “{}” is {}",
            reject.text,
            looks(reject),
            accept.text,
            looks(accept)
        )
    })
}

fn looks(button: &Button) -> String {
    let fill = if button.filled { "filled" } else { "bare" };
    format!(
        "{} × {} pixels, letters of {} pixels, {fill}",
        button.width, button.height, button.font_px
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::inventory::inventory;
    use crate::assess::inventory::tests::{NOBODY, seen};
    use crate::observe::observation::Observation;

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
        };
        Phase::ALL.map(visit).to_vec()
    }

    fn rules(
        observations: &[Observation],
        layer: &Layer,
        gone: bool,
        not_made: Option<Phase>,
    ) -> Vec<(&'static str, Severity)> {
        let things = inventory(observations, None, &NOBODY);
        let evidence = Evidence {
            things: &things,
            layer,
            gone_after_gesture: gone,
            visits: &visits(not_made),
            published: None,
        };
        let findings = evidence.findings();
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
        let things = inventory(&[cookie], None, &NOBODY);
        let evidence = Evidence {
            things: &things,
            layer: &fair(),
            gone_after_gesture: false,
            visits: &visits(None),
            published: None,
        };
        insta::assert_json_snapshot!(evidence.findings(), @r#"
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
