//! Facts: a term and what is said of it.

use leptos::prelude::*;

/// A term with its value.
pub fn fact(term: &'static str, value: impl IntoView) -> AnyView {
    view! {
        <div>
            <dt>{term}</dt>
            <dd>{value.into_view()}</dd>
        </div>
    }
    .into_any()
}

/// A digest: its beginning, and all of it for whoever points at it or copies it.
pub fn digest(whole: &str) -> AnyView {
    let short: String = whole.chars().take(12).collect();
    let whole = whole.to_owned();
    view! { <code class="digest" title=whole>{short} "…"</code> }.into_any()
}

/// A digest or a key, whole.
pub fn whole(text: impl Into<String>) -> AnyView {
    view! { <code class="whole">{text.into()}</code> }.into_any()
}
