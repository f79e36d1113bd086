//! Something that does not hold: what, where, what was expected, what was found, and the bytes that
//! show it.

use crate::report::Check;
use serde::Serialize;
use std::fmt;

/// How many findings of a kind are told one by one; of the others, how many there are.
const TOLD: usize = 20;

/// Something that does not hold.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// Which check says so.
    pub check: Check,
    /// In which log.
    pub log: String,
    /// Where.
    pub place: String,
    /// What is wrong.
    pub what: String,
    /// What should be there.
    pub expected: String,
    /// What is there.
    pub found: String,
    /// How to see it without this program, in the folder with the evidence.
    pub by_hand: Vec<String>,
    /// The names and bytes of what shows it.
    #[serde(skip)]
    pub files: Vec<(String, Vec<u8>)>,
}

impl Finding {
    /// Without anything to show it yet.
    pub fn new(check: Check, place: impl Into<String>, what: impl Into<String>) -> Self {
        Self {
            check,
            log: String::new(),
            place: place.into(),
            what: what.into(),
            expected: String::new(),
            found: String::new(),
            by_hand: Vec::new(),
            files: Vec::new(),
        }
    }

    /// What should be there, and what is.
    #[must_use]
    pub fn expected(mut self, expected: impl fmt::Display, found: impl fmt::Display) -> Self {
        self.expected = expected.to_string();
        self.found = found.to_string();
        self
    }

    /// A way to see it without this program.
    #[must_use]
    pub fn by_hand(mut self, how: impl Into<String>) -> Self {
        self.by_hand.push(how.into());
        self
    }

    /// A file that shows it.
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

/// Why something could not go on.
#[derive(Debug)]
pub enum Failure {
    /// It cannot be read: nothing is known.
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

/// Turns what is wrong into a value, and lets through what could not be read.
pub fn apart<T>(result: Result<T, Failure>) -> anyhow::Result<Result<T, Finding>> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Failure::Wrong(finding)) => Ok(Err(*finding)),
        Err(Failure::Unreadable(error)) => Err(error),
    }
}

/// What one check has found.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    told: Vec<Finding>,
    further: u64,
}

impl Tally {
    /// One more.
    pub fn push(&mut self, finding: Finding) {
        self.push_with(|| finding);
    }

    /// One more, made only if it is told.
    pub fn push_with(&mut self, finding: impl FnOnce() -> Finding) {
        if self.told.len() < TOLD {
            self.told.push(finding());
        } else {
            self.further += 1;
        }
    }

    /// Those of another.
    pub fn extend(&mut self, other: Self) {
        for finding in other.told {
            self.push(finding);
        }
        self.further += other.further;
    }

    /// Whether nothing was found.
    pub const fn is_empty(&self) -> bool {
        self.told.is_empty()
    }

    /// Those told, and how many are not.
    pub fn into_parts(self) -> (Vec<Finding>, u64) {
        (self.told, self.further)
    }
}
