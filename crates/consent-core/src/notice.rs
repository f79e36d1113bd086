//! The notice: everything a visitor could be shown, frozen and named by its hash.

use crate::ident::{MaterialDigest, NoticeHash, SiteId};
use crate::jurisdiction::{ConsentModel, Jurisdiction};
use crate::locale::{self, NoticeTexts};
use crate::purpose::Purpose;
use crate::service::{CookiePattern, CountryCode, Service};
use crate::site::{Controller, Policy, PolicyVersion, SiteConfig};
use crate::text::{Label, LanguageTag, Link, Localized, Paragraph};
use serde::{Deserialize, Serialize};

/// Everything a visitor of one site could be shown, in every language.
///
/// Its canonical bytes are its JSON as [`Notice::to_bytes`] writes it: the fields in the order of
/// this declaration, maps sorted by key, no white space, no number that is not an integer. Those
/// very bytes are kept and served, so that anyone can check a hash with `sha256sum`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Whether the small permanent button is shown.
    pub reopen_button: bool,
    /// The languages, the default one first.
    pub languages: Vec<LanguageTag>,
    /// The words shown, by language.
    pub texts: Localized<NoticeTexts>,
    /// The code that showed it.
    pub bundle: BundleDigests,
}

/// The code that shows a notice: SHA-256 of each file, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundleDigests {
    /// The loader, before a site's data is put into it.
    pub loader: NoticeHash,
    /// The JavaScript that starts the widget.
    pub script: NoticeHash,
    /// The widget's WebAssembly.
    pub wasm: NoticeHash,
}

impl Notice {
    /// The format written by this version.
    pub const FORMAT: u8 = 1;

    /// The notice that publishing `config` gives.
    pub fn new(site: SiteId, config: SiteConfig, bundle: BundleDigests) -> Self {
        let texts = config
            .languages
            .iter()
            .filter_map(|language| Some((language.clone(), locale::texts(language)?)))
            .collect();
        Self {
            format: Self::FORMAT,
            site,
            purposes: config.asked(),
            name: config.name,
            controller: config.controller,
            jurisdiction: config.jurisdiction,
            model: config.jurisdiction.model(),
            policy: config.policy,
            services: config.services,
            choice_max_age_months: config.choice_max_age_months,
            reopen_button: config.reopen_button,
            languages: config.languages,
            texts,
            bundle,
        }
    }

    /// The canonical bytes.
    ///
    /// # Panics
    ///
    /// Never: a notice has nothing that JSON cannot hold.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a notice is plain data")
    }

    /// What, when it changes, makes an earlier choice no longer cover this notice: the purposes,
    /// which service serves which of them and for whom, and the version of the policy. A
    /// corrected spelling or a new build of the widget asks nobody anew.
    ///
    /// # Panics
    ///
    /// Never: the parts are plain data.
    pub fn material(&self) -> MaterialDigest {
        let mut services: Vec<_> = self
            .services
            .iter()
            .map(|service| (&service.id, service.purpose, &service.recipient))
            .collect();
        services.sort();
        let parts = (&self.site, &self.purposes, services, &self.policy.version);
        MaterialDigest::of(&serde_json::to_vec(&parts).expect("plain data"))
    }

    /// How many third parties receive data for an optional purpose.
    pub fn recipients(&self) -> usize {
        let mut recipients: Vec<_> = self
            .services
            .iter()
            .filter(|service| service.purpose.is_optional())
            .map(|service| &service.recipient)
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

    /// What a record needs to know of this notice.
    pub fn terms(&self) -> NoticeTerms {
        NoticeTerms {
            purposes: self.purposes.clone(),
            languages: self.languages.clone(),
            policy_version: self.policy.version.clone(),
            jurisdiction: self.jurisdiction,
            choice_max_age_months: self.choice_max_age_months,
        }
    }

    /// The part that a visitor who reads `language` needs, or `None` if the notice is not in it.
    pub fn view(&self, language: &LanguageTag) -> Option<NoticeView> {
        let texts = self.texts.get(language)?.clone();
        let services = self
            .services
            .iter()
            .map(|service| ServiceView {
                name: service.name.clone(),
                purpose: service.purpose,
                recipient: service.recipient.clone(),
                country: service.country,
                policy_url: service.policy_url.clone(),
                description: service.description.get(language).cloned(),
                cookies: service.cookies.clone(),
            })
            .collect();
        Some(NoticeView {
            language: language.clone(),
            site: self.site.clone(),
            intro: self.fill(&texts.dialog.intro),
            purposes: self.purposes.clone(),
            policy: self.policy.clone(),
            services,
            texts,
        })
    }
}

/// What a record needs to know of the notice it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in `Notice`")]
pub struct NoticeTerms {
    pub purposes: Vec<Purpose>,
    pub languages: Vec<LanguageTag>,
    pub policy_version: PolicyVersion,
    pub jurisdiction: Jurisdiction,
    pub choice_max_age_months: u16,
}

/// A notice in one language: what the widget's dialog shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeView {
    /// The language of the texts.
    pub language: LanguageTag,
    /// The site.
    pub site: SiteId,
    /// The dialog's introduction, with its values in place.
    pub intro: String,
    /// The optional purposes asked for.
    pub purposes: Vec<Purpose>,
    /// The policy in force.
    pub policy: Policy,
    /// The services.
    pub services: Vec<ServiceView>,
    /// The words.
    pub texts: NoticeTexts,
}

/// A service as the dialog shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "as in `Service`")]
pub struct ServiceView {
    pub name: Label,
    pub purpose: Purpose,
    pub recipient: Label,
    pub country: CountryCode,
    pub policy_url: Option<Link>,
    /// What it does, in the language of the view.
    pub description: Option<Paragraph>,
    pub cookies: Vec<CookiePattern>,
}
