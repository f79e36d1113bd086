//! The language of the console: French or English, for as long as the page is loaded.

use super::{document, window};
use crate::address::Query;
use std::sync::OnceLock;

/// A language of the console.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// French.
    French,
}

static CURRENT: OnceLock<Language> = OnceLock::new();

impl Language {
    /// Both.
    pub const ALL: [Self; 2] = [Self::French, Self::English];

    /// The language of this page.
    pub fn current() -> Self {
        *CURRENT.get_or_init(|| {
            let asked = window().and_then(|window| window.location().search().ok());
            let asked = asked.unwrap_or_default();
            let chosen = Query::parse(asked.trim_start_matches('?'));
            chosen
                .get("lang")
                .and_then(Self::of)
                .or_else(Self::of_browser)
                .unwrap_or(Self::English)
        })
    }

    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::French => "fr",
        }
    }

    /// Its own name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::French => "Français",
        }
    }

    /// The language of a tag, with or without a region.
    fn of(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or_default();
        Self::ALL
            .into_iter()
            .find(|language| language.tag().eq_ignore_ascii_case(primary))
    }

    /// The first that the user prefers and the console has.
    fn of_browser() -> Option<Self> {
        let preferred = window()?.navigator().languages();
        preferred
            .iter()
            .filter_map(|tag| tag.as_string())
            .find_map(|tag| Self::of(&tag))
    }

    /// Tells the browser and assistive tools.
    pub fn declare(self) {
        let root = document().and_then(|document| document.document_element());
        if let Some(root) = root {
            let _ = root.set_attribute("lang", self.tag());
        }
    }

    /// The locale that dates, numbers and names are written in: the user's own region where it is of this language.
    pub fn locale() -> String {
        let language = Self::current();
        let own = window().and_then(|window| window.navigator().language());
        own.filter(|tag| Self::of(tag) == Some(language))
            .unwrap_or_else(|| language.tag().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_of_a_language_whatever_its_region() {
        assert_eq!(Language::of("fr-CA"), Some(Language::French));
        assert_eq!(Language::of("EN"), Some(Language::English));
        assert_eq!(Language::of("de"), None);
        assert_eq!(Language::of(""), None);
    }
}
