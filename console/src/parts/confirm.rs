//! A button that asks once more before it does what cannot be undone.

use crate::words::{Word, general};
use leptos::prelude::*;

/// What is said of it.
#[derive(Clone, Copy)]
pub struct Asked {
    /// What the button does.
    pub action: Word,
    /// Whether that is really wanted.
    pub sure: Word,
    /// That it is.
    pub confirm: Word,
}

/// The button, which `label` names for assistive tools, and what it asks. Stands among other buttons.
pub fn confirmed(asked: Asked, label: String, act: impl Fn() + Clone + Send + 'static) -> AnyView {
    let asking = RwSignal::new(false);
    (move || {
        if asking.get() {
            let act = act.clone();
            view! {
                <span>{asked.sure.t()}</span>
                <button type="button" class="button small main" on:click=move |_| act()>
                    {asked.confirm.t()}
                </button>
                <button
                    type="button"
                    class="button small quiet"
                    on:click=move |_| asking.set(false)
                >
                    {general::CANCEL.t()}
                </button>
            }
            .into_any()
        } else {
            view! {
                <button
                    type="button"
                    class="button small"
                    aria-label=label.clone()
                    on:click=move |_| asking.set(true)
                >
                    {asked.action.t()}
                </button>
            }
            .into_any()
        }
    })
    .into_any()
}
