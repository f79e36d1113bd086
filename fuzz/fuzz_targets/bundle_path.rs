//! The name of a bundle is written back as it was read.

#![no_main]

use consent_log::BundleId;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(read) = text.parse::<BundleId>() {
        assert_eq!(read.to_string(), text);
    }
});
