//! Something that does not hold: what, where, what was expected, what was found, and the bytes that
//! show it.

use super::Check;
use serde::Serialize;
use std::fmt;

/// How many findings of one check are reported one by one; the others are only counted.
const MAX_DETAILED: usize = 20;

/// Something that does not hold.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The check that failed.
    pub check: Check,
    /// The origin of the log, or another subject of the report.
    pub log: String,
    /// The file, address or entry where it was found.
    pub place: String,
    /// What is wrong.
    pub what: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
    /// Shell commands that show it without this program, run in the folder with the evidence.
    #[serde(rename = "by_hand")]
    pub manual_steps: Vec<String>,
    /// The evidence: names and bytes of files.
    #[serde(skip)]
    pub files: Vec<(String, Vec<u8>)>,
}

impl Finding {
    /// A finding without evidence yet.
    pub fn new(check: Check, place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            check,
            log: String::new(),
            place: place.into(),
            what: what.into(),
            expected: String::new(),
            found: String::new(),
            manual_steps: Vec::new(),
            files: Vec::new(),
        }
    }

    /// Adds what should be there, and what is.
    #[must_use]
    pub fn expected(mut self, expected: impl fmt::Display, found: impl fmt::Display) -> Self {
        self.expected = expected.to_string();
        self.found = found.to_string();
        self
    }

    /// Adds a shell command that shows it without this program.
    #[must_use]
    pub fn manual_step(mut self, command: impl Into<String>) -> Self {
        self.manual_steps.push(command.into());
        self
    }

    /// Adds a file that shows it.
    #[must_use]
    pub fn file(mut self, name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.push((name.into(), bytes.into()));
        self
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)?;
        if !self.expected.is_empty() {
            write!(f, "\n  expected  {}", self.expected)?;
        }
        if !self.found.is_empty() {
            write!(f, "\n  found     {}", self.found)?;
        }
        Ok(())
    }
}

/// Why a step could not be completed.
#[derive(Debug)]
pub enum Failure {
    /// Something cannot be read, so nothing is known about it.
    Unreadable(anyhow::Error),
    /// What was read is wrong.
    Wrong(Box<Finding>),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Unreadable(error)
    }
}

impl From<Finding> for Failure {
    fn from(finding: Finding) -> Self {
        Self::Wrong(Box::new(finding))
    }
}

impl From<Box<Finding>> for Failure {
    fn from(finding: Box<Finding>) -> Self {
        Self::Wrong(finding)
    }
}

/// Separates the two failures: a finding becomes the inner error, which the report takes; what cannot be read
/// becomes the outer one, which ends the command.
pub fn split_finding<T>(result: Result<T, Failure>) -> anyhow::Result<Result<T, Finding>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Failure::Wrong(finding)) => Ok(Err(*finding)),
        Err(Failure::Unreadable(error)) => Err(error),
    }
}

/// The findings of one check: the first ones in detail, the others as a number.
#[derive(Clone, Debug, Default)]
pub struct Findings {
    detailed: Vec<Finding>,
    further: u64,
}

impl Findings {
    /// Adds a finding.
    pub fn push(&mut self, finding: Finding) {
        self.push_with(|| finding);
    }

    /// Adds a finding, which is made only if it is reported in detail.
    pub fn push_with(&mut self, finding: impl FnOnce() -> Finding) {
        if self.detailed.len() < MAX_DETAILED {
            self.detailed.push(finding());
        } else {
            self.further += 1;
        }
    }

    /// Adds the findings of another check.
    pub fn extend(&mut self, other: Self) {
        for finding in other.detailed {
            self.push(finding);
        }
        self.further += other.further;
    }

    /// Whether nothing was found.
    pub const fn is_empty(&self) -> bool {
        self.detailed.is_empty()
    }

    /// The findings in detail, and how many there are besides.
    pub fn into_parts(self) -> (Vec<Finding>, u64) {
        (self.detailed, self.further)
    }
}
