//! The walk through a whole log, in one pass: every entry, every tile, the root.
//!
//! Threads read and hash bundles and tiles; this one grows the tree. The tree grows from the leaves in the tiles
//! of level 0, not from the entries, so that a wrong entry and a wrong tile give different findings.

use crate::check::entries::{self, CheckedBundle};
use crate::check::milestones::Milestones;
use crate::check::tiles;
use crate::log::EntryReader;
use crate::log::fetched::{ServedLog, bundle_of, read_bundle};
use crate::report::Check;
use crate::report::finding::{Failure, Finding, Findings};
use crate::report::progress::Progress;
use consent_log::{BundleId, Edge, FullTile, TileId, right_edge};
use std::sync::mpsc::{Receiver, sync_channel};

/// Bundles that may wait behind each reading thread.
const MAX_WAITING: usize = 8;

/// Ignores the entries: only the tree is checked.
pub struct IgnoreEntries;

impl EntryReader for IgnoreEntries {
    fn read(&mut self, _index: u64, _entry: &[u8]) {}
}

/// A log, up to where it has been walked.
pub struct Walk<'a> {
    log: ServedLog<'a>,
    tree: Edge,
    completed: Vec<FullTile>,
    /// The earlier checkpoints that the tree is compared with.
    pub milestones: Milestones,
    /// Entries whose hash is not their leaf.
    pub entries: Findings,
    /// Tiles with a hash that is not the root of the tile below it.
    pub tiles: Findings,
    /// How many tiles have been read.
    pub tiles_read: u64,
}

impl<'a> Walk<'a> {
    /// Starts at the beginning of a log.
    pub fn new(log: ServedLog<'a>, milestones: Milestones) -> Self {
        let tree = Edge::empty();
        let mut walk = Self {
            log,
            tree,
            completed: Vec::new(),
            milestones,
            entries: Findings::default(),
            tiles: Findings::default(),
            tiles_read: 0,
        };
        walk.milestones.compare(&walk.tree);
        walk
    }

    /// The tree, as far as it has grown.
    pub const fn tree(&self) -> &Edge {
        &self.tree
    }

    /// Walks on until the tree has `size` leaves. An error means that the rest is not there, or cannot be read.
    pub fn go_on(
        &mut self,
        size: u64,
        reader: &mut (dyn EntryReader + 'a),
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        progress.begin();
        let start = self.tree.size();
        if start < size {
            let bundles = bundle_of(start).0..size.div_ceil(256);
            self.read_bundles(bundles, size, |walk, piece| {
                walk.take(piece, reader)?;
                let done = walk.tree.size() - start;
                progress.update("entries", done, Some(size - start));
                Ok(())
            })?;
        }
        progress.clear();
        self.check_right_edge()
    }

    fn read_bundles(
        &mut self,
        bundles: std::ops::Range<u64>,
        size: u64,
        mut take: impl FnMut(&mut Self, CheckedBundle) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let log = self.log;
        let parallel_reads = log.parallel_reads();
        std::thread::scope(|scope| {
            // With n lanes, each one reads every n-th bundle, so that taking them in turn keeps the order.
            let pieces: Vec<Receiver<_>> = (0..parallel_reads)
                .map(|lane| {
                    let (sender, receiver) = sync_channel(MAX_WAITING);
                    let mut indices = bundles.clone().skip(lane).step_by(parallel_reads);
                    scope.spawn(move || {
                        // The receiver is gone once something went wrong.
                        indices.try_for_each(|index| sender.send(read_piece(log, index, size)))
                    });
                    receiver
                })
                .collect();
            for (receiver, _) in pieces.iter().cycle().zip(bundles) {
                let gone = |_| anyhow::anyhow!("a thread that reads the log stopped");
                take(self, receiver.recv().map_err(gone)??)?;
            }
            Ok(())
        })
    }

    fn take(
        &mut self,
        piece: CheckedBundle,
        reader: &mut (dyn EntryReader + 'a),
    ) -> Result<(), Failure> {
        self.tiles_read += 1;
        let first = piece.bundle.first_entry();
        let known = usize::try_from(self.tree.size() - first).unwrap_or(0);
        self.check_known(&piece, known)?;
        self.entries.extend(piece.wrong);
        for hash in &piece.hashes[known..] {
            self.tree.push(*hash, &mut self.completed);
            self.milestones.compare(&self.tree);
        }
        let bytes = read_bundle(piece.bundle, &piece.entries)?;
        for (index, entry) in (first..).zip(bytes).skip(known) {
            reader.read(index, entry);
        }
        for tile in std::mem::take(&mut self.completed) {
            let id = TileId::full(tile.level, tile.index);
            self.check_tile(id, &tile.hashes)?;
        }
        Ok(())
    }

    /// When the walk goes on, the leaves at the edge must still be the same.
    fn check_known(&self, piece: &CheckedBundle, known: usize) -> Result<(), Failure> {
        let Some(width) = u16::try_from(known).ok().filter(|width| *width > 0) else {
            return Ok(());
        };
        let tile = TileId {
            width,
            ..piece.bundle.tile()
        };
        if self.tree.tile(tile).as_deref() == Some(&piece.hashes[..known]) {
            return Ok(());
        }
        Err(Finding::new(
            Check::Consistency,
            self.log.place(&format!("tile/{}", piece.bundle.tile())),
            "the log changed entries while it was read",
        )
        .into())
    }

    fn check_right_edge(&mut self) -> Result<(), Failure> {
        let partial: Vec<_> = right_edge(self.tree.size()).collect();
        for tile in partial {
            if let Some(hashes) = self.tree.tile(tile) {
                self.check_tile(tile, &hashes)?;
            }
        }
        Ok(())
    }

    /// Compares a tile above level 0 with the hashes that the tiles below it give.
    fn check_tile(&mut self, tile: TileId, computed: &[consent_log::Hash]) -> Result<(), Failure> {
        if tile.level == 0 {
            // The tree grows from level 0.
            return Ok(());
        }
        let log = self.log;
        let served = log.tile_bytes(tile)?;
        self.tiles_read += 1;
        let below = |child| log.tile_bytes(child).ok().map(|served| served.bytes);
        tiles::check(tile, &served, computed, &mut self.tiles, below);
        Ok(())
    }
}

fn read_piece(log: ServedLog<'_>, index: u64, size: u64) -> Result<CheckedBundle, Failure> {
    let bundle = BundleId::for_size(index, size)
        .ok_or_else(|| anyhow::anyhow!("a log of {size} entries has no bundle {index}"))?;
    let tile = log.tile_bytes(bundle.tile())?;
    Ok(entries::check(bundle, &tile, log.bundle(bundle)?)?)
}
