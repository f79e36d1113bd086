//! The name of a tile is written back as it was read.

#![no_main]

use consent_log::TileId;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(read) = text.parse::<TileId>() {
        assert_eq!(read.to_string(), text);
    }
});
