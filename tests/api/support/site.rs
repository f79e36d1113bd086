//! The site that most tests publish.

use serde_json::{Value, json};

/// The origin that the test site publishes.
pub const ORIGIN: &str = "http://localhost:8788";

/// Origins that it does not.
pub const FOREIGN_ORIGINS: [&str; 3] = [
    "https://evil.example",
    "null",
    "http://localhost:8788.evil.example",
];

/// The site that most tests use.
pub const SITE: &str = "relais";

/// A configuration that passes the lint.
pub fn config() -> Value {
    json!({
        "name": "Le Relais",
        "origins": [ORIGIN],
        "jurisdiction": "CA-QC",
        "languages": ["fr-CA", "en"],
        "controller": {
            "name": "Le Relais",
            "person_in_charge": "Camille Roy",
            "contact": "vie-privee@relais.example"
        },
        "policy": { "version": "2024-05-02", "url": "/confidentialite" },
        "purposes": ["preferences", "statistics", "marketing"],
        "services": [{
            "id": "mesure",
            "name": "Mesure",
            "purpose": "statistics",
            "recipient": "Mesure inc.",
            "country": "CA",
            "description": { "fr-CA": "Compte les visites.", "en": "Counts visits." },
            "cookies": [{ "name": "_m", "lifetime": "P13M" }]
        }]
    })
}
