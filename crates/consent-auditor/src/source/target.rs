//! The target of a command: a site on a server, one log at an address, a folder.

use super::{Directory, Http, Source};
use anyhow::{Context as _, Result, bail, ensure};
use consent_core::api::SiteLogs;
use consent_core::{LogOrigin, SiteId};
use std::path::{Path, PathBuf};

/// Where everything is read from, and what is there.
pub struct Target {
    /// The files.
    pub source: Box<dyn Source>,
    /// What is there.
    pub scope: Scope,
    /// The folder, if it is one.
    pub folder: Option<PathBuf>,
}

/// What can be audited.
pub enum Scope {
    /// One log, whose files are in the source itself.
    Log,
    /// A site: its logs, the anchor, its notices, its records.
    Site(Box<SiteLogs>),
}

impl Target {
    /// Opens what the command line names. An address is that of a server if a site is given, else that of one
    /// log.
    pub fn open(source: &str, site: Option<&SiteId>, token: Option<String>) -> Result<Self> {
        if source.starts_with("http://") || source.starts_with("https://") {
            let http = Http::new(source, token);
            let scope = match site {
                None => Scope::Log,
                Some(site) => Scope::Site(Box::new(read_logs(&http, site)?)),
            };
            return Ok(Self {
                source: Box::new(http),
                scope,
                folder: None,
            });
        }
        let folder = Path::new(source);
        ensure!(
            folder.is_dir(),
            "expected a server's URL, a log's URL or a folder; {source:?} is none of them"
        );
        let directory = Directory::new(folder);
        let scope = if folder.join("logs.json").exists() {
            // An export is of one site, so a folder ignores the name in this path.
            let logs = parse_logs(&directory, "v1/sites/_/logs")?;
            if let Some(site) = site.filter(|site| **site != logs.site) {
                bail!("{source} is of the site {}, not of {site}", logs.site);
            }
            Scope::Site(Box::new(logs))
        } else if folder.join("checkpoint").exists() {
            Scope::Log
        } else {
            bail!(
                "expected the folder of a log, with its `checkpoint`, or an export, with its \
                 `logs.json`; found neither in {source}"
            );
        };
        Ok(Self {
            source: Box::new(directory),
            scope,
            folder: Some(folder.to_owned()),
        })
    }

    /// The logs of the site. An error if the target is one log.
    pub fn site(&self) -> Result<&SiteLogs> {
        match &self.scope {
            Scope::Site(logs) => Ok(logs),
            Scope::Log => {
                bail!("expected a server, with --site, or an export; the target is one log")
            }
        }
    }
}

/// The beginning of the paths of a log's files.
pub fn prefix(origin: &LogOrigin) -> String {
    format!("log/{origin}/")
}

/// Reads the list of a site's logs.
fn read_logs(source: &dyn Source, site: &SiteId) -> Result<SiteLogs> {
    parse_logs(source, &format!("v1/sites/{site}/logs"))
}

fn parse_logs(source: &dyn Source, path: &str) -> Result<SiteLogs> {
    let place = source.location(path);
    let bytes = source.get(path)?.with_context(|| {
        format!("{place}: expected the list of a site's logs; nothing is there")
    })?;
    let logs: SiteLogs = serde_json::from_slice(&bytes)
        .with_context(|| format!("{place} is not the list of a site's logs"))?;
    let origins = logs.logs.iter().map(|log| &log.origin);
    for origin in origins.chain([&logs.anchor.origin]) {
        // The origin becomes part of a path.
        let plain = |part: &str| !part.is_empty() && part != "." && part != "..";
        let plain_text = origin.as_str().split('/').all(plain);
        ensure!(
            plain_text && !origin.as_str().contains(['\\', '?', '#', '%']),
            "{place}: {origin} cannot be the origin of a log"
        );
    }
    Ok(logs)
}
