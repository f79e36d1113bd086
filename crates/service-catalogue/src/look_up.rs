//! What the catalogue has for a request, a cookie, a key or a snippet.

use crate::entries;
use crate::entry::{Cookie, Entry};
use consent_core::service::CookieName;

/// A whole name that a service keeps at the site's own domain has so many bytes at least, to tell anything: `_ga`.
const SHORTEST_NAME: usize = 3;
/// A prefix has so many bytes at least: `_ga_`. `mp_` or `P_` begin too much. The cookie database has the same rule.
const SHORTEST_PREFIX: usize = 4;

/// The entry with this id.
pub fn by_id(id: &str) -> Option<&'static Entry> {
    let at = entries().binary_search_by(|entry| entry.id.as_str().cmp(id));
    at.ok().and_then(|at| entries().get(at))
}

/// The entries that a request to this host and path belongs to: those with the longest host, and of these those with the
/// longest path. More than one where they share the address.
pub fn by_address(host: &str, path: &str) -> Vec<&'static Entry> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    best(|entry| {
        let addresses = entry.hosts.iter().map(|loaded| &loaded.address);
        let covering = addresses.filter(|address| address.covers(&host, path));
        covering
            .map(|address| (address.host().as_str().len(), address.path().len()))
            .max()
    })
}

/// The entries that keep a cookie of this name, `host` being the one that it belongs to, where that is known. A cookie that
/// a service keeps at a domain of its own is found at that domain only, and one at the site's own domain only if its name is
/// long enough to tell anything. A whole name counts before a prefix, then the longest prefix.
pub fn by_cookie(name: &str, host: Option<&str>) -> Vec<&'static Entry> {
    let here = |cookie: &Cookie| match (&cookie.domain, host) {
        (None, _) => true,
        (Some(domain), Some(host)) => domain.covers(host.trim_start_matches('.')),
        (Some(_), None) => false,
    };
    best(|entry| {
        let cookies = entry.cookies.iter().filter(|cookie| here(cookie));
        cookies
            .filter_map(|cookie| {
                let fit = fit(&cookie.name, name)?;
                let tells = cookie.domain.is_some() || tells_enough(fit);
                tells.then_some((cookie.domain.is_some(), fit))
            })
            .max()
    })
}

/// The entries that keep a key of this name in the browser's storage, under the same rule of length.
pub fn by_storage_key(name: &str) -> Vec<&'static Entry> {
    best(|entry| {
        let keys = entry.storage.iter();
        keys.filter_map(|key| fit(&key.name, name))
            .filter(|fit| tells_enough(*fit))
            .max()
    })
}

/// The entries whose snippets stand in this text: HTML or a script that an owner pastes.
pub fn by_snippet(text: &str) -> Vec<&'static Entry> {
    let has = |entry: &&Entry| entry.snippets.iter().any(|part| text.contains(&**part));
    entries().iter().filter(has).collect()
}

/// The entries with this term in their name, id, recipient, hosts or cookies, without regard to case.
pub fn search(term: &str) -> Vec<&'static Entry> {
    let term = term.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&term);
    let found = |entry: &&Entry| {
        has(entry.name.as_str())
            || has(entry.id.as_str())
            || has(entry.recipient.as_str())
            || entry
                .hosts
                .iter()
                .any(|host| has(&host.address.to_string()))
            || entry.cookies.iter().any(|cookie| has(cookie.name.as_str()))
    };
    entries().iter().filter(found).collect()
}

/// The entries that fit best; none where none fits.
fn best<T: Ord>(fit: impl Fn(&Entry) -> Option<T>) -> Vec<&'static Entry> {
    let fits = entries()
        .iter()
        .filter_map(|entry| Some((fit(entry)?, entry)));
    let fits: Vec<_> = fits.collect();
    let Some(best) = fits.iter().map(|(fit, _)| fit).max() else {
        return Vec::new();
    };
    let those = fits.iter().filter(|(fit, _)| fit == best);
    those.map(|(_, entry)| *entry).collect()
}

/// How well a pattern fits a name: whole names before prefixes, long prefixes before short ones.
fn fit(pattern: &CookieName, name: &str) -> Option<(bool, usize)> {
    let pattern = pattern.as_str();
    match pattern.strip_suffix('*') {
        Some(stem) => name.starts_with(stem).then_some((false, stem.len())),
        None => (pattern == name).then_some((true, pattern.len())),
    }
}

/// Whether a fit is long enough to tell one service from all others.
fn tells_enough((whole, bytes): (bool, usize)) -> bool {
    bytes
        >= if whole {
            SHORTEST_NAME
        } else {
            SHORTEST_PREFIX
        }
}
