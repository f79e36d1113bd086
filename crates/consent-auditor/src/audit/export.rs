//! The folder of an export: its files against its manifest, and the manifest's signature.

use crate::check::manifest::{self, Manifest};
use crate::report::finding::{Finding, Findings};
use crate::report::{Check, Section, counted};
use anyhow::{Context as _, Result, ensure};
use consent_log::VerifierKey;
use std::path::{Path, PathBuf};

/// The files with records that are in an export.
pub fn record_files(folder: &Path) -> Vec<PathBuf> {
    ["records.ndjson", "erased.ndjson"]
        .into_iter()
        .map(|name| folder.join(name))
        .filter(|path| path.exists())
        .collect()
}

/// Checks the folder of an export against its manifest, whose bytes are given, and the manifest's signature if there
/// is one. `keys` are those given with `--key`.
pub fn check(folder: &Path, manifest: &[u8], keys: &[VerifierKey]) -> Result<Section> {
    let mut section = Section::new(format!("export {}", folder.display()));
    let mut findings = Findings::default();
    let line = read_if_there(&folder.join("manifest.sha256"))?;
    if let Err(finding) = manifest::check_digest(manifest, line.as_deref()) {
        findings.push(*finding);
    }
    let mut seen = String::new();
    match Manifest::parse(manifest) {
        Err(error) => {
            let what = "this is not the manifest of an export";
            let finding = Finding::new(Check::Manifest, "manifest.json", what);
            let finding = finding.expected("a manifest as temoin writes it", error);
            findings.push(finding.file("manifest.json", manifest));
        }
        Ok(parsed) => {
            let there = files_below(folder)?;
            let files = counted(parsed.files.len() as u64, "file");
            seen = format!("{files}, each as it was exported");
            manifest::check_files(&parsed, there.into_iter(), &mut findings);
        }
    }
    if let Some(note) = read_if_there(&folder.join("manifest.note"))? {
        let own = read_if_there(&folder.join("manifest.vkey"))?;
        match signer(own.as_deref(), keys) {
            Ok((key, whose)) => {
                if let Err(finding) = manifest::check_note(manifest, &note, &key) {
                    findings.push(*finding);
                }
                seen = format!("{seen}, signed by {} ({whose})", key.name());
            }
            Err(error) => {
                let what = "this is not the exporter's key";
                let finding = Finding::new(Check::Manifest, "manifest.vkey", what);
                findings.push(finding.expected("NAME+ID+KEY (C2SP signed-note), on a line", error));
            }
        }
    }
    section.conclude(Check::Manifest, findings, seen);
    Ok(section)
}

/// The exporter's key, from `manifest.vkey`, and whose word for it there is. A given key of the same name must be the
/// same key.
fn signer(
    own: Option<&[u8]>,
    given: &[VerifierKey],
) -> Result<(VerifierKey, &'static str), String> {
    let own = own.ok_or("nothing there")?;
    let text = str::from_utf8(own).map_err(|error| error.to_string())?;
    let line = text
        .strip_suffix('\n')
        .ok_or("a line without its newline")?;
    let own: VerifierKey = line.parse().map_err(|error| format!("{error}"))?;
    match given.iter().find(|key| key.name() == own.name()) {
        Some(given) if *given != own => Err(format!("{own}, where --key gives {given}")),
        Some(_) => Ok((own, "the key given with --key")),
        None => Ok((own, "the export's own key; pin it with --key")),
    }
}

/// The bytes of `manifest.json`; nothing if the folder is not an export.
pub fn read_manifest(folder: &Path) -> Result<Option<Vec<u8>>> {
    read_if_there(&folder.join("manifest.json"))
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// The path and the SHA-256 of each file below a folder, without the manifest's own files.
pub fn files_below(folder: &Path) -> Result<Vec<(String, String)>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        let entries = std::fs::read_dir(&next)
            .with_context(|| format!("{} cannot be read", next.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let below = path.strip_prefix(folder)?;
            let name = below.to_str();
            ensure!(
                name.is_some(),
                "{}: the name is not UTF-8, so no export of temoin has it",
                below.display()
            );
            let name = name.unwrap_or_default().to_owned();
            if !name.starts_with("manifest.") {
                let bytes = std::fs::read(&path)
                    .with_context(|| format!("{} cannot be read", path.display()))?;
                files.push((name, manifest::digest(&bytes)));
            }
        }
    }
    files.sort();
    Ok(files)
}
