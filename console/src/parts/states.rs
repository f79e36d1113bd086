//! What stands in where there is nothing to show yet, nothing at all, or an error.

use crate::api::{Failure, Load};
use crate::words::{Word, failures, general};
use consent_core::problem::Problem;
use leptos::prelude::*;

/// Shows something once it is there; until then that it loads, and why where it will not come.
pub fn loaded<T: Clone + Send + Sync + 'static>(
    load: RwSignal<Load<T>>,
    show: impl Fn(T) -> AnyView + Send + 'static,
) -> AnyView {
    (move || match load.get() {
        Load::Waiting => waiting(),
        Load::Ready(value) => show(value),
        Load::Failed(failure) => failed(&failure),
    })
    .into_any()
}

/// That something loads.
pub fn waiting() -> AnyView {
    view! {
        <div class="skeleton" role="status">
            <span class="visually-hidden">{general::LOADING.t()}</span>
            <i></i>
            <i></i>
            <i></i>
        </div>
    }
    .into_any()
}

/// Why something will not come, and what to do.
pub fn failed(failure: &Failure) -> AnyView {
    let (title, lead, said) = match failure {
        Failure::Silent => (failures::SILENT, Some(failures::SILENT_LEAD), None),
        Failure::Unreadable => (failures::UNREADABLE, Some(failures::UNREADABLE_LEAD), None),
        Failure::Refused(problem) => {
            let (title, lead) = failures::of(failure.kind());
            (title, lead, said(problem, lead.is_some()))
        }
    };
    view! {
        <div class="note bad" role="alert">
            <p class="note-title">{title.t()}</p>
            {lead.map(|lead| view! { <p>{lead.t()}</p> })}
            {said}
        </div>
    }
    .into_any()
}

/// The server's own words, which are English, where ours do not say all.
fn said(problem: &Problem, is_explained: bool) -> Option<AnyView> {
    if is_explained && problem.errors.is_empty() {
        return None;
    }
    let errors = problem.errors.clone().into_iter().map(|error| {
        view! {
            <li>
                <code>{error.field}</code>
                " "
                {error.message}
            </li>
        }
    });
    let list = (!problem.errors.is_empty())
        .then(|| view! { <ul lang="en">{errors.collect::<Vec<_>>()}</ul> });
    let detail = problem.errors.is_empty().then(|| problem.detail.clone());
    let view = view! {
        <p class="soft">{failures::SERVER_SAYS.t()} " " <span lang="en">{detail}</span></p>
        {list}
    };
    Some(view.into_any())
}

/// That there is nothing, and what to do about it.
pub fn empty(title: Word, lead: Word) -> AnyView {
    view! {
        <div class="empty">
            <svg viewBox="0 0 48 48" aria-hidden="true" focusable="false">
                <circle cx="24" cy="10" r="5" />
                <circle cx="12" cy="36" r="5" />
                <circle cx="36" cy="36" r="5" />
                <path d="M21.5 14.5 14 31.5M26.5 14.5 34 31.5" />
            </svg>
            <p class="note-title">{title.t()}</p>
            <p>{lead.t()}</p>
        </div>
    }
    .into_any()
}

/// Something to know, good or not.
pub fn note(tone: &'static str, title: String, lead: String) -> AnyView {
    view! {
        <div class=format!("note {tone}")>
            <p class="note-title">{title}</p>
            <p>{lead}</p>
        </div>
    }
    .into_any()
}
