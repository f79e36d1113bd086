//! The services of a site: one card each.

use super::document::{get, push, set, text, texts};
use super::draft::{Draft, id_of, is_within};
use super::fields::{choice_field, lines_field, optional_field, text_field};
use crate::browser::{self, dates};
use crate::parts::field::Field;
use crate::words::{Word, configuration as words, record};
use consent_core::Purpose;
use leptos::prelude::*;
use serde_json::{Value, json};

const PATH: &str = "services";

/// The services, and what adds one.
pub fn section(draft: Draft) -> AnyView {
    let opened = RwSignal::new(None::<usize>);
    let add = move |_| {
        let count = count(draft);
        draft.reshape(|document| {
            let service = json!({ "id": "", "name": "", "purpose": "statistics", "recipient": "", "country": "", "description": {} });
            push(document, PATH, service);
        });
        opened.set(Some(count));
        browser::focus(&format!("#{}", id_of(&format!("{PATH}[{count}].name"))));
    };
    view! {
        <fieldset class="card">
            <legend>{words::SERVICES.t()}</legend>
            <p class="soft">{words::SERVICES_HINT.t()}</p>
            {move || {
                draft.shape.track();
                cards(draft, opened.get())
            }}
            <div class="buttons">
                <button type="button" class="button" on:click=add>
                    {words::ADD_SERVICE.t()}
                </button>
            </div>
        </fieldset>
    }
    .into_any()
}

fn count(draft: Draft) -> usize {
    let document = draft.document();
    let services = document.as_ref().and_then(|it| get(it, PATH)?.as_array());
    services.map_or(0, Vec::len)
}

fn cards(draft: Draft, opened: Option<usize>) -> AnyView {
    let Some(document) = draft.document() else {
        return ().into_any();
    };
    let count = count(draft);
    if count == 0 {
        return view! { <p class="soft">{words::NO_SERVICE.t()}</p> }.into_any();
    }
    (0..count)
        .map(|at| card(draft, &document, at, opened == Some(at)))
        .collect::<Vec<_>>()
        .into_any()
}

fn card(draft: Draft, document: &Value, at: usize, is_opened: bool) -> AnyView {
    let path = format!("{PATH}[{at}]");
    let inside = |name: &str| format!("{path}.{name}");
    let name = match text(document, &inside("name")) {
        name if name.is_empty() => words::UNNAMED.t().to_owned(),
        name => name,
    };
    let purpose = text(document, &inside("purpose"));
    let purposes: Vec<(String, String)> = Purpose::ALL
        .iter()
        .map(|purpose| {
            let word = record::purpose(*purpose).t();
            (purpose.as_str().to_owned(), word.to_owned())
        })
        .collect();
    let said = purposes.iter().find(|(name, _)| *name == purpose);
    let said = said.map(|(_, word)| word.clone());
    let descriptions: Vec<_> = texts(document, "languages")
        .iter()
        .map(|tag| description(draft, document, &path, tag))
        .collect();
    let whole = path.clone();
    let is_wrong = move || {
        draft.errors.with(|errors| {
            let mut fields = errors.iter().map(|error| &error.field);
            fields.any(|field| is_within(field, &whole))
        })
    };
    let is_open = {
        let is_wrong = is_wrong.clone();
        move || is_opened || is_wrong()
    };
    let removal = words::REMOVE_WHICH.with(&[("name", &name)]);
    let removed = path.clone();
    let field = |path: &str, label, hint| text_field(draft, document, &inside(path), label, hint);
    let optional =
        |path: &str, label, hint| optional_field(draft, document, &inside(path), label, hint);
    view! {
        <details class="service" open=is_open class:wrong=is_wrong>
            <summary>
                <strong>{name}</strong>
                <span class="soft">{said}</span>
            </summary>
            <div class="grid">
                {field("name", words::SERVICE_NAME, None)}
                {field("id", words::ID, Some(words::ID_HINT))}
                {choice_field(draft, document, &inside("purpose"), words::PURPOSE, purposes)}
                {field("recipient", words::RECIPIENT, None)}
                {field("country", words::COUNTRY, Some(words::COUNTRY_HINT))}
                {optional("policy_url", words::SERVICE_POLICY, None)}
            </div>
            {descriptions}
            <div class="grid">
                {cookies(draft, document, &inside("cookies"))}
                {lines_field(draft, document, &inside("hosts"), words::HOSTS, words::HOSTS_HINT)}
            </div>
            {choice_field(
                draft,
                document,
                &inside("safeguard"),
                words::SAFEGUARD,
                safeguards(),
            )}
            <div class="buttons">
                <button
                    type="button"
                    class="button small"
                    aria-label=removal
                    on:click=move |_| draft.reshape(|document| set(document, &removed, None))
                >
                    {words::REMOVE.t()}
                </button>
            </div>
        </details>
    }
    .into_any()
}

fn safeguards() -> Vec<(String, String)> {
    let option = |name: &str, word: Word| (name.to_owned(), word.t().to_owned());
    vec![
        option("", words::NOT_SAID),
        option("adequacy", words::ADEQUACY),
        option("standard_clauses", words::CLAUSES),
        option("assessment", words::ASSESSMENT),
        option("privacy_framework", words::FRAMEWORK),
        option("binding_rules", words::BINDING_RULES),
        option("code_of_conduct", words::CONDUCT),
        option("certification", words::CERTIFICATION),
        option("transfer_agreement", words::TRANSFER_AGREEMENT),
        option("derogation", words::DEROGATION),
    ]
}

/// What a service does, in one language.
fn description(draft: Draft, document: &Value, path: &str, tag: &str) -> AnyView {
    let path = format!("{path}.description.{tag}");
    let language = dates::language_name(tag);
    let mut field = Field::new(id_of(&path), words::SERVICE_NAME);
    field.label = words::DESCRIPTION.with(&[("language", &language)]);
    let value = text(document, &path);
    let errors = draft.errors_of(&path);
    field.server_errors(errors).lines(2, value, move |value| {
        draft.set(&path, Some(value.into()));
    })
}

/// The cookies, one a line: its name, a space, how long it stays.
fn cookies(draft: Draft, document: &Value, path: &str) -> AnyView {
    let listed = get(document, path).and_then(Value::as_array);
    let lines = listed.into_iter().flatten().map(|cookie| {
        let (name, lifetime) = (text(cookie, "name"), text(cookie, "lifetime"));
        format!("{name} {lifetime}")
    });
    let value = lines.collect::<Vec<_>>().join("\n");
    let field = Field::new(id_of(path), words::COOKIES)
        .hint(words::COOKIES_HINT)
        .server_errors(draft.errors_of(path));
    let path = path.to_owned();
    field.lines(3, value, move |value| {
        let cookies = value.lines().filter_map(|line| {
            let mut words = line.split_whitespace();
            let name = words.next()?;
            Some(json!({ "name": name, "lifetime": words.next().unwrap_or_default() }))
        });
        draft.set(&path, Some(cookies.collect()));
    })
}
