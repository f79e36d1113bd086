//! Signs in with a token.

use crate::api::{self, Failure};
use crate::browser;
use crate::parts::frame::mark;
use crate::parts::states::failed;
use crate::session::Session;
use crate::words::general;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What came of the last try.
#[derive(Clone, PartialEq, Eq)]
enum Trial {
    NotYet,
    Asking,
    Empty,
    Failed(Failure),
}

/// The page.
pub fn page(session: Session) -> AnyView {
    let token = RwSignal::new(String::new());
    let trial = RwSignal::new(Trial::NotYet);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let token = token.get_untracked().trim().to_owned();
        if token.is_empty() {
            trial.set(Trial::Empty);
            browser::focus("#token");
            return;
        }
        trial.set(Trial::Asking);
        spawn_local(async move {
            match api::accepts(&token).await {
                Ok(()) => session.open(token),
                Err(failure) => {
                    let _ = trial.try_set(Trial::Failed(failure));
                    browser::focus("#token");
                }
            }
        });
    };
    let is_wrong = move || trial.with(|trial| matches!(trial, Trial::Empty | Trial::Failed(_)));
    if let Some(document) = browser::document() {
        document.set_title(&format!(
            "{} · {}",
            general::SIGN_IN.t(),
            general::BRAND.t()
        ));
    }
    view! {
        <div class="sign-in">
            <section class="promise" aria-hidden="true">
                {mark()} <p class="promise-title">{general::PROMISE.t()}</p>
                <p>{general::PROMISE_LEAD.t()}</p>
            </section>
            <section class="card">
                <h1 tabindex="-1">{general::SIGN_IN.t()}</h1>
                <p class="lead">{general::SIGN_IN_LEAD.t()}</p>
                {move || {
                    session
                        .has_ended()
                        .then(|| {
                            view! {
                                <div class="note warn" role="alert">
                                    <p>{general::SESSION_ENDED.t()}</p>
                                </div>
                            }
                        })
                }}
                <form on:submit=submit novalidate>
                    <div class="field" class:wrong=is_wrong>
                        <label for="token">{general::TOKEN.t()}</label>
                        <p class="hint" id="token-hint">
                            {general::TOKEN_HINT.t()}
                        </p>
                        <input
                            type="password"
                            id="token"
                            autocomplete="off"
                            spellcheck="false"
                            aria-describedby="token-hint token-error"
                            aria-invalid=move || is_wrong().then_some("true")
                            on:input=move |event| token.set(event_target_value(&event))
                        />
                        <div class="field-errors" id="token-error" role="alert">
                            {move || said(&trial.get())}
                        </div>
                    </div>
                    <button class="button main" disabled=move || trial.get() == Trial::Asking>
                        {move || {
                            if trial.get() == Trial::Asking {
                                general::SIGNING_IN.t()
                            } else {
                                general::SIGN_IN_BUTTON.t()
                            }
                        }}
                    </button>
                </form>
            </section>
        </div>
    }
    .into_any()
}

fn said(trial: &Trial) -> Option<AnyView> {
    let word = match trial {
        Trial::NotYet | Trial::Asking => return None,
        Trial::Empty => general::TOKEN_EMPTY,
        Trial::Failed(failure) => match failure.kind() {
            "wrong-token" | "missing-token" => general::TOKEN_WRONG,
            "forbidden" => general::TOKEN_OTHER,
            _ => return Some(failed(failure)),
        },
    };
    Some(view! { <p>{word.t()}</p> }.into_any())
}
