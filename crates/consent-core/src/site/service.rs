//! The tools a site uses, and what they keep on a visitor's device.

use crate::choice::purpose::Purpose;
use crate::ident::{ServiceId, serde_as_text};
use crate::site::basis::LegalBasis;
use crate::site::exemption::Exemption;
use crate::site::role::Role;
use crate::text::{Host, Label, Link, Localized, Paragraph};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A tool that a site uses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// How pages name it in `data-service`.
    pub id: ServiceId,
    /// Its name, as the visitor knows it.
    pub name: Label,
    /// What it is used for on this site.
    pub purpose: Purpose,
    /// Who receives the data.
    pub recipient: Label,
    /// Where the recipient is: ISO 3166-1 alpha-2.
    pub country: CountryCode,
    /// The recipient's own policy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_url: Option<Link>,
    /// What it does, for the visitor, in each language of the site.
    pub description: Localized<Paragraph>,
    /// What it reads or writes on the device: cookies and storage keys.
    #[serde(default)]
    pub cookies: Vec<CookiePattern>,
    /// The hosts it is loaded from, and their subdomains; how automatic blocking knows it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hosts: Vec<Host>,
    /// What protects the data that leaves the jurisdiction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safeguard: Option<Safeguard>,
    /// Where to read the safeguard (GDPR article 13(1)(f)).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub safeguard_url: Option<Link>,
    /// Why data may be used for it, where that differs from its purpose's basis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_basis: Option<LegalBasis>,
    /// How long each kind of its data is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retention: Vec<Retention>,
    /// For whom the site uses it, where that differs from the site's role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Why it needs no consent, where a law of the site says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt: Option<Exemption>,
    /// Whether its tag obeys Google Consent Mode, and may run before a choice where the site uses
    /// the advanced mode.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub consent_mode: bool,
}

/// What protects data that goes to a recipient outside the jurisdiction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Safeguard {
    /// An adequacy decision (GDPR article 45).
    Adequacy,
    /// Standard contractual clauses (GDPR article 46(2)(c)).
    StandardClauses,
    /// A privacy impact assessment (Québec: chapter P-39.1, section 17).
    Assessment,
    /// Binding corporate rules (GDPR articles 46(2)(b) and 47).
    BindingRules,
    /// The recipient is certified under a Data Privacy Framework with the United States (GDPR article 45; Implementing Decision
    /// (EU) 2023/1795, and those of the United Kingdom and Switzerland).
    PrivacyFramework,
    /// An approved code of conduct (GDPR article 46(2)(e)).
    CodeOfConduct,
    /// An approved certification (GDPR article 46(2)(f)).
    Certification,
    /// The international data transfer agreement or addendum (United Kingdom: Data Protection Act 2018, section 119A).
    TransferAgreement,
    /// An exception for a specific situation (GDPR article 49).
    Derogation,
}

/// How long one kind of data is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// Which data.
    pub data: DataKind,
    /// What the data is, in each language of the site: for `other` alone.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub name: Localized<Label>,
    /// How long: an ISO 8601 duration of one unit.
    pub keep: Lifetime,
}

/// A kind of data that has its own time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum DataKind {
    /// What is read or written on the device.
    Trackers,
    /// What is counted of visits.
    AudienceData,
    /// IP addresses.
    IpAddresses,
    /// The server's logs.
    Logs,
    /// What the owner names.
    Other,
}

/// A cookie or storage key, or a family of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CookiePattern {
    /// The exact name, or a prefix that ends with `*`.
    pub name: CookieName,
    /// How long it stays.
    pub lifetime: Lifetime,
}

/// A cookie's name (RFC 6265, a token), or a prefix of at least two characters that ends with `*`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CookieName(String);

/// The text is not a cookie's name or prefix.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a cookie's name, or a prefix of two characters or more and `*`: _ga, _ga_*")]
pub struct BadCookieName;

impl CookieName {
    /// The name or, for a prefix, the text with its `*`.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CookieName {
    type Err = BadCookieName;

    fn from_str(text: &str) -> Result<Self, BadCookieName> {
        let stem = text.strip_suffix('*').unwrap_or(text);
        let shortest = if stem.len() == text.len() { 1 } else { 2 };
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'+-.^_`|~".contains(&b);
        if (shortest..=100).contains(&stem.len()) && stem.bytes().all(token) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadCookieName)
        }
    }
}

impl fmt::Display for CookieName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_as_text!(CookieName);

/// How long a cookie stays: `session`, or an ISO 8601 duration of one unit (`P13M`, `P30D`,
/// `PT20M`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Lifetime {
    /// Until the browser is closed.
    Session,
    /// A number of one calendar or clock unit.
    For(u16, Unit),
}

/// A unit of a [`Lifetime`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Unit {
    /// Each unit with its ISO 8601 prefix and letter.
    const TABLE: [(Self, &'static str, char); 6] = [
        (Self::Minute, "PT", 'M'),
        (Self::Hour, "PT", 'H'),
        (Self::Day, "P", 'D'),
        (Self::Week, "P", 'W'),
        (Self::Month, "P", 'M'),
        (Self::Year, "P", 'Y'),
    ];

    /// The name that `Intl.NumberFormat` gives it (ECMA-402, sanctioned simple units).
    pub const fn intl_name(self) -> &'static str {
        match self {
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

/// Days in so many calendar months: twelve are a year of 365, and one left over is a long one of 31.
const fn days_of_months(months: u32) -> u32 {
    (months / 12) * 365 + (months % 12) * 31
}

/// The text is not a lifetime.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be \"session\", or an ISO 8601 duration of one unit: P13M, P2Y, P30D, PT20M")]
pub struct BadLifetime;

impl Lifetime {
    /// About how long it is, in days: a year is 365, and less than a day counts as none.
    pub const fn days(self) -> u32 {
        match self {
            Self::Session => 0,
            Self::For(count, unit) => {
                let count = count as u32;
                match unit {
                    Unit::Minute | Unit::Hour => 0,
                    Unit::Day => count,
                    Unit::Week => count * 7,
                    Unit::Month => days_of_months(count),
                    Unit::Year => days_of_months(count * 12),
                }
            }
        }
    }

    /// Whether it is longer than so many calendar months.
    pub const fn exceeds_months(self, months: u16) -> bool {
        self.days() > days_of_months(months as u32)
    }

    /// Whether it outlives thirteen calendar months, the most the CNIL accepts for a tracker.
    pub const fn exceeds_thirteen_months(self) -> bool {
        self.exceeds_months(13)
    }
}

impl FromStr for Lifetime {
    type Err = BadLifetime;

    fn from_str(text: &str) -> Result<Self, BadLifetime> {
        if text == "session" {
            return Ok(Self::Session);
        }
        Unit::TABLE
            .iter()
            .find_map(|&(unit, prefix, letter)| {
                let count = text.strip_prefix(prefix)?.strip_suffix(letter)?;
                let plain = count.bytes().all(|b| b.is_ascii_digit()) && !count.starts_with('0');
                let count = count.parse().ok().filter(|_| plain)?;
                Some(Self::For(count, unit))
            })
            .ok_or(BadLifetime)
    }
}

impl fmt::Display for Lifetime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session => f.write_str("session"),
            Self::For(count, unit) => Unit::TABLE
                .iter()
                .find(|(candidate, ..)| candidate == unit)
                .map_or(Err(fmt::Error), |(_, prefix, letter)| {
                    write!(f, "{prefix}{count}{letter}")
                }),
        }
    }
}

serde_as_text!(Lifetime);

/// Two upper-case letters: ISO 3166-1 alpha-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CountryCode([u8; 2]);

impl CountryCode {
    /// The code itself.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The text is not a country code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be a country's two-letter code (ISO 3166-1 alpha-2): CA, FR, US")]
pub struct BadCountryCode;

impl FromStr for CountryCode {
    type Err = BadCountryCode;

    fn from_str(text: &str) -> Result<Self, BadCountryCode> {
        match *text.as_bytes() {
            [a, b] if a.is_ascii_uppercase() && b.is_ascii_uppercase() => Ok(Self([a, b])),
            _ => Err(BadCountryCode),
        }
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

serde_as_text!(CountryCode);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lifetimes_read_back_and_know_their_length() {
        for (text, too_long) in [
            ("session", false),
            ("PT20M", false),
            ("PT24H", false),
            ("P396D", false),
            ("P397D", true),
            ("P13M", false),
            ("P14M", true),
            ("P1Y", false),
            ("P2Y", true),
            ("P57W", true),
        ] {
            let lifetime: Lifetime = text.parse().unwrap();
            assert_eq!(lifetime.to_string(), text);
            assert_eq!(lifetime.exceeds_thirteen_months(), too_long, "{text}");
        }
        for bad in [
            "", "P", "13M", "P13", "P0D", "P-1D", "P1Y1M", "P70000D", "Session", "P１D",
        ] {
            assert!(bad.parse::<Lifetime>().is_err(), "{bad}");
        }
    }

    #[test]
    fn cookie_names() {
        for good in ["_ga", "_ga_*", "a", "ab*"] {
            assert!(good.parse::<CookieName>().is_ok(), "{good}");
        }
        for bad in ["", "*", "a*", "a b", "a;b", "a=b", "é", "a**"] {
            assert!(bad.parse::<CookieName>().is_err(), "{bad}");
        }
    }
}
