//! The findings from the comparison with the published configuration. Pure.

use super::finding::Finding;
use super::inventory::Thing;
use super::published::Published;
use super::rule::{Rule, Severity};
use crate::observe::observation::{Kind, Party};
use crate::words::days;
use consent_core::classify::{Rule as Pattern, Seen};
use consent_core::service::{Lifetime, Unit};
use std::collections::BTreeSet;

/// A lifetime may be longer than declared by this much: browsers round, and pages take time.
const TOLERANCE_S: u64 = 86_400;

/// Whether the configuration should declare a thing, and does not.
pub fn is_undeclared(thing: &Thing) -> bool {
    let declarable = match thing.kind {
        Kind::Cookie
        | Kind::LocalStorage
        | Kind::SessionStorage
        | Kind::IndexedDb
        | Kind::CacheStorage => {
            // What a third party keeps in its own storage is declared by its host.
            thing.party == Party::First || thing.kind == Kind::Cookie
        }
        Kind::Request | Kind::Frame | Kind::Socket => thing.party == Party::Third,
        Kind::ServiceWorker | Kind::Hint | Kind::Navigation | Kind::Script | Kind::Reading => false,
    };
    declarable && !thing.known.by_owner && !thing.known.is_of_tool
}

/// What no service declares: each name that is kept, and each host that something is sent to.
pub fn undeclared(things: &[Thing]) -> Vec<Finding> {
    let mut hosts = BTreeSet::new();
    let undeclared = things.iter().filter(|thing| is_undeclared(thing));
    let new = undeclared.filter(|thing| thing.kind.is_kept() || hosts.insert(&thing.host));
    new.map(|thing| {
        let known = thing.known.service.as_ref();
        let known = known.map_or_else(String::new, |service| format!(", known as {service}"));
        let found = format!("{} of {}{known}", thing.kind, thing.host);
        let mut finding = Finding::of_thing(Rule::Undeclared, Severity::Medium, thing, found);
        if !thing.kind.is_kept() {
            finding.found = format!("{} and whatever else is sent there{known}", thing.name);
            finding.subject.clone_from(&thing.host);
        }
        finding
    })
    .collect()
}

/// Whether something that stays so many seconds stays longer than a lifetime says.
fn outlives(seconds: u64, declared: Lifetime) -> bool {
    seconds > longest(declared) + TOLERANCE_S
}

/// Whether something that stays so many seconds, or until the browser is closed, stays clearly longer or shorter than a
/// lifetime says. A month can have 28 days where the longest of them has 31.
pub fn differs(seconds: Option<u64>, declared: Lifetime) -> bool {
    match seconds {
        None => declared != Lifetime::Session,
        Some(seconds) => outlives(seconds, declared) || seconds < longest(declared) / 10 * 9,
    }
}

/// A finding if a thing asks to stay longer than is declared.
pub fn longer_than_declared(thing: &Thing, seconds: u64) -> Option<Finding> {
    let declared = thing.known.declared?;
    outlives(seconds, declared).then(|| {
        let found = format!("{declared} is declared; it asks to stay {}", days(seconds));
        Finding::of_thing(Rule::LongerThanDeclared, Severity::High, thing, found)
    })
}

/// The longest that a lifetime can be, in seconds.
fn longest(lifetime: Lifetime) -> u64 {
    const DAY: u64 = 86_400;
    let (count, unit) = match lifetime {
        Lifetime::Session => return 0,
        Lifetime::For(count, unit) => (u64::from(count), unit),
    };
    count
        * match unit {
            Unit::Minute => 60,
            Unit::Hour => 3600,
            Unit::Day => DAY,
            Unit::Week => 7 * DAY,
            Unit::Month => 31 * DAY,
            Unit::Year => 366 * DAY,
        }
}

/// What optional services declare, and the scan did not see.
pub fn unused(published: &Published, things: &[Thing]) -> Vec<Finding> {
    let optional = published
        .services
        .iter()
        .filter(|service| service.purpose.is_optional());
    optional
        .flat_map(|service| service.cookies.iter().map(move |cookie| (service, cookie)))
        .filter(|(_, cookie)| {
            let pattern = Pattern::of_pattern(cookie.name.as_str());
            !things.iter().any(|thing| {
                let seen = Seen::Storage {
                    name: &thing.name,
                    host: None,
                };
                thing.kind.is_kept() && pattern.matches(&seen)
            })
        })
        .map(|(service, cookie)| {
            let found = format!("declared under {}", service.name);
            Finding {
                owner: service.name.to_string(),
                ..Finding::new(
                    Rule::Unused,
                    Severity::Advice,
                    cookie.name.to_string(),
                    found,
                )
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::inventory::inventory;
    use crate::assess::inventory::tests::{NO_TOOL, seen};
    use crate::observe::observation::{Observation, Phase};
    use consent_core::jurisdiction::Jurisdiction;
    use serde_json::json;

    fn published() -> Published {
        let service = json!({
            "id": "mesure", "name": "Mesure", "purpose": "statistics", "recipient": "Mesure", "country": "FR",
            "description": {}, "hosts": ["mesure.example"],
            "cookies": [{ "name": "_m_*", "lifetime": "P1M" }, { "name": "_rare", "lifetime": "P1D" }]
        });
        Published {
            from: "site.json".to_owned(),
            notice: None,
            law: Jurisdiction::France,
            languages: vec!["fr-FR".parse().unwrap()],
            services: vec![serde_json::from_value(service).unwrap()],
        }
    }

    fn thing(kind: Kind, name: &str, host: &str) -> Thing {
        let seen: Observation = seen(Phase::Accepted, kind, name, host);
        inventory(&[seen], Some(&published()), &NO_TOOL).remove(0)
    }

    #[test]
    fn what_no_service_has_is_undeclared() {
        for (kind, name, host, is) in [
            (Kind::Cookie, "_m_1", "relais.example", false),
            (Kind::Cookie, "_autre", "relais.example", true),
            (Kind::Cookie, "_autre", "tiers.example", true),
            (Kind::LocalStorage, "_autre", "relais.example", true),
            (Kind::LocalStorage, "_autre", "tiers.example", false),
            (
                Kind::Request,
                "https://mesure.example/t.js",
                "mesure.example",
                false,
            ),
            (Kind::Frame, "https://tiers.example/", "tiers.example", true),
            (
                Kind::Request,
                "https://relais.example/a.css",
                "relais.example",
                false,
            ),
            (
                Kind::Script,
                "https://tiers.example/a.js",
                "tiers.example",
                false,
            ),
        ] {
            let thing = thing(kind, name, host);
            assert_eq!(is_undeclared(&thing), is, "{kind} {name} {host}");
            assert_eq!(undeclared(&[thing]).len(), usize::from(is));
        }
    }

    #[test]
    fn a_host_is_reported_once() {
        let things = ["https://tiers.example/a", "https://tiers.example/b"];
        let things = things.map(|name| thing(Kind::Request, name, "tiers.example"));
        let findings = undeclared(&things);
        let subjects: Vec<_> = findings.iter().map(|finding| &finding.subject).collect();
        assert_eq!(subjects, ["tiers.example"]);
    }

    #[test]
    fn lifetimes_are_held_to_what_is_declared() {
        let thing = thing(Kind::Cookie, "_m_1", "relais.example");
        assert!(longer_than_declared(&thing, 31 * 86_400).is_none());
        let finding = longer_than_declared(&thing, 33 * 86_400).unwrap();
        assert_eq!(finding.found, "P1M is declared; it asks to stay 33 days");
        let lifetimes = [
            ("session", 0),
            ("PT20M", 1200),
            ("PT2H", 7200),
            ("P2W", 1_209_600),
            ("P1Y", 31_622_400),
        ];
        for (text, seconds) in lifetimes {
            assert_eq!(longest(text.parse().unwrap()), seconds, "{text}");
        }
    }

    #[test]
    fn what_was_not_seen_is_named() {
        let things = [thing(Kind::Cookie, "_m_1", "relais.example")];
        let unused = unused(&published(), &things);
        assert_eq!(unused.len(), 1);
        assert_eq!(
            (unused[0].subject.as_str(), unused[0].is_violation()),
            ("_rare", false)
        );
    }
}
