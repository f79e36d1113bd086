//! Whether what a configuration states of its data can be true together, and under its law: legal bases, times, safeguards, rights,
//! and for whom the site acts. Where a site has several laws, what holds under one of them is accepted: a notice states what its own
//! law knows.

use crate::choice::purpose::Purpose;
use crate::field::FieldError;
use crate::site::basis::LegalBasis;
use crate::site::config::SiteConfig;
use crate::site::jurisdiction::Jurisdiction;
use crate::site::role::Role;
use crate::site::service::{DataKind, Lifetime, Retention, Safeguard, Service};
use crate::site::statute::BasisFault;
use crate::text::{LanguageTag, Localized};
use serde::Serialize;

/// The most kinds of data that a service states apart.
const MOST_KINDS: usize = 20;

/// The longest that anything can be said to be kept, in calendar months: a hundred years.
const LONGEST_KEPT_MONTHS: u16 = 1_200;

/// What contradicts itself or the law: it stops a publication.
pub fn contradictions(config: &SiteConfig, errors: &mut Vec<FieldError>) {
    for (purpose, basis) in &config.legal_bases {
        let field = format!("legal_bases.{purpose}");
        basis_contradiction(config, *purpose, *basis, field, errors);
    }
    role_contradictions(config, errors);
    rights_contradictions(config, errors);
    for (at, service) in config.services.iter().enumerate() {
        if let Some(basis) = service.legal_basis {
            let field = format!("services[{at}].legal_basis");
            basis_contradiction(config, service.purpose, basis, field, errors);
        }
        retention_contradictions(config, at, service, errors);
        safeguard_contradictions(config, at, service, errors);
    }
}

/// The languages of the site in which a text is missing.
fn missing<T>(config: &SiteConfig, text: &Localized<T>, field: &str, errors: &mut Vec<FieldError>) {
    let languages = config.languages.iter();
    let without = languages.filter(|language: &&LanguageTag| !text.contains_key(*language));
    errors.extend(without.map(|language| {
        FieldError::new(
            field,
            format!("has no text in {language}, a language of the site"),
        )
    }));
}

/// A value as a configuration has it, without its quotation marks.
fn code(value: &impl Serialize) -> String {
    let json = serde_json::to_value(value).unwrap_or_default();
    json.as_str().unwrap_or_default().to_owned()
}

/// Several of them, for a sentence.
fn codes<T: Serialize>(values: impl IntoIterator<Item = T>) -> String {
    let codes: Vec<_> = values.into_iter().map(|value| code(&value)).collect();
    codes.join(", ")
}

fn basis_contradiction(
    config: &SiteConfig,
    purpose: Purpose,
    basis: LegalBasis,
    field: String,
    errors: &mut Vec<FieldError>,
) {
    let faults: Option<Vec<_>> = config
        .laws()
        .map(|law| Some((law, law.basis_fault(purpose, basis)?)))
        .collect();
    let first = faults.and_then(|faults| faults.into_iter().next());
    let message = match first {
        Some((law, BasisFault::Unknown)) => {
            let known = law.statute().bases.iter().map(|(known, _)| known);
            format!(
                "is {basis}, which is no basis under {}: write one of {}",
                law.as_str(),
                codes(known)
            )
        }
        Some((law, BasisFault::WaitsForYes)) => format!(
            "is {basis}, but {purpose} waits for a yes under {}: write consent, or file under necessary what is",
            law.as_str()
        ),
        Some((law, BasisFault::RunsUntilNo)) => format!(
            "is consent, but {purpose} runs until a no under {}: write opt_out",
            law.as_str()
        ),
        None => return,
    };
    errors.push(FieldError::new(field, message));
}

fn role_contradictions(config: &SiteConfig, errors: &mut Vec<FieldError>) {
    let services = config.services.iter();
    let has_processor = config.role == Role::Processor
        || services
            .clone()
            .any(|service| service.role == Some(Role::Processor));
    match &config.customer {
        None if has_processor => errors.push(FieldError::new(
            "customer",
            "is missing: a processor acts on behalf of somebody; write their `name` and `contact` in each language",
        )),
        Some(_) if !has_processor => errors.push(FieldError::new(
            "customer",
            "is there, but nothing is done on their behalf: write \"role\": \"processor\" for the site or for a service",
        )),
        None => {}
        Some(customer) => {
            missing(config, &customer.name, "customer.name", errors);
            missing(config, &customer.contact, "customer.contact", errors);
        }
    }
}

fn rights_contradictions(config: &SiteConfig, errors: &mut Vec<FieldError>) {
    let Some(rights) = &config.rights else {
        return;
    };
    if rights.url.is_none() && rights.email.is_none() && rights.address.is_none() {
        errors.push(FieldError::new(
            "rights",
            "says no way to use them: write `url` (a form), `email` or `address`",
        ));
    }
    let statutes = config.laws().map(Jurisdiction::statute);
    let strictest = statutes.min_by_key(|statute| statute.answer_within.days());
    if let (Some(within), Some(statute)) = (rights.answer_within, strictest) {
        let longest = statute.answer_within;
        if within == Lifetime::Session || within.days() > longest.days() {
            errors.push(FieldError::new(
                "rights.answer_within",
                format!(
                    "is {within}; {} gives {longest} at most",
                    statute.answer_source
                ),
            ));
        }
    }
}

fn retention_contradictions(
    config: &SiteConfig,
    at: usize,
    service: &Service,
    errors: &mut Vec<FieldError>,
) {
    if service.retention.len() > MOST_KINDS {
        errors.push(FieldError::new(
            format!("services[{at}].retention"),
            format!(
                "has {} items; at most {MOST_KINDS} are allowed",
                service.retention.len()
            ),
        ));
    }
    for (nth, retention) in service.retention.iter().enumerate() {
        let field = |part: &str| format!("services[{at}].retention[{nth}].{part}");
        let Retention { data, name, keep } = retention;
        if *data == DataKind::Other {
            missing(config, name, &field("name"), errors);
        } else {
            if !name.is_empty() {
                errors.push(FieldError::new(
                    field("name"),
                    format!("names {}, which has a name of its own: leave it out, or write \"data\": \"other\"", code(data)),
                ));
            }
            let mut earlier = service.retention.iter().take(nth);
            if earlier.any(|other| other.data == *data) {
                errors.push(FieldError::new(
                    field("data"),
                    format!("repeats {}", code(data)),
                ));
            }
        }
        if *keep == Lifetime::Session || keep.exceeds_months(LONGEST_KEPT_MONTHS) {
            errors.push(FieldError::new(
                field("keep"),
                format!("is {keep}; write a duration of a hundred years at most: P13M, P30D"),
            ));
        }
    }
}

/// The safeguards that there were before laws said which they know. A configuration that has another one than its law's is published
/// as it was, with a finding.
const fn is_old(safeguard: Safeguard) -> bool {
    use Safeguard::{Adequacy, Assessment, StandardClauses};
    matches!(safeguard, Adequacy | StandardClauses | Assessment)
}

fn safeguard_contradictions(
    config: &SiteConfig,
    at: usize,
    service: &Service,
    errors: &mut Vec<FieldError>,
) {
    let Some(safeguard) = service.safeguard else {
        if service.safeguard_url.is_some() {
            errors.push(FieldError::new(
                format!("services[{at}].safeguard_url"),
                "says where to read the safeguard, but `safeguard` does not say which",
            ));
        }
        return;
    };
    let field = || format!("services[{at}].safeguard");
    if !is_old(safeguard) && !is_accepted(config, safeguard) {
        errors.push(FieldError::new(field(), foreign(config, safeguard)));
    }
    if safeguard == Safeguard::PrivacyFramework && service.country.as_str() != "US" {
        errors.push(FieldError::new(
            field(),
            format!(
                "is privacy_framework, under which recipients in the United States alone are certified; `country` is {}",
                service.country
            ),
        ));
    }
}

fn is_accepted(config: &SiteConfig, safeguard: Safeguard) -> bool {
    config.laws().any(|law| law.statute().accepts(safeguard))
}

fn foreign(config: &SiteConfig, safeguard: Safeguard) -> String {
    let law = config.jurisdiction;
    format!(
        "is {}, which {} does not know: write one of {}",
        code(&safeguard),
        law.as_str(),
        codes(law.statute().safeguards)
    )
}

/// What an owner should know of a service's statements.
pub fn findings(config: &SiteConfig, at: usize, service: &Service, findings: &mut Vec<FieldError>) {
    let basis = service
        .legal_basis
        .map_or_else(|| config.legal_bases.get(&service.purpose).copied(), Some);
    if basis == Some(LegalBasis::Consent) && !service.purpose.is_optional() {
        findings.push(FieldError::new(
            format!("services[{at}].legal_basis"),
            "is consent, but visitors cannot refuse here what is necessary: say so only if you ask for it elsewhere",
        ));
    }
    if let Some(safeguard) = service.safeguard
        && config
            .laws()
            .any(|law| law.needs_safeguard(service.country))
    {
        let field = format!("services[{at}].safeguard");
        if is_old(safeguard) && !is_accepted(config, safeguard) {
            findings.push(FieldError::new(field, foreign(config, safeguard)));
        } else if safeguard == Safeguard::Derogation {
            findings.push(FieldError::new(
                field,
                "is derogation, which is for single cases and not for what happens at each visit (EDPB, guidelines 2/2018)",
            ));
        }
    }
    for (nth, retention) in service.retention.iter().enumerate() {
        if let Some(message) = too_long(config, service, retention) {
            let field = format!("services[{at}].retention[{nth}].keep");
            findings.push(FieldError::new(field, message));
        }
    }
}

/// What good practice, or another field, says against a time.
fn too_long(config: &SiteConfig, service: &Service, retention: &Retention) -> Option<String> {
    let law = config.jurisdiction;
    let keep = retention.keep;
    match retention.data {
        DataKind::Trackers => {
            if service.purpose.is_optional() && keep.exceeds_thirteen_months() {
                return Some(format!(
                    "is {keep}; the CNIL recommends 13 months (P13M) at most (guidelines on cookies, 17 September 2020)"
                ));
            }
            let mut cookies = service.cookies.iter();
            let longer = cookies.find(|cookie| cookie.lifetime.days() > keep.days())?;
            Some(format!(
                "is {keep}, but the cookie {} stays {}: correct one of them",
                longer.name, longer.lifetime
            ))
        }
        DataKind::AudienceData => {
            let most = law.preset().audience_data_months;
            if keep.exceeds_months(most) {
                let authority = law.authority().name;
                return Some(format!(
                    "is {keep}; good practice there ({authority}) is {most} months (P{most}M) at most"
                ));
            }
            let said = config.audience_data_months?;
            keep.exceeds_months(said).then(|| {
                format!("is {keep}, but `audience_data_months` is {said}: correct one of them")
            })
        }
        DataKind::Logs => {
            let (most, source) = law.statute().log_months?;
            keep.exceeds_months(most).then(|| {
                format!(
                    "is {keep}; good practice there is {most} months (P{most}M) at most ({source})"
                )
            })
        }
        DataKind::IpAddresses | DataKind::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::lint;
    use serde_json::{Value, json};

    fn config() -> Value {
        json!({
            "name": "Le Relais", "origins": ["https://relais.example"], "jurisdiction": "FR",
            "languages": ["fr-FR", "en"],
            "controller": { "name": "Le Relais", "person_in_charge": "A. B.", "contact": "c@relais.example" },
            "policy": { "version": "1", "url": "/p" },
            "purposes": ["statistics", "marketing"],
            "services": [{
                "id": "mesure", "name": "Mesure", "purpose": "statistics", "recipient": "Mesure",
                "country": "FR", "description": { "fr-FR": "Compte.", "en": "Counts." },
                "cookies": [{ "name": "_m", "lifetime": "P13M" }]
            }]
        })
    }

    /// What is said of a configuration: errors where it has some, findings otherwise.
    fn said(change: impl FnOnce(&mut Value)) -> String {
        let mut json = config();
        change(&mut json);
        let said = match SiteConfig::parse(json.to_string().as_bytes()) {
            Ok(config) => lint::findings(&config),
            Err(errors) => errors,
        };
        let lines = said
            .into_iter()
            .map(|it| format!("{}: {}", it.field, it.message));
        lines.collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn what_a_practitioner_states_is_accepted() {
        let said = said(|c| {
            c["legal_bases"] = json!({ "necessary": "contract", "statistics": "consent" });
            c["rights"] =
                json!({ "url": "/droits", "email": "c@relais.example", "answer_within": "P30D" });
            c["services"][0]["retention"] = json!([
                { "data": "trackers", "keep": "P13M" }, { "data": "audience_data", "keep": "P25M" },
                { "data": "ip_addresses", "keep": "P12M" }, { "data": "logs", "keep": "P1M" },
                { "data": "other", "name": { "fr-FR": "Dossiers", "en": "Files" }, "keep": "P3Y" },
                { "data": "other", "name": { "fr-FR": "Factures", "en": "Invoices" }, "keep": "P10Y" }
            ]);
            c["services"][0]["country"] = json!("US");
            c["services"][0]["safeguard"] = json!("privacy_framework");
            c["services"][0]["safeguard_url"] = json!("https://www.dataprivacyframework.gov");
        });
        assert_eq!(said, "");
    }

    #[test]
    fn a_basis_that_the_law_does_not_know_is_refused_with_those_it_does() {
        insta::assert_snapshot!(said(|c| c["services"][0]["legal_basis"] = json!("business_purpose")), @"services[0].legal_basis: is business_purpose, which is no basis under FR: write one of consent, contract, legal_obligation, vital_interests, public_task, legitimate_interests");
        insta::assert_snapshot!(said(|c| {
            c["jurisdiction"] = json!("CA-QC");
            c["legal_bases"] = json!({ "necessary": "legitimate_interests" });
        }), @"legal_bases.necessary: is legitimate_interests, which is no basis under CA-QC: write one of consent, requested_service, security, legal_obligation");
    }

    #[test]
    fn what_waits_for_a_yes_has_no_other_basis() {
        insta::assert_snapshot!(said(|c| {
            c["legal_bases"] = json!({ "marketing": "legitimate_interests" });
            c["services"][0]["legal_basis"] = json!("contract");
        }), @r"
        legal_bases.marketing: is legitimate_interests, but marketing waits for a yes under FR: write consent, or file under necessary what is
        services[0].legal_basis: is contract, but statistics waits for a yes under FR: write consent, or file under necessary what is
        ");
        // Where it runs until a no, the law's own words are right.
        for (law, basis) in [
            ("US-CA", "opt_out"),
            ("US", "business_purpose"),
            ("CA", "opt_out"),
        ] {
            let said = said(|c| {
                c["jurisdiction"] = json!(law);
                c["legal_bases"] = json!({ "statistics": basis });
            });
            assert_eq!(said, "", "{law}");
        }
        insta::assert_snapshot!(said(|c| {
            c["jurisdiction"] = json!("US-CA");
            c["legal_bases"] = json!({ "statistics": "consent" });
        }), @"legal_bases.statistics: is consent, but statistics runs until a no under US-CA: write opt_out");
        insta::assert_snapshot!(said(|c| {
            c["jurisdiction"] = json!("CA");
            c["legal_bases"] = json!({ "marketing": "opt_out" });
        }), @"legal_bases.marketing: is opt_out, but marketing waits for a yes under CA: write consent, or file under necessary what is");
    }

    #[test]
    fn consent_to_what_is_necessary_is_pointed_out() {
        insta::assert_snapshot!(said(|c| {
            c["legal_bases"] = json!({ "necessary": "consent" });
            c["services"][0]["purpose"] = json!("necessary");
        }), @"services[0].legal_basis: is consent, but visitors cannot refuse here what is necessary: say so only if you ask for it elsewhere");
    }

    #[test]
    fn times_that_are_too_long_are_pointed_out_with_who_says_so() {
        insta::assert_snapshot!(said(|c| c["services"][0]["retention"] = json!([
            { "data": "trackers", "keep": "P14M" }, { "data": "audience_data", "keep": "P26M" },
            { "data": "ip_addresses", "keep": "P5Y" }, { "data": "logs", "keep": "P13M" }
        ])), @r"
        services[0].retention[0].keep: is P14M; the CNIL recommends 13 months (P13M) at most (guidelines on cookies, 17 September 2020)
        services[0].retention[1].keep: is P26M; good practice there (CNIL) is 25 months (P25M) at most
        services[0].retention[3].keep: is P13M; good practice there is 12 months (P12M) at most (CNIL, recommendation on logs, October 2021)
        ");
        insta::assert_snapshot!(said(|c| {
            c["audience_data_months"] = json!(14);
            c["services"][0]["retention"] = json!([
                { "data": "trackers", "keep": "P6M" }, { "data": "audience_data", "keep": "P25M" }
            ]);
        }), @r"
        services[0].retention[0].keep: is P6M, but the cookie _m stays P13M: correct one of them
        services[0].retention[1].keep: is P25M, but `audience_data_months` is 14: correct one of them
        ");
        // A year is twelve months, however it is written.
        assert_eq!(
            said(|c| {
                c["services"][0]["cookies"][0]["lifetime"] = json!("P12M");
                c["services"][0]["retention"] = json!([{ "data": "trackers", "keep": "P1Y" }, { "data": "logs", "keep": "P1Y" }]);
            }),
            ""
        );
    }

    #[test]
    fn times_that_cannot_be_are_refused() {
        insta::assert_snapshot!(said(|c| c["services"][0]["retention"] = json!([
            { "data": "logs", "keep": "session" }, { "data": "logs", "keep": "P1M" },
            { "data": "ip_addresses", "name": { "en": "Addresses" }, "keep": "P101Y" },
            { "data": "other", "name": { "en": "Files" }, "keep": "P1Y" }
        ])), @r#"
        services[0].retention[0].keep: is session; write a duration of a hundred years at most: P13M, P30D
        services[0].retention[1].data: repeats logs
        services[0].retention[2].name: names ip_addresses, which has a name of its own: leave it out, or write "data": "other"
        services[0].retention[2].keep: is P101Y; write a duration of a hundred years at most: P13M, P30D
        services[0].retention[3].name: has no text in fr-FR, a language of the site
        "#);
        let many = vec![
            json!({ "data": "other", "name": { "fr-FR": "x", "en": "x" }, "keep": "P1D" });
            21
        ];
        assert_eq!(
            said(|c| c["services"][0]["retention"] = json!(many)),
            "services[0].retention: has 21 items; at most 20 are allowed"
        );
    }

    #[test]
    fn a_processor_says_for_whom_and_nobody_else_does() {
        insta::assert_snapshot!(said(|c| c["role"] = json!("processor")), @"customer: is missing: a processor acts on behalf of somebody; write their `name` and `contact` in each language");
        insta::assert_snapshot!(said(|c| c["services"][0]["role"] = json!("processor")), @"customer: is missing: a processor acts on behalf of somebody; write their `name` and `contact` in each language");
        let customer = json!({ "name": { "fr-FR": "votre école", "en": "your school" }, "contact": { "en": "its office" } });
        insta::assert_snapshot!(said(|c| c["customer"] = customer.clone()), @r#"customer: is there, but nothing is done on their behalf: write "role": "processor" for the site or for a service"#);
        insta::assert_snapshot!(said(|c| {
            c["role"] = json!("processor");
            c["customer"] = customer.clone();
        }), @"customer.contact: has no text in fr-FR, a language of the site");
    }

    #[test]
    fn rights_have_a_way_and_a_time_that_the_law_allows() {
        insta::assert_snapshot!(said(|c| c["rights"] = json!({})), @"rights: says no way to use them: write `url` (a form), `email` or `address`");
        insta::assert_snapshot!(said(|c| c["rights"] = json!({ "address": "1, rue X", "answer_within": "P45D" })), @"rights.answer_within: is P45D; GDPR, art. 12(3) gives P1M at most");
        insta::assert_snapshot!(said(|c| {
            c["jurisdiction"] = json!("CA-QC");
            c["rights"] = json!({ "address": "1, rue X", "answer_within": "P1M" });
        }), @"rights.answer_within: is P1M; P-39.1, s. 32 gives P30D at most");
    }

    #[test]
    fn a_safeguard_is_one_that_the_law_knows() {
        let with = |law: &str, country: &str, safeguard: &str| {
            let (law, country, safeguard) = (json!(law), json!(country), json!(safeguard));
            said(|c| {
                c["jurisdiction"] = law;
                c["services"][0]["country"] = country;
                c["services"][0]["safeguard"] = safeguard;
            })
        };
        insta::assert_snapshot!(with("FR", "US", "transfer_agreement"), @"services[0].safeguard: is transfer_agreement, which FR does not know: write one of adequacy, privacy_framework, standard_clauses, binding_rules, code_of_conduct, certification, derogation");
        insta::assert_snapshot!(with("FR", "IN", "privacy_framework"), @"services[0].safeguard: is privacy_framework, under which recipients in the United States alone are certified; `country` is IN");
        insta::assert_snapshot!(with("FR", "IN", "derogation"), @"services[0].safeguard: is derogation, which is for single cases and not for what happens at each visit (EDPB, guidelines 2/2018)");
        // What could be written before is published as before, with a word on it.
        insta::assert_snapshot!(with("CA-QC", "US", "standard_clauses"), @"services[0].safeguard: is standard_clauses, which CA-QC does not know: write one of assessment");
        for (law, country, safeguard) in [
            ("CA-QC", "US", "assessment"),
            ("GB", "IN", "transfer_agreement"),
            ("CH", "US", "privacy_framework"),
            ("FR", "IN", "binding_rules"),
            ("US", "IN", "certification"),
        ] {
            assert_eq!(with(law, country, safeguard), "", "{law} {safeguard}");
        }
        insta::assert_snapshot!(said(|c| c["services"][0]["safeguard_url"] = json!("/garanties")), @"services[0].safeguard_url: says where to read the safeguard, but `safeguard` does not say which");
    }
}
