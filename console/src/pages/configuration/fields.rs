//! Fields of the form, each at its path in the document.

use super::document::{text, texts};
use super::draft::{Draft, id_of};
use crate::parts::field::Field;
use crate::words::Word;
use leptos::prelude::*;
use serde_json::Value;

/// The field of a text at a path.
pub fn text_field(
    draft: Draft,
    document: &Value,
    path: &str,
    label: Word,
    hint: Option<Word>,
) -> AnyView {
    let mut field = Field::new(id_of(path), label).server_errors(draft.errors_of(path));
    if let Some(hint) = hint {
        field = field.hint(hint);
    }
    let value = text(document, path);
    let path = path.to_owned();
    field.text("text", value, move |value| {
        draft.set(&path, Some(value.into()));
    })
}

/// The same, for a field that may be left out.
pub fn optional_field(
    draft: Draft,
    document: &Value,
    path: &str,
    label: Word,
    hint: Option<Word>,
) -> AnyView {
    let mut field = Field::new(id_of(path), label).server_errors(draft.errors_of(path));
    if let Some(hint) = hint {
        field = field.hint(hint);
    }
    let value = text(document, path);
    let path = path.to_owned();
    field.text("text", value, move |value| {
        draft.set(&path, (!value.is_empty()).then(|| value.into()));
    })
}

/// The field of a list of texts, one a line.
pub fn lines_field(draft: Draft, document: &Value, path: &str, label: Word, hint: Word) -> AnyView {
    let field = Field::new(id_of(path), label)
        .hint(hint)
        .server_errors(draft.errors_of(path));
    let value = texts(document, path).join("\n");
    let path = path.to_owned();
    field.lines(2, value, move |value| {
        let lines = value.lines().map(str::trim).filter(|line| !line.is_empty());
        draft.set(&path, Some(lines.collect::<Vec<_>>().into()));
    })
}

/// The field of one of some values.
pub fn choice_field(
    draft: Draft,
    document: &Value,
    path: &str,
    label: Word,
    options: Vec<(String, String)>,
) -> AnyView {
    let field = Field::new(id_of(path), label).server_errors(draft.errors_of(path));
    let value = text(document, path);
    let path = path.to_owned();
    field.choice(options, &value, move |value| {
        draft.set(&path, (!value.is_empty()).then(|| value.into()));
    })
}
