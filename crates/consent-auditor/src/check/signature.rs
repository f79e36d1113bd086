//! A checkpoint's signature.

use crate::report::Check;
use crate::report::finding::Finding;
use consent_log::{Checkpoint, SignedNote, VerifierKey};

/// A checkpoint whose signature holds.
#[derive(Clone, Debug)]
pub struct Signed {
    /// What was signed, with all signatures.
    pub note: SignedNote,
    /// What it says.
    pub checkpoint: Checkpoint,
}

impl Signed {
    /// The note's text and signatures, as they stood.
    pub fn bytes(&self) -> Vec<u8> {
        self.note.to_string().into_bytes()
    }
}

/// Opens the bytes of a checkpoint with the key of its log.
pub fn check(bytes: &[u8], key: &VerifierKey, place: &str) -> Result<Signed, Box<Finding>> {
    let wrong = |found: String| {
        let finding = Finding::new(
            Check::Signature,
            place,
            "this is not a checkpoint that the log has signed",
        );
        let finding = finding
            .expected(format!("a checkpoint signed by {key}"), found)
            .by_hand("cat checkpoint    # C2SP signed-note: the text, and under it the signatures")
            .file("checkpoint", bytes)
            .file("vkey", format!("{key}\n"));
        Box::new(finding)
    };
    let text = str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
    let note: SignedNote = text.parse().map_err(|error| wrong(format!("{error}")))?;
    let checkpoint = Checkpoint::open(&note, key).map_err(|error| wrong(error.to_string()))?;
    Ok(Signed { note, checkpoint })
}
