//! The facts of a service, the same in the dialog and in the declaration.

use super::Page;
use consent_core::basis::LegalBasis;
use consent_core::locale::ExemptTexts;
use consent_core::role::Role;
use consent_core::service::{Lifetime, Retention, Service};
use leptos::prelude::*;

/// Its recipient, country and safeguard, and what the site states of its data, as rows of a description list.
pub(super) fn facts(page: &Page, service: &Service) -> Vec<AnyView> {
    let words = &page.texts.dialog;
    let country = page.wording.country(page.language, service.country);
    let mut rows = vec![
        row(&words.recipient, &service.recipient),
        row(&words.country, &country),
    ];
    rows.extend(safeguard(page, service));
    rows.extend(service.legal_basis.and_then(|basis| basis_row(page, basis)));
    rows.extend(retention(page, service));
    rows.extend(who_decides(page, service));
    rows
}

/// What protects the data that leaves, and where to read it.
fn safeguard(page: &Page, service: &Service) -> Option<AnyView> {
    let term = &page.texts.dialog.safeguard;
    let words = page.texts.safeguard(service.safeguard?)?;
    let (Some(url), Some(texts)) = (&service.safeguard_url, &page.texts.transfers) else {
        return Some(row(term, words));
    };
    // With the service's name: a screen reader lists links without their surroundings.
    let label = format!("{} ({})", texts.read, service.name);
    let whole = view! {
        <dt>{term.to_string()}</dt>
        <dd>
            <bdi>{words.to_string()}</bdi>
            " – "
            <a href=url.to_string() rel="noreferrer">
                {label}
            </a>
        </dd>
    };
    Some(whole.into_any())
}

/// A legal basis, as a row.
pub(super) fn basis_row(page: &Page, basis: LegalBasis) -> Option<AnyView> {
    let texts = page.texts.legal_bases.as_ref()?;
    Some(row(&texts.title, texts.get(basis)))
}

/// How long each kind of its data is kept: `IP addresses (12 months) · logs (1 month)`.
fn retention(page: &Page, service: &Service) -> Option<AnyView> {
    let texts = page.texts.retention.as_ref()?;
    let words = |it: &Retention| {
        let name = texts.get(it.data).or_else(|| it.name.get(page.language))?;
        Some(format!("{name} ({})", lifetime(page, it.keep)))
    };
    let words: Vec<String> = service.retention.iter().filter_map(words).collect();
    (!words.is_empty()).then(|| row(&texts.title, &words.join(" · ")))
}

/// Who decides on its data, where that is not who decides on the site's.
fn who_decides(page: &Page, service: &Service) -> Option<AnyView> {
    let notice = page.notice;
    let role = notice.role_for(service);
    if role == notice.role {
        return None;
    }
    let name = match role {
        Role::Controller => notice.controller.name.to_string(),
        Role::Processor => {
            let customer = notice.customer.as_ref()?;
            let part = |text: &consent_core::text::Localized<_>| {
                text.get(page.language).map(ToString::to_string)
            };
            let known: Vec<String> = [part(&customer.name), part(&customer.contact)]
                .into_iter()
                .flatten()
                .collect();
            known.join(" · ")
        }
    };
    Some(row(&page.texts.declaration.controller, &name))
}

/// The services of a page that need no consent, and what is said above them.
pub(super) struct Exempt {
    pub title: String,
    pub explained: String,
    pub services: Vec<AnyView>,
}

/// Those of a page, each as `entry` shows it; nothing where there is none.
pub(super) fn exempt(page: &Page, entry: fn(&Page, &Service) -> AnyView) -> Option<Exempt> {
    let texts = page.texts.exempt.as_ref()?;
    let services = page.notice.exempt();
    Some(Exempt {
        title: texts.title.to_string(),
        explained: exempt_explained(page, texts),
        services: services.map(|service| entry(page, service)).collect(),
    })
}

/// Why services need no consent, and where the law of the page says so.
fn exempt_explained(page: &Page, texts: &ExemptTexts) -> String {
    let law = page.notice.jurisdiction;
    let kinds = page.notice.exempt().filter_map(|it| it.exempt.as_ref());
    let mut sources: Vec<_> = kinds.filter_map(|it| it.kind.source(law)).collect();
    sources.sort_unstable();
    sources.dedup();
    format!("{} ({})", texts.explained, sources.join(" · "))
}

/// A row of a description list. Its value keeps its own direction, whatever the direction of the language.
pub(super) fn row(term: &impl ToString, value: &impl ToString) -> AnyView {
    view! {
        <dt>{term.to_string()}</dt>
        <dd>
            <bdi>{value.to_string()}</bdi>
        </dd>
    }
    .into_any()
}

/// Each cookie's name and its lifetime in words.
pub(super) fn cookies(page: &Page, service: &Service) -> Vec<(String, String)> {
    service
        .cookies
        .iter()
        .map(|cookie| (cookie.name.to_string(), lifetime(page, cookie.lifetime)))
        .collect()
}

fn lifetime(page: &Page, lifetime: Lifetime) -> String {
    page.wording
        .duration(page.language, lifetime)
        .unwrap_or_else(|| page.texts.dialog.session.to_string())
}

/// What it does, in the language shown.
pub(super) fn description(page: &Page, service: &Service) -> Option<String> {
    let description = service.description.get(page.language)?;
    Some(description.to_string())
}

/// The link to its own policy.
pub(super) fn policy(page: &Page, service: &Service) -> Option<AnyView> {
    let url = service.policy_url.as_ref()?.to_string();
    let text = page.texts.dialog.service_policy.to_string();
    // With the service's name: a screen reader lists links without their surroundings.
    let label = format!("{text} ({})", service.name);
    let link = view! {
        <a href=url rel="noreferrer">
            {label}
        </a>
    };
    Some(link.into_any())
}
