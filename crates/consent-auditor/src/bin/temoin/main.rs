//! `temoin`, the auditor's command line. The commands that verify are the library's; `scan`, a feature, is
//! the only one that links what drives a browser.
//!
//! Exit codes: 0, all verified; 1, something does not hold; 2, usage, or something could not be read.

#[cfg(feature = "scan")]
mod scan;
#[cfg(feature = "scan")]
mod scan_attach;

use clap::{Parser, Subcommand};
use consent_auditor::{Verdict, command};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "temoin", version, about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    #[command(flatten)]
    Audit(command::Command),
    /// Visit a site with a real browser, and tell what it does without consent
    #[cfg(feature = "scan")]
    Scan(Box<scan::Scan>),
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
        Command::Audit(command) => command.run(),
        #[cfg(feature = "scan")]
        Command::Scan(scan) => scan.run(),
    }
}
