//! The published configuration: from a file, or from the notice that the page's own tag names.

use anyhow::{Context as _, Result, bail};
use consent_core::jurisdiction::Jurisdiction;
use consent_core::service::Service;
use consent_core::text::LanguageTag;
use consent_core::{Notice, SiteConfig};
use serde::Serialize;
use std::path::Path;
use url::Url;

/// Reads what is at an address; nothing if nothing is there.
pub type Fetch<'a> = &'a dyn Fn(&str) -> Result<Option<Vec<u8>>>;

/// The configuration that visitors are informed of.
#[derive(Clone, Debug, Serialize)]
pub struct Published {
    /// The file or address that it was read from.
    pub from: String,
    /// The hash of the notice, if it is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// The law that the site follows.
    pub law: Jurisdiction,
    /// The languages of its texts.
    pub languages: Vec<LanguageTag>,
    /// The services.
    pub services: Vec<Service>,
}

/// A tag of Témoin in a page: `https://HOST/t/SITE.js`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The consent server's origin.
    pub server: String,
    /// Its host.
    pub host: String,
    /// The site.
    pub site: String,
    url: String,
}

impl Tag {
    /// Finds the first tag among the addresses of a page's scripts.
    pub fn find(scripts: &[String]) -> Option<Self> {
        scripts.iter().find_map(|script| {
            let url = Url::parse(script).ok()?;
            let site = url.path().strip_prefix("/t/")?.strip_suffix(".js")?;
            Some(Self {
                server: url.origin().ascii_serialization(),
                host: url.host_str()?.to_owned(),
                site: site.to_owned(),
                url: script.clone(),
            })
        })
    }

    /// Reads the notice in force, which the tag's loader names.
    pub fn notice(&self, fetch: Fetch<'_>) -> Result<Published> {
        let loader = fetch(&self.url)?;
        let loader = loader.with_context(|| format!("{}: nothing is there", self.url))?;
        let hash = notice_in(&String::from_utf8_lossy(&loader))
            .with_context(|| format!("{}: expected a loader that names its notice", self.url))?;
        let url = format!("{}/v1/notices/{hash}", self.server);
        let bytes = fetch(&url)?.with_context(|| format!("{url}: nothing is there"))?;
        let notice: Notice =
            serde_json::from_slice(&bytes).with_context(|| format!("{url}: expected a notice"))?;
        Ok(Published {
            from: url,
            notice: Some(hash),
            law: notice.jurisdiction,
            languages: notice.languages,
            services: notice.services,
        })
    }
}

impl Published {
    /// The services that need no consent under its law.
    pub fn exempt(&self) -> impl Iterator<Item = &Service> {
        let services = self.services.iter();
        services.filter(|service| service.is_exempt_under(self.law))
    }

    /// Reads a site configuration from a file.
    pub fn read(path: &Path) -> Result<Self> {
        let json =
            std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        match SiteConfig::parse(&json) {
            Ok(config) => Ok(Self {
                from: path.display().to_string(),
                notice: None,
                law: config.jurisdiction,
                languages: config.languages,
                services: config.services,
            }),
            Err(errors) => {
                let errors: Vec<_> = errors
                    .iter()
                    .map(|error| format!("{}: {}", error.field, error.message))
                    .collect();
                bail!(
                    "{} is not a valid site configuration:\n{}",
                    path.display(),
                    errors.join("\n")
                )
            }
        }
    }
}

/// The first hash that follows the word `notice` in a loader.
fn notice_in(loader: &str) -> Option<String> {
    loader.match_indices("notice").find_map(|(at, word)| {
        let rest = loader[at + word.len()..].trim_start_matches(['"', '\'', '\\', ':', ' ', '`']);
        let hash = rest.get(..64)?;
        let hex = hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        hex.then(|| hash.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_tag_is_known_by_its_path() {
        let scripts = [
            "https://a.example/t.js",
            "https://consent.example:8443/t/relais.js",
        ];
        let tag = Tag::find(&scripts.map(str::to_owned)).unwrap();
        assert_eq!(
            (tag.server.as_str(), tag.host.as_str()),
            ("https://consent.example:8443", "consent.example")
        );
        assert_eq!(tag.site, "relais");
        assert_eq!(Tag::find(&[]), None);
    }

    #[test]
    fn the_loader_names_its_notice() {
        let hash = "ab".repeat(32);
        for loader in [
            format!("x={{notice:\"{hash}\"}}"),
            format!("{{\"notice\":\"{hash}\"}}"),
        ] {
            assert_eq!(notice_in(&loader), Some(hash.clone()));
        }
        assert_eq!(notice_in("notice: none"), None);
    }

    #[test]
    fn a_file_that_is_no_configuration_is_named_with_its_fields() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("site.json");
        std::fs::write(&path, "{}").unwrap();
        let error = Published::read(&path).unwrap_err().to_string();
        assert!(
            error.contains("site.json is not a valid site configuration")
                && error.contains("\nname: is missing")
                && error.contains("\npolicy: is missing"),
            "{error}"
        );
    }
}
