//! Where files and records are read from: a server, a folder. What a log's files mean is for `log`.

mod directory;
pub mod export_file;
pub mod filters;
mod http;
mod memory;
pub mod notices;
pub mod records;
mod saving;
pub mod target;

pub use directory::Directory;
pub use http::{Http, fetch};
#[cfg(test)]
pub use memory::Memory;
pub use saving::Saving;

use anyhow::Result;

/// A place that files are read from, by their paths on a server: `log/ORIGIN/checkpoint`, `v1/notices/HASH`.
pub trait Source: Sync {
    /// The bytes at a path; nothing if there is no such file. An error means that this is not known.
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>>;

    /// The path or address of a file, for people.
    fn location(&self, path: &str) -> String;

    /// How many reads in parallel are fastest.
    fn parallel_reads(&self) -> usize;

    /// Whether the files can change while they are read.
    fn is_live(&self) -> bool;
}
