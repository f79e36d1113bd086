//! The description of the API (`OpenAPI` 3.1): the operations stand here, and the schemas come from the types of
//! `consent-core`.
//!
//! What belongs here: what each operation is called, who may call it, what it reads and answers, and an example. What does
//! not: how it is answered (`edge-api`), and the types themselves. The server serves the prepared file; nothing of this
//! crate is in it.

mod assemble;
pub mod example;
pub mod operation;
pub mod operations;
mod path;
mod schemas;
mod table;

pub use assemble::document;

use anyhow::{Context as _, Result, ensure};
use std::fs;
use std::path::Path;

/// Where the prepared document is.
pub const DOCUMENT: &str = "crates/api-document/prepared/openapi.json";
/// The page that has the table of the operations.
pub const PAGE: &str = "docs/api.md";

/// The document as it is committed: a member a line, so that a change of it can be read.
///
/// # Errors
///
/// None in practice: it is plain data.
pub fn text() -> Result<String> {
    Ok(serde_json::to_string_pretty(&document())? + "\n")
}

/// Writes the document and the table in `docs/api.md` where they have changed.
pub fn prepare(root: &Path) -> Result<()> {
    for (file, text) in prepared(root)? {
        let path = root.join(file);
        if fs::read_to_string(&path).ok().as_ref() != Some(&text) {
            fs::write(&path, text).with_context(|| file.to_owned())?;
        }
    }
    Ok(())
}

/// Fails where the document or the table in `docs/api.md` is not what the operations and types say.
pub fn check(root: &Path) -> Result<()> {
    for (file, text) in prepared(root)? {
        ensure!(
            fs::read_to_string(root.join(file)).ok().as_ref() == Some(&text),
            "{file} is not what the operations of the API say; `cargo run -p api-document` writes it anew"
        );
    }
    Ok(())
}

fn prepared(root: &Path) -> Result<[(&'static str, String); 2]> {
    let page = fs::read_to_string(root.join(PAGE)).context(PAGE)?;
    let page =
        table::put_into(&page).with_context(|| format!("{PAGE} has no place for the table"))?;
    Ok([(DOCUMENT, text()?), (PAGE, page)])
}

#[cfg(test)]
mod tests;
