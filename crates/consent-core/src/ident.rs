//! Identifiers. Each is parsed once, into a type that cannot hold anything else.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// Declares that a type is a string in the loader's generated TypeScript.
#[cfg(test)]
macro_rules! typescript_string {
    ($type:ty $(, $($generics:tt)+)?) => {
        impl $(<$($generics)+>)? ts_rs::TS for $type {
            type WithoutGenerics = Self;
            type OptionInnerType = Self;

            fn name(_: &ts_rs::Config) -> String {
                "string".to_owned()
            }

            fn inline(config: &ts_rs::Config) -> String {
                Self::name(config)
            }
        }
    };
}
#[cfg(test)]
pub(crate) use typescript_string;

/// A type written as text: serde goes through [`FromStr`] and [`Display`](fmt::Display).
macro_rules! serde_as_text {
    ($type:ty) => {
        impl TryFrom<String> for $type {
            type Error = <$type as FromStr>::Err;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                text.parse()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.to_string()
            }
        }

        #[cfg(test)]
        crate::ident::typescript_string!($type);
    };
}
pub(crate) use serde_as_text;

/// Declares an identifier of `$bytes` bytes, written as lower-case hexadecimal.
macro_rules! hex_identifier {
    ($(#[$doc:meta])* $name:ident, $bytes:literal, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; $bytes]);

        impl $name {
            /// From its bytes.
            pub const fn from_bytes(bytes: [u8; $bytes]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            pub const fn as_bytes(&self) -> &[u8; $bytes] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = BadIdentifier;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let mut bytes = [0; $bytes];
                let lower_case = !text.bytes().any(|byte| byte.is_ascii_uppercase());
                match hex::decode_to_slice(text, &mut bytes) {
                    Ok(()) if lower_case => Ok(Self(bytes)),
                    _ => Err(BadIdentifier($what)),
                }
            }
        }

        serde_as_text!($name);
    };
}

/// The text is not an identifier of that kind; the message says what one looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
pub struct BadIdentifier(&'static str);

hex_identifier!(
    /// The visitor's own random value, which ties their records together and lets them ask for
    /// them. It is a secret: only a keyed hash of it is ever kept by the server.
    ConsentId, 16, "a consent id: 32 lower-case hexadecimal digits"
);
hex_identifier!(
    /// Chosen at random by the widget for each report, so that a report sent twice is kept once.
    ReportId, 16, "a report id: 32 lower-case hexadecimal digits"
);
hex_identifier!(
    /// SHA-256 of any bytes (FIPS 180-4).
    Sha256Digest, 32, "a SHA-256 digest: 64 lower-case hexadecimal digits"
);
hex_identifier!(
    /// Digest of what makes a notice ask anew when it changes: see
    /// [`Notice::material`](crate::Notice::material).
    MaterialDigest, 6, "a digest: 12 lower-case hexadecimal digits"
);
hex_identifier!(
    /// The visitor as one site's log knows them: a keyed hash of their [`ConsentId`], which nobody
    /// without the site's key can recompute, and which differs from site to site.
    SubjectTag, 16, "a subject tag: 32 lower-case hexadecimal digits"
);

hex_identifier!(
    /// The commitment to a record, as its entry in the log has it.
    Commitment, 32, "a commitment: 64 lower-case hexadecimal digits"
);
hex_identifier!(
    /// A random value that, together with one part of a record, gives its share of the commitment.
    Salt, 32, "a salt: 64 lower-case hexadecimal digits"
);
hex_identifier!(
    /// The random value from which the salts of one record are derived. It is kept beside the record, never
    /// disclosed, and destroyed with it.
    Seed, 32, "a seed: 64 lower-case hexadecimal digits"
);

hex_identifier!(
    /// What the server gives with a loader, the same to everyone for a minute: the minute (4 bytes, big-endian, counted
    /// from 1970-01-01T00:00Z), and the first 12 bytes of a message authentication code that only the server can make.
    LoaderTicket, 16, "a loader's ticket: 32 lower-case hexadecimal digits"
);

impl Sha256Digest {
    /// Its first 8 bytes in hexadecimal: enough to tell apart what one address has served.
    pub fn abbreviated(&self) -> String {
        self.to_string().chars().take(16).collect()
    }

    /// The digest of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

/// Declares the digest of one kind of thing. It is written as a [`Sha256Digest`] is, and no other digest can
/// stand in its place.
macro_rules! digest_of {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Sha256Digest);

        impl $name {
            /// The digest of these bytes.
            pub fn of(bytes: &[u8]) -> Self {
                Self(Sha256Digest::of(bytes))
            }

            /// From the 32 bytes of the digest.
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(Sha256Digest::from_bytes(bytes))
            }

            /// The 32 bytes of the digest.
            pub const fn as_bytes(&self) -> &[u8; 32] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = BadIdentifier;

            fn from_str(text: &str) -> Result<Self, BadIdentifier> {
                text.parse().map(Self).map_err(|_| BadIdentifier($what))
            }
        }

        serde_as_text!($name);

        impl From<$name> for Sha256Digest {
            fn from(digest: $name) -> Self {
                digest.0
            }
        }
    };
}

digest_of!(
    /// SHA-256 of a notice's bytes, exactly as `GET /v1/notices/HASH` answers them.
    NoticeHash, "a notice's hash: 64 lower-case hexadecimal digits"
);
digest_of!(
    /// SHA-256 of a file that is kept as evidence, such as the report of a scan.
    EvidenceHash, "the SHA-256 of a file: 64 lower-case hexadecimal digits"
);

impl MaterialDigest {
    /// The first bytes of SHA-256 over the canonical form of what is material.
    pub fn of(bytes: &[u8]) -> Self {
        let mut first = [0; 6];
        first.copy_from_slice(&Sha256Digest::of(bytes).0[..6]);
        Self(first)
    }
}

/// Declares a short readable name: lower-case letters, digits and single dashes.
macro_rules! slug_identifier {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The name itself.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = BadIdentifier;

            fn from_str(text: &str) -> Result<Self, BadIdentifier> {
                if is_slug(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(BadIdentifier($what))
                }
            }
        }

        serde_as_text!($name);
    };
}

slug_identifier!(
    /// Names a site in addresses (`/t/SITE.js`) and in receipts.
    SiteId, "a site id: 1 to 40 lower-case letters, digits and single dashes"
);
slug_identifier!(
    /// Names a service within its site (`data-service`).
    ServiceId, "a service id: 1 to 40 lower-case letters, digits and single dashes"
);

slug_identifier!(
    /// Names a grant: a token's role and sites.
    GrantId, "a grant's id: 1 to 40 lower-case letters, digits and single dashes"
);

impl GrantId {
    /// The id of a grant that was given none: the first 12 digits of its token's SHA-256.
    pub fn of_token(digest: Sha256Digest) -> Self {
        let mut id = digest.to_string();
        id.truncate(12);
        Self(id)
    }
}

fn is_slug(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.split('-').all(|part| {
            !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
        })
}

/// Names a receipt everywhere: the site, a dot, and the report's id.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ReceiptId {
    /// The site in whose log the record is.
    pub site: SiteId,
    /// The report that the receipt answers.
    pub report: ReportId,
}

impl fmt::Display for ReceiptId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.site, self.report)
    }
}

impl FromStr for ReceiptId {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        let what = BadIdentifier("a receipt id: a site id, a dot, 32 hexadecimal digits");
        let (site, report) = text.split_once('.').ok_or(what)?;
        Ok(Self {
            site: site.parse().map_err(|_| what)?,
            report: report.parse().map_err(|_| what)?,
        })
    }
}

serde_as_text!(ReceiptId);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_slugs_name_a_site() {
        for good in ["a", "boutique", "site-2", "a-b-c", &"x".repeat(40)] {
            assert!(good.parse::<SiteId>().is_ok(), "{good}");
        }
        for bad in [
            "",
            "-",
            "a-",
            "-a",
            "a--b",
            "A",
            "é",
            "a.b",
            "a/b",
            "..",
            "a b",
            &"x".repeat(41),
        ] {
            assert!(bad.parse::<SiteId>().is_err(), "{bad}");
        }
    }

    #[test]
    fn an_identifier_has_one_spelling() {
        assert!(
            "A0000000000000000000000000000000"
                .parse::<ReportId>()
                .is_err()
        );
        assert!(
            "0000000000000000000000000000000"
                .parse::<ReportId>()
                .is_err()
        );
        assert_eq!(
            "zz".parse::<ReportId>().unwrap_err().to_string(),
            "must be a report id: 32 lower-case hexadecimal digits"
        );
    }

    #[test]
    fn a_notice_hash_is_plain_sha_256() {
        // FIPS 180-4 example: SHA-256("abc").
        insta::assert_snapshot!(
            NoticeHash::of(b"abc"),
            @"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    proptest! {
        #[test]
        fn identifiers_read_back(bytes: [u8; 16], site in "[a-z0-9]{1,20}(-[a-z0-9]{1,9}){0,2}") {
            let id = ReceiptId { site: site.parse().unwrap(), report: ReportId(bytes) };
            prop_assert_eq!(id.to_string().parse::<ReceiptId>().unwrap(), id);
        }
    }
}
