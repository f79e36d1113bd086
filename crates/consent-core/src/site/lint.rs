//! What an owner should know about a configuration that can be published all the same.
//!
//! Contradictions are errors and stop a publication ([`SiteConfig::parse`]); findings do not.

use crate::choice::purpose::Purpose;
use crate::field::FieldError;
use crate::site::config::SiteConfig;
use crate::site::jurisdiction::{ConsentModel, Jurisdiction};
use crate::site::service::Service;
use crate::site::statements;
use crate::site::words;

/// Well-known tools by a part of their name, and the purpose that their own terms give them.
///
/// The strictest use is what counts: a pixel of a social network measures visits too, and the
/// network uses what it learns for advertising.
const WELL_KNOWN: [(&str, Purpose); 16] = [
    ("facebook", Purpose::Marketing),
    ("meta pixel", Purpose::Marketing),
    ("pixel meta", Purpose::Marketing),
    ("linkedin", Purpose::Marketing),
    ("tiktok", Purpose::Marketing),
    ("pinterest", Purpose::Marketing),
    ("youtube", Purpose::Marketing),
    ("vimeo", Purpose::Marketing),
    ("google ads", Purpose::Marketing),
    ("doubleclick", Purpose::Marketing),
    ("mailchimp", Purpose::Marketing),
    ("mailerlite", Purpose::Marketing),
    ("google analytics", Purpose::Statistics),
    ("matomo", Purpose::Statistics),
    ("hotjar", Purpose::Statistics),
    ("clarity", Purpose::Statistics),
];

/// Everything an owner should know, in the order of the fields.
pub fn findings(config: &SiteConfig) -> Vec<FieldError> {
    let mut findings = Vec::new();
    default_law(config, &mut findings);
    for law in config.laws() {
        lifetimes(config, law, &mut findings);
    }
    for (at, service) in config.services.iter().enumerate() {
        service_findings(config, at, service, &mut findings);
        statements::findings(config, at, service, &mut findings);
    }
    words::findings(config, &mut findings);
    if config.lets_tags_run() {
        findings.push(FieldError::new(
            "signals.google.mode",
            "is \"advanced\": tags marked `consent_mode` send data before a choice, without cookies; \
             under an opt-in law that is for the owner to justify",
        ));
    }
    findings
}

/// The law for everyone whose place is not known must not let run what another one holds back.
fn default_law(config: &SiteConfig, findings: &mut Vec<FieldError>) {
    let runs = |law: Jurisdiction| {
        let asked = config.asked().into_iter();
        asked.filter(move |purpose| law.model_for(*purpose) == ConsentModel::OptOut)
    };
    let strictest = config.laws_by_place().min_by_key(|law| runs(*law).count());
    if let Some(stricter) = strictest
        && runs(stricter).count() < runs(config.jurisdiction).count()
    {
        let own = config.jurisdiction;
        findings.push(FieldError::new(
            "jurisdiction",
            format!(
                "is {own}, which lets run before a choice what {stricter} holds back; it applies to every visitor whose place is \
                 not known or has none of `jurisdictions`: name {stricter} here, and {own} in `jurisdictions`"
            ),
        ));
    }
}

fn lifetimes(config: &SiteConfig, law: Jurisdiction, findings: &mut Vec<FieldError>) {
    let preset = law.preset();
    let authority = law.authority().name;
    if let Some(months) = config.reask_after_months
        && months != preset.reask_after_months
    {
        findings.push(FieldError::new(
            "reask_after_months",
            format!(
                "is {months}; good practice there ({authority}) is {}",
                preset.reask_after_months
            ),
        ));
    }
    if let Some(months) = config.audience_data_months
        && months > preset.audience_data_months
    {
        findings.push(FieldError::new(
            "audience_data_months",
            format!(
                "is {months}; good practice there ({authority}) is {} at most",
                preset.audience_data_months
            ),
        ));
    }
}

fn service_findings(
    config: &SiteConfig,
    at: usize,
    service: &Service,
    findings: &mut Vec<FieldError>,
) {
    let name = service.name.as_str().to_lowercase();
    let known = WELL_KNOWN.iter().find(|(part, _)| name.contains(part));
    // Necessary is left to the owner: a video can be what the visitor came for.
    if let Some((_, purpose)) = known
        && service.purpose.is_optional()
        && service.purpose < *purpose
    {
        findings.push(FieldError::new(
            format!("services[{at}].purpose"),
            format!(
                "is {}, but {} is {purpose} by its own terms: file it there",
                service.purpose, service.name
            ),
        ));
    }
    if service.safeguard.is_none() {
        safeguard(config, at, service, findings);
    }
    for (nth, cookie) in service.cookies.iter().enumerate() {
        if service.purpose.is_optional() && cookie.lifetime.exceeds_thirteen_months() {
            findings.push(FieldError::new(
                format!("services[{at}].cookies[{nth}].lifetime"),
                format!(
                    "is {}; the CNIL recommends 13 months (P13M) at most (guidelines on cookies, 17 September 2020): \
                     declare what is true, and shorten it at the service if you can",
                    cookie.lifetime
                ),
            ));
        }
    }
    if config.holds_unmarked()
        && service.purpose.is_optional()
        && service.hosts.is_empty()
        && service.recipient.as_str() != config.controller.name.as_str()
    {
        findings.push(FieldError::new(
            format!("services[{at}].hosts"),
            "is empty, so automatic blocking cannot know this service: it waits for marketing",
        ));
    }
}

/// A safeguard that some law of the site asks for, and that is not said.
fn safeguard(config: &SiteConfig, at: usize, service: &Service, findings: &mut Vec<FieldError>) {
    let asking = config
        .laws()
        .filter(|law| law.needs_safeguard(service.country));
    let asking: Vec<_> = asking.map(Jurisdiction::as_str).collect();
    if asking.is_empty() {
        return;
    }
    let under = if config.laws().count() > 1 {
        format!(" under {}", asking.join(", "))
    } else {
        String::new()
    };
    findings.push(FieldError::new(
        format!("services[{at}].safeguard"),
        format!(
            "is not said, and the data leaves the jurisdiction{under} ({})",
            service.country
        ),
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn findings_of(change: impl FnOnce(&mut Value)) -> String {
        let mut config = json!({
            "name": "Le Relais", "origins": ["https://relais.example"], "jurisdiction": "FR",
            "languages": ["fr-FR"],
            "controller": { "name": "Le Relais", "person_in_charge": "A. B.", "contact": "c@relais.example" },
            "policy": { "version": "1", "url": "/p" },
            "purposes": ["statistics", "marketing"],
            "services": [{
                "id": "mesure", "name": "Mesure", "purpose": "statistics", "recipient": "Mesure",
                "country": "FR", "description": { "fr-FR": "Compte." }
            }]
        });
        change(&mut config);
        let config = SiteConfig::parse(config.to_string().as_bytes()).unwrap();
        findings(&config)
            .into_iter()
            .map(|finding| format!("{}: {}", finding.field, finding.message))
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn a_careful_configuration_has_none() {
        assert_eq!(findings_of(|_| ()), "");
    }

    #[test]
    fn trackers_filed_under_statistics_are_named() {
        for (name, purpose) in [
            ("Pixel Facebook", "marketing"),
            ("LinkedIn Insight", "marketing"),
        ] {
            let said = findings_of(|config| config["services"][0]["name"] = json!(name));
            assert_eq!(
                said,
                format!(
                    "services[0].purpose: is statistics, but {name} is {purpose} by its own terms: file it there"
                )
            );
        }
    }

    #[test]
    fn numbers_that_disagree_with_the_preset_are_named() {
        insta::assert_snapshot!(findings_of(|config| {
            config["reask_after_months"] = json!(13);
            config["audience_data_months"] = json!(26);
        }), @r"
        reask_after_months: is 13; good practice there (CNIL) is 6
        audience_data_months: is 26; good practice there (CNIL) is 25 at most
        ");
    }

    #[test]
    fn data_that_leaves_without_a_safeguard_is_named() {
        insta::assert_snapshot!(findings_of(|config| config["services"][0]["country"] = json!("US")), @"services[0].safeguard: is not said, and the data leaves the jurisdiction (US)");
        assert_eq!(
            findings_of(|config| {
                config["services"][0]["country"] = json!("US");
                config["services"][0]["safeguard"] = json!("adequacy");
            }),
            ""
        );
    }

    #[test]
    fn each_law_is_looked_at_and_the_strictest_should_be_the_one_for_everyone_else() {
        assert_eq!(
            findings_of(|config| config["jurisdictions"] = json!(["FR", "CA", "US-CA"])),
            ""
        );
        insta::assert_snapshot!(findings_of(|config| {
            config["jurisdiction"] = json!("US");
            config["jurisdictions"] = json!(["CA", "FR", "BR"]);
            config["reask_after_months"] = json!(12);
            config["services"][0]["country"] = json!("US");
        }), @r"
        jurisdiction: is US, which lets run before a choice what FR holds back; it applies to every visitor whose place is not known or has none of `jurisdictions`: name FR here, and US in `jurisdictions`
        reask_after_months: is 12; good practice there (CNIL) is 6
        services[0].safeguard: is not said, and the data leaves the jurisdiction under FR, BR (US)
        ");
        // Nothing is asked that one holds back and the other does not.
        assert_eq!(
            findings_of(|config| {
                config["jurisdiction"] = json!("CA");
                config["jurisdictions"] = json!(["FR"]);
                config["purposes"] = json!(["marketing"]);
                config["services"] = json!([]);
            }),
            ""
        );
    }

    #[test]
    fn what_automatic_blocking_cannot_know_is_named() {
        insta::assert_snapshot!(findings_of(|config| config["blocking"] = json!("automatic")), @"services[0].hosts: is empty, so automatic blocking cannot know this service: it waits for marketing");
    }

    #[test]
    fn tags_that_run_before_a_choice_are_named() {
        let said = findings_of(|config| {
            config["signals"] = json!({ "google": { "mode": "advanced" } });
            config["services"][0]["consent_mode"] = json!(true);
        });
        assert!(
            said.starts_with("signals.google.mode: is \"advanced\""),
            "{said}"
        );
    }
}
