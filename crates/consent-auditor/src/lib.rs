//! The verifier: verifies, queries, exports and watches consent proofs without trusting the server that
//! keeps them. The program `temoin` is in `bin/temoin`; what drives a browser is another package,
//! `site-scanner`, of which nothing is used here.
//!
//! | folder | what belongs there |
//! | --- | --- |
//! | `command` | what can be asked, one file for each command |
//! | `audit` | a whole audit: what is read in which order |
//! | `check` | what is checked, one file for each check; pure |
//! | `log` | one log: its key, its checkpoints, its files, its verified entries |
//! | `source` | where files and records are read from: a server, a folder |
//! | `report` | findings, the report, the evidence |
//!
//! A folder imports only from those below it.

mod audit;
mod check;
pub mod command;
mod log;
mod report;
mod source;
#[cfg(test)]
mod tests;

pub use report::progress::Progress;
pub use source::fetch;

/// Whether all that was checked holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Everything holds.
    Holds,
    /// Something does not.
    Fails,
}

impl Verdict {
    /// The verdict on something that holds, or does not.
    pub const fn of(holds: bool) -> Self {
        if holds { Self::Holds } else { Self::Fails }
    }
}
