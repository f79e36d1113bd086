//! Each entry against its leaf.

use crate::log::fetched::{Served, read_bundle, read_tile};
use crate::report::Check;
use crate::report::finding::{Finding, Tally};
use crate::report::manual_steps;
use consent_log::{BundleId, Hash};

/// A bundle and its tile of level 0.
pub struct Piece {
    /// Which.
    pub bundle: BundleId,
    /// The hashes of the tile.
    pub hashes: Vec<Hash>,
    /// The bundle.
    pub entries: Served,
    /// Entries that are not what the tile says.
    pub wrong: Tally,
}

/// Hashes each entry of a bundle, and compares it with its leaf in the tile.
pub fn check(bundle: BundleId, tile: &Served, entries: Served) -> Result<Piece, Box<Finding>> {
    let hashes = read_tile(bundle.tile(), tile)?;
    let mut wrong = Tally::default();
    for (place, entry) in read_bundle(bundle, &entries)?.into_iter().enumerate() {
        let leaf = Hash::leaf(entry);
        if leaf != hashes[place] {
            wrong.push_with(|| {
                let number = bundle.first_entry() + place as u64;
                let finding = Finding::new(
                    Check::Entries,
                    format!("entry {number}, number {place} of {}", entries.place),
                    format!("its hash is not the leaf in {}", tile.place),
                );
                finding
                    .expected(format!("{:?}", hashes[place]), format!("{leaf:?}"))
                    .by_hand(manual_steps::LEAF)
                    .by_hand(manual_steps::hash_of("tile", place))
                    .file("entry", entry)
                    .file("bundle", entries.bytes.clone())
                    .file("tile", tile.bytes.clone())
            });
        }
    }
    Ok(Piece {
        bundle,
        hashes,
        entries,
        wrong,
    })
}
