//! JSON by the browser's own parser and writer.
//!
//! `serde_json` would do it too, in WebAssembly that was over a third of the widget
//! (`docs/adr/0002-small-widget.md`), for what the browser already has. What is read ends in the
//! same types of `consent-core`, through the same checks; the tests hold both ways to what serde
//! reads and writes.

use consent_core::wallet::{KeptReceipt, Outbox, Wallet};
use consent_core::{Consent, ConsentReport, Decision, Layer, Method, Purpose, ServiceAnswers};
use std::str::FromStr;
use wasm_bindgen::{JsCast as _, JsValue, UnwrapThrowExt as _};

/// A type that can be written as JSON.
pub trait Write {
    /// As a value for the browser.
    fn write(&self) -> JsValue;
}

/// The text of a value.
pub fn text(value: &impl Write) -> String {
    stringify(&value.write())
}

fn stringify(value: &JsValue) -> String {
    js_sys::JSON::stringify(value)
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

    /// What each item of a list is, if it can be read.
    fn items<T: Read>(&self) -> Option<Vec<Option<T>>> {
        let array = self.0.dyn_ref::<js_sys::Array>()?;
        Some(array.iter().map(|item| T::read(&Self(item))).collect())
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
    use consent_core::receipt::Evidence;
    use consent_core::{
        ConsentId, ConsentReceipt, ConsentStatus, NoticeHash, ReceiptId, ReportId, Timestamp,
    };
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

    fn receipt_id() -> ReceiptId {
        "relais.000102030405060708090a0b0c0d0e0f".parse().unwrap()
    }

    fn receipt() -> ConsentReceipt {
        ConsentReceipt {
            id: receipt_id(),
            log: "temoin.example/relais/2026q4/0".parse().unwrap(),
            index: 9_007_199_254_740_991,
            time: "2026-11-22T20:27:45.120Z".parse().unwrap(),
            valid_until: Timestamp::MAX,
            status: ConsentStatus::Given,
            decision: Decision::granting(&[Purpose::Marketing]),
            services: ServiceAnswers::decode("dga4").unwrap(),
            method: Method::AcceptAll,
            notice: NoticeHash::from_bytes([0xab; 32]),
            evidence: Evidence {
                subject_salt: "00".repeat(32),
                subject: r#"{"subject":"é\n"}"#.to_owned(),
                decision_salt: "ff".repeat(32),
                decision: "{}".to_owned(),
                key: "temoin.example/relais/2026q4/0+00000000+AQ==".to_owned(),
                proof: "c2sp.org/tlog-proof@v1\nindex 7\n\n\u{2014} x".to_owned(),
                anchor_key: Some("temoin.example/anchor+00000000+AQ==".to_owned()),
                anchor_proof: None,
            },
        }
    }

    /// A wallet in JSON, with these receipts in it.
    fn stored(receipts: &[String]) -> String {
        let secret = serde_json::to_string(&ConsentId::from_bytes([7; 16])).unwrap();
        let receipts = receipts.join(",");
        format!(r#"{{"consent_id":{secret},"receipts":[{receipts}]}}"#)
    }

    #[wasm_bindgen_test]
    fn what_is_written_is_what_serde_writes() {
        for report in [report(None), report(Some(receipt_id()))] {
            assert_eq!(text(&report), serde_json::to_string(&report).unwrap());
        }
    }

    #[wasm_bindgen_test]
    fn what_serde_writes_is_read_whole() {
        let outbox = Outbox::new(vec![report(None), report(Some(receipt_id()))]);
        let written = serde_json::to_string(&outbox).unwrap();
        assert_eq!(parse::<Outbox>(&written), Some(outbox));
    }

    #[wasm_bindgen_test]
    fn a_receipt_is_kept_to_the_last_member_as_the_server_gave_it() {
        let whole = serde_json::to_string(&receipt()).unwrap();
        let newer = whole.replace(
            r#""evidence":{"#,
            r#""later":[1],"evidence":{"later":null,"#,
        );
        let older = whole.split(r#","log""#).next().unwrap().to_owned()
            + r#","index":1,"time":"2026-11-22T20:27:45.120Z","decision":{"necessary":"granted",
              "preferences":"denied","statistics":"denied","marketing":"granted"}}"#;
        let older = older.replace(char::is_whitespace, "");
        let stored = stored(&[whole.clone(), newer.clone(), older.clone()]);
        let wallet = parse::<Wallet>(&stored).unwrap();
        assert_eq!(text(&wallet), stored);
        let first = &wallet.receipts[0];
        let ConsentReceipt {
            id,
            time,
            decision,
            services,
            ..
        } = receipt();
        assert_eq!(
            (&first.id, first.time, first.decision, &first.services),
            (&id, time, decision, &services)
        );
        let kept: Vec<_> = wallet
            .receipts
            .iter()
            .map(|receipt| &receipt.json)
            .collect();
        assert_eq!(kept, [&whole, &newer, &older]);
    }

    #[wasm_bindgen_test]
    fn a_receipt_that_is_broken_takes_nothing_else_along() {
        let whole = serde_json::to_string(&receipt()).unwrap();
        let broken = whole.replace("granted", "perhaps");
        let wallet = parse::<Wallet>(&stored(&[broken, whole, "null".to_owned()])).unwrap();
        assert_eq!(wallet.receipts.len(), 1);
        assert_eq!(wallet.consent_id, ConsentId::from_bytes([7; 16]));
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
