//! What one append costs, for counting its instructions: `cargo xtask bench log append` runs it under
//! callgrind, which counts inside of [`append_and_prove`] alone.
//!
//! ```text
//! append SIZE COUNT
//! ```
//!
//! appends so many entries to a log of that size.

use consent_log::{Checkpoint, Edge, Hash, SignedNote, SignerKey, TileId, TileReader, TlogProof};
use std::convert::Infallible;
use std::error::Error;
use std::hint::black_box;

const ORIGIN: &str = "bench.temoin.example/append/2026q4/0";

/// A log that was there before: any hashes will do, as they cost the same.
struct Before;

impl TileReader for Before {
    type Error = Infallible;

    fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, Infallible> {
        let hashes = (0..tile.width).map(|place| {
            let name = format!("{} {} {place}", tile.level, tile.index);
            Hash::leaf(name.as_bytes())
        });
        Ok(hashes.collect())
    }
}

/// What the server does for one entry between reading it and writing it, and for its receipt
/// (`append` and `proof` in `edge-api/src/log/mod.rs`): it lets go of the old edge only once the new
/// one is written.
#[inline(never)]
fn append_and_prove(edge: &mut Edge, entry: &[u8], key: &SignerKey) -> Option<String> {
    let mut new = edge.clone();
    let mut completed = Vec::new();
    new.push(Hash::leaf(entry), &mut completed);
    let checkpoint = Checkpoint::new(ORIGIN, new.size(), new.root());
    let stored = checkpoint.sign(key).to_string();
    *edge = new;
    black_box((&stored, &completed));
    let index = edge.size() - 1;
    let checkpoint: SignedNote = stored.parse().ok()?;
    let proof = TlogProof {
        extra: None,
        index,
        hashes: edge.inclusion_proof(index)?,
        checkpoint,
    };
    Some(proof.to_string())
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut number = || arguments.next().ok_or("usage: append SIZE COUNT");
    let size: u64 = number()?.parse()?;
    let count: u64 = number()?.parse()?;
    let key = SignerKey::ed25519(ORIGIN, &[7; 32])?;
    let mut edge = Edge::restore(size, &mut Before)?;
    for place in size..size + count {
        let mut entry = [0; 58];
        entry[..8].copy_from_slice(&place.to_be_bytes());
        let proof = append_and_prove(&mut edge, black_box(&entry), &key).ok_or("no proof")?;
        let proof: TlogProof = proof.parse()?;
        proof.verify(Hash::leaf(&entry), &key.verifier())?;
    }
    Ok(())
}
