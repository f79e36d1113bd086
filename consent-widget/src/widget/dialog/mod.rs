//! The preference dialog: the second layer, modal.
//!
//! Its HTML was rendered when the site was published (`markup/dialog.rs`), and the loader has put it
//! into the page. This module opens and closes it and answers its buttons; `boxes` sets and reads the
//! boxes, and `my_consent` keeps "my consent" up to date.

mod boxes;
mod my_consent;

use super::answer::Answer;
use boxes::Boxes;
use consent_core::{Consent, Decision, Purpose};
use leptos::prelude::*;
use my_consent::MyConsentView;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlDialogElement, HtmlElement};

pub use my_consent::{Erasure, MyConsent};

/// What a visitor does in the dialog.
pub enum DialogAction {
    /// Answers; and whether the browser vouched for the click.
    Answer(Answer, bool),
    /// Presses a button that does something with the receipt. It holds the button's name.
    UseReceipt(String),
    /// Has their proofs erased.
    Erase,
}

/// What the dialog needs to know of the site.
pub struct SiteTexts {
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
    state: RwSignal<MyConsent>,
}

impl PreferenceDialog {
    /// Sets up the dialog that the loader has put into the page. `on_action` gets what the visitor does.
    pub fn set_up(
        element: HtmlDialogElement,
        texts: Rc<SiteTexts>,
        state: MyConsent,
        on_action: Rc<dyn Fn(DialogAction)>,
    ) -> Self {
        // The owner outlives every call from the loader.
        let owner = Owner::new_root(None);
        let dialog = Self {
            element,
            state: owner.with(|| RwSignal::new(state)),
        };
        if let Some(list) = slot(&dialog.element, "history") {
            let view = MyConsentView {
                dialog: dialog.element.clone(),
                state: dialog.state,
                texts,
            };
            mount_to(list.clone(), move || view.mount(&list)).forget();
        }
        std::mem::forget(owner);
        dialog.listen(on_action);
        dialog
    }

    /// Readies the dialog to be opened. The boxes show the choice, or what holds where there is none.
    pub fn prepare(&self, state: MyConsent, unanswered: Decision, gpc: bool) {
        self.boxes().show(state.choice.as_ref(), unanswered);
        // A visitor who agreed to marketing despite the signal is not told that marketing is off.
        let agreed = state
            .choice
            .as_ref()
            .is_some_and(|choice| choice.decision.get(Purpose::Marketing) == Consent::Granted);
        hide(&self.element, "gpc", !gpc || agreed);
        self.state.set(state);
    }

    /// Changes what "my consent" shows.
    pub fn update(&self, change: impl FnOnce(&mut MyConsent)) {
        self.state.update(change);
    }

    fn boxes(&self) -> Boxes {
        Boxes::of(&self.element)
    }

    fn listen(&self, on_action: Rc<dyn Fn(DialogAction)>) {
        let dialog = self.clone();
        let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| {
            let Some(target) = event.target() else { return };
            if event.type_() == "change" {
                dialog.boxes().changed(target.unchecked_ref());
                return;
            }
            let button = target.unchecked_ref::<Element>().closest("[data-action]");
            let action = button
                .ok()
                .flatten()
                .and_then(|button| button.get_attribute("data-action"));
            if let Some(action) = action {
                dialog.pressed(&action, event.is_trusted(), &*on_action);
            }
        });
        for event in ["click", "change"] {
            let listener = listener.as_ref().unchecked_ref();
            let _ = self
                .element
                .add_event_listener_with_callback(event, listener);
        }
        // The page keeps the listener for as long as it lives.
        listener.forget();
    }

    fn pressed(&self, action: &str, trusted: bool, on_action: &dyn Fn(DialogAction)) {
        let answer = match action {
            "reject_all" => Answer::RejectAll,
            "accept_all" => Answer::AcceptAll,
            "save" => Answer::Save(self.boxes().read()),
            "withdraw" => Answer::Withdraw,
            "download" | "download_jsonld" | "verify" => {
                return on_action(DialogAction::UseReceipt(action.to_owned()));
            }
            "erase" => return self.update(|state| state.erasure = Erasure::Unconfirmed),
            "erase_confirm" => return on_action(DialogAction::Erase),
            "close" => return self.element.close(),
            _ => return,
        };
        // Closed first: the focus goes back to what opened the dialog, and the loader moves it on if
        // that is gone.
        self.element.close();
        on_action(DialogAction::Answer(answer, trusted));
    }
}

/// The element of the dialog with a `data-slot`.
fn slot(dialog: &HtmlDialogElement, name: &str) -> Option<HtmlElement> {
    let found = dialog.query_selector(&format!("[data-slot={name}]"));
    Some(found.ok()??.unchecked_into())
}

/// Hides or shows the element of the dialog with a `data-slot`.
fn hide(dialog: &HtmlDialogElement, name: &str, hidden: bool) {
    if let Some(element) = slot(dialog, name) {
        element.set_hidden(hidden);
    }
}
