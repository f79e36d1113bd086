//! The declaration: what the site uses, by purpose and by service. It stands in the site's policy page,
//! in that page's own styles.

use super::{Page, service};
use consent_core::Purpose;
use consent_core::service::{Lifetime, Service, Unit};
use leptos::prelude::*;

pub(super) fn view(page: &Page) -> impl IntoView {
    let words = &page.texts.declaration;
    let notice = page.notice;
    let intro = if notice.asks() {
        &words.intro
    } else {
        &words.necessary_only
    };
    let sections: Vec<AnyView> = notice
        .declared()
        .map(|purpose| purpose_section(page, purpose))
        .collect();
    let direction = if page.language.runs_right_to_left() {
        "rtl"
    } else {
        "ltr"
    };
    let open = notice.asks().then(|| {
        view! {
            <p>
                <button type="button" data-temoin="open">
                    {words.open.to_string()}
                </button>
            </p>
        }
    });
    view! {
        <div class="temoin-declaration" lang=page.language.to_string() dir=direction>
            <p>{notice.fill(intro, page.texts)}</p>
            {open}
            {sections}
            {who_answers(page)}
        </div>
    }
}

fn purpose_section(page: &Page, purpose: Purpose) -> AnyView {
    let text = page.texts.purposes.get(purpose);
    let services: Vec<AnyView> = page
        .services(purpose)
        .map(|service| service_entry(page, service))
        .collect();
    view! {
        <section>
            <h3>{text.name.to_string()}</h3>
            <p>{text.description.to_string()}</p>
            {services}
        </section>
    }
    .into_any()
}

fn service_entry(page: &Page, service: &Service) -> AnyView {
    let words = &page.texts.declaration;
    let rows: Vec<_> = service::cookies(page, service)
        .into_iter()
        .map(|(name, lifetime)| {
            view! {
                <tr>
                    <td>
                        <code dir="ltr">{name}</code>
                    </td>
                    <td>{lifetime}</td>
                </tr>
            }
        })
        .collect();
    let table = (!rows.is_empty()).then(|| {
        view! {
            <table aria-label=service.name.to_string()>
                <thead>
                    <tr>
                        <th scope="col">{words.cookie.to_string()}</th>
                        <th scope="col">{words.lifetime.to_string()}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        }
    });
    view! {
        <section>
            <h4>{service.name.to_string()}</h4>
            <p>{service::description(page, service)}</p>
            <dl>{service::facts(page, service)}</dl>
            {table}
            {service::policy(page, service).map(|link| view! { <p>{link}</p> })}
        </section>
    }
    .into_any()
}

/// Who is responsible for the site, and how long the site keeps choices, proofs and audience data.
fn who_answers(page: &Page) -> AnyView {
    let (words, notice) = (&page.texts.declaration, page.notice);
    let months = |months: u16| {
        page.wording
            .duration(page.language, Lifetime::For(months, Unit::Month))
            .unwrap_or_default()
    };
    let authority = notice.jurisdiction.authority();
    let mut rows = vec![
        service::row(&words.controller, &notice.controller.name),
        service::row(&words.person_in_charge, &notice.controller.person_in_charge),
        service::row(&words.contact, &notice.controller.contact),
        service::row(&words.policy_version, &notice.policy.version),
    ];
    if notice.asks() {
        rows.push(service::row(
            &words.choice_kept,
            &months(notice.choice_max_age_months),
        ));
        rows.push(service::row(
            &words.asked_again,
            &months(notice.reask_after_months),
        ));
        rows.push(service::row(
            &words.proofs_kept,
            &months(notice.proof_months),
        ));
    }
    if let Some(kept) = notice.audience_data_months {
        rows.push(service::row(&words.audience_kept, &months(kept)));
    }
    view! {
        <dl>
            {rows}
            <dt>{words.authority.to_string()}</dt>
            <dd>
                <a href=authority.url rel="noreferrer">
                    {authority.name}
                </a>
            </dd>
        </dl>
    }
    .into_any()
}
