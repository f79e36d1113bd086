//! The section of the proof: the steps in sum, the signed states, the keys, the witnesses, and what temoin checked.

use super::{View, code, table};
use crate::command::dossier::gather::LogOfAnswer;
use crate::command::dossier::question::time;
use crate::command::dossier::words::fill;
use crate::log::checkpoint::SignedCheckpoint;
use consent_log::TlogProof;
use maud::{Markup, html};

/// The steps, as the verifier names them, in their order.
fn steps(view: &View<'_>) -> [(&'static str, &'static str); 9] {
    let proof = view.words.proof;
    [
        ("whole", proof.step_whole),
        ("notice", proof.step_notice),
        ("digest", proof.step_digest),
        ("shown", proof.step_shown),
        ("texts", proof.step_texts),
        ("log", proof.step_log),
        ("signature", proof.step_signature),
        ("anchor", proof.step_anchor),
        ("witnesses", proof.step_witnesses),
    ]
}

/// The section.
pub fn section(view: &View<'_>) -> Markup {
    let proof = view.words.proof;
    html! {
        section #proof {
            h2 { (proof.title) }
            p { (proof.intro) }
            (sum(view))
            (states(view))
            (keys(view))
            (witnesses(view))
            (checked(view))
        }
    }
}

fn sum(view: &View<'_>) -> Markup {
    let proof = view.words.proof;
    let head = [
        proof.step,
        proof.passed_count,
        proof.failed_count,
        proof.other_count,
    ];
    let rows = html! {
        @for (step, words) in steps(view) {
            tr data-sum=(step) {
                th scope="row" { (words) }
                td.number data-outcome="passed" { "–" }
                td.number data-outcome="failed" { "–" }
                td.number data-outcome="other" { "–" }
            }
        }
    };
    table(proof.sum_caption, &head, &rows)
}

fn states(view: &View<'_>) -> Markup {
    let proof = view.words.proof;
    let head = [
        view.words.document.log,
        proof.size,
        proof.root,
        proof.anchor,
    ];
    let row = |log: &LogOfAnswer, signed: &SignedCheckpoint, anchored: Option<&TlogProof>| {
        let anchor = view.gathered.anchor.as_ref();
        let anchor = anchor.map_or("", |anchor| anchor.key.name());
        html! {
            tr {
                th scope="row" data-state="log" { (code(&log.origin)) }
                td.number data-state="size" { (signed.checkpoint.size) }
                td data-state="root" { (code(signed.checkpoint.root)) }
                td {
                    @match anchored {
                        Some(proof_of) => {
                            @let index = proof_of.index.to_string();
                            @let size = proof_of.checkpoint.text.lines().nth(1).unwrap_or_default();
                            (fill(proof.in_anchor, &[("index", &index), ("log", anchor), ("size", size)]))
                        }
                        None => { (proof.not_in_anchor) }
                    }
                }
            }
        }
    };
    let rows = html! {
        @for log in &view.gathered.logs {
            @let newest = &log.newest;
            @match &log.anchored {
                Some(anchored) => {
                    (row(log, &anchored.signed, Some(&anchored.proof)))
                    @if anchored.signed.checkpoint.size < newest.checkpoint.size { (row(log, newest, None)) }
                }
                None => { (row(log, newest, None)) }
            }
        }
    };
    table(proof.logs_caption, &head, &rows)
}

fn keys(view: &View<'_>) -> Markup {
    let proof = view.words.proof;
    let logs = view.gathered.logs.iter().map(|log| &log.key);
    let keys = logs.chain(view.gathered.anchor.iter().map(|anchor| &anchor.key));
    html! {
        h3 { (proof.keys) }
        p { (proof.keys_why) }
        ul.keys { @for key in keys { li data-key { (code(key)) } } }
    }
}

fn witnesses(view: &View<'_>) -> Markup {
    let proof = view.words.proof;
    let cosigned = view
        .gathered
        .anchor
        .iter()
        .flat_map(|anchor| &anchor.cosigned);
    let cosigned: Vec<_> = cosigned.collect();
    let rows = html! {
        @for (name, at) in &cosigned { tr { th scope="row" { (name) } td { (time(*at)) } } }
    };
    let head = [proof.witness, proof.cosigned_at];
    html! {
        h3 { (proof.witnesses) }
        @if cosigned.is_empty() { p.empty { (proof.witnesses_none) } }
        @else { (table(proof.witnesses_caption, &head, &rows)) }
    }
}

fn checked(view: &View<'_>) -> Markup {
    let proof = view.words.proof;
    let rows = html! {
        @for section in &view.gathered.answer.report.sections {
            @for (number, line) in section.checks.iter().enumerate() {
                tr {
                    @if number == 0 { th scope="rowgroup" rowspan=(section.checks.len()) { (code(&section.subject)) } }
                    td { (proof.of_check(line.check)) }
                    td { (proof.of_outcome(line.outcome)) }
                }
            }
        }
    };
    let head = [proof.subject, proof.check, proof.result];
    html! {
        h3 { (proof.checked) }
        p { (proof.checked_why) }
        (table(proof.checked_caption, &head, &rows))
    }
}
