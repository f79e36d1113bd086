//! The addresses of the console: what stands after `#` in the address of its one file. Not what is shown there.

use consent_core::{ReceiptId, SiteId};
use std::fmt;

/// A page, with its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The page.
    pub page: Page,
    /// Its parameters, in the order in which they stand.
    pub query: Query,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// `#/`: the sites of the token.
    Sites,
    /// `#/new`: a site from nothing.
    NewSite,
    /// `#/sites/SITE/…`
    Site(SiteId, Section),
    /// Anything else.
    Unknown,
}

/// A part of a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Section {
    /// What is in force.
    Overview,
    /// The configuration, to be changed.
    Configuration,
    /// What was published, compared.
    Editions,
    /// The tag to paste.
    Install,
    /// How visitors answer.
    Statistics,
    /// The tokens that open the site.
    Tokens,
    /// The search of proofs.
    Proofs,
    /// Who read records.
    Reads,
    /// Visitors' requests.
    Requests,
    /// Incidents of confidentiality.
    Incidents,
    /// The programs that are told what happens.
    Webhooks,
    /// The owner leaves the server.
    Departure,
    /// One proof; its time is the parameter `at`.
    Proof(ReceiptId),
}

impl Section {
    fn parse(segments: &[&str]) -> Option<Self> {
        Some(match *segments {
            [] => Self::Overview,
            ["configuration"] => Self::Configuration,
            ["editions"] => Self::Editions,
            ["install"] => Self::Install,
            ["statistics"] => Self::Statistics,
            ["tokens"] => Self::Tokens,
            ["proofs"] => Self::Proofs,
            ["reads"] => Self::Reads,
            ["requests"] => Self::Requests,
            ["incidents"] => Self::Incidents,
            ["webhooks"] => Self::Webhooks,
            ["leave"] => Self::Departure,
            ["proofs", receipt] => Self::Proof(receipt.parse().ok()?),
            _ => return None,
        })
    }
}

impl Address {
    /// A page without parameters.
    pub const fn new(page: Page) -> Self {
        let query = Query(Vec::new());
        Self { page, query }
    }

    /// A part of a site, without parameters.
    pub fn site(site: &SiteId, section: Section) -> Self {
        Self::new(Page::Site(site.clone(), section))
    }

    /// The same page, with a parameter more.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.query.0.push((name.to_owned(), value.to_string()));
        self
    }

    /// Reads what stands after `#`.
    pub fn parse(fragment: &str) -> Self {
        let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let segments: Vec<&str> = path.split('/').filter(|it| !it.is_empty()).collect();
        let page = match *segments {
            [] => Some(Page::Sites),
            ["new"] => Some(Page::NewSite),
            ["sites", site, ref tail @ ..] => site
                .parse()
                .ok()
                .and_then(|site| Some(Page::Site(site, Section::parse(tail)?))),
            _ => None,
        };
        Self {
            page: page.unwrap_or(Page::Unknown),
            query: Query::parse(query),
        }
    }

    /// The address as a link has it.
    pub fn href(&self) -> String {
        format!("#{self}")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.page {
            Page::Sites | Page::Unknown => f.write_str("/")?,
            Page::NewSite => f.write_str("/new")?,
            Page::Site(site, section) => {
                write!(f, "/sites/{site}")?;
                match section {
                    Section::Overview => {}
                    Section::Configuration => f.write_str("/configuration")?,
                    Section::Editions => f.write_str("/editions")?,
                    Section::Install => f.write_str("/install")?,
                    Section::Statistics => f.write_str("/statistics")?,
                    Section::Tokens => f.write_str("/tokens")?,
                    Section::Proofs => f.write_str("/proofs")?,
                    Section::Reads => f.write_str("/reads")?,
                    Section::Requests => f.write_str("/requests")?,
                    Section::Incidents => f.write_str("/incidents")?,
                    Section::Webhooks => f.write_str("/webhooks")?,
                    Section::Departure => f.write_str("/leave")?,
                    Section::Proof(receipt) => write!(f, "/proofs/{receipt}")?,
                }
            }
        }
        if self.query.0.is_empty() {
            Ok(())
        } else {
            write!(f, "?{}", self.query)
        }
    }
}

/// Parameters of an address: of a page of the console, or of a request to the API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(pub Vec<(String, String)>);

impl Query {
    /// Reads `name=value&…`. What is not UTF-8 once decoded is left out.
    pub fn parse(text: &str) -> Self {
        let pairs = text.split('&').filter_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            Some((decode(name)?, decode(value)?))
        });
        Self(pairs.collect())
    }

    /// The value of a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| &**value)
    }

    /// Adds a parameter, unless its value is empty.
    pub fn push(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.0.push((name.to_owned(), value.to_owned()));
        }
    }

    /// All but one parameter.
    #[must_use]
    pub fn without(&self, name: &str) -> Self {
        let others = self.0.iter().filter(|(known, _)| known != name);
        Self(others.cloned().collect())
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, value)) in self.0.iter().enumerate() {
            let and = if at == 0 { "" } else { "&" };
            write!(f, "{and}{}={}", encode(name), encode(value))?;
        }
        Ok(())
    }
}

/// Encodes all but unreserved characters (RFC 3986, section 2.3), and `:`, which dates are easier to read with.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                let digit = char::from_digit(digit.into(), 16).unwrap_or_default();
                encoded.push(digit.to_ascii_uppercase());
            }
        }
    }
    encoded
}

fn decode(text: &str) -> Option<String> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let (high, low) = (digit()?, digit()?);
        decoded.push(u8::try_from(high * 16 + low).ok()?);
    }
    String::from_utf8(decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_reads_back() {
        for fragment in [
            "/",
            "/new",
            "/sites/atelier",
            "/sites/atelier/configuration",
            "/sites/atelier/editions?a=1&b=2",
            "/sites/atelier/install",
            "/sites/atelier/statistics?by=week",
            "/sites/atelier/tokens",
            "/sites/atelier/reads?before=12",
            "/sites/atelier/webhooks",
            "/sites/atelier/leave",
            "/sites/atelier/proofs?from=2026-11-01T10:00:00Z&service=a%26b",
            "/sites/atelier/proofs/atelier.000102030405060708090a0b0c0d0e0f?at=2026",
        ] {
            assert_eq!(Address::parse(fragment).to_string(), fragment);
        }
        assert_eq!(Address::parse("").page, Page::Sites);
    }

    #[test]
    fn what_is_no_page_is_said_to_be_none() {
        for fragment in ["/site", "/sites/A", "/sites/a/nothing", "/sites/a/proofs/x"] {
            assert_eq!(Address::parse(fragment).page, Page::Unknown, "{fragment}");
        }
    }

    #[test]
    fn parameters_keep_every_character() {
        let query = Query(vec![("é ".to_owned(), "=&%\u{a0}".to_owned())]);
        assert_eq!(Query::parse(&query.to_string()), query);
        assert_eq!(Query::parse("a=%FF&b=%4&c").0, []);
    }
}
