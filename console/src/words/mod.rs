//! Every text of the console, in English and in French, side by side: a file for each part of it. No markup.

pub mod configuration;
pub mod departure;
pub mod export;
pub mod failures;
pub mod general;
pub mod proofs;
pub mod reads;
pub mod record;
pub mod registers;
pub mod site;
pub mod statistics;
pub mod tokens;
pub mod webhooks;

use crate::browser::language::Language;
use consent_core::locale;

/// A text in both languages.
#[derive(Clone, Copy, Debug)]
pub struct Word {
    /// In English.
    pub en: &'static str,
    /// In French.
    pub fr: &'static str,
}

impl Word {
    /// In the language of the page.
    pub fn t(self) -> &'static str {
        match Language::current() {
            Language::English => self.en,
            Language::French => self.fr,
        }
    }

    /// In the language of the page, with values in the places that the text has for them: `{n}`.
    pub fn with(self, values: &[(&str, &str)]) -> String {
        locale::fill(self.t(), values)
    }
}

/// The one or the other form, by a number, which stands at `{n}`. French counts zero as one.
pub fn counted(number: u64, one: Word, many: Word) -> String {
    let singular = match Language::current() {
        Language::English => number == 1,
        Language::French => number <= 1,
    };
    let word = if singular { one } else { many };
    word.with(&[("n", &crate::browser::dates::number(number))])
}

/// Declares texts: a name, the English, the French.
macro_rules! words {
    ($($name:ident: $en:literal, $fr:literal;)*) => {
        $(pub const $name: $crate::words::Word = $crate::words::Word { en: $en, fr: $fr };)*
    };
}
pub(crate) use words;
