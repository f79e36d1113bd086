//! Tiles above level 0: each hash is the root of the full tile below it.

use crate::log::fetched::{FetchedFile, read_tile};
use crate::report::Check;
use crate::report::finding::{Finding, Findings};
use crate::report::manual_steps;
use consent_log::{Hash, TileId};

/// Compares the hashes of a tile with those computed from the tiles below it. `below` fetches a tile, for the
/// evidence.
pub fn check(
    tile: TileId,
    served: &FetchedFile,
    computed: &[Hash],
    findings: &mut Findings,
    below: impl Fn(TileId) -> Option<Vec<u8>>,
) {
    let hashes = match read_tile(tile, served) {
        Ok(hashes) => hashes,
        Err(finding) => return findings.push(*finding),
    };
    for (position, (found, expected)) in hashes.iter().zip(computed).enumerate() {
        if found != expected {
            findings.push_with(|| {
                let child = TileId::full(tile.level - 1, tile.index * 256 + position as u64);
                let finding = Finding::new(
                    Check::Tiles,
                    format!("hash {position} of {}", served.place),
                    format!("it is not the root of the full tile {child} below it"),
                );
                let finding = finding
                    .expected(format!("{expected:?}"), format!("{found:?}"))
                    .manual_step(manual_steps::TILE_ROOT)
                    .manual_step(manual_steps::hash_of("parent", position))
                    .file("parent", served.bytes.clone());
                match below(child) {
                    Some(bytes) => finding.file("tile", bytes),
                    None => finding,
                }
            });
        }
    }
}
