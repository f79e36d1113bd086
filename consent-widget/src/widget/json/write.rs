//! Writes types as JSON.

use super::{object, set};
use consent_core::wallet::{KeptReceipt, Outbox, Wallet};
use consent_core::{Consent, ConsentReport, Decision, Purpose, ServiceAnswers};
use wasm_bindgen::JsValue;

/// A type that can be written as JSON.
pub trait Write {
    /// Writes it as a value for the browser.
    fn write(&self) -> JsValue;
}

/// Writes a decision, each answer by `answer`.
pub fn write_decision(decision: Decision, answer: impl Fn(Consent) -> JsValue) -> JsValue {
    object(&Purpose::ALL.map(|purpose| (purpose.as_str(), answer(decision.get(purpose)))))
}

impl Write for Decision {
    fn write(&self) -> JsValue {
        write_decision(*self, |consent| consent.as_str().into())
    }
}

impl Write for ServiceAnswers {
    fn write(&self) -> JsValue {
        let answers: Vec<_> = self
            .iter()
            .map(|(id, consent)| (id.as_str(), consent.as_str().into()))
            .collect();
        object(&answers)
    }
}

impl Write for KeptReceipt {
    fn write(&self) -> JsValue {
        js_sys::JSON::parse(&self.json).unwrap_or_default()
    }
}

impl Write for ConsentReport {
    fn write(&self) -> JsValue {
        let report = object(&[
            ("id", self.id.to_string().into()),
            ("consent_id", self.consent_id.to_string().into()),
            ("notice", self.notice.to_string().into()),
            ("language", self.language.to_string().into()),
            ("decision", self.decision.write()),
        ]);
        write_services(&report, &self.services);
        set(&report, "method", &self.method.as_str().into());
        if let Some(chosen_at) = self.chosen_at {
            set(&report, "chosen_at", &chosen_at.to_string().into());
        }
        for (key, value) in [
            ("layer", self.layer.as_str().into()),
            ("trusted", self.trusted.into()),
            ("gpc", self.gpc.into()),
        ] {
            set(&report, key, &value);
        }
        if let Some(previous) = &self.previous {
            set(&report, "previous", &previous.to_string().into());
        }
        report
    }
}

impl Write for Wallet {
    fn write(&self) -> JsValue {
        object(&[
            ("consent_id", self.consent_id.to_string().into()),
            ("receipts", write_all(&self.receipts)),
        ])
    }
}

impl Write for Outbox {
    fn write(&self) -> JsValue {
        write_all(self.reports())
    }
}

/// Leaves the member out where there are no answers, as serde does.
fn write_services(object: &JsValue, services: &ServiceAnswers) {
    if !services.is_empty() {
        set(object, "services", &services.write());
    }
}

fn write_all<T: Write>(items: &[T]) -> JsValue {
    items
        .iter()
        .map(Write::write)
        .collect::<js_sys::Array>()
        .into()
}
