//! Every field of a record, in words.

use super::results::status;
use crate::address::{Address, Section};
use crate::browser::dates;
use crate::parts::fact::{fact, whole};
use crate::words::{general, proofs as words, record as vocabulary};
use consent_core::proof::disclosed::DisclosedRecord;
use consent_core::signals::Tool;
use consent_core::{ConsentRecord, Purpose, SiteId};
use leptos::prelude::*;

/// The record, in three parts.
pub fn show(site: &SiteId, found: &DisclosedRecord) -> AnyView {
    let record = &found.record;
    view! {
        <div class="columns">
            <section class="card" aria-labelledby="answers">
                <h2 id="answers">{words::ANSWERS.t()}</h2>
                {answers(record)}
            </section>
            <section class="card" aria-labelledby="circumstances">
                <h2 id="circumstances">{words::CIRCUMSTANCES.t()}</h2>
                {circumstances(record)}
            </section>
        </div>
        <section class="card" aria-labelledby="identity">
            <h2 id="identity">{words::IDENTITY.t()}</h2>
            {identity(site, record)}
        </section>
    }
    .into_any()
}

fn answers(record: &ConsentRecord) -> AnyView {
    let purposes = Purpose::ALL.map(|purpose| {
        let answer = record.decision.get(purpose);
        let tone = format!("answer {}", answer.as_str());
        fact(
            vocabulary::purpose(purpose).t(),
            view! { <span class=tone>{vocabulary::consent(answer).t()}</span> },
        )
    });
    let services: Vec<String> = record
        .services
        .iter()
        .map(|(service, answer)| format!("{service}: {}", vocabulary::consent(answer).t()))
        .collect();
    view! {
        <p>{status(record.status)}</p>
        <dl class="facts">
            {purposes.into_iter().collect::<Vec<_>>()}
            {(!services.is_empty()).then(|| fact(words::SERVICES_APART.t(), services.join(", ")))}
        </dl>
    }
    .into_any()
}

fn circumstances(record: &ConsentRecord) -> AnyView {
    let yes_or_no = |yes: bool| {
        if yes {
            general::YES.t()
        } else {
            general::NO.t()
        }
    };
    let served = record
        .served_at
        .map_or_else(|| words::NOT_SERVED.t().to_owned(), dates::moment);
    let told = record.told.map(|tools| {
        let names: Vec<_> = tools.iter().map(Tool::name).collect();
        match names.len() {
            0 => words::NOBODY.t().to_owned(),
            _ => names.join(", "),
        }
    });
    view! {
        <dl class="facts">
            {fact(words::KEPT_AT.t(), dates::exact(record.time))}
            {record.chosen_at.map(|at| fact(words::CHOSEN_AT.t(), dates::exact(at)))}
            {fact(words::VALID_UNTIL.t(), dates::exact(record.valid_until))}
            {fact(words::METHOD.t(), vocabulary::method(record.method).t())}
            {fact(words::LAYER.t(), vocabulary::layer(record.layer).t())}
            {fact(words::SHOWN_IN.t(), dates::language_name(record.language.as_str()))}
            {fact(words::JURISDICTION.t(), vocabulary::law(record.jurisdiction).t())}
            {fact(words::POLICY_VERSION.t(), record.policy_version.to_string())}
            {fact(words::TRUSTED.t(), yes_or_no(record.trusted))}
            {fact(words::GPC.t(), yes_or_no(record.gpc))} {fact(words::SERVED_AT.t(), served)}
            {told.map(|told| fact(words::TOLD.t(), told))}
        </dl>
    }
    .into_any()
}

fn identity(site: &SiteId, record: &ConsentRecord) -> AnyView {
    let search = |name: &str, value: String| {
        Address::site(site, Section::Proofs)
            .with(name, value)
            .href()
    };
    let subject = search("subject", record.subject.to_string());
    let notice = search("notice", record.notice.to_string());
    view! {
        <dl class="facts wide-values">
            {fact(words::RECEIPT.t(), whole(record.receipt.to_string()))}
            {fact(words::LOG.t(), whole(record.log.to_string()))}
            {fact(words::INDEX.t(), dates::number(record.index))}
            {fact(
                words::SUBJECT.t(),
                view! {
                    {whole(record.subject.to_string())}
                    <a href=subject>{words::ALL_OF_SUBJECT.t()}</a>
                },
            )}
            {fact(
                words::NOTICE.t(),
                view! {
                    {whole(record.notice.to_string())}
                    <a href=notice>{words::UNDER_NOTICE.t()}</a>
                },
            )}
            {record
                .previous
                .as_ref()
                .map(|previous| fact(words::PREVIOUS.t(), whole(previous.to_string())))}
        </dl>
    }
    .into_any()
}
