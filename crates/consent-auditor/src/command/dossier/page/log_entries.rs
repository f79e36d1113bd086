//! The sections of the log's entries that are no consents: what was erased, published, entered as a file.

use super::data_cells::{cell, code_cell};
use super::records::reason_in_words;
use super::{MAX_ROWS, View, code, table};
use crate::command::dossier::question::time;
use crate::command::dossier::tree::Noted;
use crate::command::dossier::words::fill;
use consent_core::entry::{Erasure, Event};
use maud::{Markup, html};

/// The section of what was erased.
pub fn erasures(view: &View<'_>) -> Markup {
    let document = view.words.document;
    let head = [
        document.log,
        document.index,
        document.time,
        document.from_index,
        document.to_index,
        document.reason,
        document.erased_here,
        view.words.proof.result,
    ];
    let noted = view.noted(|event| matches!(event, Event::Erase(_)));
    let rows = html! {
        @for (number, one) in &noted {
            @if let Event::Erase(erasure) = one.entry.event {
                tr data-noted=(number) {
                    (place(one))
                    (cell("first", erasure.first))
                    (cell("last", erasure.last))
                    (cell("reason", reason_in_words(view, erasure.reason)))
                    td { (erased_by(view, one, erasure)) }
                    td.mark data-mark { "…" }
                }
            }
        }
    };
    html! {
        section #erasures {
            h2 { (document.erasures) }
            p { (document.erasures_intro) }
            @if noted.is_empty() { p.empty { (document.erasures_none) } } @else {
                (table(document.erasures_caption, &head, &rows))
                (more(view, |event| matches!(event, Event::Erase(_))))
            }
        }
    }
}

/// The indexes in the range that an entry erased, as ranges.
fn erased_by(view: &View<'_>, noted: &Noted, erasure: Erasure) -> String {
    let ranges = view.gathered.answer.ranges.iter();
    let mut indices: Vec<u64> = ranges
        .filter(|covered| covered.origin == noted.log)
        .flat_map(|covered| &covered.erasures)
        .filter(|one| one.erased_at == noted.entry.time && erasure.covers(one.index))
        .map(|one| one.index)
        .collect();
    indices.sort_unstable();
    let mut ranges: Vec<(u64, u64)> = Vec::new();
    for index in indices {
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == index => *last = index,
            _ => ranges.push((index, index)),
        }
    }
    let each = ranges.into_iter().map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}–{last}")
        }
    });
    each.collect::<Vec<_>>().join(", ")
}

/// The section of what was published.
pub fn publications(view: &View<'_>) -> Markup {
    let document = view.words.document;
    let head = [
        document.log,
        document.index,
        document.time,
        document.notice,
        document.configuration,
        document.by_grant,
        view.words.proof.result,
    ];
    let noted = view.noted(|event| matches!(event, Event::Publish { .. }));
    let rows = html! {
        @for (number, one) in &noted {
            @if let Event::Publish { notice, configuration } = one.entry.event {
                tr data-noted=(number) {
                    (place(one))
                    (code_cell("notice", notice))
                    @match configuration {
                        Some(prefix) => {
                            (code_cell("configuration", hex::encode(prefix.0)))
                            td {
                                @match view.gathered.grants.of(one.entry.time, prefix) {
                                    Some(grant) => { (code(grant)) }
                                    None => { (document.not_disclosed) }
                                }
                            }
                        }
                        None => { td colspan="2" { (document.carried_over) } }
                    }
                    td.mark data-mark { "…" }
                }
            }
        }
    };
    html! {
        section #publications {
            h2 { (document.publications) }
            p { (document.publications_intro) }
            @if noted.is_empty() { p.empty { (document.publications_none) } } @else {
                (table(document.publications_caption, &head, &rows))
                (more(view, |event| matches!(event, Event::Publish { .. })))
            }
        }
    }
}

/// The section of the files that were entered.
pub fn files(view: &View<'_>) -> Markup {
    let document = view.words.document;
    let head = [
        document.log,
        document.index,
        document.time,
        document.sha256,
        view.words.proof.result,
    ];
    let noted = view.noted(|event| matches!(event, Event::Evidence { .. }));
    let rows = html! {
        @for (number, one) in noted.iter().rev() {
            @if let Event::Evidence { hash, .. } = one.entry.event {
                tr data-noted=(number) {
                    (place(one))
                    (code_cell("sha256", hash))
                    td.mark data-mark { "…" }
                }
            }
        }
    };
    html! {
        section #scans {
            h2 { (document.scans) }
            p { (document.scans_intro) }
            @if noted.is_empty() { p.empty { (document.scans_none) } } @else {
                (table(document.scans_caption, &head, &rows))
                (more(view, |event| matches!(event, Event::Evidence { .. })))
            }
        }
    }
}

fn place(one: &Noted) -> Markup {
    html! {
        (code_cell("log", &one.log))
        (cell("index", one.index))
        (cell("time", time(one.entry.time)))
    }
}

/// How many entries of a kind have no row.
fn more(view: &View<'_>, kind: fn(&Event) -> bool) -> Markup {
    let all = view.gathered.logs.iter().flat_map(|log| &log.noted);
    let all = all.filter(|one| kind(&one.entry.event)).count();
    let left_out = all.saturating_sub(MAX_ROWS).to_string();
    html! { @if all > MAX_ROWS { p.note { (fill(view.words.document.more_rows, &[("number", &left_out)])) } } }
}
