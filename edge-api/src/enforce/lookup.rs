//! Which site is enforced on a host, and its loader.
//!
//! The directory has it by the host that visitors name, since it is there that a host belongs to one site
//! only. This isolate remembers each answer for some seconds, so that a page costs no hop; where the
//! directory does not answer, its last answer still holds.

use crate::directory;
use crate::directory::protocol::Part;
use crate::edition::Enforcement;
use crate::http::error::ApiError;
use consent_core::Sha256Digest;
use consent_core::text::LanguageTag;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use worker::{Date, Env};

/// How long an answer of the directory is used, in milliseconds: a publication is enforced that soon.
const FRESH_MS: u64 = 5_000;
/// How many hosts are remembered at most: anyone can make up names.
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
pub async fn of_host(env: &Env, authority: &str) -> Result<Option<Rc<Enforcement>>, ApiError> {
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
        Err(error) => match known {
            Some((site, _)) => {
                worker::console_error!("the directory failed: {}", error.to_log());
                site
            }
            None => return Err(error),
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
) -> Result<Rc<str>, ApiError> {
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
