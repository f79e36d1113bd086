//! A witness's answer is written back as it was read.

#![no_main]

use consent_log::parse_cosignatures;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(signatures) = parse_cosignatures(text) {
        let lines: String = signatures
            .iter()
            .map(|signature| format!("{signature}\n"))
            .collect();
        assert_eq!(lines, text);
    }
});
