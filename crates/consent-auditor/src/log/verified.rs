//! Single entries of a log, each verified up to the signed root: through its leaf, the tile with the leaf, and
//! every tile above.

use super::checkpoint::SignedCheckpoint;
use super::fetched::{ServedLog, bundle_of, read_bundle, read_tile};
use crate::report::Check;
use crate::report::finding::{Failure, Finding};
use crate::report::manual_steps;
use consent_core::LogEntry;
use consent_core::calendar::Timestamp;
use consent_log::{BundleId, Hash, ReadError, TileId, TileReader, right_edge, tile_root};
use std::collections::HashMap;

/// A log, read against a checkpoint that it signed.
///
/// In memory are the tiles above level 0, an eighth of a byte for each entry, and the last tile of level 0
/// that was read.
pub struct VerifiedLog<'a> {
    log: ServedLog<'a>,
    signed: SignedCheckpoint,
    above: HashMap<(u8, u64), Vec<Hash>>,
    leaves: Option<(u64, Vec<Hash>)>,
    entries: Option<(u64, Vec<Vec<u8>>)>,
}

impl<'a> VerifiedLog<'a> {
    /// Reads the right edge of the tree. A finding if it does not have the signed root.
    pub fn open(log: ServedLog<'a>, signed: SignedCheckpoint) -> Result<Self, Failure> {
        let mut edge = Edge {
            log,
            read: HashMap::new(),
        };
        let size = signed.checkpoint.size;
        let root = consent_log::root(size, &mut edge).map_err(read_failure)?;
        if root != signed.checkpoint.root {
            return Err(wrong_root(log, &signed, root).into());
        }
        let mut verified = Self {
            log,
            signed,
            above: HashMap::new(),
            leaves: None,
            entries: None,
        };
        for tile in right_edge(size) {
            if let Some(hashes) = edge.read.remove(&tile) {
                verified.keep(tile, hashes);
            }
        }
        Ok(verified)
    }

    /// The checkpoint that the log is read against.
    pub const fn signed(&self) -> &SignedCheckpoint {
        &self.signed
    }

    /// How many entries the checkpoint signs for.
    pub const fn size(&self) -> u64 {
        self.signed.checkpoint.size
    }

    /// An entry and the file it is in, in words.
    pub fn place(&self, index: u64) -> String {
        let (bundle, number) = bundle_of(index);
        let bundle = BundleId::for_size(bundle, self.size()).unwrap_or(BundleId::full(bundle));
        let file = self.log.place(&format!("tile/entries/{bundle}"));
        format!("entry {index}, number {number} of {file}")
    }

    /// The leaf hash of the entry at an index; nothing beyond the end.
    pub fn leaf(&mut self, index: u64) -> Result<Option<Hash>, Failure> {
        if index >= self.size() {
            return Ok(None);
        }
        let (bundle, number) = bundle_of(index);
        Ok(self.leaves(bundle)?.get(number).copied())
    }

    /// The bytes of the entry at an index; nothing beyond the end.
    pub fn entry_bytes(&mut self, index: u64) -> Result<Option<Vec<u8>>, Failure> {
        if index >= self.size() {
            return Ok(None);
        }
        let (bundle, number) = bundle_of(index);
        if self
            .entries
            .as_ref()
            .is_none_or(|(read, _)| *read != bundle)
        {
            self.entries = Some((bundle, self.read_entries(bundle)?));
        }
        let entries = self.entries.as_ref().map(|(_, entries)| entries);
        Ok(entries.and_then(|entries| entries.get(number)).cloned())
    }

    /// The entry at an index, parsed; nothing beyond the end.
    pub fn entry(&mut self, index: u64) -> Result<Option<LogEntry>, Failure> {
        let Some(bytes) = self.entry_bytes(index)? else {
            return Ok(None);
        };
        match LogEntry::from_bytes(&bytes) {
            Ok(entry) => Ok(Some(entry)),
            Err(error) => {
                let place = self.place(index);
                let finding = Finding::new(Check::Format, place, "this is not an entry");
                let expected = "58 bytes as docs/proof-format.md has them";
                Err(finding
                    .expected(expected, error)
                    .file("entry", bytes)
                    .into())
            }
        }
    }

    /// The first index whose entry is not earlier than `time`, by binary search: in a log time never goes back, which
    /// `temoin verify` checks over all entries.
    pub fn first_at(&mut self, time: Timestamp) -> Result<u64, Failure> {
        let (mut low, mut high) = (0, self.size());
        if time == Timestamp::MIN {
            return Ok(0);
        }
        if time == Timestamp::MAX {
            return Ok(high);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            match self.entry(middle)? {
                Some(entry) if entry.time < time => low = middle + 1,
                _ => high = middle,
            }
        }
        Ok(low)
    }

    fn read_entries(&mut self, index: u64) -> Result<Vec<Vec<u8>>, Failure> {
        let Some(bundle) = BundleId::for_size(index, self.size()) else {
            return Ok(Vec::new());
        };
        let served = self.log.bundle(bundle)?;
        let entries = read_bundle(bundle, &served)?;
        let leaves = self.leaves(index)?;
        for (number, (entry, leaf)) in entries.iter().zip(leaves).enumerate() {
            let found = Hash::leaf(entry);
            if found != *leaf {
                let place = format!(
                    "entry {}, number {number} of {}",
                    index * 256 + number as u64,
                    served.place
                );
                let what = "its hash is not the leaf in the signed tree";
                let finding = Finding::new(Check::Entries, place, what);
                let finding = finding.expected(format!("{leaf:?}"), format!("{found:?}"));
                return Err(finding
                    .manual_step(manual_steps::LEAF)
                    .file("entry", *entry)
                    .into());
            }
        }
        Ok(entries.into_iter().map(<[u8]>::to_vec).collect())
    }

    fn leaves(&mut self, index: u64) -> Result<&[Hash], Failure> {
        if self.leaves.as_ref().is_none_or(|(read, _)| *read != index) {
            let hashes = self.read(0, index)?;
            self.leaves = Some((index, hashes));
        }
        Ok(self.leaves.as_ref().map_or(&[], |(_, hashes)| hashes))
    }

    /// The hashes of a tile, once its root is the hash that its parent has of it.
    fn read(&mut self, level: u8, index: u64) -> Result<Vec<Hash>, Failure> {
        if let Some(hashes) = self.above.get(&(level, index)) {
            return Ok(hashes.clone());
        }
        let none = || anyhow::anyhow!("there is no tile {level}/{index}");
        let tile = TileId::for_size(level, index, self.size()).ok_or_else(none)?;
        // Partial tiles are at the right edge, which `open` has read.
        let slot = tile.parent().ok_or_else(none)?;
        let parent = self.read(slot.level, slot.index)?;
        let expected = parent.get(usize::from(slot.position)).ok_or_else(none)?;
        let served = self.log.tile_bytes(tile)?;
        let hashes = read_tile(tile, &served)?;
        let found = tile_root(&hashes);
        if found != *expected {
            let what = "its root is not the hash that its parent tile has of it";
            let finding = Finding::new(Check::Tiles, served.place, what);
            let finding = finding.expected(format!("{expected:?}"), format!("{found:?}"));
            return Err(finding
                .manual_step(manual_steps::TILE_ROOT)
                .manual_step(manual_steps::hash_of("parent", slot.position.into()))
                .file("tile", served.bytes)
                .file("parent", consent_log::encode_tile(&parent))
                .into());
        }
        self.keep(tile, hashes.clone());
        Ok(hashes)
    }

    fn keep(&mut self, tile: TileId, hashes: Vec<Hash>) {
        if tile.level > 0 || !tile.is_full() {
            self.above.insert((tile.level, tile.index), hashes);
        }
    }
}

impl TileReader for VerifiedLog<'_> {
    type Error = Failure;

    /// The hashes of a tile of this tree, or of an earlier one, whose tiles are beginnings of this one's.
    fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, Failure> {
        let mut hashes = match tile.level {
            0 => self.leaves(tile.index)?.to_vec(),
            level => self.read(level, tile.index)?,
        };
        hashes.truncate(tile.width.into());
        Ok(hashes)
    }
}

/// A finding: the tree does not have the root that was signed.
pub fn wrong_root(log: ServedLog<'_>, signed: &SignedCheckpoint, found: Hash) -> Finding {
    let what = format!(
        "the {} leaves do not give the root that the log signed",
        signed.checkpoint.size
    );
    Finding::new(Check::Root, log.place("checkpoint"), what)
        .expected(signed.checkpoint.root, found)
        .manual_step("sed -n 3p checkpoint    # the root that was signed")
        .file("checkpoint", signed.bytes())
}

/// Reads the tiles of the right edge, and keeps them.
struct Edge<'a> {
    log: ServedLog<'a>,
    read: HashMap<TileId, Vec<Hash>>,
}

impl TileReader for Edge<'_> {
    type Error = Failure;

    fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, Failure> {
        let hashes = self.log.tile(tile)?;
        self.read.insert(tile, hashes.clone());
        Ok(hashes)
    }
}

/// The failure behind an error of reading tiles.
pub fn read_failure(error: ReadError<Failure>) -> Failure {
    match error {
        ReadError::Reader(failure) => failure,
        other => anyhow::anyhow!("{other}").into(),
    }
}
