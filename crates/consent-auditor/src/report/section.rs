//! The report: what was checked and with which result, as text for people and as JSON for programs.

use super::Check;
use super::finding::{Finding, Findings};
use serde::Serialize;
use std::fmt::{self, Write as _};

/// The result of a check.
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
    /// The check.
    pub check: Check,
    /// Its result.
    pub outcome: Outcome,
    /// What was checked, in words; or why it was not.
    pub seen: String,
    /// What is wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// How many more findings there are of the same kind.
    #[serde(skip_serializing_if = "is_zero")]
    pub further: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The checks of one log, or of what belongs to the site as a whole.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// The log's origin, or another name: `site relais`.
    pub subject: String,
    /// In the order in which they were made.
    pub checks: Vec<Line>,
}

impl Section {
    /// A section without checks yet.
    pub fn new(subject: impl Into<String>) -> Self {
        Self {
            subject: subject.into(),
            checks: Vec::new(),
        }
    }

    /// Records a check that passed.
    pub fn pass(&mut self, check: Check, seen: impl Into<String>) {
        self.conclude(check, Findings::default(), seen);
    }

    /// Records a check that was not made, and why.
    pub fn skip(&mut self, check: Check, why: impl Into<String>) {
        self.checks.push(Line {
            check,
            outcome: Outcome::Skipped,
            seen: why.into(),
            findings: Vec::new(),
            further: 0,
        });
    }

    /// Takes back a check that cannot be made, and says why.
    pub fn drop(&mut self, check: Check, why: impl Into<String>) {
        self.checks.retain(|line| line.check != check);
        self.skip(check, why);
    }

    /// Records a check that failed.
    pub fn fail(&mut self, finding: Finding) {
        let check = finding.check;
        let mut found = Findings::default();
        found.push(finding);
        self.conclude(check, found, "");
    }

    /// Adds findings to a check; nothing happens if there are none.
    pub fn add(&mut self, check: Check, found: Findings) {
        if !found.is_empty() {
            self.conclude(check, found, "");
        }
    }

    /// Records a check, which passed if there are no findings. A check that is recorded again keeps its earlier
    /// findings.
    pub fn conclude(&mut self, check: Check, found: Findings, seen: impl Into<String>) {
        let (mut findings, further) = found.into_parts();
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

    /// Adds a file to the evidence of every finding.
    pub fn attach(&mut self, name: &str, bytes: &[u8]) {
        let findings = self.checks.iter_mut().flat_map(|line| &mut line.findings);
        for finding in findings {
            if finding.files.iter().all(|(known, _)| known != name) {
                finding.files.push((name.to_owned(), bytes.to_vec()));
            }
        }
    }

    /// Whether there are no findings.
    pub fn holds(&self) -> bool {
        self.findings().next().is_none()
    }

    /// Whether a check failed.
    pub fn has_failed(&self, check: Check) -> bool {
        let mut failed = self
            .checks
            .iter()
            .filter(|line| line.outcome == Outcome::Failed);
        failed.any(|line| line.check == check)
    }

    /// All findings.
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

/// Everything that was checked.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// A section for each log, and one for the site.
    pub sections: Vec<Section>,
}

impl Report {
    /// Whether there are no findings.
    pub fn holds(&self) -> bool {
        self.sections.iter().all(Section::holds)
    }

    /// How many findings there are.
    pub fn finding_count(&self) -> u64 {
        let lines = self.sections.iter().flat_map(|section| &section.checks);
        lines
            .map(|line| line.findings.len() as u64 + line.further)
            .sum()
    }

    /// The report as JSON, with further members.
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
