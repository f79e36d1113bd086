//! Receipts that somebody presented: each is verified by itself, then against the log that it names.

use crate::audit::receipts;
use crate::check::receipt::{self, VerifiedReceipt};
use crate::log::verified::{VerifiedLog, read_failure};
use crate::report::Check;
use crate::report::finding::{Failure, Finding};
use anyhow::{Context as _, Result};
use consent_core::ConsentReceipt;
use consent_log::VerifierKey;
use std::path::PathBuf;

/// A receipt that holds by itself.
pub struct Presented {
    /// The file.
    pub file: String,
    /// The receipt.
    pub receipt: ConsentReceipt,
    /// Whether its record is in the answer.
    pub answered: bool,
    /// Why its record was erased, if it was.
    pub erased: Option<consent_core::entry::ErasureReason>,
    verified: VerifiedReceipt,
}

/// Reads receipts, and checks each by itself.
pub fn read(
    files: &[PathBuf],
    known: &[VerifierKey],
) -> Result<Result<Vec<Presented>, Box<Finding>>> {
    let mut presented = Vec::new();
    for path in files {
        let file = path.display().to_string();
        let bytes = std::fs::read(path).with_context(|| format!("{file} cannot be read"))?;
        let checked = receipts::parse(&bytes, &file).and_then(|receipt| {
            let verified = receipt::check(&receipt, known, &file)?;
            Ok((receipt, verified))
        });
        let (receipt, verified) = match checked {
            Ok(checked) => checked,
            Err(finding) => return Ok(Err(finding)),
        };
        presented.push(Presented {
            file,
            receipt,
            answered: false,
            erased: None,
            verified,
        });
    }
    Ok(Ok(presented))
}

impl Presented {
    /// Checks that the log has the receipt's entry at its index, and that the receipt's checkpoint is of this tree.
    pub fn check(&self, log: &mut VerifiedLog<'_>) -> Result<(), Failure> {
        let inclusion = &self.verified.log;
        let wrong = |what: &str| Finding::new(Check::Receipts, &self.file, what);
        let (claimed, size) = (inclusion.checkpoint.root, inclusion.checkpoint.size);
        if size > log.size() {
            let finding = wrong("the receipt was signed for a larger log than the server has");
            let found = format!("{} entries", log.size());
            return Err(finding
                .expected(format!("at least {size} entries"), found)
                .into());
        }
        let root = consent_log::root(size, log).map_err(read_failure)?;
        if root != claimed {
            let finding = wrong("the receipt was signed for another tree of the log");
            return Err(finding.expected(claimed, root).into());
        }
        match log.leaf(inclusion.index)? {
            Some(leaf) if leaf == inclusion.leaf => Ok(()),
            leaf => {
                let finding = wrong("the log has another entry at the index of the receipt");
                let found = format!("{leaf:?}");
                Err(finding
                    .expected(format!("{:?}", inclusion.leaf), found)
                    .into())
            }
        }
    }
}
