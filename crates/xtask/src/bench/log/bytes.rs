//! What one proof takes, on the disk and on its way.

use super::target::Target;
use crate::build::{self, Server};
use anyhow::Result;
use consent_core::ConsentReceipt;
use std::path::Path;

/// How many the bytes on the disk are counted of.
const PROOFS: u64 = 20_000;

/// Fills a log, and looks at its database and at its last receipt.
pub fn measure() -> Result<String> {
    build::everything(Server::Shipped)?;
    let mut target = Target::start(1)?;
    target.server.kill()?;
    let before = size(&target.state)?;
    target.server.restart()?;
    target.visitors(64, |nth| nth <= PROOFS)?;
    let answer = target.send(&ureq::Agent::new_with_defaults(), PROOFS + 1)?;
    let receipt: ConsentReceipt = serde_json::from_slice(&answer)?;
    target.server.kill()?;
    let each = (size(&target.state)?.saturating_sub(before)) / PROOFS;
    Ok(format!(
        "On the disk a proof takes {each} bytes (record, entry, index, tiles; of {PROOFS}). A receipt is {} bytes of\n\
         JSON, of which the proof in the log's newest tree is {}, at {} entries.",
        answer.len(),
        receipt.evidence.proof.len(),
        receipt.index + 1
    ))
}

/// Everything in the database files, without what `SQLite` has yet to move into them.
fn size(folder: &Path) -> Result<u64> {
    let mut total = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        total += if entry.file_type()?.is_dir() {
            size(&entry.path())?
        } else if entry
            .path()
            .extension()
            .is_some_and(|ending| ending == "sqlite")
        {
            entry.metadata()?.len()
        } else {
            0
        };
    }
    Ok(total)
}
