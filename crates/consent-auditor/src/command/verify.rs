//! `temoin verify`: everything that can be checked.

use super::{Target, now, print};
use crate::Verdict;
use crate::audit::{Audit, Audited, Prefixes, Receipts, RecordsFrom, load_receipts, record_files};
use crate::check::manifest::{self, Manifest};
use crate::check::witnesses::Demand;
use crate::log::pins::Pins;
use crate::log::state::State;
use crate::report::evidence::{self, Folders};
use crate::report::finding::{Finding, Tally};
use crate::report::progress::Progress;
use crate::report::{Check, Section, counted};
use crate::source::filters::Filters;
use crate::source::target::{Place, What};
use anyhow::{Context as _, Result, ensure};
use clap::{Args, ValueEnum};
use consent_log::VerifierKey;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What the entries of a log are.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Entries {
    /// Consents, erasures and publications, as docs/proof-format.md has them
    Consents,
    /// Anything: only the tree is checked
    Opaque,
}

/// The command's arguments.
#[derive(Args)]
pub struct Verify {
    #[command(flatten)]
    target: Target,
    /// The key of a witness of the anchor (C2SP tlog-cosignature); may be repeated
    #[arg(long = "witness", value_name = "VKEY")]
    witnesses: Vec<VerifierKey>,
    /// How many witnesses must have cosigned; all that are given, unless said otherwise
    #[arg(long, value_name = "N")]
    quorum: Option<usize>,
    /// How old the cosignatures that make the quorum may be: 10m, 1h, 2d
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    fresh: Option<Duration>,
    /// Remember keys and checkpoints here, and hold the logs to those remembered
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Where to write evidence of what does not hold
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
    /// Disclosed records, one JSON on each line, instead of the server's
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// A folder of receipts (*.json), each checked by itself and in its log
    #[arg(long, value_name = "DIR")]
    receipts: Option<PathBuf>,
    /// What the entries are
    #[arg(long, value_enum, default_value = "consents")]
    entries: Entries,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    /// Tell how far the work is, even where nobody looks
    #[arg(long)]
    progress: bool,
}

impl Verify {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        let place = Place::open(
            &self.target.source,
            self.target.site.as_ref(),
            self.target.token.clone(),
        )?;
        let mut state = match &self.state {
            Some(path) => State::load(path)?,
            None => State::default(),
        };
        let manifest = place
            .folder
            .as_deref()
            .map(read_manifest)
            .transpose()?
            .flatten();
        let own_section = manifest
            .as_ref()
            .zip(place.folder.as_deref())
            .map(|(bytes, folder)| self.check_manifest(folder, bytes))
            .transpose()?;
        let manifest = manifest.and_then(|bytes| Manifest::parse(&bytes).ok());
        let mut audited = self.audit(&place, &state, manifest.as_ref())?;
        if let Some(section) = own_section {
            audited.report.sections.insert(0, section);
        }
        let evidence = if audited.report.holds() {
            Folders::default()
        } else {
            evidence::write(&audited.report, self.evidence.as_deref())?
        };
        if let Some(path) = &self.state {
            for (key, note) in &audited.hold {
                state.pin(key, note);
            }
            state.save(path)?;
        }
        self.tell(&audited, &evidence)?;
        Ok(Verdict::of(audited.report.holds()))
    }

    fn audit(&self, place: &Place, state: &State, manifest: Option<&Manifest>) -> Result<Audited> {
        let pins = Pins {
            given: &self.target.keys,
            state,
        };
        let receipts = match &self.receipts {
            Some(folder) => load_receipts(folder, &known_keys(pins)?)?,
            None => Receipts::default(),
        };
        let folder = place.folder.as_deref();
        let in_folder = match (&self.records, folder) {
            (Some(file), _) => vec![file.clone()],
            (None, Some(folder)) => record_files(folder),
            (None, None) => Vec::new(),
        };
        let records = if !in_folder.is_empty() {
            RecordsFrom::Files(&in_folder)
        } else if folder.is_some() {
            RecordsFrom::Nowhere("no records.ndjson there; give one with --records")
        } else if self.target.token.is_some() {
            RecordsFrom::Server
        } else {
            RecordsFrom::Nowhere("no token, no records; give one with --token or TEMOIN_TOKEN")
        };
        let audit = Audit {
            source: &*place.source,
            pins,
            witnesses: &self.witnesses,
            demand: Demand {
                quorum: self.quorum.unwrap_or(self.witnesses.len()),
                fresh: self.fresh,
                now: now(),
            },
            opaque: self.entries == Entries::Opaque,
            records,
            filters: manifest.map_or_else(Filters::default, |manifest| manifest.filters.clone()),
            receipts,
            manifest,
        };
        let mut progress = Progress::new(self.progress);
        match &place.what {
            What::Log => audit.log("", &mut progress),
            What::Site(logs) => {
                let prefixes = Prefixes::of(logs);
                audit.site(logs, &prefixes, &mut progress, &mut |_| Ok(()))
            }
        }
    }

    /// Checks the list of an export's files.
    fn check_manifest(&self, folder: &Path, bytes: &[u8]) -> Result<Section> {
        let mut section = Section::new(format!("export {}", folder.display()));
        let mut tally = Tally::default();
        let line = read_if_there(&folder.join("manifest.sha256"))?;
        if let Err(finding) = manifest::check_digest(bytes, line.as_deref()) {
            tally.push(*finding);
        }
        let mut seen = String::new();
        match Manifest::parse(bytes) {
            Err(error) => {
                let what = "this is not the manifest of an export";
                let finding = Finding::new(Check::Manifest, "manifest.json", what);
                tally.push(
                    finding
                        .expected("as temoin writes it", error)
                        .file("manifest.json", bytes),
                );
            }
            Ok(manifest) => {
                let there = files_below(folder)?;
                let files = counted(manifest.files.len() as u64, "file");
                seen = format!("{files}, each as it was exported");
                manifest::check_files(&manifest, there.into_iter(), &mut tally);
            }
        }
        if let Some(note) = read_if_there(&folder.join("manifest.note"))? {
            let own = read_if_there(&folder.join("manifest.vkey"))?;
            match self.signer(own.as_deref()) {
                Ok((key, trusted)) => {
                    if let Err(finding) = manifest::check_note(bytes, &note, &key) {
                        tally.push(*finding);
                    }
                    seen = format!("{seen}, signed by {} ({trusted})", key.name());
                }
                Err(error) => {
                    let what = "this is not the key of whoever exported it";
                    let finding = Finding::new(Check::Manifest, "manifest.vkey", what);
                    tally
                        .push(finding.expected("NAME+ID+KEY (C2SP signed-note), on a line", error));
                }
            }
        }
        section.settle(Check::Manifest, tally, seen);
        Ok(section)
    }

    /// The key of whoever exported, which must be the one given if one of that name is.
    fn signer(&self, own: Option<&[u8]>) -> Result<(VerifierKey, &'static str), String> {
        let own = own.ok_or("nothing there")?;
        let text = str::from_utf8(own).map_err(|error| error.to_string())?;
        let line = text.strip_suffix('\n').ok_or("a line without its end")?;
        let own: VerifierKey = line.parse().map_err(|error| format!("{error}"))?;
        match self.target.keys.iter().find(|key| key.name() == own.name()) {
            Some(given) if *given != own => Err(format!("{own}, where --key gives {given}")),
            Some(_) => Ok((own, "the key given with --key")),
            None => Ok((own, "the export's own key; pin it with --key")),
        }
    }

    fn tell(&self, audited: &Audited, evidence: &Folders) -> Result<()> {
        let report = &audited.report;
        if self.json {
            let mut more = serde_json::Map::new();
            more.insert("evidence".to_owned(), evidence.to_json());
            return print(&format!("{}\n", report.to_json(more)));
        }
        let verdict = if report.holds() {
            "Verified: everything that was checked holds.\n".to_owned()
        } else {
            format!(
                "NOT verified: {}. Evidence is in {evidence}\n",
                counted(report.wrong(), "finding"),
            )
        };
        print(&format!("{report}{verdict}"))
    }
}

/// Every key that is pinned.
pub fn known_keys(pins: Pins<'_>) -> Result<Vec<VerifierKey>> {
    let mut keys = pins.given.to_vec();
    for origin in pins.state.origins() {
        keys.extend(pins.state.key(origin)?);
    }
    Ok(keys)
}

/// A length of time, as people write it.
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || "must be a duration such as 30s, 10m, 1h or 2d".to_owned();
    // Days have 24 hours here: cosignatures are told in UTC.
    let span: jiff::Span = text.parse().map_err(|_| wrong())?;
    let duration = span
        .to_duration(jiff::SpanRelativeTo::days_are_24_hours())
        .map_err(|_| wrong())?;
    duration.try_into().map_err(|_| wrong())
}

fn read_manifest(folder: &Path) -> Result<Option<Vec<u8>>> {
    read_if_there(&folder.join("manifest.json"))
}

fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// The SHA-256 of each file below a folder but the manifest's own, by its path.
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
                "{} is no name of an export's file",
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
