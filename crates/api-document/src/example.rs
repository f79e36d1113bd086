//! The example that runs through the document: one site, one visitor, one token.
//!
//! Some values only a running server decides, such as the hash of a notice. They stand here as constants: the test that
//! runs the examples puts the server's own in their place.

use serde_json::{Value, json};

/// The site.
pub const SITE: &str = "relais";
/// An origin of its pages.
pub const ORIGIN: &str = "http://localhost:8788";
/// The report of its visitor.
pub const REPORT: &str = "000102030405060708090a0b0c0d0e0f";
/// Their secret.
pub const SECRET: &str = "0f0e0d0c0b0a09080706050403020100";
/// The file that is entered as evidence, by its SHA-256.
pub const FILE: &str = "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9";

/// The notice in force. Decided by the server.
pub const NOTICE: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
/// The configuration in force. Decided by the bytes that were sent.
pub const EDITION: &str = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
/// A loader, by its digest. Decided by the server.
pub const LOADER: &str = "d7a8fbb307d7809469ca9abcb0082e4f8d5651e46d3cdb762d02d0bf37c9e592";
/// A token that was made. Decided by the server.
pub const GRANT: &str = "3f79bb7b435b";
/// A webhook that was made. Decided by the server.
pub const WEBHOOK: &str = "wh_000102030405060708090a0b0c0d0e0f";
/// What it was told. Decided by the server.
pub const MESSAGE: &str = "msg_000102030405060708090a0b0c0d0e0f";
/// A host that the site does not use any more. It is there where the site had `edge`.
pub const HOST: &str = "localhost:8788";
/// A token for one handover. Decided by the server.
pub const HANDOVER: &str = "relais.000102030405060708090a0b0c0d0e0f.1798000000000.5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
/// A file of the build. Decided by the build.
pub const ASSET: &str = "0a1b2c3d4e5f6071.js";
/// The server's name in its logs. Decided by its operator.
pub const SERVER: &str = "temoin.example";
/// The quarter of the site's log. Decided by the clock.
pub const QUARTER: &str = "2026q4";

/// The site's configuration.
pub fn configuration() -> Value {
    json!({
        "name": "Le Relais",
        "origins": [ORIGIN, "http://127.0.0.1:8788"],
        "hand_over": true,
        "jurisdiction": "CA-QC",
        "languages": ["fr-CA", "en"],
        "controller": {
            "name": "Le Relais",
            "person_in_charge": "Camille Roy",
            "contact": "vie-privee@relais.example"
        },
        "policy": { "version": "2026-05-02", "url": "/confidentialite" },
        "purposes": ["statistics", "marketing"],
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

/// The visitor's report: they accept all.
pub fn report() -> Value {
    json!({
        "id": REPORT,
        "consent_id": SECRET,
        "notice": NOTICE,
        "language": "fr-CA",
        "decision": {
            "necessary": "granted",
            "preferences": "denied",
            "statistics": "granted",
            "marketing": "granted"
        },
        "method": "accept_all",
        "layer": "banner",
        "trusted": true,
        "gpc": false
    })
}
