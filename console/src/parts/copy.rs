//! A text to copy, with the button that does it.

use crate::browser;
use crate::words::{Word, general, site};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What came of the last press.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Copied {
    NotYet,
    Done,
    Failed,
}

/// A text to paste elsewhere, as it is, with a button that copies it; `name` says to assistive tools which.
pub fn snippet(name: Word, text: String) -> AnyView {
    let copied = RwSignal::new(Copied::NotYet);
    let shown = text.clone();
    let copy = move |_| {
        let text = text.clone();
        spawn_local(async move {
            let done = browser::copy(&text).await;
            let _ = copied.try_set(if done { Copied::Done } else { Copied::Failed });
        });
    };
    let label = site::COPY_WHAT.with(&[("what", name.t())]);
    view! {
        <div class="snippet">
            <pre>
                <code>{shown}</code>
            </pre>
            <button type="button" class="button small" aria-label=label on:click=copy>
                {general::COPY.t()}
            </button>
            <p class="copied" role="status">
                {move || match copied.get() {
                    Copied::NotYet => "",
                    Copied::Done => general::COPIED.t(),
                    Copied::Failed => general::COPY_FAILED.t(),
                }}
            </p>
        </div>
    }
    .into_any()
}
