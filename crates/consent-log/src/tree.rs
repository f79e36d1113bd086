//! Proofs in the tree (RFC 6962, section 2.1): checked from their hashes, built from tiles.
//!
//! A subtree whose leaves are all there is named by its height and its place among those of its
//! height: `(0, 5)` is the sixth leaf, `(2, 1)` the node over leaves 4 to 7.

use crate::checkpoint::CheckpointError;
use crate::hash::Hash;

mod reader;

pub(crate) use reader::{NodePlace, Nodes, read_tile, siblings};
pub use reader::{Prover, ReadError, TileReader, consistency_proof, inclusion_proof, root};

/// A proof does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// The tree has no such leaf.
    #[error("a tree of {size} leaves has no leaf {index}")]
    OutOfRange {
        /// The place asked for.
        index: u64,
        /// The size of the tree.
        size: u64,
    },
    /// The tree that should be the older one is the larger one.
    #[error("a tree of {new_size} leaves does not come after one of {old_size}")]
    Shrunk {
        /// The size of the older tree.
        old_size: u64,
        /// The size of the newer tree.
        new_size: u64,
    },
    /// The sizes alone say how many hashes a proof has, and it has not.
    #[error("a proof of this shape has {expected} hashes; found {found}")]
    Length {
        /// How many hashes there should be.
        expected: usize,
        /// How many there are.
        found: usize,
    },
    /// The proof leads to another root.
    #[error("the proof leads to the root {found}, not to {expected}")]
    Root {
        /// The root that it should lead to.
        expected: Hash,
        /// The root that it leads to.
        found: Hash,
    },
    /// The proof of consistency leads to another root of the older tree.
    #[error("the proof leads to the older root {found}, not to {expected}")]
    OldRoot {
        /// The root that it should lead to.
        expected: Hash,
        /// The root that it leads to.
        found: Hash,
    },
    /// The checkpoint that the proof stands on does not hold.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
}

/// The way up from a subtree, `index` among those of its height, in a tree whose last one of that
/// height is `last`, complete or not.
#[derive(Clone, Copy)]
struct Way {
    index: u64,
    /// Below this many steps there is a sibling at each step, on either side; from there on, the
    /// way goes along the right edge and only has siblings on its left.
    inner: u32,
    /// How many siblings there are along the right edge.
    border: u32,
}

impl Way {
    fn new(index: u64, last: u64) -> Self {
        let inner = u64::BITS - (index ^ last).leading_zeros();
        let border = index.checked_shr(inner).map_or(0, u64::count_ones);
        Self {
            index,
            inner,
            border,
        }
    }

    fn length(self) -> usize {
        // At most 64 siblings: it fits.
        (self.inner + self.border) as usize
    }

    /// The root above `start`, with the siblings from the lowest up.
    fn root(self, start: Hash, siblings: &[Hash]) -> Hash {
        (0..).zip(siblings).fold(start, |hash, (step, sibling)| {
            if self.is_right(step) {
                Hash::node(*sibling, hash)
            } else {
                Hash::node(hash, *sibling)
            }
        })
    }

    /// The root of the tree that ends with the subtree itself: siblings on its right were not
    /// there yet.
    fn old_root(self, start: Hash, siblings: &[Hash]) -> Hash {
        (0..)
            .zip(siblings)
            .filter(|(step, _)| self.is_right(*step))
            .fold(start, |hash, (_, sibling)| Hash::node(*sibling, hash))
    }

    /// Whether the sibling of that step is on the left.
    fn is_right(self, step: u32) -> bool {
        step >= self.inner || self.index >> step & 1 == 1
    }
}

/// The root that an inclusion proof leads to; nothing when the proof does not have the shape that
/// the place and the size call for.
pub fn root_from_inclusion(leaf: Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    let last = size.checked_sub(1).filter(|last| index <= *last)?;
    let way = Way::new(index, last);
    (proof.len() == way.length()).then(|| way.root(leaf, proof))
}

/// Checks that `leaf` is at `index` in the tree of that size and root.
///
/// Size and root are to come from one checkpoint: a root alone does not say how many leaves there
/// are, and a proof may lead to it from trees of several sizes. Where the leaf stands, it says.
pub fn verify_inclusion(
    leaf: Hash,
    index: u64,
    size: u64,
    root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::OutOfRange { index, size });
    }
    let way = Way::new(index, size - 1);
    check_length(way.length(), proof)?;
    let found = way.root(leaf, proof);
    if found == root {
        Ok(())
    } else {
        Err(ProofError::Root {
            expected: root,
            found,
        })
    }
}

/// Checks that the older tree is the beginning of the newer one. The proof is empty when the older
/// tree has no leaf, or as many as the newer one.
pub fn verify_consistency(
    old_size: u64,
    old_root: Hash,
    new_size: u64,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofError> {
    if old_size > new_size {
        return Err(ProofError::Shrunk { old_size, new_size });
    }
    if old_size == 0 || old_size == new_size {
        check_length(0, proof)?;
    }
    if old_size == 0 {
        check_old_root(old_root, Hash::empty_root())?;
    }
    if old_size == new_size {
        return check_root(new_root, old_root);
    }
    if old_size == 0 {
        // Anything comes after nothing.
        return Ok(());
    }
    let (height, index) = last_complete(old_size);
    let way = Way::new(index, (new_size - 1) >> height);
    let (start, siblings) = if index == 0 {
        // The older tree is itself a complete subtree of the newer one.
        check_length(way.length(), proof)?;
        (old_root, proof)
    } else {
        check_length(way.length() + 1, proof)?;
        let (start, siblings) = proof.split_first().ok_or(ProofError::Length {
            expected: way.length() + 1,
            found: 0,
        })?;
        (*start, siblings)
    };
    check_old_root(old_root, way.old_root(start, siblings))?;
    check_root(new_root, way.root(start, siblings))
}

fn check_length(expected: usize, proof: &[Hash]) -> Result<(), ProofError> {
    let found = proof.len();
    if found == expected {
        Ok(())
    } else {
        Err(ProofError::Length { expected, found })
    }
}

fn check_root(expected: Hash, found: Hash) -> Result<(), ProofError> {
    if found == expected {
        Ok(())
    } else {
        Err(ProofError::Root { expected, found })
    }
}

fn check_old_root(expected: Hash, found: Hash) -> Result<(), ProofError> {
    if found == expected {
        Ok(())
    } else {
        Err(ProofError::OldRoot { expected, found })
    }
}

/// The largest complete subtree that ends where a tree of that size, not 0, does.
fn last_complete(size: u64) -> (u32, u64) {
    let height = size.trailing_zeros();
    (height, (size - 1) >> height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tile::tile_root;

    /// The leaves that Certificate Transparency has been tested with from the start, and the roots
    /// of the trees of the first of them.
    const LEAVES: [&str; 8] = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ];
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    fn leaves() -> [Hash; 8] {
        LEAVES.map(|leaf| Hash::leaf(&hex::decode(leaf).unwrap()))
    }

    fn root(size: usize) -> Hash {
        let mut bytes = [0; 32];
        hex::decode_to_slice(ROOTS[size - 1], &mut bytes).unwrap();
        Hash::from_bytes(bytes)
    }

    #[test]
    fn the_roots_are_those_of_the_known_vectors() {
        for size in 1..=8 {
            assert_eq!(tile_root(&leaves()[..size]), root(size), "{size}");
        }
    }

    #[expect(clippy::many_single_char_names, reason = "the RFC's own names")]
    #[test]
    fn the_proofs_are_those_of_the_rfc() {
        // The tree of section 2.1.3, of seven leaves, with its letters.
        let [a, b, c, d, e, f, j, _] = leaves();
        let [g, h, i] = [Hash::node(a, b), Hash::node(c, d), Hash::node(e, f)];
        let [k, l] = [Hash::node(g, h), Hash::node(i, j)];
        let check = |leaf, index, proof: &[Hash]| verify_inclusion(leaf, index, 7, root(7), proof);
        assert_eq!(check(a, 0, &[b, h, l]), Ok(()));
        assert_eq!(check(d, 3, &[c, g, l]), Ok(()));
        assert_eq!(check(e, 4, &[f, j, k]), Ok(()));
        assert_eq!(check(j, 6, &[i, k]), Ok(()));

        let check = |old: usize, proof: &[Hash]| {
            verify_consistency(old as u64, root(old), 7, root(7), proof)
        };
        assert_eq!(check(3, &[c, d, g, l]), Ok(()));
        assert_eq!(check(4, &[l]), Ok(()));
        assert_eq!(check(6, &[i, j, k]), Ok(()));
    }
}
