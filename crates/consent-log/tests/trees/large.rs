//! Trees too large to hold: their first leaves are all the same, so that every complete node of a
//! height is too.

use crate::definition::leaf;
use consent_log::{
    Edge, FullTile, Hash, Prover, TileId, TileReader, right_edge, verify_consistency,
    verify_inclusion,
};
use std::collections::HashMap;
use std::convert::Infallible;

/// Tiles of a tree that begins with leaves all the same.
struct Uniform {
    /// The node over such leaves, for each height.
    nodes: Vec<Hash>,
    /// How many such leaves there are.
    same: u64,
    /// The tiles, full or not, that have other leaves under them.
    other: HashMap<(u8, u64), Vec<Hash>>,
}

impl Uniform {
    fn new(same: u64) -> Self {
        let mut nodes = vec![Hash::leaf(b"again")];
        for height in 0..64 {
            nodes.push(Hash::node(nodes[height], nodes[height]));
        }
        Self {
            nodes,
            same,
            other: HashMap::new(),
        }
    }

    /// Takes over what a growing edge has.
    fn save(&mut self, edge: &Edge, completed: &mut Vec<FullTile>) {
        for FullTile {
            level,
            index,
            hashes,
        } in completed.drain(..)
        {
            self.other.insert((level, index), hashes);
        }
        for tile in right_edge(edge.size()) {
            self.other
                .insert((tile.level, tile.index), edge.tile(tile).unwrap());
        }
    }
}

impl TileReader for Uniform {
    type Error = Infallible;

    fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, Infallible> {
        let width = usize::from(tile.width);
        Ok(match self.other.get(&(tile.level, tile.index)) {
            Some(hashes) => hashes[..width].to_vec(),
            None => vec![self.nodes[usize::from(tile.level) * 8]; width],
        })
    }
}

/// Where levels of tiles begin and end, up to a trillion leaves and as far as numbers go.
const SIZES: [u64; 14] = [
    65_535,
    65_536,
    65_537,
    (1 << 24) - 1,
    1 << 24,
    (1 << 32) - 257,
    (1 << 32) - 256,
    (1 << 32) + 1,
    (1 << 40) - 512,
    (1 << 40) - 1,
    1 << 40,
    0x00ff_ffff_ff00,
    0x00aa_5533_ccff,
    u64::MAX - 600,
];

#[test]
fn an_edge_proves_new_leaves_of_a_tree_of_any_size() {
    for same in SIZES {
        let mut tiles = Uniform::new(same);
        let mut edge = Edge::restore(same, &mut tiles).unwrap();
        let old_root = edge.root();
        let mut completed = Vec::new();
        for size in same + 1..=same + 520 {
            edge.push(leaf(size), &mut completed);
            if (size - same) % 40 > 2 && size % 256 > 1 {
                continue;
            }
            tiles.save(&edge, &mut completed);
            let root = edge.root();
            let same = tiles.same;
            let mut prover = Prover::new(size, &mut tiles);
            assert_eq!(prover.root().unwrap(), root);
            let proof = prover.consistency_proof(same).unwrap();
            assert_eq!(
                verify_consistency(same, old_root, size, root, &proof),
                Ok(())
            );
            // The leaves of the last tile, and of the one before if it was completed here.
            let completed_from = same / 256 * 256;
            let held_from = (size / 256).saturating_sub(1) * 256;
            for index in held_from.max(completed_from)..size {
                let proof = edge.inclusion_proof(index).unwrap();
                let hash = if index < same {
                    Hash::leaf(b"again")
                } else {
                    leaf(index + 1)
                };
                assert_eq!(verify_inclusion(hash, index, size, root, &proof), Ok(()));
                if index % 64 == 0 {
                    assert_eq!(prover.inclusion_proof(index).unwrap(), proof);
                }
            }
            assert_eq!(edge.inclusion_proof(held_from.wrapping_sub(1)), None);
        }
    }
}

#[test]
fn a_proof_in_a_tree_of_a_trillion_leaves_reads_five_tiles() {
    struct Counted(Uniform, Vec<TileId>);

    impl TileReader for Counted {
        type Error = Infallible;

        fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, Infallible> {
            self.1.push(tile);
            self.0.tile(tile)
        }
    }

    let size = 1 << 40;
    let mut tiles = Counted(Uniform::new(size), Vec::new());
    let index = 0x12_3456_789a;
    let proof = consent_log::inclusion_proof(index, size, &mut tiles).unwrap();
    assert_eq!(proof.len(), 40);
    let read: Vec<_> = tiles.1.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(read.join("\n"), @r"
    0/x305/x419/896
    1/x001/x193/046
    2/x004/660
    3/018
    4/000
    ");
}
