//! Everything a developer runs: `cargo xtask demo | check | test | bench | fuzz | build | size | setup | screenshots | dist`.
//!
//! Each command does its own set-up and says what it does. Built tools are kept outside the
//! checkout, so that a second run, and a run from a fresh clone, is quick.

#[cfg(feature = "bench")]
mod bench;
mod build;
mod check;
mod demo;
mod screenshots;
mod step;
mod test;
mod tools;
mod wordpress;

use anyhow::Result;
#[cfg(feature = "bench")]
use bench::Bench;
use build::Server;
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
    /// Check formatting, lints, types and imports: the inner loop
    Check,
    /// Run all tests: unit, DOM, API against a live server, journeys in a real browser
    Test {
        /// Run only these parts
        parts: Vec<test::Part>,
        /// Passed on to the runner of the browser journeys, after `--`
        #[arg(last = true)]
        journeys: Vec<String>,
    },
    /// Compare with others on this machine, and write the results into `docs`
    #[cfg(feature = "bench")]
    Bench {
        /// What to measure
        #[command(subcommand)]
        what: Bench,
    },
    /// Compare with others on this machine, and write the results into `docs`
    #[cfg(not(feature = "bench"))]
    #[command(disable_help_flag = true)]
    Bench {
        /// What to measure
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Feed every parser with what nobody would send
    Fuzz {
        /// How long each is fed
        #[arg(default_value_t = 30)]
        seconds: u32,
        /// The targets (`fuzz/fuzz_targets`); all of them, if none is named
        targets: Vec<String>,
    },
    /// Build the widget, the loader and the server, as they are shipped
    Build {
        /// Compile the server for this machine only, as a demo and the tests do: quicker
        #[arg(long)]
        local: bool,
    },
    /// Print the sizes of what a visitor downloads, and fail over budget
    Size,
    /// Install what is missing: WASM target, npm packages, build tools, browser
    Setup,
    /// Take the pictures of `docs/images` anew
    Screenshots,
    /// Make what is handed out: an archive whose bytes depend on its files only
    Dist {
        /// What to make
        what: Dist,
    },
}

/// What can be made to be handed out.
#[derive(Clone, Copy, clap::ValueEnum)]
enum Dist {
    /// The WordPress plugin
    Wordpress,
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
    let shell = tools::shell()?;
    match Arguments::parse().command {
        Command::Demo => demo::run(),
        Command::Check => check::run(&shell),
        Command::Test { parts, journeys } => test::run(&shell, &parts, &journeys),
        #[cfg(feature = "bench")]
        Command::Bench { what } => bench::run(&shell, what),
        #[cfg(not(feature = "bench"))]
        Command::Bench { arguments } => {
            // What only the benchmarks need is compiled when they are asked for.
            let with_them = xshell::cmd!(shell, "cargo run --quiet --package xtask -- bench");
            Ok(with_them.args(arguments).quiet().run()?)
        }
        Command::Fuzz { seconds, targets } => test::fuzz::run(&shell, seconds, &targets),
        Command::Build { local: true } => build::everything(Server::Local),
        Command::Build { local: false } => build::everything(Server::Shipped),
        Command::Size => {
            build::everything(Server::Local)?;
            test::size::check()
        }
        Command::Setup => tools::everything(&shell),
        Command::Screenshots => screenshots::take(&shell),
        Command::Dist {
            what: Dist::Wordpress,
        } => {
            println!("{}", wordpress::archive()?.display());
            Ok(())
        }
    }
}
