//! The check of an inclusion proof, shown step by step.

use crate::api::{Api, Load};
use crate::browser::{self, dates};
use crate::parts::fact::{fact, whole};
use crate::parts::states::{failed, note, waiting};
use crate::proof::check::{Checked, Lack, Outcome, Report, check};
use crate::proof::climb::{Side, Step};
use crate::words::{Word, counted, proofs as words};
use consent_core::proof::disclosed::DisclosedRecord;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// The section: a button, then what came of it.
pub fn section(api: Api, found: DisclosedRecord) -> AnyView {
    let report = RwSignal::new(None::<Load<Report>>);
    let start = move |_| {
        let found = found.clone();
        report.set(Some(Load::Waiting));
        browser::focus("#check");
        spawn_local(async move {
            let loaded = check(api, found).await;
            let _ = report.try_set(Some(loaded.map_or_else(Load::Failed, Load::Ready)));
        });
    };
    view! {
        <section class="card proof" aria-labelledby="check">
            <h2 id="check" tabindex="-1">
                {words::CHECK.t()}
            </h2>
            <p>{words::CHECK_LEAD.t()}</p>
            <div aria-live="polite">
                {move || {
                    report
                        .get()
                        .map(|report| match report {
                            Load::Waiting => waiting(),
                            Load::Failed(failure) => failed(&failure),
                            Load::Ready(report) => show(&report),
                        })
                }}
            </div>
            {move || {
                report
                    .get()
                    .is_none()
                    .then(|| {
                        view! {
                            <button type="button" class="button main" on:click=start.clone()>
                                {words::CHECK_START.t()}
                            </button>
                        }
                    })
            }}
        </section>
    }
    .into_any()
}

fn show(report: &Report) -> AnyView {
    match &report.outcome {
        Outcome::Incomplete(lack) => {
            let why = match lack {
                Lack::Checkpoint => words::NO_CHECKPOINT,
                Lack::Key => words::NO_KEY,
                Lack::Tile => words::TILE_MISSING,
                Lack::Entry => words::NOT_SIGNED_FOR,
            };
            note("bad", words::FAILS.t().to_owned(), why.t().to_owned())
        }
        Outcome::Checked(checked) => all(report, checked),
    }
}

fn all(report: &Report, checked: &Checked) -> AnyView {
    let index = dates::number(report.index);
    let size = dates::number(checked.size);
    let values = [("index", &*index), ("size", &*size), ("log", &*report.log)];
    let verdict = if checked.holds() {
        note(
            "good",
            words::HOLDS.t().to_owned(),
            words::HOLDS_LEAD.with(&values),
        )
    } else {
        note(
            "bad",
            words::FAILS.t().to_owned(),
            words::FAILS_LEAD.t().to_owned(),
        )
    };
    let climbed = checked.steps.as_deref().unwrap_or_default();
    let count = u64::try_from(climbed.len()).unwrap_or(u64::MAX);
    let entry = view! {
        <dl class="facts wide-values">
            {fact(words::ENTRY.t(), whole(report.entry.clone()))}
            {fact(words::LEAF.t(), whole(report.leaf.to_string()))}
        </dl>
    };
    let root = view! {
        <dl class="facts wide-values">{fact(words::ROOT.t(), whole(checked.root.to_string()))}</dl>
    };
    let key = view! {
        <dl class="facts wide-values">{fact(words::KEY.t(), whole(checked.key.clone()))}</dl>
    };
    let computed = checked
        .computed
        .map_or_else(String::new, |it| it.to_string());
    let roots = view! {
        <dl class="facts wide-values">
            {fact(words::COMPUTED.t(), whole(computed))}
            {fact(words::SIGNED.t(), whole(checked.root.to_string()))}
        </dl>
    };
    view! {
        {verdict}
        <ol class="steps">
            {step(
                words::STEP_ENTRY,
                words::STEP_ENTRY_LEAD.t().to_owned(),
                true,
                entry.into_any(),
            )}
            {step(
                words::STEP_CHECKPOINT,
                words::STEP_CHECKPOINT_LEAD.with(&values),
                true,
                root.into_any(),
            )}
            {step(
                words::STEP_SIGNATURE,
                words::STEP_SIGNATURE_LEAD.t().to_owned(),
                checked.signed,
                key.into_any(),
            )}
            {step(
                words::STEP_WAY,
                counted(count, words::STEP_WAY_ONE, words::STEP_WAY_MANY),
                checked.steps.is_some(),
                way(climbed),
            )}
            {step(
                words::STEP_ROOT,
                words::STEP_ROOT_LEAD.t().to_owned(),
                checked.roots_agree(),
                roots.into_any(),
            )}
        </ol>
    }
    .into_any()
}

fn step(title: Word, lead: String, passed: bool, inside: AnyView) -> AnyView {
    let (tone, said) = if passed {
        ("good", words::PASSED)
    } else {
        ("bad", words::FAILED)
    };
    view! {
        <li>
            <p class="step-head">
                <strong>{title.t()}</strong>
                <span class=format!("tag {tone}")>{said.t()}</span>
            </p>
            <p class="soft">{lead}</p>
            {inside}
        </li>
    }
    .into_any()
}

/// The steps up, each with its neighbour and what both give.
fn way(steps: &[Step]) -> AnyView {
    if steps.is_empty() {
        return ().into_any();
    }
    let rows = steps.iter().map(|step| {
        let side = match step.side {
            Side::Left => words::LEFT,
            Side::Right => words::RIGHT,
        };
        view! {
            <li>
                <span class="small-caps">{side.t()}</span>
                {whole(step.neighbour.to_string())}
                <span class="small-caps">{words::GIVES.t()}</span>
                {whole(step.gives.to_string())}
            </li>
        }
    });
    view! {
        <details>
            <summary>{words::SHOW_STEPS.t()}</summary>
            <ol class="climb">{rows.collect::<Vec<_>>()}</ol>
        </details>
    }
    .into_any()
}
