//! Deletes the cookies of services that are not granted. A page cannot delete those that are `HttpOnly`; an answer can.

use crate::cookie_header::{name_of, pairs};
use crate::media_type::is_token;
use crate::rules::{Owner, Rules};
use crate::visitor::Visitor;
use std::collections::BTreeSet;
use url::{Host, Url};

/// The most `Set-Cookie` lines for one answer. What is left is deleted with the next page.
const MOST: usize = 120;
/// The most domains and the most folders that are tried, the shortest first.
const MOST_DOMAINS: usize = 5;
const MOST_FOLDERS: usize = 8;

/// The values of `Set-Cookie` that delete what this visitor has not agreed to among the request's `cookies`, wherever a
/// server may have set it: a request does not tell the domain nor the path of a cookie (RFC 6265, section 5.4), so that each
/// domain and each folder of the page's `address` gets its own. A cookie of nobody's is let be.
pub fn deletions(cookies: &str, address: &Url, rules: &Rules, visitor: &Visitor) -> Vec<String> {
    let names: BTreeSet<&str> = pairs(cookies)
        .map(name_of)
        // What may be written into a header (RFC 6265, section 4.1.1).
        .filter(|name| is_token(name))
        .filter(|name| {
            let owner = rules.owner_of_cookie(name);
            matches!(owner, Owner::Service(_)) && !visitor.permits(owner)
        })
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    let places = places(address);
    // Whole cookies: half of the places of one might all be wrong, with each page again.
    let most = (MOST / places.len().max(1)).max(1);
    names
        .into_iter()
        .take(most)
        .flat_map(|name| {
            places
                .iter()
                .map(move |place| format!("{name}=; Max-Age=0; {place}"))
        })
        .collect()
}

/// The attributes of a cookie that the page's server, or the one of a parent domain, may have given it, and that a browser
/// sends to this address.
fn places(address: &Url) -> Vec<String> {
    let flags: &[&str] = if address.scheme() == "https" {
        // A partitioned cookie (CHIPS) is another one than that of the same name.
        &["; Secure", "; Secure; Partitioned"]
    } else {
        &[""]
    };
    let mut domains = vec![String::new()];
    if let Some(Host::Domain(host)) = address.host() {
        let labels: Vec<&str> = host.split('.').collect();
        // A browser refuses the domain of a registry, and we do not know them all.
        for from in (0..labels.len().saturating_sub(1).max(1)).rev() {
            let domain = labels.get(from..).unwrap_or_default().join(".");
            domains.push(format!("; Domain={domain}"));
        }
    }
    let mut paths = vec!["/".to_owned()];
    let ends = address.path().match_indices('/').map(|(at, _)| at).skip(1);
    for end in ends.chain([address.path().len()]) {
        let folder = address.path().get(..end).unwrap_or_default();
        for path in [folder.to_owned(), format!("{folder}/")] {
            if !paths.contains(&path) && address.path().starts_with(&path) {
                paths.push(path);
            }
        }
    }
    let mut places = vec![];
    for domain in domains.iter().take(MOST_DOMAINS) {
        for path in paths.iter().take(MOST_FOLDERS) {
            for flags in flags {
                places.push(format!("Path={path}{domain}{flags}"));
            }
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::rules;

    fn deleted(cookies: &str, address: &str) -> Vec<String> {
        let address = address.parse().unwrap();
        deletions(cookies, &address, &rules(), &Visitor::REFUSED)
    }

    #[test]
    fn a_cookie_is_deleted_wherever_it_may_be() {
        insta::assert_snapshot!(deleted("session=1; _ga=2; panier=3", "https://www.relais.example/atelier/pots").join("\n"), @r"
        _ga=; Max-Age=0; Path=/; Secure
        _ga=; Max-Age=0; Path=/; Secure; Partitioned
        _ga=; Max-Age=0; Path=/atelier; Secure
        _ga=; Max-Age=0; Path=/atelier; Secure; Partitioned
        _ga=; Max-Age=0; Path=/atelier/; Secure
        _ga=; Max-Age=0; Path=/atelier/; Secure; Partitioned
        _ga=; Max-Age=0; Path=/atelier/pots; Secure
        _ga=; Max-Age=0; Path=/atelier/pots; Secure; Partitioned
        _ga=; Max-Age=0; Path=/; Domain=relais.example; Secure
        _ga=; Max-Age=0; Path=/; Domain=relais.example; Secure; Partitioned
        _ga=; Max-Age=0; Path=/atelier; Domain=relais.example; Secure
        _ga=; Max-Age=0; Path=/atelier; Domain=relais.example; Secure; Partitioned
        _ga=; Max-Age=0; Path=/atelier/; Domain=relais.example; Secure
        _ga=; Max-Age=0; Path=/atelier/; Domain=relais.example; Secure; Partitioned
        _ga=; Max-Age=0; Path=/atelier/pots; Domain=relais.example; Secure
        _ga=; Max-Age=0; Path=/atelier/pots; Domain=relais.example; Secure; Partitioned
        _ga=; Max-Age=0; Path=/; Domain=www.relais.example; Secure
        _ga=; Max-Age=0; Path=/; Domain=www.relais.example; Secure; Partitioned
        _ga=; Max-Age=0; Path=/atelier; Domain=www.relais.example; Secure
        _ga=; Max-Age=0; Path=/atelier; Domain=www.relais.example; Secure; Partitioned
        _ga=; Max-Age=0; Path=/atelier/; Domain=www.relais.example; Secure
        _ga=; Max-Age=0; Path=/atelier/; Domain=www.relais.example; Secure; Partitioned
        _ga=; Max-Age=0; Path=/atelier/pots; Domain=www.relais.example; Secure
        _ga=; Max-Age=0; Path=/atelier/pots; Domain=www.relais.example; Secure; Partitioned
        ");
        insta::assert_snapshot!(deleted("_ga=2", "http://localhost:8788/").join("\n"), @r"
        _ga=; Max-Age=0; Path=/
        _ga=; Max-Age=0; Path=/; Domain=localhost
        ");
        insta::assert_snapshot!(deleted("_ga=2; _ga=3", "http://127.0.0.1:8788/?a/b").join("\n"), @"_ga=; Max-Age=0; Path=/");
    }

    #[test]
    fn what_may_stay_and_what_is_no_name_are_let_be() {
        let mut rules = rules();
        let address = "https://relais.example/".parse().unwrap();
        for cookies in [
            "",
            "session=1",
            "consent_temoin=c1",
            "=_ga=1",
            "_ga",
            "_ga_\u{e9}=1",
            "_ga_\r\nx=1",
            "_ga_,=1",
        ] {
            let refused = deletions(cookies, &address, &rules, &Visitor::REFUSED);
            if cookies == "=_ga=1" {
                // A browser that sends this has a cookie without a name, and one cannot tell.
                assert!(!refused.is_empty());
            } else {
                assert_eq!(refused, Vec::<String>::new(), "{cookies}");
            }
        }
        rules.unknown_cookies = consent_core::site::UnknownCookies::Hold;
        assert!(deletions("session=1", &address, &rules, &Visitor::REFUSED).is_empty());
    }

    #[test]
    fn the_answer_stays_small_however_many_there_are() {
        let many: Vec<String> = (0..1_000).map(|n| format!("_ga_{n}=1")).collect();
        let deep = format!(
            "https://{}relais.example/{}",
            "a.".repeat(9),
            "b/".repeat(90)
        );
        for address in [deep.as_str(), "https://relais.example/"] {
            let lines = deleted(&many.join("; "), address);
            assert!((1..=MOST).contains(&lines.len()), "{}", lines.len());
        }
    }
}
