//! Whether a step has been done for these inputs.

use anyhow::Result;
use consent_core::Sha256Digest;
use std::path::{Path, PathBuf};
use xshell::Shell;

/// A file with the digest of the inputs that a step was last done for.
pub struct Stamp {
    path: PathBuf,
    digest: String,
}

impl Stamp {
    /// The stamp of these inputs, kept at this path.
    pub fn of(path: &Path, inputs: &[Vec<u8>]) -> Self {
        Self {
            path: path.to_owned(),
            digest: Sha256Digest::of(&inputs.concat()).to_string(),
        }
    }

    /// Whether the step was last done for the same inputs.
    pub fn is_fresh(&self, shell: &Shell) -> bool {
        shell
            .read_file(&self.path)
            .is_ok_and(|digest| digest == self.digest)
    }

    /// Notes that the step has been done.
    pub fn write(&self, shell: &Shell) -> Result<()> {
        Ok(shell.write_file(&self.path, &self.digest)?)
    }
}
