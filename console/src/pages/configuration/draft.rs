//! What is being written: the text, and what the server has said is wrong with it.

use super::document;
use consent_core::field::FieldError;
use leptos::prelude::*;
use serde_json::Value;

/// A configuration that is not published yet.
#[derive(Clone, Copy)]
pub struct Draft {
    /// The text that would be published.
    pub text: RwSignal<String>,
    /// What is wrong with it, as the server said last.
    pub errors: RwSignal<Vec<FieldError>>,
    /// Grows when lists change that the form shows item by item.
    pub shape: RwSignal<u32>,
}

impl Draft {
    /// A draft that begins with this text.
    pub fn new(text: String) -> Self {
        Self {
            text: RwSignal::new(text),
            errors: RwSignal::new(Vec::new()),
            shape: RwSignal::new(0),
        }
    }

    /// The text as a document; nothing where it is no JSON object. The form does not follow it: it is what is written there.
    pub fn document(self) -> Option<Value> {
        let read = |text: &String| serde_json::from_str(text.trim_start_matches('\u{feff}')).ok();
        let document: Option<Value> = self.text.with_untracked(read);
        document.filter(Value::is_object)
    }

    /// Changes the document, and writes the text anew.
    pub fn change(self, change: impl FnOnce(&mut Value)) {
        if let Some(mut document) = self.document() {
            change(&mut document);
            self.text.set(document::pretty(&document));
        }
    }

    /// Sets a field, or takes it out.
    pub fn set(self, path: &str, value: Option<Value>) {
        self.change(|document| document::set(document, path, value));
    }

    /// Changes a list that the form shows item by item.
    pub fn reshape(self, change: impl FnOnce(&mut Value)) {
        self.change(change);
        // What the server said names positions that may be others now.
        self.errors.set(Vec::new());
        self.shape.update(|shape| *shape += 1);
    }

    /// What is wrong with a field, or with something inside it.
    pub fn errors_of(self, path: &str) -> Signal<Vec<String>> {
        let path = path.to_owned();
        Signal::derive(move || {
            self.errors.with(|errors| {
                let of_field = errors.iter().filter(|error| is_within(&error.field, &path));
                of_field.map(|error| error.message.clone()).collect()
            })
        })
    }
}

/// Whether a field is `path`, or inside it.
pub fn is_within(field: &str, path: &str) -> bool {
    field
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

/// The id of the control of a field.
pub fn id_of(path: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
    format!("field-{}", path.chars().map(plain).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_belongs_to_the_field_that_it_is_in() {
        assert!(is_within(
            "services[1].cookies[0].name",
            "services[1].cookies"
        ));
        assert!(is_within("policy.url", "policy.url"));
        assert!(!is_within("policy_url", "policy"));
        assert!(!is_within("services[10].id", "services[1]"));
    }

    #[test]
    fn an_id_has_letters_digits_and_dashes() {
        assert_eq!(id_of("services[1].id"), "field-services-1--id");
    }
}
