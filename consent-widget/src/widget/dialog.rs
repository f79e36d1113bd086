//! The preference dialog at work: the second layer, modal.
//!
//! Its HTML was rendered when the site was published (`markup/dialog.rs`); the loader has put it in
//! the page. Here the boxes are ticked, "my consent" is kept up to date, and the buttons answer.

use super::intl;
use super::session::{Answer, Changes};
use consent_core::wallet::KeptReceipt;
use consent_core::{Consent, Purpose, StoredChoice};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement, HtmlInputElement};

/// What a visitor does in the dialog.
pub enum Act {
    /// Answers; and whether the browser vouched for the click.
    Answer(Answer, bool),
    /// Does with the receipt what a button says: the loader's side knows how.
    Receipt(String),
    /// Has their proofs erased.
    Erase,
}

/// How far erasing has come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Erasing {
    /// Nobody asked.
    Unasked,
    /// Asked once: it must be confirmed.
    Asked,
    /// Every proof is gone.
    Done,
    /// Some are left.
    Failed,
}

/// What "my consent" shows.
#[derive(Clone)]
pub struct State {
    /// The choice in force.
    pub choice: Option<StoredChoice>,
    /// Every receipt, oldest first.
    pub receipts: Vec<KeptReceipt>,
    /// Whether the receipt of the choice is still to come.
    pub waiting: bool,
    /// How far erasing has come.
    pub erasing: Erasing,
}

impl State {
    /// The receipt of the choice in force. There is none while it is to come, once it is erased, and
    /// where the choice was made on another of the site's domains, which then has it.
    fn receipt(&self) -> Option<&KeptReceipt> {
        let choice = self.choice.as_ref().filter(|_| !self.waiting)?;
        self.receipts.last().filter(|receipt| {
            receipt.decision == choice.decision && receipt.services == choice.services
        })
    }
}

/// What the dialog needs to know of the site.
pub struct Words {
    /// The language shown.
    pub language: String,
    /// The optional purposes asked for, and their names.
    pub purposes: Vec<(Purpose, String)>,
}

/// The dialog, set up once and shown as often as it is asked for.
#[derive(Clone)]
pub struct PreferenceDialog {
    element: HtmlDialogElement,
    /// One signal for all of it: each type of signal costs 3 kB.
    state: RwSignal<State>,
}

impl PreferenceDialog {
    /// Sets up the dialog that the loader has put in the page.
    pub fn set_up(
        element: HtmlDialogElement,
        words: Rc<Words>,
        state: State,
        act: Rc<dyn Fn(Act)>,
    ) -> Self {
        // It outlives every call from the loader.
        let owner = Owner::new_root(None);
        let dialog = Self {
            element,
            state: owner.with(|| RwSignal::new(state)),
        };
        if let Some(list) = dialog.slot("history") {
            let shown = dialog.clone();
            mount_to(list.clone(), move || {
                shown.follow(&words);
                history(shown.state, list, words)
            })
            .forget();
        }
        std::mem::forget(owner);
        dialog.listen(act);
        dialog
    }

    /// Opens it. The boxes say what was chosen; all are off where nothing was.
    pub fn show(&self, state: State, gpc: bool) {
        self.tick(state.choice.as_ref());
        // Who agreed to marketing all the same is not told that it is off.
        let agreed = state
            .choice
            .as_ref()
            .is_some_and(|choice| choice.decision.get(Purpose::Marketing) == Consent::Granted);
        self.hide("gpc", !gpc || agreed);
        self.state.set(state);
        if !self.element.open() {
            let _ = self.element.show_modal();
        }
    }

    /// What it shows has changed.
    pub fn update(&self, change: impl FnOnce(&mut State)) {
        self.state.update(change);
    }

    fn slot(&self, name: &str) -> Option<HtmlElement> {
        let found = self.element.query_selector(&format!("[data-slot={name}]"));
        Some(found.ok()??.unchecked_into())
    }

    fn hide(&self, slot: &str, hidden: bool) {
        if let Some(element) = self.slot(slot) {
            element.set_hidden(hidden);
        }
    }

    fn boxes(&self) -> Vec<HtmlInputElement> {
        let found = self.element.query_selector_all("input").ok();
        let count = found.as_ref().map_or(0, web_sys::NodeList::length);
        (0..count)
            .filter_map(|at| Some(found.as_ref()?.get(at)?.unchecked_into()))
            .collect()
    }

    fn tick(&self, choice: Option<&StoredChoice>) {
        for input in self.boxes() {
            let granted = choice.is_some_and(|choice| {
                let purpose = purpose_of(&input);
                let apart = choice.services.get(&input.value());
                let of_purpose = purpose.map(|purpose| choice.decision.get(purpose));
                apart.or(of_purpose) == Some(Consent::Granted)
            });
            input.set_checked(granted);
        }
        self.show_mixed();
    }

    /// A purpose whose services differ shows it.
    fn show_mixed(&self) {
        let boxes = self.boxes();
        for purpose_box in boxes.iter().filter(|input| !is_service(input)) {
            let of_purpose = |other: &&HtmlInputElement| {
                is_service(other) && purpose_of(other) == purpose_of(purpose_box)
            };
            let mut services = boxes
                .iter()
                .filter(of_purpose)
                .map(HtmlInputElement::checked);
            let checked = purpose_box.checked();
            purpose_box.set_indeterminate(services.any(|service| service != checked));
        }
    }

    /// A box was changed: a purpose takes its services along; services that all agree take their
    /// purpose along.
    fn changed(&self, changed: &HtmlInputElement) {
        let boxes = self.boxes();
        let purpose = purpose_of(changed);
        let (services, purposes): (Vec<_>, Vec<_>) = boxes
            .iter()
            .filter(|input| purpose_of(input) == purpose)
            .partition(|input| is_service(input));
        if !is_service(changed) {
            for service in services {
                service.set_checked(changed.checked());
            }
        } else if services
            .iter()
            .all(|service| service.checked() == changed.checked())
        {
            for purpose in purposes {
                purpose.set_checked(changed.checked());
            }
        }
        self.show_mixed();
    }

    /// What the boxes say.
    fn ticked(&self) -> Changes {
        let mut changes = Changes::default();
        for input in self.boxes() {
            let consent = if input.checked() {
                Consent::Granted
            } else {
                Consent::Denied
            };
            if is_service(&input) {
                if let Ok(service) = input.value().parse() {
                    changes.services.push((service, consent));
                }
            } else if let Some(purpose) = purpose_of(&input) {
                changes.purposes.push((purpose, consent));
            }
        }
        changes
    }

    fn listen(&self, act: Rc<dyn Fn(Act)>) {
        let dialog = self.clone();
        let heard = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            let Some(target) = event.target() else { return };
            if event.type_() == "change" {
                dialog.changed(target.unchecked_ref());
                return;
            }
            let button = target.unchecked_ref::<Element>().closest("[data-action]");
            let action = button
                .ok()
                .flatten()
                .and_then(|button| button.get_attribute("data-action"));
            if let Some(action) = action {
                dialog.pressed(&action, event.is_trusted(), &*act);
            }
        });
        for event in ["click", "change"] {
            let heard = heard.as_ref().unchecked_ref();
            let _ = self.element.add_event_listener_with_callback(event, heard);
        }
        // The page keeps it for as long as it lives.
        heard.forget();
    }

    fn pressed(&self, action: &str, trusted: bool, act: &dyn Fn(Act)) {
        let answer = match action {
            "reject_all" => Answer::RejectAll,
            "accept_all" => Answer::AcceptAll,
            "save" => Answer::Save(self.ticked()),
            "withdraw" => Answer::Withdraw,
            "download" | "download_jsonld" | "verify" => {
                return act(Act::Receipt(action.to_owned()));
            }
            "erase" => return self.update(|state| state.erasing = Erasing::Asked),
            "erase_confirm" => return act(Act::Erase),
            "close" => return self.element.close(),
            _ => return,
        };
        // Closed first: the focus goes back to what opened it, then the loader moves it on if
        // that is gone.
        self.element.close();
        act(Act::Answer(answer, trusted));
    }

    /// Keeps "my consent" as the state says, for as long as the dialog lives.
    fn follow(&self, words: &Words) {
        let (dialog, language) = (self.clone(), words.language.clone());
        let follow = move |_: Option<()>| {
            let state = dialog.state.get();
            let say = |slot: &str, text: &str| {
                if let Some(element) = dialog.slot(slot) {
                    element.set_text_content(Some(text));
                }
            };
            let word = |slot: &str, name: &str| {
                let slot = dialog.slot(slot);
                let text = slot.and_then(|slot| slot.get_attribute(name));
                text.unwrap_or_default()
            };
            let Some(choice) = &state.choice else {
                return dialog.hide("mine", true);
            };
            dialog.hide("mine", false);
            // Both by the visitor's clock, which is the one that ends it here.
            say("chosen_on", &intl::date(&language, choice.decided_at));
            say("valid_until", &intl::date(&language, choice.expires_at));
            let receipt = state.receipt();
            for slot in ["receipt_term", "receipt"] {
                dialog.hide(slot, receipt.is_none() && !state.waiting);
            }
            dialog.hide("proof", receipt.is_none());
            let waiting = || word("receipt", "data-waiting");
            say(
                "receipt",
                &receipt.map_or_else(waiting, |receipt| receipt.id.to_string()),
            );
            say(
                "erased",
                &match state.erasing {
                    Erasing::Done => word("erased", "data-done"),
                    Erasing::Failed => word("erased", "data-failed"),
                    Erasing::Unasked | Erasing::Asked => String::new(),
                },
            );
            dialog.hide("past", state.receipts.is_empty());
            let granted =
                choice.decision.any_optional(Consent::Granted) || choice.services.grant_any();
            let asked = state.erasing == Erasing::Asked;
            let button = |action: &str| {
                let found = dialog
                    .element
                    .query_selector(&format!("[data-action={action}]"));
                Some(found.ok()??.unchecked_into::<HtmlElement>())
            };
            for (action, hidden) in [
                ("withdraw", !granted),
                ("erase", asked),
                ("erase_confirm", !asked),
            ] {
                if let Some(button) = button(action) {
                    button.set_hidden(hidden);
                }
            }
            // The button that had the focus is gone: it goes on to the next one.
            let next = match state.erasing {
                Erasing::Unasked => None,
                Erasing::Asked => Some("erase_confirm"),
                Erasing::Done => Some("close"),
                Erasing::Failed => Some("erase"),
            };
            if let Some(button) = next.and_then(button) {
                let _ = button.focus();
            }
        };
        // As an effect of the view it lives in, which is never taken down.
        std::mem::forget(RenderEffect::new(follow));
    }
}

/// Every receipt, the newest first: when, and what was said to each purpose.
#[expect(clippy::needless_pass_by_value, reason = "the view must not borrow it")]
fn history(state: RwSignal<State>, list: HtmlElement, words: Rc<Words>) -> impl IntoView {
    let word = |name: &str| list.get_attribute(name).unwrap_or_default();
    let (granted, denied) = (word("data-granted"), word("data-denied"));
    let words = send_wrapper::SendWrapper::new(words);
    move || {
        let entry = |receipt: &KeptReceipt| {
            let answers: Vec<String> = words
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
            let when = intl::date(&words.language, receipt.time);
            view! { <li>{when + " – " + &answers.join(", ")}</li> }
        };
        let receipts = state.with(|state| state.receipts.clone());
        receipts.iter().rev().map(entry).collect::<Vec<_>>()
    }
}

fn is_service(input: &HtmlInputElement) -> bool {
    input.name() == "service"
}

/// The purpose that a box is about, or that its service serves.
fn purpose_of(input: &HtmlInputElement) -> Option<Purpose> {
    let name = input
        .get_attribute("data-purpose")
        .unwrap_or_else(|| input.name());
    Purpose::OPTIONAL
        .into_iter()
        .find(|purpose| purpose.as_str() == name)
}
