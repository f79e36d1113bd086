//! A page of records, as a table.

use crate::address::{Address, Query, Section};
use crate::browser::dates;
use crate::parts::states::empty;
use crate::words::{proofs as words, record};
use consent_core::api::ConsentPage;
use consent_core::proof::disclosed::DisclosedRecord;
use consent_core::{Consent, ConsentStatus, Decision, Purpose, SiteId};
use leptos::prelude::*;

/// The table, or why there is none.
pub fn table(site: &SiteId, page: &ConsentPage, filters: &Query, is_first: bool) -> AnyView {
    let erased = erased(page).map(|said| view! { <p class="soft">{said}</p> });
    if page.records.is_empty() {
        let nothing = if page.next.is_some() {
            empty(words::NONE_SO_FAR, words::NONE_SO_FAR_LEAD)
        } else if filters.0.is_empty() && is_first {
            empty(words::NONE_AT_ALL, words::NONE_AT_ALL_LEAD)
        } else {
            empty(words::NONE, words::NONE_LEAD)
        };
        return view! {
            {nothing}
            {erased}
        }
        .into_any();
    }
    let rows: Vec<_> = page
        .records
        .iter()
        .map(|found| row(site, found, filters))
        .collect();
    view! {
        <table class="records">
            <caption class="visually-hidden">{words::CAPTION.t()}</caption>
            <thead>
                <tr>
                    <th scope="col">{words::TIME.t()}</th>
                    <th scope="col">{words::STATUS.t()}</th>
                    <th scope="col">{words::DECISION.t()}</th>
                    <th scope="col" class="wide">
                        {words::METHOD.t()}
                    </th>
                    <th scope="col" class="wide">
                        {words::LANGUAGE.t()}
                    </th>
                    <th scope="col">
                        <span class="visually-hidden">{words::OPEN.t()}</span>
                    </th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </table>
        {erased}
    }
    .into_any()
}

fn row(site: &SiteId, found: &DisclosedRecord, filters: &Query) -> AnyView {
    let record = &found.record;
    let time = dates::moment(record.time);
    let mut address = Address::site(site, Section::Proof(record.receipt.clone()));
    address = address.with("at", record.time);
    // So that the record leads back to the results.
    address.query.0.extend(filters.0.iter().cloned());
    let label = words::OPEN_WHICH.with(&[("time", &time)]);
    view! {
        <tr>
            <td>{time}</td>
            <td>{status(record.status)}</td>
            <td>{answers(record.decision)}</td>
            <td class="wide">{record::method(record.method).t()}</td>
            <td class="wide">{record.language.to_string()}</td>
            <td>
                <a class="button small" href=address.href() aria-label=label>
                    {words::OPEN.t()}
                </a>
            </td>
        </tr>
    }
    .into_any()
}

/// Where a consent stands, told by its word and not by its colour alone.
pub fn status(status: ConsentStatus) -> AnyView {
    let tone = match status {
        ConsentStatus::Given => "good",
        ConsentStatus::Refused => "plain",
        ConsentStatus::Withdrawn | ConsentStatus::Expired => "warn",
    };
    view! { <span class=format!("tag {tone}")>{record::status(status).t()}</span> }.into_any()
}

/// The answer for each optional purpose: a sign, and in words.
fn answers(decision: Decision) -> AnyView {
    let each = Purpose::OPTIONAL.map(|purpose| {
        let answer = decision.get(purpose);
        let sign = match answer {
            Consent::Granted => "✓",
            Consent::Denied => "✗",
        };
        let name = record::purpose(purpose).t();
        let said = format!("{name}: {}", record::consent(answer).t());
        view! {
            <li class=answer.as_str()>
                <span aria-hidden="true">{sign} " " {name}</span>
                <span class="visually-hidden">{said}</span>
            </li>
        }
    });
    view! { <ul class="answers">{each.into_iter().collect::<Vec<_>>()}</ul> }.into_any()
}

/// The indexes of what was erased, in words.
fn erased(page: &ConsentPage) -> Option<String> {
    let places: Vec<String> = page
        .erased
        .iter()
        .map(|erased| dates::number(erased.index))
        .collect();
    (!places.is_empty()).then(|| words::ERASED_HERE.with(&[("list", &places.join(", "))]))
}
