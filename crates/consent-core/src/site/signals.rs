//! Telling other people's tools what was decided: Google Consent Mode, Microsoft UET and Clarity, Meta, TikTok, Matomo,
//! PostHog, HubSpot, Shopify, the WP Consent API and Amazon.
//!
//! One table ([`Tool`]) has each tool's permissions, the purpose that grants each, and the tool's documentation. The loader gets
//! the rows of the tools that the site names. How each is called is in `consent-widget/loader/interop/callers`, a file for each.

use crate::choice::purpose::Purpose;
use crate::site::jurisdiction::Jurisdiction;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Makes [`Tool`]. Each column has a function of its own, so that a program carries only the columns that it uses.
macro_rules! tools {
    ($(
        $(#[$doc:meta])*
        $tool:ident $id:literal $name:literal $documentation:literal { $($permission:literal: $purpose:ident),+ }
    )*) => {
        /// A tool of others that can be told what a visitor decided.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[serde(rename_all = "snake_case")]
        pub enum Tool {
            $($(#[$doc])* $tool,)*
        }

        impl Tool {
            /// Every tool, in the order in which they are told.
            pub const ALL: &[Self] = &[$(Self::$tool),*];

            /// The tool's name in a configuration, in a record, and in the build.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$tool => $id,)* }
            }

            /// The tool's own name.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$tool => $name,)* }
            }

            /// Where its maker says how it is told.
            pub const fn documentation(self) -> &'static str {
                match self { $(Self::$tool => $documentation,)* }
            }

            /// The tool's permissions, in its own words, and the purpose that grants each. Where the tool asks for one thing
            /// and has no word for it, the word is `consent`.
            pub const fn permissions(self) -> &'static [(&'static str, Purpose)] {
                match self { $(Self::$tool => &[$(($permission, Purpose::$purpose)),+],)* }
            }
        }
    };
}

// A tool, its name here, its own name, its documentation; its permissions.
tools! {
    /// Google's tags, by Consent Mode v2 through `dataLayer`.
    Google "google" "Google Consent Mode" "https://developers.google.com/tag-platform/security/guides/consent" {
        "ad_personalization": Marketing,
        "ad_storage": Marketing,
        "ad_user_data": Marketing,
        "analytics_storage": Statistics,
        "functionality_storage": Preferences,
        "personalization_storage": Preferences,
        "security_storage": Necessary
    }
    /// Microsoft Advertising's tag, by UET consent mode through `uetq`.
    MicrosoftUet "microsoft_uet" "Microsoft UET" "https://help.ads.microsoft.com/apex/index/3/en/60119" {
        "ad_storage": Marketing
    }
    /// Microsoft Clarity, by its consent API v2.
    Clarity "clarity" "Microsoft Clarity" "https://learn.microsoft.com/en-us/clarity/setup-and-installation/clarity-consent-api-v2" {
        "ad_Storage": Marketing,
        "analytics_Storage": Statistics
    }
    /// The Meta pixel, through `fbq`.
    Meta "meta" "Meta pixel" "https://developers.facebook.com/docs/meta-pixel/implementation/gdpr" {
        "consent": Marketing
    }
    /// The TikTok pixel, through `ttq`.
    Tiktok "tiktok" "TikTok pixel" "https://business-api.tiktok.com/portal/docs?id=1739585600931842" {
        "consent": Marketing
    }
    /// Matomo, through `_paq`.
    Matomo "matomo" "Matomo" "https://developer.matomo.org/guides/tracking-consent" {
        "consent": Statistics
    }
    /// PostHog, through `posthog`.
    Posthog "posthog" "PostHog" "https://posthog.com/docs/privacy/data-collection" {
        "consent": Statistics
    }
    /// HubSpot, through `_hsp`.
    Hubspot "hubspot" "HubSpot" "https://developers.hubspot.com/docs/api/events/cookie-banner" {
        "advertisement": Marketing,
        "analytics": Statistics,
        "functionality": Preferences
    }
    /// Shopify, by its Customer Privacy API. To share data with third parties is to sell it, by the laws that the word is from.
    Shopify "shopify" "Shopify Customer Privacy" "https://shopify.dev/docs/api/customer-privacy" {
        "analytics": Statistics,
        "marketing": Marketing,
        "preferences": Preferences,
        "sale_of_data": Marketing
    }
    /// WordPress plugins, by the WP Consent API. Whether statistics are anonymous, we cannot know: they take the visitor's yes.
    WpConsentApi "wp_consent_api" "WP Consent API" "https://wordpress.org/plugins/wp-consent-api/" {
        "functional": Necessary,
        "marketing": Marketing,
        "preferences": Preferences,
        "statistics": Statistics,
        "statistics-anonymous": Statistics
    }
    /// Amazon's advertising tag, by the Amazon Consent Signal.
    Amazon "amazon" "Amazon Consent Signal" "https://advertising.amazon.com/help/GKJQ7E8SE9BRG73Q" {
        "ad_storage": Marketing,
        "user_data": Marketing
    }
}

/// A set of tools; in JSON, the list of their names, in the order of [`Tool::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Tool>", into = "Vec<Tool>")]
pub struct Tools(u16);

impl Tools {
    /// The tools, in the order of [`Tool::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Tool> {
        let has = move |tool: &Tool| self.0 >> *tool as u16 & 1 == 1;
        Tool::ALL.iter().copied().filter(has)
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0 == 0
    }

    /// Those that are in the other set too.
    #[must_use]
    pub const fn among(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// The set as a number, as it is stored: a bit for each tool, by its place in [`Tool::ALL`]. A place is never given to another
    /// tool.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// The set of a number; `None` where it has a bit of no tool.
    pub fn from_bits(bits: u16) -> Option<Self> {
        (bits >> Tool::ALL.len() == 0).then_some(Self(bits))
    }
}

impl FromIterator<Tool> for Tools {
    fn from_iter<I: IntoIterator<Item = Tool>>(tools: I) -> Self {
        let bits = tools.into_iter().map(|tool| 1 << tool as u16);
        Self(bits.fold(0, |all, bit: u16| all | bit))
    }
}

impl From<Vec<Tool>> for Tools {
    fn from(tools: Vec<Tool>) -> Self {
        tools.into_iter().collect()
    }
}

impl From<Tools> for Vec<Tool> {
    fn from(tools: Tools) -> Self {
        tools.iter().collect()
    }
}

/// The longest that tags may be asked to wait for a choice that is already stored, in milliseconds.
pub const LONGEST_WAIT_MS: u16 = 5000;

/// Whom the site tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a yes or no in the owner\'s file"
)]
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
    /// The Meta pixel, through `fbq("consent", …)`.
    #[serde(default, skip_serializing_if = "is_off")]
    pub meta: bool,
    /// The TikTok pixel, through `ttq`.
    #[serde(default, skip_serializing_if = "is_off")]
    pub tiktok: bool,
    /// Matomo, through `_paq`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matomo: Option<MatomoSignals>,
    /// PostHog, through `posthog`.
    #[serde(default, skip_serializing_if = "is_off")]
    pub posthog: bool,
    /// HubSpot, through `_hsp`.
    #[serde(default, skip_serializing_if = "is_off")]
    pub hubspot: bool,
    /// Shopify, by its Customer Privacy API.
    #[serde(default, skip_serializing_if = "is_off")]
    pub shopify: bool,
    /// WordPress plugins, by the WP Consent API.
    #[serde(default, skip_serializing_if = "is_off")]
    pub wp_consent_api: bool,
    /// Amazon's advertising tag, by the Amazon Consent Signal.
    #[serde(default, skip_serializing_if = "is_off")]
    pub amazon: bool,
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

/// How Matomo is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MatomoSignals {
    /// What waits for the visitor's yes.
    #[serde(default)]
    pub mode: MatomoMode,
}

/// What of Matomo waits for the visitor's yes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "snake_case")]
pub enum MatomoMode {
    /// Everything: nothing is counted before (`requireConsent`).
    #[default]
    Consent,
    /// Cookies: visits are counted without them before (`requireCookieConsent`).
    CookieConsent,
}

/// What the loader needs to tell the tools: a row for each that the site names.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LoaderSignals(
    #[cfg_attr(test, ts(type = "Partial<Record<Tool, LoaderTool>>"))] pub BTreeMap<Tool, LoaderTool>,
);

/// What the loader needs to tell one tool.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LoaderTool {
    /// Each of the tool's permissions, and the purpose that grants it.
    #[cfg_attr(test, ts(type = "Record<string, Purpose>"))]
    pub types: BTreeMap<String, Purpose>,
    /// Google: how long a tag waits for the update of a stored choice, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub wait: Option<u16>,
    /// Google: whether click identifiers are passed in addresses where cookies are denied.
    #[serde(default, skip_serializing_if = "is_off")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub passthrough: bool,
    /// Google: whether advertising identifiers are removed from requests where marketing is denied.
    #[serde(default, skip_serializing_if = "is_off")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub redaction: bool,
    /// Matomo: what waits for the visitor's yes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub mode: Option<MatomoMode>,
    /// Amazon: the country whose law applies, as ISO 3166-1 alpha-2 has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub country: Option<String>,
}

impl Signals {
    /// The tools that the site tells.
    pub fn tools(&self) -> Tools {
        let named = |tool: &Tool| match tool {
            Tool::Google => self.google.is_some(),
            Tool::MicrosoftUet => self.microsoft_uet,
            Tool::Clarity => self.clarity,
            Tool::Meta => self.meta,
            Tool::Tiktok => self.tiktok,
            Tool::Matomo => self.matomo.is_some(),
            Tool::Posthog => self.posthog,
            Tool::Hubspot => self.hubspot,
            Tool::Shopify => self.shopify,
            Tool::WpConsentApi => self.wp_consent_api,
            Tool::Amazon => self.amazon,
        };
        Tool::ALL.iter().copied().filter(named).collect()
    }

    /// The loader's part under a law, or `None` where nobody is told.
    pub fn for_loader(&self, law: Jurisdiction) -> Option<LoaderSignals> {
        let tools: BTreeMap<_, _> = self
            .tools()
            .iter()
            .map(|tool| (tool, self.row(tool, law)))
            .collect();
        (!tools.is_empty()).then_some(LoaderSignals(tools))
    }

    fn row(&self, tool: Tool, law: Jurisdiction) -> LoaderTool {
        let permissions = tool.permissions().iter();
        let mut row = LoaderTool {
            types: permissions
                .map(|&(name, purpose)| (name.to_owned(), purpose))
                .collect(),
            ..LoaderTool::default()
        };
        match (tool, &self.google, &self.matomo) {
            (Tool::Google, Some(google), _) => {
                row.wait = Some(google.wait_for_update_ms);
                row.passthrough = google.url_passthrough;
                row.redaction = google.ads_data_redaction;
            }
            (Tool::Matomo, _, Some(matomo)) => row.mode = Some(matomo.mode),
            (Tool::Amazon, ..) => row.country = law.as_str().get(..2).map(str::to_owned),
            _ => {}
        }
        row
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::choice::decision::Decision;
    use crate::site::jurisdiction::until_refused;
    use crate::site::service::CountryCode;

    fn loader(signals: &str, law: Jurisdiction) -> String {
        let signals: Signals = serde_json::from_str(signals).unwrap();
        serde_json::to_string(&signals.for_loader(law)).unwrap()
    }

    #[test]
    fn nobody_is_told_unless_the_owner_says_so() {
        assert!(
            Signals::default()
                .for_loader(Jurisdiction::Quebec)
                .is_none()
        );
        assert_eq!(serde_json::to_string(&Signals::default()).unwrap(), "{}");
        let signals: Signals = serde_json::from_str(r#"{"google": {}}"#).unwrap();
        assert_eq!(signals.google.unwrap().mode, GoogleMode::Basic);
    }

    #[test]
    fn the_loader_gets_the_rows_of_the_tools_that_are_named() {
        insta::assert_snapshot!(loader(r#"{"google": {}}"#, Jurisdiction::Quebec), @r#"{"google":{"types":{"ad_personalization":"marketing","ad_storage":"marketing","ad_user_data":"marketing","analytics_storage":"statistics","functionality_storage":"preferences","personalization_storage":"preferences","security_storage":"necessary"},"wait":500,"redaction":true}}"#);
        insta::assert_snapshot!(loader(r#"{"meta": true, "matomo": {"mode": "cookie_consent"}}"#, Jurisdiction::Quebec), @r#"{"meta":{"types":{"consent":"marketing"}},"matomo":{"types":{"consent":"statistics"},"mode":"cookie_consent"}}"#);
        insta::assert_snapshot!(loader(r#"{"amazon": true}"#, Jurisdiction::Quebec), @r#"{"amazon":{"types":{"ad_storage":"marketing","user_data":"marketing"},"country":"CA"}}"#);
    }

    #[test]
    fn every_tool_can_be_named_and_an_unknown_one_is_refused_with_those_that_are_known() {
        for tool in Tool::ALL {
            let value = if matches!(tool, Tool::Google | Tool::Matomo) {
                "{}"
            } else {
                "true"
            };
            let text = format!(r#"{{"{}":{value}}}"#, tool.as_str());
            let signals: Signals = serde_json::from_str(&text).unwrap();
            assert_eq!(
                signals.tools().iter().collect::<Vec<_>>(),
                [*tool],
                "{text}"
            );
            assert_eq!(
                serde_json::to_string(tool).unwrap(),
                format!("\"{}\"", tool.as_str())
            );
            assert!(tool.documentation().starts_with("https://"), "{text}");
        }
        let error = serde_json::from_str::<Signals>(r#"{"linkedin": true}"#)
            .unwrap_err()
            .to_string();
        for tool in Tool::ALL {
            assert!(error.contains(&format!("`{}`", tool.as_str())), "{error}");
        }
    }

    #[test]
    fn a_set_of_tools_is_stored_as_it_ever_was() {
        let bits = |tools: &[Tool]| tools.iter().copied().collect::<Tools>().bits();
        let all = Tool::ALL.iter().map(|tool| (tool.as_str(), bits(&[*tool])));
        insta::assert_snapshot!(format!("{:?}", all.collect::<Vec<_>>()), @r#"[("google", 1), ("microsoft_uet", 2), ("clarity", 4), ("meta", 8), ("tiktok", 16), ("matomo", 32), ("posthog", 64), ("hubspot", 128), ("shopify", 256), ("wp_consent_api", 512), ("amazon", 1024)]"#);
        let some = Tools::from_bits(bits(&[Tool::Meta, Tool::Google])).unwrap();
        assert_eq!(
            serde_json::to_string(&some).unwrap(),
            r#"["google","meta"]"#
        );
        let read: Tools = serde_json::from_str(r#"["meta","google","meta"]"#).unwrap();
        assert_eq!(read, some);
        assert_eq!(
            some.among([Tool::Meta, Tool::Amazon].into_iter().collect())
                .bits(),
            8
        );
        assert_eq!(Tools::from_bits(1 << 11), None);
        assert!(serde_json::from_str::<Tools>(r#"["linkedin"]"#).is_err());
    }

    #[test]
    fn each_law_is_of_a_country() {
        for law in Jurisdiction::ALL {
            let country = law.as_str().get(..2).unwrap();
            assert!(country.parse::<CountryCode>().is_ok(), "{}", law.as_str());
        }
    }

    /// What Google's tags are told before an answer, in each place: a loader is for one law, so its default needs no `region`.
    #[test]
    fn the_default_of_consent_mode_follows_from_the_law() {
        let asked = Purpose::OPTIONAL;
        for law in Jurisdiction::ALL {
            for gpc in [false, true] {
                let on = until_refused(&asked, law.model(), &law.models_apart());
                let before = Decision::before_answer(|purpose| on.contains(&purpose), gpc);
                for &(name, purpose) in Tool::Google.permissions() {
                    let granted = match purpose {
                        Purpose::Necessary => true,
                        Purpose::Marketing => on.contains(&purpose) && !gpc,
                        _ => on.contains(&purpose),
                    };
                    assert_eq!(
                        before.grants(purpose),
                        granted,
                        "{} {name} {gpc}",
                        law.as_str()
                    );
                }
            }
        }
        let granted = |law: Jurisdiction| {
            let on = until_refused(&asked, law.model(), &law.models_apart());
            let before = Decision::before_answer(|purpose| on.contains(&purpose), false);
            let types = Tool::Google.permissions().iter();
            types.filter(|(_, purpose)| before.grants(*purpose)).count()
        };
        assert_eq!(granted(Jurisdiction::France), 1);
        assert_eq!(granted(Jurisdiction::Quebec), 1);
        assert_eq!(granted(Jurisdiction::California), 7);
    }
}
