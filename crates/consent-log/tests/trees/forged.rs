//! Proofs with something wrong in them.

use crate::definition::{Definition, leaf, sides};
use consent_log::{Hash, ProofError, root_from_inclusion, verify_consistency, verify_inclusion};
use proptest::prelude::*;

/// Sizes around every kind of shape.
fn sizes() -> impl Iterator<Item = u64> {
    (1..=66).chain([127, 128, 129, 255, 256, 257, 300, 511, 513, 1_099])
}

fn another(hash: Hash) -> Hash {
    let mut bytes = *hash.as_bytes();
    bytes[usize::from(bytes[0] % 32)] ^= 1 << (bytes[1] % 8);
    Hash::from_bytes(bytes)
}

/// Every way to spoil a proof's hashes: each one changed, left out, doubled, or swapped with the
/// next.
fn spoiled(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut all = vec![[proof, &[leaf(0)]].concat()];
    for place in 0..proof.len() {
        let mut changed = proof.to_vec();
        changed[place] = another(proof[place]);
        let mut short = proof.to_vec();
        short.remove(place);
        let mut doubled = proof.to_vec();
        doubled.insert(place, proof[place]);
        all.extend([changed, short, doubled]);
        if place > 0 {
            let mut swapped = proof.to_vec();
            swapped.swap(place - 1, place);
            all.push(swapped);
        }
    }
    all
}

fn tells_length(error: &ProofError) -> bool {
    matches!(error, ProofError::Length { .. })
}

#[test]
fn an_inclusion_proof_with_any_hash_wrong_is_refused() {
    let mut tree = Definition::of(1_100);
    for size in sizes() {
        let root = tree.root(0, size);
        for index in (0..size).step_by(if size > 66 { 17 } else { 1 }) {
            let proof = tree.path(index, 0, size);
            let verify = |leaf, index, root, proof: &[Hash]| {
                verify_inclusion(leaf, index, size, root, proof)
            };
            assert_eq!(verify(leaf(index), index, root, &proof), Ok(()));
            for spoiled in spoiled(&proof) {
                let error = verify(leaf(index), index, root, &spoiled).unwrap_err();
                let length = spoiled.len() != proof.len();
                assert_eq!(tells_length(&error), length, "{error}");
                let found = root_from_inclusion(leaf(index), index, size, &spoiled);
                assert_eq!(found.is_none(), length);
                assert_ne!(found, Some(root));
            }
            assert!(verify(another(leaf(index)), index, root, &proof).is_err());
            assert!(verify(leaf(index), index, another(root), &proof).is_err());
        }
    }
}

#[test]
fn a_leaf_is_at_one_place_only() {
    let mut tree = Definition::of(66);
    for size in 1..=66 {
        let root = tree.root(0, size);
        for index in 0..size {
            let proof = tree.path(index, 0, size);
            for other in (0..size + 3).filter(|other| *other != index) {
                assert!(verify_inclusion(leaf(index), other, size, root, &proof).is_err());
            }
        }
    }
}

/// The root does not say how many leaves there are: only the checkpoint that both stand in does.
/// Another size is refused exactly when it makes the way up another one.
#[test]
fn a_wrong_size_is_refused_where_the_way_up_differs() {
    let mut tree = Definition::of(66);
    for size in 1..=66 {
        let root = tree.root(0, size);
        for index in 0..size {
            let proof = tree.path(index, 0, size);
            for other in 0..80 {
                let same_way = index < other && sides(index, other) == sides(index, size);
                assert_eq!(
                    verify_inclusion(leaf(index), index, other, root, &proof).is_ok(),
                    same_way,
                    "{index} of {size} as one of {other}"
                );
            }
        }
    }
}

#[test]
fn a_consistency_proof_with_any_hash_wrong_is_refused() {
    let mut tree = Definition::of(1_100);
    for size in sizes() {
        let root = tree.root(0, size);
        for old in (1..=size).step_by(if size > 66 { 17 } else { 1 }) {
            let old_root = tree.root(0, old);
            let proof = tree.proof(old, size);
            for spoiled in spoiled(&proof) {
                let error = verify_consistency(old, old_root, size, root, &spoiled).unwrap_err();
                assert_eq!(
                    tells_length(&error),
                    spoiled.len() != proof.len(),
                    "{error}"
                );
            }
            assert!(verify_consistency(old, another(old_root), size, root, &proof).is_err());
            assert!(verify_consistency(old, old_root, size, another(root), &proof).is_err());
        }
    }
}

#[test]
fn a_proof_from_another_tree_is_refused() {
    let mut tree = Definition::of(40);
    for size in 1..=40 {
        for old in 1..size {
            let proof = tree.proof(old, size);
            let root = tree.root(0, size);
            for other in (1..=size).filter(|other| *other != old) {
                let other_root = tree.root(0, other);
                assert!(
                    verify_consistency(other, other_root, size, root, &proof).is_err(),
                    "the proof of {old} for {other} in {size}"
                );
                assert!(
                    verify_consistency(old, other_root, size, root, &proof).is_err(),
                    "the root of {other} for {old} in {size}"
                );
            }
        }
    }
}

#[test]
fn a_rewritten_leaf_makes_trees_inconsistent() {
    let mut honest = Definition::of(100);
    let (old_root, other_root) = (honest.root(0, 60), honest.root(0, 61));
    let (root, proof) = (honest.root(0, 100), honest.proof(60, 100));
    assert_eq!(verify_consistency(60, old_root, 100, root, &proof), Ok(()));
    assert!(matches!(
        verify_consistency(60, other_root, 100, root, &proof),
        Err(ProofError::OldRoot { .. })
    ));
    assert!(matches!(
        verify_consistency(60, old_root, 100, other_root, &proof),
        Err(ProofError::Root { .. })
    ));
}

#[test]
fn an_error_says_what_is_wrong() {
    let mut tree = Definition::of(5);
    let (root, proof) = (tree.root(0, 5), tree.path(3, 0, 5));
    insta::assert_snapshot!(
        verify_inclusion(leaf(3), 5, 5, root, &proof).unwrap_err(),
        @"a tree of 5 leaves has no leaf 5"
    );
    insta::assert_snapshot!(
        verify_inclusion(leaf(3), 3, 5, root, &proof[..2]).unwrap_err(),
        @"a proof of this shape has 3 hashes; found 2"
    );
    insta::assert_snapshot!(
        verify_inclusion(leaf(2), 3, 5, root, &proof).unwrap_err(),
        @"the proof leads to the root PYu+J5WFPpkrHSIWGsMKBL/FCG/P17AyhjfL9TtkUTw=, not to fKo0Xb2JKmZFTWxlEuo8PqPw0+whvj/C4jdXBf049nI="
    );
    insta::assert_snapshot!(
        verify_consistency(5, root, 4, root, &[]).unwrap_err(),
        @"a tree of 4 leaves does not come after one of 5"
    );
}

proptest! {
    #[test]
    fn no_number_makes_a_check_panic(
        first: u64, second: u64, near in 0_u64..3, hashes in 0_usize..130,
    ) {
        let proof = vec![leaf(0); hashes];
        let root = leaf(1);
        for (small, large) in [(first, second), (second, first), (u64::MAX - near, u64::MAX)] {
            let _ = root_from_inclusion(root, small, large, &proof);
            let _ = verify_inclusion(root, small, large, root, &proof);
            let _ = verify_consistency(small, root, large, root, &proof);
        }
    }
}
