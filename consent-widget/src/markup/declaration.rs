//! The declaration: what the site uses, by purpose and by service. It stands in the site's policy page,
//! in that page's own styles.

use super::{Page, rights, service};
use consent_core::Purpose;
use consent_core::locale;
use consent_core::role::Role;
use consent_core::service::{Lifetime, Service, Unit};
use leptos::prelude::*;

pub(super) fn view(page: &Page) -> impl IntoView {
    let words = &page.texts.declaration;
    let notice = page.notice;
    let answered = notice.can_be_answered();
    let intro = if answered {
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
    let open = answered.then(|| {
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
            {exempt_section(page)}
            {rights::section(page)}
            {acts_for(page)}
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
    let basis = page.notice.legal_bases.get(&purpose);
    let basis = basis.and_then(|basis| service::basis_row(page, *basis));
    view! {
        <section>
            <h3>{text.name.to_string()}</h3>
            <p>{text.description.to_string()}</p>
            {basis.map(|row| view! { <dl>{row}</dl> })}
            {services}
        </section>
    }
    .into_any()
}

/// The services that need no consent, apart from the others.
fn exempt_section(page: &Page) -> Option<AnyView> {
    let service::Exempt {
        title,
        explained,
        services,
    } = service::exempt(page, service_entry)?;
    let whole = view! {
        <section>
            <h3>{title}</h3>
            <p>{explained}</p>
            {services}
        </section>
    };
    Some(whole.into_any())
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

/// On whose behalf the site acts, or some of its services do, and who answers for what.
fn acts_for(page: &Page) -> Option<AnyView> {
    let notice = page.notice;
    let customer = notice.customer.as_ref()?;
    let texts = page.texts.processor.as_ref()?;
    let explained = locale::fill(
        texts.explained.as_str(),
        &[
            ("processor", notice.controller.name.as_str()),
            ("customer", customer.name.get(page.language)?.as_str()),
        ],
    );
    let some = notice.services.iter();
    let some = some
        .filter(|service| notice.role == Role::Controller && service.role == Some(Role::Processor));
    let names: Vec<_> = some.map(|service| service.name.as_str()).collect();
    let which = (!names.is_empty()).then(|| format!("{} – ", names.join(" · ")));
    Some(view! { <p>{which} {explained}</p> }.into_any())
}

/// The rows with who decides: the site, or the site's customer and the site as their processor.
fn controllers(page: &Page) -> Vec<AnyView> {
    let (words, notice) = (&page.texts.declaration, page.notice);
    let controller = &notice.controller;
    let mut rows = Vec::new();
    let mut title = &words.controller;
    let customer = notice
        .customer
        .as_ref()
        .filter(|_| notice.role == Role::Processor);
    if let (Some(customer), Some(texts)) = (customer, &page.texts.processor) {
        let name = customer.name.get(page.language);
        rows.extend(name.map(|name| service::row(&words.controller, name)));
        let contact = customer.contact.get(page.language);
        rows.extend(contact.map(|contact| service::row(&words.contact, contact)));
        title = &texts.title;
    }
    rows.extend([
        service::row(title, &controller.name),
        service::row(&words.person_in_charge, &controller.person_in_charge),
        service::row(&words.contact, &controller.contact),
    ]);
    rows
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
    let mut rows = controllers(page);
    rows.push(service::row(&words.policy_version, &notice.policy.version));
    if notice.can_be_answered() {
        rows.push(service::row(
            &words.choice_kept,
            &months(notice.choice_max_age_months),
        ));
        if notice.asks() {
            rows.push(service::row(
                &words.asked_again,
                &months(notice.reask_after_months),
            ));
        }
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
