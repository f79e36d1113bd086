//! Files in memory, for tests.
#![cfg(test)]

use super::Source;
use anyhow::Result;
use std::collections::BTreeMap;

/// Files in memory.
#[derive(Clone, Default)]
pub struct Memory {
    /// Path -> bytes.
    pub files: BTreeMap<String, Vec<u8>>,
}

impl Source for Memory {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.files.get(path).cloned())
    }

    fn location(&self, path: &str) -> String {
        path.to_owned()
    }

    fn parallel_reads(&self) -> usize {
        1
    }

    fn is_live(&self) -> bool {
        false
    }
}
