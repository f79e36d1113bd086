//! What contradicts the exemption of a service: everything that an exempt one cannot be, each with its field.

use crate::field::FieldError;
use crate::site::basis::LegalBasis;
use crate::site::config::SiteConfig;
use crate::site::exemption::{Exemption, ExemptionKind};
use crate::site::jurisdiction::Jurisdiction;
use crate::site::service::{DataKind, Lifetime, Service, Unit};

/// The longest that an exempt tool of audience measurement may keep something on the device, in calendar months (CNIL,
/// guidelines on cookies and other trackers, 17 September 2020, section 51).
const LONGEST_TRACKER_MONTHS: u16 = 13;

/// The longest that what it counted may be kept, in calendar months (the same).
const LONGEST_DATA_MONTHS: u16 = 25;

/// The contradictions of one service.
pub(super) fn contradictions(
    config: &SiteConfig,
    at: usize,
    service: &Service,
    errors: &mut Vec<FieldError>,
) {
    let Some(exempt) = &service.exempt else {
        return;
    };
    let mut error = |field: &str, message: String| {
        errors.push(FieldError::new(format!("services[{at}].{field}"), message));
    };
    let kind = exempt.kind;
    if !config.laws().any(|law| kind.source(law).is_some()) {
        let laws: Vec<_> = kind.laws().map(Jurisdiction::as_str).collect();
        error(
            "exempt.kind",
            format!(
                "is {}, which no law of the site exempts; of the laws there are, {} do: leave `exempt` out",
                kind.as_str(),
                laws.join(" and ")
            ),
        );
    }
    if service.purpose != kind.purpose() {
        error(
            "exempt.kind",
            format!(
                "is {}, which only a service of {} can be; this one's purpose is {}",
                kind.as_str(),
                kind.purpose(),
                service.purpose
            ),
        );
    }
    condition_contradictions(exempt, &mut error);
    let never_waits = config.laws().all(|law| service.is_exempt_under(law));
    if never_waits && service.legal_basis == Some(LegalBasis::Consent) {
        error(
            "legal_basis",
            "is consent, and `exempt` says that it needs none: leave one of them out".to_owned(),
        );
    }
    if kind == ExemptionKind::AudienceMeasurement {
        time_contradictions(config, service, &mut error);
    }
}

fn condition_contradictions(exempt: &Exemption, error: &mut impl FnMut(&str, String)) {
    let of_kind = exempt.kind.conditions();
    let lacking = of_kind.iter().filter(|it| !exempt.conditions.contains(it));
    let lacking: Vec<_> = lacking.map(|it| it.as_str()).collect();
    if !lacking.is_empty() {
        error(
            "exempt.conditions",
            format!(
                "lacks {}: add what holds for this service; where one does not hold, it is not exempt, and `exempt` must go",
                lacking.join(", ")
            ),
        );
    }
    for (nth, condition) in exempt.conditions.iter().enumerate() {
        let field = format!("exempt.conditions[{nth}]");
        if !of_kind.contains(condition) {
            let (name, kind) = (condition.as_str(), exempt.kind.as_str());
            error(
                &field,
                format!("is {name}, which is no condition of {kind}: leave it out"),
            );
        } else if exempt.conditions.iter().take(nth).any(|it| it == condition) {
            error(&field, format!("repeats {}", condition.as_str()));
        }
    }
}

/// How long the trackers of an exempt tool stay, and how long what it counted.
fn time_contradictions(
    config: &SiteConfig,
    service: &Service,
    error: &mut impl FnMut(&str, String),
) {
    for (nth, cookie) in service.cookies.iter().enumerate() {
        if cookie.lifetime.exceeds_months(LONGEST_TRACKER_MONTHS) {
            error(
                &format!("cookies[{nth}].lifetime"),
                format!(
                    "is {}; a tracker that is exempt stays {LONGEST_TRACKER_MONTHS} months (P{LONGEST_TRACKER_MONTHS}M) at most: \
                     shorten it at the service, or leave `exempt` out",
                    cookie.lifetime
                ),
            );
        }
    }
    let mut told = service.retention.iter();
    let of_service = told.find(|it| it.data == DataKind::AudienceData);
    let of_site = config
        .audience_data_months
        .map(|months| Lifetime::For(months, Unit::Month));
    match of_service.map(|it| it.keep).or(of_site) {
        Some(kept) if !kept.exceeds_months(LONGEST_DATA_MONTHS) => {}
        Some(kept) => error(
            "exempt",
            format!(
                "takes audience data that is kept {LONGEST_DATA_MONTHS} months at most; this is kept {kept}"
            ),
        ),
        None => error(
            "exempt",
            format!(
                "takes a stated time for audience data, {LONGEST_DATA_MONTHS} months at most: say it in `audience_data_months`, or in \
                 this service's `retention`"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn config() -> Value {
        json!({
            "name": "Atelier", "origins": ["https://atelier.example"], "jurisdiction": "FR", "languages": ["fr-FR"],
            "controller": { "name": "Atelier", "person_in_charge": "A. B.", "contact": "c@atelier.example" },
            "policy": { "version": "1", "url": "/p" }, "purposes": ["preferences", "statistics", "marketing"],
            "audience_data_months": 25,
            "services": [{
                "id": "matomo", "name": "Matomo", "purpose": "statistics", "recipient": "Atelier", "country": "FR",
                "description": { "fr-FR": "Compte les visites." },
                "cookies": [{ "name": "_pk_id*", "lifetime": "P13M" }],
                "exempt": {
                    "kind": "audience_measurement",
                    "conditions": ["own_account_only", "no_cross_site_identifier", "aggregated_output", "no_combination"]
                }
            }]
        })
    }

    fn errors_of(change: impl FnOnce(&mut Value)) -> Vec<(String, String)> {
        let mut json = config();
        change(&mut json);
        let errors = SiteConfig::parse(json.to_string().as_bytes()).err();
        let errors = errors.unwrap_or_default().into_iter();
        errors.map(|error| (error.field, error.message)).collect()
    }

    #[test]
    fn what_meets_every_condition_is_published_under_a_law_that_knows_the_exemption() {
        assert_eq!(errors_of(|_| ()), []);
        assert_eq!(errors_of(|c| c["jurisdiction"] = json!("GB")), []);
        // One law of several is enough: under the others it waits for consent.
        assert_eq!(
            errors_of(|c| {
                c["jurisdiction"] = json!("DE");
                c["jurisdictions"] = json!(["FR"]);
            }),
            []
        );
        let own = json!([{ "data": "audience_data", "keep": "P1Y" }]);
        let by_service = |c: &mut Value| {
            c["audience_data_months"] = json!(36);
            c["services"][0]["retention"] = own;
        };
        assert_eq!(errors_of(by_service), []);
        let appearance = |c: &mut Value| {
            c["jurisdiction"] = json!("GB");
            c["services"][0]["purpose"] = json!("preferences");
            c["services"][0]["exempt"] =
                json!({ "kind": "appearance", "conditions": ["appearance_only"] });
        };
        assert_eq!(errors_of(appearance), []);
    }

    #[test]
    fn everything_that_an_exempt_service_cannot_be_is_said_at_once() {
        let all = errors_of(|c| {
            c["jurisdiction"] = json!("DE");
            c["audience_data_months"] = Value::Null;
            let service = &mut c["services"][0];
            service["purpose"] = json!("marketing");
            service["cookies"] = json!([
                { "name": "_pk_id*", "lifetime": "P2Y" }, { "name": "_pk_ses*", "lifetime": "PT30M" }
            ]);
            service["exempt"]["conditions"] =
                json!(["aggregated_output", "aggregated_output", "appearance_only"]);
        });
        let fields: Vec<_> = all.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(
            fields,
            [
                "services[0].exempt.kind",
                "services[0].exempt.kind",
                "services[0].exempt.conditions",
                "services[0].exempt.conditions[1]",
                "services[0].exempt.conditions[2]",
                "services[0].cookies[0].lifetime",
                "services[0].exempt",
            ]
        );
        let (_, lacking) = &all[2];
        for condition in [
            "own_account_only",
            "no_cross_site_identifier",
            "no_combination",
        ] {
            assert!(lacking.contains(condition), "{lacking}");
        }
    }

    #[test]
    fn an_appearance_is_exempt_in_the_united_kingdom_alone() {
        for law in Jurisdiction::ALL {
            let known = |kind: ExemptionKind| kind.source(*law).is_some();
            let expected = match law.as_str() {
                "FR" => (true, false),
                "GB" => (true, true),
                _ => (false, false),
            };
            let both = (
                known(ExemptionKind::AudienceMeasurement),
                known(ExemptionKind::Appearance),
            );
            assert_eq!(both, expected, "{law:?}");
        }
    }

    #[test]
    fn consent_is_no_basis_of_what_never_waits_for_it() {
        let basis = |law: &str| {
            errors_of(|c| {
                c["jurisdiction"] = json!(law);
                c["jurisdictions"] = json!(["GB"]);
                c["services"][0]["legal_basis"] = json!("consent");
            })
        };
        assert_eq!(basis("DE"), []);
        let fields: Vec<_> = basis("FR").into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["services[0].legal_basis"]);
    }

    #[test]
    fn too_long_audience_data_is_no_exempt_data() {
        let long = errors_of(|c| c["audience_data_months"] = json!(26));
        assert!(
            long.iter()
                .any(|(field, message)| field == "services[0].exempt" && message.contains("P26M")),
            "{long:?}"
        );
    }
}
