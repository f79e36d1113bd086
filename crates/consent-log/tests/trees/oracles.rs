//! The same trees by the crates `ct-merkle` and `tlog_tiles`, which others wrote.

use crate::definition::{Definition, Tiles, leaf};
use consent_log::{
    Checkpoint, Edge, Hash, TileId, consistency_proof, encode_tile, inclusion_proof,
    verify_consistency, verify_inclusion,
};
use ct_merkle::mem_backed_tree::MemoryBackedTree;
use ct_merkle::{ConsistencyProof, InclusionProof};
use proptest::prelude::*;
use sha2::Sha256;

fn entry(index: u64) -> Vec<u8> {
    format!("entry {index}").into_bytes()
}

/// The stored hashes of `tlog_tiles`, in its own order.
struct Stored(Vec<tlog_tiles::Hash>);

impl Stored {
    fn of(size: u64) -> Self {
        let mut stored = Self(Vec::new());
        for index in 0..size {
            let hashes = tlog_tiles::stored_hashes(index, &entry(index), &stored).unwrap();
            stored.0.extend(hashes);
        }
        stored
    }
}

impl tlog_tiles::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<tlog_tiles::Hash>, tlog_tiles::Error> {
        Ok(indexes
            .iter()
            .map(|index| self.0[usize::try_from(*index).unwrap()])
            .collect())
    }
}

fn theirs(hash: Hash) -> tlog_tiles::Hash {
    tlog_tiles::Hash(*hash.as_bytes())
}

fn ours(hashes: &[tlog_tiles::Hash]) -> Vec<Hash> {
    hashes.iter().map(|hash| Hash::from_bytes(hash.0)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn ct_merkle_builds_and_accepts_the_same_proofs(
        size in 1_u64..1_500, index: prop::sample::Index, old: prop::sample::Index,
    ) {
        let index = index.index(usize::try_from(size).unwrap());
        let old = old.index(usize::try_from(size).unwrap()) + 1;
        let mut tree = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        let mut edge = Edge::empty();
        for place in 0..size {
            tree.push(entry(place));
            edge.push(leaf(place), &mut Vec::new());
        }
        let root = tree.root();
        let our_root = edge.root();
        prop_assert_eq!(root.as_bytes().as_slice(), our_root.as_bytes().as_slice());

        let mut definition = Definition::of(size);
        let index_64 = index as u64;
        let proof = inclusion_proof(index_64, size, &mut Tiles::new(&mut definition, size)).unwrap();
        let bytes = encode_tile(&proof);
        let their_proof = tree.prove_inclusion(index);
        prop_assert_eq!(their_proof.as_bytes(), &bytes);
        let read = InclusionProof::<Sha256>::from_bytes(bytes);
        prop_assert!(root.verify_inclusion(&entry(index_64), index_64, &read).is_ok());
        prop_assert!(verify_inclusion(leaf(index_64), index_64, size, our_root, &proof).is_ok());

        let old_64 = old as u64;
        let old_root = definition.root(0, old_64);
        let proof = consistency_proof(old_64, size, &mut Tiles::new(&mut definition, size)).unwrap();
        let bytes = encode_tile(&proof);
        let their_proof = tree.prove_consistency(usize::try_from(size).unwrap() - old);
        prop_assert_eq!(their_proof.as_bytes(), &bytes);
        let read = ConsistencyProof::<Sha256>::try_from_bytes(bytes).unwrap();
        let their_old = ct_merkle::RootHash::<Sha256>::new((*old_root.as_bytes()).into(), old_64);
        prop_assert!(root.verify_consistency(&their_old, &read).is_ok());
        prop_assert!(verify_consistency(old_64, old_root, size, our_root, &proof).is_ok());
    }

    #[test]
    fn tlog_tiles_builds_and_accepts_the_same_proofs(
        size in 1_u64..1_500, index: prop::sample::Index, old: prop::sample::Index,
    ) {
        let index = index.index(usize::try_from(size).unwrap()) as u64;
        let old = old.index(usize::try_from(size).unwrap()) as u64 + 1;
        let stored = Stored::of(size);
        let mut tree = Definition::of(size);
        let root = tree.root(0, size);
        prop_assert_eq!(tlog_tiles::tree_hash(size, &stored).unwrap(), theirs(root));

        let proof = inclusion_proof(index, size, &mut Tiles::new(&mut tree, size)).unwrap();
        let their_proof = tlog_tiles::prove_record(size, index, &stored).unwrap();
        prop_assert_eq!(ours(&their_proof), proof);
        let accepted =
            tlog_tiles::check_record(&their_proof, size, theirs(root), index, theirs(leaf(index)));
        prop_assert!(accepted.is_ok());

        let old_root = tree.root(0, old);
        let proof = consistency_proof(old, size, &mut Tiles::new(&mut tree, size)).unwrap();
        let their_proof = tlog_tiles::prove_tree(size, old, &stored).unwrap();
        prop_assert_eq!(ours(&their_proof), proof);
        let accepted =
            tlog_tiles::check_tree(&their_proof, size, theirs(root), old, theirs(old_root));
        prop_assert!(accepted.is_ok());
    }

    #[test]
    fn tlog_tiles_cuts_the_same_tiles(size in 1_u64..1_500) {
        let stored = Stored::of(size);
        let mut tree = Definition::of(size);
        for tile in tlog_tiles::Tile::new_tiles(8, 0, size) {
            let id = TileId {
                level: tile.level(),
                index: tile.level_index(),
                width: u16::try_from(tile.width()).unwrap(),
            };
            prop_assert_eq!(TileId::for_size(id.level, id.index, size), Some(id));
            let hashes = consent_log::TileReader::tile(&mut Tiles::new(&mut tree, size), id);
            let bytes = encode_tile(&hashes.unwrap());
            prop_assert_eq!(tile.read_data(&stored).unwrap(), bytes);
        }
    }

    #[test]
    fn tlog_tiles_names_tiles_the_same_way(level in 0_u8..64, shift in 8_u32..64, bits: u64, width in 1_u16..=256) {
        // Indexes of every length.
        let id = TileId { level, index: bits >> shift, width };
        // Its names have Go's height of tiles in them, which C2SP has not.
        let theirs = tlog_tiles::Tile::new(8, level, id.index, width.into(), false).path();
        prop_assert_eq!(format!("tile/8/{id}"), theirs);
        prop_assert_eq!(id.to_string().parse::<TileId>().unwrap(), id);
    }

    #[test]
    fn tlog_tiles_reads_the_same_checkpoint(
        origin in "[a-z.]{1,9}/[a-z0-9/]{1,20}", size: u64, root: [u8; 32],
        extensions in prop::collection::vec("[ -~é—]{1,30}", 0..3),
    ) {
        let checkpoint = Checkpoint {
            extensions,
            ..Checkpoint::new(&origin, size, Hash::from_bytes(root))
        };
        let text = checkpoint.to_string();
        let theirs = tlog_tiles::Checkpoint::from_bytes(text.as_bytes()).unwrap();
        prop_assert_eq!(theirs.origin(), origin);
        prop_assert_eq!(theirs.size(), size);
        prop_assert_eq!(theirs.hash().0, root);
        prop_assert_eq!(text.parse::<Checkpoint>().unwrap(), checkpoint);
    }
}
