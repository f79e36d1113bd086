//! A checkpoint whose signature was verified.

use consent_log::{Checkpoint, SignedNote};

/// A checkpoint whose signature was verified.
#[derive(Clone, Debug)]
pub struct SignedCheckpoint {
    /// The note, with all its signatures.
    pub note: SignedNote,
    /// What its text says.
    pub checkpoint: Checkpoint,
}

impl SignedCheckpoint {
    /// The note's text and signatures, byte for byte.
    pub fn bytes(&self) -> Vec<u8> {
        self.note.to_string().into_bytes()
    }
}
