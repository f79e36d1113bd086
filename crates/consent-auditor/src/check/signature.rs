//! The signature of a checkpoint.

use crate::log::checkpoint::SignedCheckpoint;
use crate::report::Check;
use crate::report::finding::Finding;
use consent_log::{Checkpoint, SignedNote, VerifierKey};

/// Parses a checkpoint and verifies its signature with the key of the log.
pub fn check(
    bytes: &[u8],
    key: &VerifierKey,
    place: &str,
) -> Result<SignedCheckpoint, Box<Finding>> {
    let wrong = |found: String| {
        let finding = Finding::new(
            Check::Signature,
            place,
            "this is not a checkpoint that the log has signed",
        );
        let finding = finding
            .expected(format!("a checkpoint signed by {key}"), found)
            .manual_step(
                "cat checkpoint    # C2SP signed-note: the text, and under it the signatures",
            )
            .file("checkpoint", bytes)
            .file("vkey", format!("{key}\n"));
        Box::new(finding)
    };
    let text = str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
    let note: SignedNote = text.parse().map_err(|error| wrong(format!("{error}")))?;
    let checkpoint = Checkpoint::open(&note, key).map_err(|error| wrong(error.to_string()))?;
    Ok(SignedCheckpoint { note, checkpoint })
}
