//! Everything that was observed, each thing once: in which phases, on which pages, by whom, and for which purpose.

use super::published::Published;
use crate::observe::observation::{Initiator, Kind, Observation, Party, Phase};
use consent_core::Purpose;
use consent_core::classify::{Classification, Reason, Retention, Seen};
use consent_core::service::Lifetime;
use serde::Serialize;
use std::collections::BTreeMap;

/// How many pages of a sighting are listed.
const MAX_PAGES: usize = 20;

/// The purpose of a thing, and the reason for this classification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Known {
    /// Its purpose. Unknown purposes are treated as marketing.
    pub purpose: Option<Purpose>,
    /// The service it belongs to.
    pub service: Option<String>,
    /// Who receives the data.
    pub controller: Option<String>,
    /// The lifetime that the owner declares.
    pub declared: Option<Lifetime>,
    /// Whether a service of the owner declares it.
    pub by_owner: bool,
    /// Whether the owner says that it needs no consent, and the law of the site knows that exemption.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub exempt: bool,
    /// Whether it belongs to the consent tool.
    pub is_of_tool: bool,
    /// The reason, in a sentence.
    pub reason: String,
}

impl Known {
    fn of(classification: &Classification) -> Self {
        let by_owner = matches!(classification.reason, Reason::Owner { .. });
        Self {
            purpose: classification.purpose,
            service: classification.service.map(str::to_owned),
            controller: classification.controller.map(str::to_owned),
            declared: match classification.retention {
                Some(Retention::For(lifetime)) if by_owner => Some(lifetime),
                _ => None,
            },
            by_owner,
            exempt: false,
            is_of_tool: false,
            reason: classification.reason.to_string(),
        }
    }

    fn of_tool(name: &str) -> Self {
        Self {
            purpose: Some(Purpose::Necessary),
            service: Some(name.to_owned()),
            controller: None,
            declared: None,
            by_owner: false,
            exempt: false,
            is_of_tool: true,
            reason: format!(
                "It belongs to {name}, the consent tool, which asks for the choice and keeps it."
            ),
        }
    }
}

/// The observations of a thing in one phase.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sighting {
    /// How often it was seen.
    pub times: u64,
    /// When it was first seen, in milliseconds since the visit began.
    pub first_ms: u64,
    /// The first pages on which it was seen.
    pub pages: Vec<String>,
    /// Whether it was seen only after the page was scrolled, or Escape was pressed.
    pub only_after_gesture: bool,
}

/// A thing that was observed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Thing {
    /// Its kind.
    pub kind: Kind,
    /// Its name, its key, or its address without query and fragment.
    pub name: String,
    /// Its host.
    pub host: String,
    /// Whether it belongs to the scanned site.
    pub party: Party,
    /// Its purpose and service.
    pub known: Known,
    /// More about it: what a request fetches, why a browser blocked a cookie.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The longest lifetime that was asked for, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lifetime_s: Option<u64>,
    /// Who did it first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<Initiator>,
    /// The observations, by phase.
    pub seen: BTreeMap<Phase, Sighting>,
}

impl Thing {
    /// Whether it may happen without consent.
    pub fn is_allowed(&self) -> bool {
        match self.known.purpose {
            Some(purpose) => !purpose.is_optional() || self.known.exempt,
            // Requests to the site's own server make up the page; what is kept on the device needs a purpose.
            None => {
                self.party == Party::First && !self.kind.is_kept() && self.kind != Kind::Reading
            }
        }
    }

    /// Whether it needs consent. A script is judged by the request that loads it.
    pub fn needs_consent(&self) -> bool {
        !self.is_allowed() && self.kind != Kind::Script
    }

    /// The service that it belongs to, or its host.
    pub fn owner(&self) -> &str {
        self.known.service.as_deref().unwrap_or(&self.host)
    }
}

/// The consent tool of a site, and what belongs to it.
pub struct Tool<'a> {
    /// Its name.
    pub name: &'a str,
    /// Patterns of the names that it keeps.
    pub stored: &'a [String],
    /// The hosts that it is loaded from.
    pub hosts: &'a [String],
}

/// The things in the observations, each once, ordered by kind, host and name.
pub fn inventory(
    observations: &[Observation],
    published: Option<&Published>,
    tool: &Tool,
) -> Vec<Thing> {
    let mut things: BTreeMap<(Kind, String, String), Thing> = BTreeMap::new();
    for seen in observations {
        let name = subject(seen);
        let key = (seen.kind, seen.host.clone(), name.clone());
        let thing = things.entry(key).or_insert_with(|| Thing {
            kind: seen.kind,
            known: known(published, tool, seen, &name),
            name,
            host: seen.host.clone(),
            party: seen.party,
            form: None,
            lifetime_s: None,
            by: None,
            seen: BTreeMap::new(),
        });
        thing.lifetime_s = thing.lifetime_s.max(seen.lifetime_s);
        thing.form = thing.form.take().or_else(|| seen.form.clone());
        if thing.by.as_ref().is_none_or(|by| by.url.is_empty()) {
            thing.by = seen.by.clone().or_else(|| thing.by.take());
        }
        let sighting = thing.seen.entry(seen.phase).or_insert_with(|| Sighting {
            first_ms: seen.after_ms,
            only_after_gesture: true,
            ..Sighting::default()
        });
        sighting.times += 1;
        sighting.first_ms = sighting.first_ms.min(seen.after_ms);
        sighting.only_after_gesture &= seen.after_gesture;
        if sighting.pages.len() < MAX_PAGES && !sighting.pages.contains(&seen.page) {
            sighting.pages.push(seen.page.clone());
        }
    }
    things.into_values().collect()
}

/// The name by which two observations are the same thing.
fn subject(seen: &Observation) -> String {
    if seen.kind.is_kept() && seen.kind != Kind::ServiceWorker || seen.kind == Kind::Reading {
        return seen.name.clone();
    }
    let end = seen.name.find(['?', '#']).unwrap_or(seen.name.len());
    seen.name[..end].to_owned()
}

fn known(published: Option<&Published>, tool: &Tool, seen: &Observation, name: &str) -> Known {
    let services = published.map_or(&[][..], |published| &published.services);
    let host = Some(seen.host.as_str());
    let what = match seen.kind {
        Kind::Cookie => Seen::Cookie { name, host },
        Kind::LocalStorage | Kind::SessionStorage | Kind::IndexedDb | Kind::CacheStorage => {
            Seen::Storage { name, host }
        }
        _ => Seen::Request { host: &seen.host },
    };
    let kept = seen.kind.is_kept() && seen.kind != Kind::ServiceWorker;
    let by_tool = if kept {
        let mut stored = tool.stored.iter();
        stored.any(|pattern| consent_core::classify::Rule::of_pattern(pattern).matches(&what))
    } else {
        tool.hosts.iter().any(|known| known == &seen.host)
    };
    if by_tool {
        return Known::of_tool(tool.name);
    }
    let classification = cookie_database::classify(services, &what);
    let mut known = Known::of(&classification);
    let mut exempt = published.into_iter().flat_map(Published::exempt);
    if let Reason::Owner { service, .. } = classification.reason
        && exempt.any(|one| one.id == *service)
    {
        known.exempt = true;
        known.reason += " The owner says that it needs no consent, and the law of the site knows the exemption.";
    }
    known
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub const NO_TOOL: Tool<'static> = Tool {
        name: "",
        stored: &[],
        hosts: &[],
    };

    pub fn seen(phase: Phase, kind: Kind, name: &str, host: &str) -> Observation {
        Observation {
            phase,
            page: "https://relais.example/".to_owned(),
            after_ms: 100,
            kind,
            name: name.to_owned(),
            host: host.to_owned(),
            party: if host == "relais.example" {
                Party::First
            } else {
                Party::Third
            },
            form: None,
            lifetime_s: None,
            by: None,
            after_gesture: false,
        }
    }

    #[test]
    fn what_the_owner_says_is_exempt_is_allowed_where_the_law_knows_it() {
        let conditions = [
            "own_account_only",
            "no_cross_site_identifier",
            "aggregated_output",
            "no_combination",
        ];
        let services = serde_json::json!([{
            "id": "matomo", "name": "Matomo", "purpose": "statistics", "recipient": "Relais", "country": "FR",
            "description": {}, "cookies": [{ "name": "_pk_id*", "lifetime": "P13M" }], "hosts": ["mesure.example"],
            "exempt": { "kind": "audience_measurement", "conditions": conditions }
        }]);
        let published = |law: &str| Published {
            from: String::new(),
            notice: None,
            law: law.parse().unwrap(),
            languages: vec![],
            services: serde_json::from_value(services.clone()).unwrap(),
        };
        let before = [
            seen(Phase::Before, Kind::Cookie, "_pk_id.1", "relais.example"),
            seen(
                Phase::Before,
                Kind::Request,
                "https://mesure.example/matomo.js",
                "mesure.example",
            ),
            seen(Phase::Before, Kind::Cookie, "_ga", "relais.example"),
        ];
        for (law, allowed) in [("FR", 2), ("GB", 2), ("DE", 0), ("CA-QC", 0)] {
            let things = inventory(&before, Some(&published(law)), &NO_TOOL);
            let found = things.iter().filter(|thing| thing.is_allowed());
            assert_eq!(found.count(), allowed, "{law}");
        }
    }

    #[test]
    fn one_thing_is_listed_once_with_its_longest_life_and_first_author() {
        let mut set = seen(Phase::Before, Kind::Cookie, "_ga", "relais.example");
        set.by = Some(Initiator {
            way: "script".to_owned(),
            url: "https://tags.example/t.js:1".to_owned(),
            stack: Vec::new(),
        });
        set.lifetime_s = Some(60);
        let mut jar = seen(Phase::Before, Kind::Cookie, "_ga", "relais.example");
        jar.lifetime_s = Some(40);
        jar.after_ms = 50;
        let later = seen(Phase::Refused, Kind::Cookie, "_ga", "relais.example");
        let things = inventory(&[jar, set, later], None, &NO_TOOL);
        assert_eq!(things.len(), 1);
        assert_eq!(things[0].lifetime_s, Some(60));
        assert_eq!(
            things[0].by.as_ref().unwrap().url,
            "https://tags.example/t.js:1"
        );
        assert_eq!(things[0].seen[&Phase::Before].times, 2);
        assert_eq!(things[0].seen[&Phase::Before].first_ms, 50);
        assert_eq!(things[0].known.purpose, Some(Purpose::Statistics));
        assert!(!things[0].is_allowed());
    }

    #[test]
    fn requests_are_the_same_whatever_their_query() {
        let a = seen(
            Phase::Before,
            Kind::Request,
            "https://a.example/p?x=1",
            "a.example",
        );
        let b = seen(
            Phase::Before,
            Kind::Request,
            "https://a.example/p?x=2",
            "a.example",
        );
        assert_eq!(inventory(&[a, b], None, &NO_TOOL).len(), 1);
    }

    #[test]
    fn the_sites_own_pages_are_allowed_and_what_it_keeps_must_be_known() {
        let own = seen(
            Phase::Before,
            Kind::Request,
            "https://relais.example/a.css",
            "relais.example",
        );
        let kept = seen(
            Phase::Before,
            Kind::LocalStorage,
            "inconnu",
            "relais.example",
        );
        let read = seen(Phase::Before, Kind::Reading, "toDataURL", "relais.example");
        let allowed = inventory(&[own, kept, read], None, &NO_TOOL);
        let allowed: Vec<_> = allowed
            .iter()
            .map(|thing| (thing.kind, thing.is_allowed()))
            .collect();
        assert_eq!(
            allowed,
            [
                (Kind::LocalStorage, false),
                (Kind::Request, true),
                (Kind::Reading, false)
            ]
        );
    }

    #[test]
    fn what_asks_may_do_so() {
        let stored = ["choix*".to_owned()];
        let hosts = ["cmp.example".to_owned()];
        let tool = Tool {
            name: "Un outil",
            stored: &stored,
            hosts: &hosts,
        };
        let kept = seen(Phase::Before, Kind::Cookie, "choix_v2", "relais.example");
        let sent = seen(
            Phase::Before,
            Kind::Request,
            "https://cmp.example/a.js",
            "cmp.example",
        );
        assert!(
            inventory(&[kept, sent], None, &tool)
                .iter()
                .all(Thing::is_allowed)
        );
    }
}
