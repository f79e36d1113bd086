//! The way through a whole log: every entry, every tile, the root, in one pass.
//!
//! Bundles and tiles are read and hashed beside the thread that grows the tree. The tree is grown from
//! the leaves in the tiles of level 0, so that an entry that is not what its leaf says, and a tile that
//! is not what its parent says, are told apart.

use crate::check::entries::{self, Piece};
use crate::check::milestones::Milestones;
use crate::check::tiles;
use crate::log::fetched::{ServedLog, bundle_of, read_bundle};
use crate::report::Check;
use crate::report::finding::{Failure, Finding, Tally};
use crate::report::progress::Progress;
use consent_log::{BundleId, Edge, FullTile, TileId, right_edge};
use std::sync::mpsc::{Receiver, sync_channel};

/// How many bundles one thread may be ahead.
const AHEAD: usize = 8;

/// Reads the entries of a log, in their order.
pub trait Reader {
    /// The next entry. Its bytes are those of its leaf, or that is reported elsewhere.
    fn read(&mut self, place: u64, entry: &[u8]);
}

/// Entries that are someone else's business.
pub struct Opaque;

impl Reader for Opaque {
    fn read(&mut self, _place: u64, _entry: &[u8]) {}
}

/// A log, up to where it has been walked.
pub struct Walk<'a> {
    log: ServedLog<'a>,
    tree: Edge,
    completed: Vec<FullTile>,
    /// What others say about the tree.
    pub milestones: Milestones,
    /// Entries that are not what their leaves say.
    pub entries: Tally,
    /// Tiles that are not what the tiles below them say.
    pub tiles: Tally,
    /// How many tiles have been read.
    pub tiles_read: u64,
}

impl<'a> Walk<'a> {
    /// At the beginning of a log.
    pub fn new(log: ServedLog<'a>, milestones: Milestones) -> Self {
        let tree = Edge::empty();
        let mut walk = Self {
            log,
            tree,
            completed: Vec::new(),
            milestones,
            entries: Tally::default(),
            tiles: Tally::default(),
            tiles_read: 0,
        };
        walk.milestones.pass(&walk.tree);
        walk
    }

    /// The tree up to here.
    pub const fn tree(&self) -> &Edge {
        &self.tree
    }

    /// Goes on until the tree has `size` leaves. An error means that the rest cannot be read, or
    /// is not there.
    pub fn go_on(
        &mut self,
        size: u64,
        reader: &mut (dyn Reader + 'a),
        progress: &mut Progress,
    ) -> Result<(), Failure> {
        progress.begin();
        let start = self.tree.size();
        if start < size {
            let bundles = bundle_of(start).0..size.div_ceil(256);
            self.read_bundles(bundles, size, |walk, piece| {
                walk.take(piece, reader)?;
                let done = walk.tree.size() - start;
                progress.tell("entries", done, Some(size - start));
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
        mut take: impl FnMut(&mut Self, Piece) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let log = self.log;
        let lanes = log.lanes();
        std::thread::scope(|scope| {
            // Each lane reads every so many bundles, so that they come in order without sorting.
            let pieces: Vec<Receiver<_>> = (0..lanes)
                .map(|lane| {
                    let (sender, receiver) = sync_channel(AHEAD);
                    let mut indices = bundles.clone().skip(lane).step_by(lanes);
                    scope.spawn(move || {
                        // Nobody receives any more once something went wrong.
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

    fn take(&mut self, piece: Piece, reader: &mut (dyn Reader + 'a)) -> Result<(), Failure> {
        self.tiles_read += 1;
        let first = piece.bundle.first_entry();
        let known = usize::try_from(self.tree.size() - first).unwrap_or(0);
        self.check_known(&piece, known)?;
        self.entries.extend(piece.wrong);
        for hash in &piece.hashes[known..] {
            self.tree.push(*hash, &mut self.completed);
            self.milestones.pass(&self.tree);
        }
        let bytes = read_bundle(piece.bundle, &piece.entries)?;
        for (place, entry) in (first..).zip(bytes).skip(known) {
            reader.read(place, entry);
        }
        for tile in std::mem::take(&mut self.completed) {
            let id = TileId::full(tile.level, tile.index);
            self.check_tile(id, &tile.hashes)?;
        }
        Ok(())
    }

    /// A log that is walked on must still have the leaves that it had at the edge.
    fn check_known(&self, piece: &Piece, known: usize) -> Result<(), Failure> {
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
            // It is what the tree is grown from.
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

fn read_piece(log: ServedLog<'_>, index: u64, size: u64) -> Result<Piece, Failure> {
    let bundle = BundleId::for_size(index, size)
        .ok_or_else(|| anyhow::anyhow!("a log of {size} entries has no bundle {index}"))?;
    let tile = log.tile_bytes(bundle.tile())?;
    Ok(entries::check(bundle, &tile, log.bundle(bundle)?)?)
}
