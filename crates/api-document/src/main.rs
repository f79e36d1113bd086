//! Writes the prepared description of the API, and the table in `docs/api.md`; with `--check`, fails where they are not
//! what the operations and types say.

use anyhow::{Result, bail};
use std::path::Path;

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => api_document::prepare(&root),
        ["--check"] => api_document::check(&root),
        _ => bail!("usage: api-document [--check]"),
    }
}
