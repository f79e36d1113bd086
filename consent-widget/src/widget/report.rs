//! Sends the reports in order, each until the server has accepted or rejected it; and has proofs
//! erased.

use super::bridge::{Bridge, Site};
use super::json::{self, Write as _};
use super::request::send;
use super::storage;
use consent_core::ConsentReport;
use consent_core::wallet::{KeptReceipt, Wallet};
use std::cell::Cell;

thread_local! {
    static SENDING: Cell<bool> = const { Cell::new(false) };
}

/// What comes of sending a report.
enum Answer {
    Receipt(Box<KeptReceipt>),
    /// The server will never accept it. It says why.
    Rejected(String),
    /// Nobody answered, or the server is overloaded: send it again later.
    Later,
}

/// Sends the reports in the outbox, and hands each receipt to `on_receipt`. While a flush runs,
/// another one does nothing: the first sends what has come since, too.
pub async fn flush(bridge: &Bridge, site: &Site, on_receipt: impl Fn(&KeptReceipt)) {
    if SENDING.replace(true) {
        return;
    }
    let url = format!("{}/v1/sites/{}/consents", bridge.server(), site.id);
    // Read again each time: another tab may have sent a report, or a new choice added one.
    while let Some(report) = storage::outbox().first().cloned() {
        match post(&url, &sent_from(bridge, &report)).await {
            Answer::Later => break,
            Answer::Rejected(why) => {
                storage::settle_report(&report);
                bridge.fail(&format!("the server refused a report: {why}"));
            }
            Answer::Receipt(receipt) => {
                let mut wallet = storage::wallet(|| report.consent_id);
                wallet.keep((*receipt).clone());
                storage::write_wallet(&wallet);
                storage::settle_report(&report);
                on_receipt(&receipt);
            }
        }
    }
    storage::remove_empty_outbox();
    SENDING.set(false);
}

/// A report in JSON, with what the page that sends it adds.
fn sent_from(bridge: &Bridge, report: &ConsentReport) -> String {
    let report = report.write();
    bridge.complete(&report);
    json::stringify(&report)
}

async fn post(url: &str, report: &str) -> Answer {
    let Some((status, text)) = send("POST", url, Some(report), None).await else {
        return Answer::Later;
    };
    match status {
        200..=299 => {
            json::parse(&text).map_or(Answer::Later, |receipt| Answer::Receipt(Box::new(receipt)))
        }
        408 | 425 | 429 | 500.. => Answer::Later,
        // The text is an RFC 9457 problem, for whoever reads the page's errors.
        _ => Answer::Rejected(text),
    }
}

/// Has the server erase every proof that it has of this visitor on this site, and removes the receipts. Returns
/// whether all of them are gone.
pub async fn erase(bridge: &Bridge, site: &Site, mut wallet: Wallet) -> bool {
    let url = format!("{}/v1/sites/{}/receipts", bridge.server(), site.id);
    let secret = wallet.consent_id.to_string();
    let erased = matches!(
        send("DELETE", &url, None, Some(&secret)).await,
        Some((200..=299, _))
    );
    if erased {
        wallet.receipts.retain(|kept| kept.id.site != site.id);
        storage::write_wallet(&wallet);
    }
    erased
}
