//! Text that an owner writes: bounded, never empty, one line, and addresses that cannot run code.

use crate::ident::serde_as_text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The text cannot stand where it stands; the message says why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadText(String);

/// One line or paragraph of `1..=MAX` characters, without control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Text<const MAX: usize>(String);

/// A name or a label.
pub type Label = Text<120>;
/// A sentence or a short paragraph.
pub type Paragraph = Text<1200>;

impl<const MAX: usize> Text<MAX> {
    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same text where longer ones may stand.
    pub fn widen<const MOST: usize>(&self) -> Text<MOST> {
        const { assert!(MAX <= MOST, "a text may not become too long") };
        Text(self.0.clone())
    }
}

#[cfg(test)]
crate::ident::typescript_string!(Text<MAX>, const MAX: usize);

impl<const MAX: usize> fmt::Display for Text<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> TryFrom<String> for Text<MAX> {
    type Error = BadText;

    fn try_from(text: String) -> Result<Self, BadText> {
        check(&text, MAX)?;
        Ok(Self(text))
    }
}

/// Apart, so that there is one copy of it and not one for each length.
fn check(text: &str, most: usize) -> Result<(), BadText> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        return Err(BadText("must not be empty".to_owned()));
    }
    if length > most {
        return Err(BadText(format!(
            "has {length} characters; at most {most} are allowed"
        )));
    }
    if text.chars().any(char::is_control) {
        return Err(BadText("must not contain control characters".to_owned()));
    }
    Ok(())
}

impl<const MAX: usize> From<Text<MAX>> for String {
    fn from(text: Text<MAX>) -> Self {
        text.0
    }
}

/// A language as in HTML's `lang` (BCP 47): a language, then a script or a region: `fr-CA`, `en`,
/// `sr-Latn`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LanguageTag(String);

impl LanguageTag {
    /// The tag itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is written from right to left.
    pub fn runs_right_to_left(&self) -> bool {
        matches!(self.language(), "ar" | "he" | "fa" | "ur" | "yi")
    }

    /// The language without region or script: `fr` of `fr-CA`.
    pub fn language(&self) -> &str {
        self.0
            .split_once('-')
            .map_or(&*self.0, |(language, _)| language)
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for LanguageTag {
    type Err = BadText;

    fn from_str(text: &str) -> Result<Self, BadText> {
        // By bytes, whatever the text is: a text cut by bytes may fall apart within a character.
        let lower = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_lowercase);
        let upper = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_uppercase);
        let (language, subtag) = match text.split_once('-') {
            Some((language, subtag)) => (language, Some(subtag)),
            None => (text, None),
        };
        let good_language = matches!(language.len(), 2..=3) && lower(language.as_bytes());
        let good_subtag = match subtag.map(str::as_bytes) {
            None => true,
            Some(region @ [_, _]) => upper(region),
            Some([first, rest @ ..]) if rest.len() == 3 => upper(&[*first]) && lower(rest),
            Some(_) => false,
        };
        if good_language && good_subtag {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadText(
                "must be a language tag such as fr-CA, fr-FR or en".to_owned(),
            ))
        }
    }
}

serde_as_text!(LanguageTag);

/// A text in several languages.
pub type Localized<T> = BTreeMap<LanguageTag, T>;

/// Where a page may be loaded from: `https://example.org`, or plain `http` on this machine only.
/// Compared byte for byte with a request's `Origin` header (RFC 6454).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Origin(String);

impl Origin {
    /// The origin itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Origin {
    /// Its host, without the port.
    pub fn host(&self) -> &str {
        self.authority().split(':').next().unwrap_or_default()
    }

    /// Its host, with the port if it is not the scheme's own: as a `Host` header has it.
    pub fn authority(&self) -> &str {
        self.0.split_once("://").unwrap_or_default().1
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = BadText;

    fn from_str(text: &str) -> Result<Self, BadText> {
        let refuse = |why: &str| {
            Err(BadText(format!(
                "{why}; an origin is a scheme, a host and no path: https://www.example.org"
            )))
        };
        if text.len() > 253 {
            return refuse("is too long");
        }
        let (secure, authority) =
            match (text.strip_prefix("https://"), text.strip_prefix("http://")) {
                (Some(authority), _) => (true, authority),
                (_, Some(authority)) => (false, authority),
                _ => return refuse("must begin with https://"),
            };
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        if !host.is_ascii() {
            return refuse(
                "has letters outside ASCII: write the host in its ASCII form (IDNA), which a browser's address bar \
                 gives when it is copied, such as https://xn--picerie-9xa.example",
            );
        }
        if !is_host(host) {
            return refuse("has a host that is not lower-case letters, digits, dots and dashes");
        }
        let default_port = if secure { 443 } else { 80 };
        let good_port = port.is_none_or(|port| {
            !port.starts_with('0')
                && port.bytes().all(|b| b.is_ascii_digit())
                && port.parse::<u16>().is_ok_and(|port| port != default_port)
        });
        if !good_port {
            return refuse("has a port that is not 1 to 65535, or is the scheme's own");
        }
        let here = matches!(host, "localhost" | "127.0.0.1") || host.ends_with(".localhost");
        if !secure && !here {
            return refuse("must use https outside this machine");
        }
        Ok(Self(text.to_owned()))
    }
}

serde_as_text!(Origin);

/// A host name in lower case, without scheme, port or path: `www.example.org`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Host(String);

impl Host {
    /// The name itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `host` is this one or below it.
    pub fn covers(&self, host: &str) -> bool {
        covers(self.as_str(), host)
    }
}

/// Whether `host` is `domain` or below it.
pub fn covers(domain: &str, host: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|below| below.is_empty() || below.ends_with('.'))
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Host {
    type Err = BadText;

    fn from_str(text: &str) -> Result<Self, BadText> {
        if text.len() <= 253 && is_host(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadText(
                "must be a host name in lower case, without scheme, port or path: www.example.org"
                    .to_owned(),
            ))
        }
    }
}

serde_as_text!(Host);

/// A host with the port if it is not the scheme's own, `relais.example`, or every host below one: `*.relais.example`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostPattern {
    authority: String,
    below: bool,
}

impl HostPattern {
    /// Whether it covers a host, with its port.
    pub fn covers(&self, authority: &str) -> bool {
        if self.below {
            let above = authority.strip_suffix(&self.authority);
            above.is_some_and(|above| above.len() > 1 && above.ends_with('.'))
        } else {
            self.authority == authority
        }
    }

    /// Whether it covers all that another one does.
    pub fn includes(&self, other: &Self) -> bool {
        if other.below {
            self.below && (self.authority == other.authority || self.covers(&other.authority))
        } else {
            self.covers(&other.authority)
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let below = if self.below { "*." } else { "" };
        write!(f, "{below}{}", self.authority)
    }
}

impl FromStr for HostPattern {
    type Err = BadText;

    fn from_str(text: &str) -> Result<Self, BadText> {
        let (authority, below) = match text.strip_prefix("*.") {
            Some(authority) => (authority, true),
            None => (text, false),
        };
        let (host, port) = match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        };
        let host_is_right = host.parse::<Host>().is_ok();
        if host_is_right && port.is_none_or(|port| port.parse::<u16>().is_ok()) {
            let authority = authority.to_owned();
            Ok(Self { authority, below })
        } else {
            Err(BadText(format!(
                "{text:?} is no host: write shop.example, or *.shop.example for every host below it"
            )))
        }
    }
}

serde_as_text!(HostPattern);

fn is_host(text: &str) -> bool {
    text.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    })
}

/// An address that a visitor can follow: `https://…`, or a path of the site itself, `/…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Link(String);

impl Link {
    /// The address itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Link {
    type Err = BadText;

    fn from_str(text: &str) -> Result<Self, BadText> {
        let own_path = text.starts_with('/') && !text.starts_with("//");
        let elsewhere = text.strip_prefix("https://").is_some_and(|rest| {
            rest.bytes()
                .next()
                .is_some_and(|b| b.is_ascii_alphanumeric())
        });
        let plain = text.len() <= 500
            && text
                .chars()
                .all(|c| c.is_ascii_graphic() && !matches!(c, '\\' | '"' | '<' | '>' | '`'));
        if plain && (own_path || elsewhere) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadText(
                "must be an address: https://…, or a path of the site that begins with one /"
                    .to_owned(),
            ))
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(Link);

/// An address for mail, as a link can carry it: `privacy@example.org`. Of what RFC 5321 allows, the plain letters and signs that
/// cannot end the address within a `mailto:` link (RFC 6068).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// The address itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = BadText;

    fn from_str(text: &str) -> Result<Self, BadText> {
        let parts = text.split_once('@');
        let is_address = parts.is_some_and(|(person, host)| {
            (1..=64).contains(&person.len())
                && person
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"._+-".contains(&b))
                && host.contains('.')
                && is_host(host)
        });
        if is_address && text.len() <= 254 {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadText(
                "must be an address for mail, its host in lower case: privacy@example.org"
                    .to_owned(),
            ))
        }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(Email);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        // Whatever a report, a query or an address holds: it is accepted as written, or refused.
        #[test]
        fn a_language_tag_is_read_from_any_text(text in "(?s)([a-zé]{0,4}-)?.{0,5}") {
            if let Ok(tag) = text.parse::<LanguageTag>() {
                prop_assert_eq!(tag.as_str(), text);
            }
        }
    }

    #[test]
    fn a_language_tag_is_a_language_with_a_script_or_a_region() {
        for good in ["fr", "fr-CA", "sr-Latn", "fil"] {
            assert!(good.parse::<LanguageTag>().is_ok(), "{good}");
        }
        for bad in [
            "", "f", "fr-", "fr-éab", "fr-é", "fré", "é-CA", "fr-Éabc", "fr-aéb", "fr-CA-x", "FR",
            "fr-ca", "fr-latn", "fr-😀", "fr_CA", "-CA",
        ] {
            assert!(bad.parse::<LanguageTag>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_address_for_mail_cannot_carry_anything_else() {
        for good in [
            "a@b.example",
            "vie-privee+1@relais.example",
            "A.B_c@x.y.example",
        ] {
            assert!(good.parse::<Email>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "@",
            "a@b",
            "a@@b.example",
            "a b@c.example",
            "a@b.example?cc=x@y.example",
            "a%0d@b.example",
            "<a@b.example>",
            "a@B.example",
            "é@b.example",
            "a@b.example ",
            "mailto:a@b.example",
        ] {
            assert!(bad.parse::<Email>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_host_covers_itself_and_what_is_below_it() {
        let host: Host = "example.org".parse().unwrap();
        assert!(host.covers("example.org") && host.covers("www.example.org"));
        assert!(!host.covers("notexample.org") && !host.covers("org") && !host.covers(""));
        for bad in [
            "",
            "https://example.org",
            "example.org/",
            "Example.org",
            "a..b",
            "*.org",
        ] {
            assert!(bad.parse::<Host>().is_err(), "{bad}");
        }
        let origin: Origin = "https://www.example.org:8443".parse().unwrap();
        assert_eq!(origin.host(), "www.example.org");
        assert_eq!(origin.authority(), "www.example.org:8443");
    }

    #[test]
    fn origins() {
        for good in [
            "https://example.org",
            "https://www.example.org:8443",
            "http://localhost:8788",
            "http://127.0.0.1:1",
            "http://un.relais.localhost:8788",
        ] {
            assert!(good.parse::<Origin>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "example.org",
            "https://",
            "https://example.org/",
            "https://example.org:443",
            "https://example.org:99999",
            "https://example.org:",
            "https://Example.org",
            "https://user@example.org",
            "https://*.example.org",
            "http://example.org",
            "null",
        ] {
            assert!(bad.parse::<Origin>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_link_cannot_run_code_or_leave_its_attribute() {
        for good in ["/privacy", "https://example.org/a?b=c#d", "/"] {
            assert!(good.parse::<Link>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "javascript:alert(1)",
            "//evil.example",
            "/\\evil.example",
            "http://example.org",
            "https://",
            "https:///x",
            "/a\"b",
            "/a b",
            "data:text/html,x",
        ] {
            assert!(bad.parse::<Link>().is_err(), "{bad}");
        }
    }

    #[test]
    fn language_tags() {
        for good in ["fr", "fr-CA", "sr-Latn", "fil"] {
            assert!(good.parse::<LanguageTag>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "f",
            "FR",
            "fr-",
            "fr_CA",
            "fr-ca",
            "fr-CA-x",
            "français",
        ] {
            assert!(bad.parse::<LanguageTag>().is_err(), "{bad}");
        }
        assert_eq!("fr-CA".parse::<LanguageTag>().unwrap().language(), "fr");
    }

    #[test]
    fn text_is_bounded_in_characters_not_bytes() {
        assert!(Text::<3>::try_from("été".to_owned()).is_ok());
        assert!(Text::<3>::try_from("étés".to_owned()).is_err());
        assert!(Text::<3>::try_from(" ".to_owned()).is_err());
        assert!(Text::<3>::try_from("a\u{0}".to_owned()).is_err());
    }

    #[test]
    fn a_pattern_includes_what_it_covers_and_nothing_above_or_beside() {
        let pattern = |text: &str| text.parse::<HostPattern>().unwrap();
        let includes = |one: &str, other: &str| pattern(one).includes(&pattern(other));
        assert!(includes("a.example", "a.example"));
        assert!(includes("*.a.example", "b.a.example"));
        assert!(includes("*.a.example", "*.a.example"));
        assert!(includes("*.a.example", "*.b.a.example"));
        for (one, other) in [
            ("*.a.example", "a.example"),
            ("a.example", "*.a.example"),
            ("*.b.a.example", "*.a.example"),
            ("*.a.example", "*.xa.example"),
            ("a.example", "a.example:8443"),
        ] {
            assert!(!includes(one, other), "{one} {other}");
        }
        assert_eq!(pattern("*.a.example:8443").to_string(), "*.a.example:8443");
    }
}
