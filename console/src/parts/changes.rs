//! What differs between two configurations, in words and in both languages.

use crate::words::{Word, counted, site};
use consent_core::site::compare::{Change, ChangeKind, Comparison};
use leptos::prelude::*;
use serde_json::Value;

/// A comparison: first whether visitors are asked again, then each change.
pub fn changes(comparison: &Comparison) -> AnyView {
    if comparison.changes.is_empty() {
        return view! { <p class="soft">{site::SAME.t()}</p> }.into_any();
    }
    let list: Vec<_> = comparison.changes.iter().map(change).collect();
    let left_out = u64::try_from(comparison.left_out).unwrap_or(u64::MAX);
    view! {
        {verdict(comparison.asks_anew)}
        <ul class="changes">{list}</ul>
        {(left_out > 0).then(|| view! { <p>{counted(left_out, site::LEFT_OUT, site::LEFT_OUT)}</p> })}
    }
    .into_any()
}

/// Whether visitors are asked again.
pub fn verdict(asks_anew: bool) -> AnyView {
    let (tone, title, lead): (_, Word, Word) = if asks_anew {
        ("warn", site::ASKS_AGAIN, site::ASKS_AGAIN_LEAD)
    } else {
        ("good", site::ASKS_NOBODY, site::ASKS_NOBODY_LEAD)
    };
    super::states::note(tone, title.t().to_owned(), lead.t().to_owned())
}

fn change(change: &Change) -> AnyView {
    let kind = match change.kind {
        ChangeKind::Added => site::ADDED,
        ChangeKind::Removed => site::REMOVED,
        ChangeKind::Changed => site::CHANGED,
    };
    // The path in the server's words has the items' own names: `services[ga4].recipient`.
    let named = change.words.split('`').nth(1);
    let path = named.unwrap_or(&change.field).to_owned();
    view! {
        <li class=format!("change {}", kind.en.to_lowercase())>
            <p class="change-head">
                <code>{path}</code>
                <span class="tag">{kind.t()}</span>
                {change.asks_anew.then(|| view! { <span class="tag warn">{site::ASKS.t()}</span> })}
            </p>
            <dl class="values">
                {value(site::WAS, change.old.as_ref())} {value(site::IS, change.new.as_ref())}
            </dl>
        </li>
    }
    .into_any()
}

fn value(name: Word, value: Option<&Value>) -> Option<AnyView> {
    let text = match value? {
        Value::String(text) => text.clone(),
        other => serde_json::to_string_pretty(other).unwrap_or_default(),
    };
    let view = view! {
        <div>
            <dt>{name.t()}</dt>
            <dd>{text}</dd>
        </div>
    };
    Some(view.into_any())
}
