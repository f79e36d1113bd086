//! A note is written back as it was read, and checking its signatures does not panic.

#![no_main]

use consent_log::{SignedNote, SignerKey, VerifierKey};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// The keys of the seeds in `seeds/note`.
static KEYS: LazyLock<[VerifierKey; 2]> = LazyLock::new(|| {
    let log = SignerKey::ed25519("demo.temoin.example/relais/2026q4/0", &[1; 32]);
    let witness = SignerKey::cosigner("witness.example/w", &[2; 32]);
    [log, witness].map(|key| key.expect("the names are good").verifier())
});

fuzz_target!(|text: &str| {
    if let Ok(note) = text.parse::<SignedNote>() {
        assert_eq!(note.to_string(), text);
        for key in &*KEYS {
            let _ = note.verified_by(key);
        }
    }
});
