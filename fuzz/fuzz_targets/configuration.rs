//! The body of `PUT /v1/sites/SITE`: a configuration that is refused says why, field by field; one that is taken is read
//! back as the same, and its findings name their fields.

#![no_main]

use consent_core::lint::findings;
use consent_core::{SiteConfig, loader};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    match SiteConfig::parse(body) {
        Err(errors) => {
            assert!(!errors.is_empty());
            for error in errors {
                assert!(!error.field.is_empty() && !error.message.is_empty());
            }
        }
        Ok(config) => {
            let written = serde_json::to_vec(&config).expect("a configuration is JSON");
            let again = SiteConfig::parse(&written).expect("our own is read");
            assert_eq!(serde_json::to_vec(&again).expect("a configuration is JSON"), written);
            assert!(findings(&config).iter().all(|finding| !finding.field.is_empty()));
            assert!(config.loader_variant().starts_with("loader"));
            let own = config.languages.first().expect("it has a language");
            assert!(loader::other_languages(&config.languages, own).len() < 2 * config.languages.len() + 1);
        }
    }
});
