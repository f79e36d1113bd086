//! Cells whose words the verifier in the file holds to what was proved: `data-member` names the member.

use maud::{Markup, PreEscaped, html};
use std::fmt::Display;

/// A cell of a table.
pub fn cell(member: &str, words: impl Display) -> Markup {
    let words = words.to_string();
    html! { td data-member=(member) { (words) } }
}

/// A cell of a table with a hash or a name, which breaks anywhere.
pub fn code_cell(member: &str, words: impl Display) -> Markup {
    let words = words.to_string();
    html! { td data-member=(member) { code { (words) } } }
}

/// A value in a list of facts.
pub fn value(name: &str, member: &str, words: impl Display) -> Markup {
    let words = words.to_string();
    html! { div { dt { (name) } dd data-member=(member) { (words) } } }
}

/// A value in a list of facts: a hash or a name, which breaks anywhere.
pub fn code_value(name: &str, member: &str, words: impl Display) -> Markup {
    let words = words.to_string();
    html! { div { dt { (name) } dd data-member=(member) { code { (words) } } } }
}

/// A hash or a salt within a line.
pub fn code_text(member: &str, words: impl Display) -> Markup {
    let words = words.to_string();
    html! { code data-member=(member) { (words) } }
}

/// A committed text, to the byte: the verifier reads it here. In an element's text, only `&` and `<` need an escape;
/// a text has hundreds of quotes.
pub fn committed(part: &str, text: &str) -> Markup {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    html! { pre data-text=(part) tabindex="0" { (PreEscaped(escaped)) } }
}
