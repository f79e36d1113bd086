//! The tree as RFC 6962, section 2.1 defines it: by recursion over its leaves, with no regard to
//! cost. What is tested is written another way, so that they do not share a mistake.

use consent_log::{Hash, TileId, TileReader};
use std::collections::HashMap;

/// The leaves of a tree and what has been computed over them.
#[derive(Default)]
pub struct Definition {
    leaves: Vec<Hash>,
    roots: HashMap<(u64, u64), Hash>,
}

impl Definition {
    /// A tree of that many leaves, all different.
    pub fn of(size: u64) -> Self {
        Self {
            leaves: (0..size).map(leaf).collect(),
            roots: HashMap::new(),
        }
    }

    /// `MTH(D[start:end])`.
    pub fn root(&mut self, start: u64, end: u64) -> Hash {
        match end - start {
            0 => return Hash::empty_root(),
            1 => return self.leaves[usize::try_from(start).unwrap()],
            _ => {}
        }
        if let Some(root) = self.roots.get(&(start, end)) {
            return *root;
        }
        let middle = start + split(end - start);
        let root = Hash::node(self.root(start, middle), self.root(middle, end));
        self.roots.insert((start, end), root);
        root
    }

    /// `PATH(index, D[start:end])`, the index counted from 0 as if `start` were 0.
    pub fn path(&mut self, index: u64, start: u64, end: u64) -> Vec<Hash> {
        if end - start == 1 {
            return Vec::new();
        }
        let half = split(end - start);
        let middle = start + half;
        let (mut path, sibling) = if index < half {
            (self.path(index, start, middle), self.root(middle, end))
        } else {
            (
                self.path(index - half, middle, end),
                self.root(start, middle),
            )
        };
        path.push(sibling);
        path
    }

    /// `PATH` for every leaf of `D[start:end]`.
    pub fn paths(&mut self, start: u64, end: u64) -> Vec<Vec<Hash>> {
        if end - start == 1 {
            return vec![Vec::new()];
        }
        let middle = start + split(end - start);
        let (left, right) = (self.root(start, middle), self.root(middle, end));
        let mut paths = self.paths(start, middle);
        for path in &mut paths {
            path.push(right);
        }
        for mut path in self.paths(middle, end) {
            path.push(left);
            paths.push(path);
        }
        paths
    }

    /// `PROOF(old, D[size])`.
    pub fn proof(&mut self, old: u64, size: u64) -> Vec<Hash> {
        self.subproof(old, 0, size, true)
    }

    fn subproof(&mut self, old: u64, start: u64, end: u64, whole: bool) -> Vec<Hash> {
        if old == end - start {
            return if whole {
                Vec::new()
            } else {
                vec![self.root(start, end)]
            };
        }
        let half = split(end - start);
        let middle = start + half;
        let (mut proof, sibling) = if old <= half {
            (
                self.subproof(old, start, middle, whole),
                self.root(middle, end),
            )
        } else {
            (
                self.subproof(old - half, middle, end, false),
                self.root(start, middle),
            )
        };
        proof.push(sibling);
        proof
    }

    /// The hash at that place of a level of tiles.
    fn at_level(&mut self, level: u8, place: u64) -> Hash {
        let leaves = 256_u64.pow(level.into());
        self.root(place * leaves, (place + 1) * leaves)
    }
}

/// For each step from a leaf up to the root, whether its sibling is on the left.
pub fn sides(index: u64, size: u64) -> Vec<bool> {
    if size == 1 {
        return Vec::new();
    }
    let half = split(size);
    let (mut sides, left) = if index < half {
        (sides(index, half), false)
    } else {
        (sides(index - half, size - half), true)
    };
    sides.push(left);
    sides
}

/// The largest power of two smaller than `size`.
fn split(size: u64) -> u64 {
    1 << (size - 1).ilog2()
}

/// A leaf unlike any other.
pub fn leaf(index: u64) -> Hash {
    Hash::leaf(format!("entry {index}").as_bytes())
}

/// The tiles of a tree, which sees that none is asked for twice, and none that the tree has not.
pub struct Tiles<'a> {
    tree: &'a mut Definition,
    size: u64,
    /// The tiles asked for, in order.
    pub read: Vec<TileId>,
}

impl<'a> Tiles<'a> {
    pub fn new(tree: &'a mut Definition, size: u64) -> Self {
        Self {
            tree,
            size,
            read: Vec::new(),
        }
    }
}

impl TileReader for Tiles<'_> {
    type Error = String;

    fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, String> {
        if TileId::for_size(tile.level, tile.index, self.size) != Some(tile) {
            return Err(format!("{tile} is not of a tree of {}", self.size));
        }
        if self.read.contains(&tile) {
            return Err(format!("{tile} is read twice"));
        }
        self.read.push(tile);
        let first = tile.index * 256;
        Ok((first..first + u64::from(tile.width))
            .map(|place| self.tree.at_level(tile.level, place))
            .collect())
    }
}
