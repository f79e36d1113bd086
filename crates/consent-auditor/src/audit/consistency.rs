//! The consistency of two checkpoints of a log, by a proof from the tiles that the log serves.

use crate::log::checkpoint::SignedCheckpoint;
use crate::log::fetched::ServedLog;
use crate::log::state::Saved;
use crate::log::verified::{VerifiedLog, read_failure};
use crate::report::Check;
use crate::report::finding::{Failure, Finding};
use consent_log::{consistency_proof, verify_consistency};

/// Checks that a checkpoint is consistent with an earlier one. Without an earlier one, checks only that the tiles
/// have the signed root.
pub fn check(
    log: ServedLog<'_>,
    saved: Option<&Saved>,
    signed: &SignedCheckpoint,
) -> Result<(), Failure> {
    let Some(saved) = saved else {
        return VerifiedLog::open(log, signed.clone()).map(drop);
    };
    let (old, new) = (&saved.checkpoint, &signed.checkpoint);
    let wrong = |what: String| {
        Finding::new(Check::Consistency, log.place("checkpoint"), what)
            .manual_step("cat checkpoint earlier    # both are signed by the log")
            .file("checkpoint", signed.bytes())
            .file("earlier", saved.note.to_string())
    };
    if new.size < old.size {
        let finding =
            wrong("the log was rolled back: it signed for more entries before".to_owned());
        let expected = format!("at least {} entries", old.size);
        return Err(finding
            .expected(expected, format!("{} entries", new.size))
            .into());
    }
    if new.size == old.size {
        if new.root == old.root {
            return Ok(());
        }
        let what = format!(
            "the log forked: it signed two trees of {} entries",
            new.size
        );
        return Err(wrong(what).expected(old.root, new.root).into());
    }
    let proof = consistency_proof(old.size, new.size, &mut { log }).map_err(read_failure)?;
    verify_consistency(old.size, old.root, new.size, new.root, &proof).map_err(|error| {
        let what = format!(
            "the log forked, or serves other tiles than it signed: no proof shows that its tree of {} \
             entries continues the one of {} entries",
            new.size, old.size
        );
        let hashes: Vec<_> = proof.iter().map(|hash| format!("{hash}\n")).collect();
        let finding = wrong(what).file("proof", hashes.concat());
        let expected = format!("a proof from {} to {}", old.root, new.root);
        Failure::from(finding.expected(expected, error))
    })
}
