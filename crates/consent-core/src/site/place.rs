//! Where a visitor is, as far as it is needed to know which law applies. It is used for one answer, and never kept.

use crate::ident::serde_as_text;
use crate::site::jurisdiction::Jurisdiction;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A country or one of its subdivisions: `FR`, `CA-QC` (ISO 3166-1 alpha-2, ISO 3166-2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Place {
    country: String,
    subdivision: Option<String>,
}

/// Places with a code of their own where the law of a state applies, in part or as a whole: the departments and communities of
/// France (Loi n° 78-17, articles 125 and 126), Åland, and the territories of the United States.
const PARTS: [(&str, &[&str]); 3] = [
    (
        "FR",
        &[
            "BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT",
        ],
    ),
    ("FI", &["AX"]),
    ("US", &["AS", "GU", "MP", "PR", "UM", "VI"]),
];

/// The text names no place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a country (ISO 3166-1 alpha-2) or one of its subdivisions (ISO 3166-2): FR, CA-QC"
)]
pub struct BadPlace;

impl Place {
    /// Which of some laws applies there: that of the subdivision, otherwise that of the country.
    fn law(&self, among: impl Fn(Jurisdiction) -> bool) -> Option<Jurisdiction> {
        let law = |code: &str| code.parse().ok().filter(|law| among(*law));
        let country = self.country.as_str();
        let state = PARTS.iter().find(|(_, parts)| parts.contains(&country));
        self.subdivision
            .as_ref()
            .and_then(|subdivision| law(&format!("{country}-{subdivision}")))
            .or_else(|| law(country))
            .or_else(|| law(state?.0))
    }

    /// Which law applies there, if that is another than a site's own.
    pub fn other_law<T>(
        &self,
        own: Jurisdiction,
        others: &BTreeMap<Jurisdiction, T>,
    ) -> Option<Jurisdiction> {
        self.law(|law| law == own || others.contains_key(&law))
            .filter(|law| *law != own)
    }
}

impl FromStr for Place {
    type Err = BadPlace;

    /// In any case of letters. A code that stands for no country, such as `XX`, is a place without a law.
    fn from_str(text: &str) -> Result<Self, BadPlace> {
        let text = text.trim().to_ascii_uppercase();
        let (country, subdivision) = match text.split_once('-') {
            Some((country, subdivision)) => (country, Some(subdivision)),
            None => (&*text, None),
        };
        let is_country = country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase());
        let is_subdivision = |part: &str| {
            (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        (is_country && subdivision.is_none_or(is_subdivision))
            .then(|| Self {
                country: country.to_owned(),
                subdivision: subdivision.map(str::to_owned),
            })
            .ok_or(BadPlace)
    }
}

serde_as_text!(Place);

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.country)?;
        match &self.subdivision {
            Some(subdivision) => write!(f, "-{subdivision}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn law(place: &str, laws: &[&str]) -> Option<&'static str> {
        let place: Place = place.parse().ok()?;
        let law = place.law(|law| laws.contains(&law.as_str()));
        law.map(Jurisdiction::as_str)
    }

    #[test]
    fn the_subdivision_comes_before_the_country() {
        let laws = ["CA-QC", "CA", "FR", "GB", "US-CA", "US"];
        for (place, expected) in [
            ("CA-QC", Some("CA-QC")),
            ("ca-qc", Some("CA-QC")),
            (" CA-ON ", Some("CA")),
            ("CA", Some("CA")),
            ("US-CA", Some("US-CA")),
            ("US-TX", Some("US")),
            ("FR-75", Some("FR")),
            ("GB-ENG", Some("GB")),
            ("DE", None),
            ("BR-SP", None),
            ("XX", None),
            ("EU", None),
        ] {
            assert_eq!(law(place, &laws), expected, "{place}");
        }
        assert_eq!(law("CA-QC", &["CA"]), Some("CA"));
        assert_eq!(law("CA-ON", &["CA-QC"]), None);
    }

    #[test]
    fn a_site_s_own_law_is_one_of_its_laws() {
        let others: BTreeMap<Jurisdiction, &str> = ["CA", "FR"]
            .iter()
            .map(|law| (law.parse().unwrap(), *law))
            .collect();
        let other = |place: &str| {
            let place: Place = place.parse().unwrap();
            let law = place.other_law(Jurisdiction::Quebec, &others);
            law.map(Jurisdiction::as_str)
        };
        assert_eq!(other("CA-QC"), None);
        assert_eq!(other("CA-ON"), Some("CA"));
        assert_eq!(other("FR"), Some("FR"));
        assert_eq!(other("DE"), None);
    }

    #[test]
    fn what_belongs_to_a_state_has_its_law() {
        for (place, expected) in [
            ("RE", Some("FR")),
            ("GP-971", Some("FR")),
            ("PR", Some("US")),
            ("AX", Some("FI")),
            // Each its own law, and none of those.
            ("GG", None),
            ("GL", None),
            ("AW", None),
        ] {
            assert_eq!(
                law(place, &["FR", "US", "FI", "GB", "DK", "NL"]),
                expected,
                "{place}"
            );
        }
    }

    #[test]
    fn what_names_no_place_is_none() {
        for text in [
            "", "F", "FRA", "T1", "F R", "FR-", "FR-ABCD", "FR-75-1", "FR,US", "FR;", "-QC", "É0",
            "*",
        ] {
            assert_eq!(text.parse::<Place>(), Err(BadPlace), "{text}");
        }
        for text in ["FR", "CA-QC", "GB-ENG", "FR-2A"] {
            assert_eq!(text.parse::<Place>().unwrap().to_string(), text);
        }
    }
}
