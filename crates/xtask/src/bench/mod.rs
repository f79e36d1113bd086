//! `cargo xtask bench`: how the product compares with others, measured on this machine.

mod classify;
mod edge;
mod log;
mod programs;
mod unresolved;
mod widget;

use anyhow::Result;
use clap::Subcommand;
use xshell::Shell;

/// What is measured.
#[derive(Clone, Debug, PartialEq, Eq, Subcommand)]
pub enum Bench {
    /// The widget beside its peers, on one page in Chromium: time, bytes, blocking
    Widget,
    /// Classification: nanoseconds for a look-up, bytes of the tables, what stays unresolved
    Classify,
    /// The gate at the edge: time and processor for a page that is rewritten, beside the same that passes
    Edge,
    /// The proof log: durable receipts a second, bytes, verification beside Go's, instructions
    Log {
        /// Measure only these parts
        parts: Vec<log::Part>,
    },
}

/// Measures it, and writes the results into `docs`.
pub fn run(shell: &Shell, what: Bench) -> Result<()> {
    match what {
        Bench::Widget => widget::run(shell),
        Bench::Classify => classify::run(shell),
        Bench::Edge => edge::run(shell),
        Bench::Log { parts } => log::run(shell, &parts),
    }
}
