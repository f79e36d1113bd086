//! Dates, durations and countries in the visitor's language, by the browser's own tables.

use crate::json::object;
use consent_core::Timestamp;
use consent_core::service::Lifetime;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, millis: f64) -> String;

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

/// A day and time: `22 novembre 2026 à 15 h 27`.
#[expect(
    clippy::cast_precision_loss,
    reason = "a timestamp is well within 53 bits"
)]
pub fn date(locale: &str, at: Timestamp) -> String {
    let options = object(&[("dateStyle", "long".into()), ("timeStyle", "short".into())]);
    DateTimeFormat::new(locale, &options).map_or_else(
        |_| at.to_string(),
        |format| format.format(at.as_millis() as f64),
    )
}

/// A lifetime: `13 mois`; `session` is the text for a cookie that ends with the visit.
pub fn lifetime(locale: &str, lifetime: Lifetime, session: &str) -> String {
    let Lifetime::For(count, unit) = lifetime else {
        return session.to_owned();
    };
    let options = object(&[
        ("style", "unit".into()),
        ("unit", unit.intl_name().into()),
        ("unitDisplay", "long".into()),
    ]);
    NumberFormat::new(locale, &options).map_or_else(
        |_| lifetime.to_string(),
        |format| format.format(count.into()),
    )
}

/// A country's name, from its ISO 3166-1 code.
pub fn country(locale: &str, code: &str) -> String {
    DisplayNames::new(locale, &object(&[("type", "region".into())]))
        .and_then(|names| names.of(code))
        .ok()
        .and_then(|name| name.as_string())
        .unwrap_or_else(|| code.to_owned())
}
