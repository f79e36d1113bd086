//! Everything that was observed, as a table for each service or host.

use crate::assess::inventory::Thing;
use crate::observe::observation::{Kind, Phase};
use crate::words::{counted, days};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The section with everything that was observed.
pub fn everything(things: &[Thing]) -> Markup {
    let mut by_owner: BTreeMap<&str, Vec<&Thing>> = BTreeMap::new();
    for thing in things {
        by_owner.entry(thing.owner()).or_default().push(thing);
    }
    html! {
        section #seen {
            h2 { "Everything that was seen" }
            p { "By service or, where none is known, by host. Values of cookies and keys are not recorded." }
            @for (owner, things) in by_owner {
                @let open = things.iter().filter(|thing| thing.needs_consent()).count();
                details.owner {
                    summary {
                        b { (owner) }
                        span { (counted(things.len() as u64, "thing")) @if open > 0 { ", " (open) " in need of consent" } }
                    }
                    div.scroll tabindex="0" {
                        table {
                            thead { tr { th { "What" } th { "Purpose" } @for phase in Phase::ALL { th.tick { (short(phase)) } } th { "By" } } }
                            tbody { @for thing in things { (row(thing)) } }
                        }
                    }
                }
            }
        }
    }
}

fn row(thing: &Thing) -> Markup {
    let purpose = match thing.known.purpose {
        Some(purpose) => purpose.as_str(),
        None if thing.is_allowed() => "own site",
        None => "unknown",
    };
    html! {
        tr {
            td {
                span.kind { (thing.kind) } " " code { (thing.name) }
                @if let (Kind::Cookie, Some(seconds)) = (thing.kind, thing.lifetime_s) { small { (days(seconds)) } }
                @if let Some(form) = &thing.form { small { (form) } }
            }
            td title=(thing.known.reason) { (purpose) }
            @for phase in Phase::ALL {
                td.tick { @if let Some(seen) = thing.seen.get(&phase) { span title={ (seen.times) " times" } { "●" } } }
            }
            td.address { @if let Some(by) = &thing.by { (by.url) } }
        }
    }
}

const fn short(phase: Phase) -> &'static str {
    match phase {
        Phase::Before => "Before",
        Phase::Refused => "Refused",
        Phase::Accepted => "Accepted",
        Phase::Withdrawn => "Withdrawn",
    }
}
