//! `temoin verify`: checks everything that can be checked.

use super::{TargetArguments, now, print};
use crate::Verdict;
use crate::audit::export::{self, record_files};
use crate::audit::receipts::{self, Receipts};
use crate::audit::site::Prefixes;
use crate::audit::{Audit, Audited, RecordsFrom};
use crate::check::manifest::Manifest;
use crate::check::witnesses::WitnessPolicy;
use crate::log::pins::Pins;
use crate::log::state::State;
use crate::report::counted;
use crate::report::evidence::{self, Folders};
use crate::report::progress::Progress;
use crate::source::filters::Filters;
use crate::source::target::{Scope, Target};
use anyhow::Result;
use clap::{Args, ValueEnum};
use consent_log::VerifierKey;
use std::path::PathBuf;
use std::time::Duration;

/// How the entries of a log are treated.
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
    target: TargetArguments,
    /// The key of a witness of the anchor (C2SP tlog-cosignature); may be repeated
    #[arg(long = "witness", value_name = "VKEY")]
    witnesses: Vec<VerifierKey>,
    /// How many witnesses must have cosigned [default: all that are given]
    #[arg(long, value_name = "N")]
    quorum: Option<usize>,
    /// The greatest age of the cosignatures that make the quorum: 10m, 1h, 2d
    #[arg(long, value_name = "DURATION", value_parser = super::duration)]
    fresh: Option<Duration>,
    /// Remember keys and checkpoints in this file, and hold the logs to those it has
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// The folder for the evidence of what does not hold
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
    /// A file with disclosed records (NDJSON), read instead of the server's
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// A folder of receipts (*.json), each checked by itself and against its log
    #[arg(long, value_name = "DIR")]
    receipts: Option<PathBuf>,
    /// What the entries are
    #[arg(long, value_enum, default_value = "consents")]
    entries: Entries,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
    /// Show how far the work is, even if standard error is not a terminal
    #[arg(long)]
    progress: bool,
}

impl Verify {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        let target = Target::open(
            &self.target.source,
            self.target.site.as_ref(),
            self.target.token.clone(),
        )?;
        let mut state = State::load_if_given(self.state.as_deref())?;
        let manifest = target
            .folder
            .as_deref()
            .map(export::read_manifest)
            .transpose()?
            .flatten();
        let own_section = manifest
            .as_ref()
            .zip(target.folder.as_deref())
            .map(|(bytes, folder)| export::check(folder, bytes, &self.target.keys))
            .transpose()?;
        let manifest = manifest.and_then(|bytes| Manifest::parse(&bytes).ok());
        let mut audited = self.audit(&target, &state, manifest.as_ref())?;
        if let Some(section) = own_section {
            audited.report.sections.insert(0, section);
        }
        let evidence = evidence::write(&audited.report, self.evidence.as_deref())?;
        if let Some(path) = &self.state {
            for (key, note) in &audited.sound {
                state.pin(key, note);
            }
            state.save(path)?;
        }
        self.print(&audited, &evidence)?;
        Ok(Verdict::of(audited.report.holds()))
    }

    fn audit(
        &self,
        target: &Target,
        state: &State,
        manifest: Option<&Manifest>,
    ) -> Result<Audited> {
        let pins = Pins {
            given: &self.target.keys,
            state,
        };
        let receipts = match &self.receipts {
            Some(folder) => receipts::load(folder, &pins.all()?)?,
            None => Receipts::default(),
        };
        let folder = target.folder.as_deref();
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
            source: &*target.source,
            pins,
            witnesses: &self.witnesses,
            policy: WitnessPolicy {
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
        match &target.scope {
            Scope::Log => audit.log("", &mut progress),
            Scope::Site(logs) => {
                let prefixes = Prefixes::of(logs);
                audit.site(logs, &prefixes, &mut progress, &mut |_| Ok(()))
            }
        }
    }

    fn print(&self, audited: &Audited, evidence: &Folders) -> Result<()> {
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
                counted(report.finding_count(), "finding"),
            )
        };
        print(&format!("{report}{verdict}"))
    }
}
