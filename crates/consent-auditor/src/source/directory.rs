//! A folder: that of one log, or an export.

use super::Source;
use anyhow::{Context as _, Result};
use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Path, PathBuf};

/// A folder that files are read from.
pub struct Directory {
    folder: PathBuf,
}

impl Directory {
    /// Reads from a folder.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The path, in an export, of what a server has at `path`.
    pub fn path_of(path: &str) -> String {
        if let Some(hash) = path.strip_prefix("v1/notices/") {
            return format!("notices/{hash}.json");
        }
        if path.starts_with("v1/sites/") && path.ends_with("/logs") {
            return "logs.json".to_owned();
        }
        path.to_owned()
    }
}

impl Source for Directory {
    fn get(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let path = self.folder.join(Self::path_of(path));
        match read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error)
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) =>
            {
                Ok(None)
            }
            Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
        }
    }

    fn location(&self, path: &str) -> String {
        self.folder.join(Self::path_of(path)).display().to_string()
    }

    fn parallel_reads(&self) -> usize {
        1
    }

    fn is_live(&self) -> bool {
        false
    }
}

/// Reads a file in four system calls; `std::fs::read` makes six.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(0);
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    if length == 0 {
        // What is not a plain file has no length.
        file.read_to_end(&mut bytes)?;
    }
    Ok(bytes)
}
