//! `temoin`, the auditor's command line: it verifies, queries, exports and watches consent proofs
//! without trusting the server that keeps them.
//!
//! | folder | what |
//! | --- | --- |
//! | `command` | what can be asked, one file for each |
//! | `audit` | a whole audit: what is read in which order |
//! | `check` | what is checked, one file for each check; pure |
//! | `source` | where files are read from: a server, a folder |
//! | `scan` | what a site does, seen in a real browser |
//!
//! Exit codes: 0, all verified; 1, something does not hold; 2, usage, or something could not be read.

mod audit;
mod check;
mod command;
mod log;
mod report;
mod scan;
mod source;
#[cfg(test)]
mod tests;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "temoin", version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Verify a log, a site's logs with their anchor and records, or an export
    Verify(command::verify::Verify),
    /// Verify receipts, offline, and say what they prove
    Receipt(command::receipt::Receipt),
    /// Write records, notices and logs into a folder that verifies offline
    Export(command::export::Export),
    /// Find records, each verified, and the answer known to be complete
    Query(command::query::Query),
    /// Remember checkpoints, and tell when a log forks or goes back
    Watch(command::watch::Watch),
    /// Visit a site with a real browser, and tell what it does without consent
    Scan(Box<command::scan::Scan>),
}

/// Whether all that was checked holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Holds,
    Fails,
}

impl Verdict {
    const fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(Verdict::Holds) => ExitCode::SUCCESS,
        Ok(Verdict::Fails) => ExitCode::from(1),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: Arguments) -> anyhow::Result<Verdict> {
    match arguments.command {
        Command::Verify(verify) => verify.run(),
        Command::Receipt(receipt) => receipt.run(),
        Command::Export(export) => export.run(),
        Command::Query(query) => query.run(),
        Command::Watch(watch) => watch.run(),
        Command::Scan(scan) => scan.run(),
    }
}
