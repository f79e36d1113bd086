//! The words of the notice: one file per language in `locales/`, the same keys in each.
//!
//! In a text, `{site}` stands for the site's name, `{recipients}` for how many third parties
//! receive data, `{months}` for how long a choice is kept, `{service}` and `{purpose}` for the
//! service and purpose at hand.

use crate::purpose::Purpose;
use crate::text::{Label, LanguageTag, Paragraph};
use serde::{Deserialize, Serialize};

/// Every text a visitor can be shown, in one language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoticeTexts {
    /// The first layer.
    pub banner: BannerTexts,
    /// The second layer.
    pub dialog: DialogTexts,
    /// The four purposes.
    pub purposes: PurposeTexts,
    /// What stands in for a blocked frame.
    pub placeholder: PlaceholderTexts,
}

/// The first layer's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the control they label")]
pub struct BannerTexts {
    pub title: Label,
    pub body: Paragraph,
    pub purposes: Label,
    pub policy: Label,
    pub reject_all: Label,
    pub accept_all: Label,
    pub customize: Label,
    /// The small permanent button that opens the dialog again.
    pub reopen: Label,
    /// Said when the dialog was asked for and cannot be shown.
    pub unavailable: Paragraph,
}

/// The second layer's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "named after the control they label")]
pub struct DialogTexts {
    pub title: Label,
    pub intro: Paragraph,
    pub always_on: Label,
    pub services: Label,
    pub recipient: Label,
    pub country: Label,
    pub cookies: Label,
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
}

/// Each purpose in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
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
#[serde(deny_unknown_fields)]
pub struct PurposeText {
    /// Its name.
    pub name: Label,
    /// What it covers.
    pub description: Paragraph,
}

/// What stands in for a blocked frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceholderTexts {
    /// Why there is nothing to see.
    pub text: Paragraph,
    /// The button that loads this one frame, once.
    pub load: Label,
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

/// The languages that have texts, and their files.
const LOCALES: [(&str, &str); 3] = [
    ("en", include_str!("../locales/en.json")),
    ("fr-CA", include_str!("../locales/fr-CA.json")),
    ("fr-FR", include_str!("../locales/fr-FR.json")),
];

/// The tags of the languages that have texts.
pub fn available() -> impl Iterator<Item = &'static str> {
    LOCALES.iter().map(|(tag, _)| *tag)
}

/// The texts of a language, if there are any.
///
/// # Panics
///
/// Never: a test reads every file.
pub fn texts(language: &LanguageTag) -> Option<NoticeTexts> {
    let (_, json) = LOCALES.iter().find(|(tag, _)| *tag == language.as_str())?;
    Some(serde_json::from_str(json).expect("the locale files are checked by a test"))
}

/// Puts values in the places a text leaves for them: `{name}` becomes the value of `name`.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        filled.push_str(before);
        let value = after[1..].split_once('}').and_then(|(name, tail)| {
            let (_, value) = values.iter().find(|(candidate, _)| *candidate == name)?;
            Some((value, tail))
        });
        if let Some((value, tail)) = value {
            filled.push_str(value);
            rest = tail;
        } else {
            filled.push('{');
            rest = &after[1..];
        }
    }
    filled.push_str(rest);
    filled
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
    let language = |tag: &str| tag.split('-').next().unwrap_or(tag).to_ascii_lowercase();
    wanted
        .iter()
        .find_map(|(tag, _)| {
            offered
                .iter()
                .find(|offer| offer.as_str().eq_ignore_ascii_case(tag))
                .or_else(|| {
                    offered
                        .iter()
                        .find(|offer| offer.language() == language(tag))
                })
        })
        .or_else(|| offered.first())
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
    fn every_locale_says_what_the_first_layer_must_say() {
        for tag in available() {
            let body = texts(&tag.parse().unwrap()).unwrap().banner.body;
            for place in ["{site}", "{recipients}", "{months}"] {
                assert!(body.as_str().contains(place), "{tag} lacks {place}");
            }
        }
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
