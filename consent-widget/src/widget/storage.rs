//! Reads and writes what the widget stores in the browser: the choice, the wallet and the outbox.
//!
//! Storage can be blocked (private modes, sandboxed frames) or full. Nothing here throws: a wallet or
//! an outbox that cannot be stored is kept for as long as the page lives.

use super::json::{self, Read, Write};
use consent_core::calendar::Timestamp;
use consent_core::stored::STORAGE_KEY;
use consent_core::wallet::{OUTBOX_KEY, Outbox, WALLET_KEY, Wallet};
use consent_core::{ConsentId, ConsentReport, StoredChoice};
use gloo_storage::{LocalStorage, Storage as _};
use std::cell::RefCell;
use wasm_bindgen::JsCast as _;

thread_local! {
    /// What this page keeps for as long as it lives: the wallet, where local storage cannot be written, and the
    /// reports that it added to the outbox.
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

/// Begins a page: nothing is kept of one before it.
pub fn begin_page() {
    PAGE.take();
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

/// The reports that wait to be sent: what is stored, and what this page added and no answer has settled.
///
/// Two tabs that write within the same milliseconds each write what they had read, and one write covers the
/// other's. Each page therefore keeps its own reports until they are settled. The server keeps a report that it
/// gets twice once.
pub fn outbox() -> Outbox {
    let mut outbox: Outbox = read(OUTBOX_KEY).unwrap_or_default();
    PAGE.with_borrow(|(_, own)| {
        for report in own.reports() {
            outbox.put(report.clone());
        }
    });
    outbox
}

/// Adds a report to the outbox.
pub fn put_report(report: ConsentReport) {
    PAGE.with_borrow_mut(|(_, own)| own.put(report));
    write_outbox(&outbox());
}

/// Takes a report that was answered for good out of the outbox.
pub fn settle_report(report: &ConsentReport) {
    PAGE.with_borrow_mut(|(_, own)| own.settle(report));
    let mut left = outbox();
    left.settle(report);
    write_outbox(&left);
}

/// Removes the key of an outbox in which nothing waits, so that the loader does not fetch the widget for it. An
/// outbox that cannot be read is one.
pub fn remove_empty_outbox() {
    let outbox = outbox();
    if outbox.is_empty() {
        write_outbox(&outbox);
    }
}

fn write_outbox(outbox: &Outbox) {
    if !outbox.is_empty() {
        write(OUTBOX_KEY, outbox);
    } else if usable() {
        LocalStorage::delete(OUTBOX_KEY);
    }
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
