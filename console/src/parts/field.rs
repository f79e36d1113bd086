//! Fields of forms: a label, a hint, the error in place.

use crate::words::Word;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

/// A field around a control. The control takes the id, and is described by what stands with it.
pub struct Field {
    /// The control's id; no two fields of a page share it.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// What to write, where it does not go without saying.
    pub hint: Option<String>,
    /// What is wrong with it.
    pub errors: Signal<Vec<String>>,
    /// The language of those errors, where it is another one than the page's.
    pub errors_lang: Option<&'static str>,
}

impl Field {
    /// A field without hint and error.
    pub fn new(id: impl Into<String>, label: Word) -> Self {
        Self {
            id: id.into(),
            label: label.t().to_owned(),
            hint: None,
            errors: Signal::stored(Vec::new()),
            errors_lang: None,
        }
    }

    /// With a hint.
    #[must_use]
    pub fn hint(mut self, hint: Word) -> Self {
        self.hint = Some(hint.t().to_owned());
        self
    }

    /// With what is wrong with it.
    #[must_use]
    pub fn errors(mut self, errors: Signal<Vec<String>>) -> Self {
        self.errors = errors;
        self
    }

    /// With what the server says is wrong with it, in English.
    #[must_use]
    pub fn server_errors(mut self, errors: Signal<Vec<String>>) -> Self {
        self.errors_lang = Some("en");
        self.errors(errors)
    }

    fn described_by(&self) -> String {
        format!("{0}-hint {0}-error", self.id)
    }

    /// The field, with its control.
    fn around(self, control: AnyView) -> AnyView {
        let Self {
            id,
            label,
            hint,
            errors,
            errors_lang,
        } = self;
        let hint_id = format!("{id}-hint");
        view! {
            <div class="field" class:wrong=move || errors.with(|errors| !errors.is_empty())>
                <label for=id.clone()>{label}</label>
                <p class="hint" id=hint_id>{hint}</p>
                {control}
                {error_list(format!("{id}-error"), errors, errors_lang)}
            </div>
        }
        .into_any()
    }

    /// A line of text.
    pub fn text(
        self,
        kind: &'static str,
        value: String,
        on_input: impl Fn(String) + 'static,
    ) -> AnyView {
        let errors = self.errors;
        let control = view! {
            <input
                type=kind
                id=self.id.clone()
                aria-describedby=self.described_by()
                aria-invalid=move || errors.with(|errors| (!errors.is_empty()).then_some("true"))
                autocomplete="off"
                spellcheck="false"
                prop:value=value
                on:input=move |event| on_input(event_target_value(&event))
            />
        };
        self.around(control.into_any())
    }

    /// Lines of text.
    pub fn lines(self, rows: u8, value: String, on_input: impl Fn(String) + 'static) -> AnyView {
        let errors = self.errors;
        let control = view! {
            <textarea
                id=self.id.clone()
                rows=rows
                aria-describedby=self.described_by()
                aria-invalid=move || errors.with(|errors| (!errors.is_empty()).then_some("true"))
                spellcheck="false"
                prop:value=value
                on:input=move |event| on_input(event_target_value(&event))
            ></textarea>
        };
        self.around(control.into_any())
    }

    /// One of some values, each with its name.
    pub fn choice(
        self,
        options: Vec<(String, String)>,
        value: &str,
        on_change: impl Fn(String) + 'static,
    ) -> AnyView {
        let errors = self.errors;
        let value = value.to_owned();
        let options = options.into_iter().map(|(name, text)| {
            let selected = name == value;
            view! { <option value=name selected=selected>{text}</option> }
        });
        let control = view! {
            <select
                id=self.id.clone()
                aria-describedby=self.described_by()
                aria-invalid=move || errors.with(|errors| (!errors.is_empty()).then_some("true"))
                on:change=move |event| on_change(event_target_value(&event))
            >
                {options.collect::<Vec<_>>()}
            </select>
        };
        self.around(control.into_any())
    }
}

/// What is wrong.
pub fn error_list(id: String, errors: Signal<Vec<String>>, lang: Option<&'static str>) -> AnyView {
    view! {
        <div class="field-errors" id=id lang=lang>
            {move || {
                errors.get().into_iter().map(|error| view! { <p>{error}</p> }).collect::<Vec<_>>()
            }}
        </div>
    }
    .into_any()
}

/// A box to tick.
pub fn tick(
    id: String,
    label: String,
    checked: bool,
    on_change: impl Fn(bool) + 'static,
) -> AnyView {
    view! {
        <div class="tick">
            <input
                type="checkbox"
                id=id.clone()
                prop:checked=checked
                on:change=move |event| on_change(event_target_checked(&event))
            />
            <label for=id>{label}</label>
        </div>
    }
    .into_any()
}

/// The value of a control that has this id, as it stands in the page.
pub fn value_of(id: &str) -> String {
    let element = crate::browser::document().and_then(|document| document.get_element_by_id(id));
    let Some(element) = element else {
        return String::new();
    };
    if let Some(input) = element.dyn_ref::<HtmlInputElement>() {
        return input.value();
    }
    if let Some(select) = element.dyn_ref::<HtmlSelectElement>() {
        return select.value();
    }
    element
        .dyn_ref::<HtmlTextAreaElement>()
        .map(HtmlTextAreaElement::value)
        .unwrap_or_default()
}
