//! The evidence folders of a report: for each finding the raw files, and the commands that show it.

use crate::report::Report;
use crate::report::finding::Finding;
use anyhow::{Context as _, Result};
use std::fmt;
use std::path::{Path, PathBuf};

/// How many findings of one check of one log get a folder.
const MAX_FOLDERS: usize = 5;

/// The folders that the evidence of a report was written to.
#[derive(Debug, Default)]
pub struct Folders(Vec<PathBuf>);

impl Folders {
    /// Whether nothing was written.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Their names, as an array of strings.
    pub fn to_json(&self) -> serde_json::Value {
        self.names().collect()
    }

    fn names(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|folder| folder.display().to_string())
    }
}

impl fmt::Display for Folders {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(", "))
    }
}

/// Writes a folder for each finding of a report: below `wanted`, or below a folder named for the log.
/// Of one that holds, nothing is written.
pub fn write(report: &Report, wanted: Option<&Path>) -> Result<Folders> {
    let mut written = Vec::new();
    let failed = report.sections.iter().filter(|section| !section.holds());
    let several = failed.clone().count() > 1;
    for section in failed {
        let name = folder_name(&section.subject);
        let folder = match wanted {
            Some(wanted) if several => wanted.join(name),
            Some(wanted) => wanted.to_owned(),
            None => unused(&PathBuf::from(format!("temoin-evidence-{name}"))),
        };
        for line in &section.checks {
            for (number, finding) in line.findings.iter().take(MAX_FOLDERS).enumerate() {
                let folder = folder.join(format!("{}-{}", line.check, number + 1));
                write_finding(&folder, finding)
                    .with_context(|| format!("{} cannot be written", folder.display()))?;
            }
        }
        written.push(folder);
    }
    Ok(Folders(written))
}

fn write_finding(folder: &Path, finding: &Finding) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    for (name, bytes) in &finding.files {
        std::fs::write(folder.join(name), bytes)?;
    }
    let mut json = serde_json::to_vec_pretty(finding)?;
    json.push(b'\n');
    Ok(std::fs::write(folder.join("finding.json"), json)?)
}

/// The name of a log as a folder name.
fn folder_name(subject: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
    let name: String = subject
        .chars()
        .map(|char| if plain(char) { char } else { '-' })
        .collect();
    name.trim_start_matches('.').to_owned()
}

/// The path or, if it exists already, the first numbered one that does not: `PATH-2`.
fn unused(path: &Path) -> PathBuf {
    let numbered = (2..).map(|number| PathBuf::from(format!("{}-{number}", path.display())));
    std::iter::once(path.to_owned())
        .chain(numbered)
        .find(|path| !path.exists())
        .unwrap_or_else(|| path.to_owned())
}
