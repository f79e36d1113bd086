//! What an owner writes about a site, checked field by field, then as a whole.

use crate::field::{FieldError, parse_json};
use crate::jurisdiction::Jurisdiction;
use crate::locale;
use crate::purpose::Purpose;
use crate::service::Service;
use crate::text::{Label, LanguageTag, Link, Origin};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A choice is kept thirteen calendar months at most: the CNIL's ceiling for trackers, and the
/// product's own hard cap everywhere.
pub const LONGEST_CHOICE_MONTHS: u16 = 13;

/// The largest configuration that is read, in bytes.
pub const LARGEST_CONFIG_BYTES: usize = 256 * 1024;

/// What an owner publishes about a site.
///
/// [`SiteConfig::parse`] is the only way in from outside: a value that exists has passed the lint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SiteConfig {
    /// The site's name, as visitors know it.
    pub name: Label,
    /// The origins whose pages may report choices.
    pub origins: Vec<Origin>,
    /// The law that applies.
    pub jurisdiction: Jurisdiction,
    /// The languages of the notice, the default one first.
    pub languages: Vec<LanguageTag>,
    /// Who decides why and how data is used (GDPR article 4(7)).
    pub controller: Controller,
    /// The privacy policy in force.
    pub policy: Policy,
    /// The purposes the site asks for. `necessary` is understood, and may be listed.
    pub purposes: Vec<Purpose>,
    /// The tools it uses.
    #[serde(default)]
    pub services: Vec<Service>,
    /// How long a choice is kept, in calendar months: 1 to 13.
    #[serde(default = "longest_choice")]
    pub choice_max_age_months: u16,
    /// Whether a small button stays on every page to change one's mind. Without it, the pages
    /// must have a `data-temoin="open"` element.
    #[serde(default = "shown")]
    pub reopen_button: bool,
}

const fn longest_choice() -> u16 {
    LONGEST_CHOICE_MONTHS
}

const fn shown() -> bool {
    true
}

/// Who answers for the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Controller {
    /// The organisation.
    pub name: Label,
    /// The person in charge of the protection of personal information.
    pub person_in_charge: Label,
    /// How to reach them.
    pub contact: Label,
}

/// The privacy policy in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// The owner's name for this version; a new one asks every visitor anew.
    pub version: PolicyVersion,
    /// Where to read it.
    pub url: Link,
}

/// The owner's name for a version of the policy.
pub type PolicyVersion = Label;

impl SiteConfig {
    /// Reads and lints a configuration. The errors name every contradiction found, or the first
    /// field that cannot be read.
    pub fn parse(json: &[u8]) -> Result<Self, Vec<FieldError>> {
        if json.len() > LARGEST_CONFIG_BYTES {
            return Err(vec![FieldError::new(
                ".",
                format!(
                    "has {} bytes; at most {LARGEST_CONFIG_BYTES} are read",
                    json.len()
                ),
            )]);
        }
        let config: Self = parse_json(json).map_err(|error| vec![error])?;
        let errors = config.contradictions();
        if errors.is_empty() {
            Ok(config)
        } else {
            Err(errors)
        }
    }

    /// The optional purposes the site asks for, in the order of [`Purpose::ALL`].
    pub fn asked(&self) -> Vec<Purpose> {
        Purpose::OPTIONAL
            .into_iter()
            .filter(|purpose| self.purposes.contains(purpose))
            .collect()
    }

    fn contradictions(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        let mut lists = |field: &str, length: usize, least: usize, most: usize| {
            if !(least..=most).contains(&length) {
                errors.push(FieldError::new(
                    field,
                    format!("has {length} items; from {least} to {most} are allowed"),
                ));
            }
        };
        lists("origins", self.origins.len(), 1, 50);
        lists("languages", self.languages.len(), 1, 30);
        lists("services", self.services.len(), 0, 200);
        if !(1..=LONGEST_CHOICE_MONTHS).contains(&self.choice_max_age_months) {
            errors.push(FieldError::new(
                "choice_max_age_months",
                format!(
                    "is {}; a choice is kept 1 to {LONGEST_CHOICE_MONTHS} months",
                    self.choice_max_age_months
                ),
            ));
        }
        repeated("origins", &self.origins, &mut errors);
        repeated("languages", &self.languages, &mut errors);
        repeated("purposes", &self.purposes, &mut errors);
        for (at, language) in self.languages.iter().enumerate() {
            if locale::texts(language).is_none() {
                let available: Vec<_> = locale::available().collect();
                errors.push(FieldError::new(
                    format!("languages[{at}]"),
                    format!(
                        "there are no texts in {language}; there are in {}",
                        available.join(", ")
                    ),
                ));
            }
        }
        let ids: Vec<_> = self.services.iter().map(|service| &service.id).collect();
        repeated("services", &ids, &mut errors);
        for (at, service) in self.services.iter().enumerate() {
            self.service_contradictions(at, service, &mut errors);
        }
        errors
    }

    fn service_contradictions(&self, at: usize, service: &Service, errors: &mut Vec<FieldError>) {
        let purpose = service.purpose;
        if purpose.is_optional() && !self.purposes.contains(&purpose) {
            errors.push(FieldError::new(
                format!("services[{at}].purpose"),
                format!("is {purpose}, which `purposes` does not ask for: add it there, or correct it here"),
            ));
        }
        for language in &self.languages {
            if !service.description.contains_key(language) {
                errors.push(FieldError::new(
                    format!("services[{at}].description"),
                    format!("has no text in {language}, a language of the site"),
                ));
            }
        }
        if service.cookies.len() > 100 {
            errors.push(FieldError::new(
                format!("services[{at}].cookies"),
                format!(
                    "has {} items; at most 100 are allowed",
                    service.cookies.len()
                ),
            ));
        }
        for (nth, cookie) in service.cookies.iter().enumerate() {
            if purpose.is_optional() && cookie.lifetime.exceeds_thirteen_months() {
                errors.push(FieldError::new(
                    format!("services[{at}].cookies[{nth}].lifetime"),
                    format!(
                        "is {}: a tracker that needs consent may last {LONGEST_CHOICE_MONTHS} months (P13M) at most",
                        cookie.lifetime
                    ),
                ));
            }
        }
    }
}

/// Reports every item that stands earlier in the same list.
fn repeated<T: Ord + Serialize>(field: &str, items: &[T], errors: &mut Vec<FieldError>) {
    let mut seen = BTreeSet::new();
    for (at, item) in items.iter().enumerate() {
        if !seen.insert(item) {
            let item = serde_json::to_string(item).unwrap_or_default();
            errors.push(FieldError::new(
                format!("{field}[{at}]"),
                format!("repeats {item}"),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn config() -> Value {
        json!({
            "name": "Le Relais",
            "origins": ["https://relais.example"],
            "jurisdiction": "CA-QC",
            "languages": ["fr-CA"],
            "controller": {
                "name": "Le Relais", "person_in_charge": "A. B.", "contact": "vie-privee@relais.example"
            },
            "policy": { "version": "2024-05-02", "url": "/confidentialite" },
            "purposes": ["statistics"],
            "services": [{
                "id": "mesure", "name": "Mesure", "purpose": "statistics", "recipient": "Mesure inc.",
                "country": "CA", "description": { "fr-CA": "Compte les visites." },
                "cookies": [{ "name": "_m", "lifetime": "P13M" }]
            }]
        })
    }

    fn errors_of(change: impl FnOnce(&mut Value)) -> Vec<String> {
        let mut json = config();
        change(&mut json);
        match SiteConfig::parse(json.to_string().as_bytes()) {
            Ok(_) => vec![],
            Err(errors) => errors
                .into_iter()
                .map(|error| {
                    let message = error.message.split(" at line ").next().unwrap();
                    format!("{}: {message}", error.field)
                })
                .collect(),
        }
    }

    #[test]
    fn a_good_configuration_passes() {
        assert_eq!(errors_of(|_| ()), Vec::<String>::new());
    }

    #[test]
    fn an_unreadable_field_is_named() {
        let one = |change: fn(&mut Value)| errors_of(change).join("\n");
        insta::assert_snapshot!(one(|c| c["origins"][0] = json!("https://relais.example/")), @"origins[0]: has a host that is not lower-case letters, digits, dots and dashes; an origin is a scheme, a host and no path: https://www.example.org");
        insta::assert_snapshot!(one(|c| c["services"][0]["cookies"][0]["lifetime"] = json!("13 months")), @r#"services[0].cookies[0].lifetime: must be "session", or an ISO 8601 duration of one unit: P13M, P2Y, P30D, PT20M"#);
        insta::assert_snapshot!(one(|c| c["services"][0]["purpose"] = json!("analytics")), @"services[0].purpose: unknown variant `analytics`, expected one of `necessary`, `preferences`, `statistics`, `marketing`");
        insta::assert_snapshot!(one(|c| c["policy"]["url"] = json!("javascript:alert(1)")), @"policy.url: must be an address: https://…, or a path of the site that begins with one /");
        insta::assert_snapshot!(one(|c| c["colour"] = json!("blue")), @"colour: unknown field `colour`, expected one of `name`, `origins`, `jurisdiction`, `languages`, `controller`, `policy`, `purposes`, `services`, `choice_max_age_months`, `reopen_button`");
        insta::assert_snapshot!(one(|c| { c.as_object_mut().unwrap().remove("policy"); }), @".: missing field `policy`");
    }

    #[test]
    fn every_contradiction_is_reported_at_once() {
        let errors = errors_of(|c| {
            c["purposes"] = json!(["marketing", "marketing"]);
            c["languages"] = json!(["fr-CA", "de"]);
            c["choice_max_age_months"] = json!(14);
            c["services"][0]["cookies"][0]["lifetime"] = json!("P2Y");
            let again = c["services"][0].clone();
            c["services"].as_array_mut().unwrap().push(again);
        });
        insta::assert_snapshot!(errors.join("\n"), @r#"
        choice_max_age_months: is 14; a choice is kept 1 to 13 months
        purposes[1]: repeats "marketing"
        languages[1]: there are no texts in de; there are in en, fr-CA, fr-FR
        services[1]: repeats "mesure"
        services[0].purpose: is statistics, which `purposes` does not ask for: add it there, or correct it here
        services[0].description: has no text in de, a language of the site
        services[0].cookies[0].lifetime: is P2Y: a tracker that needs consent may last 13 months (P13M) at most
        services[1].purpose: is statistics, which `purposes` does not ask for: add it there, or correct it here
        services[1].description: has no text in de, a language of the site
        services[1].cookies[0].lifetime: is P2Y: a tracker that needs consent may last 13 months (P13M) at most
        "#);
    }

    #[test]
    fn an_oversize_configuration_is_not_read() {
        let errors = SiteConfig::parse(&vec![b' '; LARGEST_CONFIG_BYTES + 1]).unwrap_err();
        assert_eq!(
            errors[0].message,
            "has 262145 bytes; at most 262144 are read"
        );
    }
}
