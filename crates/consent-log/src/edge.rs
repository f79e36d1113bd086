//! The right edge of a growing tree: all that is needed to add to it.

use crate::hash::Hash;
use crate::tile::{TILE_HEIGHT, TileId, TileNodes, right_edge};
use crate::tree::{NodePlace, Nodes, ReadError, TileReader, read_tile, siblings};
use std::fmt;

/// A tile that has all its hashes, and never changes any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FullTile {
    /// Its level.
    pub level: u8,
    /// Its place within the level.
    pub index: u64,
    /// Its 256 hashes.
    pub hashes: Vec<Hash>,
}

/// The partial tiles of a tree, with the nodes inside them, and the tiles completed last.
///
/// A leaf costs about one hash of a node, whatever the size of the tree; the root and a proof cost
/// at most one for each level of the tree, and read nothing. At most 32 KiB are held for each
/// level of tiles: there is one up to 256 leaves, two up to 65,536, three up to 16 million.
#[derive(Clone, Default)]
pub struct Edge {
    size: u64,
    levels: Vec<Level>,
}

impl Edge {
    /// The edge of a tree without leaves.
    pub fn empty() -> Self {
        Self::default()
    }

    /// Reads the partial tiles of a tree of that size; [`right_edge`] names them.
    pub fn restore<R: TileReader>(size: u64, reader: &mut R) -> Result<Self, ReadError<R::Error>> {
        let mut levels = Vec::new();
        for tile in right_edge(size) {
            levels.resize_with(usize::from(tile.level), Level::default);
            levels.push(Level {
                current: read_tile(reader, tile)?,
                ..Level::default()
            });
        }
        Ok(Self { size, levels })
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        self.levels
            .iter()
            .flat_map(|level| level.current.peaks())
            .reduce(|right, left| Hash::node(left, right))
            .unwrap_or_else(Hash::empty_root)
    }

    /// Appends a leaf. Each tile that it makes full is added to `completed`, lowest first.
    pub fn push(&mut self, leaf: Hash, completed: &mut Vec<FullTile>) {
        let mut hash = leaf;
        for level in 0_u8.. {
            if self.levels.len() == usize::from(level) {
                self.levels.push(Level::default());
            }
            let Some(tiles) = self.levels.get_mut(usize::from(level)) else {
                break;
            };
            tiles.current.push(hash);
            let Some(root) = tiles.current.root() else {
                break;
            };
            completed.push(FullTile {
                level,
                index: current_tile(level, self.size),
                hashes: tiles.current.leaves().collect(),
            });
            tiles.begin_tile();
            hash = root;
        }
        self.size += 1;
    }

    /// The hashes of a tile at the edge, full or cut to any width that it has reached: a partial
    /// tile, or the one before it when that was completed since [`restore`](Self::restore).
    pub fn tile(&self, tile: TileId) -> Option<Vec<Hash>> {
        let nodes = self.nodes(tile.level, tile.index)?;
        let width = usize::from(tile.width);
        let held = (1..=nodes.width()).contains(&width);
        held.then(|| nodes.leaves().take(width).collect())
    }

    /// The inclusion proof of a leaf of the last tile of level 0, or of the one before it when that
    /// was completed since [`restore`](Self::restore). For other leaves there is
    /// [`inclusion_proof`](crate::inclusion_proof).
    pub fn inclusion_proof(&self, index: u64) -> Option<Vec<Hash>> {
        if index >= self.size {
            return None;
        }
        siblings(&mut StoredNodes(self), 0, index, self.size).ok()
    }

    /// The nodes of the partial tile or of the one before it.
    fn nodes(&self, level: u8, tile: u64) -> Option<&TileNodes> {
        let tiles = self.levels.get(usize::from(level))?;
        let current = current_tile(level, self.size);
        if tile == current {
            Some(&tiles.current)
        } else if Some(tile) == current.checked_sub(1) {
            tiles.before.as_ref()
        } else {
            None
        }
    }
}

impl fmt::Debug for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Edge")
            .field("size", &self.size)
            .field("root", &self.root())
            .finish_non_exhaustive()
    }
}

/// The nodes that an edge stores.
struct StoredNodes<'a>(&'a Edge);

/// The edge does not store that node.
struct NotStored;

impl Nodes for StoredNodes<'_> {
    type Error = NotStored;

    fn node(&mut self, height: u32, index: u64) -> Result<Hash, NotStored> {
        let place = NodePlace::new(height, index);
        self.0
            .nodes(place.level, place.tile)
            .and_then(|nodes| nodes.node(place.height, place.index))
            .ok_or(NotStored)
    }
}

/// The place of the partial tile of a level, empty or not.
fn current_tile(level: u8, size: u64) -> u64 {
    size.checked_shr((u32::from(level) + 1) * TILE_HEIGHT)
        .unwrap_or(0)
}

/// What is held of one level of tiles.
#[derive(Clone, Default)]
struct Level {
    /// The partial tile, which may be empty.
    current: TileNodes,
    /// The full tile before it, if it was completed here.
    before: Option<TileNodes>,
}

impl Level {
    /// Puts the full tile aside.
    fn begin_tile(&mut self) {
        // The memory of the tile before it serves again.
        let mut next = self.before.take().unwrap_or_default();
        next.clear();
        self.before = Some(std::mem::replace(&mut self.current, next));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_tile_of_each_level_is_known_from_the_size() {
        assert_eq!(current_tile(0, 255), 0);
        assert_eq!(current_tile(0, 256), 1);
        assert_eq!(current_tile(1, 65_536), 1);
        assert_eq!(current_tile(7, u64::MAX), 0);
        assert_eq!(current_tile(u8::MAX, u64::MAX), 0);
    }

    #[test]
    fn an_edge_holds_at_most_two_tiles_of_each_level() {
        let mut edge = Edge::empty();
        for index in 0..70_000_u32 {
            edge.push(Hash::leaf(&index.to_be_bytes()), &mut Vec::new());
        }
        assert_eq!(edge.levels.len(), 3);
        for level in &edge.levels {
            assert!(level.current.width() < 256);
            assert!(level.before.as_ref().is_none_or(|tile| tile.width() == 256));
        }
    }
}
