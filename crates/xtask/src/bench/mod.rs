//! `cargo xtask bench`: how the product compares with others, measured on this machine.

mod audit;
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
    /// An auditor's questions as a log grows: pages, counts, statistics, exports, and who reports meanwhile
    Audit {
        /// The most records: 10,000, 100,000 or 1,000,000
        #[arg(long, default_value_t = 100_000)]
        most: u64,
        /// Measure the server that is built already
        #[arg(long)]
        built: bool,
    },
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
        Bench::Audit { most, built } => audit::run(shell, most, built),
        Bench::Log { parts } => log::run(shell, &parts),
    }
}
