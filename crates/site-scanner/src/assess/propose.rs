//! Proposals: the services that the configuration lacks, ready to paste. Pure.

use super::compare::is_undeclared;
use super::inventory::Thing;
use crate::observe::observation::{Kind, Party};
use crate::observe::party::{host_of, registrable};
use consent_core::Purpose;
use consent_core::classify::{Seen, by_owner};
use consent_core::service::{CookieName, CookiePattern, Service};
use consent_core::text::LanguageTag;
use serde::Serialize;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

/// The country of a proposal, which only the owner knows: a code that ISO 3166 leaves to its users.
const UNKNOWN_COUNTRY: &str = "ZZ";

/// A service to add, or to replace the one with the same id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// The service, as a member of `services`.
    pub service: Service,
    /// Whether it replaces a service that the configuration has.
    pub replaces: bool,
    /// The fields that the owner must complete or check.
    pub to_check: Vec<&'static str>,
    /// Observed names that a configuration cannot express.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

#[derive(Default)]
struct Group<'a> {
    purpose: Option<Purpose>,
    controller: Option<&'a str>,
    /// Name -> kind and longest lifetime in seconds.
    kept: BTreeMap<&'a str, (Kind, Option<u64>)>,
    hosts: BTreeSet<&'a str>,
}

/// The site that proposals are made for.
pub struct SiteContext<'a> {
    /// The declared services.
    pub services: &'a [Service],
    /// The languages of the site.
    pub languages: &'a [LanguageTag],
    /// Its host.
    pub host: &'a str,
}

/// A proposal for each service that the things show, and that the configuration lacks or declares in part.
pub fn proposals(things: &[Thing], site: &SiteContext) -> Vec<Proposal> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for thing in things.iter().filter(|thing| is_undeclared(thing)) {
        let group = groups.entry(group_of(thing, site)).or_default();
        group.purpose = group.purpose.max(thing.known.purpose);
        group.controller = group.controller.or(thing.known.controller.as_deref());
        if thing.kind.is_kept() {
            let (_, lifetime) = group.kept.entry(&thing.name).or_insert((thing.kind, None));
            *lifetime = (*lifetime).max(thing.lifetime_s);
        }
        if thing.party == Party::Third {
            group.hosts.insert(&thing.host);
        }
    }
    let groups = groups.iter();
    groups
        .filter_map(|(name, group)| proposal(name, group, site))
        .collect()
}

/// The name of the group of a thing: its known service; else the third party whose script did it, by the owner's name
/// for it; else the host.
fn group_of(thing: &Thing, site: &SiteContext) -> String {
    if let Some(service) = &thing.known.service {
        return service.clone();
    }
    let by = thing.by.as_ref().map(|by| host_of(&by.url));
    let by = by.filter(|by| !by.is_empty() && registrable(by) != registrable(site.host));
    let host = match (thing.party, &by) {
        (Party::First, Some(by)) => by,
        _ => &thing.host,
    };
    let owner = by_owner(site.services, &Seen::Request { host });
    let owner = owner.and_then(|known| known.service);
    owner.unwrap_or_else(|| registrable(host)).to_owned()
}

/// The proposal for a group. Nothing if a service cannot have its name.
fn proposal(name: &str, group: &Group, site: &SiteContext) -> Option<Proposal> {
    let mut declared = site.services.iter();
    let declared = declared.find(|service| service.name.as_str() == name);
    let (mut service, to_check) = match declared {
        Some(service) => (service.clone(), Vec::new()),
        None => new_service(name, group, site)?,
    };
    let mut left_out = Vec::new();
    for (name, (kind, seconds)) in &group.kept {
        let lifetime = lifetime(*kind, *seconds).parse().ok();
        match (name.parse::<CookieName>(), lifetime) {
            (Ok(name), Some(lifetime)) => service.cookies.push(CookiePattern { name, lifetime }),
            _ => left_out.push((*name).to_owned()),
        }
    }
    for host in &group.hosts {
        let is_new = !service.hosts.iter().any(|known| known.covers(host));
        service.hosts.extend(host.parse().ok().filter(|_| is_new));
    }
    Some(Proposal {
        service,
        replaces: declared.is_some(),
        to_check,
        left_out,
    })
}

/// An empty service, and the fields that only the owner knows.
fn new_service(
    name: &str,
    group: &Group,
    site: &SiteContext,
) -> Option<(Service, Vec<&'static str>)> {
    let recipient = group.controller.unwrap_or(name);
    let languages = site.languages.iter();
    let description: BTreeMap<_, _> = languages.map(|language| (language, "…")).collect();
    let service = json!({
        "id": id(name),
        "name": name,
        "purpose": group.purpose.unwrap_or(Purpose::Marketing),
        "recipient": recipient,
        "country": UNKNOWN_COUNTRY,
        "description": description,
    });
    let mut to_check = vec!["country", "description"];
    if group.purpose.is_none() {
        to_check.insert(0, "purpose");
    }
    if group.controller.is_none() {
        to_check.push("recipient");
    }
    Some((serde_json::from_value(service).ok()?, to_check))
}

/// A lifetime as the configuration writes it: the shortest one that covers it.
fn lifetime(kind: Kind, seconds: Option<u64>) -> String {
    const DAY: u64 = 86_400;
    match (kind, seconds) {
        (Kind::Cookie | Kind::SessionStorage, None) => "session".to_owned(),
        // Storage has no expiry of its own.
        (_, None) => "P13M".to_owned(),
        (_, Some(seconds)) if seconds < DAY => format!("PT{}M", seconds.div_ceil(60).max(1)),
        (_, Some(seconds)) => format!("P{}D", seconds.div_ceil(DAY)),
    }
}

/// An id made from a name: lower-case letters, digits and dashes.
fn id(name: &str) -> String {
    let mut id = String::new();
    for char in name.to_lowercase().chars() {
        if char.is_ascii_alphanumeric() {
            id.push(char);
        } else if !id.is_empty() && !id.ends_with('-') {
            id.push('-');
        }
    }
    id.truncate(40);
    match id.trim_end_matches('-') {
        "" => "service".to_owned(),
        id => id.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::inventory::inventory;
    use crate::assess::inventory::tests::{NO_TOOL, seen};
    use crate::observe::observation::{Initiator, Phase};

    #[test]
    fn a_service_for_each_that_is_missing_and_each_can_be_pasted() {
        let mut ga = seen(Phase::Accepted, Kind::Cookie, "_ga", "relais.example");
        ga.lifetime_s = Some(86_400 * 390);
        let mut tagged = seen(
            Phase::Accepted,
            Kind::LocalStorage,
            "visiteur",
            "relais.example",
        );
        tagged.by = Some(Initiator {
            way: "script".to_owned(),
            url: "https://cdn.tags.example/t.js:1".to_owned(),
            stack: Vec::new(),
        });
        let request = seen(
            Phase::Before,
            Kind::Request,
            "https://cdn.tags.example/t.js",
            "cdn.tags.example",
        );
        let own = seen(Phase::Before, Kind::Cookie, "gout", "relais.example");
        let unnameable = seen(Phase::Before, Kind::LocalStorage, "a b", "relais.example");
        let things = inventory(&[ga, tagged, request, own, unnameable], None, &NO_TOOL);
        let languages = ["fr-FR".parse().unwrap(), "en".parse().unwrap()];
        let site = SiteContext {
            services: &[],
            languages: &languages,
            host: "relais.example",
        };
        let proposals = proposals(&things, &site);
        let mut lines = Vec::new();
        for proposal in &proposals {
            lines.push(serde_json::to_string(&proposal.service).unwrap());
            lines.push(format!("to check: {}", proposal.to_check.join(", ")));
        }
        assert_eq!(proposals[1].left_out, ["a b"]);
        insta::assert_snapshot!(lines.join("\n"), @r#"
        {"id":"google-analytics","name":"Google Analytics","purpose":"statistics","recipient":"Google","country":"ZZ","description":{"en":"…","fr-FR":"…"},"cookies":[{"name":"_ga","lifetime":"P390D"}]}
        to check: country, description
        {"id":"relais-example","name":"relais.example","purpose":"marketing","recipient":"relais.example","country":"ZZ","description":{"en":"…","fr-FR":"…"},"cookies":[{"name":"gout","lifetime":"session"}]}
        to check: purpose, country, description, recipient
        {"id":"tags-example","name":"tags.example","purpose":"marketing","recipient":"tags.example","country":"ZZ","description":{"en":"…","fr-FR":"…"},"cookies":[{"name":"visiteur","lifetime":"P13M"}],"hosts":["cdn.tags.example"]}
        to check: purpose, country, description, recipient
        "#);
    }

    #[test]
    fn what_a_declared_service_does_besides_is_added_to_it() {
        let service: Service = serde_json::from_value(json!({
            "id": "mesure", "name": "Mesure", "purpose": "statistics", "recipient": "Mesure SA",
            "country": "FR", "description": {}, "hosts": ["tags.example"],
            "cookies": [{ "name": "_m", "lifetime": "P1D" }]
        }))
        .unwrap();
        let mut set = seen(Phase::Accepted, Kind::Cookie, "_n", "relais.example");
        set.by = Some(Initiator {
            way: "script".to_owned(),
            url: "https://cdn.tags.example/t.js:1".to_owned(),
            stack: Vec::new(),
        });
        let things = inventory(&[set], None, &NO_TOOL);
        let site = SiteContext {
            services: &[service],
            languages: &[],
            host: "relais.example",
        };
        let proposals = proposals(&things, &site);
        assert_eq!(proposals.len(), 1);
        assert!(proposals[0].replaces && proposals[0].to_check.is_empty());
        let names = proposals[0]
            .service
            .cookies
            .iter()
            .map(|cookie| cookie.name.to_string());
        assert_eq!(names.collect::<Vec<_>>(), ["_m", "_n"]);
        assert_eq!(proposals[0].service.hosts.len(), 1);
    }

    #[test]
    fn lifetimes_and_ids_are_as_a_configuration_has_them() {
        for (kind, seconds, text) in [
            (Kind::Cookie, None, "session"),
            (Kind::LocalStorage, None, "P13M"),
            (Kind::SessionStorage, None, "session"),
            (Kind::Cookie, Some(30), "PT1M"),
            (Kind::Cookie, Some(86_399), "PT1440M"),
            (Kind::Cookie, Some(86_401), "P2D"),
        ] {
            assert_eq!(lifetime(kind, seconds), text);
        }
        assert_eq!(id("Google Analytics / GA4"), "google-analytics-ga4");
        assert_eq!(id("…"), "service");
    }
}
