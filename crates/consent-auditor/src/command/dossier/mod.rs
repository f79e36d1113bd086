//! `temoin dossier`: one file for a regulator or a judge, which opens without a network and verifies itself.
//!
//! Here are the arguments, and what is written. What a dossier states is gathered and verified in `gather.rs` and the
//! files that it names; how it looks is in `page`; its words are in `words`, in both languages. No check of its own
//! belongs here: those are `temoin query`'s.

mod data;
mod gather;
mod grants;
mod language;
mod page;
mod presented;
mod question;
mod shown;
mod tree;
mod words;

use super::{TargetArguments, print};
use crate::Verdict;
use crate::log::pins::Pins;
use crate::log::state::State;
use crate::report::counted;
use crate::report::evidence;
use crate::report::progress::Progress;
use crate::source::filters::Filters;
use crate::source::target::Target;
use anyhow::{Context as _, Result, ensure};
use clap::Args;
use consent_core::Sha256Digest;
use gather::Sources;
use language::Language;
use page::View;
use question::Question;
use std::path::{Path, PathBuf};
use words::Words;

/// The command's arguments.
#[derive(Args)]
pub struct Dossier {
    #[command(flatten)]
    target: TargetArguments,
    #[command(flatten)]
    filters: Filters,
    /// The file to create; it must not exist
    #[arg(long, value_name = "FILE", default_value = "dossier.html")]
    out: PathBuf,
    /// The language of the dossier [default: that of the environment]
    #[arg(long = "in", value_name = "LANGUAGE", value_enum)]
    written_in: Option<Language>,
    /// A receipt that was presented, to be verified against the logs; may be repeated
    #[arg(long = "receipt", value_name = "FILE")]
    receipts: Vec<PathBuf>,
    /// A loader that was kept (t/SITE/HASH/LANGUAGE.js), for the banner of a notice no longer in force; may be repeated
    #[arg(long = "loader", value_name = "FILE")]
    loaders: Vec<PathBuf>,
    /// The file with the keys and checkpoints that `temoin verify` or `temoin watch` remembers
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// The folder for the evidence of what does not hold
    #[arg(long, value_name = "DIR")]
    evidence: Option<PathBuf>,
    /// Show how far the work is, even if standard error is not a terminal
    #[arg(long)]
    progress: bool,
}

impl Dossier {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        ensure!(
            !self.out.exists(),
            "{} is there already; name a file that does not exist (--out)",
            self.out.display()
        );
        let token = self.target.token.as_deref();
        let target = Target::open(
            &self.target.source,
            self.target.site.as_ref(),
            token.map(str::to_owned),
        )?;
        let state = State::load_if_given(self.state.as_deref())?;
        let loaders = self
            .loaders
            .iter()
            .map(|file| read(file))
            .collect::<Result<Vec<_>>>()?;
        let site = &target.site()?.site;
        let asked = token.filter(|_| target.folder.is_none());
        let question = Question::new(&self.target.source, site, &self.filters, asked);
        let sources = Sources {
            target: &target,
            pins: Pins {
                given: &self.target.keys,
                state: &state,
            },
            filters: &self.filters,
            receipts: &self.receipts,
            loaders: &loaders,
        };
        let mut progress = Progress::new(self.progress);
        let gathered = gather::gather(&sources, &mut progress)?;
        progress.clear();
        let gathered = match gathered {
            Ok(gathered) => gathered,
            Err(answer) => {
                let evidence = evidence::write(&answer.report, self.evidence.as_deref())?;
                let report = &answer.report;
                print(&format!(
                    "{report}NOT verified: no dossier is written. Evidence is in {evidence}\n"
                ))?;
                return Ok(Verdict::Fails);
            }
        };
        let language = self
            .written_in
            .unwrap_or_else(|| Language::of_environment(|name| std::env::var(name).ok()));
        let page = View::new(&gathered, &question, Words::of(language)).page()?;
        write(&self.out, &page)?;
        let records = counted(gathered.answer.records.len() as u64, "record");
        let digest = Sha256Digest::of(page.as_bytes());
        let out = self.out.display();
        print(&format!(
            "{out}: {records}, all verified, {} kB\nSHA-256 {digest}\n",
            page.len().div_ceil(1000)
        ))?;
        Ok(Verdict::Holds)
    }
}

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))
}

/// Writes the file: all of it, or nothing.
fn write(out: &Path, page: &str) -> Result<()> {
    let new = out.with_added_extension("new");
    std::fs::write(&new, page)
        .and_then(|()| std::fs::rename(&new, out))
        .with_context(|| format!("{} cannot be written", out.display()))
}
