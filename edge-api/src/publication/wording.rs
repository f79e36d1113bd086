//! Countries, languages, days and durations in a visitor's language, by the runtime's own tables.

use consent_core::Timestamp;
use consent_core::service::{CountryCode, Lifetime};
use consent_core::text::LanguageTag;
use consent_widget::markup::Wording;
use worker::js_sys::{Object, Reflect};
use worker::wasm_bindgen;
use worker::wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type NumberFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<NumberFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &NumberFormat, number: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, millis: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type DisplayNames;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<DisplayNames, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<JsValue, JsValue>;
}

/// `Intl` (ECMA-402).
pub struct Intl;

impl Intl {
    /// A language's name in itself: `français (Canada)`.
    #[expect(clippy::unused_self, reason = "as its other words")]
    pub fn language(&self, language: &LanguageTag) -> String {
        name(language, "language", language.as_str())
    }

    /// The day of a time, as it was in Greenwich: `28 novembre 2026`.
    #[expect(
        clippy::unused_self,
        clippy::cast_precision_loss,
        reason = "as its other words; a timestamp is well within 53 bits"
    )]
    pub fn day(&self, language: &LanguageTag, at: Timestamp) -> String {
        let options = options(&[("dateStyle", "long"), ("timeZone", "UTC")]);
        DateTimeFormat::new(language.as_str(), &options).map_or_else(
            |_| at.to_string(),
            |format| format.format(at.as_millis() as f64),
        )
    }
}

/// What something is called in a language: the code itself where there is no name.
fn name(language: &LanguageTag, kind: &str, code: &str) -> String {
    DisplayNames::new(language.as_str(), &options(&[("type", kind)]))
        .and_then(|names| names.of(code))
        .ok()
        .and_then(|name| name.as_string())
        .unwrap_or_else(|| code.to_owned())
}

impl Wording for Intl {
    fn country(&self, language: &LanguageTag, country: CountryCode) -> String {
        name(language, "region", country.as_str())
    }

    fn duration(&self, language: &LanguageTag, lifetime: Lifetime) -> Option<String> {
        let Lifetime::For(count, unit) = lifetime else {
            return None;
        };
        let options = options(&[
            ("style", "unit"),
            ("unit", unit.intl_name()),
            ("unitDisplay", "long"),
        ]);
        let words = NumberFormat::new(language.as_str(), &options).map_or_else(
            |_| lifetime.to_string(),
            |format| format.format(count.into()),
        );
        Some(words)
    }
}

fn options(members: &[(&str, &str)]) -> JsValue {
    let object = Object::new();
    for (key, value) in members {
        // An object of our own takes any member.
        let _ = Reflect::set(&object, &(*key).into(), &(*value).into());
    }
    object.into()
}
