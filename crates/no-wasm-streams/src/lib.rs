//! What `server_fn` names of `wasm-streams`, and nothing behind it.
//!
//! Leptos depends on `server_fn` whether or not there are server functions, and the stream adapters
//! of the real crate are exported to JavaScript, so they stay in the widget: 8 kB of code that is
//! never called (`docs/adr/0002-small-widget.md`). Whoever does call it is told.

use futures_util::Stream;
use wasm_bindgen::JsValue;

/// As in `wasm-streams`.
#[derive(Debug)]
pub struct ReadableStream(());

const ABSENT: &str = "server functions are not part of this build";

impl ReadableStream {
    /// As in `wasm-streams`.
    ///
    /// # Panics
    ///
    /// Always.
    pub fn from_stream<S>(_: S) -> Self {
        panic!("{ABSENT}")
    }

    /// As in `wasm-streams`.
    ///
    /// # Panics
    ///
    /// Always.
    pub fn from_raw(_: web_sys::ReadableStream) -> Self {
        panic!("{ABSENT}")
    }

    /// As in `wasm-streams`.
    ///
    /// # Panics
    ///
    /// Always.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        panic!("{ABSENT}")
    }

    /// As in `wasm-streams`.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> {
        futures_util::stream::empty()
    }
}
