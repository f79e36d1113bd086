//! The tree of one log, as a dossier needs it: its entries that are no consents, and inclusion proofs in a checkpoint
//! that the anchor has, where it has one, otherwise in the newest.

use crate::log::checkpoint::SignedCheckpoint;
use crate::log::verified::{VerifiedLog, read_failure};
use crate::report::Check;
use crate::report::finding::{Failure, Finding};
use crate::report::progress::Progress;
use consent_core::LogEntry;
use consent_core::entry::Event;
use consent_log::tree::Prover;
use consent_log::{Checkpoint, Hash, SignedNote, TlogProof, VerifierKey};
use std::collections::BTreeMap;

/// An entry that is no consent.
#[derive(Clone)]
pub struct Noted {
    /// The log's origin.
    pub log: String,
    /// Its index there.
    pub index: u64,
    /// What it says.
    pub entry: LogEntry,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// A checkpoint that the anchor has.
pub struct Anchored {
    /// The checkpoint.
    pub signed: SignedCheckpoint,
    /// Its inclusion in the anchor's newest checkpoint, with the cosignatures on that.
    pub proof: TlogProof,
}

/// A leaf of the log, and which checkpoint it is proved in.
pub struct Proved {
    /// Whether it is the anchored checkpoint.
    pub anchored: bool,
    /// The siblings on the way to the root.
    pub path: Vec<Hash>,
}

/// Reads every entry that is no consent, oldest first.
pub fn noted(
    verified: &mut VerifiedLog<'_>,
    progress: &mut Progress,
) -> Result<Vec<Noted>, Failure> {
    let origin = verified.signed().checkpoint.origin.clone();
    let size = verified.size();
    let mut found = Vec::new();
    for index in 0..size {
        progress.update("entries", index, Some(size));
        let Some(entry) = verified.entry(index)? else {
            break;
        };
        if !matches!(entry.event, Event::Consent { .. }) {
            let bytes = entry.to_bytes().to_vec();
            found.push(Noted {
                log: origin.clone(),
                index,
                entry,
                bytes,
            });
        }
    }
    Ok(found)
}

/// Finds the newest checkpoint of a log in the anchor, which must be one that the log signed, of this very tree.
pub fn anchored(
    verified: &mut VerifiedLog<'_>,
    key: &VerifierKey,
    anchor: &mut VerifiedLog<'_>,
) -> Result<Option<Anchored>, Failure> {
    let size = anchor.size();
    for index in (0..size).rev() {
        let Some(bytes) = anchor.entry_bytes(index)? else {
            continue;
        };
        let note: Option<SignedNote> = str::from_utf8(&bytes)
            .ok()
            .and_then(|text| text.parse().ok());
        let named = note.as_ref().and_then(|note| note.text.lines().next());
        let Some(note) = note.as_ref().filter(|_| named == Some(key.name())) else {
            continue;
        };
        let wrong = |what: &str| {
            let finding = Finding::new(Check::Anchor, anchor.place(index), what);
            finding.file("entry", bytes.clone())
        };
        let checkpoint = Checkpoint::open(note, key).map_err(|error| {
            let finding = wrong("this is not a checkpoint that the log signed");
            finding.expected(format!("a checkpoint signed by {key}"), error)
        })?;
        if checkpoint.size > verified.size() {
            // It was signed after this dossier began to read.
            continue;
        }
        let root = consent_log::root(checkpoint.size, verified).map_err(read_failure)?;
        if root != checkpoint.root {
            let finding = wrong("the anchor has another tree of this log");
            return Err(finding.expected(root, checkpoint.root).into());
        }
        let hashes = consent_log::inclusion_proof(index, size, anchor).map_err(read_failure)?;
        return Ok(Some(Anchored {
            signed: SignedCheckpoint {
                note: note.clone(),
                checkpoint,
            },
            proof: TlogProof {
                extra: None,
                index,
                hashes,
                checkpoint: anchor.signed().note.clone(),
            },
        }));
    }
    Ok(None)
}

/// Proves leaves: each in the anchored checkpoint if it is old enough, otherwise in the newest. What is returned was
/// verified.
pub fn prove(
    verified: &mut VerifiedLog<'_>,
    key: &VerifierKey,
    anchored: Option<&SignedCheckpoint>,
    leaves: &BTreeMap<u64, Hash>,
) -> Result<BTreeMap<u64, Proved>, Failure> {
    let newest = verified.signed().clone();
    let from = anchored.map_or(0, |signed| signed.checkpoint.size);
    let mut proved = BTreeMap::new();
    for signed in anchored.into_iter().chain([&newest]) {
        let is_anchored = anchored.is_some_and(|anchored| std::ptr::eq(anchored, signed));
        let indices = if is_anchored { 0..from } else { from..u64::MAX };
        let mut tree = Prover::new(signed.checkpoint.size, verified);
        for (index, leaf) in leaves.range(indices) {
            let path = tree.inclusion_proof(*index).map_err(read_failure)?;
            let proof = TlogProof {
                extra: None,
                index: *index,
                hashes: path,
                checkpoint: signed.note.clone(),
            };
            proof.verify(*leaf, key).map_err(|error| {
                let what = "the tiles give no proof of this entry";
                let place = format!("entry {index} of {}", key.name());
                Finding::new(Check::Tiles, place, what).expected("an inclusion proof", error)
            })?;
            let anchored = is_anchored;
            let path = proof.hashes;
            proved.insert(*index, Proved { anchored, path });
        }
    }
    Ok(proved)
}
