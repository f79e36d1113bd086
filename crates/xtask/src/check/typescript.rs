//! Which TypeScript file imports which, types included.

use super::imports::Imports;
use anyhow::{Context as _, Result};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Reads every file of a folder.
pub fn read(folder: &Path) -> Result<Imports> {
    let mut imports = Imports::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            let name = path.to_string_lossy();
            if path.is_dir() && !name.ends_with("node_modules") {
                folders.push(path);
            } else if name.ends_with(".ts") && !name.ends_with(".d.ts") {
                let text = fs::read_to_string(&path)?;
                let files = specifiers(&text);
                let files = files.into_iter().filter_map(|file| resolve(&folder, file));
                let files: BTreeSet<PathBuf> = files.filter(|file| *file != path).collect();
                imports.insert(path, files);
            }
        }
    }
    Ok(imports)
}

/// What is imported of the project itself: `from "./…"`, `import "./…"`, `import("./…")`.
fn specifiers(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((at, quote)) = rest.char_indices().find(|(_, c)| "\"'/".contains(*c)) {
        let (before, after) = (rest[..at].trim_end(), &rest[at + 1..]);
        if quote == '/' {
            // A comment is passed over; another slash is not.
            let end = match after.chars().next() {
                Some('/') => after.find('\n'),
                Some('*') => after.find("*/").map(|end| end + 2),
                _ => Some(0),
            };
            rest = &after[end.unwrap_or(after.len())..];
            continue;
        }
        let before = before.strip_suffix('(').unwrap_or(before);
        let end = after.find([quote, '\n']).unwrap_or(after.len());
        if ["from", "import"].iter().any(|word| before.ends_with(word)) && after.starts_with('.') {
            found.push(&after[..end]);
            rest = &after[end + 1..];
        } else {
            // Only what follows such a word is looked at, so a quote inside of another text does no harm.
            rest = after;
        }
    }
    found
}

/// The file that is meant.
fn resolve(folder: &Path, specifier: &str) -> Option<PathBuf> {
    let mut path = folder.to_owned();
    for component in Path::new(specifier).components() {
        match component {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    let with = |ending: &str| PathBuf::from(format!("{}{ending}", path.display()));
    [path.clone(), with(".ts"), path.join("index.ts")]
        .into_iter()
        .find(|file| file.is_file())
}
