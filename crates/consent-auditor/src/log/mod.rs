//! One log: the key it must be signed with, the checkpoints remembered of it, its files as they are
//! fetched, and its entries once they are verified. What is to be checked of them is in `check`.

pub mod fetched;
pub mod index_set;
pub mod pins;
pub mod state;
pub mod verified;
