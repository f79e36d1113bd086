//! The server's settings, as its environment has them.

use wasm_bindgen::JsValue;
use worker::Env;

/// A setting; `None` where it is not set. One that is bound to a variable that does not exist is null, of which
/// `Env::var` throws what nobody can catch.
pub fn read(env: &Env, name: &str) -> Option<String> {
    let value = js_sys::Reflect::get(env, &JsValue::from(name));
    value.ok()?.as_string()
}
