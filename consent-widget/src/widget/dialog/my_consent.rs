//! "My consent": the choice in force, its receipt, and the receipts before it.

use super::{SiteTexts, hide, slot};
use crate::widget::intl;
use consent_core::wallet::KeptReceipt;
use consent_core::{Consent, StoredChoice, Timestamp};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlDialogElement, HtmlElement};

/// How far the erasure of the proofs has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Erasure {
    /// Nobody asked for it.
    NotRequested,
    /// Asked for, and still to be confirmed.
    Unconfirmed,
    /// Every proof is erased.
    Done,
    /// Some proofs are left.
    Failed,
}

/// What "my consent" shows.
#[derive(Clone)]
pub struct MyConsent {
    /// The choice in force.
    pub choice: Option<StoredChoice>,
    /// Every receipt, oldest first.
    pub receipts: Vec<KeptReceipt>,
    /// Whether the receipt of the choice is still to come.
    pub waiting: bool,
    /// How far the erasure has come.
    pub erasure: Erasure,
}

impl MyConsent {
    /// The receipt of the choice in force. There is none while it is still to come, after it is erased,
    /// and where the visitor made the choice on another of the site's domains, which then has it.
    fn receipt(&self) -> Option<&KeptReceipt> {
        let choice = self.choice.as_ref().filter(|_| !self.waiting)?;
        self.receipts.last().filter(|receipt| {
            receipt.decision == choice.decision && receipt.services == choice.services
        })
    }
}

/// "My consent" in the page.
pub(super) struct MyConsentView {
    pub(super) dialog: HtmlDialogElement,
    pub(super) state: RwSignal<MyConsent>,
    pub(super) texts: Rc<SiteTexts>,
}

impl MyConsentView {
    /// Renders the history into its list, and keeps everything else up to date for as long as the
    /// dialog lives.
    pub(super) fn mount(self, list: &HtmlElement) -> impl IntoView + use<> {
        let (state, texts) = (self.state, self.texts.clone());
        let update = move |_: Option<()>| self.update(&self.state.get());
        // An effect of the view that it lives in, which is never taken down.
        std::mem::forget(RenderEffect::new(update));
        history(state, list, texts)
    }

    fn update(&self, state: &MyConsent) {
        let Some(choice) = &state.choice else {
            return hide(&self.dialog, "mine", true);
        };
        hide(&self.dialog, "mine", false);
        // Both by the visitor's clock: it is the one that ends the choice in this browser.
        self.write("chosen_on", &self.date(choice.decided_at));
        self.write("valid_until", &self.date(choice.expires_at));
        self.update_receipt(state);
        hide(&self.dialog, "past", state.receipts.is_empty());
        let granted = choice.decision.any_optional(Consent::Granted) || choice.services.grant_any();
        self.hide_button("withdraw", !granted);
        self.update_erasure(state.erasure);
    }

    fn update_receipt(&self, state: &MyConsent) {
        let receipt = state.receipt();
        for slot in ["receipt_term", "receipt"] {
            hide(&self.dialog, slot, receipt.is_none() && !state.waiting);
        }
        hide(&self.dialog, "proof", receipt.is_none());
        let waiting = || self.attribute("receipt", "data-waiting");
        self.write(
            "receipt",
            &receipt.map_or_else(waiting, |receipt| receipt.id.to_string()),
        );
    }

    fn update_erasure(&self, erasure: Erasure) {
        self.write(
            "erased",
            &match erasure {
                Erasure::Done => self.attribute("erased", "data-done"),
                Erasure::Failed => self.attribute("erased", "data-failed"),
                Erasure::NotRequested | Erasure::Unconfirmed => String::new(),
            },
        );
        let unconfirmed = erasure == Erasure::Unconfirmed;
        self.hide_button("erase", unconfirmed);
        self.hide_button("erase_confirm", !unconfirmed);
        // The button that had the focus is hidden: the next one gets the focus.
        let next = match erasure {
            Erasure::NotRequested => None,
            Erasure::Unconfirmed => Some("erase_confirm"),
            Erasure::Done => Some("close"),
            Erasure::Failed => Some("erase"),
        };
        if let Some(button) = next.and_then(|action| self.button(action)) {
            let _ = button.focus();
        }
    }

    /// Writes a text into a slot.
    fn write(&self, name: &str, text: &str) {
        if let Some(element) = slot(&self.dialog, name) {
            element.set_text_content(Some(text));
        }
    }

    /// A text that the markup has put into an attribute of a slot.
    fn attribute(&self, name: &str, attribute: &str) -> String {
        let element = slot(&self.dialog, name);
        let text = element.and_then(|element| element.get_attribute(attribute));
        text.unwrap_or_default()
    }

    fn button(&self, action: &str) -> Option<HtmlElement> {
        let found = self
            .dialog
            .query_selector(&format!("[data-action={action}]"));
        Some(found.ok()??.unchecked_into())
    }

    fn hide_button(&self, action: &str, hidden: bool) {
        if let Some(button) = self.button(action) {
            button.set_hidden(hidden);
        }
    }

    fn date(&self, at: Timestamp) -> String {
        intl::date(&self.texts.language, at)
    }
}

/// Every receipt, newest first: its date, and the answer for each purpose.
fn history(
    state: RwSignal<MyConsent>,
    list: &HtmlElement,
    texts: Rc<SiteTexts>,
) -> impl IntoView + use<> {
    let word = |name: &str| list.get_attribute(name).unwrap_or_default();
    let (granted, denied) = (word("data-granted"), word("data-denied"));
    let texts = send_wrapper::SendWrapper::new(texts);
    move || {
        let entry = |receipt: &KeptReceipt| {
            let answers: Vec<String> = texts
                .purposes
                .iter()
                .map(|(purpose, name)| {
                    let answer = if receipt.decision.grants(*purpose) {
                        &granted
                    } else {
                        &denied
                    };
                    format!("{name} ({answer})")
                })
                .collect();
            let when = intl::date(&texts.language, receipt.time);
            view! { <li>{when + " – " + &answers.join(", ")}</li> }
        };
        let receipts = state.with(|state| state.receipts.clone());
        receipts.iter().rev().map(entry).collect::<Vec<_>>()
    }
}
