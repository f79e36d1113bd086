//! What can be asked, one file for each.

pub mod export;
pub mod query;
pub mod receipt;
pub mod scan;
pub mod verify;
pub mod watch;

use anyhow::Result;
use clap::Args;
use consent_core::SiteId;
use consent_core::calendar::Timestamp;
use consent_log::VerifierKey;
use std::io::Write as _;
use std::time::SystemTime;

/// What to look at, and with which keys.
#[derive(Args)]
pub struct Target {
    /// A server's URL (with --site), the URL of one log, the folder of a log, or an export
    pub source: String,
    /// The site whose logs, anchor, notices and records are meant
    #[arg(long)]
    pub site: Option<SiteId>,
    /// A token with the auditor's role, to read records
    #[arg(long, env = "TEMOIN_TOKEN", hide_env_values = true)]
    pub token: Option<String>,
    /// The key of a log or of the anchor (C2SP signed-note, NAME+ID+KEY); may be repeated
    #[arg(long = "key", value_name = "VKEY")]
    pub keys: Vec<VerifierKey>,
}

/// The computer's clock.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    });
    Timestamp::from_millis(millis).unwrap_or(Timestamp::MAX)
}

/// Writes to standard output; whoever reads it may have heard enough.
fn print(text: &str) -> Result<()> {
    if cfg!(test) {
        // What is printed this way is shown only of a test that fails.
        print!("{text}");
        return Ok(());
    }
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}
