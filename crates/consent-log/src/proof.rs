//! Proofs that stand alone: an entry is in a log, to be checked without asking anyone (C2SP
//! tlog-proof).

use crate::canonical::{base64, decimal, excerpt, to_base64};
use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::hash::{Hash, HashError};
use crate::note::{NoteError, SignedNote, VerifierKey};
use crate::tree::{ProofError, verify_inclusion};
use std::fmt;
use std::str::FromStr;

/// The first line.
const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// How many bytes a proof may have: its checkpoint, and as much again for the rest.
pub const MAX_PROOF_BYTES: usize = 2 << 20;

/// How many hashes lead from a leaf to the root of the largest tree.
pub const MAX_INCLUSION_HASHES: usize = 64;

/// An entry's inclusion in a signed checkpoint, which may carry cosignatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlogProof {
    /// Whatever else its reader may need. Nothing vouches for it. Empty bytes are written as
    /// nothing.
    pub extra: Option<Vec<u8>>,
    /// The place of the entry in the log, counted from 0.
    pub index: u64,
    /// The siblings of the leaf on its way up to the root.
    pub hashes: Vec<Hash>,
    /// The checkpoint, to the byte as the log signed it.
    pub checkpoint: SignedNote,
}

/// The text is not a proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// Too large a text.
    #[error("a proof has at most 2097152 bytes; found {found}")]
    Length {
        /// How many bytes there are.
        found: usize,
    },
    /// Another first line.
    #[error("a proof begins with the line `c2sp.org/tlog-proof@v1`; found {found:?}")]
    Header {
        /// What stood there, cut when long.
        found: String,
    },
    /// Extra data that is not base64, or none after the word.
    #[error("`extra ` is followed by padded base64; found {found:?}")]
    Extra {
        /// What stood there, cut when long.
        found: String,
    },
    /// No place where it should stand.
    #[error("a proof has a line `index NUMBER`, without leading zeros; found {found:?}")]
    Index {
        /// What stood there, cut when long.
        found: String,
    },
    /// A line that is not a hash.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// More hashes than any tree is high.
    #[error("a proof has at most 64 hashes; found more")]
    Hashes,
    /// No empty line before the checkpoint.
    #[error("an empty line stands between a proof's hashes and its checkpoint; there is none")]
    NoEmptyLine,
    /// What stands where the checkpoint should is not a note.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// The note is not a checkpoint.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

impl TlogProof {
    /// Checks that the log with that key has `leaf` at the proof's place, and gives the checkpoint
    /// that says so. Cosignatures are for [`witnessed_by`](crate::witnessed_by).
    pub fn verify(&self, leaf: Hash, key: &VerifierKey) -> Result<Checkpoint, ProofError> {
        let checkpoint = Checkpoint::open(&self.checkpoint, key)?;
        verify_inclusion(
            leaf,
            self.index,
            checkpoint.size,
            checkpoint.root,
            &self.hashes,
        )?;
        Ok(checkpoint)
    }
}

impl fmt::Display for TlogProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        if let Some(extra) = self.extra.as_deref().filter(|extra| !extra.is_empty()) {
            writeln!(f, "extra {}", to_base64(extra))?;
        }
        writeln!(f, "index {}", self.index)?;
        self.hashes
            .iter()
            .try_for_each(|hash| writeln!(f, "{hash}"))?;
        write!(f, "\n{}", self.checkpoint)
    }
}

impl FromStr for TlogProof {
    type Err = TlogProofError;

    fn from_str(text: &str) -> Result<Self, TlogProofError> {
        if text.len() > MAX_PROOF_BYTES {
            return Err(TlogProofError::Length { found: text.len() });
        }
        let (head, note) = text.split_once("\n\n").ok_or(TlogProofError::NoEmptyLine)?;
        let mut lines = head.split('\n').peekable();
        let header = lines.next().unwrap_or_default();
        if header != HEADER {
            return Err(TlogProofError::Header {
                found: excerpt(header),
            });
        }
        let extra = lines
            .next_if(|line| line.starts_with("extra "))
            .map(read_extra)
            .transpose()?;
        let index = read_index(lines.next().unwrap_or_default())?;
        let hashes = read_hashes(lines, MAX_INCLUSION_HASHES)?.ok_or(TlogProofError::Hashes)?;
        let checkpoint: SignedNote = note.parse()?;
        checkpoint.text.parse::<Checkpoint>()?;
        Ok(Self {
            extra,
            index,
            hashes,
            checkpoint,
        })
    }
}

fn read_extra(line: &str) -> Result<Vec<u8>, TlogProofError> {
    line.strip_prefix("extra ")
        .and_then(base64)
        .filter(|extra| !extra.is_empty())
        .ok_or_else(|| TlogProofError::Extra {
            found: excerpt(line),
        })
}

fn read_index(line: &str) -> Result<u64, TlogProofError> {
    line.strip_prefix("index ")
        .and_then(decimal)
        .ok_or_else(|| TlogProofError::Index {
            found: excerpt(line),
        })
}

/// Reads a hash from each line; nothing when there are more than `most`.
pub(crate) fn read_hashes<'a>(
    lines: impl Iterator<Item = &'a str>,
    most: usize,
) -> Result<Option<Vec<Hash>>, HashError> {
    let mut hashes = Vec::new();
    for line in lines {
        if hashes.len() == most {
            return Ok(None);
        }
        hashes.push(line.parse()?);
    }
    Ok(Some(hashes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::Edge;
    use crate::note::SignerKey;
    use proptest::prelude::*;

    fn key(seed: u8) -> SignerKey {
        SignerKey::ed25519("log.example", &[seed; 32]).unwrap()
    }

    fn proof(index: u64, size: u8) -> TlogProof {
        let mut edge = Edge::empty();
        for entry in 0..size {
            edge.push(Hash::leaf(&[entry]), &mut Vec::new());
        }
        TlogProof {
            extra: None,
            index,
            hashes: edge.inclusion_proof(index).unwrap(),
            checkpoint: Checkpoint::new("log.example", edge.size(), edge.root()).sign(&key(1)),
        }
    }

    #[test]
    fn a_proof_holds_for_its_entry_and_log_only() {
        let proof = proof(2, 5);
        let log = key(1).verifier();
        let checkpoint = proof.verify(Hash::leaf(&[2]), &log).unwrap();
        assert_eq!(checkpoint.size, 5);
        assert!(matches!(
            proof.verify(Hash::leaf(&[3]), &log),
            Err(ProofError::Root { .. })
        ));
        assert!(matches!(
            proof.verify(Hash::leaf(&[2]), &key(2).verifier()),
            Err(ProofError::Checkpoint(CheckpointError::Note(
                NoteError::NotSigned { .. }
            )))
        ));
    }

    #[test]
    fn a_changed_proof_does_not_hold() {
        let good = proof(2, 5);
        let refused = |change: &dyn Fn(&mut TlogProof)| {
            let mut proof = good.clone();
            change(&mut proof);
            proof.verify(Hash::leaf(&[2]), &key(1).verifier()).is_err()
        };
        assert!(!refused(&|_| {}));
        assert!(!refused(&|proof| proof.extra = Some(vec![1])));
        assert!(refused(&|proof| proof.index = 3));
        assert!(refused(&|proof| proof.index = 5));
        assert!(refused(&|proof| proof.index = u64::MAX));
        assert!(refused(&|proof| proof.hashes.swap(0, 1)));
        assert!(refused(&|proof| proof.hashes.truncate(1)));
        assert!(refused(&|proof| proof.hashes.push(Hash::empty_root())));
        assert!(refused(&|proof| proof.checkpoint.text.push_str("more\n")));
        assert!(refused(&|proof| proof.checkpoint.signatures.clear()));
    }

    #[test]
    fn an_entry_alone_in_its_log_has_no_hash() {
        let text = proof(0, 1).to_string();
        assert!(text.starts_with("c2sp.org/tlog-proof@v1\nindex 0\n\nlog.example\n1\n"));
        assert_eq!(text.parse(), Ok(proof(0, 1)));
    }

    #[test]
    fn extra_data_is_kept_when_there_is_any() {
        let with = |extra: Option<Vec<u8>>| TlogProof {
            extra,
            ..proof(0, 1)
        };
        let text = with(Some(b"any".to_vec())).to_string();
        assert!(text.starts_with("c2sp.org/tlog-proof@v1\nextra YW55\nindex 0\n"));
        assert_eq!(text.parse(), Ok(with(Some(b"any".to_vec()))));
        assert_eq!(with(Some(Vec::new())).to_string(), with(None).to_string());
    }

    #[test]
    fn what_is_not_a_proof_is_told() {
        let good = proof(2, 5).to_string();
        let error = |from: &str, to: &str| {
            let text = good.replacen(from, to, 1);
            assert_ne!(text, good);
            text.parse::<TlogProof>().unwrap_err().to_string()
        };
        insta::assert_snapshot!(
            error("@v1", "@v2"),
            @r#"a proof begins with the line `c2sp.org/tlog-proof@v1`; found "c2sp.org/tlog-proof@v2""#
        );
        insta::assert_snapshot!(
            error("index 2", "index 02"),
            @r#"a proof has a line `index NUMBER`, without leading zeros; found "index 02""#
        );
        insta::assert_snapshot!(
            error("index 2\n", ""),
            @r#"a proof has a line `index NUMBER`, without leading zeros; found "WDx9+3swVdmUZVRAMqVx4QoTSxtvdpQiu7cf1/oWel0=""#
        );
        insta::assert_snapshot!(
            error("index", "Index"),
            @r#"a proof has a line `index NUMBER`, without leading zeros; found "Index 2""#
        );
        for extra in ["extra ", "extra YW55=", "extra YW5", "extra  YW55"] {
            let found = extra.to_owned();
            let text = good.replacen("index", &format!("{extra}\nindex"), 1);
            assert_eq!(
                text.parse::<TlogProof>(),
                Err(TlogProofError::Extra { found })
            );
        }
        insta::assert_snapshot!(
            error("index", "extra YW55\nextra YW55\nindex"),
            @r#"a proof has a line `index NUMBER`, without leading zeros; found "extra YW55""#
        );
        insta::assert_snapshot!(
            error("index 2\n", "index 2\nhash\n"),
            @r#"a hash is 44 characters of padded base64; found "hash""#
        );
        insta::assert_snapshot!(
            error("index 2\n", "index 2\n\n"),
            @"no line of a checkpoint is empty; line 4 is"
        );
        insta::assert_snapshot!(
            error("\n\nlog.example", "\n\n\nlog.example"),
            @"no line of a checkpoint is empty; line 1 is"
        );
        insta::assert_snapshot!(
            error("\n5\n", "\n05\n"),
            @r#"a checkpoint's size is a number without leading zeros; found "05""#
        );
        insta::assert_snapshot!(
            "c2sp.org/tlog-proof@v1\nindex 0\n".parse::<TlogProof>().unwrap_err(),
            @"an empty line stands between a proof's hashes and its checkpoint; there is none"
        );
        insta::assert_snapshot!(
            "c2sp.org/tlog-proof@v1\nindex 0\n\n".parse::<TlogProof>().unwrap_err(),
            @"a note is a text, an empty line and lines with signatures; there is no empty line"
        );
    }

    #[test]
    fn a_proof_has_bounds() {
        let hashes = |count| TlogProof {
            hashes: vec![Hash::empty_root(); count],
            ..proof(0, 1)
        };
        assert_eq!(hashes(64).to_string().parse(), Ok(hashes(64)));
        assert_eq!(
            hashes(65).to_string().parse::<TlogProof>(),
            Err(TlogProofError::Hashes)
        );
        let long = TlogProof {
            extra: Some(vec![0; MAX_PROOF_BYTES]),
            ..proof(0, 1)
        };
        assert!(matches!(
            long.to_string().parse::<TlogProof>(),
            Err(TlogProofError::Length { .. })
        ));
    }

    proptest! {
        #[test]
        fn a_proof_reads_back(
            extra in prop::option::of(prop::collection::vec(any::<u8>(), 1..60)),
            index: u64, hashes in prop::collection::vec(any::<[u8; 32]>(), 0..=64),
        ) {
            let hashes = hashes.into_iter().map(Hash::from_bytes).collect();
            let proof = TlogProof { extra, index, hashes, ..proof(0, 1) };
            prop_assert_eq!(proof.to_string().parse(), Ok(proof));
        }
    }
}
