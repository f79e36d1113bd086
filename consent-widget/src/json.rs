//! JSON by the browser's own parser and writer.
//!
//! `serde_json` would do it too, in WebAssembly that was over a third of the widget
//! (`docs/adr/0002-small-widget.md`), for what the browser already has. What is read ends in the
//! same types of `consent-core`, through the same checks; the tests hold both ways to what serde
//! reads and writes.

use consent_core::wallet::{Outbox, Wallet};
use consent_core::{
    Consent, ConsentReceipt, ConsentReport, ConsentStatus, Decision, Layer, Method, Purpose,
    ServiceAnswers,
};
use std::str::FromStr;
use wasm_bindgen::{JsCast as _, JsValue, UnwrapThrowExt as _};

/// A type that can be written as JSON.
pub trait Write {
    /// As a value for the browser.
    fn write(&self) -> JsValue;
}

/// The text of a value.
pub fn text(value: &impl Write) -> String {
    js_sys::JSON::stringify(&value.write())
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// An object with these members.
pub fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new().into();
    for (key, value) in members {
        set(&object, key, value);
    }
    object
}

/// Sets a member of an object of ours, which cannot fail.
pub fn set(object: &JsValue, key: &str, value: &JsValue) {
    js_sys::Reflect::set(object, &key.into(), value).unwrap_throw();
}

/// A decision, each answer written by `answer`.
pub fn write_decision(decision: Decision, answer: impl Fn(Consent) -> JsValue) -> JsValue {
    object(&Purpose::ALL.map(|purpose| (purpose.as_str(), answer(decision.get(purpose)))))
}

/// A JSON value.
pub struct Json(JsValue);

/// A type that can be read from JSON; `None` if the value is of another shape.
pub trait Read: Sized {
    /// Reads it.
    fn read(json: &Json) -> Option<Self>;
}

/// Reads a type from the text of a JSON value.
pub fn parse<T: Read>(text: &str) -> Option<T> {
    T::read(&Json::parse(text)?)
}

impl Json {
    /// Parses the text of a JSON value.
    pub fn parse(text: &str) -> Option<Self> {
        js_sys::JSON::parse(text).ok().map(Self)
    }

    /// A value that the browser has parsed.
    pub const fn new(value: JsValue) -> Self {
        Self(value)
    }

    /// A member, whatever it is.
    pub fn get(&self, key: &str) -> Self {
        Self(js_sys::Reflect::get(&self.0, &key.into()).unwrap_or_default())
    }

    /// A member that is text.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).0.as_string()
    }

    /// A member that is text in a form of its own.
    pub fn parsed<T: FromStr>(&self, key: &str) -> Option<T> {
        self.text(key)?.parse().ok()
    }

    /// A member that is a number.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.get(key).0.as_f64()
    }

    /// A boolean.
    pub fn boolean(&self) -> Option<bool> {
        self.0.as_bool()
    }

    /// The members of an object; none if it is not one.
    pub fn entries(&self) -> Vec<(String, Self)> {
        let Some(object) = self.0.dyn_ref::<js_sys::Object>() else {
            return Vec::new();
        };
        js_sys::Object::keys(object)
            .iter()
            .filter_map(|key| key.as_string())
            .map(|key| {
                let value = self.get(&key);
                (key, value)
            })
            .collect()
    }

    /// A member of a type that can be read.
    pub fn member<T: Read>(&self, key: &str) -> Option<T> {
        T::read(&self.get(key))
    }

    /// A member that is a list of a type that can be read.
    pub fn list<T: Read>(&self, key: &str) -> Option<Vec<T>> {
        self.get(key).items()
    }

    fn items<T: Read>(&self) -> Option<Vec<T>> {
        let array = self.0.dyn_ref::<js_sys::Array>()?;
        array.iter().map(|item| T::read(&Self(item))).collect()
    }
}

/// Implements [`Read`] for a type that is one of a few names.
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
    ConsentStatus { Given, Refused, Withdrawn, Expired }
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
            answers[purpose as usize] == Consent::Granted
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

impl Read for ConsentReceipt {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a place in a log is far below 2⁵³, and the cast saturates"
    )]
    fn read(json: &Json) -> Option<Self> {
        Some(Self {
            id: json.parsed("id")?,
            index: json.number("index")? as u64,
            time: json.parsed("time")?,
            valid_until: json.parsed("valid_until")?,
            status: json.member("status")?,
            decision: json.member("decision")?,
            services: ServiceAnswers::read(&json.get("services"))?,
            method: json.member("method")?,
            notice: json.parsed("notice")?,
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
        })
    }
}

impl Read for Wallet {
    fn read(json: &Json) -> Option<Self> {
        Some(Self {
            consent_id: json.parsed("consent_id")?,
            receipts: json.list("receipts")?,
        })
    }
}

impl Read for Outbox {
    fn read(json: &Json) -> Option<Self> {
        json.items().map(Self::new)
    }
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

impl Write for ConsentReceipt {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a place in a log is far below 2⁵³"
    )]
    fn write(&self) -> JsValue {
        let receipt = object(&[
            ("id", self.id.to_string().into()),
            ("index", (self.index as f64).into()),
            ("time", self.time.to_string().into()),
            ("valid_until", self.valid_until.to_string().into()),
            ("status", self.status.as_str().into()),
            ("decision", self.decision.write()),
        ]);
        write_services(&receipt, &self.services);
        set(&receipt, "method", &self.method.as_str().into());
        set(&receipt, "notice", &self.notice.to_string().into());
        receipt
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

/// Left out where there are none, as serde does.
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

#[cfg(all(test, target_arch = "wasm32"))]
mod tests {
    use super::*;
    use consent_core::{ConsentId, NoticeHash, ReceiptId, ReportId, Timestamp};
    use wasm_bindgen_test::wasm_bindgen_test;

    fn report(previous: Option<ReceiptId>) -> ConsentReport {
        ConsentReport {
            id: ReportId::from_bytes([1; 16]),
            consent_id: ConsentId::from_bytes([0xfe; 16]),
            notice: NoticeHash::from_bytes([3; 32]),
            language: "fr-CA".parse().unwrap(),
            decision: Decision::granting(&[Purpose::Statistics]),
            services: ServiceAnswers::decode("dga4~gyoutube").unwrap(),
            method: Method::Save,
            chosen_at: previous.as_ref().map(|_| Timestamp::MAX),
            layer: Layer::Dialog,
            trusted: true,
            gpc: false,
            previous,
        }
    }

    fn wallet() -> Wallet {
        let mut wallet = Wallet::new(ConsentId::from_bytes([7; 16]));
        wallet.keep(ConsentReceipt {
            id: "relais.000102030405060708090a0b0c0d0e0f".parse().unwrap(),
            index: 9_007_199_254_740_991,
            time: "2026-11-22T20:27:45.120Z".parse().unwrap(),
            valid_until: Timestamp::MAX,
            status: ConsentStatus::Given,
            decision: Decision::granting(&[Purpose::Marketing]),
            services: ServiceAnswers::NONE,
            method: Method::AcceptAll,
            notice: NoticeHash::from_bytes([0xab; 32]),
        });
        wallet
    }

    #[wasm_bindgen_test]
    fn what_is_written_is_what_serde_writes() {
        for report in [report(None), report(Some(wallet().receipts[0].id.clone()))] {
            assert_eq!(text(&report), serde_json::to_string(&report).unwrap());
        }
        assert_eq!(text(&wallet()), serde_json::to_string(&wallet()).unwrap());
    }

    #[wasm_bindgen_test]
    fn what_serde_writes_is_read_whole() {
        let outbox = Outbox::new(vec![
            report(None),
            report(Some(wallet().receipts[0].id.clone())),
        ]);
        let written = serde_json::to_string(&outbox).unwrap();
        assert_eq!(parse::<Outbox>(&written), Some(outbox));
        let written = serde_json::to_string(&wallet()).unwrap();
        assert_eq!(parse::<Wallet>(&written), Some(wallet()));
    }

    #[wasm_bindgen_test]
    fn what_is_broken_is_nothing() {
        for broken in [
            "",
            "{",
            "null",
            "[]",
            "{}",
            r#"{"consent_id":"x","receipts":[]}"#,
        ] {
            assert_eq!(parse::<Wallet>(broken), None, "{broken}");
        }
        assert_eq!(parse::<Outbox>(r#"[{"id":1}]"#), None);
    }
}
