//! The notice: everything a visitor could be shown, frozen and named by its hash.

use crate::choice::purpose::Purpose;
use crate::ident::{Sha256Digest, SiteId};
use crate::notice::locale::{self, NoticeTexts};
use crate::site::basis::LegalBasis;
use crate::site::config::{Blocking, Controller, Policy, Position, SiteConfig};
use crate::site::jurisdiction::{ConsentModel, Jurisdiction, until_refused};
use crate::site::rights::{LegalRight, RightsContact, StatedRights};
use crate::site::role::{Customer, Role};
use crate::site::service::{Safeguard, Service};
use crate::site::signals::Signals;
use crate::site::words::own::OwnWords;
use crate::text::{Label, LanguageTag, Localized, Paragraph};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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
    /// Whether they decide themselves; absent where they do.
    #[serde(default, skip_serializing_if = "Role::is_controller")]
    pub role: Role,
    /// On whose behalf they act, or a service does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Customer>,
    /// The law that applies.
    pub jurisdiction: Jurisdiction,
    /// Whether the site has several laws, and this one applies by the visitor's place: it is not the one that applies where no
    /// other does.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_place: bool,
    /// How consent works under that law: opt-out only where that holds for every optional purpose.
    pub model: ConsentModel,
    /// The model of each optional purpose, where they differ; absent where `model` is that of all.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub models: BTreeMap<Purpose, ConsentModel>,
    /// Why data may be used for each purpose, if the site says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub legal_bases: BTreeMap<Purpose, LegalBasis>,
    /// A visitor's rights and how they use them, if the site says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<StatedRights>,
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
    /// Where the banner stands; absent at the bottom.
    #[serde(default, skip_serializing_if = "Position::is_bottom")]
    pub position: Position,
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
    pub fn new(site: SiteId, mut config: SiteConfig, bundle: BundleDigests) -> Self {
        let law = config.jurisdiction;
        keep_what_fits(law, &mut config);
        let mut notice = Self {
            format: Self::FORMAT,
            site,
            purposes: config.asked(),
            name: config.name,
            controller: config.controller,
            role: config.role,
            customer: config.customer,
            legal_bases: config.legal_bases,
            rights: config.rights.map(|contact| stated_rights(law, contact)),
            jurisdiction: law,
            by_place: false,
            model: law.model(),
            models: law.models_apart(),
            policy: config.policy,
            services: config.services,
            reask_after_months: config.reask_after_months.unwrap_or_else(|| {
                let preset = law.preset().reask_after_months;
                preset.min(config.choice_max_age_months)
            }),
            choice_max_age_months: config.choice_max_age_months,
            audience_data_months: config.audience_data_months,
            proof_months: config.proof_months,
            blocking: config.blocking,
            signals: config.signals,
            reopen_button: config.reopen_button,
            position: config.position,
            languages: config.languages,
            texts: Localized::new(),
            shown: Localized::new(),
            bundle,
        };
        notice.texts = notice
            .languages
            .iter()
            .filter_map(|language| {
                let texts = notice.texts_in(language, config.words.get(language))?;
                Some((language.clone(), texts))
            })
            .collect();
        notice
    }

    /// The texts of a language, without what this notice never shows and notices did not always have, and with the owner's own
    /// words in the place of ours.
    fn texts_in(&self, language: &LanguageTag, own: Option<&OwnWords>) -> Option<NoticeTexts> {
        let mut texts = locale::texts(language)?.under(self.model);
        let asking = self.asking();
        if asking != Asking::Mixed {
            texts.banner.body_mixed = None;
            texts.dialog.intro_mixed = None;
        }
        if asking != Asking::OptOut {
            texts.dialog.intro_opt_out = None;
        }
        self.leave_out_facts(&mut texts);
        if let Some(own) = own {
            own.apply(&mut texts);
        }
        Some(texts)
    }

    /// Leaves out the texts of facts that the site does not state.
    fn leave_out_facts(&self, texts: &mut NoticeTexts) {
        use Safeguard::{Adequacy, Assessment, StandardClauses};
        let of_service = |has: fn(&Service) -> bool| self.services.iter().any(has);
        if !of_service(|it| !it.retention.is_empty()) {
            texts.retention = None;
        }
        if self.legal_bases.is_empty() && !of_service(|it| it.legal_basis.is_some()) {
            texts.legal_bases = None;
        }
        let has_later = |it: &Service| {
            let from_the_start = [Adequacy, StandardClauses, Assessment];
            let is_later = it
                .safeguard
                .is_some_and(|kind| !from_the_start.contains(&kind));
            is_later || it.safeguard_url.is_some()
        };
        if !of_service(has_later) {
            texts.transfers = None;
        }
        if self.exempt().next().is_none() {
            texts.exempt = None;
        }
        if self.customer.is_none() {
            texts.processor = None;
        }
        if self.rights.is_none() {
            texts.rights = None;
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

    /// The purposes of everything that the site uses: those declared, and those of services that need no consent, which may not
    /// be asked for.
    pub fn used(&self) -> impl Iterator<Item = Purpose> {
        let of_exempt = |purpose| self.exempt().any(|service| service.purpose == purpose);
        let is_used = move |purpose: &Purpose| {
            self.declared().any(|declared| declared == *purpose) || of_exempt(*purpose)
        };
        Purpose::ALL.into_iter().filter(is_used)
    }

    /// Whether there is anything to ask: a site that keeps to the necessary has no banner.
    pub fn asks(&self) -> bool {
        !self.purposes.is_empty()
    }

    /// The services that need no consent under the law of this notice: on from the start, until the visitor objects to one.
    pub fn exempt(&self) -> impl Iterator<Item = &Service> {
        let services = self.services.iter();
        services.filter(|service| service.exempt.is_some())
    }

    /// Whether a visitor has anything to answer: a purpose, or an exempt service to object to.
    pub fn can_be_answered(&self) -> bool {
        self.asks() || self.exempt().next().is_some()
    }

    /// What visitors are told of the exempt services: which there are, and where to object.
    pub fn exempt_body(&self, texts: &NoticeTexts) -> Option<String> {
        let explained = &texts.exempt.as_ref()?.banner;
        let names: Vec<_> = self.exempt().map(|service| service.name.as_str()).collect();
        let banner = &texts.banner;
        // Where nothing is asked there is no first layer, and the dialog is behind the permanent button.
        let button = if self.asks() {
            &banner.customize
        } else {
            &banner.reopen
        };
        let values = [
            ("services", &*names.join(" · ")),
            ("button", button.as_str()),
        ];
        Some(locale::fill(explained.as_str(), &values))
    }

    /// The purposes asked for that are on until the visitor refuses them.
    pub fn until_refused(&self) -> Vec<Purpose> {
        until_refused(&self.purposes, self.model, &self.models)
    }

    /// What holds of the purposes asked for before an answer.
    fn asking(&self) -> Asking {
        match self.until_refused().len() {
            0 => Asking::OptIn,
            some if some == self.purposes.len() => Asking::OptOut,
            _ => Asking::Mixed,
        }
    }

    /// What the first layer says above the purposes. A notice that was stored before a text existed shows the one that it had.
    pub fn banner_body(&self, texts: &NoticeTexts) -> String {
        let banner = &texts.banner;
        let body = match (self.asking(), self.recipients()) {
            (Asking::Mixed, _) => banner.body_mixed.as_ref().unwrap_or(&banner.body_opt_out),
            (Asking::OptOut, _) => &banner.body_opt_out,
            (Asking::OptIn, 0) => &banner.body_alone,
            (Asking::OptIn, _) => &banner.body,
        };
        self.fill(body, texts)
    }

    /// What the dialog says above the purposes.
    pub fn dialog_intro(&self, texts: &NoticeTexts) -> String {
        let dialog = &texts.dialog;
        let intro = match self.asking() {
            Asking::Mixed => dialog.intro_mixed.as_ref(),
            Asking::OptOut => dialog.intro_opt_out.as_ref(),
            Asking::OptIn => None,
        };
        self.fill(intro.unwrap_or(&dialog.intro), texts)
    }

    /// What the one who runs the site is for a service's data.
    pub fn role_for(&self, service: &Service) -> Role {
        service.role.unwrap_or(self.role)
    }

    /// The legal basis of a service, if it is known: its own, or else its purpose's.
    pub fn basis_of(&self, service: &Service) -> Option<LegalBasis> {
        let of_purpose = || self.legal_bases.get(&service.purpose).copied();
        service.legal_basis.or_else(of_purpose)
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

    /// A text of this notice with `{site}`, `{recipients}`, `{months}`, `{on}` and `{off}` put in place.
    pub fn fill(&self, text: &Paragraph, texts: &NoticeTexts) -> String {
        let until_refused = self.until_refused();
        let names = |on: bool| {
            let purposes = self.purposes.iter();
            let some = purposes.filter(|purpose| until_refused.contains(purpose) == on);
            let names = some.map(|&purpose| texts.purposes.get(purpose).name.as_str());
            names.collect::<Vec<_>>().join(" · ")
        };
        locale::fill(
            text.as_str(),
            &[
                ("site", self.name.as_str()),
                ("recipients", &self.recipients().to_string()),
                ("months", &self.choice_max_age_months.to_string()),
                ("on", &names(true)),
                ("off", &names(false)),
            ],
        )
    }
}

/// Leaves out the legal bases and the exemptions that are another law's. A site that follows one law has none.
fn keep_what_fits(law: Jurisdiction, config: &mut SiteConfig) {
    let fits = |purpose, basis| law.basis_fault(purpose, basis).is_none();
    config
        .legal_bases
        .retain(|purpose, basis| fits(*purpose, *basis));
    for service in &mut config.services {
        let purpose = service.purpose;
        service.legal_basis = service.legal_basis.filter(|basis| fits(purpose, *basis));
        if !service.is_exempt_under(law) {
            service.exempt = None;
        } else if service.legal_basis == Some(LegalBasis::Consent) {
            // What it has where it waits for consent.
            service.legal_basis = None;
        }
    }
}

fn stated_rights(law: Jurisdiction, contact: RightsContact) -> StatedRights {
    let statute = law.statute();
    let rights = statute.rights.iter().filter_map(|(right, source)| {
        let source = (*source).to_owned().try_into().ok()?;
        Some(LegalRight {
            right: *right,
            source,
        })
    });
    StatedRights {
        rights: rights.collect(),
        answer_within: contact.answer_within.unwrap_or(statute.answer_within),
        url: contact.url,
        email: contact.email,
        address: contact.address,
    }
}

/// What holds before an answer, of the purposes that a site asks for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asking {
    /// All are off.
    OptIn,
    /// All are on.
    OptOut,
    /// Some are on.
    Mixed,
}
