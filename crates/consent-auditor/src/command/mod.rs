//! The commands of the verifier, one file each: their arguments, and what they print.

pub mod dossier;
pub mod export;
pub mod query;
pub mod reads;
pub mod receipt;
pub mod text_table;
pub mod token;
pub mod verify;
pub mod verify_export;
pub mod watch;

use crate::Verdict;
use anyhow::Result;
use clap::{Args, Subcommand};
use consent_core::SiteId;
use consent_core::calendar::Timestamp;
use consent_log::VerifierKey;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

/// A command of the verifier.
#[derive(Subcommand)]
pub enum Command {
    /// Verify a log, a site's logs with their anchor and records, or an export
    Verify(verify::Verify),
    /// Verify a file of the API's export against the logs: each line, and that none is missing
    VerifyExport(verify_export::VerifyExport),
    /// Verify receipts, offline, and say what they prove
    Receipt(receipt::Receipt),
    /// Write records, notices and logs into a folder that verifies offline
    Export(export::Export),
    /// Find records; each is verified, and so is that none is missing
    Query(query::Query),
    /// Say who read which records; the log has an entry for each read
    Reads(reads::Reads),
    /// Write one file for a regulator or a judge: the answer, the banner as it was shown, and the proof
    Dossier(Box<dossier::Dossier>),
    /// Make, list and revoke tokens
    Token(token::Token),
    /// Remember checkpoints, and report a log that forks or is rolled back
    Watch(watch::Watch),
}

impl Command {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        match self {
            Self::Verify(verify) => verify.run(),
            Self::VerifyExport(verify) => verify.run(),
            Self::Receipt(receipt) => receipt.run(),
            Self::Export(export) => export.run(),
            Self::Query(query) => query.run(),
            Self::Reads(reads) => reads.run(),
            Self::Dossier(dossier) => dossier.run(),
            Self::Token(token) => token.run(),
            Self::Watch(watch) => watch.run(),
        }
    }
}

/// What to read, and with which keys.
#[derive(Args)]
pub struct TargetArguments {
    /// A server's URL (with --site), the URL of one log, the folder of a log, or an export
    pub source: String,
    /// The site whose logs, anchor, notices and records are read
    #[arg(long)]
    pub site: Option<SiteId>,
    /// A token with the auditor's role, to read records
    #[arg(long, env = "TEMOIN_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// The key of a log or of the anchor (C2SP signed-note, NAME+ID+KEY); may be repeated
    #[arg(long = "key", value_name = "VKEY")]
    pub keys: Vec<VerifierKey>,
}

/// What is known before, and how what was checked is told.
#[derive(Args)]
pub struct CheckArguments {
    /// The file with the keys and checkpoints that `temoin verify` or `temoin watch` remembers
    #[arg(long, value_name = "FILE")]
    pub state: Option<PathBuf>,
    /// The folder for the evidence of what does not hold
    #[arg(long, value_name = "DIR")]
    pub evidence: Option<PathBuf>,
    /// Answer in JSON
    #[arg(long)]
    pub json: bool,
    /// Show how far the work is, even if standard error is not a terminal
    #[arg(long)]
    pub progress: bool,
}

/// The current time, by the computer's clock.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    });
    Timestamp::from_millis(millis).unwrap_or(Timestamp::MAX)
}

/// Writes to standard output. It is no error if the reader has closed it (`temoin … | head`).
pub fn print(text: &str) -> Result<()> {
    if cfg!(test) {
        // `print!` is captured: a test's output is shown only if it fails.
        print!("{text}");
        return Ok(());
    }
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// Parses a length of time: `30s`, `10m`, `1h`, `2d`.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "must be a duration such as 30s, 10m, 1h or 2d".to_owned();
    // Days have 24 hours: cosignatures are dated in UTC.
    let span: jiff::Span = text.parse().map_err(|_| wrong())?;
    let duration = span
        .to_duration(jiff::SpanRelativeTo::days_are_24_hours())
        .map_err(|_| wrong())?;
    duration.try_into().map_err(|_| wrong())
}
