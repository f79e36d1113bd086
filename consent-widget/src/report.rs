//! Sending reports: one at a time, in order, each until the server has answered it for good.

use crate::bridge::Bridge;
use crate::{json, keep};
use consent_core::{ConsentReceipt, ConsentReport};
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

thread_local! {
    static SENDING: Cell<bool> = const { Cell::new(false) };
}

/// What the server, or its absence, says to a report.
enum Answer {
    Receipt(Box<ConsentReceipt>),
    /// The server will never keep it, and says why.
    Rejected(String),
    /// Nobody answered, or the server is overloaded: later.
    Later,
}

/// Sends what waits in the outbox, and hands each receipt to `kept`. A flush under way goes on
/// with what has come since.
pub async fn flush(bridge: &Bridge, site: &str, kept: impl Fn(&ConsentReceipt)) {
    if SENDING.replace(true) {
        return;
    }
    let url = format!("{}/v1/sites/{site}/consents", bridge.server());
    // Read anew each time: another tab may have sent it, or a new choice joined it.
    while let Some(report) = keep::outbox().first().cloned() {
        match post(&url, &report).await {
            Answer::Later => break,
            Answer::Rejected(why) => {
                settle(&report);
                bridge.fail(&format!("the server refused a report: {why}"));
            }
            Answer::Receipt(receipt) => {
                let mut wallet = keep::wallet(|| report.consent_id);
                wallet.keep((*receipt).clone());
                keep::keep_wallet(&wallet);
                settle(&report);
                kept(&receipt);
            }
        }
    }
    SENDING.set(false);
}

fn settle(report: &ConsentReport) {
    let mut outbox = keep::outbox();
    outbox.settle(report);
    keep::keep_outbox(&outbox);
}

async fn post(url: &str, report: &ConsentReport) -> Answer {
    let Some(window) = web_sys::window() else {
        return Answer::Later;
    };
    let init = web_sys::RequestInit::new();
    init.set_method("POST");
    // Text, so that it is a simple request: no preflight.
    init.set_body(&json::text(report).into());
    // Goes on when the visitor leaves the page.
    json::set(&init, "keepalive", &JsValue::TRUE);
    json::set(&init, "credentials", &"omit".into());
    let Ok(response) = JsFuture::from(window.fetch_with_str_and_init(url, &init)).await else {
        return Answer::Later;
    };
    let response: web_sys::Response = response.unchecked_into();
    let status = response.status();
    let text = match response.text() {
        Ok(text) => JsFuture::from(text).await.ok(),
        Err(_) => None,
    };
    let text = text.and_then(|text| text.as_string()).unwrap_or_default();
    match status {
        200..=299 => {
            json::parse(&text).map_or(Answer::Later, |receipt| Answer::Receipt(Box::new(receipt)))
        }
        408 | 425 | 429 | 500.. => Answer::Later,
        // Problem details, in JSON: for whoever reads the page's errors.
        _ => Answer::Rejected(text),
    }
}
