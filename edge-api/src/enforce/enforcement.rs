//! What enforcing a site's choices takes, and how the Worker comes by it.
//!
//! The directory has it by the host that visitors name, since it is there that a host belongs to one site
//! only. This isolate remembers what it was told for some seconds, so that a page costs no hop; where the
//! directory does not answer, what it said last still holds.

use crate::directory;
use crate::http::error::Refusal;
use crate::route::Part;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use consent_core::site::Edge;
use consent_core::text::{LanguageTag, Localized, Origin};
use consent_core::{Notice, Sha256Digest, SiteConfig, SiteId};
use edge_gate::Rules;
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::rc::Rc;
use worker::{Date, Env};

/// A site whose pages pass through here.
#[derive(Clone, Serialize, Deserialize)]
pub struct Enforcement {
    /// The site.
    pub site: SiteId,
    /// Where visitors find it.
    pub origins: Vec<Origin>,
    /// Where its pages come from.
    pub origin_server: Origin,
    /// What belongs to whom.
    pub rules: Rc<Rules>,
    /// SHA-256 of the rules: what was made under others is made anew.
    pub digest: Sha256Digest,
    /// The languages, the default one first.
    pub languages: Vec<LanguageTag>,
    /// The loader to be placed in the page, by language: its SHA-256, by which the directory has it.
    pub loaders: Localized<Sha256Digest>,
    /// The hashes of the styles that it puts into the page, as a policy writes them.
    pub styles: Vec<String>,
}

impl Enforcement {
    /// Of a publication with `edge` on.
    pub fn new(
        config: &SiteConfig,
        edge: &Edge,
        notice: &Notice,
        loaders: Localized<Sha256Digest>,
        styles: Vec<String>,
    ) -> Result<Self, Refusal> {
        let rules = Rules::new(config, notice);
        Ok(Self {
            site: notice.site.clone(),
            origins: config.origins.clone(),
            origin_server: edge.origin_server.clone(),
            digest: Sha256Digest::of(&serde_json::to_vec(&rules)?),
            rules: Rc::new(rules),
            languages: notice.languages.clone(),
            loaders,
            styles,
        })
    }

    /// The origin that a visitor sees, by the host they name.
    pub fn own_origin(&self, authority: &str) -> Option<&Origin> {
        self.origins
            .iter()
            .find(|origin| authority_of(origin) == authority)
    }

    /// What names it in the directory.
    pub fn authorities(&self) -> Vec<String> {
        self.origins
            .iter()
            .map(|origin| authority_of(origin).to_owned())
            .collect()
    }
}

/// An origin's host, with the port if it is not the scheme's own: as a `Host` header has it.
fn authority_of(origin: &Origin) -> &str {
    let (_, authority) = origin.as_str().split_once("://").unwrap_or_default();
    authority
}

/// A digest as a policy writes it.
pub fn source_of(digest: Sha256Digest) -> String {
    format!("sha256-{}", STANDARD.encode(digest.as_bytes()))
}

/// How long what the directory said is taken for true, in milliseconds: a publication is in force that soon.
const FRESH_MS: u64 = 5_000;
/// How many hosts are remembered. Anyone can make up names.
const MOST_HOSTS: usize = 1_000;
/// How many loaders are remembered, each of some 50 kB.
const MOST_LOADERS: usize = 100;

struct Known {
    site: Option<Rc<Enforcement>>,
    at: u64,
}

thread_local! {
    static HOSTS: RefCell<HashMap<String, Known>> = RefCell::default();
    static LOADERS: RefCell<HashMap<Sha256Digest, Rc<str>>> = RefCell::default();
}

/// The site whose pages pass through here under this host, if there is one.
pub async fn of_host(env: &Env, authority: &str) -> Result<Option<Rc<Enforcement>>, Refusal> {
    let now = Date::now().as_millis();
    let known = HOSTS.with_borrow(|hosts| {
        let known = hosts.get(authority)?;
        Some((known.site.clone(), now.saturating_sub(known.at) < FRESH_MS))
    });
    if let Some((site, true)) = known {
        return Ok(site);
    }
    let site = match directory::client::enforcement(env, authority).await {
        Ok(found) => found.map(|text| serde_json::from_str(&text)).transpose()?,
        Err(refusal) => match known {
            Some((site, _)) => {
                worker::console_error!("the directory failed: {}", refusal.to_log());
                site
            }
            None => return Err(refusal),
        },
    };
    HOSTS.with_borrow_mut(|hosts| {
        if hosts.len() >= MOST_HOSTS {
            hosts.clear();
        }
        let site = site.clone();
        hosts.insert(authority.to_owned(), Known { site, at: now });
    });
    Ok(site)
}

/// A loader's text. It is named by its content, so what is remembered stays true.
pub async fn loader(
    env: &Env,
    digest: Sha256Digest,
    language: &LanguageTag,
) -> Result<Rc<str>, Refusal> {
    if let Some(text) = LOADERS.with_borrow(|loaders| loaders.get(&digest).cloned()) {
        return Ok(text);
    }
    let text: Rc<str> = directory::client::part(env, digest, language, Part::Loader)
        .await?
        .into();
    LOADERS.with_borrow_mut(|loaders| {
        if loaders.len() >= MOST_LOADERS {
            loaders.clear();
        }
        loaders.insert(digest, Rc::clone(&text));
    });
    Ok(text)
}

/// A loader in ASCII: what goes into a page must be the same in whatever the page is written in. Only texts
/// have other letters, and JavaScript reads `\u00e9` in a text as é.
pub fn in_ascii(loader: &str) -> String {
    let mut ascii = String::with_capacity(loader.len());
    for letter in loader.chars() {
        if letter.is_ascii() {
            ascii.push(letter);
        } else {
            for unit in letter.encode_utf16(&mut [0; 2]) {
                // A `String` takes whatever is written.
                let _ = write!(ascii, "\\u{unit:04x}");
            }
        }
    }
    ascii
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_loader_in_ascii_says_the_same() {
        let text = "{\"a\":\"Témoin “🍪”\"}";
        let ascii = in_ascii(text);
        assert!(ascii.is_ascii());
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&ascii), read(text));
    }

    #[test]
    fn a_host_is_named_with_its_port() {
        for (origin, authority) in [
            ("https://relais.example", "relais.example"),
            ("http://relais.localhost:8787", "relais.localhost:8787"),
        ] {
            assert_eq!(authority_of(&origin.parse().unwrap()), authority);
        }
    }
}
