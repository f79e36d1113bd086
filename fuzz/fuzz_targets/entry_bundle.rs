//! A bundle of entries is written back as it was read.

#![no_main]

use consent_log::{decode_bundle, encode_bundle};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(entries) = decode_bundle(bytes) {
        assert_eq!(encode_bundle(entries).as_deref(), Ok(bytes));
    }
});
