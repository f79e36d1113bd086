//! `temoin scan`: what a site does before a choice, after a refusal, and after a withdrawal.

use super::{now, print};
use crate::Verdict;
use crate::report::counted;
use crate::report::evidence::folder_name;
use crate::report::progress::Progress;
use crate::scan::attach::attach;
use crate::scan::browser::Installed;
use crate::scan::choice::{Chooser, Given};
use crate::scan::observation::Observation;
use crate::scan::party::Site;
use crate::scan::published::{Published, Tag};
use crate::scan::report::{Report, Scanned, sha256};
use crate::scan::report_html;
use crate::scan::visit::{Bounds, Picture, Seen, Visitor};
use anyhow::{Context as _, Result, bail, ensure};
use clap::Args;
use consent_core::SiteId;
use consent_core::receipt::EvidenceReceipt;
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
    /// How many pages of the site are visited
    #[arg(long, value_name = "N", default_value = "10")]
    pages: NonZeroUsize,
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
    /// The configuration that is published; otherwise that of the page's own tag
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where the report is written: temoin-scan-HOST-DATE, unless said otherwise
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Add the report's hash to the site's log, as evidence (with --site and --token)
    #[arg(long)]
    attach: bool,
    /// The site whose log it becomes part of; otherwise that of the page's own tag
    #[arg(long)]
    site: Option<SiteId>,
    /// The consent server; otherwise that of the page's own tag
    #[arg(long, value_name = "URL")]
    server: Option<String>,
    /// A token with the owner's role, to attach
    #[arg(long, env = "TEMOIN_TOKEN", hide_env_values = true)]
    token: Option<String>,
    /// Answer in JSON: the whole report
    #[arg(long)]
    json: bool,
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
        let site = Site::of(&self.url).with_context(|| {
            format!(
                "expected the address of a page, https://…; found {}",
                self.url
            )
        })?;
        ensure!(
            !self.attach || self.token.is_some(),
            "--attach needs a token with the owner's role: --token or TEMOIN_TOKEN"
        );
        let from_file = self.config.as_deref().map(Published::read).transpose()?;
        let made_at = now();
        let installed = Installed::find(self.browser.as_deref(), self.browser_arguments.clone())?;
        let mut seen = self.visit(&installed, &site)?;
        let tag = Tag::find(&seen.tags);
        let published = match (from_file, &tag) {
            (Some(published), _) => Ok(published),
            (None, Some(tag)) => tag.notice().map_err(|error| format!("{error:#}")),
            (None, None) => {
                Err("the page has no tag of ours, and no --config was given".to_owned())
            }
        };
        let pictures = std::mem::take(&mut seen.pictures);
        let files = files(&seen.observations, &pictures)?;
        let scanned = Scanned {
            url: self.url.as_str(),
            host: site.host(),
            browser: &installed.version,
            made_at,
            published: published.as_ref().map_err(Clone::clone),
            tag: tag.as_ref(),
        };
        let report = Report::new(&scanned, seen, &files);
        let json = report.to_json()?;
        let folder = self.folder(&report);
        write(
            &folder,
            &json,
            &report_html::page(&report, &pictures),
            &files,
        )
        .with_context(|| format!("{} cannot be written", folder.display()))?;
        let attached = if self.attach {
            Some(self.attach(&json, tag.as_ref(), &folder)?)
        } else {
            None
        };
        self.tell(&report, &json, &folder, attached.as_ref())?;
        Ok(Verdict::of(report.violations == 0))
    }

    fn visit(&self, installed: &Installed, site: &Site) -> Result<Seen> {
        let chooser = Chooser::new(Given {
            accept: self.accept.clone(),
            reject: self.reject.clone(),
            withdraw: self.withdraw.clone(),
        })?;
        let visitor = Visitor {
            installed,
            site: site.clone(),
            first: self.url.clone(),
            bounds: Bounds {
                pages: self.pages.get(),
                depth: self.depth,
                delay: self.delay,
                watch: self.watch,
            },
            chooser: &chooser,
            progress: &mut Progress::new(self.progress),
        };
        visitor.run()
    }

    fn folder(&self, report: &Report) -> PathBuf {
        self.out.clone().unwrap_or_else(|| {
            let made_at = report.made_at.to_string();
            let day = made_at.split('T').next().unwrap_or_default();
            PathBuf::from(format!("temoin-scan-{}-{day}", folder_name(&report.host)))
        })
    }

    /// Makes the report's hash an entry of the site's log, and keeps what proves it beside the report.
    fn attach(&self, json: &str, tag: Option<&Tag>, folder: &Path) -> Result<EvidenceReceipt> {
        let site = match (&self.site, tag) {
            (Some(site), _) => site.clone(),
            (None, Some(tag)) => tag.site.parse()?,
            (None, None) => bail!("--attach needs --site: the page has no tag of ours"),
        };
        let server = self
            .server
            .as_deref()
            .or(tag.map(|tag| tag.server.as_str()));
        let server = server.context("--attach needs --server: the page has no tag of ours")?;
        let token = self.token.as_deref().unwrap_or_default();
        let receipt = attach(server, &site, token, sha256(json.as_bytes()))?;
        let path = folder.join("evidence.json");
        std::fs::write(&path, serde_json::to_string_pretty(&receipt)? + "\n")
            .with_context(|| format!("{} cannot be written", path.display()))?;
        Ok(receipt)
    }

    fn tell(
        &self,
        report: &Report,
        json: &str,
        folder: &Path,
        attached: Option<&EvidenceReceipt>,
    ) -> Result<()> {
        if self.json {
            return print(json);
        }
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
                "Evidence: place {} of {}, at {}; what proves it is in {}",
                receipt.index,
                receipt.log,
                receipt.time,
                folder.join("evidence.json").display()
            )?;
        }
        print(&text)
    }
}

/// The address of a page, as people write it.
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

/// What goes beside the report: everything observed, a line each, and the pictures.
fn files(observations: &[Observation], pictures: &[Picture]) -> Result<Vec<(String, Vec<u8>)>> {
    let mut lines = Vec::new();
    for observation in observations {
        serde_json::to_writer(&mut lines, observation)?;
        lines.push(b'\n');
    }
    let mut files = vec![("observations.ndjson".to_owned(), lines)];
    for picture in pictures {
        files.push((
            format!("screenshots/{}", picture.file),
            picture.bytes.clone(),
        ));
    }
    Ok(files)
}

fn write(folder: &Path, json: &str, page: &str, files: &[(String, Vec<u8>)]) -> Result<()> {
    std::fs::create_dir_all(folder.join("screenshots"))?;
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes)?;
    }
    std::fs::write(folder.join("report.json"), json)?;
    Ok(std::fs::write(folder.join("report.html"), page)?)
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
