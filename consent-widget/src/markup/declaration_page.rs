//! The declaration as a page of its own, for whoever follows a link to it: it needs no script.

use super::html;
use consent_core::Notice;
use consent_core::text::LanguageTag;
use leptos::prelude::*;

/// Its styles: the one thing that its content security policy lets in.
pub const STYLE: &str = include_str!("../../style/declaration-page.css");

/// What the page says besides the declaration.
pub struct Around<'a> {
    /// The notice declared.
    pub notice: &'a Notice,
    /// The notice's address.
    pub notice_url: &'a str,
    /// The same as JSON.
    pub json_url: &'a str,
    /// When it was published: for programs, and in words.
    pub published: Option<(String, String)>,
    /// The languages of the site: each with its own name, and the page's address in it.
    pub languages: &'a [(LanguageTag, String, String)],
}

/// A whole page around a declaration that was rendered at publication; `None` if the notice is not
/// in that language.
pub fn declaration_page(
    declaration: &str,
    language: &LanguageTag,
    around: &Around,
) -> Option<String> {
    let notice = around.notice;
    let title = &notice.texts.get(language)?.declaration.title;
    let direction = if language.runs_right_to_left() {
        "rtl"
    } else {
        "ltr"
    };
    let languages = (around.languages.len() > 1).then(|| {
        let links: Vec<AnyView> = around
            .languages
            .iter()
            .map(|(tag, name, url)| link(tag, name, url, tag == language))
            .collect();
        view! {
            <nav>
                <ul>{links}</ul>
            </nav>
        }
    });
    let published = around.published.as_ref().map(|(machine, words)| {
        view! {
            <p>
                <time datetime=machine.clone()>{words.clone()}</time>
            </p>
        }
    });
    let hash = around.notice_url.rsplit('/').next().unwrap_or_default();
    let page = html(|| {
        view! {
            <html lang=language.to_string() dir=direction>
                <head>
                    <meta charset="utf-8" />
                    <meta name="viewport" content="width=device-width, initial-scale=1" />
                    <title>{format!("{title} – {}", notice.name)}</title>
                    <style inner_html=STYLE></style>
                    <link
                        rel="alternate"
                        type="application/json"
                        href=around.json_url.to_owned()
                    />
                </head>
                <body>
                    {languages} <main>
                        <h1>
                            <bdi>{notice.name.to_string()}</bdi>
                        </h1>
                        <h2>{title.to_string()}</h2>
                        <div inner_html=declaration.to_owned()></div>
                    </main> <footer>
                        {published}
                        <p>
                            <a href=around.notice_url.to_owned()>
                                <code>{hash.to_owned()}</code>
                            </a>
                        </p>
                    </footer>
                </body>
            </html>
        }
    });
    Some(format!("<!DOCTYPE html>{page}"))
}

fn link(tag: &LanguageTag, name: &str, url: &str, current: bool) -> AnyView {
    let tag = tag.to_string();
    view! {
        <li>
            <a
                href=url.to_owned()
                hreflang=tag.clone()
                lang=tag
                aria-current=current.then_some("page")
            >
                {name.to_owned()}
            </a>
        </li>
    }
    .into_any()
}
