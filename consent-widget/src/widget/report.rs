//! Sending reports: one at a time, in order, each until the server has answered it for good; and
//! asking for the proofs to be erased.

use super::bridge::{Bridge, Site};
use super::request::send;
use super::{json, keep};
use consent_core::ConsentReport;
use consent_core::wallet::{KeptReceipt, Outbox, Wallet};
use std::cell::Cell;

thread_local! {
    static SENDING: Cell<bool> = const { Cell::new(false) };
}

/// What the server, or its absence, says to a report.
enum Answer {
    Receipt(Box<KeptReceipt>),
    /// The server will never keep it, and says why.
    Rejected(String),
    /// Nobody answered, or the server is overloaded: later.
    Later,
}

/// Sends what waits in the outbox, and hands each receipt to `kept`. A flush under way goes on
/// with what has come since.
pub async fn flush(bridge: &Bridge, site: &Site, kept: impl Fn(&KeptReceipt)) {
    if SENDING.replace(true) {
        return;
    }
    let url = format!("{}/v1/sites/{}/consents", bridge.server(), site.id);
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
    if keep::outbox().is_empty() {
        // One that cannot be read would have every page ask for the widget.
        keep::keep_outbox(&Outbox::default());
    }
    SENDING.set(false);
}

fn settle(report: &ConsentReport) {
    let mut outbox = keep::outbox();
    outbox.settle(report);
    keep::keep_outbox(&outbox);
}

async fn post(url: &str, report: &ConsentReport) -> Answer {
    let Some((status, text)) = send("POST", url, Some(&json::text(report)), None).await else {
        return Answer::Later;
    };
    match status {
        200..=299 => {
            json::parse(&text).map_or(Answer::Later, |receipt| Answer::Receipt(Box::new(receipt)))
        }
        408 | 425 | 429 | 500.. => Answer::Later,
        // Problem details, in JSON: for whoever reads the page's errors.
        _ => Answer::Rejected(text),
    }
}

/// Has every proof of this site erased that the wallet has a receipt for, and lets go of each
/// receipt whose proof is gone. Whether all of them are.
pub async fn erase(bridge: &Bridge, site: &Site, mut wallet: Wallet) -> bool {
    let ids: Vec<_> = wallet
        .of_site(&site.id)
        .map(|receipt| receipt.id.clone())
        .collect();
    let secret = wallet.consent_id.to_string();
    let mut complete = true;
    for id in ids {
        let url = format!("{}/v1/receipts/{id}", bridge.server());
        match send("DELETE", &url, None, Some(&secret)).await {
            // Gone is as good as erased.
            Some((200..=299 | 404 | 410, _)) => wallet.forget(&id),
            _ => complete = false,
        }
        keep::keep_wallet(&wallet);
    }
    complete
}
