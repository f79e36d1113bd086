//! A source that copies into a folder what is read from it.

use super::{Directory, Source};
use anyhow::{Context as _, Result};
use std::path::{Path, PathBuf};

/// Copies into a folder what is read from another source.
pub struct Saving<'a> {
    source: &'a dyn Source,
    folder: PathBuf,
}

impl<'a> Saving<'a> {
    /// Copies into `folder` what is read from `source`.
    pub fn new(source: &'a dyn Source, folder: &Path) -> Self {
        Self {
            source,
            folder: folder.to_owned(),
        }
    }
}

impl Source for Saving<'_> {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let bytes = self.source.get(path)?;
        // `temoin export` writes the records and the list of logs itself: only some of them, with other sizes.
        let kept = !path.starts_with("v1/sites/");
        if let Some(bytes) = bytes.as_ref().filter(|_| kept) {
            let copy = self.folder.join(Directory::path_of(path));
            let parent = copy.parent().unwrap_or(&self.folder);
            std::fs::create_dir_all(parent)
                .and_then(|()| std::fs::write(&copy, bytes))
                .with_context(|| format!("{} cannot be written", copy.display()))?;
        }
        Ok(bytes)
    }

    fn location(&self, path: &str) -> String {
        self.source.location(path)
    }

    fn parallel_reads(&self) -> usize {
        self.source.parallel_reads()
    }

    fn is_live(&self) -> bool {
        self.source.is_live()
    }
}
