//! JSON by the browser's own parser and writer.
//!
//! `serde_json` would do it too, but took over a third of the widget's WebAssembly
//! (`docs/adr/0002-small-widget.md`), and the browser has a parser and a writer already. `read` and
//! `write` convert between JSON values and the types of `consent-core`, with the same checks as there;
//! the tests compare both with what serde reads and writes.

mod read;
#[cfg(all(test, target_arch = "wasm32"))]
mod tests;
mod write;

pub use read::Read;
pub use write::{Write, write_decision};

use std::str::FromStr;
use wasm_bindgen::{JsCast as _, JsValue, UnwrapThrowExt as _};

/// The JSON text of a value.
pub fn text(value: &impl Write) -> String {
    stringify(&value.write())
}

/// Reads a value from its JSON text; `None` if the text is not JSON, or of another shape.
pub fn parse<T: Read>(text: &str) -> Option<T> {
    T::read(&Json::parse(text)?)
}

/// The JSON text of a value of the browser.
pub fn stringify(value: &JsValue) -> String {
    js_sys::JSON::stringify(value)
        .ok()
        .and_then(|text| text.as_string())
        .unwrap_or_default()
}

/// Creates an object with these members.
pub fn object(members: &[(&str, JsValue)]) -> JsValue {
    let object = js_sys::Object::new().into();
    for (key, value) in members {
        set(&object, key, value);
    }
    object
}

/// Sets a member of an object that we have created, which cannot fail.
pub fn set(object: &JsValue, key: &str, value: &JsValue) {
    js_sys::Reflect::set(object, &key.into(), value).unwrap_throw();
}

/// A JSON value.
pub struct Json(JsValue);

impl Json {
    /// Parses JSON text.
    pub fn parse(text: &str) -> Option<Self> {
        js_sys::JSON::parse(text).ok().map(Self)
    }

    /// Wraps a value that the browser has parsed.
    pub const fn new(value: JsValue) -> Self {
        Self(value)
    }

    /// A member of any type; `undefined` if there is none.
    pub fn get(&self, key: &str) -> Self {
        Self(js_sys::Reflect::get(&self.0, &key.into()).unwrap_or_default())
    }

    /// A member that is a string.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key).0.as_string()
    }

    /// A member that is a string in the format of `T`.
    pub fn parsed<T: FromStr>(&self, key: &str) -> Option<T> {
        self.text(key)?.parse().ok()
    }

    /// A member that is a number.
    pub fn number(&self, key: &str) -> Option<f64> {
        self.get(key).0.as_f64()
    }

    /// The value, if it is a boolean.
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

    /// A member of the type `T`.
    pub fn member<T: Read>(&self, key: &str) -> Option<T> {
        T::read(&self.get(key))
    }

    /// The items of a list; `None` for each that is not of the type `T`.
    fn items<T: Read>(&self) -> Option<Vec<Option<T>>> {
        let array = self.0.dyn_ref::<js_sys::Array>()?;
        Some(array.iter().map(|item| T::read(&Self(item))).collect())
    }
}
