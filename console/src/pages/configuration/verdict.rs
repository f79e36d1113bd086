//! What the server says of a draft: what is wrong, or what the owner should know.

use super::draft::id_of;
use crate::browser;
use crate::words::{configuration as words, counted};
use consent_core::field::FieldError;
use leptos::prelude::*;

/// The list of errors, which gets the focus.
pub const ERRORS: &str = "errors";

/// Everything that is wrong, each with the way to its field.
pub fn errors(errors: &[FieldError]) -> AnyView {
    let count = u64::try_from(errors.len()).unwrap_or(u64::MAX);
    let entries = errors.iter().map(|error| {
        let field = error.field.clone();
        let go = move |_| focus_field(&field);
        view! {
            <li>
                <button type="button" class="link" on:click=go>
                    <code>{error.field.clone()}</code>
                </button>
                " "
                <span lang="en">{error.message.clone()}</span>
            </li>
        }
    });
    view! {
        <div class="note bad" id=ERRORS tabindex="-1">
            <p class="note-title">{counted(count, words::ERRORS_ONE, words::ERRORS_MANY)}</p>
            <ul>{entries.collect::<Vec<_>>()}</ul>
        </div>
    }
    .into_any()
}

/// Moves the focus to the control of a field or, where the form has none, to that of what it is in, or to the text.
fn focus_field(field: &str) {
    let mut path = field;
    loop {
        let id = id_of(path);
        let found = browser::document().and_then(|document| document.get_element_by_id(&id));
        if found.is_some() {
            browser::focus(&format!("#{id}"));
            return;
        }
        let Some(at) = path.rfind(['.', '[']) else {
            browser::focus("#configuration-text");
            return;
        };
        path = path.get(..at).unwrap_or_default();
    }
}

/// What the owner should know, with the reason and its source.
pub fn findings(findings: &[FieldError]) -> AnyView {
    if findings.is_empty() {
        return ().into_any();
    }
    let entries = findings.iter().map(|finding| {
        let why = words::why(&finding.field);
        let source = why.and_then(|(_, source)| source);
        view! {
            <li>
                <code>{finding.field.clone()}</code>
                " "
                <span lang="en">{finding.message.clone()}</span>
                {why.map(|(why, _)| view! { <p>{why.t()}</p> })}
                {source
                    .map(|(name, address)| {
                        view! {
                            <p class="soft">
                                {words::SOURCE.t()} " · "
                                <a href=address rel="noreferrer">
                                    {name.t()}
                                </a>
                            </p>
                        }
                    })}
            </li>
        }
    });
    view! {
        <div class="note warn">
            <p class="note-title">{words::FINDINGS.t()}</p>
            <p>{words::FINDINGS_LEAD.t()}</p>
            <ul class="findings">{entries.collect::<Vec<_>>()}</ul>
        </div>
    }
    .into_any()
}
