//! Roots and proofs built from the tiles of a tree.

use super::{Way, last_complete};
use crate::hash::Hash;
use crate::tile::{TILE_HEIGHT, TileId, TileNodes};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// Where the tiles of a tree are.
pub trait TileReader {
    /// Why a tile cannot be read.
    type Error;

    /// The hashes of a tile, exactly as many as its width: those of a partial tile may be cut from
    /// a wider one. Whoever verifies checks them; here they are taken as they are.
    fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, Self::Error>;
}

/// A root or a proof cannot be built.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError<E> {
    /// The reader failed.
    #[error("a tile cannot be read")]
    Reader(#[source] E),
    /// The reader gave a tile of another width than asked for.
    #[error("the tile {tile} has {} hashes; found {found}", tile.width)]
    Width {
        /// The tile asked for.
        tile: TileId,
        /// How many hashes came.
        found: usize,
    },
    /// The tree has no such leaf, or no such older tree.
    #[error("{wanted} is beyond a tree of {size} leaves")]
    OutOfRange {
        /// The leaf, or the size of the older tree.
        wanted: u64,
        /// The size of the tree.
        size: u64,
    },
}

/// The root of a tree, from the tiles of its right edge.
pub fn root<R: TileReader>(size: u64, reader: &mut R) -> Result<Hash, ReadError<R::Error>> {
    Prover::new(size, reader).root()
}

/// The inclusion proof of a leaf, each tile read at most once.
pub fn inclusion_proof<R: TileReader>(
    index: u64,
    size: u64,
    reader: &mut R,
) -> Result<Vec<Hash>, ReadError<R::Error>> {
    Prover::new(size, reader).inclusion_proof(index)
}

/// The proof that the tree of `new_size` begins with the tree of `old_size`, each tile read at most
/// once; empty when the older tree has no leaf, or as many as the newer one.
pub fn consistency_proof<R: TileReader>(
    old_size: u64,
    new_size: u64,
    reader: &mut R,
) -> Result<Vec<Hash>, ReadError<R::Error>> {
    Prover::new(new_size, reader).consistency_proof(old_size)
}

/// Builds the root and the proofs of one tree. It holds what it has read, 16 KiB a tile, so that
/// many proofs together read each tile once.
pub struct Prover<'a, R> {
    size: u64,
    reader: &'a mut R,
    read: BTreeMap<TileId, TileNodes>,
}

impl<'a, R: TileReader> Prover<'a, R> {
    /// Of the tree of that size.
    pub fn new(size: u64, reader: &'a mut R) -> Self {
        Self {
            size,
            reader,
            read: BTreeMap::new(),
        }
    }

    /// The root of the tree.
    pub fn root(&mut self) -> Result<Hash, ReadError<R::Error>> {
        let size = self.size;
        tail(self, 0, size)
    }

    /// The inclusion proof of a leaf: the siblings on its way up to the root.
    pub fn inclusion_proof(&mut self, index: u64) -> Result<Vec<Hash>, ReadError<R::Error>> {
        let size = self.size;
        if index < size {
            siblings(self, 0, index, size)
        } else {
            Err(self.beyond(index))
        }
    }

    /// The proof that this tree begins with that of `old_size`; empty when that one has no leaf, or
    /// as many as this one.
    pub fn consistency_proof(&mut self, old_size: u64) -> Result<Vec<Hash>, ReadError<R::Error>> {
        let size = self.size;
        if old_size > size {
            return Err(self.beyond(old_size));
        }
        if old_size == 0 || old_size == size {
            return Ok(Vec::new());
        }
        let (height, index) = last_complete(old_size);
        let mut proof = Vec::new();
        if index > 0 {
            proof.push(self.node(height, index)?);
        }
        proof.extend(siblings(self, height, index, size)?);
        Ok(proof)
    }

    fn beyond(&self, wanted: u64) -> ReadError<R::Error> {
        ReadError::OutOfRange {
            wanted,
            size: self.size,
        }
    }
}

impl<R: TileReader> Nodes for Prover<'_, R> {
    type Error = ReadError<R::Error>;

    fn node(&mut self, height: u32, index: u64) -> Result<Hash, Self::Error> {
        let place = NodePlace::new(height, index);
        let tile = TileId::for_size(place.level, place.tile, self.size)
            .ok_or_else(|| self.beyond(index))?;
        let nodes = match self.read.entry(tile) {
            Entry::Occupied(read) => read.into_mut(),
            Entry::Vacant(free) => free.insert(read_tile(self.reader, tile)?),
        };
        nodes
            .node(place.height, place.index)
            .ok_or_else(|| self.beyond(index))
    }
}

/// Reads a tile, and sees that it is as wide as it should be.
pub(crate) fn read_tile<R: TileReader>(
    reader: &mut R,
    tile: TileId,
) -> Result<TileNodes, ReadError<R::Error>> {
    let hashes = reader.tile(tile).map_err(ReadError::Reader)?;
    if hashes.len() == usize::from(tile.width) {
        Ok(hashes.into_iter().collect())
    } else {
        Err(ReadError::Width {
            tile,
            found: hashes.len(),
        })
    }
}

/// Where the hashes of complete subtrees come from.
pub(crate) trait Nodes {
    /// Why there is none.
    type Error;

    /// The hash of the complete subtree `index` among those of its height.
    fn node(&mut self, height: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// The siblings of a subtree on its way up to the root of a tree of that size, which has at least
/// one leaf in the subtree.
pub(crate) fn siblings<N: Nodes>(
    nodes: &mut N,
    mut height: u32,
    mut index: u64,
    size: u64,
) -> Result<Vec<Hash>, N::Error> {
    let mut last = (size - 1) >> height;
    let mut proof = Vec::with_capacity(Way::new(index, last).length());
    while last > 0 {
        let sibling = index ^ 1;
        if sibling < size >> height {
            proof.push(nodes.node(height, sibling)?);
        } else if sibling == last {
            proof.push(tail(nodes, sibling << height, size)?);
        }
        height += 1;
        index >>= 1;
        last >>= 1;
    }
    Ok(proof)
}

/// The hash over the leaves from `start`, where a subtree of more leaves than are left begins, to
/// the end of a tree of that size.
fn tail<N: Nodes>(nodes: &mut N, start: u64, size: u64) -> Result<Hash, N::Error> {
    // Each bit is a complete subtree; they stand in falling order, and are hashed from the last.
    let mut rest = size - start;
    let mut hash = None;
    while rest > 0 {
        let height = rest.trailing_zeros();
        let left = nodes.node(height, (size >> height) - 1)?;
        hash = Some(match hash {
            Some(right) => Hash::node(left, right),
            None => left,
        });
        rest &= rest - 1;
    }
    Ok(hash.unwrap_or_else(Hash::empty_root))
}

/// Where a complete subtree stands among the tiles.
#[derive(Clone, Copy)]
pub(crate) struct NodePlace {
    /// The level of its tile.
    pub(crate) level: u8,
    /// The place of the tile within the level.
    pub(crate) tile: u64,
    /// Its height above the hashes of the tile, 0 to 7.
    pub(crate) height: u32,
    /// Its place among those of its height in the tile, 0 to 255.
    pub(crate) index: u8,
}

impl NodePlace {
    pub(crate) fn new(height: u32, index: u64) -> Self {
        let level = height / TILE_HEIGHT;
        let height = height % TILE_HEIGHT;
        let row = TILE_HEIGHT - height;
        Self {
            // Trees are at most 64 high.
            level: u8::try_from(level).unwrap_or(u8::MAX),
            tile: index >> row,
            height,
            index: index.to_le_bytes()[0] & (u8::MAX >> height),
        }
    }
}
