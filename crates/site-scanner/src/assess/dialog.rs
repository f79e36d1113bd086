//! The findings about the consent dialog: how the site asks, and whether refusing is as easy as accepting.

use super::evidence::Evidence;
use super::finding::Finding;
use super::inventory::Thing;
use super::rule::{Rule, Severity};
use crate::observe::observation::Phase;
use crate::visit::consent_dialog::{Button, Layer};

/// The subject of findings about the first layer as a whole.
const FIRST_LAYER: &str = "first layer";
/// A refusal of less than this part of the acceptance's area is smaller.
const MIN_AREA: f64 = 0.75;
/// The letters of a refusal may be smaller by this many CSS pixels.
const MAX_FONT_DIFFERENCE_PX: f64 = 1.5;

/// All findings about the dialog.
pub fn findings(evidence: &Evidence<'_>) -> Vec<Finding> {
    let layer = evidence.layer;
    let Some(accept) = &layer.accept else {
        return no_question(evidence).into_iter().collect();
    };
    let mut findings = Vec::new();
    findings.extend(of_refusal(evidence, accept));
    findings.extend(of_layer(layer));
    let mut visits = evidence.visits.iter();
    let withdrawal = visits.find(|visit| visit.phase == Phase::Withdrawn && !visit.failed);
    if let Some(why) = withdrawal.and_then(|visit| visit.not_made.as_deref()) {
        findings.push(finding(
            Rule::NoWithdrawal,
            Severity::High,
            "every page",
            why,
        ));
    }
    findings
}

/// A finding if nobody asks, and something needs consent.
fn no_question(evidence: &Evidence<'_>) -> Option<Finding> {
    let needed = evidence.things.iter().any(Thing::needs_consent);
    let found = "no way to accept or refuse was found";
    needed.then(|| finding(Rule::NoQuestion, Severity::High, FIRST_LAYER, found))
}

/// A finding if refusing is harder than accepting.
fn of_refusal(evidence: &Evidence<'_>, accept: &Button) -> Option<Finding> {
    if let Some(reject) = &evidence.layer.reject {
        let found = weaker(reject, accept)?;
        let rule = Rule::RefusalWeaker;
        return Some(finding(rule, Severity::Medium, &reject.text, &found));
    }
    let (rule, found) = if evidence.was_visited(Phase::Refused) {
        let found = format!("“{}” is one press away, refusing is two", accept.text);
        (Rule::RefusalBehind, found)
    } else {
        let found = format!("“{}”, and nothing that refuses", accept.text);
        (Rule::NoRefusal, found)
    };
    Some(finding(rule, Severity::High, FIRST_LAYER, &found))
}

/// Findings about the first layer, apart from its buttons.
fn of_layer(layer: &Layer) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !layer.ticked.is_empty() {
        let names = layer.ticked.join(", ");
        let found = format!("ticked in advance: {names}");
        findings.push(finding(Rule::TickedBoxes, Severity::High, &names, &found));
    }
    if layer.locks_scrolling {
        let found = "the page does not scroll while it asks";
        let rule = Rule::LocksScrolling;
        findings.push(finding(rule, Severity::Medium, FIRST_LAYER, found));
    }
    if layer.blocks_page {
        let found = "an overlay covers the whole window";
        let rule = Rule::BlocksPage;
        findings.push(finding(rule, Severity::Medium, FIRST_LAYER, found));
    }
    findings
}

fn finding(rule: Rule, severity: Severity, subject: &str, found: &str) -> Finding {
    Finding::new(rule, severity, subject.to_owned(), found.to_owned())
}

/// How the button that refuses is less prominent than the one that accepts, if it is.
fn weaker(reject: &Button, accept: &Button) -> Option<String> {
    let area = |button: &Button| f64::from(button.width) * f64::from(button.height);
    let smaller = area(reject) < MIN_AREA * area(accept);
    let smaller_letters = reject.font_px + MAX_FONT_DIFFERENCE_PX < accept.font_px;
    let unfilled = accept.filled && !reject.filled;
    (smaller || smaller_letters || unfilled).then(|| {
        format!(
            "“{}” is {}, “{}” is {}",
            reject.text,
            looks(reject),
            accept.text,
            looks(accept)
        )
    })
}

fn looks(button: &Button) -> String {
    let fill = if button.filled {
        "filled"
    } else {
        "not filled"
    };
    format!(
        "{} × {} pixels, letters of {} pixels, {fill}",
        button.width, button.height, button.font_px
    )
}
