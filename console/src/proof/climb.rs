//! The way from a leaf to the root, step by step (RFC 9162, section 2.1.3.2).

use consent_log::{Hash, root_from_inclusion};

/// On which side of the node the neighbour stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The neighbour is hashed first.
    Left,
    /// The neighbour is hashed second.
    Right,
}

/// One step up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Where the neighbour stands.
    pub side: Side,
    /// The neighbour.
    pub neighbour: Hash,
    /// What both give together.
    pub gives: Hash,
}

/// Every step from a leaf to the root of a tree of that size; nothing where the proof has not the shape that place and
/// size call for.
pub fn climb(leaf: Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Vec<Step>> {
    let mut last = size.checked_sub(1).filter(|last| index <= *last)?;
    let mut place = index;
    let mut node = leaf;
    let mut steps = Vec::with_capacity(proof.len());
    for neighbour in proof.iter().copied() {
        // At the right edge a node has no right neighbour: it rises until it has a left one.
        while place & 1 == 0 && place == last && last > 0 {
            place >>= 1;
            last >>= 1;
        }
        let neighbour_at = if place & 1 == 1 {
            Side::Left
        } else {
            Side::Right
        };
        node = match neighbour_at {
            Side::Left => Hash::node(neighbour, node),
            Side::Right => Hash::node(node, neighbour),
        };
        steps.push(Step {
            side: neighbour_at,
            neighbour,
            gives: node,
        });
        place >>= 1;
        last >>= 1;
    }
    // The same computed by the log's own crate: it also knows how many steps there must be.
    (root_from_inclusion(leaf, index, size, proof) == Some(node)).then_some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;
    use consent_log::{Edge, verify_inclusion};

    #[test]
    fn every_leaf_of_every_small_tree_climbs_to_the_root() {
        let mut edge = Edge::empty();
        for size in 1_u8..=70 {
            edge.push(Hash::leaf(&[size - 1]), &mut Vec::new());
            for index in 0..size {
                let leaf = Hash::leaf(&[index]);
                let proof = edge.inclusion_proof(index.into()).unwrap();
                let (index, size) = (index.into(), size.into());
                verify_inclusion(leaf, index, size, edge.root(), &proof).unwrap();
                let steps = climb(leaf, index, size, &proof).unwrap();
                let top = steps.last().map_or(leaf, |step| step.gives);
                assert_eq!(top, edge.root(), "{index} of {size}");
            }
        }
    }

    #[test]
    fn a_proof_of_another_shape_leads_nowhere() {
        let leaf = Hash::leaf(b"a");
        assert_eq!(climb(leaf, 0, 0, &[]), None);
        assert_eq!(climb(leaf, 3, 3, &[leaf]), None);
        assert_eq!(climb(leaf, 0, 2, &[]), None);
        assert_eq!(climb(leaf, 0, 2, &[leaf, leaf]), None);
    }
}
