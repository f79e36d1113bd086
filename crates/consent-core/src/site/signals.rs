//! Telling other people's tags what was decided: Google Consent Mode, Microsoft UET and Clarity.
//!
//! One table maps their words to the four purposes; the loader gets it with the site.

use crate::choice::purpose::Purpose;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Google Consent Mode v2: each consent type and the purpose that grants it.
pub const GOOGLE_CONSENT_TYPES: [(&str, Purpose); 7] = [
    ("ad_personalization", Purpose::Marketing),
    ("ad_storage", Purpose::Marketing),
    ("ad_user_data", Purpose::Marketing),
    ("analytics_storage", Purpose::Statistics),
    ("functionality_storage", Purpose::Preferences),
    ("personalization_storage", Purpose::Preferences),
    ("security_storage", Purpose::Necessary),
];

/// The longest that tags may be asked to wait for a choice that is already stored, in milliseconds.
pub const LONGEST_WAIT_MS: u16 = 5000;

/// Whom the site tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Signals {
    /// Google's tags, through `dataLayer`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub google: Option<GoogleSignals>,
    /// Microsoft Advertising's tag, through `uetq`.
    #[serde(default, skip_serializing_if = "is_off")]
    pub microsoft_uet: bool,
    /// Microsoft Clarity, through `clarity("consentv2", …)`.
    #[serde(default, skip_serializing_if = "is_off")]
    pub clarity: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_off(on: &bool) -> bool {
    !*on
}

/// How Google's tags are told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GoogleSignals {
    /// Whether the tags wait, or run without cookies.
    #[serde(default)]
    pub mode: GoogleMode,
    /// How long a tag waits for the update of a stored choice, in milliseconds.
    #[serde(default = "half_a_second")]
    pub wait_for_update_ms: u16,
    /// Passes click identifiers in addresses where cookies are denied.
    #[serde(default)]
    pub url_passthrough: bool,
    /// Strips advertising identifiers from requests where marketing is denied.
    #[serde(default = "on")]
    pub ads_data_redaction: bool,
}

const fn half_a_second() -> u16 {
    500
}

const fn on() -> bool {
    true
}

/// Google's two ways of using its consent mode.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum GoogleMode {
    /// The gate holds the tags until their purpose is granted.
    #[default]
    Basic,
    /// Services that say `"consent_mode": true` run before a choice, and are told that all is denied.
    Advanced,
}

/// What the loader needs to tell the tags.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LoaderSignals {
    /// Google's consent types; absent where Google is not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub google: Option<LoaderGoogle>,
    /// Whether Microsoft Advertising is told.
    #[serde(default, skip_serializing_if = "is_off")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub uet: bool,
    /// Whether Clarity is told.
    #[serde(default, skip_serializing_if = "is_off")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub clarity: bool,
}

/// What the loader tells Google's tags.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LoaderGoogle {
    /// Each of Google's consent types, and the purpose that grants it.
    #[cfg_attr(test, ts(type = "Record<string, Purpose>"))]
    pub types: BTreeMap<String, Purpose>,
    /// How long a tag waits for the update of a stored choice, in milliseconds.
    pub wait: u16,
    /// Whether click identifiers are passed in addresses where cookies are denied.
    #[serde(default, skip_serializing_if = "is_off")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub passthrough: bool,
    /// Whether advertising identifiers are removed from requests where marketing is denied.
    #[serde(default, skip_serializing_if = "is_off")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub redaction: bool,
}

impl Signals {
    /// The loader's part, or `None` where nobody is told.
    pub fn for_loader(&self) -> Option<LoaderSignals> {
        if *self == Self::default() {
            return None;
        }
        Some(LoaderSignals {
            google: self.google.as_ref().map(|google| LoaderGoogle {
                types: GOOGLE_CONSENT_TYPES
                    .map(|(name, purpose)| (name.to_owned(), purpose))
                    .into(),
                wait: google.wait_for_update_ms,
                passthrough: google.url_passthrough,
                redaction: google.ads_data_redaction,
            }),
            uet: self.microsoft_uet,
            clarity: self.clarity,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_told_unless_the_owner_says_so() {
        assert!(Signals::default().for_loader().is_none());
        let signals: Signals = serde_json::from_str(r#"{"google": {}}"#).unwrap();
        let google = signals.google.clone().unwrap();
        assert_eq!(google.mode, GoogleMode::Basic);
        let loader = signals.for_loader().unwrap().google.unwrap();
        assert_eq!(loader.types.len(), GOOGLE_CONSENT_TYPES.len());
        assert_eq!(loader.types["analytics_storage"], Purpose::Statistics);
        assert_eq!(
            (loader.wait, loader.passthrough, loader.redaction),
            (500, false, true)
        );
    }
}
