//! The sections of the records: a table, each in detail with the steps of its verification, and the receipts presented.

use super::data_cells::{cell, code_text, code_value, committed, value};
use super::{MAX_OPEN, View, code, table};
use crate::command::dossier::question::time;
use crate::command::dossier::words::fill;
use consent_core::commitment::SubjectOpening;
use consent_core::commitment::Texts;
use consent_core::entry::ErasureReason;
use consent_core::jurisdiction::JurisdictionFrom;
use consent_core::proof::DisclosedRecord;
use consent_core::signals::Tool;
use consent_core::{ConsentRecord, Purpose};
use maud::{Markup, html};

/// The section.
pub fn section(view: &View<'_>) -> Markup {
    let (document, records) = (view.words.document, &view.gathered.answer.records);
    let open = records.len() <= MAX_OPEN;
    html! {
        section #records {
            h2 { (document.records) }
            p { (document.records_intro) }
            @if records.is_empty() { p.empty { (document.records_none) } } @else {
                (rows(view))
                h3 { (document.details_of) }
                @if !open { p { button type="button" #open-all { (document.open_all) } } }
                @for (number, disclosed) in records.iter().enumerate() { (detail(view, number, disclosed, open)) }
            }
        }
    }
}

fn rows(view: &View<'_>) -> Markup {
    let (document, words) = (view.words.document, view.words.record);
    let optional = Purpose::OPTIONAL.map(|purpose| words.purpose(purpose));
    let head = [
        "№",
        words.time,
        words.status,
        optional[0],
        optional[1],
        optional[2],
        words.method,
        words.language_short,
        words.index,
        view.words.proof.result,
    ];
    let rows = html! {
        @for (number, disclosed) in view.gathered.answer.records.iter().enumerate() {
            @let record = &disclosed.record;
            tr data-record=(number) {
                th scope="row" { a href={ "#record-" (number + 1) } { (number + 1) } }
                (cell("time", time(record.time)))
                (cell("status", words.status(record.status)))
                @for purpose in Purpose::OPTIONAL {
                    (cell(&format!("decision.{purpose}"), words.consent(record.decision.get(purpose))))
                }
                (cell("method", words.method(record.method)))
                (cell("language", &record.language))
                (cell("index", record.index))
                td.mark data-mark { "…" }
            }
        }
    };
    table(document.records_caption, &head, &rows)
}

fn detail(view: &View<'_>, number: usize, disclosed: &DisclosedRecord, open: bool) -> Markup {
    let (document, words) = (view.words.document, view.words.record);
    let (record, salts) = (&disclosed.record, &disclosed.salts);
    let texts = Texts::of(record);
    let name = (number + 1).to_string();
    html! {
        details.record id={ "record-" (name) } data-record=(number) open[open] {
            summary {
                span.name { (fill(document.record, &[("number", &name)])) }
                " " span { (time(record.time)) " – " (words.status(record.status)) } " "
                span.mark data-mark { "…" }
            }
            dl.fields { (fields(view, record, salts.subject)) }
            ol.steps data-steps {}
            h4 { (document.committed) }
            @match salts.subject {
                SubjectOpening::Salt(salt) => {
                    p.label { (words.text_subject) }
                    (committed("subject", &texts.subject))
                    p.label { (words.salt_subject) " " (code_text("subject_salt", salt)) }
                }
                SubjectOpening::Hash(hash) => { p.label { (words.hash_subject) " " (code_text("subject_hash", hash)) } }
            }
            p.label { (words.text_decision) }
            (committed("decision", &texts.decision))
            p.label { (words.salt_decision) " " (code_text("decision_salt", salts.decision)) }
        }
    }
}

fn fields(view: &View<'_>, record: &ConsentRecord, subject: SubjectOpening) -> Markup {
    let words = view.words.record;
    let services: Vec<_> = record
        .services
        .iter()
        .map(|(service, consent)| {
            let colon = view.words.document.colon;
            format!("{service}{colon}{}", words.consent(consent))
        })
        .collect();
    let jurisdiction_from = match record.jurisdiction_from {
        JurisdictionFrom::Site => words.from_site,
        JurisdictionFrom::Place => words.from_place,
    };
    html! {
        (value(words.status, "status", words.status(record.status)))
        (value(words.time, "time", time(record.time)))
        (value(words.valid_until, "valid_until", time(record.valid_until)))
        @for purpose in Purpose::ALL {
            (value(words.purpose(purpose), &format!("decision.{purpose}"), words.consent(record.decision.get(purpose))))
        }
        @if !services.is_empty() { (value(words.services, "services", services.join(", "))) }
        (value(words.method, "method", words.method(record.method)))
        (value(words.layer, "layer", words.layer(record.layer)))
        (value(words.trusted, "trusted", words.truth(record.trusted)))
        (value(words.gpc, "gpc", words.truth(record.gpc)))
        (value(words.language, "language", &record.language))
        (value(words.jurisdiction, "jurisdiction", view.words.law(record.jurisdiction)))
        (value(words.jurisdiction_from, "jurisdiction_from", jurisdiction_from))
        (value(words.policy_version, "policy_version", &record.policy_version))
        @if let Some(at) = record.chosen_at { (value(words.chosen_at, "chosen_at", time(at))) }
        @if let Some(at) = record.served_at { (value(words.served_at, "served_at", time(at))) }
        @if let Some(told) = record.told {
            (value(words.told, "told", told.iter().map(Tool::as_str).collect::<Vec<_>>().join(", ")))
        }
        (code_value(words.notice, "notice", record.notice))
        (code_value(words.receipt, "receipt", &record.receipt))
        @if matches!(subject, SubjectOpening::Salt(_)) {
            (code_value(words.subject, "subject", record.subject))
            @if let Some(previous) = &record.previous { (code_value(words.previous, "previous", previous)) }
        }
        (code_value(words.log, "log", &record.log))
        (value(words.index, "index", record.index))
        (value(words.schema, "schema", record.schema))
    }
}

/// The section of the receipts presented; nothing where there are none.
pub fn presented(view: &View<'_>) -> Markup {
    let (document, words) = (view.words.document, view.words.record);
    if view.gathered.presented.is_empty() {
        return html! {};
    }
    let head = [
        document.file,
        words.receipt,
        words.time,
        words.status,
        document.outcome,
    ];
    let rows = html! {
        @for one in &view.gathered.presented {
            @let outcome = match (one.answered, one.erased) {
                (true, _) => document.presented_found.to_owned(),
                (false, Some(reason)) => fill(document.presented_erased, &[("reason", reason_in_words(view, reason))]),
                (false, None) => document.presented_other.to_owned(),
            };
            tr {
                th scope="row" { (one.file) }
                td { (code(&one.receipt.id)) }
                td { (time(one.receipt.time)) }
                td { (words.status(one.receipt.status)) }
                td { (outcome) }
            }
        }
    };
    html! {
        section #presented {
            h2 { (document.presented) }
            p { (document.presented_intro) }
            (table(document.presented_caption, &head, &rows))
        }
    }
}

/// Why something was erased.
pub fn reason_in_words(view: &View<'_>, reason: ErasureReason) -> &'static str {
    match reason {
        ErasureReason::Holder => view.words.document.reason_holder,
        ErasureReason::Retention => view.words.document.reason_retention,
        ErasureReason::Departure => view.words.document.reason_departure,
    }
}
