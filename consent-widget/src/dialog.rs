//! The preference dialog: the second layer, modal.

use crate::intl;
use crate::json::Json;
use crate::session::Answer;
use consent_core::{Consent, ConsentReceipt, Decision, Purpose, StoredChoice};
use leptos::prelude::*;
use std::rc::Rc;
use wasm_bindgen::{JsCast as _, UnwrapThrowExt as _};
use web_sys::HtmlDialogElement;

const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/dialog.css"));

/// Takes an answer, and whether the browser vouched for the click.
pub type OnAnswer = Rc<dyn Fn(Answer, bool)>;

/// The dialog, mounted once and shown as often as it is asked for.
#[derive(Clone)]
pub struct PreferenceDialog {
    element: HtmlDialogElement,
    /// One signal for all of it: each type of signal costs 3 kB.
    state: RwSignal<State>,
}

#[derive(Clone)]
struct State {
    /// What the boxes say; stored only by a button.
    ticked: Decision,
    choice: Option<StoredChoice>,
    receipt: Option<ConsentReceipt>,
}

impl PreferenceDialog {
    /// Mounts the dialog, closed, at the end of the root element. `view` is a
    /// `consent_core::NoticeView`.
    pub fn mount(root: &web_sys::HtmlElement, view: Json, answer: OnAnswer) -> Self {
        // It outlives every call from the loader.
        let owner = Owner::new_root(None);
        let element: HtmlDialogElement = document()
            .create_element("dialog")
            .unwrap_throw()
            .unchecked_into();
        let _ = element.set_attribute("aria-labelledby", "temoin-dialog-title");
        let _ = root.append_child(&element);
        let state = owner.with(|| {
            RwSignal::new(State {
                ticked: Decision::DENY_ALL,
                choice: None,
                receipt: None,
            })
        });
        let dialog = Self { element, state };
        let shown = dialog.clone();
        mount_to(dialog.element.clone().unchecked_into(), move || {
            dialog_view(&shown, &view, &answer)
        })
        .forget();
        std::mem::forget(owner);
        dialog
    }

    /// Opens it. The boxes say what was chosen; all are off where nothing was.
    pub fn show(&self, choice: Option<StoredChoice>, receipt: Option<ConsentReceipt>) {
        self.state.set(State {
            ticked: choice.map_or(Decision::DENY_ALL, |choice| choice.decision),
            choice,
            receipt: receipt.filter(|_| choice.is_some()),
        });
        if !self.element.open() {
            let _ = self.element.show_modal();
        }
    }

    /// A choice was made, in the dialog or elsewhere. Its receipt comes later.
    pub fn chosen(&self, choice: StoredChoice) {
        self.state.update(|state| {
            state.choice = Some(choice);
            state.receipt = None;
        });
    }

    /// The receipt of the choice came.
    pub fn received(&self, receipt: ConsentReceipt) {
        self.state.update(|state| state.receipt = Some(receipt));
    }
}

type Says = Box<dyn Fn() -> String + Send>;
type Holds = Box<dyn Fn() -> bool + Send>;

/// What a place in the dialog says, for as long as the dialog lives. One type for all of them.
fn says(state: RwSignal<State>, text: impl Fn(&State) -> String + Send + 'static) -> Says {
    Box::new(move || state.with(|state| text(state)))
}

/// Whether something holds, likewise.
fn holds(state: RwSignal<State>, test: impl Fn(&State) -> bool + Send + 'static) -> Holds {
    Box::new(move || state.with(|state| test(state)))
}

fn tick(state: RwSignal<State>, purpose: Purpose, ticked: bool) {
    state.update(|state| {
        let before = state.ticked;
        state.ticked = Decision::from_fn(|other| {
            if other == purpose {
                ticked
            } else {
                before.grants(other)
            }
        });
    });
}

/// The parts are functions, not components: nothing of them has a life of its own, and a
/// component's properties would be copied and cost bytes.
fn dialog_view(dialog: &PreferenceDialog, view: &Json, answer: &OnAnswer) -> AnyView {
    let (element, state) = (dialog.element.clone(), dialog.state);
    let close = element.clone();
    let texts = view.get("texts");
    let (words, banner) = (texts.get("dialog"), texts.get("banner"));
    let button = |action: &'static str, label: String, answer_for: fn(Decision) -> Answer| {
        let (element, answer) = (element.clone(), answer.clone());
        let click = move |event: web_sys::MouseEvent| {
            let ticked = state.with_untracked(|state| state.ticked);
            // Closed first: the focus goes back to what opened it, then the loader moves it on
            // if that is gone.
            element.close();
            answer(answer_for(ticked), event.is_trusted());
        };
        view! {
            <button type="button" class="temoin-answer" data-action=action on:click=click>
                {label}
            </button>
        }
        .into_any()
    };
    let save = |ticked: Decision| {
        let changes = Purpose::OPTIONAL.map(|purpose| (purpose, ticked.get(purpose)));
        Answer::Save(changes.to_vec())
    };
    let withdraw = button("withdraw", words.words("withdraw"), |_| Answer::Withdraw);
    let asked: Vec<Purpose> = view.list("purposes").unwrap_or_default();
    let sections: Vec<AnyView> = Purpose::ALL
        .into_iter()
        .filter(|purpose| !purpose.is_optional() || asked.contains(purpose))
        .map(|purpose| purpose_section(state, view, purpose))
        .collect();
    view! {
        <style>{STYLE}</style>
        <div class="temoin-head">
            <h2 id="temoin-dialog-title">{words.words("title")}</h2>
            <button type="button" data-action="close" on:click=move |_| close.close()>
                {words.words("close")}
            </button>
        </div>
        <div class="temoin-body">
            <p>{view.words("intro")}</p>
            {sections}
            {my_consent(state, view, withdraw)}
        </div>
        <div class="temoin-foot">
            {button("reject_all", banner.words("reject_all"), |_| Answer::RejectAll)}
            {button("accept_all", banner.words("accept_all"), |_| Answer::AcceptAll)}
            {button("save", words.words("save"), save)}
        </div>
    }
    .into_any()
}

/// The choice in force, its dates and its receipt; hidden while there is none.
fn my_consent(state: RwSignal<State>, view: &Json, withdraw: AnyView) -> AnyView {
    let words = view.get("texts").get("dialog");
    let (waiting, here) = (words.words("receipt_waiting"), view.words("language"));
    let there = here.clone();
    let chosen_on = says(state, move |state| {
        let receipt = state.receipt.as_ref().map(|receipt| receipt.time);
        let chosen = receipt.or(state.choice.map(|choice| choice.decided_at));
        chosen.map(|at| intl::date(&here, at)).unwrap_or_default()
    });
    let valid_until = says(state, move |state| {
        let choice = state.choice;
        choice
            .map(|choice| intl::date(&there, choice.expires_at))
            .unwrap_or_default()
    });
    let receipt = says(state, move |state| {
        let receipt = state.receipt.as_ref();
        receipt.map_or_else(|| waiting.clone(), |receipt| receipt.id.to_string())
    });
    let nothing_granted = holds(state, |state| {
        let choice = state.choice;
        choice.is_none_or(|choice| !choice.decision.any_optional(Consent::Granted))
    });
    view! {
        <section class="temoin-mine" prop:hidden=holds(state, |state| state.choice.is_none())>
            <h3>{words.words("your_choice")}</h3>
            <dl>
                <dt>{words.words("chosen_on")}</dt>
                <dd>{chosen_on}</dd>
                <dt>{words.words("valid_until")}</dt>
                <dd>{valid_until}</dd>
                <dt>{words.words("receipt")}</dt>
                <dd data-receipt="">{receipt}</dd>
            </dl>
            <div prop:hidden=nothing_granted>{withdraw}</div>
        </section>
    }
    .into_any()
}

fn purpose_section(state: RwSignal<State>, view: &Json, purpose: Purpose) -> AnyView {
    let texts = view.get("texts");
    let (text, words) = (
        texts.get("purposes").get(purpose.as_str()),
        texts.get("dialog"),
    );
    let name = text.words("name");
    let question = if purpose.is_optional() {
        view! {
            <label class="temoin-question">
                {name}
                <input
                    type="checkbox"
                    name=purpose.as_str()
                    prop:checked=holds(state, move |state| state.ticked.grants(purpose))
                    on:change=move |event| tick(state, purpose, event_target_checked(&event))
                />
            </label>
        }
        .into_any()
    } else {
        // Text, not a box: there is nothing to choose.
        view! {
            <div class="temoin-always">
                <h3>{name}</h3>
                <span>{words.words("always_on")}</span>
            </div>
        }
        .into_any()
    };
    let services: Vec<AnyView> = view
        .each("services")
        .iter()
        .filter(|service| service.member("purpose") == Some(purpose))
        .map(|service| service_entry(view, service))
        .collect();
    let none = services.is_empty();
    let summary = words.words("services") + " (" + &services.len().to_string() + ")";
    view! {
        <section class="temoin-purpose">
            {question} <p>{text.words("description")}</p>
            <details prop:hidden=none>
                <summary>{summary}</summary>
                {services}
            </details>
        </section>
    }
    .into_any()
}

fn service_entry(view: &Json, service: &Json) -> AnyView {
    let words = view.get("texts").get("dialog");
    let locale = view.words("language");
    let cookies: Vec<String> = service
        .each("cookies")
        .iter()
        .map(|cookie| {
            let lifetime = cookie
                .parsed("lifetime")
                .map(|lifetime| intl::lifetime(&locale, lifetime, &words.words("session")));
            cookie.words("name") + " (" + &lifetime.unwrap_or_default() + ")"
        })
        .collect();
    let row = |term: &str, value: String| {
        let hidden = value.is_empty();
        view! {
            <dt prop:hidden=hidden>{words.words(term)}</dt>
            <dd prop:hidden=hidden>{value}</dd>
        }
        .into_any()
    };
    let url = service.text("policy_url");
    view! {
        <div class="temoin-service">
            <strong>{service.words("name")}</strong>
            <p>{service.words("description")}</p>
            <dl>
                {row("recipient", service.words("recipient"))}
                {row("country", intl::country(&locale, &service.words("country")))}
                {row("cookies", cookies.join(", "))}
            </dl>
            <a prop:hidden=url.is_none() href=url.unwrap_or_default() rel="noreferrer">
                {words.words("service_policy")}
            </a>
        </div>
    }
    .into_any()
}
