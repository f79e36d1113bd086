//! The interface between a log and the place where it is stored.

use crate::storage::error::StoreError;
use consent_core::calendar::Timestamp;
use consent_log::{FullTile, Hash, SignedNote};

/// Stores a log. There are two kinds: `SQLite` in a Durable Object, and a table in memory that can
/// fail on demand, for tests.
///
/// Reads see every earlier commit. A store has one writer at a time. Should there ever be two, it
/// refuses the commit of a writer that has not seen the other's.
pub trait Store {
    /// What is stored of an entry: its bytes, and the data that belongs to them.
    type Row: Row;

    /// The end of the log; nothing if it has none yet.
    fn head(&self) -> Result<Option<Head>, StoreError>;

    /// The hashes of a full tile.
    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, StoreError>;

    /// The entries from index `from` up to, not including, `to`, in order; fewer, if the store has
    /// fewer.
    fn entries(&self, from: u64, to: u64) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Writes the whole commit or none of it, and refuses a commit whose `before` is not the size of
    /// the stored log. What is written is durable before any answer leaves the server. An error does
    /// not promise that nothing was written: a disk can fail after it has written.
    fn commit(&self, commit: &Commit<Self::Row>) -> Result<(), StoreError>;
}

/// What is stored of an entry.
pub trait Row {
    /// Its bytes in the log.
    fn entry(&self) -> Vec<u8>;
}

/// What is written in one transaction.
pub struct Commit<'a, R> {
    /// How many entries there were before.
    pub before: u64,
    /// The new entries, in order.
    pub rows: &'a [R],
    /// The tiles that they fill.
    pub tiles: &'a [FullTile],
    /// The new end of the log.
    pub head: &'a Head,
}

/// The end of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries it has.
    pub size: u64,
    /// The time of the last entry: the next entry is no earlier.
    pub time: Timestamp,
    /// The tree, signed (C2SP tlog-checkpoint).
    pub checkpoint: SignedNote,
}

impl Head {
    /// The time of the next entry: now, or the time of the last entry if the clock went back.
    pub fn next_time(&self, now: Timestamp) -> Timestamp {
        now.max(self.time)
    }
}

/// Reads a checkpoint of this server from its column.
pub fn signed(checkpoint: &str) -> Result<SignedNote, StoreError> {
    let note = checkpoint.parse();
    note.map_err(|error| StoreError::unreadable("checkpoint", error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_goes_back() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let (earlier, later) = (at("2026-11-22T09:00:00Z"), at("2026-11-22T10:00:00Z"));
        let head = |time| Head {
            size: 1,
            time,
            checkpoint: SignedNote {
                text: String::new(),
                signatures: Vec::new(),
            },
        };
        assert_eq!(head(later).next_time(earlier), later);
        assert_eq!(head(earlier).next_time(later), later);
    }
}
