//! The hints in a `Link` header (RFC 8288): addresses that the browser is asked to connect to, or to fetch, ahead.

use url::Url;

/// The relations by which a browser connects or fetches ahead.
const AHEAD: [&str; 4] = ["preconnect", "dns-prefetch", "preload", "prefetch"];

/// The hints in a header's line: the relation, and the address, which is relative to that of the page.
pub fn hints(line: &str, page: &str) -> Vec<(String, Url)> {
    let links = line.split(',');
    links.filter_map(|link| hint(link, page)).collect()
}

fn hint(link: &str, page: &str) -> Option<(String, Url)> {
    let (address, parameters) = link.trim().trim_start_matches('<').split_once('>')?;
    let rel = parameters.split(';').find_map(|parameter| {
        let (key, value) = parameter.trim().split_once('=')?;
        key.eq_ignore_ascii_case("rel")
            .then(|| value.trim_matches('"').to_owned())
    });
    let rel = rel.filter(|rel| AHEAD.contains(&rel.as_str()))?;
    Some((rel, Url::parse(page).ok()?.join(address).ok()?))
}
