//! Proposals: the services that the configuration lacks, ready to paste. Pure.

use super::catalogued::{self, Catalogued};
use super::compare::{differs, is_undeclared};
use super::inventory::Thing;
use crate::observe::observation::{Kind, Party};
use crate::observe::party::{host_of, registrable};
use consent_core::Purpose;
use consent_core::classify::{Rule, Seen, by_owner};
use consent_core::jurisdiction::Jurisdiction;
use consent_core::service::{CookieName, CookiePattern, Lifetime, Service};
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
    /// What the catalogue of services says besides, where it has the service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub catalogue: Option<Catalogued>,
}

/// What things are grouped by.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    /// The id of an entry of the catalogue.
    Listed(&'static str),
    /// A name: of a declared service, of a service that the cookie database has, or a host.
    Named(String),
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
    /// The law that it follows, where that is known.
    pub law: Option<Jurisdiction>,
}

/// A proposal for each service that the things show, and that the configuration lacks or declares in part.
pub fn proposals(things: &[Thing], site: &SiteContext) -> Vec<Proposal> {
    let undeclared = || things.iter().filter(|thing| is_undeclared(thing));
    let evident: BTreeSet<&str> = undeclared().filter_map(catalogued::only_entry).collect();
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    for thing in undeclared() {
        let group = groups.entry(key_of(thing, site, &evident)).or_default();
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
        .filter_map(|(key, group)| proposal(key, group, site))
        .collect()
}

/// What a thing is grouped by: the declared service that it belongs to; else the entry of the catalogue; else its known
/// service; else the third party whose script did it; else the host.
fn key_of(thing: &Thing, site: &SiteContext, evident: &BTreeSet<&str>) -> Key {
    let by = thing.by.as_ref().map(|by| host_of(&by.url));
    let by = by.filter(|by| !by.is_empty() && registrable(by) != registrable(site.host));
    let host = match (thing.party, &by) {
        (Party::First, Some(by)) => by,
        _ => &thing.host,
    };
    let known = thing.known.service.as_ref();
    let declared = |name: &&String| site.services.iter().any(|one| one.name.as_str() == **name);
    if let Some(name) = known.filter(declared) {
        return Key::Named(name.clone());
    }
    let owner = by_owner(site.services, &Seen::Request { host });
    if let Some(name) = owner
        .and_then(|owner| owner.service)
        .filter(|_| known.is_none())
    {
        return Key::Named(name.to_owned());
    }
    match catalogued::entry_of(thing, evident) {
        Some(entry) => Key::Listed(entry.id.as_str()),
        None => Key::Named(known.map_or_else(|| registrable(host).to_owned(), String::clone)),
    }
}

/// The proposal for a group. Nothing if a service cannot have its name.
fn proposal(key: &Key, group: &Group, site: &SiteContext) -> Option<Proposal> {
    let entry = match key {
        Key::Listed(id) => service_catalogue::by_id(id),
        Key::Named(_) => None,
    };
    let mut declared = site.services.iter();
    let declared = declared.find(|service| match key {
        Key::Listed(id) => service.id.as_str() == *id,
        Key::Named(name) => service.name.as_str() == name,
    });
    let (mut service, to_check) = match (declared, entry, key) {
        (Some(service), ..) => (service.clone(), Vec::new()),
        (None, Some(entry), _) => catalogued::service_of(entry, site.law, site.languages),
        (None, None, Key::Listed(name)) => new_service(name, group, site)?,
        (None, None, Key::Named(name)) => new_service(name, group, site)?,
    };
    let left_out = keep(&mut service, group);
    for host in &group.hosts {
        let is_new = !service.hosts.iter().any(|known| known.covers(host));
        service.hosts.extend(host.parse().ok().filter(|_| is_new));
    }
    Some(Proposal {
        service,
        replaces: declared.is_some(),
        to_check,
        left_out,
        catalogue: entry.map(Catalogued::from),
    })
}

/// Adds what was seen to a service: a name that none of its patterns covers, and the lifetime that was seen where it is
/// clearly another than the pattern says: settings change it. Returns the names that a configuration cannot express.
fn keep(service: &mut Service, group: &Group) -> Vec<String> {
    let mut left_out = Vec::new();
    let mut observed: BTreeMap<usize, (Kind, Option<u64>)> = BTreeMap::new();
    let patterns = service.cookies.clone();
    for (name, (kind, seconds)) in &group.kept {
        let seen = Seen::Cookie { name, host: None };
        let covers = |known: &CookiePattern| Rule::of_pattern(known.name.as_str()).matches(&seen);
        if let Some(at) = patterns.iter().position(covers) {
            let (_, longest) = observed.entry(at).or_insert((*kind, None));
            *longest = (*longest).max(*seconds);
            continue;
        }
        let lifetime = lifetime(*kind, *seconds).parse().ok();
        match (name.parse::<CookieName>(), lifetime) {
            (Ok(name), Some(lifetime)) => service.cookies.push(CookiePattern { name, lifetime }),
            _ => left_out.push((*name).to_owned()),
        }
    }
    for (at, (kind, seconds)) in observed {
        let lifetime = lifetime(kind, seconds).parse::<Lifetime>().ok();
        if let (Some(known), Some(lifetime)) = (service.cookies.get_mut(at), lifetime)
            && differs(seconds, known.lifetime)
        {
            known.lifetime = lifetime;
        }
    }
    left_out
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
            law: Some(Jurisdiction::France),
        };
        let proposals = proposals(&things, &site);
        let mut lines = Vec::new();
        for proposal in &proposals {
            lines.push(serde_json::to_string(&proposal.service).unwrap());
            lines.push(format!("to check: {}", proposal.to_check.join(", ")));
        }
        assert_eq!(proposals[1].left_out, ["a b"]);
        insta::assert_snapshot!(lines.join("\n"), @r#"
        {"id":"google-analytics","name":"Google Analytics","purpose":"statistics","recipient":"Google Ireland Limited","country":"IE","policy_url":"https://policies.google.com/privacy","description":{"en":"Counts visits and shows which pages are read and where visitors come from.","fr-FR":"Compte les visites et montre quelles pages sont lues et d’où viennent les visiteurs."},"cookies":[{"name":"_ga","lifetime":"P390D"},{"name":"_ga_*","lifetime":"P2Y"}],"hosts":["www.google-analytics.com","region1.google-analytics.com","analytics.google.com","www.googletagmanager.com"]}
        to check: recipient, country, hosts
        {"id":"relais-example","name":"relais.example","purpose":"marketing","recipient":"relais.example","country":"ZZ","description":{"en":"…","fr-FR":"…"},"cookies":[{"name":"gout","lifetime":"session"}]}
        to check: purpose, country, description, recipient
        {"id":"tags-example","name":"tags.example","purpose":"marketing","recipient":"tags.example","country":"ZZ","description":{"en":"…","fr-FR":"…"},"cookies":[{"name":"visiteur","lifetime":"P13M"}],"hosts":["cdn.tags.example"]}
        to check: purpose, country, description, recipient
        "#);
    }

    #[test]
    fn what_the_catalogue_has_is_one_service_with_what_was_seen_besides() {
        let cookie = |name: &str, seconds| {
            let mut cookie = seen(Phase::Accepted, Kind::Cookie, name, "relais.example");
            cookie.lifetime_s = seconds;
            cookie
        };
        let script = "https://client.crisp.chat/l.js";
        let mut set = cookie("inconnu", Some(86_400));
        set.by = Some(Initiator {
            way: "script".to_owned(),
            url: format!("{script}:3"),
            stack: Vec::new(),
        });
        let things = inventory(
            &[
                seen(Phase::Before, Kind::Request, script, "client.crisp.chat"),
                // Within what six months mean.
                cookie("crisp-client%2Fsession%2F1", Some(86_400 * 181)),
                set,
            ],
            None,
            &NO_TOOL,
        );
        let languages = ["fr-CA".parse().unwrap()];
        let site = SiteContext {
            services: &[],
            languages: &languages,
            host: "relais.example",
            law: Some(Jurisdiction::Quebec),
        };
        let proposals = proposals(&things, &site);
        assert_eq!(proposals.len(), 1, "{proposals:?}");
        let proposal = &proposals[0];
        assert_eq!(proposal.service.id.as_str(), "crisp");
        let kept = proposal.service.cookies.iter();
        let kept: Vec<_> = kept
            .map(|cookie| format!("{} {}", cookie.name, cookie.lifetime))
            .collect();
        assert_eq!(kept, ["crisp-client%2F* P6M", "inconnu P1D"]);
        assert_eq!(proposal.catalogue.as_ref().map(|one| one.id), Some("crisp"));
        assert!(proposal.to_check.contains(&"safeguard"));
    }

    #[test]
    fn a_declared_service_of_the_same_id_is_completed_and_keeps_its_words() {
        let service: Service = serde_json::from_value(json!({
            "id": "crisp", "name": "Notre clavardage", "purpose": "preferences",
            "recipient": "Crisp", "country": "FR", "description": {}
        }))
        .unwrap();
        let cookie = seen(
            Phase::Accepted,
            Kind::Cookie,
            "crisp-client%2Fsession%2F1",
            "relais.example",
        );
        let things = inventory(&[cookie], None, &NO_TOOL);
        let site = SiteContext {
            services: &[service],
            languages: &[],
            host: "relais.example",
            law: Some(Jurisdiction::France),
        };
        let proposals = proposals(&things, &site);
        assert_eq!(proposals.len(), 1);
        assert!(proposals[0].replaces && proposals[0].to_check.is_empty());
        assert_eq!(proposals[0].service.name.as_str(), "Notre clavardage");
        assert_eq!(proposals[0].service.cookies.len(), 1);
    }

    #[test]
    fn a_host_of_a_declared_service_stays_with_it() {
        let service: Service = serde_json::from_value(json!({
            "id": "films", "name": "Films", "purpose": "marketing", "recipient": "Mouseflow ApS",
            "country": "DK", "description": {}, "hosts": ["cdn.mouseflow.com"]
        }))
        .unwrap();
        let mut set = seen(Phase::Accepted, Kind::Cookie, "inconnu", "relais.example");
        set.by = Some(Initiator {
            way: "script".to_owned(),
            url: "https://cdn.mouseflow.com/projects/1.js:1".to_owned(),
            stack: Vec::new(),
        });
        let things = inventory(&[set], None, &NO_TOOL);
        let site = SiteContext {
            services: &[service],
            languages: &[],
            host: "relais.example",
            law: None,
        };
        let proposals = proposals(&things, &site);
        assert_eq!(proposals.len(), 1);
        assert_eq!(proposals[0].service.id.as_str(), "films");
        assert!(proposals[0].replaces && proposals[0].catalogue.is_none());
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
            law: Some(Jurisdiction::France),
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
