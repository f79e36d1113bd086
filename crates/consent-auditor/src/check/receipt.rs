//! A receipt by itself: its texts give the commitment of its entry, the entry is in a signed tree, and that tree's
//! checkpoint is in the anchor. The steps are those of `docs/proof-format.md`.

use super::listing;
use crate::report::Check;
use crate::report::finding::Finding;
use consent_core::{ConsentReceipt, LogEntry};
use consent_log::{Checkpoint, Hash, SignedNote, TlogProof, VerifierKey};

/// A receipt that was verified, and what it proves.
#[derive(Debug)]
pub struct VerifiedReceipt {
    /// Its entry in the log.
    pub entry: LogEntry,
    /// The proof that the entry is in the log.
    pub log: SignedInclusion,
    /// The proof that the log's checkpoint is in the anchor, if the receipt has it.
    pub anchor: Option<SignedInclusion>,
}

/// A leaf that is proved to be in a signed tree.
#[derive(Debug)]
pub struct SignedInclusion {
    /// Its index.
    pub index: u64,
    /// Its hash.
    pub leaf: Hash,
    /// The checkpoint of the tree.
    pub checkpoint: Checkpoint,
    /// The signed note of the checkpoint.
    pub note: SignedNote,
    /// The key that the checkpoint is signed with.
    pub key: VerifierKey,
    /// Whether that key was known, and not only taken from the receipt.
    pub pinned: bool,
}

/// Checks a receipt. A key of `known` must be the one in the receipt; if none is known for a log, the key in the
/// receipt is used. `source` is where the receipt is from.
pub fn check(
    receipt: &ConsentReceipt,
    known: &[VerifierKey],
    source: &str,
) -> Result<VerifiedReceipt, Box<Finding>> {
    let evidence = &receipt.evidence;
    let about = |what: &str| Finding::new(Check::Receipts, source, what);
    let entry = receipt.claimed_entry().map_err(|error| {
        let finding = about("the receipt's texts do not agree with the receipt");
        Box::new(finding.expected("what evidence.subject and evidence.decision say", error))
    })?;
    if receipt.id.site.as_str() != site_of(receipt.log.as_str()) {
        let finding = about("the receipt is of another site than its log");
        let expected = format!("a log of {}", receipt.id.site);
        return Err(Box::new(finding.expected(expected, &receipt.log)));
    }
    let log = verify_inclusion(
        &Step {
            field: "proof",
            key_field: "key",
            origin: receipt.log.as_str(),
            known,
            source,
        },
        &evidence.proof,
        &evidence.key,
        Hash::leaf(&entry.to_bytes()),
    )?;
    if log.index != receipt.index {
        let finding = about("the proof is for another index than the receipt says");
        return Err(Box::new(finding.expected(receipt.index, log.index)));
    }
    let anchor = match (&evidence.anchor_key, &evidence.anchor_proof) {
        (None, None) => None,
        (Some(key), Some(proof)) => {
            let server = receipt.log.as_str().split('/').next().unwrap_or_default();
            let step = Step {
                field: "anchor_proof",
                key_field: "anchor_key",
                origin: &format!("{server}/anchor"),
                known,
                source,
            };
            let leaf = Hash::leaf(log.note.to_string().as_bytes());
            Some(verify_inclusion(&step, proof, key, leaf)?)
        }
        (key, _) => {
            let has = if key.is_some() {
                "only the key"
            } else {
                "only the proof"
            };
            let finding = about("the receipt has only half of the anchor's proof");
            return Err(Box::new(finding.expected(
                "evidence.anchor_key and evidence.anchor_proof, or neither",
                has,
            )));
        }
    };
    Ok(VerifiedReceipt { entry, log, anchor })
}

fn site_of(origin: &str) -> &str {
    origin.split('/').nth(1).unwrap_or_default()
}

struct Step<'a> {
    field: &'static str,
    key_field: &'static str,
    origin: &'a str,
    known: &'a [VerifierKey],
    source: &'a str,
}

fn verify_inclusion(
    step: &Step<'_>,
    proof: &str,
    key: &str,
    leaf: Hash,
) -> Result<SignedInclusion, Box<Finding>> {
    let about = |field: &str, what: &str| {
        Finding::new(
            Check::Receipts,
            format!("evidence.{field} of {}", step.source),
            what,
        )
        .file("proof", proof)
        .file("vkey", format!("{key}\n"))
    };
    let served: VerifierKey = key.parse().map_err(|error: consent_log::NoteError| {
        let finding = about(step.key_field, "this is not a key");
        Box::new(finding.expected("NAME+ID+KEY (C2SP signed-note)", error))
    })?;
    if served.name() != step.origin {
        let finding = about(step.key_field, "this is the key of another log");
        return Err(Box::new(finding.expected(step.origin, served.name())));
    }
    let known = step.known.iter().find(|known| known.name() == step.origin);
    if let Some(known) = known.filter(|known| **known != served) {
        let finding = about(
            step.key_field,
            "this is not the key that is known for the log",
        );
        return Err(Box::new(finding.expected(known, served)));
    }
    let proof: TlogProof = proof
        .parse()
        .map_err(|error: consent_log::TlogProofError| {
            let finding = about(step.field, "this is not a proof");
            Box::new(finding.expected("C2SP tlog-proof, version 1", error))
        })?;
    let checkpoint = proof.verify(leaf, &served).map_err(|error| {
        let finding = about(step.field, "the proof does not hold");
        let expected = format!(
            "{leaf:?} at index {} of {}, signed",
            proof.index, step.origin
        );
        Box::new(finding.expected(expected, error))
    })?;
    Ok(SignedInclusion {
        index: proof.index,
        leaf,
        checkpoint,
        note: proof.checkpoint,
        pinned: known.is_some(),
        key: served,
    })
}

/// Whether a receipt is of a log of its site on the server whose anchor this is.
pub fn is_of(receipt: &ConsentReceipt, anchor: &consent_core::LogOrigin) -> bool {
    listing::server_of_anchor(anchor)
        .is_some_and(|server| listing::is_of(&server, &receipt.id.site, receipt.log.as_str()))
}
