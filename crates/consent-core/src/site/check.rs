//! Reading a configuration: field by field, then as a whole.

use crate::choice::purpose::Purpose;
use crate::choice::service_answers::ServiceAnswers;
use crate::field::FieldError;
use crate::notice::locale;
use crate::site::config::{LONGEST_CHOICE_MONTHS, SiteConfig};
use crate::site::exemption_check;
use crate::site::read::{Read, read};
use crate::site::service::Service;
use crate::site::signals::LONGEST_WAIT_MS;
use crate::site::statements;
use crate::site::words;
use serde::Serialize;
use std::collections::BTreeSet;

/// The largest configuration that is read, in bytes.
pub const LARGEST_CONFIG_BYTES: usize = 256 * 1024;

/// The most banners that a site with several laws may have: one for each of its languages under each of its laws.
pub const MOST_SHOWN: usize = 80;

impl SiteConfig {
    /// Reads and lints a configuration. The errors name every field that cannot be read, and every contradiction
    /// found in the others.
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
        match read(json) {
            Read::Whole(config) => match config.contradictions() {
                errors if errors.is_empty() => Ok(*config),
                errors => Err(errors),
            },
            Read::Parts(mut errors, config) => {
                let found = config.map(|config| config.contradictions());
                // What stands in place of a field that cannot be read contradicts nothing.
                let replaced: Vec<_> = errors
                    .iter()
                    .map(|error| top(&error.field).to_owned())
                    .collect();
                let of_others = found
                    .unwrap_or_default()
                    .into_iter()
                    .filter(|error| !replaced.iter().any(|field| *field == top(&error.field)));
                errors.extend(of_others);
                Err(errors)
            }
        }
    }

    fn contradictions(&self) -> Vec<FieldError> {
        let mut errors = Vec::new();
        self.length_contradictions(&mut errors);
        self.lifetime_contradictions(&mut errors);
        self.scope_contradictions(&mut errors);
        repeated("import_from", &self.import_from, &mut errors);
        repeated("jurisdictions", &self.jurisdictions, &mut errors);
        self.shown_contradiction(&mut errors);
        repeated("origins", &self.origins, &mut errors);
        repeated("languages", &self.languages, &mut errors);
        repeated("purposes", &self.purposes, &mut errors);
        self.language_contradictions(&mut errors);
        self.id_contradictions(&mut errors);
        for (at, service) in self.services.iter().enumerate() {
            self.service_contradictions(at, service, &mut errors);
        }
        statements::contradictions(self, &mut errors);
        words::contradictions(self, &mut errors);
        errors
    }

    fn length_contradictions(&self, errors: &mut Vec<FieldError>) {
        for (field, length, least, most) in [
            ("origins", self.origins.len(), 1, 50),
            (
                "languages",
                self.languages.len(),
                1,
                locale::available().count(),
            ),
            ("services", self.services.len(), 0, 200),
        ] {
            if !(least..=most).contains(&length) {
                errors.push(FieldError::new(
                    field,
                    format!("has {length} items; from {least} to {most} are allowed"),
                ));
            }
        }
    }

    fn language_contradictions(&self, errors: &mut Vec<FieldError>) {
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
    }

    /// What is rendered at a publication: a first layer, a dialog and a declaration for each language under each law.
    fn shown_contradiction(&self, errors: &mut Vec<FieldError>) {
        let (laws, languages) = (self.laws().count(), self.languages.len());
        let shown = laws.saturating_mul(languages);
        if laws > 1 && shown > MOST_SHOWN {
            errors.push(FieldError::new(
                "jurisdictions",
                format!(
                    "make {laws} laws, in {languages} languages: {shown} banners; at most {MOST_SHOWN} are made for a site. \
                     Leave out laws whose visitors can be asked under `jurisdiction`, or languages"
                ),
            ));
        }
    }

    /// The ids of the services, which a cookie has to name.
    fn id_contradictions(&self, errors: &mut Vec<FieldError>) {
        let ids: Vec<_> = self.services.iter().map(|service| &service.id).collect();
        repeated("services", &ids, errors);
        let longest: usize = self
            .services
            .iter()
            .filter(|service| service.purpose.is_optional())
            .map(|service| service.id.as_str().len() + 2)
            .sum();
        if longest > ServiceAnswers::LONGEST_TEXT {
            errors.push(FieldError::new(
                "services",
                format!(
                    "have ids of {longest} characters together; a cookie that names them all has room for {}",
                    ServiceAnswers::LONGEST_TEXT
                ),
            ));
        }
    }

    fn lifetime_contradictions(&self, errors: &mut Vec<FieldError>) {
        if !(1..=LONGEST_CHOICE_MONTHS).contains(&self.choice_max_age_months) {
            errors.push(FieldError::new(
                "choice_max_age_months",
                format!(
                    "is {}; a choice is kept 1 to {LONGEST_CHOICE_MONTHS} months",
                    self.choice_max_age_months
                ),
            ));
        }
        let mut bounded = |field: &str, months: Option<u16>, most: u16, why: &str| {
            if let Some(months) = months
                && !(1..=most).contains(&months)
            {
                errors.push(FieldError::new(
                    field,
                    format!("is {months}; {why} 1 to {most} months"),
                ));
            }
        };
        bounded(
            "reask_after_months",
            self.reask_after_months,
            self.choice_max_age_months.clamp(1, LONGEST_CHOICE_MONTHS),
            "before its end, a choice can be asked anew after",
        );
        bounded(
            "audience_data_months",
            self.audience_data_months,
            120,
            "audience data can be kept",
        );
        bounded(
            "proof_months",
            Some(self.proof_months),
            120,
            "a proof is kept, after its choice has ended,",
        );
        if let Some(google) = &self.signals.google
            && google.wait_for_update_ms > LONGEST_WAIT_MS
        {
            errors.push(FieldError::new(
                "signals.google.wait_for_update_ms",
                format!(
                    "is {}; a tag waits {LONGEST_WAIT_MS} ms at most",
                    google.wait_for_update_ms
                ),
            ));
        }
    }

    /// Which pages share a choice, and whom they may ask.
    fn scope_contradictions(&self, errors: &mut Vec<FieldError>) {
        if let Some(domain) = &self.cookie_domain {
            if !domain.as_str().contains('.') {
                errors.push(FieldError::new(
                    "cookie_domain",
                    "must be a domain of the site, such as example.org",
                ));
            }
            for (at, origin) in self.origins.iter().enumerate() {
                if !domain.covers(origin.host()) {
                    errors.push(FieldError::new(
                        format!("origins[{at}]"),
                        format!(
                            "is outside `cookie_domain`, {domain}: a page there could not keep a choice"
                        ),
                    ));
                }
            }
        }
        if self.hand_over && self.origins.len() < 2 {
            errors.push(FieldError::new(
                "hand_over",
                "is on, but `origins` has nobody to hand a choice to",
            ));
        }
        if let Some(edge) = &self.edge
            && self.origins.contains(&edge.origin_server)
        {
            errors.push(FieldError::new(
                "edge.origin_server",
                "is one of `origins`, where visitors find the consent server: it would ask itself for each page",
            ));
        }
        if self.minors && self.purposes.contains(&Purpose::Marketing) {
            errors.push(FieldError::new(
                "purposes",
                "asks for marketing on a site for minors (`minors`), where it can never be turned on",
            ));
        }
    }

    fn service_contradictions(&self, at: usize, service: &Service, errors: &mut Vec<FieldError>) {
        let purpose = service.purpose;
        let waits = self.laws().any(|law| !service.is_exempt_under(law));
        if purpose.is_optional() && waits && !self.purposes.contains(&purpose) {
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
        if service.consent_mode && !self.lets_tags_run() {
            errors.push(FieldError::new(
                format!("services[{at}].consent_mode"),
                "is on, which takes `signals.google.mode` to be \"advanced\"",
            ));
        }
        exemption_check::contradictions(self, at, service, errors);
        if service.hosts.len() > 50 {
            errors.push(FieldError::new(
                format!("services[{at}].hosts"),
                format!("has {} items; at most 50 are allowed", service.hosts.len()),
            ));
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
    }
}

/// The field of the configuration that a field is, or is a part of.
fn top(field: &str) -> &str {
    let end = match field.strip_prefix("words.") {
        // The words of each language stand for themselves.
        Some(rest) => rest.find(['.', '[']).map(|at| at + "words.".len()),
        None => field.find(['.', '[']),
    };
    end.and_then(|end| field.get(..end)).unwrap_or(field)
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
    use crate::site::jurisdiction::Jurisdiction;
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
        insta::assert_snapshot!(one(|c| c["colour"] = json!("blue")), @"colour: unknown field `colour`, expected one of `name`, `origins`, `jurisdiction`, `jurisdictions`, `languages`, `controller`, `policy`, `purposes`, `services`, `legal_bases`, `role`, `customer`, `rights`, `choice_max_age_months`, `reask_after_months`, `audience_data_months`, `proof_months`, `shards`, `minors`, `blocking`, `signals`, `cookie_domain`, `hand_over`, `import_from`, `cookiebot_api`, `reopen_button`, `words`, `position`, `edge`");
        insta::assert_snapshot!(one(|c| { c.as_object_mut().unwrap().remove("policy"); }), @"policy: is missing");
    }

    #[test]
    fn every_contradiction_is_reported_at_once() {
        let errors = errors_of(|c| {
            c["purposes"] = json!(["marketing", "marketing"]);
            c["languages"] = json!(["fr-CA", "eo"]);
            c["choice_max_age_months"] = json!(14);
            c["services"][0]["cookies"][0]["lifetime"] = json!("P2Y");
            let again = c["services"][0].clone();
            c["services"].as_array_mut().unwrap().push(again);
        });
        insta::assert_snapshot!(errors.join("\n"), @r#"
        choice_max_age_months: is 14; a choice is kept 1 to 13 months
        purposes[1]: repeats "marketing"
        languages[1]: there are no texts in eo; there are in ar, bg, cs, da, de, el, en, es, et, fi, fr-CA, fr-FR, ga, he, hr, hu, is, it, ja, ko, lt, lv, mt, nb, nl, pl, pt, pt-BR, ro, sk, sl, sv, tr, uk, zh-Hans
        services[1]: repeats "mesure"
        services[0].purpose: is statistics, which `purposes` does not ask for: add it there, or correct it here
        services[0].description: has no text in eo, a language of the site
        services[1].purpose: is statistics, which `purposes` does not ask for: add it there, or correct it here
        services[1].description: has no text in eo, a language of the site
        "#);
    }

    #[test]
    fn the_lifetimes_must_not_contradict_each_other() {
        let errors = errors_of(|c| {
            c["choice_max_age_months"] = json!(6);
            c["reask_after_months"] = json!(7);
            c["audience_data_months"] = json!(0);
            c["proof_months"] = json!(121);
        });
        insta::assert_snapshot!(errors.join("\n"), @r"
        reask_after_months: is 7; before its end, a choice can be asked anew after 1 to 6 months
        audience_data_months: is 0; audience data can be kept 1 to 120 months
        proof_months: is 121; a proof is kept, after its choice has ended, 1 to 120 months
        ");
    }

    #[test]
    fn what_pages_share_must_fit_their_addresses() {
        let errors = errors_of(|c| {
            c["cookie_domain"] = json!("autre.example");
            c["hand_over"] = json!(true);
        });
        insta::assert_snapshot!(errors.join("\n"), @r"
        origins[0]: is outside `cookie_domain`, autre.example: a page there could not keep a choice
        hand_over: is on, but `origins` has nobody to hand a choice to
        ");
        let whole_country = errors_of(|c| c["cookie_domain"] = json!("example"));
        assert_eq!(
            whole_country,
            ["cookie_domain: must be a domain of the site, such as example.org"]
        );
    }

    #[test]
    fn the_edge_is_off_unless_it_is_told_where_the_pages_are() {
        let edge = |edge: Value| errors_of(|c| c["edge"] = edge).join("\n");
        assert_eq!(
            edge(json!({ "origin_server": "https://pages.relais.example" })),
            ""
        );
        assert_eq!(
            edge(json!({ "origin_server": "http://127.0.0.1:9000", "unknown_cookies": "hold" })),
            ""
        );
        insta::assert_snapshot!(edge(json!({})), @"edge.origin_server: is missing");
        insta::assert_snapshot!(edge(json!({ "origin_server": "http://pages.relais.example" })), @"edge.origin_server: must use https outside this machine; an origin is a scheme, a host and no path: https://www.example.org");
        insta::assert_snapshot!(edge(json!({ "origin_server": "https://relais.example" })), @"edge.origin_server: is one of `origins`, where visitors find the consent server: it would ask itself for each page");
        insta::assert_snapshot!(edge(json!({ "origin_server": "https://a.example", "unknown_cookies": "drop" })), @"edge.unknown_cookies: unknown variant `drop`, expected `pass` or `hold`");
    }

    #[test]
    fn several_laws_are_each_one_and_not_too_many() {
        let laws = |laws: Value| errors_of(|c| c["jurisdictions"] = laws).join("\n");
        assert_eq!(laws(json!(["CA-QC", "CA", "FR"])), "");
        insta::assert_snapshot!(laws(json!(["FR", "CA", "FR"])), @r#"jurisdictions[2]: repeats "FR""#);
        assert!(laws(json!(["FR", "CA-ON"])).starts_with("jurisdictions[1]: must be one of AT, "));
        let all: Vec<_> = Jurisdiction::ALL.iter().map(|law| law.as_str()).collect();
        assert_eq!(laws(json!(all)), "");
        let said = errors_of(|c| {
            c["jurisdictions"] = json!(all);
            c["languages"] = json!(["fr-CA", "en", "es"]);
            for service in c["services"].as_array_mut().unwrap() {
                service["description"]["en"] = json!("Measures.");
                service["description"]["es"] = json!("Mide.");
            }
        });
        insta::assert_snapshot!(said.join("\n"), @"jurisdictions: make 37 laws, in 3 languages: 111 banners; at most 80 are made for a site. Leave out laws whose visitors can be asked under `jurisdiction`, or languages");
    }

    #[test]
    fn minors_are_never_asked_for_marketing() {
        let errors = errors_of(|c| {
            c["minors"] = json!(true);
            c["purposes"] = json!(["statistics", "marketing"]);
        });
        assert_eq!(
            errors,
            [
                "purposes: asks for marketing on a site for minors (`minors`), where it can never be turned on"
            ]
        );
    }

    #[test]
    fn a_tag_runs_before_a_choice_only_where_the_site_says_advanced() {
        let errors = errors_of(|c| c["services"][0]["consent_mode"] = json!(true));
        assert_eq!(
            errors,
            [
                "services[0].consent_mode: is on, which takes `signals.google.mode` to be \"advanced\""
            ]
        );
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
