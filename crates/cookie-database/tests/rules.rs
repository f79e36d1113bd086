//! Which row answers, and what holds for every text.

use consent_core::Purpose;
use consent_core::classify::{Classification, Reason, Rule, Seen};
use consent_core::service::Service;
use cookie_database::{BYTES, TABLE, Table, classify};
use proptest::prelude::*;
use serde_json::json;

fn cookie<'a>(name: &'a str, host: &'a str) -> Classification<'static> {
    TABLE.classify(&Seen::Cookie {
        name,
        host: Some(host),
    })
}

fn request(host: &str) -> Classification<'static> {
    TABLE.classify(&Seen::Request { host })
}

const SITE: &str = "www.example.org";

#[test]
fn the_whole_name_counts_before_a_prefix() {
    let found = cookie("_ga", SITE);
    assert_eq!(found.reason, Reason::Database(Rule::Name("_ga")));
    assert_eq!(found.purpose, Some(Purpose::Statistics));
    assert_eq!(found.service, Some("Google Analytics"));
    assert_eq!(found.retention.unwrap().to_string(), "P2Y");
}

#[test]
fn the_longest_prefix_counts() {
    for (name, prefix) in [
        ("_gat_gtag_UA_1", "_gat_gtag_"),
        ("_gat_other", "_gat"),
        ("_gac_gb_1", "_gac_gb_"),
        ("_gac_1", "_gac_"),
        ("ppms_privacy_bar_1", "ppms_privacy_bar_"),
        ("ppms_privacy_x", "ppms_privacy_"),
    ] {
        let found = cookie(name, SITE);
        assert_eq!(
            found.reason,
            Reason::Database(Rule::Prefix(prefix)),
            "{name}"
        );
    }
}

#[test]
fn what_is_short_takes_its_domain() {
    let own = cookie("CT123", "track.adform.net");
    assert_eq!(own.reason, Reason::Database(Rule::Prefix("CT")));
    assert_eq!(own.purpose, Some(Purpose::Marketing));
    assert_eq!(
        cookie("CT123", SITE).reason,
        Reason::OtherDomain(Rule::Prefix("CT"))
    );
    for (name, rule) in [
        ("sb-auth", Rule::Prefix("sb-")),
        ("mp_1_mixpanel", Rule::Prefix("mp_")),
        ("i", Rule::Name("i")),
    ] {
        let found = cookie(name, SITE);
        assert_eq!(found.reason, Reason::TooShort(rule));
        assert_eq!(found.purpose, None);
        assert_eq!(found.held_back_as(), Purpose::Marketing);
    }
}

#[test]
fn a_generic_name_of_another_domain_says_nothing() {
    assert_eq!(
        cookie("locale", SITE).reason,
        Reason::OtherDomain(Rule::Name("locale"))
    );
    assert_eq!(
        cookie("locale", "facebook.com").purpose,
        Some(Purpose::Marketing)
    );
    let alone = TABLE.classify(&Seen::Cookie {
        name: "locale",
        host: None,
    });
    assert_eq!(alone.purpose, None);
}

#[test]
fn what_a_tool_keeps_under_the_sites_own_domain_is_known() {
    for (name, purpose) in [
        ("_fbp", Purpose::Marketing),
        ("_clck", Purpose::Statistics),
        ("__hstc", Purpose::Marketing),
    ] {
        assert_eq!(cookie(name, SITE).purpose, Some(purpose), "{name}");
    }
}

#[test]
fn rows_that_disagree_are_told_apart_by_their_domain_or_not_at_all() {
    assert_eq!(
        cookie("chk", "ads.mediarithmics.com").purpose,
        Some(Purpose::Marketing)
    );
    assert_eq!(
        cookie("chk", "pubmatic.com").reason,
        Reason::Functional(Rule::Name("chk"))
    );
    assert_eq!(cookie("chk", SITE).purpose, None);
}

#[test]
fn functional_stays_open_and_says_whose_it_is() {
    let found = cookie("CookieConsent", SITE);
    assert_eq!(found.purpose, None);
    assert_eq!(
        found.reason,
        Reason::Functional(Rule::Name("CookieConsent"))
    );
    assert_eq!(found.service, Some("Cookiebot"));
    assert_eq!(found.held_back_as(), Purpose::Marketing);
}

#[test]
fn a_request_is_known_by_the_closest_domain_whose_rows_agree() {
    let found = request("cdn.creative-serving.com");
    assert_eq!(found.purpose, Some(Purpose::Marketing));
    assert_eq!(
        found.reason,
        Reason::Database(Rule::Host("creative-serving.com"))
    );
    assert_eq!(
        request("www.facebook.com").reason,
        Reason::Conflicting(Rule::Host("facebook.com"))
    );
    assert_eq!(request("github.com").purpose, None);
    assert_eq!(request(SITE).reason, Reason::Unknown);
    assert_eq!(request("notcreative-serving.com").reason, Reason::Unknown);
}

#[test]
fn a_host_is_not_necessary_because_it_keeps_a_necessary_cookie() {
    let found = request("stonly.com");
    assert_eq!(
        found.reason,
        Reason::NecessaryElsewhere(Rule::Host("stonly.com"))
    );
    assert_eq!(found.purpose, None);
}

#[test]
fn a_storage_key_is_known_by_the_same_names() {
    let found = TABLE.classify(&Seen::Storage {
        name: "_hjSessionUser_123",
        host: Some(SITE),
    });
    assert_eq!(found.service, Some("Hotjar"));
}

fn owner() -> Vec<Service> {
    serde_json::from_value(json!([{
        "id": "mesure", "name": "Mesure", "purpose": "preferences", "recipient": "Nous",
        "country": "FR", "description": {}, "hosts": ["creative-serving.com"],
        "cookies": [{ "name": "_ga*", "lifetime": "P1M" }, { "name": "CookieConsent", "lifetime": "P1Y" }]
    }]))
    .unwrap()
}

#[test]
fn the_owner_wins() {
    let services = owner();
    for seen in [
        Seen::Cookie {
            name: "_ga",
            host: None,
        },
        Seen::Cookie {
            name: "CookieConsent",
            host: Some("cookiebot.com"),
        },
        Seen::Request {
            host: "a.creative-serving.com",
        },
    ] {
        let found = classify(&services, &seen);
        assert_eq!(found.purpose, Some(Purpose::Preferences));
        assert!(matches!(found.reason, Reason::Owner { .. }));
        assert!(!matches!(
            TABLE.classify(&seen).reason,
            Reason::Owner { .. }
        ));
    }
}

/// A name that begins like one that is known, or any.
fn names() -> impl Strategy<Value = String> {
    let known: Vec<&str> = TABLE.rows().map(|row| row.name()).collect();
    prop_oneof![
        any::<String>(),
        (proptest::sample::select(known), ".{0,4}").prop_map(|(name, end)| name.to_owned() + &end),
    ]
}

fn hosts() -> impl Strategy<Value = Option<String>> {
    let known: Vec<&str> = TABLE.rows().flat_map(|row| row.domains()).collect();
    let known = proptest::sample::select(known);
    proptest::option::of(prop_oneof![
        any::<String>(),
        "[a-z.]{0,12}",
        (".{0,4}", known).prop_map(|(below, domain)| below + domain),
    ])
}

fn matched<'a>(reason: &Reason<'a>) -> Option<Rule<'a>> {
    match *reason {
        Reason::Owner { rule, .. }
        | Reason::Database(rule)
        | Reason::Functional(rule)
        | Reason::Conflicting(rule)
        | Reason::NecessaryElsewhere(rule)
        | Reason::TooShort(rule)
        | Reason::OtherDomain(rule) => Some(rule),
        Reason::Unknown => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn the_rule_that_is_named_matches_and_none_that_fits_is_better(name in names(), host in hosts()) {
        let seen = Seen::Cookie { name: &name, host: host.as_deref() };
        let found = TABLE.classify(&seen);
        let rule = matched(&found.reason);
        prop_assert!(rule.is_none_or(|rule| rule.matches(&seen)));
        // One by one, without the order that the look-up relies on.
        let better = TABLE
            .rows()
            .filter(|row| row.rule().matches(&seen))
            .filter(|row| row.domains().any(|domain| {
                seen.host().is_some_and(|host| consent_core::text::covers(domain, host))
            }) || row.holds_anywhere() && row.name().len() > 3)
            .map(|row| row.rule().rank())
            .max();
        if let Some(better) = better {
            let decided = !matches!(
                found.reason,
                Reason::Unknown | Reason::TooShort(_) | Reason::OtherDomain(_)
            );
            prop_assert!(decided && rule.is_some_and(|rule| rule.rank() >= better), "{found:?}");
        }
    }

    #[test]
    fn what_no_row_matches_is_unknown_and_never_necessary(name in names(), host in hosts()) {
        let seen = Seen::Storage { name: &name, host: host.as_deref() };
        let found = TABLE.classify(&seen);
        let known = TABLE.rows().any(|row| row.rule().matches(&seen));
        prop_assert_eq!(found.reason == Reason::Unknown, !known);
        if found.reason == Reason::Unknown {
            prop_assert_eq!(found.held_back_as(), Purpose::Marketing);
        }
    }

    #[test]
    fn no_request_is_necessary(host in hosts()) {
        let host = host.unwrap_or_default();
        let found = TABLE.classify(&Seen::Request { host: &host });
        prop_assert_ne!(found.held_back_as(), Purpose::Necessary);
    }

    #[test]
    fn the_owner_wins_whatever_the_database_says(name in names(), host in hosts()) {
        let services = owner();
        let seen = Seen::Cookie { name: &name, host: host.as_deref() };
        let owned = name == "CookieConsent" || name.starts_with("_ga");
        prop_assert_eq!(matches!(classify(&services, &seen).reason, Reason::Owner { .. }), owned);
    }

    #[test]
    fn a_table_that_was_tampered_with_never_panics(
        at in 0..BYTES.len(), byte: u8, cut in 0..BYTES.len(), name in names(), host in hosts()
    ) {
        let mut bytes = BYTES.to_vec();
        bytes[at % 16] ^= byte;
        bytes[at] ^= byte;
        for bytes in [&bytes[..], &bytes[..cut]] {
            if let Some(table) = Table::read(bytes) {
                table.classify(&Seen::Cookie { name: &name, host: host.as_deref() });
                table.classify(&Seen::Request { host: &name });
            }
        }
    }
}
