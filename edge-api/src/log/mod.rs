//! One log: a growing Merkle tree over a [`Store`], signed after each commit.
//!
//! The log keeps a copy of its end in memory, and reads it from the store again after any error. The
//! store's head is the commit: entries beyond it do not exist.

mod error;
mod keys;
mod serve;
mod store;

#[cfg(test)]
mod faults;

pub use error::LogError;
pub use keys::LogKeys;
pub use serve::{full, resource_as_text, serve};
pub use store::{Commit, Head, Row, Store, signed};

use consent_core::LogOrigin;
use consent_core::calendar::Timestamp;
use consent_log::{
    BundleId, Checkpoint, Edge, Hash, SignedNote, SignerKey, TILE_WIDTH, TileId, TileReader,
    TlogProof, consistency_proof, encode_bundle, inclusion_proof,
};
use std::cell::{Ref, RefCell};

/// A log in its store.
pub struct Log<S> {
    store: S,
    origin: LogOrigin,
    key: SignerKey,
    /// What was last read or written; nothing after an error.
    state: RefCell<Option<State>>,
}

#[derive(Clone)]
struct State {
    head: Head,
    edge: Edge,
}

impl<S: Store> Log<S> {
    /// The log of this name, whose checkpoints this key signs.
    pub const fn new(store: S, origin: LogOrigin, key: SignerKey) -> Self {
        Self {
            store,
            origin,
            key,
            state: RefCell::new(None),
        }
    }

    /// Its name.
    pub const fn origin(&self) -> &LogOrigin {
        &self.origin
    }

    /// The key of its checkpoints, as text (C2SP signed-note, "Verifier keys").
    pub fn key(&self) -> String {
        self.key.verifier().to_string()
    }

    /// The end of the log.
    pub fn head(&self) -> Result<Ref<'_, Head>, LogError> {
        Ok(Ref::map(self.state()?, |state| &state.head))
    }

    /// Appends entries in one commit, and signs the new tree. `time` is the time of the last entry.
    /// The caller must not answer anyone before this has returned, nor await anything between
    /// reading [`Self::head`] and calling it.
    ///
    /// After an error either no entry was appended or all were: the next call reads the store to find
    /// out which.
    pub fn append(&self, rows: &[S::Row], time: Timestamp) -> Result<(), LogError> {
        let State { head, mut edge } = self.state()?.clone();
        let mut tiles = Vec::new();
        for row in rows {
            edge.push(Hash::leaf(&row.entry()), &mut tiles);
        }
        let new = Head {
            size: edge.size(),
            time,
            checkpoint: self.sign(edge.size(), edge.root()),
        };
        // If the commit fails, the next call reads the store again.
        self.forget();
        self.store.commit(&Commit {
            before: head.size,
            rows,
            tiles: &tiles,
            head: &new,
        })?;
        *self.state.borrow_mut() = Some(State { head: new, edge });
        Ok(())
    }

    /// Makes the next call read everything anew.
    fn forget(&self) {
        *self.state.borrow_mut() = None;
    }

    /// Proves that the entry at `index` is in the newest checkpoint.
    pub fn proof(&self, index: u64) -> Result<TlogProof, LogError> {
        let state = self.state()?;
        let checkpoint = state.head.checkpoint.clone();
        // Most often the entry is new, and memory has all the hashes that its proof needs.
        match state.edge.inclusion_proof(index) {
            Some(hashes) => Ok(inclusion(index, hashes, checkpoint)),
            None => self.prove(index, state.head.size, checkpoint),
        }
    }

    /// Proves that the entry at `index` is in a checkpoint of this log, which may be an older one.
    pub fn proof_in(&self, index: u64, checkpoint: SignedNote) -> Result<TlogProof, LogError> {
        let size = self.size_of(&checkpoint)?;
        self.prove(index, size, checkpoint)
    }

    fn prove(&self, index: u64, size: u64, checkpoint: SignedNote) -> Result<TlogProof, LogError> {
        let state = self.state()?;
        let hashes = inclusion_proof(index, size, &mut self.tiles(&state))?;
        Ok(inclusion(index, hashes, checkpoint))
    }

    /// The size of the tree in a checkpoint of this log.
    pub fn size_of(&self, checkpoint: &SignedNote) -> Result<u64, LogError> {
        Ok(self.open(checkpoint)?.size)
    }

    /// Proves that the tree of `new` entries continues the tree of `old` entries.
    pub fn consistency_between(&self, old: u64, new: u64) -> Result<Vec<Hash>, LogError> {
        let state = self.state()?;
        Ok(consistency_proof(old, new, &mut self.tiles(&state))?)
    }

    /// A tile, if the signed tree has it.
    pub fn tile(&self, tile: TileId) -> Result<Option<Vec<Hash>>, LogError> {
        let state = self.state()?;
        let there = TileId::for_size(tile.level, tile.index, state.head.size);
        if there.is_none_or(|there| there.width < tile.width) {
            return Ok(None);
        }
        self.tiles(&state).read(tile).map(Some)
    }

    /// A bundle of entries, if the signed tree has it.
    pub fn bundle(&self, bundle: BundleId) -> Result<Option<Vec<u8>>, LogError> {
        let size = self.head()?.size;
        let there = BundleId::for_size(bundle.index, size);
        if there.is_none_or(|there| there.width < bundle.width) {
            return Ok(None);
        }
        let first = bundle.first_entry();
        let entries = self.store.entries(first, first + u64::from(bundle.width))?;
        if entries.len() != usize::from(bundle.width) {
            return Err(LogError::MissingEntries {
                origin: self.origin.clone(),
                first,
            });
        }
        encode_bundle(entries.iter().map(Vec::as_slice))
            .map(Some)
            .map_err(|error| LogError::Tree(error.to_string()))
    }

    const fn tiles<'a>(&'a self, state: &'a State) -> Tiles<'a, S> {
        Tiles {
            store: &self.store,
            state,
        }
    }

    /// The store.
    pub const fn store(&self) -> &S {
        &self.store
    }

    fn open(&self, checkpoint: &SignedNote) -> Result<Checkpoint, LogError> {
        Checkpoint::open(checkpoint, &self.key.verifier()).map_err(|cause| LogError::Checkpoint {
            origin: self.origin.clone(),
            cause,
        })
    }

    fn sign(&self, size: u64, root: Hash) -> SignedNote {
        let checkpoint = Checkpoint {
            origin: self.origin.to_string(),
            size,
            root,
            extensions: Vec::new(),
        };
        checkpoint.sign(&self.key)
    }

    /// Returns what is in memory, and reads it from the store first where nothing is. Fails if the
    /// stored entries do not give the signed root: such a log serves nothing and accepts nothing.
    fn state(&self) -> Result<Ref<'_, State>, LogError> {
        if self.state.borrow().is_none() {
            let head = match self.store.head()? {
                Some(head) => head,
                None => Head {
                    size: 0,
                    time: Timestamp::MIN,
                    checkpoint: self.sign(0, Hash::empty_root()),
                },
            };
            let mut stored = Stored {
                store: &self.store,
                size: head.size,
            };
            let edge = Edge::restore(head.size, &mut stored)?;
            let signed = self.open(&head.checkpoint)?;
            if (signed.size, signed.root) != (head.size, edge.root()) {
                return Err(LogError::OtherRoot(self.origin.clone()));
            }
            *self.state.borrow_mut() = Some(State { head, edge });
        }
        Ref::filter_map(self.state.borrow(), Option::as_ref).map_err(|_| LogError::Forgotten)
    }
}

/// Reads the tiles of a log from memory or, failing that, from its store.
struct Tiles<'a, S> {
    store: &'a S,
    state: &'a State,
}

impl<S: Store> Tiles<'_, S> {
    fn read(&self, tile: TileId) -> Result<Vec<Hash>, LogError> {
        match self.state.edge.tile(tile) {
            Some(hashes) => Ok(hashes),
            None => Stored {
                store: self.store,
                size: self.state.head.size,
            }
            .read(tile),
        }
    }
}

impl<S: Store> TileReader for Tiles<'_, S> {
    type Error = LogError;

    fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, LogError> {
        self.read(tile)
    }
}

/// Reads the tiles of a log from its store alone. Full tiles are stored; the hashes of a partial tile
/// are computed from the entries, or from the tiles below.
struct Stored<'a, S> {
    store: &'a S,
    size: u64,
}

impl<S: Store> Stored<'_, S> {
    fn read(&self, tile: TileId) -> Result<Vec<Hash>, LogError> {
        let width = u64::from(TILE_WIDTH);
        let full = TileId::for_size(tile.level, tile.index, self.size)
            .is_some_and(|there| there.width == TILE_WIDTH);
        let first = tile.index * width;
        if full {
            let mut hashes = self
                .store
                .tile(tile.level, tile.index)?
                .ok_or(LogError::MissingTile(tile))?;
            hashes.truncate(tile.width.into());
            return Ok(hashes);
        }
        if tile.level == 0 {
            let entries = self.store.entries(first, first + u64::from(tile.width))?;
            return Ok(entries.iter().map(|entry| Hash::leaf(entry)).collect());
        }
        (first..first + u64::from(tile.width))
            .map(|below| {
                let below = self.read(TileId::full(tile.level - 1, below))?;
                Ok(consent_log::tile_root(&below))
            })
            .collect()
    }
}

impl<S: Store> TileReader for Stored<'_, S> {
    type Error = LogError;

    fn tile(&mut self, tile: TileId) -> Result<Vec<Hash>, LogError> {
        self.read(tile)
    }
}

const fn inclusion(index: u64, hashes: Vec<Hash>, checkpoint: SignedNote) -> TlogProof {
    TlogProof {
        extra: None,
        index,
        hashes,
        checkpoint,
    }
}
