//! The section of the question and the answer.

use super::{View, code, table};
use crate::command::dossier::question::time;
use crate::command::dossier::words::fill;
use maud::{Markup, html};

/// The section.
pub fn section(view: &View<'_>) -> Markup {
    let (document, question) = (view.words.document, view.question);
    let filters = question.in_words(view.words);
    let answer = &view.gathered.answer;
    let erased: u64 = answer.ranges.iter().map(|one| one.erased).sum();
    let records = answer.records.len().to_string();
    html! {
        section #question {
            h2 { (document.question) }
            p { (document.question_intro) }
            dl.plain {
                div { dt { (document.asked_by) } dd { (question.asker(view.words)) } }
                div { dt { (document.asked_at) } dd { (time(question.at)) } }
                div { dt { (document.asked_of) } dd { (code(&question.source)) } }
                div { dt { (document.site) } dd { (question.site) } }
                div {
                    dt { (document.filters) }
                    dd {
                        @if filters.is_empty() { (document.no_filters) } @else {
                            ul.filters { @for (name, value) in &filters { li { (name) (document.colon) strong { (value) } } } }
                        }
                    }
                }
                div { dt { (document.address) } dd { (code(question.address())) } }
                @if question.filters.beyond_time() {
                    div { dt { (document.requested) } dd { (code(question.requested())) p.note { (document.requested_why) } } }
                }
            }
            h3 { (document.answer) }
            p.answer { (fill(document.answer_count, &[("records", &records)])) }
            @if erased > 0 { p { (fill(document.answer_erased, &[("erased", &erased.to_string())])) } }
            (ranges(view))
        }
    }
}

fn ranges(view: &View<'_>) -> Markup {
    let document = view.words.document;
    let head = [
        document.log,
        document.first,
        document.last,
        document.entries,
        document.erased,
        document.found,
    ];
    let answer = &view.gathered.answer;
    let found = |origin: &str| {
        let records = answer.records.iter();
        records
            .filter(|one| one.record.log.as_str() == origin)
            .count()
    };
    let rows = html! {
        @for covered in &answer.ranges {
            @let range = &covered.range;
            tr {
                th scope="row" { (code(&covered.origin)) }
                @if range.is_empty() { td colspan="5" { (document.empty_range) } } @else {
                    td.number { (range.start) }
                    td.number { (range.end - 1) }
                    td.number { (range.end - range.start) }
                    td.number { (covered.erased) }
                    td.number { (found(&covered.origin)) }
                }
            }
        }
    };
    table(document.ranges_caption, &head, &rows)
}
