//! The hash of each entry against its leaf.

use crate::log::fetched::{FetchedFile, read_bundle, read_tile};
use crate::report::Check;
use crate::report::finding::{Finding, Findings};
use crate::report::manual_steps;
use consent_log::{BundleId, Hash};

/// A bundle of entries, compared with its tile of level 0.
pub struct CheckedBundle {
    /// Which bundle.
    pub bundle: BundleId,
    /// The leaf hashes in the tile.
    pub hashes: Vec<Hash>,
    /// The file with the entries.
    pub entries: FetchedFile,
    /// The entries whose hash is not the leaf.
    pub wrong: Findings,
}

/// Hashes each entry of a bundle, and compares it with its leaf in the tile.
pub fn check(
    bundle: BundleId,
    tile: &FetchedFile,
    entries: FetchedFile,
) -> Result<CheckedBundle, Box<Finding>> {
    let hashes = read_tile(bundle.tile(), tile)?;
    let mut wrong = Findings::default();
    for (position, entry) in read_bundle(bundle, &entries)?.into_iter().enumerate() {
        let leaf = Hash::leaf(entry);
        if leaf != hashes[position] {
            wrong.push_with(|| {
                let number = bundle.first_entry() + position as u64;
                let finding = Finding::new(
                    Check::Entries,
                    format!("entry {number}, number {position} of {}", entries.place),
                    format!("its hash is not the leaf in {}", tile.place),
                );
                finding
                    .expected(format!("{:?}", hashes[position]), format!("{leaf:?}"))
                    .manual_step(manual_steps::LEAF)
                    .manual_step(manual_steps::hash_of("tile", position))
                    .file("entry", entry)
                    .file("bundle", entries.bytes.clone())
                    .file("tile", tile.bytes.clone())
            });
        }
    }
    Ok(CheckedBundle {
        bundle,
        hashes,
        entries,
        wrong,
    })
}
