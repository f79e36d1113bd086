//! Where a log, and what belongs to it, is read from.

mod directory;
pub mod filters;
mod http;
mod memory;
pub mod records;
mod saving;
pub mod target;

pub use directory::Directory;
pub use http::{Http, fetch};
#[cfg(test)]
pub use memory::Memory;
pub use saving::Saving;

use anyhow::Result;

/// Where files are read from, by the paths that a server has them under: `log/ORIGIN/checkpoint`,
/// `v1/notices/HASH`.
pub trait Source: Sync {
    /// The bytes at a path; nothing where there are none. An error means that it is not known
    /// whether there are any.
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>>;

    /// What people would look at: a path or an address.
    fn show(&self, path: &str) -> String;

    /// How many reads at once make it quickest.
    fn lanes(&self) -> usize;

    /// Whether what it has can change while it is read.
    fn is_live(&self) -> bool;
}
