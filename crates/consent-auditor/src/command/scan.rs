//! `temoin scan`: what a site does before a choice, after a refusal, and after a withdrawal.

use crate::Verdict;
use crate::progress::Progress;
use crate::scan::browser::Installed;
use crate::scan::choice::{Chooser, Given};
use crate::scan::party::Site;
use crate::scan::visit::{Bounds, Visitor};
use anyhow::{Context as _, Result};
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;

/// The command's arguments.
#[derive(Args)]
pub struct Scan {
    /// The first page: https://www.example.org/
    url: Url,
    /// How many pages of the site are visited
    #[arg(long, value_name = "N", default_value = "10")]
    pages: usize,
    /// How many links they may be away from the first one
    #[arg(long, value_name = "N", default_value = "2")]
    depth: usize,
    /// How long to wait from one page to the next
    #[arg(long, value_name = "DURATION", value_parser = super::verify::duration, default_value = "1s")]
    delay: Duration,
    /// How long a page that has come to rest is watched
    #[arg(long, value_name = "DURATION", value_parser = super::verify::duration, default_value = "2s")]
    watch: Duration,
    /// What accepts everything, where the tool that asks is not known
    #[arg(long, value_name = "SELECTOR")]
    accept: Option<String>,
    /// What refuses everything
    #[arg(long, value_name = "SELECTOR")]
    reject: Option<String>,
    /// What withdraws
    #[arg(long, value_name = "SELECTOR")]
    withdraw: Option<String>,
    /// Chromium or Chrome; otherwise CHROMIUM, or the first one in PATH
    #[arg(long, value_name = "PATH")]
    browser: Option<PathBuf>,
    /// An argument for the browser; may be repeated
    #[arg(
        long = "browser-argument",
        value_name = "ARGUMENT",
        allow_hyphen_values = true
    )]
    browser_arguments: Vec<String>,
    /// Tell how far the work is, even where nobody looks
    #[arg(long)]
    progress: bool,
}

impl Scan {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        let site = Site::of(&self.url).with_context(|| format!("{} has no host", self.url))?;
        let installed = Installed::find(self.browser.as_deref(), self.browser_arguments)?;
        let chooser = Chooser::new(Given {
            accept: self.accept,
            reject: self.reject,
            withdraw: self.withdraw,
        })?;
        let mut progress = Progress::new(self.progress);
        let visitor = Visitor {
            installed: &installed,
            site,
            first: self.url,
            bounds: Bounds {
                pages: self.pages,
                depth: self.depth,
                delay: self.delay,
                watch: self.watch,
            },
            chooser: &chooser,
            progress: &mut progress,
        };
        let seen = visitor.run()?;
        for o in &seen.observations {
            println!(
                "{:?} {} {:?} {} {} {:?} {:?}",
                o.phase,
                o.kind,
                o.party,
                o.name,
                o.host,
                o.lifetime_s,
                o.by.as_ref().map(|b| &b.url)
            );
        }
        println!(
            "{:#?} {:?} {:?} {:?}",
            seen.layer, seen.visits, seen.pages, seen.left_out
        );
        Ok(Verdict::Holds)
    }
}
