//! What the services of a site are known by, so that a look-up costs the same for two services and for two hundred.
//!
//! It says what [`consent_core::classify::by_owner`] says: the whole name before a prefix, the longer prefix and the
//! closer host before the others, then the stricter purpose, then the first id.

use crate::service::ServiceRule;
use std::cmp::Reverse;
use std::collections::HashMap;

/// The longest name of a host (RFC 1035, section 2.3.4). No service has a longer one.
const LONGEST_HOST: usize = 253;

/// The services by what they are known by, as positions in their list.
#[derive(Clone, Debug, Default)]
pub struct Index {
    names: HashMap<String, usize>,
    prefixes: HashMap<String, usize>,
    /// The lengths that prefixes have, the longest first.
    lengths: Vec<usize>,
    hosts: HashMap<String, usize>,
}

impl Index {
    /// Of these services.
    pub fn new(services: &[ServiceRule]) -> Self {
        let mut index = Self::default();
        for (position, service) in services.iter().enumerate() {
            for name in &service.cookies {
                match name.as_str().strip_suffix('*') {
                    Some(prefix) => add(&mut index.prefixes, prefix, position, services),
                    None => add(&mut index.names, name.as_str(), position, services),
                }
            }
            for host in &service.hosts {
                add(&mut index.hosts, host.as_str(), position, services);
            }
        }
        index.lengths = index.prefixes.keys().map(String::len).collect();
        index
            .lengths
            .sort_unstable_by_key(|&length| Reverse(length));
        index.lengths.dedup();
        index
    }

    /// The service that a cookie's name belongs to.
    pub fn of_cookie(&self, name: &str) -> Option<usize> {
        let by_prefix = || {
            self.beginnings(name)
                .find_map(|beginning| self.prefixes.get(beginning))
        };
        self.names.get(name).or_else(by_prefix).copied()
    }

    /// The service that a host belongs to.
    pub fn of_host(&self, host: &str) -> Option<usize> {
        ends(host).find_map(|end| self.hosts.get(end)).copied()
    }

    /// What a name begins with that could be a prefix, the longest first: one for each length that prefixes have.
    fn beginnings<'a>(&self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.lengths
            .iter()
            .filter_map(move |&length| name.get(..length))
    }
}

/// A host and the hosts that it is below, the closest first.
fn ends(host: &str) -> impl Iterator<Item = &str> {
    let host = host.trim_matches('.');
    let below = host
        .match_indices('.')
        .filter_map(move |(at, _)| host.get(at + 1..));
    std::iter::once(host)
        .chain(below)
        .filter(|end| end.len() <= LONGEST_HOST)
}

/// Adds what a service is known by, unless another has it that goes before.
fn add(known: &mut HashMap<String, usize>, text: &str, position: usize, services: &[ServiceRule]) {
    let rank = |position: usize| {
        services
            .get(position)
            .map(|service| (service.purpose, Reverse(&service.id)))
    };
    let holder = known.entry(text.to_owned()).or_insert(position);
    if rank(*holder) < rank(position) {
        *holder = position;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Rules;
    use consent_core::classify::{Rule, Seen};
    use proptest::prelude::*;
    use serde_json::json;

    /// A site of so many services, each with 20 patterns of cookies and two hosts.
    fn rules(services: usize) -> Rules {
        let service = |n: usize| {
            let cookies: Vec<String> = (0..20)
                .map(|c| format!("s{n:03}_{c:02}{}", if c % 2 == 0 { "*" } else { "" }))
                .collect();
            json!({ "id": format!("s{n:03}"), "purpose": "marketing", "open": false, "cookies": cookies,
                    "hosts": [format!("s{n}.example"), format!("cdn.s{n}.example")] })
        };
        serde_json::from_value(json!({
            "model": "opt-in", "asked": ["marketing"], "material": "0123456789ab", "domain": null,
            "unknown_cookies": "pass", "services": (0..services).map(service).collect::<Vec<_>>()
        }))
        .unwrap()
    }

    #[test]
    fn a_look_up_costs_no_more_for_more_services() {
        for services in [2, 180] {
            let rules = rules(services);
            let index = Index::new(&rules.services);
            // How often the tables are asked: once for the whole name, then once for each length of a prefix.
            assert_eq!(index.beginnings(&"x".repeat(4096)).count(), 1, "{services}");
            assert_eq!(index.of_cookie("s001_00xyz"), Some(1));
            assert_eq!(index.of_cookie("s001_01"), Some(1));
            assert_eq!(index.of_cookie("s001_01x"), None);
        }
        assert_eq!(ends("a.b.s1.example").count(), 4);
        // A host that is too long is looked up by what is not.
        let long = "a.".repeat(100_000) + "s1.example";
        assert!(ends(&long).count() <= 127);
        assert_eq!(Index::new(&rules(2).services).of_host(&long), Some(1));
    }

    /// What [`consent_core::classify::by_owner`] does: every rule is asked.
    fn by_every_rule(services: &[ServiceRule], seen: &Seen) -> Option<usize> {
        let rules = services.iter().enumerate().flat_map(|(nth, service)| {
            let names = service
                .cookies
                .iter()
                .map(|name| Rule::of_pattern(name.as_str()));
            let hosts = service.hosts.iter().map(|host| Rule::Host(host.as_str()));
            names.chain(hosts).map(move |rule| (nth, service, rule))
        });
        rules
            .filter(|(.., rule)| rule.matches(seen))
            .max_by_key(|(_, service, rule)| (rule.rank(), service.purpose, Reverse(&service.id)))
            .map(|(nth, ..)| nth)
    }

    fn services() -> impl Strategy<Value = Vec<ServiceRule>> {
        let cookies = proptest::collection::vec("[ab_]{1,3}|[ab_]{2,3}[*]", 0..4);
        let hosts = proptest::collection::vec("[ab]{1,2}([.][ab]{1,2}){0,2}", 0..3);
        let purpose = prop_oneof![Just("necessary"), Just("statistics"), Just("marketing")];
        let service = (cookies, hosts, purpose);
        proptest::collection::vec(service, 0..6).prop_map(|services| {
            let service = |(nth, (cookies, hosts, purpose))| {
                json!({ "id": format!("s{nth}"), "purpose": purpose, "open": false, "cookies": cookies, "hosts": hosts })
            };
            let all = services.into_iter().enumerate().map(service).collect();
            serde_json::from_value(serde_json::Value::Array(all)).unwrap()
        })
    }

    proptest! {
        #[test]
        fn it_says_what_asking_every_rule_says(
            services in services(), name in "[ab_é]{0,5}", host in "[ab]{0,2}([.][ab]{0,2}){0,3}"
        ) {
            let index = Index::new(&services);
            let cookie = Seen::Cookie { name: &name, host: None };
            prop_assert_eq!(index.of_cookie(&name), by_every_rule(&services, &cookie));
            let request = Seen::Request { host: &host };
            prop_assert_eq!(index.of_host(&host), by_every_rule(&services, &request));
        }
    }
}
