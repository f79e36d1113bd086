//! Countries and durations in a visitor's language, by the runtime's own tables.

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
    type DisplayNames;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<DisplayNames, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<JsValue, JsValue>;
}

/// `Intl` (ECMA-402).
pub struct Intl;

impl Wording for Intl {
    fn country(&self, language: &LanguageTag, country: CountryCode) -> String {
        DisplayNames::new(language.as_str(), &options(&[("type", "region")]))
            .and_then(|names| names.of(country.as_str()))
            .ok()
            .and_then(|name| name.as_string())
            .unwrap_or_else(|| country.to_string())
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
