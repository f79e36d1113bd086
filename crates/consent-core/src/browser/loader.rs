//! The data that the edge puts into the loader of one site in one language, and which parts the loader has.

use crate::choice::purpose::Purpose;
use crate::ident::{MaterialDigest, NoticeHash, ServiceId, SiteId};
use crate::site::config::{ImportSource, SiteConfig};
use crate::site::jurisdiction::{ConsentModel, Jurisdiction};
use crate::site::service::Service;
use crate::site::signals::{LoaderSignals, Signals};
use crate::text::{Host, Label, LanguageTag, Origin};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The name that stands in the built loader where the edge puts a [`LoaderSite`].
pub const LOADER_SITE_NAME: &str = "__TEMOIN_SITE__";

/// The name that stands in a built loader with [`LoaderOption::Signals`] where the edge puts what tells the tools that a site names.
pub const LOADER_CALLERS_NAME: &str = "__TEMOIN_CALLERS__";

/// A part of the loader that a site can do without. There is one built loader for each set of them, so that
/// nobody downloads what their site does not use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoaderOption {
    /// Blocks what nobody marked.
    Automatic,
    /// Offers `window.Cookiebot` to pages that rely on it.
    Cookiebot,
    /// Hands a choice over to the site's other domains.
    HandOver,
    /// Takes over the choice that another consent tool stored.
    Import,
    /// Takes what was answered under another law of the site for an answer, where it is one.
    Laws,
    /// Lets what is asked for run until the visitor, or the signal of their browser, objects.
    OptOut,
    /// Follows the page's language, and a page of another of the site's origins that has this one in a frame.
    Several,
    /// Tells the tools that the site names what was decided. The part for each tool is put in apart, at publication.
    Signals,
}

impl LoaderOption {
    /// Every option, in the order in which they stand in the name of a loader.
    pub const ALL: [Self; 8] = [
        Self::Automatic,
        Self::Cookiebot,
        Self::HandOver,
        Self::Import,
        Self::Laws,
        Self::OptOut,
        Self::Several,
        Self::Signals,
    ];

    /// The option's part of a loader's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Automatic => "automatic",
            Self::Cookiebot => "cookiebot",
            Self::HandOver => "hand_over",
            Self::Import => "import",
            Self::Laws => "laws",
            Self::OptOut => "opt_out",
            Self::Several => "several",
            Self::Signals => "signals",
        }
    }

    /// The constant that is true in the loader's source where the option is built in.
    pub fn constant(self) -> String {
        format!("__{}__", self.as_str().to_ascii_uppercase())
    }

    /// Whether a loader can have exactly the options for which `has` answers true: few sites have several laws and one
    /// language, and a loader for each set of options takes its time to build.
    pub fn go_together(has: impl Fn(Self) -> bool) -> bool {
        !has(Self::Laws) || has(Self::Several)
    }

    /// Whether a site with this configuration uses it.
    pub fn is_used_by(self, config: &SiteConfig) -> bool {
        match self {
            Self::Automatic => config.holds_unmarked(),
            Self::Cookiebot => config.cookiebot_api,
            Self::HandOver => config.hand_over,
            Self::Import => !config.import_from.is_empty(),
            Self::Laws => config.laws_by_place().next().is_some(),
            Self::OptOut => config.jurisdiction.model() == ConsentModel::OptOut,
            Self::Several => {
                config.languages.len() > 1
                    || config.origins.len() > 1
                    || Self::Laws.is_used_by(config)
            }
            Self::Signals => config.signals != Signals::default(),
        }
    }
}

/// The name of the built loader that has exactly the options for which `has` answers true.
pub fn variant(has: impl Fn(LoaderOption) -> bool) -> String {
    let mut name = "loader".to_owned();
    for option in LoaderOption::ALL {
        if has(option) {
            name.push('-');
            name.push_str(option.as_str());
        }
    }
    name
}

/// What a page may be marked with (`lang`) that is in another of these languages: the tags of the others, and their languages
/// alone where none of them is this one's. In lower case.
pub fn other_languages(languages: &[LanguageTag], own: &LanguageTag) -> Vec<String> {
    let mut others: Vec<String> = Vec::new();
    for other in languages.iter().filter(|&other| other != own) {
        let alone = (other.language() != own.language()).then(|| other.language().to_owned());
        others.extend(alone);
        // What a page in Norwegian may be marked with besides.
        if other.language() == "nb" {
            others.extend(["nn", "no"].map(ToOwned::to_owned));
        }
        others.push(other.as_str().to_ascii_lowercase());
    }
    others.sort_unstable();
    others.dedup();
    others
}

impl SiteConfig {
    /// The name of the built loader that has what this site uses, and no more.
    pub fn loader_variant(&self) -> String {
        variant(|option| option.is_used_by(self))
    }
}

/// A site as its loader knows it. The loader's type is generated from this one, see `typescript.rs`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LoaderSite {
    /// The site.
    pub site: SiteId,
    /// The consent server's origin; where the loader has an address of its own, that one counts. Empty
    /// where it is the page's own.
    pub server: String,
    /// Where the site's pages are: reports from elsewhere are refused.
    #[serde(default)]
    #[cfg_attr(test, ts(as = "Vec<String>"))]
    pub origins: Vec<Origin>,
    /// The notice in force.
    pub notice: NoticeHash,
    /// What a stored choice must be an answer to.
    pub material: MaterialDigest,
    /// What was asked under another law of the site, and whether all of an answer to it holds here; otherwise only a refusal
    /// does.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(test, ts(optional, type = "Record<string, boolean>"))]
    pub also: BTreeMap<MaterialDigest, bool>,
    /// The law under which the visitor is asked, where the site has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional, as = "Option<String>"))]
    pub law: Option<Jurisdiction>,
    /// The language of the texts.
    pub language: LanguageTag,
    /// What a page that is in another of the site's languages may call it, in lower case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<String>>"))]
    pub others: Vec<String>,
    /// Whether the language runs from right to left.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub rtl: bool,
    /// Whether trackers run until the visitor objects, whatever their purpose: there, Global Privacy Control is an answer.
    #[serde(skip_serializing_if = "is_false")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub opt_out: bool,
    /// The purposes asked for that are on until the visitor refuses them, each `true`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(test, ts(optional, type = "Partial<Record<OptionalPurpose, true>>"))]
    pub until_refused: BTreeMap<Purpose, bool>,
    /// The optional purposes asked for, and their names.
    #[cfg_attr(test, ts(type = "Partial<Record<OptionalPurpose, string>>"))]
    pub purposes: BTreeMap<Purpose, String>,
    /// What each service keeps in the browser and, for automatic blocking, where it comes from.
    #[cfg_attr(test, ts(type = "Record<string, LoaderService>"))]
    pub services: BTreeMap<ServiceId, LoaderService>,
    /// The services whose tag may run before a choice, because it obeys Consent Mode.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<ServiceId>>"))]
    pub open: Vec<ServiceId>,
    /// How long a choice is kept, in calendar months.
    pub months: u16,
    /// After how many calendar months the visitor is asked anew.
    pub reask: u16,
    /// The domain whose subdomains share the choice.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub domain: Option<Host>,
    /// Which tags are told what was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub signals: Option<LoaderSignals>,
    /// The hosts of the site's origins, where the gate is automatic: what they serve is the site's own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<String>>"))]
    pub own_hosts: Vec<String>,
    /// Origins that a choice is handed over to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<Origin>>"))]
    pub siblings: Vec<Origin>,
    /// The consent tools whose stored choice is imported.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<ImportSource>>"))]
    pub import: Vec<ImportSource>,
    /// Announced when a choice is stored.
    pub saved: String,
    /// Announced when the dialog was asked for and cannot be shown.
    pub unavailable: String,
    /// The path of the script that starts the widget, on the consent server.
    pub script: String,
    /// The path of the widget's WebAssembly, on the consent server.
    pub wasm: String,
    /// The first layer.
    #[serde(flatten)]
    pub markup: Markup,
}

/// A service as the loader knows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LoaderService {
    /// Its name, if a visitor can be asked about it: a placeholder shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub name: Option<Label>,
    /// What it is used for.
    pub purpose: Purpose,
    /// Whether it needs no consent: on until the visitor objects to it.
    #[serde(default, skip_serializing_if = "is_false")]
    #[cfg_attr(test, ts(optional, as = "Option<bool>"))]
    pub exempt: bool,
    /// The names of its cookies and storage keys, `*` at the end of a prefix.
    pub cookies: Vec<String>,
    /// Its hosts, where the gate is automatic.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(test, ts(optional, as = "Option<Vec<Host>>"))]
    pub hosts: Vec<Host>,
}

impl LoaderService {
    /// The loader's data about a service of a notice, with its hosts where blocking is `automatic`.
    pub fn new(service: &Service, automatic: bool) -> Self {
        let purpose = service.purpose;
        let hosts = service.hosts.iter().filter(|_| automatic);
        let cookies = service.cookies.iter();
        Self {
            name: purpose.is_optional().then(|| service.name.clone()),
            purpose,
            exempt: service.exempt.is_some(),
            cookies: cookies.map(|cookie| cookie.name.to_string()).collect(),
            hosts: hosts.cloned().collect(),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

/// The first layer as HTML and CSS.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Markup {
    /// What goes into the root element: the banner, the small permanent button, the place where
    /// "choice saved" is announced.
    pub layer: String,
    /// What stands in for a blocked frame.
    pub placeholder: String,
    /// The styles of both.
    pub style: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn config() -> Value {
        json!({
            "name": "Le Relais",
            "origins": ["https://relais.example"],
            "jurisdiction": "CA-QC",
            "languages": ["fr-CA"],
            "controller": {
                "name": "Le Relais", "person_in_charge": "A. B.", "contact": "vie-privee@relais.example"
            },
            "policy": { "version": "2024-05-02", "url": "/confidentialite" },
            "purposes": ["statistics"]
        })
    }

    #[test]
    fn each_set_of_options_has_its_loader() {
        let variant = |change: fn(&mut Value)| {
            let mut json = config();
            change(&mut json);
            SiteConfig::parse(json.to_string().as_bytes())
                .unwrap()
                .loader_variant()
        };
        assert_eq!(variant(|_| ()), "loader");
        assert_eq!(
            variant(|c| {
                c["blocking"] = json!("automatic");
                c["cookiebot_api"] = json!(true);
                c["signals"] = json!({ "clarity": true });
                c["import_from"] = json!(["klaro"]);
            }),
            "loader-automatic-cookiebot-import-signals"
        );
        assert_eq!(
            variant(|c| c["jurisdiction"] = json!("US-CA")),
            "loader-opt_out"
        );
        assert_eq!(
            variant(|c| c["jurisdictions"] = json!(["CA-QC", "FR"])),
            "loader-laws-several"
        );
        assert_eq!(variant(|c| c["jurisdictions"] = json!(["CA-QC"])), "loader");
        assert_eq!(
            variant(|c| c["languages"] = json!(["fr-CA", "en"])),
            "loader-several"
        );
        assert_eq!(
            variant(|c| c["origins"] = json!(["https://a.example", "https://b.example"])),
            "loader-several"
        );
    }

    #[test]
    fn a_page_is_in_another_language_by_its_tag_or_by_its_language_alone() {
        let languages = ["fr-CA", "fr-FR", "en"].map(|tag| tag.parse().unwrap());
        let [canada, france, english] = &languages;
        assert_eq!(other_languages(&languages, canada), ["en", "fr-fr"]);
        assert_eq!(other_languages(&languages, france), ["en", "fr-ca"]);
        assert_eq!(
            other_languages(&languages, english),
            ["fr", "fr-ca", "fr-fr"]
        );
        assert!(other_languages(&languages[..1], canada).is_empty());
        let languages = ["pt", "pt-BR", "nb", "zh-Hans"].map(|tag| tag.parse().unwrap());
        let [portugal, brazil, ..] = &languages;
        let others = ["nb", "nn", "no", "pt-br", "zh", "zh-hans"];
        assert_eq!(other_languages(&languages, portugal), others);
        let others = ["nb", "nn", "no", "pt", "zh", "zh-hans"];
        assert_eq!(other_languages(&languages, brazil), others);
    }
}
