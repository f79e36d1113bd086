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
    one_line(draft, document, (path, label, hint), Some)
}

/// The same, for a field that may be left out.
pub fn optional_field(
    draft: Draft,
    document: &Value,
    path: &str,
    label: Word,
    hint: Option<Word>,
) -> AnyView {
    let kept = |value: String| (!value.is_empty()).then_some(value);
    one_line(draft, document, (path, label, hint), kept)
}

/// A text on one line; `kept` says what of it the document keeps.
fn one_line(
    draft: Draft,
    document: &Value,
    (path, label, hint): (&str, Word, Option<Word>),
    kept: fn(String) -> Option<String>,
) -> AnyView {
    let mut field = Field::new(id_of(path), label).server_errors(draft.errors_of(path));
    if let Some(hint) = hint {
        field = field.hint(hint);
    }
    let value = text(document, path);
    let path = path.to_owned();
    field.text("text", value, move |value| {
        draft.set(&path, kept(value).map(Into::into));
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
