//! The lines that a configuration lacks, ready to paste. Pure.

use super::compare::is_undeclared;
use super::inventory::Thing;
use super::observation::{Kind, Party};
use super::party::{host_of, registrable};
use consent_core::Purpose;
use consent_core::service::{CookieName, Service};
use consent_core::text::{Host, LanguageTag};
use serde::Serialize;
use serde_json::{Map, json};
use std::collections::{BTreeMap, BTreeSet};

/// What stands where only the owner knows: a country that ISO 3166 leaves to its users.
const UNKNOWN_COUNTRY: &str = "ZZ";

/// A service to add.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proposal {
    /// As a member of `services`.
    pub service: Service,
    /// What the owner has to complete or check.
    pub to_check: Vec<&'static str>,
    /// Names that a configuration cannot have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

#[derive(Default)]
struct Group<'a> {
    purpose: Option<Purpose>,
    controller: Option<&'a str>,
    /// By name, the longest life in seconds.
    kept: BTreeMap<&'a str, (Kind, Option<u64>)>,
    hosts: BTreeSet<&'a str>,
}

/// A service for each that the things show and the configuration lacks.
pub fn proposals(things: &[Thing], languages: &[LanguageTag], site: &str) -> Vec<Proposal> {
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
        .filter_map(|(name, group)| proposal(name, group, languages, site))
        .collect()
}

/// The service that is known; else whoever did it, if that is another; else the host.
fn group_of(thing: &Thing, site: &str) -> String {
    if let Some(service) = &thing.known.service {
        return service.clone();
    }
    let by = thing.by.as_ref().map(|by| host_of(&by.url));
    let by = by.filter(|by| !by.is_empty() && registrable(by) != registrable(site));
    match (thing.party, by) {
        (Party::First, Some(by)) => registrable(&by).to_owned(),
        _ => registrable(&thing.host).to_owned(),
    }
}

/// Nothing where the name is none that a service can have.
fn proposal(name: &str, group: &Group, languages: &[LanguageTag], site: &str) -> Option<Proposal> {
    let own = name == registrable(site);
    let recipient = group.controller.unwrap_or(if own { site } else { name });
    let description: Map<_, _> = languages
        .iter()
        .map(|language| (language.to_string(), json!("…")))
        .collect();
    let (kept, left_out): (Vec<_>, Vec<_>) = group
        .kept
        .iter()
        .partition(|(name, _)| name.parse::<CookieName>().is_ok());
    let cookies: Vec<_> = kept
        .iter()
        .map(|(name, (kind, seconds))| json!({ "name": name, "lifetime": lifetime(*kind, *seconds) }))
        .collect();
    let mut service = json!({
        "id": id(name),
        "name": name,
        "purpose": group.purpose.unwrap_or(Purpose::Marketing),
        "recipient": recipient,
        "country": UNKNOWN_COUNTRY,
        "description": description,
    });
    service["cookies"] = cookies.into();
    let hosts = group
        .hosts
        .iter()
        .filter(|host| host.parse::<Host>().is_ok());
    service["hosts"] = hosts.copied().collect();
    let mut to_check = vec!["country", "description"];
    if group.purpose.is_none() {
        to_check.insert(0, "purpose");
    }
    if group.controller.is_none() {
        to_check.push("recipient");
    }
    Some(Proposal {
        service: serde_json::from_value(service).ok()?,
        to_check,
        left_out: left_out
            .iter()
            .map(|(name, _)| (**name).to_owned())
            .collect(),
    })
}

/// What a lifetime is written as: the shortest that covers it.
fn lifetime(kind: Kind, seconds: Option<u64>) -> String {
    const DAY: u64 = 86_400;
    match (kind, seconds) {
        (Kind::Cookie | Kind::SessionStorage, None) => "session".to_owned(),
        // Storage has no end of its own.
        (_, None) => "P13M".to_owned(),
        (_, Some(seconds)) if seconds < DAY => format!("PT{}M", seconds.div_ceil(60).max(1)),
        (_, Some(seconds)) => format!("P{}D", seconds.div_ceil(DAY)),
    }
}

/// A name as an id: lower-case letters, digits and dashes.
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
    use super::super::inventory::inventory;
    use super::super::inventory::tests::{NOBODY, seen};
    use super::super::observation::{Initiator, Phase};
    use super::*;

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
        let things = inventory(&[ga, tagged, request, own, unnameable], None, &NOBODY);
        let languages = ["fr-FR".parse().unwrap(), "en".parse().unwrap()];
        let proposals = proposals(&things, &languages, "relais.example");
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
