//! `temoin scan`: what a site does before a choice, after a refusal, and after a withdrawal.

use crate::scan_attach::attach;
use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use consent_auditor::command::{duration, now, print};
use consent_auditor::{Progress, Verdict, fetch};
use consent_core::SiteId;
use consent_core::proof::EvidenceReceipt;
use site_scanner::{Bounds, Outcome, Report, Selectors, Tag, counted, sha256};
use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// The command's arguments.
#[derive(Args)]
pub struct Scan {
    /// The first page: `https://www.example.org/`, or only its host
    #[arg(value_parser = address)]
    url: Url,
    /// How many pages of the site to visit
    #[arg(long, value_name = "N", default_value = "10")]
    pages: NonZeroUsize,
    /// How many links a page may be away from the first one
    #[arg(long, value_name = "N", default_value = "2")]
    depth: usize,
    /// The time from the beginning of one page to that of the next
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "1s")]
    delay: Duration,
    /// How long to watch a page after it has come to rest
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "2s")]
    watch: Duration,
    /// The button that accepts everything, if the scan does not find it
    #[arg(long, value_name = "SELECTOR")]
    accept: Option<String>,
    /// The button that refuses everything
    #[arg(long, value_name = "SELECTOR")]
    reject: Option<String>,
    /// The button or link that withdraws
    #[arg(long, value_name = "SELECTOR")]
    withdraw: Option<String>,
    /// The published configuration [default: the notice that the page's own tag names]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder for the report [default: temoin-scan-HOST-DATE]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Add the report's hash to the site's log, as evidence (with --site and --token)
    #[arg(long)]
    attach: bool,
    /// The site whose log gets the hash [default: that of the page's own tag]
    #[arg(long)]
    site: Option<SiteId>,
    /// The consent server [default: that of the page's own tag]
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// A token with the owner's role, for --attach
    #[arg(long, env = "TEMOIN_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Answer in JSON: the whole report
    #[arg(long)]
    json: bool,
    /// Chromium or Chrome [default: the variable CHROMIUM, else the first one in PATH]
    #[arg(long, value_name = "PATH")]
    browser: Option<PathBuf>,
    /// An argument for the browser; may be repeated
    #[arg(
        long = "browser-argument",
        value_name = "ARGUMENT",
        allow_hyphen_values = true
    )]
    browser_arguments: Vec<String>,
    /// Show how far the work is, even if standard error is not a terminal
    #[arg(long)]
    progress: bool,
}

impl Scan {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        ensure!(
            !self.attach || self.token.is_some(),
            "--attach needs a token with the owner's role: --token or TEMOIN_TOKEN"
        );
        let mut progress = Progress::new(self.progress);
        let outcome = self.scan().run(&fetch, &mut |step| progress.step(step))?;
        progress.clear();
        let folder = self.folder(&outcome.report);
        outcome.write(&folder)?;
        let attached = if self.attach {
            Some(self.attach(&outcome.json, outcome.tag.as_ref(), &folder)?)
        } else {
            None
        };
        self.print(&outcome, &folder, attached.as_ref())?;
        Ok(Verdict::of(outcome.report.violations == 0))
    }

    fn scan(&self) -> site_scanner::Scan {
        site_scanner::Scan {
            first: self.url.clone(),
            bounds: Bounds {
                pages: self.pages.get(),
                depth: self.depth,
                delay: self.delay,
                watch: self.watch,
            },
            selectors: Selectors {
                accept: self.accept.clone(),
                reject: self.reject.clone(),
                withdraw: self.withdraw.clone(),
            },
            config: self.config.clone(),
            browser: self.browser.clone(),
            browser_arguments: self.browser_arguments.clone(),
            made_at: now(),
        }
    }

    fn folder(&self, report: &Report) -> PathBuf {
        let default = || PathBuf::from(report.folder_name());
        self.out.clone().unwrap_or_else(default)
    }

    /// Adds the report's hash to the site's log, and writes the receipt beside the report.
    fn attach(&self, json: &str, tag: Option<&Tag>, folder: &Path) -> Result<EvidenceReceipt> {
        let site = match (&self.site, tag) {
            (Some(site), _) => site.clone(),
            (None, Some(tag)) => tag.site.parse()?,
            (None, None) => bail!("--attach needs --site: the page has no tag of Témoin"),
        };
        let server = self
            .server
            .as_deref()
            .or(tag.map(|tag| tag.server.as_str()));
        let server = server.context("--attach needs --server: the page has no tag of Témoin")?;
        let token = self.token.as_deref().unwrap_or_default();
        let receipt = attach(server, &site, token, sha256(json.as_bytes()))?;
        let path = folder.join("evidence.json");
        std::fs::write(&path, serde_json::to_string_pretty(&receipt)? + "\n")
            .with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(receipt)
    }

    fn print(
        &self,
        outcome: &Outcome,
        folder: &Path,
        attached: Option<&EvidenceReceipt>,
    ) -> Result<()> {
        if self.json {
            return print(&outcome.json);
        }
        let report = &outcome.report;
        let mut text = String::new();
        for (phase, count) in &report.counts {
            let visit = report.visits.iter().find(|visit| visit.phase == *phase);
            match visit.and_then(|visit| visit.not_made.as_ref()) {
                Some(why) => writeln!(text, "{phase:<18}  not visited: {why}")?,
                None => writeln!(
                    text,
                    "{phase:<18}  {} kept and {} sent or read that need consent, of {} seen",
                    count.kept, count.sent, count.all
                )?,
            }
        }
        writeln!(text)?;
        for finding in &report.findings {
            writeln!(
                text,
                "{:<6}  {:<21}  {}",
                finding.severity.as_str(),
                finding.rule,
                finding.subject
            )?;
            writeln!(text, "        {}", finding.found)?;
        }
        if let Some(why) = &report.not_compared {
            writeln!(text, "Not compared with a configuration: {why}")?;
        }
        for left in &report.left_out {
            writeln!(text, "Not visited to the end: {}: {}", left.url, left.why)?;
        }
        let verdict = match report.violations {
            0 => "No violation was found".to_owned(),
            violations => format!("{} found", counted(violations as u64, "violation")),
        };
        let pages = counted(report.pages.len() as u64, "page");
        writeln!(
            text,
            "{verdict} on {pages}. Report: {}",
            folder.join("report.html").display()
        )?;
        if let Some(receipt) = attached {
            writeln!(
                text,
                "Evidence: entry {} of {}, at {}; its receipt is in {}",
                receipt.index,
                receipt.log,
                receipt.time,
                folder.join("evidence.json").display()
            )?;
        }
        print(&text)
    }
}

/// Parses the address of a page; `https://` may be left out.
fn address(text: &str) -> Result<Url, String> {
    let whole = if text.contains("://") {
        text.to_owned()
    } else {
        format!("https://{text}")
    };
    let url = Url::parse(&whole).ok();
    let web = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    web.ok_or_else(|| "must be the address of a page: https://www.example.org/".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (text, url) in [
            (
                "https://relais.example/a?b#c",
                "https://relais.example/a?b#c",
            ),
            ("relais.example", "https://relais.example/"),
            (
                "http://localhost:8788/boutique/",
                "http://localhost:8788/boutique/",
            ),
        ] {
            assert_eq!(address(text).map(String::from).as_deref(), Ok(url));
        }
        for bad in ["", "ftp://relais.example", "file:///etc/passwd", "https://"] {
            assert!(address(bad).is_err(), "{bad}");
        }
    }
}
