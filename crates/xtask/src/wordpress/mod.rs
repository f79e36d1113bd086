//! The WordPress plugin (`integrations/wordpress`): its translations and its archive. Not its tests: `test/wordpress.rs`.

mod archive;
mod words;

use anyhow::{Context as _, Result, ensure};
use std::fs;
use std::path::{Path, PathBuf};

/// The folder of the plugin; its name is the plugin's, in WordPress too.
const PLUGIN: &str = "integrations/wordpress/temoin";

/// Makes the archive that WordPress installs, and says where it is. The same files give the same bytes.
pub fn archive() -> Result<PathBuf> {
    let root = local_server::root();
    words::check(root)?;
    let bytes = archive::of_folder(&root.join(PLUGIN))?;
    let path = root.join("target/temoin/temoin-wordpress.zip");
    let folder = path.parent().context("a file without a folder")?;
    fs::create_dir_all(folder)?;
    fs::write(&path, bytes)?;
    Ok(path)
}

/// Every file of a folder, as its path below it with `/`, in the order of these.
fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_owned()];
    while let Some(inside) = left.pop() {
        for entry in fs::read_dir(&inside).with_context(|| inside.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                left.push(path);
                continue;
            }
            let below = path.strip_prefix(folder)?;
            let parts = below.iter().map(|part| part.to_str());
            let parts: Option<Vec<_>> = parts.collect();
            let name = parts.with_context(|| format!("{} is no UTF-8", path.display()))?;
            found.push((name.join("/"), path));
        }
    }
    ensure!(!found.is_empty(), "{} is empty", folder.display());
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What stands behind a text in a file, up to the end of the line.
    fn after(file: &str, text: &str) -> String {
        let file = fs::read_to_string(local_server::root().join(PLUGIN).join(file)).unwrap();
        let (_, rest) = file.split_once(text).unwrap();
        rest.lines().next().unwrap().trim().to_owned()
    }

    #[test]
    fn the_version_is_the_same_wherever_it_stands() {
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(after("temoin.php", " * Version:"), version);
        assert_eq!(
            after("temoin.php", "const VERSION = "),
            format!("'{version}';")
        );
        assert_eq!(after("readme.txt", "Stable tag:"), version);
        for field in ["Requires at least:", "Requires PHP:", "License:"] {
            assert_eq!(after("temoin.php", field), after("readme.txt", field));
        }
    }

    #[test]
    fn the_archive_holds_every_file_below_one_folder_and_is_the_same_twice() {
        let folder = local_server::root().join(PLUGIN);
        let copy = tempfile::tempdir().unwrap();
        let other = copy.path().join("temoin");
        let mut names = Vec::new();
        // Written in another order, at another time, with other permissions.
        for (name, path) in files(&folder).unwrap().into_iter().rev() {
            let to = other.join(&name);
            fs::create_dir_all(to.parent().unwrap()).unwrap();
            fs::write(&to, fs::read(path).unwrap()).unwrap();
            names.push(format!("temoin/{name}"));
        }
        names.reverse();
        let bytes = archive::of_folder(&folder).unwrap();
        assert_eq!(bytes, archive::of_folder(&other).unwrap());
        assert_eq!(archive::names(&bytes), names);
        for part in ["temoin.php", "readme.txt", "LICENSE", "uninstall.php"] {
            assert!(names.contains(&format!("temoin/{part}")), "{part}");
        }
    }
}
