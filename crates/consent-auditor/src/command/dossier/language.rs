//! The language of a dossier, and the one of the person who runs the program.

use clap::ValueEnum;

/// The language of a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Language {
    /// French
    Fr,
    /// English
    En,
}

impl Language {
    /// Its tag (BCP 47).
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The language of the environment: French where the locale is French, otherwise English. POSIX names the variables
    /// ("Environment Variables", section 8.2); the first that has a value counts.
    pub fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
            .into_iter()
            .filter_map(variable)
            .find(|value| !value.is_empty());
        match locale {
            Some(locale) if locale.to_ascii_lowercase().starts_with("fr") => Self::Fr,
            _ => Self::En,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_locale_with_a_value_counts() {
        let of = |set: &[(&str, &str)]| {
            Language::of_environment(|name| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).to_owned())
            })
        };
        assert_eq!(of(&[]), Language::En);
        assert_eq!(of(&[("LANG", "fr_CA.UTF-8")]), Language::Fr);
        assert_eq!(of(&[("LANG", "fr_FR"), ("LC_ALL", "C")]), Language::En);
        assert_eq!(of(&[("LANG", "fr_FR"), ("LC_ALL", "")]), Language::Fr);
        assert_eq!(of(&[("LC_MESSAGES", "de_DE")]), Language::En);
    }
}
