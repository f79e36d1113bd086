//! `temoin`, the auditor's command line. The commands that verify are in the library. Only `scan`, a feature, links the
//! package that drives a browser, and only `catalogue` the catalogue of services.
//!
//! The exit codes are in `EXIT_CODES`, and in the help.

#[cfg(feature = "catalogue")]
mod catalogue;
#[cfg(feature = "scan")]
mod scan;
#[cfg(feature = "scan")]
mod scan_attach;

use clap::{Parser, Subcommand};
use consent_auditor::{Verdict, command};
use std::process::ExitCode;

/// What the exit codes mean, as the help says it.
const EXIT_CODES: &str = "Exit codes: 0, everything that was checked holds; 1, something does not hold; 2, the command \
     is wrong, or something could not be read.";

#[derive(Parser)]
#[command(name = "temoin", version, about, after_help = EXIT_CODES)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one, made when the program starts"
)]
enum Command {
    #[command(flatten)]
    Audit(command::Command),
    /// Visit a site with a real browser, and report what it does without consent
    #[cfg(feature = "scan")]
    Scan(Box<scan::Scan>),
    /// Look up a service that sites use: what it keeps, its purpose, its recipient, and who says so
    #[cfg(feature = "catalogue")]
    Catalogue(catalogue::Catalogue),
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
        #[cfg(feature = "catalogue")]
        Command::Catalogue(catalogue) => catalogue.run(),
    }
}
