//! Formats dates in the visitor's language, by the browser's own tables.

use super::json::object;
use consent_core::Timestamp;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = Intl)]
    type DateTimeFormat;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<DateTimeFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &DateTimeFormat, millis: f64) -> String;
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
