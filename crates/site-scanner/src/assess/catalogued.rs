//! What the catalogue of services has for what was seen. Pure.

use super::inventory::Thing;
use crate::observe::observation::{Kind, Party};
use consent_core::jurisdiction::Jurisdiction;
use consent_core::service::Service;
use consent_core::text::LanguageTag;
use serde::Serialize;
use service_catalogue::{About, Entry};
use std::collections::BTreeSet;
use url::Url;

/// What the catalogue says of a service besides what a configuration has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Catalogued {
    /// The id of the entry: its file in `crates/service-catalogue/services`.
    pub id: &'static str,
    /// Why it has this purpose.
    pub purpose_reason: &'static str,
    /// What its owner must know besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
}

impl From<&'static Entry> for Catalogued {
    fn from(entry: &'static Entry) -> Self {
        Self {
            id: entry.id.as_str(),
            purpose_reason: entry.purpose_reason.en.as_str(),
            note: entry.note.as_deref(),
        }
    }
}

/// The entries that a thing can belong to, by its name or its address; else by the script of a third party that did it.
fn entries_of(thing: &Thing) -> Vec<&'static Entry> {
    let named = match thing.kind {
        Kind::Cookie => service_catalogue::by_cookie(&thing.name, Some(&thing.host)),
        Kind::LocalStorage | Kind::SessionStorage => service_catalogue::by_storage_key(&thing.name),
        Kind::Request | Kind::Frame | Kind::Socket => by_url(&thing.name),
        _ => Vec::new(),
    };
    match &thing.by {
        Some(by) if named.is_empty() && thing.party == Party::First => by_url(&by.url),
        _ => named,
    }
}

/// The entries that an address belongs to; a script's may end with a line: `https://a.example/t.js:1`.
fn by_url(url: &str) -> Vec<&'static Entry> {
    let url = Url::parse(url).ok();
    let found = url.as_ref().and_then(|url| {
        let path = url.path();
        let path = match path.rsplit_once(':') {
            Some((path, line)) if line.bytes().all(|b| b.is_ascii_digit()) => path,
            _ => path,
        };
        Some(service_catalogue::by_address(url.host_str()?, path))
    });
    found.unwrap_or_default()
}

/// The id of the entry that a thing belongs to, if there is only one.
pub fn only_entry(thing: &Thing) -> Option<&'static str> {
    match *entries_of(thing) {
        [entry] => Some(entry.id.as_str()),
        _ => None,
    }
}

/// The entry that a thing belongs to. Of several, one that is evident from other things; else the one with the strictest
/// purpose.
pub fn entry_of(thing: &Thing, evident: &BTreeSet<&str>) -> Option<&'static Entry> {
    let entries = entries_of(thing);
    let shown = |entry: &&&Entry| evident.contains(entry.id.as_str());
    let shown = entries.iter().find(shown);
    let strictest = entries.iter().max_by_key(|entry| entry.purpose);
    shown.or(strictest).copied()
}

/// The service of an entry, and the fields that the owner must complete or check: what the catalogue could not confirm,
/// what only the owner knows, and hosts that block more than the service. Where the law is not known, the recipient is the
/// parent company, and both are to be checked.
pub fn service_of(
    entry: &Entry,
    law: Option<Jurisdiction>,
    languages: &[LanguageTag],
) -> (Service, Vec<&'static str>) {
    // The law of Québec trusts no other country: nothing is taken for granted.
    let service = entry.to_service(law.unwrap_or(Jurisdiction::Quebec), languages);
    let unsaid = law.is_none_or(|law| law.needs_safeguard(service.country));
    let in_europe = entry.in_europe.as_ref();
    let is_european = in_europe.is_some_and(|here| here.recipient == service.recipient);
    let depends = law.is_none() && in_europe.is_some();
    let unverified = |about: &[About]| {
        let mut facts = entry.unverified.iter();
        facts.any(|fact| about.contains(&fact.about))
    };
    let company = |about| {
        let about = if is_european { About::InEurope } else { about };
        unverified(&[about])
    };
    let fields = [
        (
            "recipient",
            depends || entry.self_hosted || company(About::Recipient),
        ),
        (
            "country",
            depends || entry.self_hosted || company(About::Country),
        ),
        ("safeguard", unsaid && service.safeguard.is_none()),
        ("policy_url", unverified(&[About::PolicyUrl])),
        ("cookies", unverified(&[About::Cookies, About::Storage])),
        (
            "hosts",
            unverified(&[About::Hosts]) || entry.broad_hosts().next().is_some(),
        ),
    ];
    let to_check = fields.into_iter().filter(|(_, check)| *check);
    let to_check = to_check.map(|(field, _)| field).collect();
    (service, to_check)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::inventory::inventory;
    use crate::assess::inventory::tests::{NO_TOOL, seen};
    use crate::observe::observation::{Initiator, Observation, Phase};

    fn entry_for(observation: Observation, evident: &[&str]) -> Option<&'static str> {
        let things = inventory(&[observation], None, &NO_TOOL);
        let evident = evident.iter().copied().collect();
        entry_of(&things[0], &evident).map(|entry| entry.id.as_str())
    }

    #[test]
    fn things_are_known_by_name_address_and_script() {
        let of =
            |kind, name: &str, host: &str| entry_for(seen(Phase::Before, kind, name, host), &[]);
        assert_eq!(
            of(Kind::Cookie, "_fbp", "relais.example"),
            Some("meta-pixel")
        );
        let key = of(Kind::LocalStorage, "yt-remote-device-id", "www.youtube.com");
        assert_eq!(key, Some("youtube"));
        let script = "https://js.stripe.com/v3/?advanced=1";
        assert_eq!(of(Kind::Request, script, "js.stripe.com"), Some("stripe"));
        assert_eq!(of(Kind::Cookie, "panier", "relais.example"), None);
        assert_eq!(
            of(Kind::Request, "https://inconnu.example/", "inconnu.example"),
            None
        );

        let mut set = seen(Phase::Before, Kind::Cookie, "inconnu", "relais.example");
        set.by = Some(Initiator {
            way: "script".to_owned(),
            url: "https://cdn.mouseflow.com/projects/1.js:12".to_owned(),
            stack: Vec::new(),
        });
        assert_eq!(entry_for(set, &[]), Some("mouseflow"));
    }

    #[test]
    fn of_several_the_evident_one_else_the_strictest() {
        let script = || {
            let url = "https://www.googletagmanager.com/gtag/js";
            seen(
                Phase::Before,
                Kind::Request,
                url,
                "www.googletagmanager.com",
            )
        };
        assert_eq!(
            entry_for(script(), &["google-analytics"]),
            Some("google-analytics")
        );
        assert_eq!(entry_for(script(), &[]), Some("google-ads"));
    }

    #[test]
    fn what_is_not_confirmed_and_what_only_the_owner_knows_is_to_be_checked() {
        let entry = |id| service_catalogue::by_id(id).unwrap();
        let languages = ["fr-CA".parse().unwrap()];
        let (service, to_check) =
            service_of(entry("recaptcha"), Some(Jurisdiction::Quebec), &languages);
        assert_eq!(service.recipient.as_str(), "Google LLC");
        assert!(
            to_check.contains(&"safeguard") && to_check.contains(&"hosts"),
            "{to_check:?}"
        );
        let (service, to_check) =
            service_of(entry("recaptcha"), Some(Jurisdiction::France), &languages);
        assert_eq!(service.country.as_str(), "IE");
        assert!(!to_check.contains(&"safeguard"), "{to_check:?}");
        let (_, to_check) = service_of(entry("recaptcha"), None, &languages);
        assert!(
            to_check.contains(&"recipient") && to_check.contains(&"safeguard"),
            "{to_check:?}"
        );
        // On the owner's own server: the owner is the recipient.
        let (_, to_check) = service_of(entry("mautic"), Some(Jurisdiction::France), &languages);
        assert!(
            to_check.contains(&"recipient") && to_check.contains(&"country"),
            "{to_check:?}"
        );
    }
}
