//! A record as JSON-LD, in the words of the W3C Data Privacy Vocabulary (DPV 2), with what ISO/IEC TS
//! 27560 wants in a consent record and in a consent receipt.

use crate::choice::decision::Consent;
use crate::choice::purpose::Purpose;
use crate::choice::status::ConsentStatus;
use crate::notice::notice::Notice;
use crate::proof::disclosed::ErasedRecord;
use crate::proof::record::ConsentRecord;
use crate::site::basis::LegalBasis;
use crate::site::jurisdiction::Jurisdiction;
use crate::site::rights::{Right, StatedRights};
use crate::site::role::Role;
use crate::site::service::{Safeguard, Service};
use crate::text::LanguageTag;
use serde_json::{Map, Value, json};

/// DPV's terms for the General Data Protection Regulation.
const EU_GDPR: &str = "https://w3id.org/dpv/legal/eu/gdpr#";

/// What the short names stand for.
pub fn context() -> Value {
    json!({
        "dpv": "https://w3id.org/dpv#",
        "dct": "http://purl.org/dc/terms/",
        "temoin": "urn:temoin:",
        "xsd": "http://www.w3.org/2001/XMLSchema#"
    })
}

/// A record, together with what its notice says for it: who asks, for what, and who receives it.
pub fn record(record: &ConsentRecord, notice: &Notice) -> Value {
    let mut whole = json!({ "@context": context() });
    if let (Some(whole), Value::Object(members)) = (whole.as_object_mut(), node(record, notice)) {
        whole.extend(members);
    }
    whole
}

/// What is left of an erased record, within a document that has the [`context`].
pub fn erased(erased: &ErasedRecord) -> Value {
    json!({
        "@type": "temoin:ErasedRecord",
        "temoin:log": erased.log,
        "temoin:index": erased.index,
        "dct:issued": instant(&erased.time.to_string()),
        "temoin:erasedAt": instant(&erased.erased_at.to_string()),
        "temoin:reason": erased.reason
    })
}

/// A record as [`record`] has it, within a document that has the [`context`].
pub fn node(record: &ConsentRecord, notice: &Notice) -> Value {
    let subject = format!("urn:temoin:subject:{}", record.subject);
    let mut node = json!({
        "@id": format!("urn:temoin:receipt:{}", record.receipt),
        "@type": "dpv:ConsentRecord",
        "dct:conformsTo": "ISO/IEC TS 27560:2023",
        "dct:identifier": record.receipt,
        "temoin:schema": record.schema,
        "temoin:log": record.log,
        "temoin:index": record.index,
        "dct:issued": instant(&record.time.to_string()),
        "dct:valid": instant(&record.valid_until.to_string()),
        "dpv:hasLegalBasis": { "@id": "dpv:Consent" },
        "dpv:hasConsentStatus": { "@id": status(record.status) },
        "dpv:hasDataSubject": { "@id": subject, "@type": "dpv:DataSubject" },
        "dpv:isIndicatedBy": { "@id": subject },
        "dpv:isIndicatedAtTime": instant(&record.decided_at().to_string()),
        "dpv:hasIndicationMethod": record.method,
        "temoin:layer": record.layer,
        "temoin:trusted": record.trusted,
        "temoin:globalPrivacyControl": record.gpc,
        "temoin:loaderServed": record.served_at.map(|at| instant(&at.to_string())),
        "temoin:toolsTold": record.told,
        "dct:replaces": record.previous.as_ref().map(|id| format!("urn:temoin:receipt:{id}")),
        "dpv:hasDataController": controller(notice, notice.role, &record.language),
        "dpv:hasNotice": {
            "@id": format!("urn:sha256:{}", record.notice),
            "@type": "dpv:ConsentNotice",
            "dct:language": record.language,
            "dpv:hasPolicy": { "dct:identifier": record.policy_version, "dct:source": notice.policy.url }
        },
        "dpv:hasJurisdiction": record.jurisdiction,
        "temoin:jurisdictionFrom": record.jurisdiction_from,
        "dpv:hasProcess": Purpose::ALL.map(|purpose| process(record, notice, purpose)),
    });
    if let Some(members) = node.as_object_mut() {
        if notice.role == Role::Processor {
            members.insert(
                "dpv:hasDataProcessor".to_owned(),
                of_site(notice, "dpv:DataProcessor"),
            );
        }
        if let Some(rights) = &notice.rights {
            members.insert(
                "dpv:hasRight".to_owned(),
                each_right(rights, notice.jurisdiction),
            );
        }
    }
    node
}

/// The one who runs the site.
fn of_site(notice: &Notice, kind: &str) -> Value {
    json!({
        "@type": kind,
        "dpv:hasName": notice.controller.name,
        "dpv:hasContact": notice.controller.contact,
        "dpv:hasResponsibleEntity": notice.controller.person_in_charge
    })
}

/// Who decides: the one who runs the site, or their customer.
fn controller(notice: &Notice, role: Role, language: &LanguageTag) -> Value {
    match (role, &notice.customer) {
        (Role::Processor, Some(customer)) => json!({
            "@type": "dpv:DataController",
            "dpv:hasName": customer.name.get(language),
            "dpv:hasContact": customer.contact.get(language)
        }),
        _ => of_site(notice, "dpv:DataController"),
    }
}

/// The rights that the law gives, each with where it is used and within how long it is answered.
fn each_right(stated: &StatedRights, law: Jurisdiction) -> Value {
    let notice = json!({
        "@type": "dpv:RightExerciseNotice",
        "dct:source": stated.url,
        "dpv:hasContact": stated.email,
        "dpv:hasAddress": stated.address,
        "dpv:hasDuration": duration(&stated.answer_within.to_string())
    });
    let rights = stated.rights.iter().map(|it| {
        let mut right = json!({
            "@type": "dpv:DataSubjectRight",
            "dct:identifier": it.right,
            "dct:source": it.source,
            "dpv:isExercisedAt": notice
        });
        let article = law.has_gdpr().then(|| gdpr_article(it.right)).flatten();
        if let (Some(article), Some(members)) = (article, right.as_object_mut()) {
            members.insert("@id".to_owned(), format!("{EU_GDPR}{article}").into());
        }
        right
    });
    rights.collect()
}

/// DPV's term for a right of the regulation.
const fn gdpr_article(right: Right) -> Option<&'static str> {
    Some(match right {
        Right::Access => "A15",
        Right::Rectification => "A16",
        Right::Erasure => "A17",
        Right::Restriction => "A18",
        Right::Portability => "A20",
        Right::Objection => "A21",
        Right::AutomatedDecisions => "A22",
        Right::Withdrawal => "A7-3",
        Right::Complaint => "A77",
        _ => return None,
    })
}

fn duration(iso: &str) -> Value {
    json!({ "@type": "xsd:duration", "@value": iso })
}

/// One purpose, the answer to it, and who processes data for it.
fn process(record: &ConsentRecord, notice: &Notice, purpose: Purpose) -> Value {
    let services: Vec<Value> = notice
        .services
        .iter()
        .filter(|service| service.purpose == purpose)
        .map(|service| {
            let mut process = json!({
                "@type": "dpv:Process",
                "dct:identifier": service.id,
                "dpv:hasName": service.name,
                "dpv:hasRecipient": { "@type": "dpv:Recipient", "dpv:hasName": service.recipient },
                "dpv:hasLocation": service.country
            });
            if let Some(members) = process.as_object_mut() {
                let (name, value) = standing(record, notice, service);
                members.insert(name.to_owned(), value);
                state(members, notice, service, &record.language);
            }
            process
        })
        .collect();
    let asked = purpose.is_optional();
    let basis = match notice.legal_bases.get(&purpose) {
        Some(basis) => legal_basis(*basis, notice.jurisdiction),
        None => json!({ "@id": if asked { "dpv:Consent" } else { "dpv:ContractPerformance" } }),
    };
    json!({
        "@type": "dpv:Process",
        "dct:identifier": purpose,
        "dpv:hasPurpose": { "@id": dpv_purpose(purpose) },
        "dpv:hasLegalBasis": basis,
        "dpv:hasConsentStatus": asked.then(|| json!({ "@id": answer(record.decision.get(purpose)) })),
        "dpv:hasProcess": services
    })
}

/// Where consent to a service stands. One that needs none has no status of consent unless the person objected to it: it says why
/// it needs none.
fn standing(record: &ConsentRecord, notice: &Notice, service: &Service) -> (&'static str, Value) {
    let apart = record.services.get(service.id.as_str());
    let exempt = service.exempt.as_ref().filter(|_| apart.is_none());
    let source = exempt.and_then(|it| Some((it.kind, it.kind.source(notice.jurisdiction)?)));
    if let Some((kind, source)) = source {
        let why = format!("needs no consent: {} ({source})", kind.as_str());
        return ("dct:description", json!(why));
    }
    let consent = apart.unwrap_or_else(|| record.decision.get(service.purpose));
    ("dpv:hasConsentStatus", json!({ "@id": answer(consent) }))
}

/// What a service states of its data, where it does: its basis, its times, what protects what leaves, and who decides.
fn state(
    members: &mut Map<String, Value>,
    notice: &Notice,
    service: &Service,
    language: &LanguageTag,
) {
    let mut add = |name: &str, value: Value| {
        members.insert(name.to_owned(), value);
    };
    if let Some(basis) = service.legal_basis {
        add("dpv:hasLegalBasis", legal_basis(basis, notice.jurisdiction));
    }
    if notice.role_for(service) != notice.role {
        let role = notice.role_for(service);
        add("dpv:hasDataController", controller(notice, role, language));
        if role == Role::Processor {
            add("dpv:hasDataProcessor", of_site(notice, "dpv:DataProcessor"));
        }
    }
    if !service.retention.is_empty() {
        let times = service.retention.iter().map(|it| {
            json!({
                "@type": "dpv:StorageDuration",
                "dct:identifier": it.data,
                "dpv:hasName": it.name.get(language),
                "dpv:hasDuration": duration(&it.keep.to_string())
            })
        });
        add("dpv:hasStorageCondition", times.collect());
    }
    if let Some(safeguard) = service.safeguard {
        let mut basis = json!({
            "@type": "dpv:DataTransferLegalBasis",
            "dct:identifier": safeguard,
            "dct:source": service.safeguard_url
        });
        let article = notice
            .jurisdiction
            .has_gdpr()
            .then(|| gdpr_transfer(safeguard))
            .flatten();
        if let (Some(article), Some(members)) = (article, basis.as_object_mut()) {
            members.insert("@id".to_owned(), format!("{EU_GDPR}{article}").into());
        }
        let transfer = json!({
            "@type": "dpv:Process",
            "dpv:hasProcessing": { "@id": "dpv:Transfer" },
            "dpv:hasLegalBasis": basis
        });
        add("dpv:hasProcess", transfer);
    }
}

/// DPV's term for what protects a transfer under the regulation.
const fn gdpr_transfer(safeguard: Safeguard) -> Option<&'static str> {
    Some(match safeguard {
        Safeguard::Adequacy | Safeguard::PrivacyFramework => "A45-3",
        Safeguard::StandardClauses => "A46-2-c",
        Safeguard::BindingRules => "A46-2-b",
        Safeguard::CodeOfConduct => "A46-2-e",
        Safeguard::Certification => "A46-2-f",
        Safeguard::Assessment | Safeguard::TransferAgreement | Safeguard::Derogation => {
            return None;
        }
    })
}

/// A legal basis in DPV's terms: those of the regulation where it holds.
fn legal_basis(basis: LegalBasis, law: Jurisdiction) -> Value {
    let (general, of_gdpr) = match basis {
        LegalBasis::Consent => ("dpv:Consent", "A6-1-a"),
        LegalBasis::Contract => ("dpv:ContractPerformance", "A6-1-b"),
        LegalBasis::LegalObligation => ("dpv:LegalObligation", "A6-1-c"),
        LegalBasis::VitalInterests => ("dpv:VitalInterest", "A6-1-d"),
        LegalBasis::PublicTask => ("dpv:PublicInterest", "A6-1-e"),
        LegalBasis::LegitimateInterests => ("dpv:LegitimateInterest", "A6-1-f"),
        LegalBasis::RequestedService
        | LegalBasis::Security
        | LegalBasis::BusinessPurpose
        | LegalBasis::OptOut => {
            return json!({ "@type": "dpv:LegalBasis", "dct:identifier": basis });
        }
    };
    let id = if law.has_gdpr() {
        format!("{EU_GDPR}{of_gdpr}")
    } else {
        general.to_owned()
    };
    json!({ "@id": id, "@type": general })
}

fn instant(text: &str) -> Value {
    json!({ "@type": "xsd:dateTime", "@value": text })
}

const fn status(status: ConsentStatus) -> &'static str {
    match status {
        ConsentStatus::Given => "dpv:ConsentGiven",
        ConsentStatus::Refused => "dpv:ConsentRefused",
        ConsentStatus::Withdrawn => "dpv:ConsentWithdrawn",
        ConsentStatus::Expired => "dpv:ConsentExpired",
    }
}

const fn answer(consent: Consent) -> &'static str {
    match consent {
        Consent::Granted => "dpv:ConsentGiven",
        Consent::Denied => "dpv:ConsentRefused",
    }
}

const fn dpv_purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Necessary => "dpv:ServiceProvision",
        Purpose::Preferences => "dpv:ServicePersonalisation",
        Purpose::Statistics => "dpv:ServiceUsageAnalytics",
        Purpose::Marketing => "dpv:Marketing",
    }
}
