//! Reads and writes what the widget stores in the browser: the choice, the wallet and the outbox.
//!
//! Storage can be blocked (private modes, sandboxed frames) or full. Nothing here throws: a wallet or
//! an outbox that cannot be stored is kept for as long as the page lives.

use super::json::{self, Read, Write};
use consent_core::calendar::Timestamp;
use consent_core::stored::STORAGE_KEY;
use consent_core::wallet::{OUTBOX_KEY, Outbox, WALLET_KEY, Wallet};
use consent_core::{ConsentId, StoredChoice};
use gloo_storage::{LocalStorage, Storage as _};
use std::cell::RefCell;
use wasm_bindgen::JsCast as _;

thread_local! {
    /// Used in place of local storage where that cannot be written.
    static PAGE: RefCell<(Option<Wallet>, Outbox)> = RefCell::default();
}

/// Writes the choice to local storage and to a first-party cookie that ends when the choice does; the
/// subdomains of `domain`, if there is one, share it. Returns whether local storage has it.
pub fn write_choice(choice: &StoredChoice, now: Timestamp, domain: Option<&str>) -> bool {
    let text = choice.to_string();
    // As it is, not as JSON: the loader reads the same text from here as from the cookie.
    let stored = usable() && LocalStorage::raw().set_item(STORAGE_KEY, &text).is_ok();
    let seconds = (choice.expires_at.as_millis() - now.as_millis()) / 1000;
    let secure = match web_sys::window().and_then(|window| window.location().protocol().ok()) {
        Some(scheme) if scheme == "https:" => ";Secure",
        _ => "",
    };
    let domain = domain.map_or_else(String::new, |domain| format!(";Domain={domain}"));
    let cookie =
        format!("{STORAGE_KEY}={text};Path=/;Max-Age={seconds};SameSite=Lax{domain}{secure}");
    if let Some(document) = document() {
        let _ = document.set_cookie(&cookie);
    }
    stored
}

/// The document, for its cookies.
fn document() -> Option<web_sys::HtmlDocument> {
    Some(web_sys::window()?.document()?.unchecked_into())
}

/// The stored texts of the choice, from local storage and from every cookie of that name.
pub fn stored_texts() -> Vec<String> {
    let mut texts = Vec::new();
    if usable()
        && let Ok(Some(text)) = LocalStorage::raw().get_item(STORAGE_KEY)
    {
        texts.push(text);
    }
    let cookies = document().and_then(|document| document.cookie().ok());
    let cookies = cookies.unwrap_or_default();
    texts.extend(
        cookies
            .split("; ")
            .filter_map(|cookie| cookie.strip_prefix(STORAGE_KEY)?.strip_prefix('='))
            .map(str::to_owned),
    );
    texts
}

/// The visitor's wallet; if there is none, a new one with the secret that `new_id` gives.
pub fn wallet(new_id: impl FnOnce() -> ConsentId) -> Wallet {
    read(WALLET_KEY)
        .or_else(|| PAGE.with_borrow(|(wallet, _)| wallet.clone()))
        .unwrap_or_else(|| Wallet::new(new_id()))
}

/// Writes the wallet.
pub fn write_wallet(wallet: &Wallet) {
    if !write(WALLET_KEY, wallet) {
        PAGE.with_borrow_mut(|(page, _)| *page = Some(wallet.clone()));
    }
}

/// The reports that wait to be sent.
pub fn outbox() -> Outbox {
    read(OUTBOX_KEY).unwrap_or_else(|| PAGE.with_borrow(|(_, outbox)| outbox.clone()))
}

/// Writes the reports that wait to be sent; an empty outbox removes the key.
pub fn write_outbox(outbox: &Outbox) {
    let stored = if outbox.is_empty() {
        if usable() {
            LocalStorage::delete(OUTBOX_KEY);
        }
        true
    } else {
        write(OUTBOX_KEY, outbox)
    };
    PAGE.with_borrow_mut(|(_, page)| {
        *page = if stored {
            Outbox::default()
        } else {
            outbox.clone()
        };
    });
}

fn read<T: Read>(key: &str) -> Option<T> {
    if !usable() {
        return None;
    }
    json::parse(&LocalStorage::raw().get_item(key).ok()??)
}

/// Writes a value; returns whether it could be written.
fn write(key: &str, value: &impl Write) -> bool {
    usable()
        && LocalStorage::raw()
            .set_item(key, &json::text(value))
            .is_ok()
}

/// Whether local storage can be accessed. `gloo-storage` panics where it cannot.
fn usable() -> bool {
    web_sys::window().is_some_and(|window| matches!(window.local_storage(), Ok(Some(_))))
}
