//! Every tree of up to 300 leaves against every one before it, and a choice of those up to 1,100.

use crate::definition::{Definition, Tiles};
use consent_log::{Hash, ProofError, Prover, ReadError, consistency_proof, verify_consistency};

fn check(tree: &mut Definition, olds: impl Iterator<Item = u64>, size: u64) {
    let root = tree.root(0, size);
    let proofs: Vec<_> = olds
        .map(|old| (old, tree.root(0, old), tree.proof(old, size)))
        .collect();
    let mut tiles = Tiles::new(tree, size);
    let mut prover = Prover::new(size, &mut tiles);
    for (old, old_root, proof) in proofs {
        assert_eq!(
            prover.consistency_proof(old).unwrap(),
            proof,
            "{old} in {size}"
        );
        assert_eq!(
            verify_consistency(old, old_root, size, root, &proof),
            Ok(()),
            "{old} in {size}"
        );
    }
}

#[test]
fn every_tree_is_consistent_with_every_one_before_it() {
    let mut tree = Definition::of(300);
    for size in 1..=300 {
        check(&mut tree, 1..=size, size);
    }
}

#[test]
fn so_are_trees_of_several_tiles() {
    let mut tree = Definition::of(1_100);
    for size in (301..=1_100)
        .step_by(11)
        .chain([511, 512, 513, 767, 768, 1_024])
    {
        let around_tiles = [1, 128, 255, 256, 257, 512, 768, 1_024];
        check(
            &mut tree,
            (1..=size)
                .step_by(7)
                .chain(around_tiles.into_iter().filter(|old| *old <= size)),
            size,
        );
    }
}

#[test]
fn a_single_proof_reads_each_tile_once() {
    let mut tree = Definition::of(1_100);
    for size in [2, 255, 256, 257, 600, 768, 1_023, 1_100] {
        for old in (1..=size).step_by(29) {
            let proof = tree.proof(old, size);
            let mut tiles = Tiles::new(&mut tree, size);
            assert_eq!(consistency_proof(old, size, &mut tiles).unwrap(), proof);
            assert!(
                tiles.read.len() <= 3,
                "{:?} for {old} in {size}",
                tiles.read
            );
        }
    }
}

#[test]
fn a_tree_follows_the_empty_one_and_itself_without_proof() {
    let mut tree = Definition::of(300);
    let (old, root) = (tree.root(0, 299), tree.root(0, 300));
    let nothing = Hash::empty_root();
    let mut tiles = Tiles::new(&mut tree, 300);
    assert_eq!(consistency_proof(0, 300, &mut tiles), Ok(Vec::new()));
    assert_eq!(consistency_proof(300, 300, &mut tiles), Ok(Vec::new()));
    assert!(tiles.read.is_empty());

    assert_eq!(verify_consistency(0, nothing, 0, nothing, &[]), Ok(()));
    assert_eq!(verify_consistency(0, nothing, 300, root, &[]), Ok(()));
    assert_eq!(verify_consistency(300, root, 300, root, &[]), Ok(()));
    let too_long = Err(ProofError::Length {
        expected: 0,
        found: 1,
    });
    assert_eq!(verify_consistency(0, nothing, 300, root, &[root]), too_long);
    assert_eq!(verify_consistency(300, root, 300, root, &[root]), too_long);
    assert_eq!(
        verify_consistency(0, root, 300, root, &[]),
        Err(ProofError::OldRoot {
            expected: root,
            found: nothing
        })
    );
    assert_eq!(
        verify_consistency(300, old, 300, root, &[]),
        Err(ProofError::Root {
            expected: root,
            found: old
        })
    );
    assert!(verify_consistency(0, nothing, 0, root, &[]).is_err());
}

#[test]
fn a_tree_does_not_shrink() {
    let mut tree = Definition::of(9);
    let (old, new) = (tree.root(0, 9), tree.root(0, 8));
    assert_eq!(
        verify_consistency(9, old, 8, new, &[]),
        Err(ProofError::Shrunk {
            old_size: 9,
            new_size: 8
        })
    );
    assert_eq!(
        consistency_proof(9, 8, &mut Tiles::new(&mut tree, 8)),
        Err(ReadError::OutOfRange { wanted: 9, size: 8 })
    );
}
