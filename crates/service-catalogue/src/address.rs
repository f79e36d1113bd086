//! Where a service is loaded from: a host, or a path of a host that others share.

use consent_core::text::Host;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A host and everything below it, or only what begins with a path there: `js.stripe.com`, `www.google.com/recaptcha`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Address {
    host: Host,
    /// Empty, or a slash and more.
    path: String,
}

/// The text is not an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a host in lower case, or a host and a path, without scheme, query and slash at the end: www.google.com/recaptcha"
)]
pub struct BadAddress;

impl Address {
    /// The host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The path: empty where the whole host belongs to the service.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Whether a request to this host and path is one to this address. The path has no query.
    pub fn covers(&self, host: &str, path: &str) -> bool {
        let rest = path.strip_prefix(&*self.path);
        self.host.covers(host)
            && rest.is_some_and(|rest| {
                self.path.is_empty() || rest.is_empty() || rest.starts_with('/')
            })
    }

    /// Whether a request can be one to both.
    pub fn overlaps(&self, other: &Self) -> bool {
        let within = |a: &Self, b: &Self| a.covers(b.host.as_str(), &b.path);
        let hosts = self.host.covers(other.host.as_str()) || other.host.covers(self.host.as_str());
        let paths = {
            let same = Self {
                host: self.host.clone(),
                path: other.path.clone(),
            };
            within(self, &same) || within(&same, self)
        };
        hosts && paths
    }
}

impl FromStr for Address {
    type Err = BadAddress;

    fn from_str(text: &str) -> Result<Self, BadAddress> {
        let (host, path) = match text.find('/') {
            Some(at) => text.split_at(at),
            None => (text, ""),
        };
        let plain = |b: u8| b.is_ascii_graphic() && !b"?#\"<>\\".contains(&b);
        let host = host.parse().map_err(|_| BadAddress)?;
        if path.ends_with('/') || path.contains("//") || !path.bytes().all(plain) {
            return Err(BadAddress);
        }
        Ok(Self {
            host,
            path: path.to_owned(),
        })
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.host.as_str(), self.path)
    }
}

impl TryFrom<String> for Address {
    type Error = BadAddress;

    fn try_from(text: String) -> Result<Self, BadAddress> {
        text.parse()
    }
}

impl From<Address> for String {
    fn from(address: Address) -> Self {
        address.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        text.parse().unwrap()
    }

    #[test]
    fn an_address_is_a_host_or_a_path_of_one() {
        for good in ["js.stripe.com", "www.google.com/recaptcha", "t.co/i/adsct"] {
            assert_eq!(address(good).to_string(), good);
        }
        for bad in [
            "",
            "/",
            "https://js.stripe.com",
            "js.stripe.com/",
            "JS.stripe.com",
            "js.stripe.com:443",
            "a.example/b?c",
            "a.example//b",
            "a.example/b c",
        ] {
            assert!(bad.parse::<Address>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_path_is_covered_by_whole_segments() {
        let recaptcha = address("www.google.com/recaptcha");
        assert!(recaptcha.covers("www.google.com", "/recaptcha"));
        assert!(recaptcha.covers("www.google.com", "/recaptcha/api.js"));
        assert!(!recaptcha.covers("www.google.com", "/recaptcha2"));
        assert!(!recaptcha.covers("www.google.com", "/maps"));
        assert!(!recaptcha.covers("google.com", "/recaptcha"));
        assert!(address("stripe.com").covers("js.stripe.com", "/v3"));
        assert!(!address("stripe.com").covers("notstripe.com", "/v3"));
    }

    #[test]
    fn overlaps_are_seen_from_both_sides() {
        for (one, other, overlap) in [
            ("www.google.com/recaptcha", "www.google.com/maps", false),
            ("www.google.com", "www.google.com/maps", true),
            ("google.com", "www.google.com/maps", true),
            ("google.com/maps", "www.google.com", true),
            ("google.com/maps", "www.google.com/maps/embed", true),
            ("a.example", "b.example", false),
        ] {
            assert_eq!(
                address(one).overlaps(&address(other)),
                overlap,
                "{one} {other}"
            );
            assert_eq!(
                address(other).overlaps(&address(one)),
                overlap,
                "{other} {one}"
            );
        }
    }
}
