//! A folder for a test, and what is put there.

use super::site::Site;
use crate::source::Directory;
use consent_core::proof::{DisclosedRecord, ErasedRecord};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder for a test, which goes away with it.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("temoin-test-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The same as an argument of a command.
    pub fn arg(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    pub fn put(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    /// All of a site, as an export has it but for its manifest.
    pub fn write_export(&self, name: &str, site: &Site) -> String {
        for (file, bytes) in &site.files().files {
            if !file.starts_with("v1/sites/") {
                self.put(&format!("{name}/{}", Directory::path_of(file)), bytes);
            }
        }
        self.put(
            &format!("{name}/logs.json"),
            serde_json::to_vec(&site.listing()).unwrap(),
        );
        let page = site.page();
        let lines = |values: Vec<String>| {
            values
                .into_iter()
                .map(|line| line + "\n")
                .collect::<String>()
        };
        let json = |disclosed: &DisclosedRecord| serde_json::to_string(disclosed).unwrap();
        let records = lines(page.records.iter().map(json).collect());
        self.put(&format!("{name}/records.ndjson"), records);
        let json = |disclosed: &ErasedRecord| serde_json::to_string(disclosed).unwrap();
        let erased = lines(page.erased.iter().map(json).collect());
        self.put(&format!("{name}/erased.ndjson"), erased);
        self.arg(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Every file below a folder.
pub fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(all_files(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}
