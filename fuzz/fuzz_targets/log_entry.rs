//! An entry of the log is written back as it was read.

#![no_main]

use consent_core::LogEntry;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(read) = LogEntry::from_bytes(bytes) {
        assert_eq!(read.to_bytes(), bytes);
    }
});
