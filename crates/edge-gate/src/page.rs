//! One page, for one visitor: what on it must wait.

use crate::rules::{Owner, Rules};
use crate::visitor::Visitor;
use consent_core::Purpose;
use std::rc::Rc;
use url::Url;

/// A page on its way to a visitor.
#[derive(Clone, Debug)]
pub struct Page {
    /// The site's rules.
    pub rules: Rc<Rules>,
    /// What the visitor has agreed to.
    pub visitor: Visitor,
    /// The page's own address, as the visitor asked for it.
    pub address: Url,
}

/// What something waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hold {
    /// The purpose.
    pub purpose: Purpose,
    /// The service, if it is one's.
    pub service: Option<String>,
}

impl Hold {
    /// What something waits for that waits for all of these: the strictest purpose, of the first that has it.
    pub fn strictest(holds: impl IntoIterator<Item = Self>) -> Option<Self> {
        holds.into_iter().reduce(|first, next| {
            if next.purpose > first.purpose {
                next
            } else {
                first
            }
        })
    }
}

impl Page {
    /// What an address must wait for, read as a browser reads it against `base`; nothing, where it may
    /// be loaded. Only what goes over the network has an owner.
    pub fn hold(&self, base: &Url, address: &str) -> Option<Hold> {
        let own = self.address.host_str().unwrap_or_default();
        if is_path(address) && matches!(base.scheme(), "http" | "https") {
            return self.hold_of(self.rules.owner_of_host(base.host_str()?, own));
        }
        let url = base.join(address).ok()?;
        if !matches!(url.scheme(), "http" | "https" | "ws" | "wss") {
            return None;
        }
        self.hold_of(self.rules.owner_of_host(url.host_str()?, own))
    }

    /// What an owner's things must wait for.
    pub fn hold_of(&self, owner: Owner) -> Option<Hold> {
        let service = owner.service();
        if service.is_some_and(|service| service.open) || self.visitor.permits(owner) {
            return None;
        }
        Some(Hold {
            purpose: owner.purpose()?,
            service: service.map(|service| service.id.to_string()),
        })
    }
}

/// Whether an address is a path of the host it is read against, as most on a page are: plain to see, and
/// quicker than reading it. A second slash would begin a host; a browser takes `\` for one, and leaves out tabs
/// and line ends.
fn is_path(address: &str) -> bool {
    let mut bytes = address.bytes();
    bytes.next() == Some(b'/')
        && !bytes
            .next()
            .is_some_and(|b| matches!(b, b'/' | b'\\' | b'\t' | b'\n' | b'\r'))
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A site with two services, on `relais.example`.
    pub(crate) fn rules() -> Rules {
        serde_json::from_value(serde_json::json!({
            "model": "opt-in",
            "asked": ["statistics", "marketing"],
            "material": "0123456789ab",
            "domain": "relais.example",
            "unknown_cookies": "pass",
            "services": [
                { "id": "ga4", "purpose": "statistics", "open": false,
                  "hosts": ["googletagmanager.com", "google-analytics.com", "mesure.relais.example"],
                  "cookies": ["_ga", "_ga_*", "_g*"] },
                { "id": "youtube", "purpose": "marketing", "open": false,
                  "hosts": ["youtube.com"], "cookies": ["VISITOR_INFO1_LIVE", "_ga_yt*"] },
                { "id": "cdn", "purpose": "necessary", "open": false,
                  "hosts": ["cdn.example"], "cookies": ["panier"] }
            ]
        }))
        .unwrap()
    }

    /// A page of a site, for a visitor who has agreed to nothing.
    pub(crate) fn page(rules: Rules, address: &str) -> Page {
        Page {
            rules: Rc::new(rules),
            visitor: Visitor::REFUSED,
            address: address.parse().unwrap(),
        }
    }

    fn held(address: &str) -> String {
        let base: Url = "https://www.relais.example/a/b.html".parse().unwrap();
        let page = page(rules(), base.as_str());
        match page.hold(&base, address) {
            None => "passes".to_owned(),
            Some(Hold { purpose, service }) => {
                format!("{purpose} {}", service.unwrap_or_default())
            }
        }
    }

    #[test]
    fn what_another_origin_of_the_site_serves_is_the_sites() {
        let base: Url = "https://www.relais.example/".parse().unwrap();
        let mut rules = rules();
        let address = "https://static.relais-images.example/x.js";
        assert!(
            page(rules.clone(), base.as_str())
                .hold(&base, address)
                .is_some()
        );
        rules.own_hosts = vec!["relais-images.example".to_owned()];
        assert!(page(rules, base.as_str()).hold(&base, address).is_none());
    }

    #[test]
    fn an_address_belongs_to_a_service_the_site_or_a_stranger() {
        for (address, expected) in [
            ("https://www.googletagmanager.com/gtag/js", "statistics ga4"),
            ("//WWW.YouTube.com/embed/x", "marketing youtube"),
            ("\\\\www.youtube.com\\x", "marketing youtube"),
            (" \n ht\ttps:www.youtube.com/x", "passes"),
            ("ht\ntps://youtube.com:8443/x", "marketing youtube"),
            ("http:\\\\youtube.com", "marketing youtube"),
            ("https://user@youtube.com@evil.example/", "marketing "),
            ("https://youtube.com.evil.example/", "marketing "),
            ("https://notyoutube.com/", "marketing "),
            ("https://mesure.relais.example/x.js", "statistics ga4"),
            ("https://static.relais.example/x.js", "passes"),
            ("https://cdn.example/x.js", "passes"),
            ("/x.js", "passes"),
            ("/", "passes"),
            ("/\\youtube.com/x", "marketing youtube"),
            ("/\t/youtube.com/x", "marketing youtube"),
            ("\n//youtube.com/x", "marketing youtube"),
            ("x.js", "passes"),
            ("", "passes"),
            ("?x=https://youtube.com", "passes"),
            ("data:image/gif;base64,AA", "passes"),
            ("javascript:void 0", "passes"),
            ("blob:https://youtube.com/1", "passes"),
            ("wss://live.youtube.com/", "marketing youtube"),
            ("https://[::1]/x", "marketing "),
        ] {
            assert_eq!(held(address), expected, "{address:?}");
        }
    }

    #[test]
    fn a_services_own_tag_may_obey_consent_mode() {
        let mut rules = rules();
        rules.services[0].open = true;
        let base: Url = "https://relais.example/".parse().unwrap();
        let page = page(rules, base.as_str());
        assert_eq!(
            page.hold(&base, "https://googletagmanager.com/gtm.js"),
            None
        );
    }
}
