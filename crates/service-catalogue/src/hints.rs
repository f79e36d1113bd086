//! What an owner should know about the services of a configuration that the catalogue has.
//!
//! The server asks this at each publication, so what it needs of the entries is embedded apart, in brief: see `build.rs`.

use crate::address::Address;
use consent_core::exemption::ExemptionKind;
use consent_core::field::FieldError;
use consent_core::service::Service;
use consent_core::text::Host;
use consent_core::{Purpose, SiteConfig};
use serde::Deserialize;
use std::sync::LazyLock;

/// How many cookies a finding names.
const NAMED: usize = 4;

/// What the hints need of an entry.
#[derive(Deserialize)]
struct Brief {
    name: String,
    purpose: Purpose,
    hosts: Vec<Address>,
    cookies: Vec<String>,
    exemption: Option<BriefExemption>,
}

impl Brief {
    /// Whether it has an address at this host, below it or above it.
    fn is_at(&self, host: &Host) -> bool {
        self.hosts.iter().any(|address| {
            let known = address.host();
            known.covers(host.as_str()) || host.covers(known.as_str())
        })
    }
}

/// Whether an entry can be exempt as audience measurement.
#[derive(Deserialize)]
struct BriefExemption {
    possible: bool,
    reason: String,
}

// The build has just written it; a test holds that all are there.
static BRIEFS: LazyLock<Vec<Brief>> = LazyLock::new(|| {
    let briefs = include_str!(concat!(env!("OUT_DIR"), "/briefs.json"));
    serde_json::from_str(briefs).unwrap_or_default()
});

/// The findings of the lint, and what the catalogue adds: a service that has the hosts of a known one is filed under a milder
/// purpose, or declares no cookie while the known one keeps some. No field is named twice.
pub fn with_hints(mut findings: Vec<FieldError>, config: &SiteConfig) -> Vec<FieldError> {
    for (at, service) in config.services.iter().enumerate() {
        let hints = [
            ("purpose", purpose_hint(service)),
            ("cookies", cookies_hint(service)),
        ];
        for (field, hint) in hints {
            let field = format!("services[{at}].{field}");
            let is_new = !findings.iter().any(|finding| finding.field == field);
            if let Some(message) = hint.filter(|_| is_new) {
                findings.push(FieldError::new(field, message));
            }
        }
    }
    findings
}

/// The services that are said to be exempt, and are known ones that cannot be, whoever hosts them: they have the hosts, the
/// name, or cookies of one that is of another purpose, or whose own terms rule an exemption out.
pub fn exemption_errors(config: &SiteConfig) -> Vec<FieldError> {
    let services = config.services.iter().enumerate();
    let errors = services.filter_map(|(at, service)| {
        let why = why_not_exempt(service)?;
        Some(FieldError::new(
            format!("services[{at}].exempt"),
            format!("cannot stand: {why}; leave `exempt` out, and the service waits for consent"),
        ))
    });
    errors.collect()
}

fn why_not_exempt(service: &Service) -> Option<String> {
    let kind = service.exempt.as_ref()?.kind;
    let known: Vec<_> = BRIEFS
        .iter()
        .filter(|brief| is_of(service, brief))
        .collect();
    let can_be = |brief: &&Brief| {
        let exemption = brief.exemption.as_ref();
        brief.purpose == kind.purpose()
            && (kind != ExemptionKind::AudienceMeasurement
                || exemption.is_none_or(|it| it.possible))
    };
    if known.iter().any(can_be) {
        return None;
    }
    let brief = known.first()?;
    let exemption = brief.exemption.as_ref().filter(|it| !it.possible);
    Some(match exemption {
        Some(exemption) => format!(
            "this is {}, of which the catalogue of services says: {}",
            brief.name,
            exemption.reason.trim_end_matches('.')
        ),
        None => format!(
            "this is {}, which the catalogue of services files under {}",
            brief.name, brief.purpose
        ),
    })
}

/// Whether a service is a known one: by a host, by its name, or by a cookie that is named after its tool.
fn is_of(service: &Service, brief: &Brief) -> bool {
    let by_host = service.hosts.iter().any(|host| brief.is_at(host));
    let name = service.name.as_str().to_lowercase();
    let known = brief.name.to_lowercase();
    let by_name = name.contains(&known) || plain(service.id.as_str()) == plain(&known);
    let of_tool = |name: &str| name.len() > 2 && name.starts_with('_');
    let by_cookie = service.cookies.iter().any(|cookie| {
        let own = cookie.name.as_str();
        let known = brief.cookies.iter().filter(|known| of_tool(known));
        of_tool(own) && known.into_iter().any(|known| overlap(own, known))
    });
    by_host || by_name || by_cookie
}

/// A name without what it is written with.
fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).collect()
}

/// Whether two names of cookies, or prefixes that end with `*`, can be those of one cookie.
fn overlap(one: &str, other: &str) -> bool {
    match (one.strip_suffix('*'), other.strip_suffix('*')) {
        (None, None) => one == other,
        (Some(one), None) => other.starts_with(one),
        (None, Some(other)) => one.starts_with(other),
        (Some(one), Some(other)) => one.starts_with(other) || other.starts_with(one),
    }
}

/// The entries that are at this host.
fn at_host(host: &Host) -> impl Iterator<Item = &'static Brief> {
    BRIEFS.iter().filter(move |brief| brief.is_at(host))
}

/// That a host belongs to services of which every one has a stricter purpose. Necessary is left to the owner, as in the
/// lint: a video can be what the visitor came for.
fn purpose_hint(service: &Service) -> Option<String> {
    if !service.purpose.is_optional() {
        return None;
    }
    service.hosts.iter().find_map(|host| {
        let mildest = at_host(host).map(|brief| brief.purpose).min()?;
        let names: Vec<_> = at_host(host).map(|brief| brief.name.as_str()).collect();
        (service.purpose < mildest).then(|| {
            format!(
                "is {}, and {} is of {}, which the catalogue of services files under {mildest}: file it there, or say in the description \
                 why it is not so here",
                service.purpose,
                host.as_str(),
                names.join(" or ")
            )
        })
    })
}

/// That a service declares no cookie, while the only one that the catalogue has at its host keeps some.
fn cookies_hint(service: &Service) -> Option<String> {
    if !service.cookies.is_empty() {
        return None;
    }
    service.hosts.iter().find_map(|host| {
        let mut there = at_host(host);
        let known = there.next().filter(|known| !known.cookies.is_empty())?;
        if there.next().is_some() {
            return None;
        }
        let named: Vec<_> = known.cookies.iter().take(NAMED).cloned().collect();
        let more = if known.cookies.len() > NAMED { ", …" } else { "" };
        Some(format!(
            "is empty, and {} keeps {}{more} by default: declare what it keeps here, or make sure that it keeps nothing",
            known.name,
            named.join(", ")
        ))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entries;
    use consent_core::lint;
    use serde_json::{Value, json};

    fn config(services: &[Value]) -> SiteConfig {
        let config = json!({
            "name": "Le Relais", "origins": ["https://relais.example"], "jurisdiction": "FR",
            "languages": ["fr-FR"],
            "controller": { "name": "Le Relais", "person_in_charge": "A. B.", "contact": "c@relais.example" },
            "policy": { "version": "1", "url": "/p" },
            "purposes": ["preferences", "statistics", "marketing"], "services": services
        });
        SiteConfig::parse(config.to_string().as_bytes()).unwrap()
    }

    fn service(purpose: &str, hosts: &[&str], cookies: &[&str]) -> Value {
        let cookies = cookies
            .iter()
            .map(|name| json!({ "name": name, "lifetime": "P1D" }));
        json!({
            "id": "outil", "name": "Un outil", "purpose": purpose, "recipient": "Quelqu’un",
            "country": "FR", "description": { "fr-FR": "Fait." }, "hosts": hosts,
            "cookies": cookies.collect::<Vec<_>>()
        })
    }

    fn hints(service: Value) -> Vec<String> {
        let found = with_hints(Vec::new(), &config(&[service])).into_iter();
        found
            .map(|hint| format!("{}: {}", hint.field, hint.message))
            .collect()
    }

    #[test]
    fn every_entry_is_there_in_brief() {
        assert_eq!(BRIEFS.len(), entries().len());
        for (brief, entry) in BRIEFS.iter().zip(entries()) {
            assert_eq!(brief.name, entry.name.as_str());
            assert_eq!(brief.hosts.len(), entry.hosts.len());
            assert_eq!(brief.cookies.len(), entry.cookies.len());
        }
    }

    #[test]
    fn a_milder_purpose_than_the_catalogue_says_is_named() {
        assert_eq!(
            hints(service("statistics", &["analytics.tiktok.com"], &["_ttp"])),
            [
                "services[0].purpose: is statistics, and analytics.tiktok.com is of TikTok Pixel, which the catalogue of services \
              files under marketing: file it there, or say in the description why it is not so here"
            ]
        );
        // Below the known host, and above it.
        assert_eq!(
            hints(service("statistics", &["a.hubspot.com"], &["a"])).len(),
            0
        );
        assert_eq!(
            hints(service("preferences", &["eu.mc.yandex.ru"], &["a"])).len(),
            1
        );
        assert_eq!(
            hints(service("preferences", &["yandex.ru"], &["a"])).len(),
            1
        );
    }

    #[test]
    fn a_stricter_purpose_and_necessary_are_the_owners() {
        for purpose in ["marketing", "necessary"] {
            let found = hints(service(
                purpose,
                &["plausible.io", "player.vimeo.com"],
                &["a"],
            ));
            assert_eq!(found, [""; 0], "{purpose}");
        }
    }

    #[test]
    fn of_a_host_that_several_have_the_mildest_counts() {
        // Tag Manager is there too, which keeps nothing itself.
        let tags = service("preferences", &["www.googletagmanager.com"], &[]);
        assert_eq!(hints(tags), [""; 0]);
        // The pixel and the plugins are both marketing.
        let both = hints(service("statistics", &["connect.facebook.net"], &[]));
        assert_eq!(both.len(), 1, "{both:?}");
        assert!(
            both[0].contains("Facebook plugins or Meta Pixel"),
            "{both:?}"
        );
    }

    #[test]
    fn a_service_without_cookies_that_keeps_some_is_named() {
        assert_eq!(
            hints(service("statistics", &["static.hotjar.com"], &[])),
            [
                "services[0].cookies: is empty, and Hotjar keeps _hjSessionUser_*, _hjSession_*, _hjFirstSeen, \
              _hjIncludedInSessionSample*, … by default: declare what it keeps here, or make sure that it keeps nothing"
            ]
        );
        for quiet in ["plausible.io", "inconnu.example"] {
            assert_eq!(
                hints(service("statistics", &[quiet], &[])),
                [""; 0],
                "{quiet}"
            );
        }
    }

    #[test]
    fn no_field_is_named_twice() {
        let mut tiktok = service("statistics", &["analytics.tiktok.com"], &["_ttp"]);
        tiktok["name"] = json!("Pixel TikTok");
        let config = config(&[tiktok]);
        let by_lint = lint::findings(&config);
        assert_eq!(by_lint.len(), 1);
        assert_eq!(with_hints(by_lint.clone(), &config), by_lint);
    }

    #[test]
    fn what_the_catalogue_proposes_has_no_hint() {
        for entry in entries() {
            let law = "FR".parse().unwrap();
            let languages = ["fr-FR".parse().unwrap()];
            let service = serde_json::to_value(entry.to_service(law, &languages)).unwrap();
            assert_eq!(hints(service), [""; 0], "{}", entry.id);
        }
    }

    #[test]
    fn a_known_tool_that_cannot_be_exempt_is_refused_whoever_hosts_it() {
        let exempt = |change: &dyn Fn(&mut Value)| {
            let mut service = service("statistics", &["mesure.relais.example"], &["_m"]);
            service["exempt"] = json!({
                "kind": "audience_measurement",
                "conditions": ["own_account_only", "no_cross_site_identifier", "aggregated_output", "no_combination"]
            });
            service["retention"] = json!([{ "data": "audience_data", "keep": "P25M" }]);
            change(&mut service);
            exemption_errors(&config(&[service]))
        };
        let cookies = |names: &[&str]| {
            let one = |name: &&str| json!({ "name": name, "lifetime": "P13M" });
            names.iter().map(one).collect::<Value>()
        };
        assert_eq!(exempt(&|_| ()), []);
        // Matomo, on the site's own host and on its maker's.
        assert_eq!(
            exempt(&|it| it["cookies"] = cookies(&["_pk_id*", "_pk_ses*"])),
            []
        );
        assert_eq!(exempt(&|it| it["hosts"] = json!(["cdn.matomo.cloud"])), []);
        assert_eq!(exempt(&|it| it["name"] = json!("Matomo (le nôtre)")), []);
        for change in [
            &(|it: &mut Value| it["hosts"] = json!(["www.googletagmanager.com"]))
                as &dyn Fn(&mut Value),
            &|it| it["hosts"] = json!(["region1.google-analytics.com"]),
            // Served by the site itself, under a name of its own.
            &|it| it["cookies"] = cookies(&["_ga", "_ga_*"]),
            &|it| it["cookies"] = cookies(&["_clck"]),
            &|it| it["cookies"] = cookies(&["_fbp"]),
            &|it| it["name"] = json!("Microsoft Clarity"),
            &|it| it["name"] = json!("Hotjar"),
        ] {
            let errors = exempt(change);
            assert_eq!(errors.len(), 1);
            assert_eq!(errors[0].field, "services[0].exempt");
            assert!(
                errors[0].message.contains("catalogue of services"),
                "{}",
                errors[0].message
            );
        }
    }
}
