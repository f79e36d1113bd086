//! What the site's own services say.

use super::{Classification, Reason, Retention, Rule, Seen};
use crate::site::service::{CookiePattern, Service};
use std::cmp::Reverse;

/// What the owner's services say of something seen, or `None` if it belongs to none of them.
///
/// An exact name wins over a prefix, and the longer prefix or host over the shorter. Where two services have the
/// same, the stricter purpose wins (the one that [`Purpose::ALL`](crate::Purpose::ALL) has last), then the first
/// by id. `tests/service-matching.json` is the list of cases on which the loader's `service-match.ts` agrees.
pub fn by_owner<'a>(services: &'a [Service], seen: &Seen) -> Option<Classification<'a>> {
    services
        .iter()
        .flat_map(rules)
        .filter(|(_, rule, _)| rule.matches(seen))
        .max_by_key(|(service, rule, _)| (rule.rank(), service.purpose, Reverse(&service.id)))
        .map(|(service, rule, pattern)| Classification {
            purpose: Some(service.purpose),
            service: Some(service.name.as_str()),
            controller: Some(service.recipient.as_str()),
            retention: pattern.map(|pattern| Retention::For(pattern.lifetime)),
            reason: Reason::Owner {
                service: &service.id,
                rule,
            },
        })
}

/// Everything a service is known by.
fn rules(service: &Service) -> impl Iterator<Item = (&Service, Rule<'_>, Option<&CookiePattern>)> {
    let names = service.cookies.iter().map(|pattern| {
        let rule = Rule::of_pattern(pattern.name.as_str());
        (rule, Some(pattern))
    });
    let hosts = service
        .hosts
        .iter()
        .map(|host| (Rule::Host(host.as_str()), None));
    names
        .chain(hosts)
        .map(move |(rule, pattern)| (service, rule, pattern))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Purpose;
    use proptest::prelude::*;
    use serde_json::{Value, json};

    fn service(id: &str, purpose: &str, cookies: &[&str], hosts: &[&str]) -> Service {
        let cookies: Vec<Value> = cookies
            .iter()
            .map(|name| json!({ "name": name, "lifetime": "P30D" }))
            .collect();
        serde_json::from_value(json!({
            "id": id, "name": id, "purpose": purpose, "recipient": "Quelqu’un", "country": "FR",
            "description": {}, "cookies": cookies, "hosts": hosts
        }))
        .unwrap()
    }

    fn cookie(name: &str) -> Seen<'_> {
        Seen::Cookie { name, host: None }
    }

    fn purpose(services: &[Service], seen: Seen) -> Option<Purpose> {
        by_owner(services, &seen).and_then(|classification| classification.purpose)
    }

    /// The same list is run through the loader's code by `tests/browser/gate/service-match.spec.ts`.
    #[test]
    fn agrees_with_the_shared_list() {
        let list: Value =
            serde_json::from_str(include_str!("../../tests/service-matching.json")).unwrap();
        let services: Vec<Service> = list["services"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let names = |field: &str| -> Vec<&str> {
                    let names = row[field].as_array().unwrap();
                    names.iter().map(|name| name.as_str().unwrap()).collect()
                };
                let (id, purpose) = (
                    row["id"].as_str().unwrap(),
                    row["purpose"].as_str().unwrap(),
                );
                service(id, purpose, &names("cookies"), &names("hosts"))
            })
            .collect();
        let owner = |seen: &Seen| match by_owner(&services, seen).map(|found| found.reason) {
            Some(Reason::Owner { service, .. }) => json!(service),
            _ => Value::Null,
        };
        let (keys, hosts) = (
            list["keys"].as_array().unwrap(),
            list["hosts"].as_array().unwrap(),
        );
        assert!(keys.len() > 15 && hosts.len() > 10);
        for case in keys {
            let name = case["key"].as_str().unwrap();
            for seen in [cookie(name), Seen::Storage { name, host: None }] {
                assert_eq!(owner(&seen), case["service"], "{}: {name}", case["why"]);
            }
        }
        for case in hosts {
            let host = case["host"].as_str().unwrap();
            let found = owner(&Seen::Request { host });
            assert_eq!(found, case["service"], "{}: {host}", case["why"]);
        }
    }

    #[test]
    fn the_whole_name_counts_before_a_prefix_and_the_longer_prefix_first() {
        let services = [
            service("a", "marketing", &["_m*", "_mesure_*"], &[]),
            service("b", "statistics", &["_mesure", "_mes*"], &[]),
        ];
        assert_eq!(
            purpose(&services, cookie("_mesure")),
            Some(Purpose::Statistics)
        );
        assert_eq!(
            purpose(&services, cookie("_mesure_1")),
            Some(Purpose::Marketing)
        );
        assert_eq!(
            purpose(&services, cookie("_mesurer")),
            Some(Purpose::Statistics)
        );
        assert_eq!(purpose(&services, cookie("_mi")), Some(Purpose::Marketing));
        assert_eq!(purpose(&services, cookie("autre")), None);
    }

    #[test]
    fn the_whole_name_counts_before_a_prefix_that_is_all_of_it() {
        let services = [
            service("a", "marketing", &["_mesure*"], &[]),
            service("b", "statistics", &["_mesure"], &[]),
        ];
        assert_eq!(
            purpose(&services, cookie("_mesure")),
            Some(Purpose::Statistics)
        );
    }

    #[test]
    fn the_stricter_purpose_counts_where_two_services_have_the_same() {
        let services = [
            service("a", "marketing", &["partage"], &["cdn.example"]),
            service("b", "necessary", &["partage"], &["cdn.example"]),
        ];
        let host = "cdn.example";
        assert_eq!(
            purpose(&services, cookie("partage")),
            Some(Purpose::Marketing)
        );
        assert_eq!(
            purpose(&services, Seen::Request { host }),
            Some(Purpose::Marketing)
        );
    }

    #[test]
    fn a_request_belongs_to_the_closest_host() {
        let services = [
            service("a", "marketing", &[], &["example.org"]),
            service("b", "preferences", &[], &["cartes.example.org"]),
        ];
        let to = |host| purpose(&services, Seen::Request { host });
        assert_eq!(to("www.example.org"), Some(Purpose::Marketing));
        assert_eq!(to("cartes.example.org"), Some(Purpose::Preferences));
        assert_eq!(to("a.cartes.example.org"), Some(Purpose::Preferences));
        assert_eq!(to("notexample.org"), None);
    }

    #[test]
    fn a_storage_key_is_known_by_name_and_a_host_is_not_a_name() {
        let services = [service(
            "a",
            "statistics",
            &["mesure.visites"],
            &["mesure.example"],
        )];
        let key = |name| Seen::Storage { name, host: None };
        assert_eq!(
            purpose(&services, key("mesure.visites")),
            Some(Purpose::Statistics)
        );
        assert_eq!(purpose(&services, key("mesure.example")), None);
        assert_eq!(
            purpose(
                &services,
                Seen::Request {
                    host: "mesure.visites"
                }
            ),
            None
        );
    }

    #[test]
    fn the_answer_says_whose_it_is_and_how_long_it_stays() {
        let services = [service("mesure", "statistics", &["_m_*"], &[])];
        let found = by_owner(&services, &cookie("_m_1")).unwrap();
        insta::assert_json_snapshot!(found, @r#"
        {
          "purpose": "statistics",
          "service": "mesure",
          "controller": "Quelqu’un",
          "retention": "P30D",
          "reason": {
            "owner": {
              "service": "mesure",
              "rule": {
                "prefix": "_m_"
              }
            }
          }
        }
        "#);
    }

    proptest! {
        #[test]
        fn no_name_and_no_host_is_too_odd(name: String, host: Option<String>) {
            let services = [service("a", "statistics", &["_m*", "_mesure"], &["example.org"])];
            let host = host.as_deref();
            for seen in [
                Seen::Cookie { name: &name, host },
                Seen::Storage { name: &name, host },
                Seen::Request { host: &name },
            ] {
                let known = name.starts_with("_m") || name.trim_matches('.').ends_with("example.org");
                prop_assert!(known || by_owner(&services, &seen).is_none());
            }
        }
    }
}
