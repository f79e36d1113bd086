//! The languages of the notice: a list whose first is the default.

use super::document::{set, texts};
use super::draft::{Draft, id_of};
use crate::browser::{self, dates};
use crate::parts::field::error_list;
use crate::words::configuration as words;
use consent_core::locale;
use leptos::prelude::*;

const PATH: &str = "languages";

/// The list, with what adds to it.
pub fn section(draft: Draft) -> AnyView {
    (move || {
        draft.shape.track();
        list(draft)
    })
    .into_any()
}

fn list(draft: Draft) -> AnyView {
    let chosen = draft
        .document()
        .map(|document| texts(&document, PATH))
        .unwrap_or_default();
    let entries: Vec<_> = chosen
        .iter()
        .enumerate()
        .map(|(at, tag)| entry(draft, at, tag))
        .collect();
    let free = locale::available().filter(|tag| !chosen.iter().any(|chosen| chosen == tag));
    let mut free: Vec<(String, &str)> = free.map(|tag| (dates::language_name(tag), tag)).collect();
    free.sort();
    let options = free
        .into_iter()
        .map(|(name, tag)| view! { <option value=tag>{name}</option> });
    let id = id_of(PATH);
    let (add, hint) = (id.clone(), format!("{id}-hint"));
    let add_one = move |tag: String| {
        if !tag.is_empty() {
            draft.reshape(|document| {
                let mut all = texts(document, PATH);
                all.push(tag);
                set(document, PATH, Some(all.into()));
            });
            browser::focus(&format!("#{}", id_of(PATH)));
        }
    };
    view! {
        <div class="field">
            <p class="label" id=format!("{id}-label")>
                {words::LANGUAGES.t()}
            </p>
            <p class="hint" id=hint>
                {words::LANGUAGES_HINT.t()}
            </p>
            <ol class="chips" aria-labelledby=format!("{id}-label")>
                {entries}
            </ol>
            <label class="visually-hidden" for=id>
                {words::ADD_LANGUAGE.t()}
            </label>
            <select
                id=add
                aria-describedby=format!("{}-error", id_of(PATH))
                on:change=move |event| add_one(event_target_value(&event))
            >
                <option value="">{words::ADD_LANGUAGE.t()}</option>
                {options.collect::<Vec<_>>()}
            </select>
            {error_list(format!("{}-error", id_of(PATH)), draft.errors_of(PATH), Some("en"))}
        </div>
    }
    .into_any()
}

fn entry(draft: Draft, at: usize, tag: &str) -> AnyView {
    let name = dates::language_name(tag);
    let removal = words::REMOVE_WHICH.with(&[("name", &name)]);
    let promotion = words::MAKE_DEFAULT.with(&[("name", &name)]);
    let change = move |change: fn(&mut Vec<String>, usize)| {
        draft.reshape(|document| {
            let mut all = texts(document, PATH);
            if at < all.len() {
                change(&mut all, at);
            }
            set(document, PATH, Some(all.into()));
        });
        browser::focus(&format!("#{}", id_of(PATH)));
    };
    let first = if at == 0 {
        view! { <span class="tag plain">{words::DEFAULT.t()}</span> }.into_any()
    } else {
        view! {
            <button
                type="button"
                class="button tiny"
                aria-label=promotion.clone()
                title=promotion
                on:click=move |_| {
                    change(|all, at| {
                        let tag = all.remove(at);
                        all.insert(0, tag);
                    });
                }
            >
                "↑"
            </button>
        }
        .into_any()
    };
    view! {
        <li>
            <span>{name}</span>
            {first}
            <button
                type="button"
                class="button tiny"
                aria-label=removal.clone()
                title=removal
                on:click=move |_| {
                    change(|all, at| {
                        all.remove(at);
                    });
                }
            >
                "×"
            </button>
        </li>
    }
    .into_any()
}
