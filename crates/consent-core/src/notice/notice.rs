//! The notice: everything a visitor could be shown, frozen and named by its hash.

use crate::choice::purpose::Purpose;
use crate::ident::{Sha256Digest, SiteId};
use crate::notice::locale::{self, NoticeTexts};
use crate::site::config::{Blocking, Controller, Policy, SiteConfig};
use crate::site::jurisdiction::{ConsentModel, Jurisdiction};
use crate::site::service::Service;
use crate::site::signals::Signals;
use crate::text::{Label, LanguageTag, Localized, Paragraph};
use serde::{Deserialize, Serialize};

/// Everything a visitor of one site could be shown, in every language.
///
/// Its canonical bytes are its JSON as [`Notice::to_bytes`] writes it: the fields in the order of
/// this declaration, maps sorted by key, no white space, no number that is not an integer. Those
/// very bytes are kept and served, so that anyone can check a hash with `sha256sum`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Notice {
    /// The version of this format.
    pub format: u8,
    /// The site.
    pub site: SiteId,
    /// Its name.
    pub name: Label,
    /// Who answers for it.
    pub controller: Controller,
    /// The law that applies.
    pub jurisdiction: Jurisdiction,
    /// How consent works under that law.
    pub model: ConsentModel,
    /// The policy in force.
    pub policy: Policy,
    /// The optional purposes asked for.
    pub purposes: Vec<Purpose>,
    /// The services.
    pub services: Vec<Service>,
    /// How long a choice is kept, in calendar months.
    pub choice_max_age_months: u16,
    /// After how many calendar months a visitor is asked anew.
    pub reask_after_months: u16,
    /// How long audience data is kept, in calendar months, if the site says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience_data_months: Option<u16>,
    /// How long a proof is kept after its choice has ended, in calendar months.
    pub proof_months: u16,
    /// What the gate holds back.
    pub blocking: Blocking,
    /// Whose tags are told.
    pub signals: Signals,
    /// Whether the small permanent button is shown.
    pub reopen_button: bool,
    /// The languages, the default one first.
    pub languages: Vec<LanguageTag>,
    /// The words shown, by language.
    pub texts: Localized<NoticeTexts>,
    /// What was rendered from all this, by language.
    pub shown: Localized<ShownDigests>,
    /// The code that showed it.
    pub bundle: BundleDigests,
}

/// What a visitor is shown, to the byte: SHA-256 of each piece of HTML, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ShownDigests {
    /// The first layer.
    pub layer: Sha256Digest,
    /// The dialog.
    pub dialog: Sha256Digest,
    /// The declaration.
    pub declaration: Sha256Digest,
}

/// The code that shows a notice: SHA-256 of each file, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct BundleDigests {
    /// The loader, before a site's data is put into it.
    pub loader: Sha256Digest,
    /// The JavaScript that starts the widget.
    pub script: Sha256Digest,
    /// The widget's WebAssembly.
    pub wasm: Sha256Digest,
}

impl Notice {
    /// The format written by this version.
    pub const FORMAT: u8 = 1;

    /// The notice that publishing `config` gives, before anything is rendered from it.
    pub fn new(site: SiteId, config: SiteConfig, bundle: BundleDigests) -> Self {
        let model = config.jurisdiction.model();
        let in_language = |language| Some(locale::texts(language)?.under(model));
        let texts = config
            .languages
            .iter()
            .filter_map(|language| Some((language.clone(), in_language(language)?)))
            .collect();
        Self {
            format: Self::FORMAT,
            site,
            purposes: config.asked(),
            name: config.name,
            controller: config.controller,
            jurisdiction: config.jurisdiction,
            model,
            policy: config.policy,
            services: config.services,
            reask_after_months: config.reask_after_months.unwrap_or_else(|| {
                let preset = config.jurisdiction.preset().reask_after_months;
                preset.min(config.choice_max_age_months)
            }),
            choice_max_age_months: config.choice_max_age_months,
            audience_data_months: config.audience_data_months,
            proof_months: config.proof_months,
            blocking: config.blocking,
            signals: config.signals,
            reopen_button: config.reopen_button,
            languages: config.languages,
            texts,
            shown: Localized::new(),
            bundle,
        }
    }

    /// The canonical bytes.
    ///
    /// # Panics
    ///
    /// Never: a notice has nothing that JSON cannot hold.
    #[expect(
        clippy::expect_used,
        reason = "a notice has nothing that JSON cannot hold"
    )]
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a notice is plain data")
    }

    /// The purposes that are declared: what is necessary, and what is asked for.
    pub fn declared(&self) -> impl Iterator<Item = Purpose> {
        let asked = |purpose: &Purpose| !purpose.is_optional() || self.purposes.contains(purpose);
        Purpose::ALL.into_iter().filter(asked)
    }

    /// Whether there is anything to ask: a site that keeps to the necessary has no banner.
    pub fn asks(&self) -> bool {
        !self.purposes.is_empty()
    }

    /// How many third parties receive data for an optional purpose.
    pub fn recipients(&self) -> usize {
        let mut recipients: Vec<_> = self
            .services
            .iter()
            .filter(|service| service.purpose.is_optional())
            .map(|service| &service.recipient)
            .filter(|recipient| **recipient != self.controller.name)
            .collect();
        recipients.sort();
        recipients.dedup();
        recipients.len()
    }

    /// A text of this notice with `{site}`, `{recipients}` and `{months}` put in place.
    pub fn fill(&self, text: &Paragraph) -> String {
        locale::fill(
            text.as_str(),
            &[
                ("site", self.name.as_str()),
                ("recipients", &self.recipients().to_string()),
                ("months", &self.choice_max_age_months.to_string()),
            ],
        )
    }
}
