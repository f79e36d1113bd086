//! The real banner of a draft, in a frame: in each language, and at two widths.

use crate::browser::dates;
use crate::parts::field::Field;
use crate::words::{Word, configuration as words, general};
use consent_core::text::{LanguageTag, Localized};
use leptos::prelude::*;

/// The heading, which gets the focus.
pub const HEADING: &str = "preview";

/// The preview; each page is of this server, and is sandboxed by its own policy.
pub fn preview(pages: &Localized<String>, default_language: &str) -> AnyView {
    let pages: Vec<(LanguageTag, String)> = pages
        .iter()
        .map(|(language, address)| (language.clone(), path_of(address)))
        .collect();
    let first = pages
        .iter()
        .position(|(language, _)| language.as_str() == default_language)
        .unwrap_or_default();
    let shown = RwSignal::new(first);
    let is_narrow = RwSignal::new(false);
    let options = pages
        .iter()
        .enumerate()
        .map(|(at, (language, _))| (at.to_string(), dates::language_name(language.as_str())))
        .collect();
    let width = move |narrow: bool, word: Word| {
        view! {
            <button
                type="button"
                aria-pressed=move || (is_narrow.get() == narrow).to_string()
                on:click=move |_| is_narrow.set(narrow)
            >
                {word.t()}
            </button>
        }
    };
    view! {
        <section class="card" aria-labelledby=HEADING>
            <h2 id=HEADING tabindex="-1">
                {words::PREVIEW.t()}
            </h2>
            <p>{words::PREVIEW_LEAD.t()}</p>
            <div class="preview-bar">
                {Field::new("preview-language", general::LANGUAGE)
                    .choice(options, &first.to_string(), move |at| shown.set(at.parse().unwrap_or_default()))}
                <div class="switch" role="group" aria-label=words::WIDTH.t()>
                    {width(false, words::WIDE)}
                    {width(true, words::NARROW)}
                </div>
            </div>
            {move || {
                pages
                    .get(shown.get())
                    .map(|(language, address)| {
                        let name = dates::language_name(language.as_str());
                        view! {
                            <iframe
                                class="preview"
                                class:narrow=move || is_narrow.get()
                                src=address.clone()
                                title=words::PREVIEW_OF.with(&[("language", &name)])
                            ></iframe>
                        }
                    })
            }}
        </section>
    }
    .into_any()
}

/// The path of an address: the console may have been opened by another name of the server than the one in it.
fn path_of(address: &str) -> String {
    let after_scheme = address.split_once("://").map_or(address, |(_, rest)| rest);
    let path = after_scheme.find('/').and_then(|at| after_scheme.get(at..));
    path.unwrap_or("/").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_what_follows_the_host() {
        assert_eq!(
            path_of("http://127.0.0.1:8787/preview/a/b/fr"),
            "/preview/a/b/fr"
        );
        assert_eq!(path_of("/preview/a"), "/preview/a");
    }
}
