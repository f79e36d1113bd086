//! A whole scan: the visits, then the report of them and the files beside it.

use crate::assess::published::{Fetch, Published, Tag};
use crate::browser::process::Installed;
use crate::observe::observation::Observation;
use crate::observe::party::Site;
use crate::report::{Report, Scanned, html};
use crate::visit::consent_dialog::{Chooser, Selectors};
use crate::visit::visitor::{Bounds, Screenshot, Visitor};
use anyhow::{Context as _, Result};
use consent_core::calendar::Timestamp;
use std::path::{Path, PathBuf};
use url::Url;

/// What is to be scanned, and how.
#[derive(Debug)]
pub struct Scan {
    /// The first page.
    pub first: Url,
    /// How many pages are visited, and how fast.
    pub bounds: Bounds,
    /// Selectors of buttons, which are tried first.
    pub selectors: Selectors,
    /// The published configuration; without it, the notice that the page's own tag names.
    pub config: Option<PathBuf>,
    /// Chromium or Chrome; without it, the one that `CHROMIUM` names, or the first one in `PATH`.
    pub browser: Option<PathBuf>,
    /// Arguments that are added to the browser's own.
    pub browser_arguments: Vec<String>,
    /// When the scan is made.
    pub made_at: Timestamp,
}

/// The result of a scan.
#[derive(Debug)]
pub struct Outcome {
    /// The report.
    pub report: Report,
    /// The report as JSON: the bytes of `report.json`.
    pub json: String,
    /// The tag of Témoin in the first page, if there is one.
    pub tag: Option<Tag>,
    screenshots: Vec<Screenshot>,
    files: Vec<(String, Vec<u8>)>,
}

impl Scan {
    /// Makes the visits and the report. `fetch` reads what the consent server of the page's own tag serves;
    /// `on_step` is called before each page, with a line that says which one.
    pub fn run(self, fetch: Fetch<'_>, on_step: &mut dyn FnMut(&str)) -> Result<Outcome> {
        let site = Site::of(&self.first).with_context(|| {
            format!(
                "expected the address of a page, https://…; found {}",
                self.first
            )
        })?;
        let from_file = self.config.as_deref().map(Published::read).transpose()?;
        let installed = Installed::find(self.browser.as_deref(), self.browser_arguments)?;
        let chooser = Chooser::new(self.selectors)?;
        let visitor = Visitor {
            installed: &installed,
            site: site.clone(),
            first: self.first.clone(),
            bounds: self.bounds,
            chooser: &chooser,
            on_step,
        };
        let mut seen = visitor.run()?;
        let tag = Tag::find(&seen.scripts);
        let published = match (from_file, &tag) {
            (Some(published), _) => Ok(published),
            (None, Some(tag)) => tag.notice(fetch).map_err(|error| format!("{error:#}")),
            (None, None) => {
                Err("the page has no tag of Témoin, and no --config was given".to_owned())
            }
        };
        let screenshots = std::mem::take(&mut seen.screenshots);
        let files = files(&seen.observations, &screenshots)?;
        let scanned = Scanned {
            url: self.first.as_str(),
            host: site.host(),
            browser: &installed.version,
            made_at: self.made_at,
            published: published.as_ref().map_err(Clone::clone),
            tag: tag.as_ref(),
        };
        let report = Report::new(&scanned, seen, &files);
        Ok(Outcome {
            json: report.to_json()?,
            report,
            tag,
            screenshots,
            files,
        })
    }
}

impl Outcome {
    /// Writes the report and the files beside it into a folder, which is made if it is not there.
    pub fn write(&self, folder: &Path) -> Result<()> {
        self.try_write(folder)
            .with_context(|| format!("{} cannot be written", folder.display()))
    }

    fn try_write(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(folder.join("screenshots"))?;
        for (name, bytes) in &self.files {
            std::fs::write(folder.join(name), bytes)?;
        }
        std::fs::write(folder.join("report.json"), &self.json)?;
        let page = html::page(&self.report, &self.screenshots);
        std::fs::write(folder.join("report.html"), page)
    }
}

/// The files beside the report: all observations, one on each line, and the screenshots.
fn files(
    observations: &[Observation],
    screenshots: &[Screenshot],
) -> Result<Vec<(String, Vec<u8>)>> {
    let mut lines = Vec::new();
    for observation in observations {
        serde_json::to_writer(&mut lines, observation)?;
        lines.push(b'\n');
    }
    let mut files = vec![("observations.ndjson".to_owned(), lines)];
    for screenshot in screenshots {
        files.push((
            format!("screenshots/{}", screenshot.file),
            screenshot.bytes.clone(),
        ));
    }
    Ok(files)
}
