//! What an auditor points at: a server, a log's address, a folder.

use crate::source::{Directory, Http, Source};
use anyhow::{Context as _, Result, bail, ensure};
use consent_core::receipt::SiteLogs;
use consent_core::{LogOrigin, SiteId};
use std::path::{Path, PathBuf};

/// Where everything is read from.
pub struct Place {
    /// The files.
    pub source: Box<dyn Source>,
    /// What is there.
    pub what: What,
    /// The folder, if it is one.
    pub folder: Option<PathBuf>,
}

/// What can be audited.
pub enum What {
    /// One log, whose files are in the source itself.
    Log,
    /// A site: its logs, the anchor, its notices, its records.
    Site(Box<SiteLogs>),
}

impl Place {
    /// Opens what the command line names. With a site, an address is that of a server; without, that
    /// of a log.
    pub fn open(source: &str, site: Option<&SiteId>, token: Option<String>) -> Result<Self> {
        if source.starts_with("http://") || source.starts_with("https://") {
            let http = Http::new(source, token);
            let what = match site {
                None => What::Log,
                Some(site) => What::Site(Box::new(read_logs(&http, site)?)),
            };
            return Ok(Self {
                source: Box::new(http),
                what,
                folder: None,
            });
        }
        let folder = Path::new(source);
        ensure!(
            folder.is_dir(),
            "expected a server's URL, a log's URL or a folder; found {source:?}, which is no folder"
        );
        let directory = Directory::new(folder);
        let what = if folder.join("logs.json").exists() {
            // The path does not matter: a folder has the logs of one site.
            let logs = parse_logs(&directory, "v1/sites/_/logs")?;
            if let Some(site) = site.filter(|site| **site != logs.site) {
                bail!("{source} is of the site {}, not of {site}", logs.site);
            }
            What::Site(Box::new(logs))
        } else if folder.join("checkpoint").exists() {
            What::Log
        } else {
            bail!(
                "expected the folder of a log, with its `checkpoint`, or an export, with its \
                 `logs.json`; found neither in {source}"
            );
        };
        Ok(Self {
            source: Box::new(directory),
            what,
            folder: Some(folder.to_owned()),
        })
    }

    /// The logs of the site; an error where it is only a log.
    pub fn site(&self) -> Result<&SiteLogs> {
        match &self.what {
            What::Site(logs) => Ok(logs),
            What::Log => bail!("this is one log; expected a server, with --site, or an export"),
        }
    }
}

/// What the files of a log begin with.
pub fn prefix(origin: &LogOrigin) -> String {
    format!("log/{origin}/")
}

/// Asks a server for the logs of a site.
pub fn read_logs(source: &dyn Source, site: &SiteId) -> Result<SiteLogs> {
    parse_logs(source, &format!("v1/sites/{site}/logs"))
}

fn parse_logs(source: &dyn Source, path: &str) -> Result<SiteLogs> {
    let place = source.show(path);
    let bytes = source
        .get(path)?
        .with_context(|| format!("{place}: expected the logs of a site; nothing is there"))?;
    let logs: SiteLogs = serde_json::from_slice(&bytes)
        .with_context(|| format!("{place} is not the list of a site's logs"))?;
    let origins = logs.logs.iter().map(|log| &log.origin);
    for origin in origins.chain([&logs.anchor.origin]) {
        // It becomes part of a path.
        let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
        let plain_text = origin.as_str().split('/').all(plain);
        ensure!(
            plain_text && !origin.as_str().contains(['\\', '?', '#', '%']),
            "{place}: {origin} cannot be the name of a log"
        );
    }
    Ok(logs)
}
