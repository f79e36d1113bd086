//! The console: the web app for the owners and auditors of sites, at `/console/`.
//!
//! It is rendered in the browser, and does nothing that the API does not do for everyone: it holds no state but the
//! token, for as long as the tab is open (`session`), and the address after `#` (`address`).
//!
//! From the top: `app` chooses the page; `pages` has a file for each; `parts` are what pages are made of; `api` asks
//! the server; `proof` checks an inclusion proof; `words` has every text, in French and in English; `browser` is what the
//! browser alone knows.

mod address;
mod api;
mod app;
mod browser;
mod pages;
mod parts;
mod proof;
mod session;
mod words;

use wasm_bindgen::prelude::wasm_bindgen;

/// Starts the console in the page, once its module is there.
#[wasm_bindgen(start)]
pub fn start() {
    app::start();
}
