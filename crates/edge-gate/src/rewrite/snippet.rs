//! Scripts that stand in the page: which of them are a service's snippet.
//!
//! A snippet is a few lines that a service gives its customers to paste, and that fetch the service's own
//! script. It is held when all three are so:
//! - it names a host of a service that must wait, as a whole: not as part of a longer name;
//! - it does something that loads: a list of URLs, or a setting that has one in it, is no snippet;
//! - it is short. A page's own program may mention a service among other things, and holding that would
//!   break the page; what it then asks for is held by the loader, before the request leaves.
//!
//! Hosts of strangers are not looked for: any program may name one, and the loader holds those too.

use crate::page::{Hold, Page};
use crate::rules::Owner;

/// The longest text that is taken for a snippet, in bytes. Those of the usual services have 300 to 2,500.
pub const LONGEST: usize = 16 * 1024;

/// What a script does with an address to make a browser load it.
const LOADS: [&str; 13] = [
    "createElement",
    "document.write",
    ".src",
    "new Image",
    "import(",
    "Worker(",
    "WebSocket(",
    "EventSource(",
    "sendBeacon",
    "fetch(",
    "XMLHttpRequest",
    "innerHTML",
    "insertAdjacentHTML",
];

/// What a script of this text must wait for.
pub fn hold(text: &[u8], page: &Page) -> Option<Hold> {
    if text.len() > LONGEST {
        return None;
    }
    let text = String::from_utf8_lossy(text);
    if !LOADS.iter().any(|verb| text.contains(verb)) {
        return None;
    }
    page.rules
        .services
        .iter()
        .filter(|service| service.hosts.iter().any(|host| names(&text, host.as_str())))
        .find_map(|service| page.hold_of(Owner::Service(service)))
}

/// Whether a text has this host in it, or one below it.
fn names(text: &str, host: &str) -> bool {
    text.match_indices(host).any(|(at, _)| {
        let before = text[..at].bytes().next_back();
        let after = text[at + host.len()..].bytes().next();
        let of_a_label = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
        !before.is_some_and(of_a_label) && !after.is_some_and(|b| of_a_label(b) || b == b'.')
    })
}

/// Whether a browser runs a script of this `type` (HTML, "prepare the script element"; MIME Sniffing,
/// "JavaScript MIME type"). Without one it does.
pub fn runs(kind: Option<&str>) -> bool {
    let Some(kind) = kind else { return true };
    let kind = kind
        .trim_matches(|c: char| c.is_ascii_whitespace())
        .to_ascii_lowercase();
    let essence = kind
        .split_once(';')
        .map_or(&*kind, |(essence, _)| essence.trim_end());
    if matches!(essence, "" | "module") {
        return true;
    }
    let Some((_, name)) = essence.split_once('/') else {
        return false;
    };
    let name = name.strip_prefix("x-").unwrap_or(name);
    matches!(name, "javascript" | "ecmascript" | "jscript" | "livescript")
        || name.starts_with("javascript1.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::{page, rules};

    fn held(text: &str) -> Option<String> {
        let page = page(rules(), "https://relais.example/");
        hold(text.as_bytes(), &page)?.service
    }

    #[test]
    fn a_services_snippet_is_known_by_the_host_it_loads_from() {
        for (text, service) in [
            (
                "var s=document.createElement('script');s.src='https://www.googletagmanager.com/gtm.js'",
                Some("ga4"),
            ),
            (
                r#"document.write("<script src=\"https:\/\/ssl.google-analytics.com\/ga.js\"><\/script>")"#,
                Some("ga4"),
            ),
            (
                "ga.src=('https:'==p?'https://ssl':'http://www')+'.google-analytics.com/ga.js'",
                Some("ga4"),
            ),
            (
                "new Image().src='//youtube.com/p?'+Date.now()",
                Some("youtube"),
            ),
            // A setting, not a snippet.
            (
                "window.video = { url: 'https://www.youtube.com/embed/x' }",
                None,
            ),
            // Its calls are queued, and go nowhere.
            (
                "window.dataLayer=[];function gtag(){dataLayer.push(arguments)}",
                None,
            ),
            // Other names.
            ("s.src='https://notyoutube.com/'", None),
            ("s.src='https://youtube.com.evil.example/'", None),
            ("s.src='https://youtube.community/'", None),
            // Nothing to wait for.
            ("s.src='https://cdn.example/x.js'", None),
            ("s.src='https://stranger.example/x.js'", None),
        ] {
            assert_eq!(held(text).as_deref(), service, "{text}");
        }
    }

    #[test]
    fn a_program_is_no_snippet() {
        let long = format!("s.src='https://youtube.com/';{}", " ".repeat(LONGEST));
        assert_eq!(held(&long), None);
    }

    #[test]
    fn what_is_not_run_is_no_script() {
        for kind in [
            "",
            "module",
            "text/javascript",
            " Application/X-JavaScript ",
            "text/javascript; charset=utf-8",
            "text/javascript1.5",
        ] {
            assert!(runs(Some(kind)), "{kind}");
        }
        for kind in [
            "text/plain",
            "application/ld+json",
            "importmap",
            "speculationrules",
            "text/x-template",
            "javascript",
        ] {
            assert!(!runs(Some(kind)), "{kind}");
        }
        assert!(runs(None));
    }
}
