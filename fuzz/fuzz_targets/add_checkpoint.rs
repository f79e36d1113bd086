//! A log's request to a witness is written back as it was read.

#![no_main]

use consent_log::AddCheckpoint;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(read) = text.parse::<AddCheckpoint>() {
        assert_eq!(read.to_string(), text);
    }
});
