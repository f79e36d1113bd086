//! Reads types from JSON.

use super::{Json, stringify};
use consent_core::wallet::{KeptReceipt, Outbox, Wallet};
use consent_core::{Consent, ConsentReport, Decision, Layer, Method, Purpose, ServiceAnswers};

/// A type that can be read from JSON; `None` if the value is of another shape.
pub trait Read: Sized {
    /// Reads a value.
    fn read(json: &Json) -> Option<Self>;
}

/// Implements [`Read`] for enums that are written as a name.
macro_rules! read_names {
    ($($type:ident { $($variant:ident),* })*) => {$(
        impl Read for $type {
            fn read(json: &Json) -> Option<Self> {
                let name = json.0.as_string()?;
                [$(Self::$variant),*].into_iter().find(|value| value.as_str() == name)
            }
        }
    )*};
}

read_names! {
    Purpose { Necessary, Preferences, Statistics, Marketing }
    Consent { Granted, Denied }
    Layer { Banner, Dialog, Placeholder, None }
    Method { AcceptAll, RejectAll, Save, Withdraw, Gpc, Api, Imported }
}

impl Read for Decision {
    fn read(json: &Json) -> Option<Self> {
        let answers: Vec<Consent> = Purpose::ALL
            .into_iter()
            .map(|purpose| json.member(purpose.as_str()))
            .collect::<Option<_>>()?;
        Some(Self::from_fn(|purpose| {
            answers.get(purpose as usize) == Some(&Consent::Granted)
        }))
    }
}

impl Read for ServiceAnswers {
    fn read(json: &Json) -> Option<Self> {
        let mut answers = Vec::new();
        for (id, answer) in json.entries() {
            answers.push((id.parse().ok()?, Consent::read(&answer)?));
        }
        Some(Self::new(answers))
    }
}

impl Read for KeptReceipt {
    fn read(json: &Json) -> Option<Self> {
        Some(Self {
            id: json.parsed("id")?,
            time: json.parsed("time")?,
            decision: json.member("decision")?,
            services: ServiceAnswers::read(&json.get("services"))?,
            json: stringify(&json.0),
        })
    }
}

impl Read for ConsentReport {
    fn read(json: &Json) -> Option<Self> {
        Some(Self {
            id: json.parsed("id")?,
            consent_id: json.parsed("consent_id")?,
            notice: json.parsed("notice")?,
            language: json.parsed("language")?,
            decision: json.member("decision")?,
            services: ServiceAnswers::read(&json.get("services"))?,
            method: json.member("method")?,
            chosen_at: json.parsed("chosen_at"),
            layer: json.member("layer")?,
            trusted: json.get("trusted").boolean()?,
            gpc: json.get("gpc").boolean()?,
            previous: json.parsed("previous"),
            ticket: None,
            told: None,
        })
    }
}

impl Read for Wallet {
    fn read(json: &Json) -> Option<Self> {
        let receipts = json.get("receipts").items::<KeptReceipt>()?;
        Some(Self {
            consent_id: json.parsed("consent_id")?,
            // One that cannot be read does not take the others along, nor the secret.
            receipts: receipts.into_iter().flatten().collect(),
        })
    }
}

impl Read for Outbox {
    fn read(json: &Json) -> Option<Self> {
        let reports = json.items()?.into_iter().collect::<Option<_>>()?;
        Some(Self::new(reports))
    }
}
