//! The body of `POST /v1/sites/SITE/consents`: what is read is written back as it means, and is checked against a notice
//! without a panic; whatever is refused has its field and its reason.

#![no_main]

use consent_core::ConsentReport;
use consent_core::notice::NoticeTerms;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static TERMS: LazyLock<NoticeTerms> = LazyLock::new(|| {
    serde_json::from_value(serde_json::json!({
        "purposes": ["preferences", "statistics", "marketing"], "services": { "ga4": "statistics", "film": "marketing" },
        "languages": ["fr-CA", "en"], "policy_version": "1", "jurisdiction": "CA-QC", "choice_max_age_months": 13,
        "material": "0123456789ab"
    }))
    .expect("the terms are good")
});

fuzz_target!(|body: &[u8]| {
    let Ok(report) = serde_json::from_slice::<ConsentReport>(body) else {
        return;
    };
    let written = serde_json::to_string(&report).expect("a report is JSON");
    assert_eq!(serde_json::from_str::<ConsentReport>(&written).expect("our own is read"), report);
    for error in report.check(&TERMS).err().unwrap_or_default() {
        assert!(!error.field.is_empty() && !error.message.is_empty());
    }
});
