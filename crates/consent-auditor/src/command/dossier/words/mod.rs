//! Every word of a dossier, in French and in English: one table for each part of the document, and nothing else. In a
//! text, a name in braces is filled by whoever shows it.

pub mod document;
pub mod limits;
pub mod proof;
pub mod question;
pub mod record;

use super::language::Language;
use consent_core::jurisdiction::{Jurisdiction, LawName};

/// Makes a table: a name, its French words, its English ones.
macro_rules! words {
    ($(#[$about:meta])* $table:ident { $($name:ident: $french:literal, $english:literal;)* }) => {
        $(#[$about])*
        pub struct $table {
            $(pub $name: &'static str,)*
        }

        impl $table {
            /// The table in a language.
            pub const fn of(language: super::Language) -> &'static Self {
                match language {
                    super::Language::Fr => &Self { $($name: $french,)* },
                    super::Language::En => &Self { $($name: $english,)* },
                }
            }
        }
    };
}
use words;

/// The tables in one language.
#[derive(Clone, Copy)]
pub struct Words {
    /// The language.
    pub language: Language,
    /// The document: its title, its sections, what is around the records.
    pub document: &'static document::Document,
    /// The fields of a record, and what can stand there.
    pub record: &'static record::Record,
    /// The proof and its steps.
    pub proof: &'static proof::Proof,
    /// The filters of a question.
    pub question: &'static question::Question,
    /// What is proved, and what is not.
    pub limits: &'static limits::Limits,
}

impl Words {
    /// The words of a language.
    pub const fn of(language: Language) -> Self {
        Self {
            language,
            document: document::Document::of(language),
            record: record::Record::of(language),
            proof: proof::Proof::of(language),
            question: question::Question::of(language),
            limits: limits::Limits::of(language),
        }
    }
}

impl Words {
    /// The name of a law.
    pub const fn law(&self, law: Jurisdiction) -> &'static str {
        let LawName { en, fr } = law.name();
        match self.language {
            Language::Fr => fr,
            Language::En => en,
        }
    }
}

/// Fills the gaps of a text.
pub fn fill(text: &str, values: &[(&str, &str)]) -> String {
    consent_core::locale::fill(text, values)
}
