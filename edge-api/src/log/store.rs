//! What a log needs of the place it is kept in.

use crate::storage::error::StoreError;
use consent_core::calendar::Timestamp;
use consent_log::{FullTile, Hash, SignedNote};

/// Where a log is kept. It is one of two kinds: `SQLite` in a Durable Object, and a table in
/// memory that can fail on demand, for tests.
///
/// Reads see every commit before them. A store has one writer at a time; should there ever be two,
/// the commit of the one that had not seen the other's is refused.
pub trait Store {
    /// What is kept of an entry: its bytes, and what goes with them.
    type Row: Row;

    /// The end of the log; nothing if it has none yet.
    fn head(&self) -> Result<Option<Head>, StoreError>;

    /// The hashes of a full tile.
    fn tile(&self, level: u8, index: u64) -> Result<Option<Vec<Hash>>, StoreError>;

    /// The entries from one place up to another, in order: fewer, if it has fewer.
    fn entries(&self, from: u64, to: u64) -> Result<Vec<Vec<u8>>, StoreError>;

    /// Writes everything or nothing; and refuses, if the log does not end where the commit says
    /// that it ended. What it has written is durable before any answer leaves the server. An error
    /// does not promise that nothing was written: a disk can fail after the fact.
    fn commit(&self, commit: &Commit<Self::Row>) -> Result<(), StoreError>;
}

/// What is kept of an entry.
pub trait Row {
    /// Its bytes in the log.
    fn entry(&self) -> Vec<u8>;
}

/// What is written at once.
pub struct Commit<'a, R> {
    /// How many entries there were before.
    pub before: u64,
    /// The new entries, in order.
    pub rows: &'a [R],
    /// The tiles that they fill.
    pub tiles: &'a [FullTile],
    /// The end of the log with them.
    pub head: &'a Head,
}

/// The end of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// How many entries it has.
    pub size: u64,
    /// The time of the last one: the next one's is no earlier.
    pub time: Timestamp,
    /// The tree, signed (C2SP tlog-checkpoint).
    pub checkpoint: SignedNote,
}

impl Head {
    /// The time of the next entry: where the clock went back, the last one's stands.
    pub fn next_time(&self, now: Timestamp) -> Timestamp {
        now.max(self.time)
    }
}

/// A checkpoint of ours, from its column.
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
