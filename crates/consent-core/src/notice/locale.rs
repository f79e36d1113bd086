//! The words of the notice: one file per language in `locales/`, the same keys in each.
//!
//! In a text, `{site}` stands for the site's name, `{recipients}` for how many third parties
//! receive data, `{months}` for how long a choice is kept, `{on}` and `{off}` for the purposes that are on until they are
//! refused and those that are off until they are granted, `{service}` and `{purpose}` for the service and purpose at hand. In what is said of a proof, `{log}`, `{place}` and `{time}` stand for
//! where and when, `{names}` for who, `{part}` for a part of the receipt. In what is said of a processor, `{processor}` stands for it
//! and `{customer}` for whom it acts. In what is said of services that need no consent, `{services}` stands for their names and
//! `{button}` for the button that leads to their boxes.

use crate::choice::purpose::Purpose;
use crate::site::basis::LegalBasis;
use crate::site::jurisdiction::ConsentModel;
use crate::site::rights::Right;
use crate::site::service::{DataKind, Safeguard};
use crate::text::{Label, LanguageTag, Paragraph};
use serde::{Deserialize, Serialize};

/// Every text a visitor can be shown, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NoticeTexts {
    /// The first layer.
    pub banner: BannerTexts,
    /// The second layer.
    pub dialog: DialogTexts,
    /// What comes of verifying a receipt.
    pub proof: ProofTexts,
    /// The four purposes.
    pub purposes: PurposeTexts,
    /// What stands in for a blocked frame.
    pub placeholder: PlaceholderTexts,
    /// What protects data that leaves.
    pub safeguards: SafeguardTexts,
    /// The declaration.
    pub declaration: DeclarationTexts,
    /// What an opt-out law adds. The notices of other laws have none, and those of before this was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opt_out: Option<OptOutTexts>,
    /// Where a service says how long each kind of its data is kept. As the groups below, only in the notices that show it: others keep
    /// the bytes, and so the hash, that they had before there were such texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention: Option<RetentionTexts>,
    /// Where the site states legal bases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub legal_bases: Option<LegalBasisTexts>,
    /// Where a service has a safeguard that [`SafeguardTexts`] has not, or says where to read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfers: Option<TransferTexts>,
    /// Where the site acts on behalf of its customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub processor: Option<ProcessorTexts>,
    /// Where the site says how rights are used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rights: Option<RightsTexts>,
    /// Where a service needs no consent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt: Option<ExemptTexts>,
}

/// What is said of services that need no consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ExemptTexts {
    /// Above them in the dialog and in the declaration.
    pub title: Label,
    /// On the first layer: which there are, and where to object.
    pub banner: Paragraph,
    /// In the dialog and in the declaration.
    pub explained: Paragraph,
}

/// What an opt-out law adds to the first layer. The authorities are the California Consumer Privacy Act Regulations.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct OptOutTexts {
    /// The title of the link that stands for the small permanent button: "Your Privacy Choices" (11 CCR 7015(b)).
    pub reopen: Label,
    /// Shown without a click while Global Privacy Control is honoured (11 CCR 7025(c)(6)).
    pub honoured: Label,
    /// Where the signal overrides marketing that was accepted before it (11 CCR 7025(c)(3)).
    pub conflict: Paragraph,
    /// The button that accepts it again.
    pub keep: Label,
    /// The button that leaves it refused.
    pub leave: Label,
}

/// The first layer's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the control they label")]
pub struct BannerTexts {
    pub title: Label,
    /// Where third parties receive data.
    pub body: Paragraph,
    /// Where none does.
    pub body_alone: Paragraph,
    /// Under a law that lets trackers run until the visitor objects.
    pub body_opt_out: Paragraph,
    /// Where some purposes are on until the visitor objects, and others off until they agree. Only in a notice that shows it:
    /// others keep the bytes, and so the hash, that they had before there was such a text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_mixed: Option<Paragraph>,
    /// To a visitor whose browser sends Global Privacy Control, where they are asked.
    pub gpc: Paragraph,
    /// To the same, where the signal is their answer.
    pub gpc_honoured: Paragraph,
    pub purposes: Label,
    pub policy: Label,
    pub reject_all: Label,
    pub accept_all: Label,
    pub customize: Label,
    /// The small permanent button that opens the dialog again.
    pub reopen: Label,
    /// Said when the dialog was asked for and cannot be shown.
    pub unavailable: Paragraph,
    /// The owner's own paragraph, above the others. In no language's texts, only in the notice of a site that has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_text: Option<Paragraph>,
}

/// The second layer's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the control they label")]
pub struct DialogTexts {
    pub title: Label,
    pub intro: Paragraph,
    /// Under a law that lets trackers run until the visitor objects; as [`BannerTexts::body_mixed`], in no other notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro_opt_out: Option<Paragraph>,
    /// Where some purposes are on and others off; the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro_mixed: Option<Paragraph>,
    pub always_on: Label,
    pub services: Label,
    pub recipient: Label,
    pub country: Label,
    pub safeguard: Label,
    pub cookies: Label,
    pub no_cookies: Label,
    pub session: Label,
    pub service_policy: Label,
    pub save: Label,
    pub close: Label,
    pub withdraw: Label,
    pub saved: Label,
    pub your_choice: Label,
    pub chosen_on: Label,
    pub valid_until: Label,
    pub receipt: Label,
    pub receipt_waiting: Paragraph,
    pub download: Label,
    pub history: Label,
    pub granted: Label,
    pub denied: Label,
    pub erase: Label,
    pub erase_explained: Paragraph,
    pub erase_confirm: Label,
    pub erased: Paragraph,
    pub erase_failed: Paragraph,
    pub reload_explained: Paragraph,
    pub reload: Label,
    /// The owner's own paragraph, above the others; as [`BannerTexts::own_text`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own_text: Option<Paragraph>,
}

macro_rules! proof_texts {
    ($($sentence:ident)*) => {
        /// What a visitor reads when they verify their receipt: two buttons, then what
        /// `consent-widget/loader/receipt-verifier/main.ts` says, which knows these names.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(deny_unknown_fields)]
        #[expect(missing_docs, reason = "named after what is checked, and what came of it")]
        pub struct ProofTexts {
            pub verify: Label,
            pub download_jsonld: Label,
            $(pub $sentence: Paragraph,)*
        }

        impl ProofTexts {
            /// The sentences, by name.
            pub fn sentences(&self) -> Vec<(&'static str, &Paragraph)> {
                vec![$((stringify!($sentence), &self.$sentence)),*]
            }
        }
    };
}

proof_texts! {
    checking unreachable
    holds partial broken
    passed failed unknown pending
    texts_passed texts_failed texts_unknown
    log_passed log_failed
    signature_passed signature_failed
    uncheckable
    anchor_passed anchor_failed anchor_pending
    witnesses_passed witnesses_failed witnesses_unknown
    server_passed server_differs server_key server_unknown
    code
}

/// What protects data that leaves the jurisdiction, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the safeguard")]
pub struct SafeguardTexts {
    pub adequacy: Label,
    pub standard_clauses: Label,
    pub assessment: Label,
}

/// The safeguards that there were not from the start, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the safeguard")]
pub struct TransferTexts {
    pub binding_rules: Label,
    pub privacy_framework: Label,
    pub code_of_conduct: Label,
    pub certification: Label,
    pub transfer_agreement: Label,
    pub derogation: Label,
    /// The link to where the safeguard can be read.
    pub read: Label,
}

/// How long data is kept: the row's title, then each kind of data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the data")]
pub struct RetentionTexts {
    pub title: Label,
    pub trackers: Label,
    pub audience_data: Label,
    pub ip_addresses: Label,
    pub logs: Label,
}

impl RetentionTexts {
    /// The words for a kind of data; `None` for one that the owner names.
    pub const fn get(&self, data: DataKind) -> Option<&Label> {
        match data {
            DataKind::Trackers => Some(&self.trackers),
            DataKind::AudienceData => Some(&self.audience_data),
            DataKind::IpAddresses => Some(&self.ip_addresses),
            DataKind::Logs => Some(&self.logs),
            DataKind::Other => None,
        }
    }
}

/// Why data may be used: the row's title, then each basis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the basis")]
pub struct LegalBasisTexts {
    pub title: Label,
    pub consent: Label,
    pub contract: Label,
    pub legal_obligation: Label,
    pub vital_interests: Label,
    pub public_task: Label,
    pub legitimate_interests: Label,
    pub requested_service: Label,
    pub security: Label,
    pub business_purpose: Label,
    pub opt_out: Label,
}

impl LegalBasisTexts {
    /// The words for one basis.
    pub const fn get(&self, basis: LegalBasis) -> &Label {
        match basis {
            LegalBasis::Consent => &self.consent,
            LegalBasis::Contract => &self.contract,
            LegalBasis::LegalObligation => &self.legal_obligation,
            LegalBasis::VitalInterests => &self.vital_interests,
            LegalBasis::PublicTask => &self.public_task,
            LegalBasis::LegitimateInterests => &self.legitimate_interests,
            LegalBasis::RequestedService => &self.requested_service,
            LegalBasis::Security => &self.security,
            LegalBasis::BusinessPurpose => &self.business_purpose,
            LegalBasis::OptOut => &self.opt_out,
        }
    }
}

/// For whom a site acts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProcessorTexts {
    /// The title of the row with the processor.
    pub title: Label,
    /// Who answers for what.
    pub explained: Paragraph,
}

/// A visitor's rights.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the right")]
pub struct RightsTexts {
    pub title: Label,
    /// The link to the form, or to the address for mail.
    pub exercise: Label,
    /// The title of the row with the time.
    pub answer_within: Label,
    pub access: Label,
    pub rectification: Label,
    pub erasure: Label,
    pub restriction: Label,
    pub portability: Label,
    pub objection: Label,
    pub automated_decisions: Label,
    pub withdrawal: Label,
    pub after_death: Label,
    pub deindexing: Label,
    pub opt_out: Label,
    pub limit: Label,
    pub no_retaliation: Label,
    pub appeal: Label,
    pub complaint: Label,
}

impl RightsTexts {
    /// The words for one right.
    pub const fn get(&self, right: Right) -> &Label {
        match right {
            Right::Access => &self.access,
            Right::Rectification => &self.rectification,
            Right::Erasure => &self.erasure,
            Right::Restriction => &self.restriction,
            Right::Portability => &self.portability,
            Right::Objection => &self.objection,
            Right::AutomatedDecisions => &self.automated_decisions,
            Right::Withdrawal => &self.withdrawal,
            Right::AfterDeath => &self.after_death,
            Right::Deindexing => &self.deindexing,
            Right::OptOut => &self.opt_out,
            Right::Limit => &self.limit,
            Right::NoRetaliation => &self.no_retaliation,
            Right::Appeal => &self.appeal,
            Right::Complaint => &self.complaint,
        }
    }
}

/// The declaration's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after what they label")]
pub struct DeclarationTexts {
    pub title: Label,
    pub intro: Paragraph,
    /// Why there is no banner, where there is none.
    pub necessary_only: Paragraph,
    pub cookie: Label,
    pub lifetime: Label,
    pub controller: Label,
    pub person_in_charge: Label,
    pub contact: Label,
    pub authority: Label,
    pub policy_version: Label,
    pub choice_kept: Label,
    pub asked_again: Label,
    pub audience_kept: Label,
    pub proofs_kept: Label,
    pub open: Label,
}

/// Each purpose in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the purpose")]
pub struct PurposeTexts {
    pub necessary: PurposeText,
    pub preferences: PurposeText,
    pub statistics: PurposeText,
    pub marketing: PurposeText,
}

/// One purpose in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PurposeText {
    /// Its name.
    pub name: Label,
    /// What it covers.
    pub description: Paragraph,
}

/// What stands in for a blocked frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct PlaceholderTexts {
    /// Why there is nothing to see.
    pub text: Paragraph,
    /// The button that loads this one frame, once.
    pub load: Label,
    /// The button that grants its service.
    pub always: Label,
}

impl PurposeTexts {
    /// The words for one purpose.
    pub fn get(&self, purpose: Purpose) -> &PurposeText {
        match purpose {
            Purpose::Necessary => &self.necessary,
            Purpose::Preferences => &self.preferences,
            Purpose::Statistics => &self.statistics,
            Purpose::Marketing => &self.marketing,
        }
    }
}

/// Declares the languages that have texts, and their files: apart, so that whoever lists the languages does not carry the
/// texts.
macro_rules! locales {
    ($($tag:literal)*) => {
        const TAGS: &[&str] = &[$($tag),*];
        const LOCALES: &[(&str, &str)] =
            &[$(($tag, include_str!(concat!("../../locales/", $tag, ".json")))),*];
    };
}

locales! {
    "ar" "bg" "cs" "da" "de" "el" "en" "es" "et" "fi" "fr-CA" "fr-FR" "ga" "he" "hr" "hu" "is" "it" "ja" "ko"
    "lt" "lv" "mt" "nb" "nl" "pl" "pt" "pt-BR" "ro" "sk" "sl" "sv" "tr" "uk" "zh-Hans"
}

/// The tags of the languages that have texts.
pub fn available() -> impl Iterator<Item = &'static str> {
    TAGS.iter().copied()
}

/// The texts of a language, if there are any.
///
/// # Panics
///
/// Never: a test reads every file.
#[expect(clippy::expect_used, reason = "a test reads every locale file")]
pub fn texts(language: &LanguageTag) -> Option<NoticeTexts> {
    let (_, json) = LOCALES.iter().find(|(tag, _)| *tag == language.as_str())?;
    Some(serde_json::from_str(json).expect("the locale files are checked by a test"))
}

impl NoticeTexts {
    /// The words for a safeguard; `None` where the notice that these texts are of has none of that kind.
    pub fn safeguard(&self, safeguard: Safeguard) -> Option<&Label> {
        let later = self.transfers.as_ref();
        match safeguard {
            Safeguard::Adequacy => Some(&self.safeguards.adequacy),
            Safeguard::StandardClauses => Some(&self.safeguards.standard_clauses),
            Safeguard::Assessment => Some(&self.safeguards.assessment),
            Safeguard::BindingRules => later.map(|texts| &texts.binding_rules),
            Safeguard::PrivacyFramework => later.map(|texts| &texts.privacy_framework),
            Safeguard::CodeOfConduct => later.map(|texts| &texts.code_of_conduct),
            Safeguard::Certification => later.map(|texts| &texts.certification),
            Safeguard::TransferAgreement => later.map(|texts| &texts.transfer_agreement),
            Safeguard::Derogation => later.map(|texts| &texts.derogation),
        }
    }

    /// The texts of a notice under such a law: under an opt-out law, the button has the title of the statutory link, wherever
    /// it is named; elsewhere, what such a law adds is left out.
    #[must_use]
    pub fn under(mut self, model: ConsentModel) -> Self {
        if model == ConsentModel::OptIn {
            self.opt_out = None;
        } else if let Some(texts) = &self.opt_out {
            // The text names the button last. Before that, the same word may stand for the cookies themselves.
            let body = self.banner.body_opt_out.as_str();
            let parts = body.rsplit_once(self.banner.reopen.as_str());
            let body = parts.map(|(before, after)| [before, texts.reopen.as_str(), after].concat());
            if let Some(body) = body.and_then(|body| body.try_into().ok()) {
                self.banner.body_opt_out = body;
            }
            self.banner.reopen = texts.reopen.clone();
        }
        self
    }
}

/// Puts values in the places a text leaves for them: `{name}` becomes the value of `name`. A name
/// without a value stays as it is.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Words(words) => filled.push_str(words),
            Piece::Place(name) => match values.iter().find(|(known, _)| *known == name) {
                Some((_, value)) => filled.push_str(value),
                None => filled.extend(["{", name, "}"]),
            },
        }
    }
    filled
}

/// Cuts a text in pieces: what stands between its places, and the names of those, in turn. A brace
/// without its partner is a word like any other.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let (mut rest, mut place) = (text, None);
    std::iter::from_fn(move || {
        if place.is_none() && !rest.is_empty() {
            let (words, tail) = match rest.split_once('}') {
                None => (rest, ""),
                Some((before, tail)) => match before.rsplit_once('{') {
                    Some((words, name)) => {
                        place = Some(name);
                        (words, tail)
                    }
                    None => rest.split_at(before.len() + 1),
                },
            };
            rest = tail;
            if !words.is_empty() {
                return Some(Piece::Words(words));
            }
        }
        place.take().map(Piece::Place)
    })
}

/// A piece of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words as they stand.
    Words(&'a str),
    /// A place for the value of this name.
    Place(&'a str),
}

/// Of the languages a site offers, the one a visitor would rather read, from an
/// `Accept-Language` header (RFC 9110, section 12.5.4): the exact tag before the language alone,
/// in the visitor's order, and the site's first language if none fits.
///
/// Returns `None` only if the site offers none.
pub fn negotiate<'a>(offered: &'a [LanguageTag], accept: &str) -> Option<&'a LanguageTag> {
    let mut wanted: Vec<(&str, f32)> = accept
        .split(',')
        .take(20)
        .filter_map(|item| {
            let (tag, quality) = match item.split_once(';') {
                Some((tag, quality)) => {
                    let quality = quality.trim().strip_prefix("q=")?.parse().ok()?;
                    (tag, quality)
                }
                None => (item, 1.0),
            };
            Some((tag.trim(), quality)).filter(|&(tag, quality)| !tag.is_empty() && quality > 0.0)
        })
        .collect();
    wanted.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    wanted
        .iter()
        .find_map(|(tag, _)| lookup(offered, tag))
        .or_else(|| offered.first())
}

/// Of the languages a site offers, the one of this tag; or else of its beginning, so that `pt-PT` is `pt` where there are that
/// and `pt-BR`; or else of its language alone; `None` if none fits. Case does not count, and an underscore counts as a hyphen (RFC
/// 4647, section 3.4).
pub fn lookup<'a>(offered: &'a [LanguageTag], tag: &str) -> Option<&'a LanguageTag> {
    let tag = as_written_here(&tag.replace('_', "-").to_ascii_lowercase());
    let mut beginning = Some(tag.as_str());
    while let Some(range) = beginning {
        let same = |offer: &&LanguageTag| offer.as_str().eq_ignore_ascii_case(range);
        if let Some(offer) = offered.iter().find(same) {
            return Some(offer);
        }
        beginning = range.rsplit_once('-').map(|(before, _)| before);
    }
    let language = tag.split('-').next().unwrap_or(&tag);
    let is_close = |offer: &&LanguageTag| {
        let is_other_script = tag == TRADITIONAL_CHINESE && offer.as_str() == "zh-Hans";
        offer.language() == language && !is_other_script
    };
    offered.iter().find(is_close)
}

const TRADITIONAL_CHINESE: &str = "zh-hant";

/// A tag in lower case by the name that its language has here. Norwegian, and Nynorsk, of which there are no texts, are `nb`: whoever
/// reads one reads the other. Chinese is by its script, which a region stands for (Unicode CLDR, likely subtags): readers of the
/// traditional one are not shown the simplified one.
fn as_written_here(tag: &str) -> String {
    let mut subtags = tag.split('-');
    let language = subtags.next().unwrap_or_default();
    match language {
        "no" | "nn" => format!("nb{}", tag.get(2..).unwrap_or_default()),
        "zh" => {
            let has = |subtags: std::str::Split<'_, char>, wanted: &[&str]| {
                let mut subtags = subtags;
                subtags.any(|subtag| wanted.contains(&subtag))
            };
            let is_simplified = has(subtags.clone(), &["hans"]);
            let is_traditional = has(subtags, &["hant", "tw", "hk", "mo"]);
            if is_traditional && !is_simplified {
                TRADITIONAL_CHINESE.to_owned()
            } else {
                "zh-hans".to_owned()
            }
        }
        _ => tag.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(tags: &[&str]) -> Vec<LanguageTag> {
        tags.iter().map(|tag| tag.parse().unwrap()).collect()
    }

    #[test]
    fn every_locale_has_every_text() {
        for tag in available() {
            assert!(texts(&tag.parse().unwrap()).is_some(), "{tag}");
        }
    }

    #[test]
    fn every_locale_has_a_word_of_its_own_for_each_fact() {
        use crate::site::statute::Statute;
        use std::collections::BTreeSet;
        for tag in available() {
            let texts = texts(&tag.parse().unwrap()).unwrap();
            let bases = texts.legal_bases.unwrap();
            let words: BTreeSet<_> = LegalBasis::ALL.iter().map(|it| bases.get(*it)).collect();
            assert_eq!(words.len(), LegalBasis::ALL.len(), "{tag}");
            let rights = texts.rights.unwrap();
            for law in crate::jurisdiction::Jurisdiction::ALL {
                let statute: &Statute = law.statute();
                let words = statute.rights.iter().map(|(right, _)| rights.get(*right));
                let words: BTreeSet<_> = words.collect();
                assert_eq!(words.len(), statute.rights.len(), "{tag} {law:?}");
            }
        }
    }

    #[test]
    fn every_locale_says_which_services_need_no_consent_and_where_to_object() {
        for tag in available() {
            let exempt = texts(&tag.parse().unwrap()).unwrap().exempt.unwrap();
            for place in ["{services}", "{button}"] {
                assert!(
                    exempt.banner.as_str().contains(place),
                    "{tag} lacks {place}"
                );
            }
            assert_ne!(exempt.banner, exempt.explained, "{tag}");
        }
    }

    #[test]
    fn every_locale_says_what_the_first_layer_must_say() {
        for tag in available() {
            let banner = texts(&tag.parse().unwrap()).unwrap().banner;
            for place in ["{site}", "{recipients}", "{months}", banner.reopen.as_str()] {
                let mixed = banner.body_mixed.as_ref().unwrap();
                for body in [&banner.body, &banner.body_opt_out, mixed] {
                    assert!(body.as_str().contains(place), "{tag} lacks {place}");
                }
                let body = banner.body_alone.as_str();
                assert_eq!(
                    body.contains(place),
                    place != "{recipients}",
                    "{tag} {place}"
                );
            }
        }
    }

    #[test]
    fn only_an_opt_out_law_names_the_button_by_its_statute() {
        for tag in available() {
            let texts = texts(&tag.parse().unwrap()).unwrap();
            let added = texts.opt_out.clone().unwrap();
            let opt_in = texts.clone().under(ConsentModel::OptIn);
            assert_eq!(
                (opt_in.opt_out, opt_in.banner),
                (None, texts.banner.clone())
            );
            let opt_out = texts.under(ConsentModel::OptOut);
            assert_eq!(opt_out.banner.reopen, added.reopen, "{tag}");
            let body = opt_out.banner.body_opt_out.as_str();
            assert_eq!(
                body.matches(added.reopen.as_str()).count(),
                1,
                "{tag}: {body}"
            );
        }
        let title = |tag: &str| {
            texts(&tag.parse().unwrap())
                .unwrap()
                .opt_out
                .unwrap()
                .reopen
        };
        assert_eq!(title("en").as_str(), "Your Privacy Choices");
        assert_eq!(title("es").as_str(), "Tus opciones de privacidad");
    }

    /// What a translation must leave as it is.
    fn places(value: &serde_json::Value, path: &str, found: &mut Vec<String>) {
        match value {
            serde_json::Value::Object(members) => {
                for (key, member) in members {
                    places(member, &format!("{path}.{key}"), found);
                }
            }
            other => {
                let text = other.as_str().unwrap_or_default();
                let names = text
                    .split('{')
                    .skip(1)
                    .filter_map(|rest| rest.split_once('}'));
                let mut names: Vec<_> = names.map(|(name, _)| name).collect();
                names.sort_unstable();
                found.push(format!("{path} {}", names.join(" ")));
            }
        }
    }

    #[test]
    fn every_locale_has_the_same_keys_and_leaves_the_same_places() {
        let places_of = |json: &str| {
            let mut found = Vec::new();
            places(&serde_json::from_str(json).unwrap(), "", &mut found);
            found
        };
        let english = places_of(include_str!("../../locales/en.json"));
        assert!(english.len() > 60);
        for (tag, json) in LOCALES.iter().copied() {
            assert_eq!(places_of(json), english, "{tag}");
        }
    }

    #[test]
    fn the_official_languages_of_the_union_are_there_and_two_that_run_right_to_left() {
        let union = "bg cs da de el en es et fi fr-FR ga hr hu it lt lv mt nl pl pt ro sk sl sv";
        for tag in union.split(' ').chain(["fr-CA", "ar", "he"]) {
            assert!(available().any(|available| available == tag), "{tag}");
        }
        let direction = |tag: &str| tag.parse::<LanguageTag>().unwrap().runs_right_to_left();
        assert_eq!((direction("ar"), direction("he")), (true, true));
        assert_eq!((direction("fr-CA"), direction("el")), (false, false));
    }

    #[test]
    fn values_are_put_in_place_once() {
        assert_eq!(
            fill(
                "{site} · {months} · {other} · {",
                &[("site", "{months}"), ("months", "13")]
            ),
            "{months} · 13 · {other} · {"
        );
    }

    #[test]
    fn a_text_comes_apart_at_its_places() {
        use Piece::{Place, Words};
        let apart = |text| pieces(text).collect::<Vec<_>>();
        assert_eq!(apart("no place"), [Words("no place")]);
        assert_eq!(
            apart("{time}: at {place}."),
            [Place("time"), Words(": at "), Place("place"), Words(".")]
        );
    }

    #[test]
    fn eight_more_languages_of_europe_and_beyond_are_there() {
        for tag in ["nb", "is", "uk", "tr", "pt-BR", "ja", "ko", "zh-Hans"] {
            assert!(available().any(|available| available == tag), "{tag}");
        }
        assert_eq!(available().count(), 35);
    }

    #[test]
    fn a_language_is_found_by_its_other_names_and_by_its_beginning() {
        let all = tags(&["en", "pt-BR", "pt", "nb", "zh-Hans", "fr-CA", "fr-FR"]);
        for (tag, expected) in [
            ("no", Some("nb")),
            ("nn", Some("nb")),
            ("nn-NO", Some("nb")),
            ("no_NO", Some("nb")),
            ("nb-NO", Some("nb")),
            ("zh", Some("zh-Hans")),
            ("zh-CN", Some("zh-Hans")),
            ("zh-SG", Some("zh-Hans")),
            ("ZH-hans-HK", Some("zh-Hans")),
            ("zh-Hans-CN", Some("zh-Hans")),
            ("zh-TW", None),
            ("zh-HK", None),
            ("zh-Hant", None),
            ("zh-Hant-TW", None),
            ("pt", Some("pt")),
            ("pt-PT", Some("pt")),
            ("pt-AO", Some("pt")),
            ("pt-BR", Some("pt-BR")),
            ("pt-br", Some("pt-BR")),
            ("fr-FR", Some("fr-FR")),
            ("fr-BE", Some("fr-CA")),
            ("non", None),
            ("", None),
            ("-", None),
            ("zh-", Some("zh-Hans")),
        ] {
            let found = lookup(&all, tag).map(LanguageTag::as_str);
            assert_eq!(found, expected, "{tag}");
        }
        // Where there is but one of the two, both peoples read it.
        for only in ["pt", "pt-BR"] {
            let only = tags(&["en", only]);
            for tag in ["pt", "pt-PT", "pt-BR"] {
                assert_eq!(lookup(&only, tag), only.get(1), "{tag}");
            }
        }
        // A reader of traditional characters is asked in their next language.
        assert_eq!(
            negotiate(&all, "zh-TW,zh-Hant;q=0.9,fr-FR;q=0.5")
                .unwrap()
                .as_str(),
            "fr-FR"
        );
        assert_eq!(
            negotiate(&all, "zh-HK,zh;q=0.9,en;q=0.5").unwrap().as_str(),
            "zh-Hans"
        );
    }

    #[test]
    fn the_visitor_reads_the_language_they_prefer_among_those_offered() {
        let offered = tags(&["fr-CA", "en"]);
        for (accept, expected) in [
            ("en-US,en;q=0.9", "en"),
            ("fr-FR,en;q=0.9", "fr-CA"),
            ("en;q=0.2, FR-ca;q=0.8", "fr-CA"),
            ("en;q=0, de", "fr-CA"),
            ("de, *;q=0.5", "fr-CA"),
            ("", "fr-CA"),
            (";;;q=,,", "fr-CA"),
        ] {
            assert_eq!(
                negotiate(&offered, accept).unwrap().as_str(),
                expected,
                "{accept}"
            );
        }
        assert_eq!(negotiate(&[], "fr"), None);
    }
}
