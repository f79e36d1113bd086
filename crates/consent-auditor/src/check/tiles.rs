//! Tiles above level 0: each hash is the root of a full tile below.

use crate::log::fetched::{Served, read_tile};
use crate::report::Check;
use crate::report::finding::{Finding, Tally};
use crate::report::manual_steps;
use consent_log::{Hash, TileId};

/// Compares a tile with the hashes that the tiles below it give. `below` fetches a tile for the
/// evidence.
pub fn check(
    tile: TileId,
    served: &Served,
    computed: &[Hash],
    tally: &mut Tally,
    below: impl Fn(TileId) -> Option<Vec<u8>>,
) {
    let hashes = match read_tile(tile, served) {
        Ok(hashes) => hashes,
        Err(finding) => return tally.push(*finding),
    };
    for (place, (found, expected)) in hashes.iter().zip(computed).enumerate() {
        if found != expected {
            tally.push_with(|| {
                let child = TileId::full(tile.level - 1, tile.index * 256 + place as u64);
                let finding = Finding::new(
                    Check::Tiles,
                    format!("hash {place} of {}", served.place),
                    format!("it is not the root of the full tile {child} below it"),
                );
                let finding = finding
                    .expected(format!("{expected:?}"), format!("{found:?}"))
                    .by_hand(manual_steps::TILE_ROOT)
                    .by_hand(manual_steps::hash_of("parent", place))
                    .file("parent", served.bytes.clone());
                match below(child) {
                    Some(bytes) => finding.file("tile", bytes),
                    None => finding,
                }
            });
        }
    }
}
