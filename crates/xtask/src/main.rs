//! Everything a developer runs: `cargo xtask demo | test | bench | fuzz | audit | build | size | setup | screenshots`.
//!
//! Each command does its own set-up and says what it does. Built tools are kept outside the
//! checkout, so that a second run, and a run from a fresh clone, is quick.

mod bench;
mod build;
mod demo;
mod screenshots;
mod step;
mod test;
mod tools;

use anyhow::Result;
use bench::Bench;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

#[derive(Parser)]
#[command(about, disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and serve it, with demo sites and demo tokens
    Demo,
    /// Run all tests: unit, DOM, API against a live server, journeys in a real browser
    Test {
        /// Run only these parts
        parts: Vec<test::Part>,
        /// Passed on to the runner of the browser journeys, after `--`
        #[arg(last = true)]
        journeys: Vec<String>,
    },
    /// Compare with others on this machine, and write the results into `docs`
    Bench {
        /// What to measure
        #[command(subcommand)]
        what: Bench,
    },
    /// Feed every parser with what nobody would send
    Fuzz {
        /// How long each is fed
        #[arg(default_value_t = 30)]
        seconds: u32,
    },
    /// Check the dependencies: bans, licences, sources, and known vulnerabilities if asked for
    Audit {
        /// Also look up known vulnerabilities, in a database that is fetched
        #[arg(long)]
        advisories: bool,
    },
    /// Build the widget, the loader and the server
    Build,
    /// Print the sizes of what a visitor downloads, and fail over budget
    Size,
    /// Install what is missing: WASM target, npm packages, build tools, browser
    Setup,
    /// Take the pictures of `docs/images` anew
    Screenshots,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\x1b[31merror:\x1b[0m {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let shell = xshell::Shell::new()?;
    shell.change_dir(local_server::root());
    match Arguments::parse().command {
        Command::Demo => demo::run(&shell),
        Command::Test { parts, journeys } => test::run(&shell, &parts, &journeys),
        Command::Bench { what } => bench::run(&shell, what),
        Command::Fuzz { seconds } => test::fuzz::run(&shell, seconds),
        Command::Audit { advisories } => test::audit::run(&shell, advisories),
        Command::Build => build::everything(&shell),
        Command::Size => {
            build::everything(&shell)?;
            test::size::check()
        }
        Command::Setup => tools::everything(&shell),
        Command::Screenshots => screenshots::take(&shell),
    }
}
