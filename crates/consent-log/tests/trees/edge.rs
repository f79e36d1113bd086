//! The edge of a growing tree: restored, and what it hands out.

use crate::definition::{Definition, Tiles, leaf};
use consent_log::{Edge, FullTile, Hash, TileId, right_edge, tile_root};
use std::collections::BTreeMap;

fn grown(size: u64) -> Edge {
    let mut edge = Edge::empty();
    for index in 0..size {
        edge.push(leaf(index), &mut Vec::new());
    }
    edge
}

#[test]
fn an_edge_restored_from_its_tiles_goes_on_as_before() {
    let mut tree = Definition::of(1_500);
    for size in 0..=1_100 {
        let mut tiles = Tiles::new(&mut tree, size);
        let mut edge = Edge::restore(size, &mut tiles).unwrap();
        assert_eq!(tiles.read, right_edge(size).collect::<Vec<_>>());
        assert_eq!(edge.size(), size);
        assert_eq!(edge.root(), tree.root(0, size));
        for index in (size / 256 * 256..size).step_by(5) {
            let path = tree.path(index, 0, size);
            assert_eq!(edge.inclusion_proof(index), Some(path), "{index} of {size}");
        }
        // The tile before was not read.
        if size >= 256 {
            assert_eq!(edge.inclusion_proof(size / 256 * 256 - 1), None);
        }
        if size % 50 == 0 {
            for index in size..size + 300 {
                edge.push(leaf(index), &mut Vec::new());
                assert_eq!(edge.root(), tree.root(0, index + 1), "{size} grown");
            }
        }
    }
}

#[test]
fn a_level_of_tiles_is_completed_with_the_one_below() {
    let size = 65_536 + 256 + 1;
    let mut edge = Edge::empty();
    let mut completed = BTreeMap::new();
    for index in 0..size {
        let mut tiles = Vec::new();
        edge.push(leaf(index), &mut tiles);
        let levels: Vec<_> = tiles.iter().map(|tile| tile.level).collect();
        match index + 1 {
            65_536 => assert_eq!(levels, [0, 1]),
            pushed if pushed % 256 == 0 => assert_eq!(levels, [0]),
            _ => assert!(levels.is_empty()),
        }
        for FullTile {
            level,
            index,
            hashes,
        } in tiles
        {
            completed.insert((level, index), hashes);
        }
    }
    let (level_0, level_1): (Vec<_>, Vec<_>) = completed
        .into_iter()
        .partition(|((level, _), _)| *level == 0);
    assert_eq!(level_0.len(), 257);
    let mut roots = Vec::new();
    for ((_, index), hashes) in level_0 {
        let leaves: Vec<_> = (index * 256..(index + 1) * 256).map(leaf).collect();
        assert_eq!(hashes, leaves);
        roots.push(tile_root(&hashes));
    }
    assert_eq!(level_1, [((1, 0), roots[..256].to_vec())]);
    let first = tile_root(&level_1[0].1);
    assert_eq!(
        edge.root(),
        Hash::node(first, Hash::node(roots[256], leaf(size - 1)))
    );
}

#[test]
fn a_tile_at_the_edge_is_cut_to_any_width_it_has_reached() {
    for size in [1, 2, 255, 256, 257, 300, 512, 700] {
        let edge = grown(size);
        let current = size / 256;
        for width in 0..=300 {
            let tile = TileId {
                level: 0,
                index: current,
                width,
            };
            let reached = (1..=size % 256).contains(&u64::from(width));
            let cut: Vec<_> = (current * 256..).take(width.into()).map(leaf).collect();
            assert_eq!(edge.tile(tile), reached.then_some(cut), "{tile} of {size}");
        }
    }
}

#[test]
fn the_tile_completed_last_is_held_too() {
    let edge = grown(700);
    let full: Vec<_> = (256..512).map(leaf).collect();
    assert_eq!(edge.tile(TileId::full(0, 1)), Some(full.clone()));
    let cut = TileId {
        width: 9,
        ..TileId::full(0, 1)
    };
    assert_eq!(edge.tile(cut).unwrap(), full[..9]);
    assert_eq!(edge.tile(TileId::full(0, 0)), None);
    assert_eq!(edge.tile(TileId::full(0, 2)), None);
    assert_eq!(edge.tile(TileId::full(0, u64::MAX)), None);
    assert_eq!(edge.tile(TileId::full(63, 0)), None);
    let above = "1/000.p/2".parse().unwrap();
    assert_eq!(edge.tile(above).unwrap()[1], tile_root(&full));
}

#[test]
fn a_clone_goes_its_own_way() {
    let mut edge = grown(300);
    let before = edge.clone();
    edge.push(leaf(300), &mut Vec::new());
    assert_eq!(before.size(), 300);
    assert_eq!(before.root(), grown(300).root());
    assert_ne!(before.root(), edge.root());
}

#[test]
fn its_debug_form_is_short() {
    insta::assert_snapshot!(
        format!("{:?}", Edge::empty()),
        @"Edge { size: 0, root: e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855, .. }"
    );
}
