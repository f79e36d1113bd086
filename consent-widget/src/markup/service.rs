//! The facts of a service, the same in the dialog and in the declaration.

use super::Page;
use consent_core::service::{Lifetime, Service};
use leptos::prelude::*;

/// Its recipient, country and safeguard, as rows of a description list.
pub(super) fn facts(page: &Page, service: &Service) -> Vec<AnyView> {
    let words = &page.texts.dialog;
    let country = page.wording.country(page.language, service.country);
    let mut rows = vec![
        row(&words.recipient, &service.recipient),
        row(&words.country, &country),
    ];
    if let Some(safeguard) = service.safeguard {
        rows.push(row(&words.safeguard, page.texts.safeguards.get(safeguard)));
    }
    rows
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
