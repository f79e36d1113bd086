//! The manifest of an export: the list of its files, with the SHA-256 of each.

use crate::report::Check;
use crate::report::finding::{Finding, Findings};
use crate::source::filters::Filters;
use consent_core::{LogOrigin, SiteId};
use consent_log::{SignedNote, VerifierKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this format.
    pub format: u8,
    /// The site.
    pub site: SiteId,
    /// Which records are in the export.
    pub filters: Filters,
    /// The logs whose records are in the export.
    pub logs: Vec<ExportedLog>,
    /// Path -> SHA-256 in hexadecimal, for each file but the manifest's own.
    pub files: BTreeMap<String, String>,
}

/// A log in an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportedLog {
    /// Its origin.
    pub origin: LogOrigin,
    /// The size of the log when the records were requested: records of later entries are not in the export.
    pub disclosed: u64,
    /// The checkpoint that the log signed.
    pub checkpoint: String,
}

impl Manifest {
    /// The format written by this version.
    pub const FORMAT: u8 = 1;

    /// Its bytes: the only spelling that [`Self::parse`] accepts.
    pub fn to_bytes(&self) -> Vec<u8> {
        // Plain data with strings as keys always serializes.
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        bytes
    }

    /// Reads what [`Self::to_bytes`] writes, and nothing else.
    pub fn parse(bytes: &[u8]) -> Result<Self, String> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        if manifest.format != Self::FORMAT {
            return Err(format!("it has format {}", manifest.format));
        }
        if manifest.to_bytes() != bytes {
            return Err("it is not spelled as temoin writes it".to_owned());
        }
        Ok(manifest)
    }
}

/// The text that is signed for an export: a title, and the line of `manifest.sha256`.
pub fn note_text(manifest: &[u8]) -> String {
    format!("temoin export\n{}", digest_line(manifest))
}

/// `manifest.sha256`, for `sha256sum --check`.
pub fn digest_line(manifest: &[u8]) -> String {
    format!("{}  manifest.json\n", digest(manifest))
}

/// SHA-256 in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Compares the files of an export's folder with its manifest. `there` are the paths and SHA-256 of the files,
/// without the manifest's own.
pub fn check_files(
    manifest: &Manifest,
    there: impl Iterator<Item = (String, String)>,
    findings: &mut Findings,
) {
    let wrong = |path: &str, what: &str| Finding::new(Check::Manifest, path, what);
    let mut listed = manifest.files.clone();
    for (path, found) in there {
        match listed.remove(&path) {
            None => findings.push_with(|| {
                let finding = wrong(&path, "the file is not in the manifest");
                finding.expected("no such file", found)
            }),
            Some(expected) if expected != found => findings.push_with(|| {
                let finding = wrong(&path, "the file is not what was exported");
                let finding = finding.expected(expected, found);
                finding.manual_step(format!("sha256sum {path}    # in the export's folder"))
            }),
            Some(_) => {}
        }
    }
    for (path, expected) in listed {
        findings
            .push_with(|| wrong(&path, "the file is missing").expected(expected, "nothing there"));
    }
}

/// Checks `manifest.sha256`.
pub fn check_digest(manifest: &[u8], line: Option<&[u8]>) -> Result<(), Box<Finding>> {
    let expected = digest_line(manifest);
    if line == Some(expected.as_bytes()) {
        return Ok(());
    }
    let what = "the manifest is not what was exported";
    let finding = Finding::new(Check::Manifest, "manifest.sha256", what);
    let found = line.map_or("nothing there".into(), String::from_utf8_lossy);
    Err(Box::new(
        finding
            .expected(expected.trim_end(), found.trim_end())
            .manual_step("sha256sum --check manifest.sha256")
            .file("manifest.json", manifest),
    ))
}

/// Checks `manifest.note`: the exporter's signature over the manifest.
pub fn check_note(manifest: &[u8], note: &[u8], key: &VerifierKey) -> Result<(), Box<Finding>> {
    let wrong = |found: String| {
        let what = "the export is not signed by that key";
        let finding = Finding::new(Check::Manifest, "manifest.note", what);
        let finding = finding.expected(format!("a note over the manifest signed by {key}"), found);
        Box::new(
            finding
                .file("manifest.note", note)
                .file("manifest.json", manifest),
        )
    };
    let text = str::from_utf8(note).map_err(|error| wrong(error.to_string()))?;
    let note: SignedNote = text.parse().map_err(|error| wrong(format!("{error}")))?;
    note.verified_by(key)
        .map_err(|error| wrong(error.to_string()))?;
    if note.text == note_text(manifest) {
        Ok(())
    } else {
        Err(wrong(note.text))
    }
}
