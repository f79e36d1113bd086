//! The report of one choice that the widget sends to the server.

use crate::calendar::Timestamp;
use crate::choice::decision::Decision;
use crate::choice::method::{Layer, Method};
use crate::choice::purpose::Purpose;
use crate::choice::service_answers::ServiceAnswers;
use crate::field::FieldError;
use crate::ident::{ConsentId, LoaderTicket, NoticeHash, ReceiptId, ReportId};
use crate::notice::terms::NoticeTerms;
use crate::site::jurisdiction::ConsentModel;
#[cfg(feature = "schema")]
use crate::site::signals::Tool;
use crate::site::signals::Tools;
use crate::text::LanguageTag;
use serde::{Deserialize, Serialize};

/// The largest report that is read, in bytes.
pub const LARGEST_REPORT_BYTES: usize = 8 * 1024;

/// The body of `POST /v1/sites/SITE/consents`. Only the server's clock dates a record: what is made
/// now has no time in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ConsentReport {
    /// A new random value; the same report sent again has the same.
    pub id: ReportId,
    /// The visitor's random value. The server keeps only a keyed hash of it.
    pub consent_id: ConsentId,
    /// What was shown.
    pub notice: NoticeHash,
    /// The language it was shown in.
    pub language: LanguageTag,
    /// The answer for each of the four purposes.
    pub decision: Decision,
    /// The services answered apart from their purpose.
    #[serde(default, skip_serializing_if = "ServiceAnswers::is_empty")]
    pub services: ServiceAnswers,
    /// How the visitor answered.
    pub method: Method,
    /// For a choice taken over from another tool, and for no other: when it was made, as that tool
    /// says. It ends accordingly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub chosen_at: Option<Timestamp>,
    /// Where.
    pub layer: Layer,
    /// Whether the browser vouched for the click.
    pub trusted: bool,
    /// Whether the browser sends Global Privacy Control.
    pub gpc: bool,
    /// The visitor's receipt before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<ReceiptId>,
    /// The ticket of the loader that runs in the page that sends the report, if it knows one. A report that is sent
    /// again may have another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<LoaderTicket>,
    /// The tools that the loader of the page that sends the report had told, by then, what holds: it called what each listens to,
    /// and nothing was thrown. Absent where the page cannot say. A report that is sent again may have others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<Vec<Tool>>"))]
    pub told: Option<Tools>,
}

impl ConsentReport {
    /// Checks the report against the notice it answers: a record must not say what the notice
    /// could not have led to.
    pub fn check(&self, terms: &NoticeTerms) -> Result<(), Vec<FieldError>> {
        let mut errors = Vec::new();
        let everything = Decision::granting(&terms.purposes);
        let expected = match self.method {
            Method::AcceptAll => Some(everything),
            Method::RejectAll | Method::Withdraw => Some(Decision::DENY_ALL),
            Method::Gpc if !self.follows_signal(terms) => Some(Decision::DENY_ALL),
            Method::Gpc | Method::Save | Method::Api | Method::Imported => None,
        };
        // Refusing everything leaves an objection to what needs no consent; accepting everything takes it back.
        let stands = |id| self.method != Method::AcceptAll && terms.exempt.contains(id);
        let apart = self.services.iter().any(|(id, _)| !stands(id));
        if expected.is_some_and(|expected| expected != self.decision || apart) {
            errors.push(FieldError::new(
                "decision",
                format!(
                    "does not follow from method {} under this notice",
                    self.method.as_str()
                ),
            ));
        }
        if self.method == Method::Gpc && !self.gpc {
            errors.push(FieldError::new(
                "gpc",
                "is false, but the choice is said to come from Global Privacy Control",
            ));
        }
        let by_script = matches!(self.method, Method::Api | Method::Gpc | Method::Imported);
        if self.trusted && by_script {
            let method = self.method.as_str();
            errors.push(FieldError::new(
                "trusted",
                format!("is true, but no click comes before a choice of method {method}"),
            ));
        }
        if self.chosen_at.is_some() != (self.method == Method::Imported) {
            errors.push(FieldError::new(
                "chosen_at",
                "belongs to a choice that was imported, and to no other",
            ));
        }
        for purpose in Purpose::OPTIONAL {
            if self.decision.grants(purpose) && !terms.purposes.contains(&purpose) {
                errors.push(FieldError::new(
                    format!("decision.{purpose}"),
                    "is granted, but this notice does not ask for it",
                ));
            }
        }
        self.check_services(terms, &mut errors);
        if !terms.languages.contains(&self.language) {
            errors.push(FieldError::new(
                "language",
                format!("is {}, which this notice is not in", self.language),
            ));
        }
        if errors.is_empty() {
            Ok(())
        } else {
            Err(errors)
        }
    }

    /// Whether Global Privacy Control may have answered this. Under an opt-out law it objects to marketing and to every
    /// service of it; the other purposes stay as the visitor had answered them, whatever that was. Elsewhere, where nothing
    /// is granted before an answer, it grants nothing.
    fn follows_signal(&self, terms: &NoticeTerms) -> bool {
        let mut services = self.services.iter();
        terms.jurisdiction.model() == ConsentModel::OptOut
            && !self.decision.grants(Purpose::Marketing)
            && !services.any(|(id, _)| terms.services.get(id) == Some(&Purpose::Marketing))
    }

    /// Checks that each service answered apart is one that the visitor was asked about, and that its answer differs
    /// from that of its purpose.
    fn check_services(&self, terms: &NoticeTerms, errors: &mut Vec<FieldError>) {
        for (service, consent) in self.services.iter() {
            let without = terms.unless_apart(self.decision, service);
            let wrong = match (terms.services.get(service), without) {
                (Some(purpose), Some(_)) if !purpose.is_optional() => {
                    "is necessary, and cannot be answered".to_owned()
                }
                (_, Some(without)) if without == consent => {
                    let why = if terms.exempt.contains(service) {
                        "as it is until the visitor objects"
                    } else {
                        "as its purpose is"
                    };
                    format!("is {}, {why}: leave it out", consent.as_str())
                }
                (_, Some(_)) => continue,
                (_, None) => "is no service of this notice".to_owned(),
            };
            errors.push(FieldError::new(format!("services.{service}"), wrong));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ident::MaterialDigest;
    use crate::site::jurisdiction::{Jurisdiction, JurisdictionFrom};

    fn terms() -> NoticeTerms {
        NoticeTerms {
            purposes: vec![Purpose::Preferences, Purpose::Statistics],
            services: [
                ("ga4".parse().unwrap(), Purpose::Statistics),
                ("panier".parse().unwrap(), Purpose::Necessary),
            ]
            .into(),
            exempt: [].into(),
            languages: vec!["fr-CA".parse().unwrap()],
            policy_version: "1".to_owned().try_into().unwrap(),
            jurisdiction: Jurisdiction::Quebec,
            jurisdiction_from: JurisdictionFrom::Site,
            choice_max_age_months: 13,
            proof_months: 24,
            material: MaterialDigest::from_bytes([5; 6]),
            tools: Tools::default(),
        }
    }

    fn report(method: Method, granted: &[Purpose]) -> ConsentReport {
        ConsentReport {
            id: ReportId::from_bytes([1; 16]),
            consent_id: ConsentId::from_bytes([2; 16]),
            notice: NoticeHash::from_bytes([3; 32]),
            language: "fr-CA".parse().unwrap(),
            decision: Decision::granting(granted),
            services: ServiceAnswers::NONE,
            method,
            chosen_at: None,
            layer: Layer::Banner,
            trusted: !matches!(method, Method::Api | Method::Gpc | Method::Imported),
            gpc: method == Method::Gpc,
            previous: None,
            ticket: None,
            told: None,
        }
    }

    #[test]
    fn the_decision_must_follow_from_the_method() {
        use Purpose::{Marketing, Preferences, Statistics};
        let fields = |method, granted: &[Purpose]| match report(method, granted).check(&terms()) {
            Ok(()) => vec![],
            Err(errors) => errors.into_iter().map(|error| error.field).collect(),
        };
        let none: [&str; 0] = [];
        assert_eq!(fields(Method::AcceptAll, &[Preferences, Statistics]), none);
        assert_eq!(fields(Method::RejectAll, &[]), none);
        assert_eq!(fields(Method::Save, &[Statistics]), none);
        assert_eq!(fields(Method::Withdraw, &[]), none);
        assert_eq!(fields(Method::AcceptAll, &[Preferences]), ["decision"]);
        assert_eq!(fields(Method::RejectAll, &[Statistics]), ["decision"]);
        assert_eq!(fields(Method::Withdraw, &[Statistics]), ["decision"]);
        assert_eq!(fields(Method::Save, &[Marketing]), ["decision.marketing"]);
    }

    #[test]
    fn a_privacy_signal_was_sent_and_grants_no_marketing() {
        use Purpose::{Marketing, Preferences, Statistics};
        let fields = |report: &ConsentReport, jurisdiction| {
            let terms = NoticeTerms {
                purposes: vec![Preferences, Statistics, Marketing],
                services: [
                    ("ga4".parse().unwrap(), Statistics),
                    ("pub".parse().unwrap(), Marketing),
                ]
                .into(),
                jurisdiction,
                ..terms()
            };
            let errors = report.check(&terms).err().unwrap_or_default();
            let fields: Vec<_> = errors.into_iter().map(|error| error.field).collect();
            fields
        };
        let none: [&str; 0] = [];
        let gpc = |granted: &[Purpose]| report(Method::Gpc, granted);
        let (opt_out, opt_in) = (Jurisdiction::California, Jurisdiction::Quebec);
        for others in [&[Preferences, Statistics][..], &[Statistics], &[]] {
            assert_eq!(fields(&gpc(others), opt_out), none);
        }
        assert_eq!(fields(&gpc(&[]), opt_in), none);
        let apart = |services| ConsentReport {
            services: ServiceAnswers::decode(services).unwrap(),
            ..gpc(&[])
        };
        assert_eq!(fields(&apart("gga4"), opt_out), none);
        assert_eq!(fields(&apart("gpub"), opt_out), ["decision"]);
        assert_eq!(fields(&apart("gga4"), opt_in), ["decision"]);
        for (granted, jurisdiction) in [
            (&[Preferences, Statistics, Marketing][..], opt_out),
            (&[Marketing], opt_out),
            (&[Preferences, Statistics], opt_in),
            (&[Marketing], opt_in),
        ] {
            assert_eq!(
                fields(&gpc(granted), jurisdiction),
                ["decision"],
                "{granted:?}"
            );
        }
        let unsent = ConsentReport {
            gpc: false,
            ..gpc(&[])
        };
        assert_eq!(fields(&unsent, opt_in), ["gpc"]);
    }

    #[test]
    fn no_browser_vouches_for_a_choice_without_a_click() {
        let made = "2026-05-01T00:00:00Z".parse().ok();
        for method in [Method::Api, Method::Gpc, Method::Imported] {
            let trusted = ConsentReport {
                trusted: true,
                chosen_at: made.filter(|_| method == Method::Imported),
                ..report(method, &[])
            };
            let errors = trusted.check(&terms()).unwrap_err();
            assert_eq!(
                (errors.len(), &*errors[0].field),
                (1, "trusted"),
                "{method:?}"
            );
        }
    }

    #[test]
    fn a_service_answered_apart_must_be_one_that_was_asked() {
        let check = |method, granted: &[Purpose], services: &str| {
            let mut report = report(method, granted);
            report.services = ServiceAnswers::decode(services).unwrap();
            let errors = report.check(&terms()).err().unwrap_or_default();
            errors
                .into_iter()
                .map(|error| format!("{}: {}", error.field, error.message))
                .collect::<Vec<_>>()
                .join("; ")
        };
        assert_eq!(check(Method::Save, &[], "gga4"), "");
        assert_eq!(check(Method::Save, &[Purpose::Statistics], "dga4"), "");
        insta::assert_snapshot!(check(Method::Save, &[], "dga4"), @"services.ga4: is denied, as its purpose is: leave it out");
        insta::assert_snapshot!(check(Method::Save, &[], "gautre"), @"services.autre: is no service of this notice");
        insta::assert_snapshot!(check(Method::Save, &[], "dpanier"), @"services.panier: is necessary, and cannot be answered");
        insta::assert_snapshot!(check(Method::RejectAll, &[], "gga4"), @"decision: does not follow from method reject_all under this notice");
    }

    #[test]
    fn an_import_and_nothing_else_says_when_it_was_made() {
        let made = "2026-05-01T00:00:00Z".parse().ok();
        for (method, chosen_at, passes) in [
            (Method::Imported, made, true),
            (Method::Imported, None, false),
            (Method::Save, made, false),
            (Method::Save, None, true),
        ] {
            let report = ConsentReport {
                chosen_at,
                ..report(method, &[])
            };
            let fields = report.check(&terms()).err().unwrap_or_default();
            let fields: Vec<_> = fields.into_iter().map(|error| error.field).collect();
            assert_eq!(fields.is_empty(), passes, "{method:?} {fields:?}");
        }
    }

    #[test]
    fn the_language_must_be_one_that_was_shown() {
        let mut report = report(Method::RejectAll, &[]);
        report.language = "en".parse().unwrap();
        assert_eq!(report.check(&terms()).unwrap_err()[0].field, "language");
    }
}
