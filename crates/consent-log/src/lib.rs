//! A transparency log in the open formats of [C2SP](https://c2sp.org): the Merkle tree, its tiles,
//! proofs, signed checkpoints and cosignatures, written and checked.
//!
//! An entry is opaque bytes: nothing here knows what a log is about. Everything is a pure function
//! of its arguments. There is no HTTP, no storage, no clock and no randomness: hashes come in
//! through a [`TileReader`], times and secret seeds as arguments, and what is to be stored is handed
//! back. There is no ECDSA and no ML-DSA either: keys are Ed25519.
//!
//! | module | specification |
//! | --- | --- |
//! | [`hash`], [`tree`], [`edge`] | RFC 6962, section 2.1 |
//! | [`tile`] | C2SP tlog-tiles |
//! | [`note`] | C2SP signed-note |
//! | [`checkpoint`] | C2SP tlog-checkpoint |
//! | [`proof`] | C2SP tlog-proof |
//! | [`cosignature`] | C2SP tlog-cosignature |
//! | [`witness`] | C2SP tlog-witness |
//!
//! What is read from outside has one spelling: a number with a leading zero, base64 without its
//! padding or a tile of no width is refused, so that what was read is written back to the byte.
//!
//! ```
//! use consent_log::{Checkpoint, Edge, Hash, SignerKey, TlogProof};
//!
//! let key = SignerKey::ed25519("log.example/demo", &[7; 32])?;
//! let (mut edge, mut completed) = (Edge::empty(), Vec::new());
//! for entry in [b"first".as_slice(), b"second", b"third"] {
//!     edge.push(Hash::leaf(entry), &mut completed);
//! }
//! let checkpoint = Checkpoint::new("log.example/demo", edge.size(), edge.root());
//! let proof = TlogProof {
//!     extra: None,
//!     index: 1,
//!     hashes: edge.inclusion_proof(1).expect("the edge holds the last tile"),
//!     checkpoint: checkpoint.sign(&key),
//! };
//!
//! let read: TlogProof = proof.to_string().parse()?;
//! assert_eq!(read.verify(Hash::leaf(b"second"), &key.verifier())?, checkpoint);
//! assert!(read.verify(Hash::leaf(b"forged"), &key.verifier()).is_err());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod checkpoint;
pub mod cosignature;
pub mod edge;
pub mod hash;
pub mod note;
pub mod proof;
pub mod resource;
pub mod tile;
pub mod tree;
pub mod witness;
pub mod witnessed;

mod canonical;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use edge::{Edge, FullTile};
pub use hash::{Hash, HashError};
pub use note::{KeyKind, NoteError, Signature, SignedNote, SignerKey, Verified, VerifierKey};
pub use proof::{TlogProof, TlogProofError};
pub use resource::{LogResource, UnknownResource};
pub use tile::{
    BundleId, TILE_WIDTH, TileError, TileId, TilePathError, TileSlot, decode_bundle, decode_tile,
    encode_bundle, encode_tile, right_edge, tile_root,
};
pub use tree::{
    ProofError, Prover, ReadError, TileReader, consistency_proof, inclusion_proof, root,
    root_from_inclusion, verify_consistency, verify_inclusion,
};
pub use witness::{AddCheckpoint, AddCheckpointError, parse_cosignatures};
pub use witnessed::witnessed_by;
