//! The main fields of a configuration, as a form.

use super::document::{get, text, texts};
use super::draft::{Draft, id_of};
use super::fields::{choice_field, lines_field, text_field};
use super::{languages, services};
use crate::parts::field::{Field, tick};
use crate::words::{Word, configuration as words, record};
use consent_core::Purpose;
use consent_core::jurisdiction::Jurisdiction;
use leptos::prelude::*;
use serde_json::{Value, json};

/// The form of a draft.
pub fn form(draft: Draft) -> AnyView {
    let Some(document) = draft.document() else {
        return ().into_any();
    };
    view! {
        {group(words::SITE, None, the_site(draft, &document))}
        {group(words::ANSWERS_FOR_IT, None, who(draft, &document))}
        {group(words::PURPOSES, Some(words::PURPOSES_HINT), purposes(draft, &document))}
        {services::section(draft)}
        {group(words::BEHAVIOUR, None, behaviour(draft, &document))}
    }
    .into_any()
}

/// A part of the form, with its heading.
fn group(title: Word, hint: Option<Word>, inside: AnyView) -> AnyView {
    view! {
        <fieldset class="card">
            <legend>{title.t()}</legend>
            {hint.map(|hint| view! { <p class="soft">{hint.t()}</p> })}
            {inside}
        </fieldset>
    }
    .into_any()
}

fn the_site(draft: Draft, document: &Value) -> AnyView {
    let mut laws: Vec<(String, String)> = Vec::new();
    for &law in Jurisdiction::ALL {
        let name = record::law(law).t();
        // By name, in the language of the page; put in place one by one, which is less code than a sort of this type.
        let at = laws.partition_point(|(_, before)| before.as_str() < name);
        laws.insert(at, (law.as_str().to_owned(), name.to_owned()));
    }
    let minors = get(document, "minors") == Some(&Value::Bool(true));
    view! {
        {text_field(draft, document, "name", words::NAME, Some(words::NAME_HINT))}
        {lines_field(draft, document, "origins", words::ORIGINS, words::ORIGINS_HINT)}
        {languages::section(draft)}
        {choice_field(draft, document, "jurisdiction", words::LAW, laws)}
        {tick(
            id_of("minors"),
            words::MINORS.t().to_owned(),
            minors,
            move |yes| draft.set("minors", yes.then_some(true.into())),
        )}
    }
    .into_any()
}

fn who(draft: Draft, document: &Value) -> AnyView {
    let field = |path, label, hint| text_field(draft, document, path, label, hint);
    view! {
        <div class="grid">
            {field("controller.name", words::CONTROLLER, Some(words::CONTROLLER_HINT))}
            {field("controller.person_in_charge", words::PERSON, Some(words::PERSON_HINT))}
            {field("controller.contact", words::CONTACT, None)}
            {field("policy.url", words::POLICY_URL, Some(words::POLICY_URL_HINT))}
            {field("policy.version", words::POLICY_VERSION, Some(words::POLICY_VERSION_HINT))}
        </div>
    }
    .into_any()
}

fn purposes(draft: Draft, document: &Value) -> AnyView {
    let asked = texts(document, "purposes");
    let boxes = Purpose::OPTIONAL.map(|purpose| {
        let name = purpose.as_str();
        let label = match purpose {
            Purpose::Necessary | Purpose::Preferences => words::PREFERENCES,
            Purpose::Statistics => words::STATISTICS,
            Purpose::Marketing => words::MARKETING,
        };
        let is_asked = asked.iter().any(|asked| asked == name);
        tick(
            id_of(&format!("purposes.{name}")),
            label.t().to_owned(),
            is_asked,
            move |yes| {
                draft.change(|document| {
                    let mut asked = texts(document, "purposes");
                    asked.retain(|asked| asked != name);
                    if yes {
                        asked.push(name.to_owned());
                    }
                    super::document::set(document, "purposes", Some(asked.into()));
                });
            },
        )
    });
    let id = format!("{}-error", id_of("purposes"));
    view! {
        <div>{boxes.into_iter().collect::<Vec<_>>()}</div>
        {crate::parts::field::error_list(id, draft.errors_of("purposes"), Some("en"))}
    }
    .into_any()
}

fn behaviour(draft: Draft, document: &Value) -> AnyView {
    let option = |name: &str, word: Word| (name.to_owned(), word.t().to_owned());
    let blocking = vec![
        option("marked", words::MARKED),
        option("automatic", words::AUTOMATIC),
    ];
    let google = vec![
        option("", words::OFF),
        option("basic", words::BASIC),
        option("advanced", words::ADVANCED),
    ];
    let mode = match get(document, "signals.google") {
        Some(Value::Object(_)) => match text(document, "signals.google.mode") {
            mode if mode.is_empty() => "basic".to_owned(),
            mode => mode,
        },
        _ => String::new(),
    };
    let has_button = get(document, "reopen_button") != Some(&Value::Bool(false));
    let months = "reask_after_months";
    view! {
        <div class="grid">
            {choice_field(draft, document, "blocking", words::BLOCKING, blocking)}
            {Field::new(id_of("signals.google.mode"), words::GOOGLE)
                .server_errors(draft.errors_of("signals.google"))
                .choice(
                    google,
                    &mode,
                    move |mode| match &*mode {
                        "" => draft.set("signals.google", None),
                        mode => draft.set("signals.google.mode", Some(json!(mode))),
                    },
                )}
            {Field::new(id_of(months), words::REASK)
                .hint(words::REASK_HINT)
                .server_errors(draft.errors_of(months))
                .text(
                    "text",
                    text(document, months),
                    move |value| {
                        let value = value.trim();
                        let number = value.parse::<u16>().map_or_else(|_| json!(value), Value::from);
                        draft.set(months, (!value.is_empty()).then_some(number));
                    },
                )}
        </div>
        {tick(
            id_of("reopen_button"),
            words::REOPEN.t().to_owned(),
            has_button,
            move |yes| draft.set("reopen_button", (!yes).then_some(false.into())),
        )}
    }
    .into_any()
}
