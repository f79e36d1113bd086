//! Dates, numbers and names of languages, by the browser's own tables (ECMA-402).

use super::language::Language;
use consent_core::Timestamp;
use consent_core::calendar::Date;
use js_sys::{Object, Reflect};
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
    fn new(locale: &str) -> Result<NumberFormat, JsValue>;
    #[wasm_bindgen(method)]
    fn format(this: &NumberFormat, number: f64) -> String;

    #[wasm_bindgen(js_namespace = Intl)]
    type DisplayNames;
    #[wasm_bindgen(constructor, js_namespace = Intl, catch)]
    fn new(locale: &str, options: &JsValue) -> Result<DisplayNames, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn of(this: &DisplayNames, code: &str) -> Result<JsValue, JsValue>;
}

fn options(pairs: &[(&str, &str)]) -> JsValue {
    let object = Object::new();
    for (name, value) in pairs {
        let _ = Reflect::set(&object, &(*name).into(), &(*value).into());
    }
    object.into()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a timestamp is well within 53 bits"
)]
fn format(at: Timestamp, date: &str, time: Option<&str>) -> String {
    let mut pairs = vec![("dateStyle", date)];
    // A day alone is one of the calendar, the same everywhere.
    pairs.push(time.map_or(("timeZone", "UTC"), |time| ("timeStyle", time)));
    DateTimeFormat::new(&Language::locale(), &options(&pairs)).map_or_else(
        |_| at.to_string(),
        // The browser parts `18 h 27` with spaces at which a line may end.
        |format| {
            let text = format.format(at.as_millis() as f64);
            text.replace(" h ", "\u{a0}h\u{a0}")
        },
    )
}

/// A day and a time to the minute: `29 nov. 2026, 15 h 27`.
pub fn moment(at: Timestamp) -> String {
    format(at, "medium", Some("short"))
}

/// A day of the calendar: `29 nov. 2026`.
pub fn day(date: Date) -> String {
    let start = i64::from(date.days()) * 86_400_000;
    Timestamp::from_millis(start).map_or_else(|_| date.to_string(), |at| format(at, "medium", None))
}

/// The day that it is, in UTC.
pub fn today() -> Date {
    Date::of(Timestamp::from_clock(js_sys::Date::now()))
}

/// A day and a time to the second, with the zone: what a proof is quoted with.
pub fn exact(at: Timestamp) -> String {
    format(at, "long", Some("long"))
}

/// A number: `1 204`.
#[expect(clippy::cast_precision_loss, reason = "no log has 2⁵³ entries")]
pub fn number(number: u64) -> String {
    NumberFormat::new(&Language::locale()).map_or_else(
        |_| number.to_string(),
        |format| format.format(number as f64),
    )
}

/// An amount of bytes, in thousands or millions: `12 kB`, `12 ko`.
pub fn bytes(bytes: u64) -> String {
    let (amount, unit) = match (bytes, Language::current()) {
        (..1_000_000, Language::English) => (bytes.div_ceil(1_000), "kB"),
        (..1_000_000, Language::French) => (bytes.div_ceil(1_000), "ko"),
        (_, Language::English) => (bytes.div_ceil(1_000_000), "MB"),
        (_, Language::French) => (bytes.div_ceil(1_000_000), "Mo"),
    };
    format!("{}\u{a0}{unit}", number(amount))
}

/// A share in percent: `33 %`, `33%`.
pub fn percent(share: u8) -> String {
    match Language::current() {
        Language::English => format!("{share}%"),
        Language::French => format!("{share}\u{a0}%"),
    }
}

/// The name of a language, of its tag: `français (Canada)`.
pub fn language_name(tag: &str) -> String {
    DisplayNames::new(&Language::locale(), &options(&[("type", "language")]))
        .and_then(|names| names.of(tag))
        .ok()
        .and_then(|name| name.as_string())
        .unwrap_or_else(|| tag.to_owned())
}
