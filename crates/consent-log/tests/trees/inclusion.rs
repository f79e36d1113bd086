//! Every leaf of every tree of up to 1,100 leaves, proven in each way.

use crate::definition::{Definition, Tiles, leaf};
use consent_log::{
    Edge, Hash, Prover, ReadError, TileId, TileReader, inclusion_proof, root, root_from_inclusion,
    verify_inclusion,
};

const LARGEST: u64 = 1_100;

#[test]
fn every_leaf_of_every_tree_is_proven_the_same_way_by_all() {
    let mut tree = Definition::of(LARGEST);
    let mut edge = Edge::empty();
    assert_eq!(edge.root(), Hash::empty_root());
    for size in 1..=LARGEST {
        edge.push(leaf(size - 1), &mut Vec::new());
        let expected_root = tree.root(0, size);
        assert_eq!(edge.size(), size);
        assert_eq!(edge.root(), expected_root, "the edge of {size}");

        let paths = tree.paths(0, size);
        let mut tiles = Tiles::new(&mut tree, size);
        let mut prover = Prover::new(size, &mut tiles);
        assert_eq!(prover.root().unwrap(), expected_root, "the tiles of {size}");
        // The partial tile of level 0, and the full one before it.
        let held_from = (size / 256).saturating_sub(1) * 256;
        for (index, path) in (0..).zip(paths) {
            let held = edge.inclusion_proof(index);
            assert_eq!(held.is_some(), index >= held_from, "{index} held of {size}");
            if let Some(held) = held {
                assert_eq!(held, path, "the edge's proof of {index} in {size}");
            }
            assert_eq!(
                prover.inclusion_proof(index).unwrap(),
                path,
                "the tiles' proof of {index} in {size}"
            );
            verify_inclusion(leaf(index), index, size, expected_root, &path).unwrap();
            if index % 8 == size % 8 {
                assert_eq!(
                    root_from_inclusion(leaf(index), index, size, &path),
                    Some(expected_root)
                );
            }
        }
        assert_eq!(edge.inclusion_proof(size), None);
    }
}

#[test]
fn a_single_proof_reads_each_tile_once_and_only_those_it_needs() {
    let mut tree = Definition::of(LARGEST);
    for size in (1..=LARGEST)
        .step_by(13)
        .chain([255, 256, 257, 512, 768, 1_024])
    {
        let expected_root = tree.root(0, size);
        let mut tiles = Tiles::new(&mut tree, size);
        assert_eq!(root(size, &mut tiles).unwrap(), expected_root);
        assert!(tiles.read.iter().all(|tile| !tile.is_full()));

        for index in (0..size).step_by(41).chain([size - 1]) {
            let path = tree.path(index, 0, size);
            let mut tiles = Tiles::new(&mut tree, size);
            assert_eq!(inclusion_proof(index, size, &mut tiles).unwrap(), path);
            let read = tiles.read;
            assert!(read.len() <= 3, "{read:?} for {index} in {size}");
            assert!(
                read.iter().all(|tile| tile.index == index >> 8
                    || tile.index == size >> 8
                    || tile.level > 0),
                "{read:?} for {index} in {size}"
            );
        }
    }
}

#[test]
fn a_leaf_beyond_the_tree_is_not_proven() {
    let mut tree = Definition::of(300);
    for (index, size) in [(0, 0), (1, 1), (300, 300), (u64::MAX, 300)] {
        assert_eq!(
            inclusion_proof(index, size, &mut Tiles::new(&mut tree, size)),
            Err(ReadError::OutOfRange {
                wanted: index,
                size
            })
        );
    }
}

/// Gives every tile the same number of hashes.
struct Wide(usize);

impl TileReader for Wide {
    type Error = std::convert::Infallible;

    fn tile(&mut self, _: TileId) -> Result<Vec<Hash>, Self::Error> {
        Ok(vec![Hash::empty_root(); self.0])
    }
}

#[test]
fn a_tile_of_the_wrong_width_is_told() {
    for found in [0, 1, 43, 45, 256, 257, 1_000] {
        let tile = "0/001.p/44".parse().unwrap();
        let error = ReadError::Width { tile, found };
        assert_eq!(root(300, &mut Wide(found)).unwrap_err(), error);
        assert_eq!(Edge::restore(300, &mut Wide(found)).unwrap_err(), error);
        let proof = inclusion_proof(299, 300, &mut Wide(found));
        assert_eq!(proof.unwrap_err(), error);
    }
    insta::assert_snapshot!(
        root(300, &mut Wide(43)).unwrap_err(),
        @"the tile 0/001.p/44 has 44 hashes; found 43"
    );
}

/// Has nothing.
struct Broken;

impl TileReader for Broken {
    type Error = &'static str;

    fn tile(&mut self, _: TileId) -> Result<Vec<Hash>, Self::Error> {
        Err("the disk is gone")
    }
}

#[test]
fn what_the_reader_says_is_handed_on() {
    let error = ReadError::Reader("the disk is gone");
    assert_eq!(root(1, &mut Broken).unwrap_err(), error);
    assert_eq!(Edge::restore(1, &mut Broken).unwrap_err(), error);
    assert_eq!(inclusion_proof(0, 2, &mut Broken).unwrap_err(), error);
}

#[test]
fn an_empty_tree_and_a_leaf_alone_need_no_tile() {
    assert_eq!(root(0, &mut Broken), Ok(Hash::empty_root()));
    assert_eq!(inclusion_proof(0, 1, &mut Broken), Ok(Vec::new()));
    assert_eq!(Edge::restore(0, &mut Broken).unwrap().size(), 0);
}
