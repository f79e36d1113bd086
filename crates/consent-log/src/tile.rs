//! The tree cut into tiles, and its entries into bundles (C2SP tlog-tiles).
//!
//! A tile holds up to 256 consecutive hashes of one level. Those of level 0 are leaves; a hash of
//! any other level is the root of a full tile below. A partial tile is the beginning of the full
//! one, byte for byte.

use crate::hash::Hash;

mod nodes;
mod path;

pub(crate) use nodes::TileNodes;
pub use path::TilePathError;

/// How many hashes a full tile has, and how many entries a full bundle.
pub const TILE_WIDTH: u16 = 256;

/// The log of [`TILE_WIDTH`] to base 2: how many levels of the tree one tile stands for.
pub(crate) const TILE_HEIGHT: u32 = 8;

/// How many hashes a level of tiles has in a tree of that size, partial tiles counted.
fn hashes_at(level: u8, size: u64) -> u64 {
    size.checked_shr(u32::from(level) * TILE_HEIGHT)
        .unwrap_or(0)
}

/// How wide the tile at `index` is in a row of `hashes`; 0 when the row ends before it.
fn width_at(index: u64, hashes: u64) -> u16 {
    let start = index.checked_mul(u64::from(TILE_WIDTH));
    let rest = start.map_or(0, |start| hashes.saturating_sub(start));
    u16::try_from(rest).map_or(TILE_WIDTH, |rest| rest.min(TILE_WIDTH))
}

/// Names a tile, full or partial.
///
/// As text it is the end of its address after `tile/`: `0/x001/x234/067.p/5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TileId {
    /// How many tiles stand below it, one over the other: 0 to 63.
    pub level: u8,
    /// Its place within the level, counted from 0.
    pub index: u64,
    /// How many hashes it has: 1 to 256.
    pub width: u16,
}

/// Where the root of a full tile stands in the level above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TileSlot {
    /// The level of the tile that it stands in.
    pub level: u8,
    /// The place of that tile within its level.
    pub index: u64,
    /// The place of the hash within that tile.
    pub position: u8,
}

impl TileId {
    /// A full tile.
    pub const fn full(level: u8, index: u64) -> Self {
        Self {
            level,
            index,
            width: TILE_WIDTH,
        }
    }

    /// The tile as it is in a tree of that size; nothing when it would be empty.
    pub fn for_size(level: u8, index: u64, size: u64) -> Option<Self> {
        let width = width_at(index, hashes_at(level, size));
        (width > 0).then_some(Self {
            level,
            index,
            width,
        })
    }

    /// Whether it has all its hashes, so that it never changes any more.
    pub const fn is_full(self) -> bool {
        self.width == TILE_WIDTH
    }

    /// Where its root stands in the level above; nothing for a partial tile, whose root stands
    /// nowhere yet, and for a tile of the highest level.
    pub fn parent(self) -> Option<TileSlot> {
        let position = u8::try_from(self.index % u64::from(TILE_WIDTH)).ok()?;
        (self.is_full() && self.level < 63).then(|| TileSlot {
            level: self.level + 1,
            index: self.index >> TILE_HEIGHT,
            position,
        })
    }
}

/// The partial tiles of a tree of that size, lowest first: all that is needed to add to it.
pub fn right_edge(size: u64) -> impl Iterator<Item = TileId> {
    (0..8).filter_map(move |level| {
        let hashes = hashes_at(level, size);
        let tile = TileId::for_size(level, hashes >> TILE_HEIGHT, size)?;
        Some(tile)
    })
}

/// Names a bundle of entries, full or partial: the entries whose hashes are in the tile of level 0
/// with the same index and width.
///
/// As text it is the end of its address after `tile/entries/`: `x001/x234/067.p/5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BundleId {
    /// Its place, counted from 0.
    pub index: u64,
    /// How many entries it has: 1 to 256.
    pub width: u16,
}

impl BundleId {
    /// A full bundle.
    pub const fn full(index: u64) -> Self {
        Self {
            index,
            width: TILE_WIDTH,
        }
    }

    /// The bundle as it is in a log of that size; nothing when it would be empty.
    pub fn for_size(index: u64, size: u64) -> Option<Self> {
        let width = width_at(index, size);
        (width > 0).then_some(Self { index, width })
    }

    /// Whether it has all its entries, so that it never changes any more.
    pub const fn is_full(self) -> bool {
        self.width == TILE_WIDTH
    }

    /// The place in the log of its first entry. No log has an entry where this does not fit 64
    /// bits: it is `u64::MAX` then.
    pub fn first_entry(self) -> u64 {
        self.index.saturating_mul(u64::from(TILE_WIDTH))
    }

    /// The tile of its entries' hashes.
    pub const fn tile(self) -> TileId {
        TileId {
            level: 0,
            index: self.index,
            width: self.width,
        }
    }
}

/// The Merkle tree hash (RFC 6962, section 2.1) over hashes of one level: the root of a full tile,
/// of a power-of-two run of its hashes, or of the tree in one partial tile.
pub fn tile_root(hashes: &[Hash]) -> Hash {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        // The last one of an odd row has no sibling, and moves up as it is.
        row = row
            .chunks(2)
            .filter_map(|pair| match *pair {
                [left, right] => Some(Hash::node(left, right)),
                [last] => Some(last),
                _ => None,
            })
            .collect();
    }
    row.first().copied().unwrap_or_else(Hash::empty_root)
}

/// The bytes are not a tile or not a bundle, or the entries do not make a bundle.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// Not whole hashes, none, or too many.
    #[error("a tile is 1 to 256 hashes of 32 bytes; found {found} bytes")]
    Length {
        /// How many bytes there are.
        found: usize,
    },
    /// A bundle without entries, or with more than 256.
    #[error("a bundle has 1 to 256 entries; found {found}")]
    Entries {
        /// How many entries there are; 257 stands for any number above 256.
        found: usize,
    },
    /// An entry whose length does not fit the format.
    #[error("an entry is at most 65535 bytes; number {position} of the bundle has {found}")]
    EntryTooLong {
        /// Its place within the bundle, counted from 0.
        position: usize,
        /// Its length in bytes.
        found: usize,
    },
    /// The bytes end before an entry does.
    #[error("entry {position} of the bundle: {expected} bytes expected, {found} left")]
    Truncated {
        /// Its place within the bundle, counted from 0.
        position: usize,
        /// How many bytes its length (2 bytes), or the entry itself, should have.
        expected: usize,
        /// How many there are.
        found: usize,
    },
}

/// A tile's bytes: its hashes, one after the other.
pub fn encode_tile(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}

/// The hashes of a tile, 1 to 256 of them.
pub fn decode_tile(bytes: &[u8]) -> Result<Vec<Hash>, TileError> {
    let (hashes, rest) = bytes.as_chunks::<{ Hash::LENGTH }>();
    if rest.is_empty() && (1..=usize::from(TILE_WIDTH)).contains(&hashes.len()) {
        Ok(hashes.iter().copied().map(Hash::from_bytes).collect())
    } else {
        Err(TileError::Length { found: bytes.len() })
    }
}

/// A bundle's bytes: each of its 1 to 256 entries after its length, 16 bits, big-endian.
pub fn encode_bundle<'a>(
    entries: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<u8>, TileError> {
    let mut bytes = Vec::new();
    let mut found = 0;
    for (position, entry) in entries.into_iter().enumerate() {
        found = position + 1;
        if found > usize::from(TILE_WIDTH) {
            return Err(TileError::Entries { found });
        }
        let length = u16::try_from(entry.len()).map_err(|_| TileError::EntryTooLong {
            position,
            found: entry.len(),
        })?;
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(entry);
    }
    if found == 0 {
        return Err(TileError::Entries { found });
    }
    Ok(bytes)
}

/// The entries of a bundle, 1 to 256 of them.
pub fn decode_bundle(bytes: &[u8]) -> Result<Vec<&[u8]>, TileError> {
    let mut entries = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let position = entries.len();
        if position == usize::from(TILE_WIDTH) {
            return Err(TileError::Entries {
                found: position + 1,
            });
        }
        let truncated = |expected, found| TileError::Truncated {
            position,
            expected,
            found,
        };
        let (length, after) = rest
            .split_first_chunk()
            .ok_or_else(|| truncated(2, rest.len()))?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, after) = after
            .split_at_checked(length)
            .ok_or_else(|| truncated(length, after.len()))?;
        entries.push(entry);
        rest = after;
    }
    if entries.is_empty() {
        return Err(TileError::Entries { found: 0 });
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(tiles: impl Iterator<Item = TileId>) -> String {
        let names: Vec<_> = tiles.map(|tile| tile.to_string()).collect();
        names.join(" ")
    }

    #[test]
    fn a_tree_has_the_tiles_that_the_specification_counts() {
        // Its examples: 70,000 leaves, and 256.
        let level =
            |level, size| (0..).map_while(move |index| TileId::for_size(level, index, size));
        assert_eq!(level(0, 70_000).filter(|tile| tile.is_full()).count(), 273);
        insta::assert_snapshot!(names(level(0, 70_000).skip(273)), @"0/273.p/112");
        insta::assert_snapshot!(names(level(1, 70_000)), @"1/000 1/001.p/17");
        insta::assert_snapshot!(names(level(2, 70_000)), @"2/000.p/1");
        insta::assert_snapshot!(names(level(3, 70_000)), @"");
        insta::assert_snapshot!(names(right_edge(70_000)), @"0/273.p/112 1/001.p/17 2/000.p/1");
        insta::assert_snapshot!(names(level(0, 256)), @"0/000");
        insta::assert_snapshot!(names(level(1, 256)), @"1/000.p/1");
        insta::assert_snapshot!(names(right_edge(256)), @"1/000.p/1");
        insta::assert_snapshot!(names(right_edge(0)), @"");
    }

    #[test]
    fn no_tree_is_too_large_to_name_its_tiles() {
        insta::assert_snapshot!(
            names(right_edge(u64::MAX).skip(5)),
            @"5/x065/535.p/255 6/255.p/255 7/000.p/255"
        );
        assert_eq!(TileId::for_size(8, 0, u64::MAX), None);
        assert_eq!(TileId::for_size(63, 0, u64::MAX), None);
        assert_eq!(TileId::for_size(u8::MAX, 0, u64::MAX), None);
        assert_eq!(TileId::for_size(0, u64::MAX, u64::MAX), None);
        assert_eq!(BundleId::for_size(u64::MAX, u64::MAX), None);
        assert_eq!(BundleId::full(u64::MAX).first_entry(), u64::MAX);
    }

    #[test]
    fn the_root_of_a_full_tile_has_a_place_in_the_level_above() {
        assert_eq!(
            TileId::full(0, 0x1234).parent(),
            Some(TileSlot {
                level: 1,
                index: 0x12,
                position: 0x34
            })
        );
        let partial = TileId {
            width: 255,
            ..TileId::full(0, 0)
        };
        assert_eq!(partial.parent(), None);
        assert_eq!(TileId::full(63, 0).parent(), None);
        assert_eq!(TileId::full(255, 0).parent(), None);
    }

    #[test]
    fn a_bundle_has_the_entries_of_a_tile_of_level_0() {
        let bundle = BundleId::for_size(3, 800).unwrap();
        assert_eq!(
            bundle,
            BundleId {
                index: 3,
                width: 32
            }
        );
        assert_eq!(bundle.first_entry(), 768);
        assert!(!bundle.is_full());
        assert_eq!(Some(bundle.tile()), TileId::for_size(0, 3, 800));
        assert_eq!(BundleId::for_size(2, 800), Some(BundleId::full(2)));
        assert_eq!(BundleId::for_size(4, 800), None);
        assert_eq!(BundleId::for_size(3, 768), None);
    }

    #[test]
    fn a_run_of_any_length_has_a_root() {
        let [a, b, c] = [b"a", b"b", b"c"].map(|entry| Hash::leaf(entry));
        assert_eq!(tile_root(&[]), Hash::empty_root());
        assert_eq!(tile_root(&[a]), a);
        assert_eq!(tile_root(&[a, b]), Hash::node(a, b));
        assert_eq!(tile_root(&[a, b, c]), Hash::node(Hash::node(a, b), c));
    }

    #[test]
    fn a_tile_is_whole_hashes_up_to_256() {
        let hash = Hash::leaf(b"");
        for width in [1, 2, 255, 256] {
            let hashes = vec![hash; width];
            assert_eq!(decode_tile(&encode_tile(&hashes)), Ok(hashes));
        }
        for found in [0, 1, 31, 33, 8_191, 8_193, 8_224] {
            assert_eq!(
                decode_tile(&vec![0; found]),
                Err(TileError::Length { found })
            );
        }
        insta::assert_snapshot!(
            decode_tile(&[0; 33]).unwrap_err(),
            @"a tile is 1 to 256 hashes of 32 bytes; found 33 bytes"
        );
    }

    #[test]
    fn a_partial_tile_is_the_beginning_of_the_full_one() {
        let hashes: Vec<_> = (0..=255).map(|byte| Hash::leaf(&[byte])).collect();
        let full = encode_tile(&hashes);
        assert_eq!(full.len(), 8_192);
        assert_eq!(encode_tile(&hashes[..5]), full[..5 * Hash::LENGTH]);
    }

    #[test]
    fn a_bundle_has_1_to_256_entries() {
        let bundle = |entries: usize| encode_bundle(vec![b"x".as_slice(); entries]);
        assert_eq!(decode_bundle(&bundle(256).unwrap()).unwrap().len(), 256);
        for found in [0, 257] {
            assert_eq!(bundle(found), Err(TileError::Entries { found }));
        }
        assert_eq!(decode_bundle(b""), Err(TileError::Entries { found: 0 }));
        let one_too_many = [bundle(256).unwrap(), bundle(1).unwrap()].concat();
        assert_eq!(
            decode_bundle(&one_too_many),
            Err(TileError::Entries { found: 257 })
        );
    }

    #[test]
    fn an_entry_is_as_long_as_its_length_can_say() {
        let bytes = vec![7; 65_536];
        let longest = &bytes[1..];
        let bundle = encode_bundle([longest, b""]).unwrap();
        assert_eq!(decode_bundle(&bundle).unwrap(), [longest, b""]);
        insta::assert_snapshot!(
            encode_bundle([b"", bytes.as_slice()]).unwrap_err(),
            @"an entry is at most 65535 bytes; number 1 of the bundle has 65536"
        );
    }

    #[test]
    fn a_bundle_cut_short_is_told() {
        let bytes = encode_bundle([b"one".as_slice(), b"three"]).unwrap();
        insta::assert_snapshot!(
            decode_bundle(&bytes[..6]).unwrap_err(),
            @"entry 1 of the bundle: 2 bytes expected, 1 left"
        );
        insta::assert_snapshot!(
            decode_bundle(&bytes[..bytes.len() - 1]).unwrap_err(),
            @"entry 1 of the bundle: 5 bytes expected, 4 left"
        );
        for end in 0..bytes.len() {
            // Between two entries a bundle can end.
            assert_eq!(decode_bundle(&bytes[..end]).is_ok(), end == 5, "{end}");
        }
    }

    proptest! {
        #[test]
        fn a_bundle_reads_back(
            entries in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 1..=256)
        ) {
            let bytes = encode_bundle(entries.iter().map(Vec::as_slice)).unwrap();
            prop_assert_eq!(decode_bundle(&bytes).unwrap(), entries);
        }

        #[test]
        fn bytes_that_are_a_bundle_are_written_back(
            bytes in prop::collection::vec(prop_oneof![3 => Just(0_u8), 1 => 0_u8..9], 0..60)
        ) {
            if let Ok(entries) = decode_bundle(&bytes) {
                prop_assert_eq!(encode_bundle(entries).unwrap(), bytes);
            }
        }

        #[test]
        fn a_tile_ends_where_the_tree_does(level in 0_u8..9, index: u64, size: u64, shift in 0_u32..64) {
            // Sizes and indexes of every length.
            let (index, size) = (index >> shift, size >> (shift / 2));
            if let Some(tile) = TileId::for_size(level, index, size) {
                let end = u128::from(index) * 256 + u128::from(tile.width);
                let hashes = u128::from(size) >> (8 * level);
                prop_assert!(end == hashes || tile.is_full() && end < hashes);
            } else {
                prop_assert!(u128::from(index) * 256 >= u128::from(size) >> (8 * level));
            }
        }
    }
}
