//! The floors of the Worker: each room imports from its own floor and from those below.

use super::imports::Imports;
use std::path::{Component, Path};

/// From the top.
const FLOORS: [&str; 16] = [
    "lib",
    "fuzz",
    "access",
    "enforce",
    "publication",
    "site",
    "anchor",
    "route",
    "edition",
    "directory",
    "log",
    "storage",
    "http",
    "setting",
    "contain",
    "clock",
];

/// What goes up, and what has no floor.
pub fn faults(imports: &Imports, source: &Path) -> Vec<String> {
    let mut faults = Vec::new();
    for (file, imported) in imports {
        let Some(own) = floor(file, source) else {
            let room = room(file, source);
            faults.push(format!(
                "`{room}` has no floor; give it one in crates/xtask/src/check/floors.rs"
            ));
            continue;
        };
        for other in imported {
            if floor(other, source).is_some_and(|other| other < own) {
                let name = |file: &Path| {
                    let path = file
                        .strip_prefix(source)
                        .unwrap_or(file)
                        .display()
                        .to_string();
                    format!("{path} ({})", room(file, source))
                };
                faults.push(format!(
                    "{} imports {}, which is above it; imports run down only",
                    name(file),
                    name(other)
                ));
            }
        }
    }
    faults
}

/// The number of a file's floor.
fn floor(file: &Path, source: &Path) -> Option<usize> {
    let room = room(file, source);
    FLOORS.iter().position(|floor| *floor == room)
}

/// The folder, or the file, right below the sources.
fn room(file: &Path, source: &Path) -> String {
    let inside = file.strip_prefix(source).unwrap_or(file);
    match inside.components().next() {
        Some(Component::Normal(first)) => {
            let first = first.to_string_lossy();
            first.strip_suffix(".rs").unwrap_or(&first).to_owned()
        }
        _ => String::new(),
    }
}
