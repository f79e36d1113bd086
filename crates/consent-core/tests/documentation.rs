//! The owner's reference, `docs/configuration.md`, names every field there is.

use consent_core::SiteConfig;
use serde_json::{Value, json};
use std::collections::BTreeSet;

const REFERENCE: &str = include_str!("../../../docs/configuration.md");

/// Every field set, so that every field is written.
fn whole() -> Value {
    json!({
        "name": "Le Relais", "origins": ["https://relais.example", "https://a.relais.example"],
        "jurisdiction": "CA-QC", "languages": ["fr-CA"],
        "controller": { "name": "Le Relais", "person_in_charge": "A. B.", "contact": "c@relais.example" },
        "policy": { "version": "1", "url": "/p" },
        "purposes": ["statistics"],
        "services": [{
            "id": "mesure", "name": "Mesure", "purpose": "statistics", "recipient": "Mesure", "country": "US",
            "policy_url": "https://mesure.example", "description": { "fr-CA": "Compte." },
            "cookies": [{ "name": "_m", "lifetime": "P13M" }], "hosts": ["mesure.example"],
            "safeguard": "assessment", "consent_mode": true
        }],
        "signals": { "google": { "mode": "advanced" }, "microsoft_uet": true, "clarity": true },
        "cookie_domain": "relais.example", "import_from": ["klaro"], "hand_over": true,
        "reask_after_months": 6, "audience_data_months": 25,
        "edge": { "origin_server": "https://pages.relais.example", "unknown_cookies": "hold" }
    })
}

fn fields(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                found.insert(name.clone());
                fields(value, found);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| fields(item, found)),
        _ => {}
    }
}

#[test]
fn every_field_is_in_the_reference() {
    let config = SiteConfig::parse(whole().to_string().as_bytes()).unwrap();
    let mut found = BTreeSet::new();
    fields(&serde_json::to_value(&config).unwrap(), &mut found);
    // A language is a value, here in the place of a name.
    found.remove("fr-CA");
    assert!(found.len() > 40, "{found:?}");
    let missing: Vec<_> = found
        .iter()
        .filter(|name| !REFERENCE.contains(&format!("`{name}`")))
        .collect();
    assert_eq!(missing, [] as [&String; 0]);
}
