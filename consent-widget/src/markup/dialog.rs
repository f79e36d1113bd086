//! The preference dialog: the second layer.
//!
//! The widget sets the boxes, fills the slots of "my consent" and acts on the buttons.

use super::{Page, button, rights, service};
use consent_core::Purpose;
use consent_core::locale::{self, Piece};
use consent_core::service::Service;
use leptos::prelude::*;

pub(super) const STYLE: &str = include_str!("../../style/prepared/dialog.css");

pub(super) fn view(page: &Page) -> impl IntoView {
    let (words, banner) = (&page.texts.dialog, &page.texts.banner);
    let sections: Vec<AnyView> = Purpose::ALL
        .into_iter()
        .filter(|purpose| !purpose.is_optional() || page.notice.purposes.contains(purpose))
        .map(|purpose| purpose_section(page, purpose))
        .collect();
    let (asks, answered) = (page.notice.asks(), page.notice.can_be_answered());
    let declaration = &page.texts.declaration;
    let (title, intro) = if asks {
        (&words.title, page.notice.dialog_intro(page.texts))
    } else if let Some(body) = page.notice.exempt_body(page.texts) {
        (&words.title, body)
    } else {
        let explained = &declaration.necessary_only;
        (&declaration.title, page.notice.fill(explained, page.texts))
    };
    let own_text = words.own_text.as_ref().filter(|_| asks);
    let own_text = own_text.map(ToString::to_string);
    let honoured = banner.gpc_honoured.to_string();
    view! {
        <style>{STYLE}</style>
        <div class="temoin-head">
            <h2 id="temoin-dialog-title">{title.to_string()}</h2>
            {button("close", "", &words.close)}
        </div>
        <div class="temoin-body">
            {own_text.map(|own| view! { <p>{own}</p> })}
            <p>{intro}</p>
            <p data-slot="gpc" hidden>
                {honoured}
            </p>
            {answered.then(|| my_consent(page))}
            {sections}
            {exempt_section(page)}
            {rights::line(page)}
        </div>
        {answered
            .then(|| {
                view! {
                    <div class="temoin-foot">
                        {asks.then(|| button("reject_all", "temoin-answer", &banner.reject_all))}
                        {asks.then(|| button("accept_all", "temoin-answer", &banner.accept_all))}
                        {button("save", "temoin-answer", &words.save)}
                    </div>
                }
            })}
    }
}

fn purpose_section(page: &Page, purpose: Purpose) -> AnyView {
    let text = page.texts.purposes.get(purpose);
    let name = text.name.to_string();
    let services: Vec<AnyView> = page
        .services(purpose)
        .map(|service| service_entry(page, service))
        .collect();
    let count = services.len();
    let summary = format!("{} ({count})", page.texts.dialog.services);
    let details = (count > 0).then(|| {
        view! {
            <details>
                <summary>
                    {summary} <span class="temoin-unseen">{format!(" – {}", text.name)}</span>
                </summary>
                {services}
            </details>
        }
    });
    let basis = page.notice.legal_bases.get(&purpose);
    let basis = basis.and_then(|basis| service::basis_row(page, *basis));
    let explained = view! {
        <p>{text.description.to_string()}</p>
        {basis.map(|row| view! { <dl>{row}</dl> })}
    };
    if purpose.is_optional() {
        view! {
            <fieldset class="temoin-purpose">
                <legend>
                    <h3>
                        <label class="temoin-question">
                            <span>{name}</span>
                            <input type="checkbox" name=purpose.as_str() />
                        </label>
                    </h3>
                </legend>
                {explained}
                {details}
            </fieldset>
        }
        .into_any()
    } else {
        // A text, not a box: there is nothing to choose.
        view! {
            <section class="temoin-purpose" role="group" aria-label=text.name.to_string()>
                <div class="temoin-always">
                    <h3>{name}</h3>
                    <span>{page.texts.dialog.always_on.to_string()}</span>
                </div>
                {explained}
                {details}
            </section>
        }
        .into_any()
    }
}

/// The services that need no consent, each with the box by which a visitor objects to it. A box that names no purpose follows
/// none.
fn exempt_section(page: &Page) -> Option<AnyView> {
    let service::Exempt {
        title,
        explained,
        services,
    } = service::exempt(page, service_entry)?;
    let whole = view! {
        <fieldset class="temoin-purpose">
            <legend>
                <h3>{title}</h3>
            </legend>
            <p>{explained}</p>
            {services}
        </fieldset>
    };
    Some(whole.into_any())
}

fn service_entry(page: &Page, service: &Service) -> AnyView {
    let name = service.name.to_string();
    let purpose = service.purpose;
    let follows = if service.exempt.is_some() {
        ""
    } else {
        purpose.as_str()
    };
    let heading = if purpose.is_optional() {
        view! {
            <label class="temoin-question">
                <span>{name}</span>
                <input
                    type="checkbox"
                    name=format!("service-{}", service.id)
                    value=service.id.to_string()
                    data-purpose=follows
                />
            </label>
        }
        .into_any()
    } else {
        view! { <strong>{name}</strong> }.into_any()
    };
    let cookies: Vec<String> = service::cookies(page, service)
        .into_iter()
        .map(|(name, lifetime)| format!("{name} ({lifetime})"))
        .collect();
    let cookies = if cookies.is_empty() {
        page.texts.dialog.no_cookies.to_string()
    } else {
        cookies.join(", ")
    };
    view! {
        <div class="temoin-service">
            {heading} <p>{service::description(page, service)}</p>
            <dl>
                {service::facts(page, service)} {service::row(&page.texts.dialog.cookies, &cookies)}
            </dl>
            {service::policy(page, service)}
        </div>
    }
    .into_any()
}

/// "My consent": the choice in force, its dates, its receipt and the choices before it. Hidden until there
/// is a choice.
fn my_consent(page: &Page) -> AnyView {
    let words = &page.texts.dialog;
    view! {
        <section class="temoin-mine" data-slot="mine" hidden>
            <h3>{words.your_choice.to_string()}</h3>
            <dl>
                <dt>{words.chosen_on.to_string()}</dt>
                <dd data-slot="chosen_on"></dd>
                <dt>{words.valid_until.to_string()}</dt>
                <dd data-slot="valid_until"></dd>
                <dt data-slot="receipt_term">{words.receipt.to_string()}</dt>
                <dd data-slot="receipt" data-waiting=words.receipt_waiting.to_string()></dd>
            </dl>
            <div class="temoin-actions">
                {button("withdraw", "temoin-answer", &words.withdraw)}
            </div>
            {proof(page)}
            <details data-slot="past">
                <summary>{words.history.to_string()}</summary>
                <ol
                    data-slot="history"
                    data-granted=words.granted.to_string()
                    data-denied=words.denied.to_string()
                ></ol>
                <p>{words.erase_explained.to_string()}</p>
                {button("erase", "", &words.erase)}
                {button("erase_confirm", "temoin-answer", &words.erase_confirm)}
            </details>
            <p
                role="status"
                data-slot="erased"
                data-done=words.erased.to_string()
                data-failed=words.erase_failed.to_string()
            ></p>
        </section>
    }
    .into_any()
}

/// The buttons for the receipt, hidden until there is one; and the places and sentences with which
/// `loader/receipt-verifier/main.ts` shows what it found.
fn proof(page: &Page) -> AnyView {
    let words = &page.texts.proof;
    let sentences: Vec<AnyView> = words
        .sentences()
        .into_iter()
        .map(|(name, text)| sentence(name, text.as_str()))
        .collect();
    view! {
        <div data-slot="proof" hidden>
            <div class="temoin-actions">
                {button("verify", "", &words.verify)}
                {button("download", "", &page.texts.dialog.download)}
                {button("download_jsonld", "", &words.download_jsonld)}
            </div>
            <div role="status" data-slot="findings"></div>
            <div data-slot="code"></div>
            <template>{sentences}</template>
        </div>
    }
    .into_any()
}

/// A sentence with gaps that are filled later; what fills them keeps its own direction.
fn sentence(name: &'static str, text: &str) -> AnyView {
    let pieces: Vec<AnyView> = locale::pieces(text)
        .map(|piece| match piece {
            Piece::Words(words) => words.to_owned().into_any(),
            Piece::Place(place) => view! { <bdi data-fill=place.to_owned()></bdi> }.into_any(),
        })
        .collect();
    view! { <p data-word=name>{pieces}</p> }.into_any()
}
