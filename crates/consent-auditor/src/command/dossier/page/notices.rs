//! The section of what was shown: each notice, its pictures, and its words.

use super::frames::{self, Part};
use super::{View, code, table};
use crate::command::dossier::shown::{LAYER_STYLE, Shown, ShownLanguage, ShownNotice};
use crate::command::dossier::words::fill;
use consent_core::service::{Lifetime, Service};
use consent_core::text::LanguageTag;
use consent_core::{Notice, NoticeHash};
use maud::{Markup, html};

/// The section.
pub fn section(view: &View<'_>) -> Markup {
    let (document, notices) = (view.words.document, &view.gathered.notices);
    html! {
        section #shown {
            h2 { (document.shown) }
            p { (document.shown_intro) }
            @if notices.is_empty() { p.empty { (document.no_notice) } }
            @for (number, shown) in notices.iter().enumerate() { (notice(view, number + 1, shown)) }
        }
    }
}

fn notice(view: &View<'_>, number: usize, shown: &ShownNotice) -> Markup {
    let document = view.words.document;
    let title = format!("{} {number}", document.notice);
    let records = shown.records.to_string();
    html! {
        article.notice {
            h3 { (title) }
            dl.plain {
                div { dt { (document.notice_checked) } dd { (code(shown.hash)) @if shown.bytes.is_some() { (check("notice", shown.hash)) } } }
                div { dt { (document.records_short) } dd { (fill(document.notice_named, &[("records", &records)])) } }
                @if let Some(notice) = &shown.notice { (facts(view, notice)) }
            }
            @if shown.bytes.is_none() { p.note { (document.notice_left_out) } }
            @else if shown.notice.is_none() { p.note { (document.notice_unread) } }
            @if let Some(notice) = &shown.notice {
                @for language in &shown.languages { (in_language(view, shown.hash, notice, language)) }
            }
            @if !shown.left_out.is_empty() {
                @let names: Vec<_> = shown.left_out.iter().map(LanguageTag::as_str).collect();
                p.note { (fill(document.languages_left_out, &[("languages", &names.join(", "))])) }
            }
        }
    }
}

/// Where the verifier says whether a thing shown has its digest.
fn check(what: &str, notice: NoticeHash) -> Markup {
    html! { span.mark data-check=(what) data-notice=(notice) { "…" } }
}

fn facts(view: &View<'_>, notice: &Notice) -> Markup {
    let document = view.words.document;
    let languages: Vec<_> = notice.languages.iter().map(LanguageTag::as_str).collect();
    let bundle = &notice.bundle;
    html! {
        div { dt { (document.controller) } dd { (notice.controller.name) " – " (notice.controller.person_in_charge) ", " (notice.controller.contact) } }
        div { dt { (document.law) } dd { (view.words.law(notice.jurisdiction)) } }
        div { dt { (document.policy) } dd { (notice.policy.version) " – " (notice.policy.url) } }
        div { dt { (document.languages) } dd { (languages.join(", ")) } }
        div {
            dt { (document.bundle) }
            dd {
                ul.digests {
                    li { (document.bundle_loader) " " (code(bundle.loader)) }
                    li { (document.bundle_script) " " (code(bundle.script)) }
                    li { (document.bundle_wasm) " " (code(bundle.wasm)) }
                }
            }
        }
    }
}

fn in_language(
    view: &View<'_>,
    hash: NoticeHash,
    notice: &Notice,
    shown: &ShownLanguage,
) -> Markup {
    let document = view.words.document;
    let (language, records) = (shown.language.as_str(), shown.records.to_string());
    let title = fill(
        document.in_language,
        &[("language", language), ("records", &records)],
    );
    let same = if shown.style == LAYER_STYLE {
        document.style_same
    } else {
        document.style_other
    };
    html! {
        h4 { (title) }
        @match &shown.layer {
            Shown::Verified(markup) => {
                (pictures(view, hash, shown, Part::Layer, markup))
                p.note { (document.page_behind) " " (fill(document.layer_style, &[("same", same)])) }
            }
            Shown::Absent => { p.note { (document.layer_absent) } }
        }
        @match &shown.dialog {
            Shown::Verified(markup) => { (pictures(view, hash, shown, Part::Dialog, markup)) }
            Shown::Absent => { p.note { (document.dialog_absent) } }
        }
        (words(view, notice, &shown.language))
        (services(view, notice, &shown.language))
    }
}

fn pictures(
    view: &View<'_>,
    hash: NoticeHash,
    shown: &ShownLanguage,
    part: Part,
    markup: &str,
) -> Markup {
    let document = view.words.document;
    let name = if part == Part::Layer {
        document.layer
    } else {
        document.dialog
    };
    // The dialog has the buttons' style from the first layer.
    let framed = frames::document(part, markup, &shown.style, &shown.language);
    let language = shown.language.as_str();
    let figure = |width: &str, words: &str| {
        html! {
            figure class={ "picture " (width) } {
                div.screen {
                    iframe sandbox="" tabindex="-1" loading="eager" title={ (name) ", " (language) ", " (words) }
                        data-shown=(part.as_str()) data-notice=(hash) data-language=(language) srcdoc=(framed) {}
                }
                figcaption { strong { (name) } ", " (words) br; small { (document.digest) " " span.mark data-check="digest" { "…" } } }
            }
        }
    };
    html! { div.pictures { (figure("desktop", document.desktop)) (figure("phone", document.phone)) } }
}

fn words(view: &View<'_>, notice: &Notice, language: &LanguageTag) -> Markup {
    let document = view.words.document;
    let Some(texts) = notice.texts.get(language) else {
        return html! {};
    };
    let banner = &texts.banner;
    let buttons = [&banner.reject_all, &banner.accept_all, &banner.customize];
    let buttons: Vec<_> = buttons.map(|label| format!("[ {label} ]")).into();
    let own = banner.own_text.as_ref().map(ToString::to_string);
    let body = own.into_iter().chain([notice.banner_body(texts)]);
    let body: Vec<_> = body.chain(notice.exempt_body(texts)).collect();
    let row = |name: &str, words: &str| html! { tr { th scope="row" { (name) } td lang=(language) { (words) } } };
    let rows = html! {
        (row(document.words_title, banner.title.as_str()))
        (row(document.words_body, &body.join(" ")))
        (row(document.words_buttons, &buttons.join(" ")))
        @for purpose in notice.used() {
            @let text = texts.purposes.get(purpose);
            (row(text.name.as_str(), text.description.as_str()))
        }
    };
    let caption = fill(document.words_caption, &[("language", language.as_str())]);
    table(&caption, &[], &rows)
}

fn services(view: &View<'_>, notice: &Notice, language: &LanguageTag) -> Markup {
    let (document, record) = (view.words.document, view.words.record);
    if notice.services.is_empty() {
        return html! {};
    }
    let head = [
        document.service,
        document.purpose,
        document.recipient,
        document.description,
        document.cookies,
    ];
    let cookies = |service: &Service| -> String {
        let each = service.cookies.iter().map(|cookie| {
            let lifetime = match cookie.lifetime {
                Lifetime::Session => document.session.to_owned(),
                lifetime @ Lifetime::For(..) => lifetime.to_string(),
            };
            format!("{} ({lifetime})", cookie.name)
        });
        let each: Vec<_> = each.collect();
        if each.is_empty() {
            document.none.to_owned()
        } else {
            each.join(", ")
        }
    };
    let rows = html! {
        @for service in &notice.services {
            tr {
                th scope="row" { (service.name) }
                td { (record.purpose(service.purpose)) }
                td { (service.recipient) " (" (service.country) ")" }
                td lang=(language) { @if let Some(text) = service.description.get(language) { (text) } }
                td { (cookies(service)) }
            }
        }
    };
    let caption = fill(
        document.services_caption,
        &[("language", language.as_str())],
    );
    table(&caption, &head, &rows)
}
