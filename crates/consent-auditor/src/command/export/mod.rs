//! `temoin export`: records, notices and logs in a folder that verifies offline.
//!
//! Everything that the verification reads is copied as it is read, so what is exported is what was verified.

mod format;

use super::{TargetArguments, print};
use crate::Verdict;
use crate::audit::export::{files_below, record_files};
use crate::audit::receipts::Receipts;
use crate::audit::site::Prefixes;
use crate::audit::{Audit, Audited, RecordsFrom};
use crate::check::manifest::{self, ExportedLog, Manifest};
use crate::check::witnesses::WitnessPolicy;
use crate::log::pins::Pins;
use crate::log::state::State;
use crate::report::counted;
use crate::report::finding::split_finding;
use crate::report::progress::Progress;
use crate::source::Saving;
use crate::source::filters::Filters;
use crate::source::notices::Notices;
use crate::source::records::Disclosure;
use crate::source::target::Target;
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use consent_core::api::SiteLogs;
use consent_log::{Checkpoint, SignedNote, SignerKey};
use format::{Format, Writers};
use std::path::{Path, PathBuf};

/// The command's arguments.
#[derive(Args)]
pub struct Export {
    #[command(flatten)]
    target: TargetArguments,
    #[command(flatten)]
    filters: Filters,
    /// The folder to create; it must not exist
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// A format of the records; may be repeated. Only NDJSON can be verified
    #[arg(long = "format", value_enum, default_value = "ndjson")]
    formats: Vec<Format>,
    /// Sign the export with this Ed25519 seed, 64 hexadecimal digits in a file
    #[arg(long, value_name = "FILE")]
    sign_key: Option<PathBuf>,
    /// The name of that key
    #[arg(long, value_name = "NAME", default_value = "temoin-export")]
    sign_name: String,
    /// The file with the keys and checkpoints that `temoin verify` or `temoin watch` remembers
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// Show how far the work is, even if standard error is not a terminal
    #[arg(long)]
    progress: bool,
}

impl Export {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        ensure!(
            !self.out.exists(),
            "{} is there already; name a folder that does not exist",
            self.out.display()
        );
        let signer = self
            .sign_key
            .as_deref()
            .map(|file| read_signer(file, &self.sign_name));
        let signer = signer.transpose()?;
        let token = self.target.token.clone();
        let target = Target::open(&self.target.source, self.target.site.as_ref(), token)?;
        let unfinished = Unfinished::beside(&self.out)?;
        let audited = self.write(&target, target.site()?, &unfinished.folder, signer.as_ref())?;
        unfinished.finish(&self.out)?;
        let holds = audited.report.holds();
        let verdict = if holds {
            "Exported and verified.".to_owned()
        } else {
            let wrong = counted(audited.report.finding_count(), "finding");
            format!("Exported, but NOT verified: {wrong}.")
        };
        let out = self.out.display();
        print(&format!(
            "{}{verdict} To verify it again, offline: temoin verify {out}\n",
            audited.report
        ))?;
        Ok(Verdict::of(holds))
    }

    /// Audits the site, and writes everything into a folder.
    fn write(
        &self,
        target: &Target,
        logs: &SiteLogs,
        folder: &Path,
        signer: Option<&SignerKey>,
    ) -> Result<Audited> {
        let state = State::load_if_given(self.state.as_deref())?;
        let saving = Saving::new(&*target.source, folder);
        let files = target.folder.as_deref().map(record_files);
        let audit = Audit {
            source: &saving,
            pins: Pins {
                given: &self.target.keys,
                state: &state,
            },
            witnesses: &[],
            policy: WitnessPolicy {
                quorum: 0,
                fresh: None,
                now: super::now(),
            },
            opaque: false,
            records: match &files {
                Some(files) => RecordsFrom::Files(files),
                None => RecordsFrom::Server,
            },
            // All records of the period are verified; only those that pass the filters are written.
            filters: self.filters.only_time(),
            receipts: Receipts::default(),
            manifest: None,
        };
        let mut writers = Writers::new(folder, &self.formats)?;
        let notices = Notices::new(&*target.source);
        let mut progress = Progress::new(self.progress);
        let prefixes = Prefixes::of(logs);
        let period = self.filters.period();
        let audited = audit.site(logs, &prefixes, &mut progress, &mut |disclosure| {
            let wanted = match disclosure {
                Disclosure::Record(claim) => {
                    let matches = self.filters.matches(&claim.disclosed.record, &notices);
                    split_finding(matches)?.map_err(|finding| anyhow::anyhow!("{finding}"))?
                }
                Disclosure::Erased(erased) => period.covers(erased.time),
            };
            if wanted {
                writers.write(disclosure)
            } else {
                Ok(())
            }
        })?;
        writers.finish()?;
        let exported = exported(&audited)?;
        write_logs(folder, logs, &exported)?;
        self.write_manifest(folder, logs, &audited, signer)?;
        Ok(audited)
    }

    fn write_manifest(
        &self,
        folder: &Path,
        logs: &SiteLogs,
        audited: &Audited,
        signer: Option<&SignerKey>,
    ) -> Result<()> {
        let exported = audited.logs.iter().map(|(note, requested_size)| {
            let checkpoint: Checkpoint = note.text.parse()?;
            Ok(ExportedLog {
                origin: checkpoint.origin.parse()?,
                disclosed: *requested_size,
                checkpoint: note.to_string(),
            })
        });
        let manifest = Manifest {
            format: Manifest::FORMAT,
            site: logs.site.clone(),
            filters: self.filters.clone(),
            logs: exported.collect::<Result<_>>()?,
            files: files_below(folder)?.into_iter().collect(),
        };
        let bytes = manifest.to_bytes();
        put(folder, "manifest.sha256", manifest::digest_line(&bytes))?;
        if let Some(signer) = signer {
            let text = manifest::note_text(&bytes);
            let signatures = vec![signer.sign(&text)];
            put(
                folder,
                "manifest.note",
                SignedNote { text, signatures }.to_string(),
            )?;
            put(folder, "manifest.vkey", format!("{}\n", signer.verifier()))?;
        }
        put(folder, "manifest.json", bytes)
    }
}

/// The checkpoints up to which the logs are exported.
fn exported(audited: &Audited) -> Result<Vec<Checkpoint>> {
    audited
        .logs
        .iter()
        .map(|(note, _)| Ok(note.text.parse()?))
        .collect()
}

/// Writes `logs.json`: the server's list, each log with its exported size.
fn write_logs(folder: &Path, logs: &SiteLogs, exported: &[Checkpoint]) -> Result<()> {
    let mut logs = logs.clone();
    for log in &mut logs.logs {
        if let Some(one) = exported
            .iter()
            .find(|one| one.origin == log.origin.as_str())
        {
            log.size = one.size;
        }
    }
    let mut json = serde_json::to_vec_pretty(&logs)?;
    json.push(b'\n');
    put(folder, "logs.json", json)
}

fn put(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> Result<()> {
    let path = folder.join(name);
    std::fs::write(&path, bytes).with_context(|| format!("{} cannot be written", path.display()))
}

fn read_signer(file: &Path, name: &str) -> Result<SignerKey> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("{shown} cannot be read"))?;
    let mut seed = [0; 32];
    // The content is a secret: the error does not quote it.
    let read = hex::decode_to_slice(text.trim(), &mut seed);
    ensure!(
        read.is_ok(),
        "{shown}: expected an Ed25519 seed, 64 hexadecimal digits"
    );
    Ok(SignerKey::ed25519(name, &seed)?)
}

/// A folder beside the export's, which becomes the export when everything is written, and is removed otherwise.
struct Unfinished {
    folder: PathBuf,
}

impl Unfinished {
    fn beside(out: &Path) -> Result<Self> {
        let name = out
            .file_name()
            .context("--out: expected the name of a folder")?;
        let name = format!(".{}.{}", name.display(), std::process::id());
        let folder = out.with_file_name(name);
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("{} cannot be created", folder.display()))?;
        Ok(Self { folder })
    }

    fn finish(&self, out: &Path) -> Result<()> {
        std::fs::rename(&self.folder, out)
            .with_context(|| format!("{} cannot be created", out.display()))
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After `finish` there is nothing to remove.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
