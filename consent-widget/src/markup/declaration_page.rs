//! The declaration as a page of its own, for whoever follows a link to it. It needs no script.

use super::html;
use consent_core::Notice;
use consent_core::text::LanguageTag;
use leptos::prelude::*;

/// The styles of the page, the only thing that its content security policy allows.
pub const STYLE: &str = include_str!("../../style/declaration-page.css");

/// What the page says besides the declaration.
pub struct PageContext<'a> {
    /// The notice declared.
    pub notice: &'a Notice,
    /// The notice's address.
    pub notice_url: &'a str,
    /// The address of the declaration as JSON.
    pub json_url: &'a str,
    /// When it was published: for programs, and in words.
    pub published: Option<(String, String)>,
    /// The languages of the site: each with its own name, and the page's address in it.
    pub languages: &'a [(LanguageTag, String, String)],
}

/// Renders the page around a declaration that was rendered at publication; `None` if the notice is not
/// in that language.
pub fn declaration_page(
    declaration: &str,
    language: &LanguageTag,
    context: &PageContext,
) -> Option<String> {
    let notice = context.notice;
    let title = &notice.texts.get(language)?.declaration.title;
    let direction = if language.runs_right_to_left() {
        "rtl"
    } else {
        "ltr"
    };
    let languages = (context.languages.len() > 1).then(|| {
        let links: Vec<AnyView> = context
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
    let published = context.published.as_ref().map(|(machine, words)| {
        view! {
            <p>
                <time datetime=machine.clone()>{words.clone()}</time>
            </p>
        }
    });
    let hash = context.notice_url.rsplit('/').next().unwrap_or_default();
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
                        href=context.json_url.to_owned()
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
                            <a href=context.notice_url.to_owned()>
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
