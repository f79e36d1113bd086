//! One log: the key it must be signed with, the checkpoints remembered of it, its files as they are
//! fetched, and its entries once they are verified. What is to be checked of them is in `check`.

pub mod checkpoint;
pub mod fetched;
pub mod index_set;
pub mod pins;
pub mod state;
pub mod verified;

/// Takes the entries of a log, one after the other, in their order.
pub trait EntryReader {
    /// Takes the next entry: its index in the log, and its bytes.
    fn read(&mut self, index: u64, entry: &[u8]);
}
