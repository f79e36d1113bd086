//! A proof is written back as it was read, and its own numbers do not make checking it panic.

#![no_main]

use consent_log::{Checkpoint, Hash, TlogProof, verify_inclusion};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(proof) = text.parse::<TlogProof>() {
        assert_eq!(proof.to_string(), text);
        let checkpoint: Checkpoint = proof.checkpoint.text.parse().expect("it was read once");
        let _ = verify_inclusion(
            Hash::leaf(b""),
            proof.index,
            checkpoint.size,
            checkpoint.root,
            &proof.hashes,
        );
    }
});
