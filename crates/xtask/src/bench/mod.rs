//! `cargo xtask bench`: how the product compares with others, measured on this machine.

mod classify;
mod edge;
mod log;
mod unresolved;
mod widget;

use anyhow::Result;
use clap::ValueEnum;
use xshell::Shell;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Bench {
    /// The widget beside its peers, on one page in Chromium: time, bytes, blocking
    Widget,
    /// The proof log: durable receipts a second, their latency, bytes for each proof
    Log,
    /// Classification: nanoseconds for a look-up, bytes of the tables, what stays unresolved
    Classify,
    /// The gate at the edge: time and processor for a page that is rewritten, beside the same that passes
    Edge,
}

/// Measures it, and writes the results into `docs`.
pub fn run(shell: &Shell, what: Bench) -> Result<()> {
    match what {
        Bench::Widget => widget::run(shell),
        Bench::Log => log::run(shell),
        Bench::Classify => classify::run(shell),
        Bench::Edge => edge::run(shell),
    }
}
