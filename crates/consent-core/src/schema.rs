//! JSON Schemas (draft 2020-12) of the types that are written as text: what their parsers accept, in one table. The
//! tests hold each pattern against its parser.
//!
//! The schemas of all other types are derived where the types are. The feature `schema` builds both: the server and the
//! widget are built without it.

use crate::api::token::TokenName;
use crate::api::webhook::{MessageId, WebhookId};
use crate::calendar::{Date, Timestamp};
use crate::ident::{
    Commitment, ConsentId, EvidenceHash, GrantId, LoaderTicket, MaterialDigest, NoticeHash,
    ReceiptId, ReportId, Salt, ServiceId, Sha256Digest, SiteId, SubjectTag,
};
use crate::log_origin::{LogOrigin, ServerName, Shards};
use crate::site::service::{CookieName, CountryCode, Lifetime};
use crate::text::{Email, Host, HostPattern, LanguageTag, Link, Origin, Text};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use std::borrow::Cow;

/// What is said of a type that is written as text.
#[derive(Clone, Copy, Debug)]
pub struct TextType {
    /// Its name in the schemas.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// A regular expression (ECMA-262, and the same in Rust and Python) that its texts match.
    pub pattern: &'static str,
    /// The length of its longest text, in characters.
    pub longest: usize,
    /// One of its texts.
    pub example: &'static str,
    /// Whether its parser accepts a text.
    pub accepts: fn(&str) -> bool,
}

impl TextType {
    fn schema(&self) -> Schema {
        json_schema!({
            "type": "string",
            "description": self.about,
            "pattern": self.pattern,
            "minLength": 1,
            "maxLength": self.longest,
            "examples": [self.example],
        })
    }
}

/// What one pattern says more than once.
macro_rules! piece {
    (slug) => {
        "[a-z0-9]+(-[a-z0-9]+)*"
    };
    (label) => {
        "[a-z0-9]([a-z0-9-]*[a-z0-9])?"
    };
    (host) => {
        concat!(piece!(label), r"(\.", piece!(label), ")*")
    };
    // 1 to 65535.
    (count) => {
        "([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
    };
    // No control character.
    (plain) => {
        r"[^\u0000-\u001f\u007f-\u009f]"
    };
    // Neither a control character nor white space (Unicode, White_Space).
    (ink) => {
        r"[^\u0000-\u0020\u007f-\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
    };
    (address) => {
        r"[!#-;=?-\[\]^_a-~]"
    };
}

/// Declares the schemas, and the table of them.
macro_rules! texts {
    ($($type:ty, $name:literal, $about:literal, $longest:literal, $example:literal, $pattern:expr;)*) => {
        $(impl JsonSchema for $type {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                TextType {
                    name: $name,
                    about: $about,
                    pattern: $pattern,
                    longest: $longest,
                    example: $example,
                    accepts: |text| <$type>::try_from(text.to_owned()).is_ok(),
                }
                .schema()
            }
        })*

        /// Every type that is written as text.
        pub const TEXTS: &[TextType] = &[$(TextType {
            name: $name,
            about: $about,
            pattern: $pattern,
            longest: $longest,
            example: $example,
            accepts: |text| <$type>::try_from(text.to_owned()).is_ok(),
        }),*];
    };
}

texts! {
    ConsentId, "ConsentId", "The visitor's secret: 32 lower-case hexadecimal digits.",
        32, "0f0e0d0c0b0a09080706050403020100", "^[0-9a-f]{32}$";
    ReportId, "ReportId", "A report's id: 32 lower-case hexadecimal digits.",
        32, "000102030405060708090a0b0c0d0e0f", "^[0-9a-f]{32}$";
    Sha256Digest, "Sha256Digest", "A SHA-256 digest: 64 lower-case hexadecimal digits.",
        64, "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", "^[0-9a-f]{64}$";
    NoticeHash, "NoticeHash", "SHA-256 of a notice's bytes: 64 lower-case hexadecimal digits.",
        64, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "^[0-9a-f]{64}$";
    EvidenceHash, "EvidenceHash", "SHA-256 of a file: 64 lower-case hexadecimal digits.",
        64, "fcde2b2edba56bf408601fb721fe9b5c338d10ee429ea04fae5511b68fbf8fb9", "^[0-9a-f]{64}$";
    MaterialDigest, "MaterialDigest", "A digest: 12 lower-case hexadecimal digits.",
        12, "2c26b46b68ff", "^[0-9a-f]{12}$";
    SubjectTag, "SubjectTag", "The visitor, as one site's log knows them: 32 lower-case hexadecimal digits.",
        32, "0102030405060708090a0b0c0d0e0f10", "^[0-9a-f]{32}$";
    Commitment, "Commitment", "A commitment: 64 lower-case hexadecimal digits.",
        64, "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", "^[0-9a-f]{64}$";
    Salt, "Salt", "A salt: 64 lower-case hexadecimal digits.",
        64, "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", "^[0-9a-f]{64}$";
    LoaderTicket, "LoaderTicket", "A loader's ticket: 32 lower-case hexadecimal digits.",
        32, "01c8a3d40b1f2e3d4c5b6a7988776655", "^[0-9a-f]{32}$";
    SiteId, "SiteId", "A site's id: 1 to 40 lower-case letters, digits and single dashes.",
        40, "relais", concat!("^", piece!(slug), "$");
    ServiceId, "ServiceId", "A service's id: 1 to 40 lower-case letters, digits and single dashes.",
        40, "mesure", concat!("^", piece!(slug), "$");
    GrantId, "GrantId", "A grant's id: 1 to 40 lower-case letters, digits and single dashes.",
        40, "3f79bb7b435b", concat!("^", piece!(slug), "$");
    WebhookId, "WebhookId", "A webhook's id: wh_ and 32 lower-case hexadecimal digits.",
        35, "wh_000102030405060708090a0b0c0d0e0f", "^wh_[0-9a-f]{32}$";
    MessageId, "MessageId", "What is told, by its id: msg_ and 32 lower-case hexadecimal digits.",
        36, "msg_000102030405060708090a0b0c0d0e0f", "^msg_[0-9a-f]{32}$";
    ReceiptId, "ReceiptId", "A receipt's id: a site's id, a dot, and the report's id.",
        73, "relais.000102030405060708090a0b0c0d0e0f", concat!("^", piece!(slug), r"\.[0-9a-f]{32}$");
    Timestamp, "Timestamp", "An instant in UTC from 1970 to 9999, with or without milliseconds; the server writes them always.",
        24, "2026-11-22T20:27:45.120Z",
        "^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.][0-9]{3})?Z$";
    Date, "Date", "A day of the calendar from 1970 to 9999 (RFC 3339, full-date).",
        10, "2026-11-22", "^(19[7-9][0-9]|[2-9][0-9]{3})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";
    LanguageTag, "LanguageTag", "A language, then perhaps a region or a script (BCP 47).",
        8, "fr-CA", "^[a-z]{2,3}(-([A-Z]{2}|[A-Z][a-z]{3}))?$";
    Origin, "Origin", "An origin: https, a host and perhaps a port; plain http on this machine only.",
        253, "https://www.relais.example",
        concat!("^(https://", piece!(host), "|http://(localhost|127[.]0[.]0[.]1|", piece!(host), "[.]localhost))(:", piece!(count), ")?$");
    Host, "Host", "A host name in lower case, without scheme, port or path.",
        253, "www.relais.example", concat!("^", piece!(host), "$");
    HostPattern, "HostPattern", "A host, with its port if it is not the scheme's own, or every host below one.",
        300, "*.relais.example", concat!(r"^(\*\.)?", piece!(host), "(:[+]?[0-9]+)?$");
    Link, "Link", "An address that begins with https://, or a path of the site that begins with one /.",
        500, "/confidentialite",
        concat!(r"^(/|/[!#-.0-;=?-\[\]^_a-~]", piece!(address), "*|https://[0-9A-Za-z]", piece!(address), "*)$");
    Email, "Email", "An address for mail.",
        254, "privacy@relais.example",
        concat!("^[0-9A-Za-z._+-]{1,64}@", piece!(label), r"(\.", piece!(label), ")+$");
    CookieName, "CookieName", "A cookie's name, or a prefix of two characters or more and `*`.",
        101, "_ga_*", "^([!#$%&'+.^_`|~0-9A-Za-z-]{1,100}|[!#$%&'+.^_`|~0-9A-Za-z-]{2,100}[*])$";
    Lifetime, "Lifetime", "`session`, or an ISO 8601 duration of one unit.",
        8, "P13M", concat!("^(session|PT", piece!(count), "[MH]|P", piece!(count), "[DWMY])$");
    CountryCode, "CountryCode", "A country's two-letter code (ISO 3166-1 alpha-2).",
        2, "CA", "^[A-Z]{2}$";
    LogOrigin, "LogOrigin", "A log's origin (C2SP tlog-checkpoint).",
        300, "temoin.example/relais/2026q4/0", "^[!-*,-~]+$";
    ServerName, "ServerName", "A server's name in its logs.",
        100, "temoin.example", "^[a-z0-9.:-]+$";
    TokenName, "TokenName", "What a token is called: 1 to 80 characters on one line.",
        80, "Agence Érable", concat!("^", piece!(plain), "*", piece!(ink), piece!(plain), "*$");
}

impl<const MAX: usize> JsonSchema for Text<MAX> {
    fn schema_name() -> Cow<'static, str> {
        format!("Text{MAX}").into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        TextType {
            name: "Text",
            about: "A text on one line, not blank.",
            pattern: TEXT_PATTERN,
            longest: MAX,
            example: "Le Relais",
            accepts: |text| Self::try_from(text.to_owned()).is_ok(),
        }
        .schema()
    }
}

const TEXT_PATTERN: &str = concat!("^", piece!(plain), "*", piece!(ink), piece!(plain), "*$");

impl JsonSchema for Shards {
    fn schema_name() -> Cow<'static, str> {
        "Shards".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "integer",
            "description": "Among how many objects the proofs of a site are spread.",
            "minimum": 1,
            "maximum": 16,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::string::string_regex;
    use proptest::test_runner::{Config, TestRunner};
    use regex::Regex;

    /// What no pattern says, and the parser refuses: the days of a month; the scheme's own port, which an origin leaves
    /// out, and hosts and ports that are too long.
    const NARROWER_PARSERS: [&str; 4] = ["Timestamp", "Date", "Origin", "HostPattern"];
    /// What is accepted and written otherwise: white space around a name.
    const WIDER_PARSERS: [&str; 1] = ["TokenName"];

    fn all() -> Vec<TextType> {
        let text = TextType {
            name: "Text120",
            about: "",
            pattern: TEXT_PATTERN,
            longest: 120,
            example: "Le Relais",
            accepts: |text| Text::<120>::try_from(text.to_owned()).is_ok(),
        };
        TEXTS.iter().copied().chain([text]).collect()
    }

    impl TextType {
        fn matches(&self, pattern: &Regex, text: &str) -> bool {
            pattern.is_match(text) && (1..=self.longest).contains(&text.chars().count())
        }
    }

    #[test]
    fn every_example_is_one() {
        for text in all() {
            let pattern = Regex::new(text.pattern).unwrap();
            assert!((text.accepts)(text.example), "{}", text.name);
            assert!(text.matches(&pattern, text.example), "{}", text.name);
        }
    }

    #[test]
    fn what_matches_is_accepted() {
        for text in all() {
            let inner = text.pattern.trim_start_matches('^').trim_end_matches('$');
            let pattern = Regex::new(text.pattern).unwrap();
            let texts = string_regex(inner).unwrap();
            TestRunner::new(Config::with_cases(150))
                .run(&texts, |one| {
                    let accepted = (text.accepts)(&one);
                    if text.matches(&pattern, &one) && !NARROWER_PARSERS.contains(&text.name) {
                        prop_assert!(accepted, "{}: {:?}", text.name, one);
                    }
                    Ok(())
                })
                .unwrap();
        }
    }

    #[test]
    fn what_is_accepted_matches() {
        for text in all() {
            let inner = text.pattern.trim_start_matches('^').trim_end_matches('$');
            let pattern = Regex::new(text.pattern).unwrap();
            // A text that matches with a piece cut out, or a character put in or changed.
            let near = (
                string_regex(inner).unwrap(),
                any::<(u16, u8)>(),
                "[ -~]|\\PC|\\pC",
            );
            let wider = WIDER_PARSERS.contains(&text.name);
            TestRunner::new(Config::with_cases(150))
                .run(&near, |(one, (at, cut), put)| {
                    let letters: Vec<char> = one.chars().collect();
                    let at = usize::from(at) % (letters.len() + 1);
                    let until = letters.len().min(at + usize::from(cut % 3));
                    let put: Vec<char> = put.chars().collect();
                    let changed: String = letters[..at]
                        .iter()
                        .chain(&put)
                        .chain(&letters[until..])
                        .collect();
                    for one in [changed, put.iter().collect()] {
                        if (text.accepts)(&one) && !wider {
                            prop_assert!(text.matches(&pattern, &one), "{}: {:?}", text.name, one);
                        }
                    }
                    Ok(())
                })
                .unwrap();
        }
    }

    #[test]
    fn a_site_has_as_many_shards_as_the_schema_says() {
        let schema = schemars::schema_for!(Shards);
        let (least, most) = (&schema.as_value()["minimum"], &schema.as_value()["maximum"]);
        for count in 0..=u8::MAX {
            let within = (least.as_u64()..=most.as_u64()).contains(&Some(count.into()));
            assert_eq!(Shards::try_from(count).is_ok(), within, "{count}");
        }
    }
}
