//! A record as JSON-LD, in the words of the W3C Data Privacy Vocabulary (DPV 2), with what ISO/IEC TS
//! 27560 wants in a consent record and in a consent receipt.

use crate::choice::decision::Consent;
use crate::choice::purpose::Purpose;
use crate::choice::status::ConsentStatus;
use crate::notice::notice::Notice;
use crate::proof::disclosed::ErasedRecord;
use crate::proof::record::ConsentRecord;
use serde_json::{Value, json};

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
    json!({
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
        "dpv:hasDataController": {
            "@type": "dpv:DataController",
            "dpv:hasName": notice.controller.name,
            "dpv:hasContact": notice.controller.contact,
            "dpv:hasResponsibleEntity": notice.controller.person_in_charge
        },
        "dpv:hasNotice": {
            "@id": format!("urn:sha256:{}", record.notice),
            "@type": "dpv:ConsentNotice",
            "dct:language": record.language,
            "dpv:hasPolicy": { "dct:identifier": record.policy_version, "dct:source": notice.policy.url }
        },
        "dpv:hasJurisdiction": record.jurisdiction,
        "temoin:jurisdictionFrom": record.jurisdiction_from,
        "dpv:hasProcess": Purpose::ALL.map(|purpose| process(record, notice, purpose)),
    })
}

/// One purpose, the answer to it, and who processes data for it.
fn process(record: &ConsentRecord, notice: &Notice, purpose: Purpose) -> Value {
    let services: Vec<Value> = notice
        .services
        .iter()
        .filter(|service| service.purpose == purpose)
        .map(|service| {
            let apart = record.services.get(service.id.as_str());
            json!({
                "@type": "dpv:Process",
                "dct:identifier": service.id,
                "dpv:hasName": service.name,
                "dpv:hasConsentStatus": {
                    "@id": answer(apart.unwrap_or_else(|| record.decision.get(purpose)))
                },
                "dpv:hasRecipient": { "@type": "dpv:Recipient", "dpv:hasName": service.recipient },
                "dpv:hasLocation": service.country
            })
        })
        .collect();
    let asked = purpose.is_optional();
    json!({
        "@type": "dpv:Process",
        "dct:identifier": purpose,
        "dpv:hasPurpose": { "@id": dpv_purpose(purpose) },
        "dpv:hasLegalBasis": { "@id": if asked { "dpv:Consent" } else { "dpv:ContractPerformance" } },
        "dpv:hasConsentStatus": asked.then(|| json!({ "@id": answer(record.decision.get(purpose)) })),
        "dpv:hasProcess": services
    })
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
