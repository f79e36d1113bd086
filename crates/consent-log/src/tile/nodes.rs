//! The nodes inside a tile.

use super::TILE_WIDTH;
use crate::hash::Hash;

/// The hashes of a tile and every complete node above them, inside the tile.
///
/// They stand in the order in which they come to be: a node right after its right child, so that
/// each place is known from height and index alone, and a tile is one piece of memory.
#[derive(Clone, Default)]
pub(crate) struct TileNodes {
    nodes: Vec<Hash>,
    width: usize,
}

impl FromIterator<Hash> for TileNodes {
    fn from_iter<I: IntoIterator<Item = Hash>>(hashes: I) -> Self {
        let mut nodes = Self::default();
        for hash in hashes {
            nodes.push(hash);
        }
        nodes
    }
}

impl TileNodes {
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.width = 0;
    }

    /// Adds a hash to a tile that is not full, and the nodes that it completes.
    #[expect(
        clippy::indexing_slicing,
        reason = "a tile always has the nodes of its width"
    )]
    pub(crate) fn push(&mut self, hash: Hash) {
        self.nodes.push(hash);
        self.width += 1;
        let mut right = hash;
        for height in 0..self.width.trailing_zeros() {
            // The right child is last; before it are the nodes under it, then the left child.
            let left = self.nodes[self.nodes.len() - subtree_nodes(height) - 1];
            right = Hash::node(left, right);
            self.nodes.push(right);
        }
    }

    /// The root of a full tile.
    pub(crate) fn root(&self) -> Option<Hash> {
        let full = self.width == usize::from(TILE_WIDTH);
        self.nodes.last().copied().filter(|_| full)
    }

    /// A complete node, by its height above the hashes and its place among those of its height.
    pub(crate) fn node(&self, height: u32, index: u8) -> Option<Hash> {
        // The last hash below it; all the nodes that it completes come after it.
        let last = ((usize::from(index) + 1) << height) - 1;
        if last >= self.width {
            return None;
        }
        self.nodes.get(place_of(last) + height as usize).copied()
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "a tile always has the nodes of its width"
    )]
    pub(crate) fn leaves(&self) -> impl Iterator<Item = Hash> {
        (0..self.width).map(|leaf| self.nodes[place_of(leaf)])
    }

    /// The complete nodes that have no parent yet, from the last.
    #[expect(
        clippy::indexing_slicing,
        reason = "a tile always has the nodes of its width"
    )]
    pub(crate) fn peaks(&self) -> impl Iterator<Item = Hash> {
        let mut rest = self.width;
        let mut end = self.nodes.len();
        std::iter::from_fn(move || {
            let peak = *self.nodes[..end].last()?;
            end -= subtree_nodes(rest.trailing_zeros());
            rest &= rest - 1;
            Some(peak)
        })
    }
}

/// How many nodes a complete subtree of that height has.
fn subtree_nodes(height: u32) -> usize {
    (2 << height) - 1
}

/// Where a tile's hash stands: `leaf` hashes before it have made a tree of `2 * leaf` nodes less
/// one for each of its peaks.
fn place_of(leaf: usize) -> usize {
    2 * leaf - leaf.count_ones() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tile::tile_root;

    #[test]
    fn every_complete_node_of_every_width_is_found() {
        let leaves: Vec<_> = (0..=255).map(|byte| Hash::leaf(&[byte])).collect();
        let mut tile = TileNodes::default();
        for width in 1..=256 {
            tile.push(leaves[width - 1]);
            assert_eq!(tile.width(), width);
            let mut row = leaves[..width].to_vec();
            for height in 0..=8 {
                for index in 0..=u8::MAX {
                    let node = row.get(usize::from(index)).copied();
                    assert_eq!(
                        tile.node(height, index),
                        node,
                        "{height} {index} of {width}"
                    );
                }
                let pairs = row.as_chunks().0;
                row = pairs.iter().map(|[l, r]| Hash::node(*l, *r)).collect();
            }
            assert_eq!(tile.leaves().collect::<Vec<_>>(), leaves[..width]);
            let root = tile.peaks().reduce(|right, left| Hash::node(left, right));
            assert_eq!(root, Some(tile_root(&leaves[..width])));
            assert_eq!(tile.root(), root.filter(|_| width == 256));
        }
        assert_eq!(tile.nodes.len(), 511);
        tile.clear();
        assert_eq!(tile.peaks().next(), None);
    }
}
