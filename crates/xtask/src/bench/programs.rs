//! Programs that only the benchmarks need.

use crate::tools::system::{apt, find};
use anyhow::{Context as _, Result};
use std::path::PathBuf;
use xshell::Shell;

/// GNU time, which tells the memory of what it runs; the shell's own does not.
pub fn gnu_time(shell: &Shell) -> Result<PathBuf> {
    installed(shell, "time")
}

/// Valgrind, which counts instructions.
pub fn valgrind(shell: &Shell) -> Result<PathBuf> {
    installed(shell, "valgrind")
}

/// A program that apt has under its own name.
fn installed(shell: &Shell, program: &str) -> Result<PathBuf> {
    if let Some(found) = find(program) {
        return Ok(found);
    }
    apt(shell, program, &[program])?;
    find(program).with_context(|| format!("apt installed {program}, but it is not found"))
}
