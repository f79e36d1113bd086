//! What was checked, and what came of it: for people and, as JSON, for programs.

use crate::report::finding::{Finding, Tally};
use serde::Serialize;
use std::fmt::{self, Write as _};

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Check {
    /// Each file of an export against the export's list of them.
    Manifest,
    /// The list of a site's logs.
    Listing,
    /// The key that a log serves against the one that is pinned.
    Key,
    /// A checkpoint's signature.
    Signature,
    /// Each entry against its leaf.
    Entries,
    /// Each full tile against its parent.
    Tiles,
    /// The root from every leaf.
    Root,
    /// That each entry is one.
    Format,
    /// That a notice is published before the first consent under it.
    Publication,
    /// That time never goes back.
    Time,
    /// That what is erased stands before its erasure.
    Erasures,
    /// That earlier checkpoints are of the same tree.
    Consistency,
    /// That the anchor's checkpoints of a log are of the same tree.
    Anchor,
    /// Cosignatures, their number and their age.
    Witnesses,
    /// That notices are served, and are what was published.
    Notices,
    /// Disclosed records against their commitments, each at its place.
    Records,
    /// That what is absent was erased, and nothing else.
    Completeness,
    /// Receipts, each in its place.
    Receipts,
}

impl Check {
    /// Its name, in reports and in the names of evidence.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Listing => "listing",
            Self::Key => "key",
            Self::Signature => "signature",
            Self::Entries => "entries",
            Self::Tiles => "tiles",
            Self::Root => "root",
            Self::Format => "format",
            Self::Publication => "publication",
            Self::Time => "time",
            Self::Erasures => "erasures",
            Self::Consistency => "consistency",
            Self::Anchor => "anchor",
            Self::Witnesses => "witnesses",
            Self::Notices => "notices",
            Self::Records => "records",
            Self::Completeness => "completeness",
            Self::Receipts => "receipts",
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What came of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed,
    /// It was not made.
    Skipped,
}

/// One check of one thing.
#[derive(Clone, Debug, Serialize)]
pub struct Line {
    /// Which.
    pub check: Check,
    /// What came of it.
    pub outcome: Outcome,
    /// What was seen, or why it was not made.
    pub seen: String,
    /// What is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// How much more is wrong, of the same kind.
    #[serde(skip_serializing_if = "is_zero")]
    pub further: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The checks of one log, or of what is no log's own.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// The log's origin, or what else.
    pub subject: String,
    /// In the order in which they were made.
    pub checks: Vec<Line>,
}

impl Section {
    /// Without any check yet.
    pub fn new(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            checks: Vec::new(),
        }
    }

    /// A check that holds.
    pub fn pass(&mut self, check: Check, seen: impl Into<String>) {
        self.settle(check, Tally::default(), seen);
    }

    /// A check that was not made.
    pub fn skip(&mut self, check: Check, why: impl Into<String>) {
        self.checks.push(Line {
            check,
            outcome: Outcome::Skipped,
            seen: why.into(),
            findings: Vec::new(),
            further: 0,
        });
    }

    /// A check that does not hold.
    pub fn fail(&mut self, finding: Finding) {
        let check = finding.check;
        let mut tally = Tally::default();
        tally.push(finding);
        self.settle(check, tally, "");
    }

    /// Adds to a check that was made before.
    pub fn add(&mut self, check: Check, tally: Tally) {
        if !tally.is_empty() {
            self.settle(check, tally, "");
        }
    }

    /// A check that holds if nothing was found. What is found later adds to what was found before.
    pub fn settle(&mut self, check: Check, tally: Tally, seen: impl Into<String>) {
        let (mut findings, further) = tally.into_parts();
        for finding in &mut findings {
            finding.log.clone_from(&self.subject);
        }
        let seen = seen.into();
        let outcome = |findings: &[Finding]| {
            if findings.is_empty() {
                Outcome::Passed
            } else {
                Outcome::Failed
            }
        };
        match self.checks.iter_mut().find(|line| line.check == check) {
            Some(line) => {
                line.findings.append(&mut findings);
                line.further += further;
                line.outcome = outcome(&line.findings);
                if !seen.is_empty() {
                    line.seen = seen;
                }
            }
            None => self.checks.push(Line {
                check,
                outcome: outcome(&findings),
                seen,
                findings,
                further,
            }),
        }
    }

    /// Adds a file to the evidence of everything that is wrong.
    pub fn attach(&mut self, name: &str, bytes: &[u8]) {
        let findings = self.checks.iter_mut().flat_map(|line| &mut line.findings);
        for finding in findings {
            if finding.files.iter().all(|(known, _)| known != name) {
                finding.files.push((name.to_owned(), bytes.to_vec()));
            }
        }
    }

    /// Whether nothing is wrong.
    pub fn holds(&self) -> bool {
        self.findings().next().is_none()
    }

    /// Whether a check does not hold.
    pub fn has_failed(&self, check: Check) -> bool {
        let mut failed = self
            .checks
            .iter()
            .filter(|line| line.outcome == Outcome::Failed);
        failed.any(|line| line.check == check)
    }

    /// All that is wrong.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.checks.iter().flat_map(|line| &line.findings)
    }
}

/// A number of things, in words: `1 entry`, `2 entries`.
pub fn counted(number: u64, thing: &str) -> String {
    match (number, thing.strip_suffix('y')) {
        (1, _) => format!("1 {thing}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {thing}s"),
    }
}

/// All that was checked.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Log by log.
    pub sections: Vec<Section>,
}

impl Report {
    /// Whether nothing is wrong.
    pub fn holds(&self) -> bool {
        self.sections.iter().all(Section::holds)
    }

    /// How many things are wrong.
    pub fn wrong(&self) -> u64 {
        let lines = self.sections.iter().flat_map(|section| &section.checks);
        lines
            .map(|line| line.findings.len() as u64 + line.further)
            .sum()
    }

    /// As JSON, with what else there is to tell.
    pub fn to_json(&self, mut more: serde_json::Map<String, serde_json::Value>) -> String {
        more.insert("verified".to_owned(), self.holds().into());
        let sections = serde_json::to_value(&self.sections);
        more.insert("sections".to_owned(), sections.unwrap_or_default());
        format!("{:#}", serde_json::Value::Object(more))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for section in &self.sections {
            writeln!(f, "{}", section.subject)?;
            for line in &section.checks {
                write_line(f, line)?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

fn write_line(f: &mut fmt::Formatter<'_>, line: &Line) -> fmt::Result {
    let outcome = match line.outcome {
        Outcome::Passed => "ok",
        Outcome::Failed => "FAIL",
        Outcome::Skipped => "-",
    };
    let seen = if line.outcome == Outcome::Failed {
        let wrong = line.findings.len() as u64 + line.further;
        counted(wrong, "finding")
    } else {
        line.seen.clone()
    };
    writeln!(f, "  {outcome:<4}  {:<12}  {seen}", line.check)?;
    for finding in &line.findings {
        let mut text = String::new();
        write!(text, "{finding}")?;
        for row in text.lines() {
            writeln!(f, "          {row}")?;
        }
    }
    if line.further > 0 {
        writeln!(f, "          … and {} more like these", line.further)?;
    }
    Ok(())
}
