//! The first layer: the banner, the small permanent button, and the placeholder of a blocked frame.

use super::{Page, button, html};
use consent_core::jurisdiction::ConsentModel;
use consent_core::loader::Markup;
use consent_core::locale::{BannerTexts, OptOutTexts, Piece, PlaceholderTexts, pieces};
use consent_core::site::Position;
use consent_core::text::LanguageTag;
use consent_core::{Notice, Purpose};
use leptos::prelude::*;

const STYLE: &str = include_str!("../../style/prepared/first-layer.css");
const STYLE_OPT_OUT: &str = include_str!("../../style/prepared/opt-out.css");
const STYLE_CORNER: &str = include_str!("../../style/prepared/corner.css");
const STYLE_CENTRE: &str = include_str!("../../style/prepared/centre.css");
const STYLE_EAST_ASIAN: &str = include_str!("../../style/prepared/east-asian.css");

/// The style of the first layer in such a language, under such a law and in such a place: one element has it all, and what is added
/// stands after what it adds to.
pub(super) fn style(notice: &Notice, language: &LanguageTag) -> String {
    let of_law = match notice.model {
        ConsentModel::OptIn => "",
        ConsentModel::OptOut => STYLE_OPT_OUT,
    };
    let of_place = match notice.position {
        Position::Bottom => "",
        Position::Corner => STYLE_CORNER,
        Position::Centre => STYLE_CENTRE,
    };
    let of_language = match language.language() {
        "ja" | "ko" | "zh" => STYLE_EAST_ASIAN,
        _ => "",
    };
    [STYLE, of_law, of_place, of_language].concat()
}

pub(super) fn markup(page: &Page) -> Markup {
    let texts = page.texts;
    let reopen = page.notice.reopen_button;
    let reopen = reopen.then(|| texts.banner.reopen.to_string());
    // Where nothing is sold or shared for advertising there is nothing that the signal objects to.
    let marketing = page.notice.purposes.contains(&Purpose::Marketing);
    let opt_out = texts.opt_out.as_ref();
    Markup {
        layer: html(|| {
            view! {
                {page.notice.asks().then(|| banner(page))}
                {reopen.map(|label| view! { <Reopen label icon=opt_out.is_some() /> })}
                {opt_out.filter(|_| marketing).map(signal)}
                {page.notice.can_be_answered().then(|| reload(page))}
                <p class="temoin-status" role="status"></p>
            }
        }),
        placeholder: html(|| view! { <Placeholder texts=texts.placeholder.clone() /> }),
        style: style(page.notice, page.language),
    }
}

fn banner(page: &Page) -> impl IntoView {
    let (notice, texts) = (page.notice, &page.texts.banner);
    let opt_out = notice.model == ConsentModel::OptOut;
    let purposes = notice
        .purposes
        .iter()
        .map(|&purpose| page.texts.purposes.get(purpose).name.to_string())
        .collect::<Vec<_>>()
        .join(" · ");
    let gpc = notice
        .purposes
        .contains(&Purpose::Marketing)
        .then(|| texts.gpc.to_string());
    view! {
        <Banner
            texts=texts.clone()
            body=notice.banner_body(page.texts)
            purposes
            gpc=gpc.filter(|_| !opt_out)
            exempt=notice.exempt_body(page.texts)
            policy_url=notice.policy.url.to_string()
        />
    }
}

/// The banner. It is not modal: the page stays usable behind it. The two answers are equal: same
/// element, same class, same place.
#[component]
fn Banner(
    texts: BannerTexts,
    body: String,
    purposes: String,
    gpc: Option<String>,
    exempt: Option<String>,
    policy_url: String,
) -> impl IntoView {
    view! {
        <section class="temoin-banner" aria-labelledby="temoin-title" hidden>
            <h2 id="temoin-title">{texts.title.to_string()}</h2>
            {texts.own_text.as_ref().map(|own| view! { <p>{own.to_string()}</p> })}
            <p>{body} " " <a href=policy_url>{texts.policy.to_string()}</a></p>
            {gpc
                .map(|gpc| {
                    view! {
                        <p data-gpc hidden>
                            {gpc}
                        </p>
                    }
                })}
            {exempt.map(|exempt| view! { <p>{exempt}</p> })}
            <p>
                <strong>{texts.purposes.to_string()}</strong>
                " "
                {purposes}
            </p>
            <div class="temoin-actions">
                {button("reject_all", "temoin-answer", &texts.reject_all)}
                {button("accept_all", "temoin-answer", &texts.accept_all)}
                {button("customize", "", &texts.customize)}
            </div>
        </section>
    }
}

/// The offer to reload the page after a withdrawal: only a reload stops what runs already.
fn reload(page: &Page) -> impl IntoView {
    let words = &page.texts.dialog;
    view! {
        <section class="temoin-reload" aria-labelledby="temoin-reload-text" hidden>
            <p id="temoin-reload-text">{words.reload_explained.to_string()}</p>
            <div class="temoin-actions">
                {button("reload", "temoin-answer", &words.reload)}
                {button("close", "", &words.close)}
            </div>
        </section>
    }
}

/// What is said, without a click, to a visitor whose browser sends Global Privacy Control: that it is honoured, and once, that
/// it overrides what they had accepted. The two answers to that are equal.
fn signal(texts: &OptOutTexts) -> impl IntoView + use<> {
    view! {
        <p class="temoin-honoured" role="status" hidden>
            {texts.honoured.to_string()}
        </p>
        <section class="temoin-conflict" aria-labelledby="temoin-conflict-text" hidden>
            <p id="temoin-conflict-text" role="status">
                {texts.conflict.to_string()}
            </p>
            <div class="temoin-actions">
                {button("leave", "temoin-answer", &texts.leave)}
                {button("keep", "temoin-answer", &texts.keep)}
            </div>
        </section>
    }
}

/// The small permanent button that opens the dialog again; with the icon, the link of an opt-out law.
#[component]
fn Reopen(label: String, icon: bool) -> impl IntoView {
    view! {
        <button type="button" class="temoin-reopen" data-temoin="open" hidden>
            {label}
            {icon.then(icon_of_choices)}
        </button>
    }
}

/// The opt-out icon (11 CCR 7015(b)): a blue pill, a check on its white half, a cross on the blue one. It is drawn by lines
/// alone: our styles undo the page's, and with them the other shapes of SVG, whose measures are styles too. `opt-out.css` has
/// their widths and colours.
fn icon_of_choices() -> impl IntoView {
    view! {
        <svg viewBox="0 0 30 14" aria-hidden="true">
            <line x1="7" y1="7" x2="23" y2="7" />
            <line x1="7" y1="7" x2="10" y2="7" />
            <polygon points="7,1.5 17,1.5 13.5,12.5 7,12.5" />
            <polyline points="5.5,7 8,9.5 12.5,4.5" />
            <polyline points="18.8,4.2 21.6,7 24.4,9.8 21.6,7 24.4,4.2 18.8,9.8" />
        </svg>
    }
}

/// The placeholder of a blocked frame. The loader fills the slots, and removes the second button where
/// the frame names no service.
#[component]
fn Placeholder(texts: PlaceholderTexts) -> impl IntoView {
    let (text, always) = (texts.text.to_string(), texts.always.to_string());
    view! {
        <p>{slots(&text)}</p>
        <div class="temoin-actions">
            <button type="button" class="temoin-answer" data-action="load">
                {texts.load.to_string()}
            </button>
            <button type="button" data-action="always">
                {slots(&always)}
            </button>
        </div>
    }
}

/// Replaces `{service}` and `{purpose}` in a text by an element with that `data-slot`.
fn slots(text: &str) -> Vec<AnyView> {
    pieces(text)
        .map(|piece| match piece {
            Piece::Words(words) => words.to_owned().into_any(),
            Piece::Place(name) => view! { <span data-slot=name.to_owned()></span> }.into_any(),
        })
        .collect()
}
