//! The page's Content-Security-Policy: what the loader needs of it, and one that closes the gate by itself.

use crate::page::Page;
use crate::rules::Owner;
use consent_core::Purpose;
use consent_core::text::Host;
use std::fmt::Write as _;

/// What a policy must allow, so that a page's loader works as `docs/content-security-policy.md` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Allowance {
    /// The page's own nonce, which the loader's element has.
    pub nonce: Option<String>,
    /// Where there is none: the loader's hash, `sha256-…`.
    pub script_hash: String,
    /// Where there is none: the hashes of the banner's and the dialog's styles.
    pub style_hashes: Vec<String>,
    /// The page's own origin, where the consent server answers.
    pub origin: String,
}

/// The nonce that a policy knows scripts by.
pub fn nonce(policy: &str) -> Option<String> {
    let directives = Directives::parse(policy);
    let sources = directives.effective(&["script-src-elem", "script-src", "default-src"])?;
    sources
        .split_ascii_whitespace()
        .find_map(|source| source.strip_prefix("'nonce-")?.strip_suffix('\''))
        .map(str::to_owned)
}

impl Allowance {
    /// The policies of a header with what is missing in them. One that lacks nothing stays byte for byte.
    pub fn amend(&self, header: &str) -> String {
        // A header may have several policies, each of which must allow it.
        let amended: Vec<String> = header
            .split(',')
            .map(|policy| self.amend_one(policy))
            .collect();
        amended.join(",")
    }

    fn amend_one(&self, policy: &str) -> String {
        let mut directives = Directives::parse(policy);
        let widget = format!("{}/w/", self.origin);
        let (inline, by_address) = (
            Missing {
                wanted: vec![format!("'{}'", self.script_hash)],
                inline: true,
                nonce: self.nonce.as_deref(),
            },
            Missing {
                wanted: vec![widget],
                inline: false,
                nonce: self.nonce.as_deref(),
            },
        );
        let elements = ["script-src-elem", "script-src", "default-src"];
        directives.add(&elements, &inline);
        directives.add(&elements, &by_address);
        let compiled = Missing {
            wanted: vec!["'wasm-unsafe-eval'".to_owned()],
            inline: false,
            nonce: None,
        };
        directives.add(&["script-src", "default-src"], &compiled);
        let styles = Missing {
            wanted: self
                .style_hashes
                .iter()
                .map(|hash| format!("'{hash}'"))
                .collect(),
            inline: true,
            nonce: self.nonce.as_deref(),
        };
        directives.add(&["style-src-elem", "style-src", "default-src"], &styles);
        let own = Missing {
            wanted: vec!["'self'".to_owned()],
            inline: false,
            nonce: None,
        };
        directives.add(&["connect-src", "default-src"], &own);
        directives.to_text(policy)
    }
}

/// Sources that a directive may lack.
struct Missing<'a> {
    wanted: Vec<String>,
    /// Whether they are for what stands in the page: `'unsafe-inline'` allows that too, unless a hash or a
    /// nonce is beside it, so that adding one would forbid everything else.
    inline: bool,
    /// What allows all of it.
    nonce: Option<&'a str>,
}

impl Missing<'_> {
    /// What is to be added to these sources.
    fn of(&self, sources: &str) -> Vec<&str> {
        let has = |wanted: &str| {
            sources
                .split_ascii_whitespace()
                .any(|source| source.eq_ignore_ascii_case(wanted))
        };
        let any = |start: &str| {
            sources
                .split_ascii_whitespace()
                .any(|source| source.to_ascii_lowercase().starts_with(start))
        };
        let strict = any("'nonce-") || any("'sha256-") || any("'sha384-") || any("'sha512-");
        if self.nonce.is_some_and(|nonce| has_nonce(sources, nonce)) {
            return Vec::new();
        }
        if self.inline && has("'unsafe-inline'") && !strict && !has("'strict-dynamic'") {
            return Vec::new();
        }
        if !self.inline
            && (has("'strict-dynamic'")
                && self
                    .wanted
                    .first()
                    .is_some_and(|wanted| wanted.starts_with("http")))
        {
            return Vec::new();
        }
        let covers = |wanted: &str| {
            has(wanted)
                || (!self.inline && !wanted.starts_with('\'') && (has("'self'") || has("*")))
                || (wanted == "'self'" && has("*"))
                || (wanted == "'wasm-unsafe-eval'" && has("'unsafe-eval'"))
        };
        self.wanted
            .iter()
            .map(String::as_str)
            .filter(|wanted| !covers(wanted))
            .collect()
    }
}

/// A nonce is compared in its own case.
fn has_nonce(sources: &str, nonce: &str) -> bool {
    sources.split_ascii_whitespace().any(|source| {
        source
            .strip_prefix("'nonce-")
            .and_then(|rest| rest.strip_suffix('\''))
            == Some(nonce)
    })
}

/// A policy's directives, in their order.
struct Directives(Vec<(String, String)>, bool);

impl Directives {
    fn parse(policy: &str) -> Self {
        let mut directives: Vec<(String, String)> = Vec::new();
        for directive in policy.split(';').map(str::trim) {
            let (name, sources) = directive
                .split_once(|c: char| c.is_ascii_whitespace())
                .unwrap_or((directive, ""));
            let name = name.to_ascii_lowercase();
            // Of two, the first counts.
            if !name.is_empty() && directives.iter().all(|(known, _)| *known != name) {
                directives.push((name, sources.trim().to_owned()));
            }
        }
        Self(directives, false)
    }

    /// The sources that count: of the first of these that is there.
    fn effective(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|wanted| {
            let (_, sources) = self.0.iter().find(|(name, _)| name == wanted)?;
            Some(sources.as_str())
        })
    }

    /// Adds to the directive that counts; where that is the default for others too, to a copy of it.
    fn add(&mut self, names: &[&str], missing: &Missing) {
        let Some(sources) = self.effective(names).map(str::to_owned) else {
            return;
        };
        let added = missing.of(&sources);
        if added.is_empty() {
            return;
        }
        self.1 = true;
        let kept = sources
            .split_ascii_whitespace()
            .filter(|source| !source.eq_ignore_ascii_case("'none'"));
        let whole: Vec<&str> = kept.chain(added).collect();
        let whole = whole.join(" ");
        let counts = names
            .iter()
            .find(|wanted| self.0.iter().any(|(name, _)| name == *wanted));
        match counts {
            Some(&"default-src") | None => {
                // The most general of the names that are not the default.
                let own = names.iter().rev().nth(1).unwrap_or(&"default-src");
                self.0.push(((*own).to_owned(), whole));
            }
            Some(name) => {
                if let Some((_, sources)) = self.0.iter_mut().find(|(known, _)| known == name) {
                    *sources = whole;
                }
            }
        }
    }

    fn to_text(&self, policy: &str) -> String {
        if !self.1 {
            return policy.to_owned();
        }
        let mut text = String::new();
        for (name, sources) in &self.0 {
            let separator = if text.is_empty() { "" } else { "; " };
            let space = if sources.is_empty() { "" } else { " " };
            let _ = write!(text, "{separator}{name}{space}{sources}");
        }
        text
    }
}

/// A policy that closes the gate where a page cannot be read: nothing is loaded but from the site itself and
/// from the services that this visitor has agreed to. It can only forbid, so the page's own policies hold too.
pub fn closed(page: &Page) -> String {
    let granted = page
        .rules
        .services
        .iter()
        .filter(|service| page.hold_of(Owner::Service(service)).is_none());
    closed_but_for(page, granted.flat_map(|service| &service.hosts))
}

/// A policy that closes the gate whoever the visitor is, so that any cache may keep it: nothing is loaded but from the
/// site itself and from what needs no agreement.
pub fn closed_for_all(page: &Page) -> String {
    let services = page.rules.services.iter();
    let always = services.filter(|service| service.open || service.purpose == Purpose::Necessary);
    closed_but_for(page, always.flat_map(|service| &service.hosts))
}

fn closed_but_for<'a>(page: &'a Page, hosts: impl Iterator<Item = &'a Host>) -> String {
    let mut policy = "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:".to_owned();
    let own = page
        .address
        .host_str()
        .into_iter()
        .chain(page.rules.domain.iter().map(Host::as_str));
    for host in own.chain(hosts.map(Host::as_str)) {
        // An address is no domain, and has nothing below it.
        let is_name = host.contains(|c: char| c.is_ascii_alphabetic()) && !host.contains(':');
        let _ = if is_name {
            write!(policy, " {host} *.{host}")
        } else {
            write!(policy, " {host}")
        };
    }
    policy
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::tests::{page, rules};

    fn allowance(nonce: Option<String>) -> Allowance {
        Allowance {
            nonce,
            script_hash: "sha256-LOADER".to_owned(),
            style_hashes: vec!["sha256-BANNER".to_owned()],
            origin: "https://relais.example".to_owned(),
        }
    }

    #[test]
    fn with_the_pages_nonce_almost_nothing_is_missing() {
        let policy = "default-src 'none'; script-src 'nonce-aB1='; style-src 'nonce-aB1='; connect-src https://x.example";
        assert_eq!(nonce(policy).as_deref(), Some("aB1="));
        assert_eq!(
            allowance(nonce(policy)).amend(policy),
            "default-src 'none'; script-src 'nonce-aB1=' 'wasm-unsafe-eval'; style-src 'nonce-aB1='; connect-src https://x.example 'self'"
        );
        let strict = "script-src 'nonce-x' 'strict-dynamic' 'wasm-unsafe-eval'; object-src 'none'";
        assert_eq!(allowance(nonce(strict)).amend(strict), strict);
    }

    #[test]
    fn without_one_the_loader_is_allowed_by_its_hash_and_nothing_else_is() {
        assert_eq!(
            allowance(None).amend("default-src 'self'; img-src *"),
            "default-src 'self'; img-src *; script-src 'self' 'sha256-LOADER' 'wasm-unsafe-eval'; style-src 'self' 'sha256-BANNER'"
        );
        assert_eq!(
            allowance(None).amend("default-src 'none'"),
            "default-src 'none'; script-src 'sha256-LOADER' https://relais.example/w/ 'wasm-unsafe-eval'; style-src 'sha256-BANNER'; connect-src 'self'"
        );
        assert_eq!(
            allowance(None).amend("script-src-elem https://cdn.example; script-src 'none'"),
            "script-src-elem https://cdn.example 'sha256-LOADER' https://relais.example/w/; script-src 'wasm-unsafe-eval'"
        );
    }

    #[test]
    fn what_a_policy_allows_already_is_not_said_again() {
        for policy in [
            "",
            "upgrade-insecure-requests",
            "frame-ancestors 'self'; img-src x.example",
            "default-src * 'unsafe-inline' 'unsafe-eval'",
            "script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'",
        ] {
            assert_eq!(allowance(None).amend(policy), policy);
        }
    }

    #[test]
    fn a_hash_never_forbids_what_unsafe_inline_allowed() {
        let amended = allowance(None).amend("script-src 'self' 'unsafe-inline'");
        assert_eq!(
            amended,
            "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'"
        );
    }

    #[test]
    fn each_policy_of_a_header_is_amended() {
        assert_eq!(
            allowance(None).amend("connect-src 'none',img-src *"),
            "connect-src 'self',img-src *"
        );
    }

    #[test]
    fn closed_for_all_it_lets_in_what_needs_no_agreement() {
        let mut page = page(rules(), "https://relais.example/");
        let mut rules = rules();
        rules.question.model = consent_core::jurisdiction::ConsentModel::OptOut;
        let now = "2026-11-22T10:00:00Z".parse().unwrap();
        page.visitor = crate::Visitor::read("", now, false, &rules, &rules.question);
        assert!(closed(&page).contains(" youtube.com "));
        assert_eq!(
            closed_for_all(&page),
            "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: relais.example *.relais.example relais.example *.relais.example cdn.example *.cdn.example"
        );
    }

    #[test]
    fn closed_it_lets_in_what_the_visitor_has_agreed_to() {
        let page = page(rules(), "https://www.relais.example/");
        assert_eq!(
            closed(&page),
            "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob: www.relais.example *.www.relais.example relais.example *.relais.example cdn.example *.cdn.example"
        );
    }
}
