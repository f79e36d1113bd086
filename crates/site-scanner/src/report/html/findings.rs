//! The findings on the page.

use crate::assess::finding::Finding;
use crate::assess::rule::{Rule, Severity};
use crate::observe::observation::Initiator;
use crate::report::Report;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// How many findings of one rule are shown before the rest is folded.
const MAX_OPEN: usize = 12;

/// The section with the findings, by rule.
pub fn findings(report: &Report) -> Markup {
    let mut by_rule: BTreeMap<Rule, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        by_rule.entry(finding.rule).or_default().push(finding);
    }
    html! {
        section #findings {
            h2 { "Findings" }
            @if by_rule.is_empty() {
                p.empty { "None: nothing optional happened without consent, and everything seen is what visitors are informed of." }
            }
            ul.index {
                @for (rule, findings) in &by_rule {
                    li.(worst(findings).as_str()) {
                        a href={ "#" (rule.id()) } { (rule.words().title) }
                        span { (findings.len()) }
                    }
                }
            }
            @for (rule, findings) in &by_rule { (rule_findings(*rule, findings)) }
        }
    }
}

/// How many of each severity: `3 high, 1 advice`.
fn weights(findings: &[&Finding]) -> String {
    let mut counts: BTreeMap<Severity, usize> = BTreeMap::new();
    for finding in findings {
        *counts.entry(finding.severity).or_default() += 1;
    }
    let each = counts
        .iter()
        .map(|(severity, count)| format!("{count} {}", severity.as_str()));
    each.collect::<Vec<_>>().join(", ")
}

fn worst(findings: &[&Finding]) -> Severity {
    let severities = findings.iter().map(|finding| finding.severity);
    severities.min().unwrap_or(Severity::Advice)
}

fn rule_findings(rule: Rule, findings: &[&Finding]) -> Markup {
    let words = rule.words();
    let worst = worst(findings);
    html! {
        article.rule.(worst.as_str()) id=(words.id) {
            header {
                h3 { (words.title) }
                span.chip { (weights(findings)) }
            }
            p { b { "Expected: " } (words.expected) ". " b { "To do: " } (words.advice) }
            (rows(&findings[..findings.len().min(MAX_OPEN)]))
            @if findings.len() > MAX_OPEN {
                details { summary { (findings.len() - MAX_OPEN) " more" } (rows(&findings[MAX_OPEN..])) }
            }
        }
    }
}

fn rows(findings: &[&Finding]) -> Markup {
    html! {
        ul.rows {
            @for finding in findings {
                li {
                    code { (finding.subject) }
                    p { (finding.found) }
                    div.where {
                        (who(finding.by.as_ref()))
                        @if !finding.pages.is_empty() { (pages(&finding.pages)) }
                    }
                }
            }
        }
    }
}

fn who(by: Option<&Initiator>) -> Markup {
    html! {
        @if let Some(by) = by {
            @if by.stack.len() > 1 {
                details.who {
                    summary { "by " (by.way) " " span.address { (by.url) } }
                    ol { @for call in &by.stack { li { code { (call) } } } }
                }
            } @else {
                p.who { "by " (by.way) " " span.address { (by.url) } }
            }
        }
    }
}

fn pages(pages: &[String]) -> Markup {
    html! {
        @if let [page] = pages {
            p.pages { "on " span.address { (page) } }
        } @else {
            details.pages {
                summary { "on " (pages.len()) " pages" }
                ul { @for page in pages { li { span.address { (page) } } } }
            }
        }
    }
}
