//! The report as one page: nothing of it is fetched from anywhere, and nothing of the site runs in it.

use crate::assess::findings::{Finding, days};
use crate::assess::inventory::Thing;
use crate::assess::rule::{Rule, Severity};
use crate::observe::observation::{Initiator, Kind, Phase};
use crate::report::{Counts, Report};
use crate::visit::visitor::Picture;
use crate::words::counted;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::collections::{BTreeMap, BTreeSet};

const STYLE: &str = include_str!("html.css");
/// How many findings of one rule are open to see at once.
const OPEN: usize = 12;

/// The page.
pub fn page(report: &Report, pictures: &[Picture]) -> String {
    let verdict = verdict(report);
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { "Consent scan of " (report.host) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header {
                    p.brand { "Témoin" span { "consent scan" } }
                    h1 { (report.host) }
                    p.verdict.(if report.violations == 0 { "good" } else { "bad" }) { (verdict) }
                    dl.facts {
                        (fact("First page", &html! { (report.url) }))
                        (fact("Made at", &html! { time datetime=(report.made_at) { (day_and_time(&report.made_at.to_string())) } }))
                        (fact("Pages", &html! { (report.pages.len()) }))
                        (fact("Consent tool", &html! { (report.layer.manager.as_deref().unwrap_or("not a known one")) }))
                        (fact("Configuration", &configuration(report)))
                        (fact("Browser", &html! { (report.browser) }))
                    }
                }
                nav aria-label="Sections" {
                    a href="#phases" { "Phases" }
                    @if !pictures.is_empty() { a href="#pictures" { "Pictures" } }
                    a href="#findings" { "Findings" }
                    @if !report.proposals.is_empty() { a href="#proposals" { "Lines to add" } }
                    a href="#seen" { "Everything seen" }
                    a href="#method" { "Method" }
                }
                main {
                    (phases(report))
                    (gallery(pictures))
                    (findings(report))
                    (proposed(report))
                    (everything(&report.things))
                    (method(report))
                }
                footer { "Made by " (report.tool) " on this computer. The hash of report.json vouches for this scan." }
            }
        }
    }
    .into_string()
}

fn verdict(report: &Report) -> String {
    let unmade = report
        .visits
        .iter()
        .filter(|visit| visit.not_made.is_some())
        .count();
    match (report.violations, unmade) {
        (0, 0) => "Nothing was found that breaks a rule".to_owned(),
        (0, _) => "Nothing was found that breaks a rule, in what could be visited".to_owned(),
        (violations, _) => {
            let broken = report
                .findings
                .iter()
                .filter(|finding| finding.is_violation());
            let rules: BTreeSet<_> = broken.map(|finding| finding.rule).collect();
            let violations = counted(violations as u64, "violation");
            format!(
                "{violations} of {} found",
                counted(rules.len() as u64, "rule")
            )
        }
    }
}

fn fact(name: &str, value: &Markup) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

fn configuration(report: &Report) -> Markup {
    html! {
        @match &report.published {
            Some(told) => {
                (counted(told.services as u64, "service")) " in "
                span.address title=(told.from) { @match &told.notice { Some(hash) => { "the notice " (hash.get(..12).unwrap_or_default()) "…" } None => { (told.from.rsplit('/').next().unwrap_or_default()) } } }
            }
            None => { "not compared" @if let Some(why) = &report.not_compared { ": " (why) } }
        }
    }
}

/// A time as text, to the minute.
fn day_and_time(text: &str) -> String {
    let (day, time) = text.split_once('T').unwrap_or((text, ""));
    format!("{day}, {} UTC", time.get(..5).unwrap_or_default())
}

fn phases(report: &Report) -> Markup {
    let most = report
        .counts
        .values()
        .map(|count| count.kept + count.sent)
        .max();
    html! {
        section #phases {
            h2 { "What needs consent, by phase" }
            ol.phases {
                @for visit in &report.visits {
                    @let count = report.counts.get(&visit.phase).copied().unwrap_or_default();
                    li.(tone(visit.phase, count, visit.not_made.is_some())) {
                        h3 { (visit.phase) }
                        @match &visit.not_made {
                            Some(why) => { p.number { "–" } p.why { "Not visited: " (why) "." } }
                            None => {
                                p.number { (count.kept + count.sent) }
                                (bar(count, most.unwrap_or(0)))
                                p.why {
                                    (count.kept) " kept on the device, " (count.sent) " sent or read"
                                    span { (counted(count.all as u64, "thing")) " seen in all" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

const fn tone(phase: Phase, count: Counts, unmade: bool) -> &'static str {
    match (unmade, phase.forbids(), count.kept + count.sent) {
        (true, ..) => "unmade",
        (_, false, _) => "free",
        (_, true, 0) => "good",
        (_, true, _) => "bad",
    }
}

fn bar(count: Counts, most: usize) -> Markup {
    let part = |number: usize| (100 * number).checked_div(most).unwrap_or(0);
    html! {
        div.bar aria-hidden="true" {
            i.kept style={ "width:" (part(count.kept)) "%" } {}
            i.sent style={ "width:" (part(count.sent)) "%" } {}
        }
    }
}

fn findings(report: &Report) -> Markup {
    let mut by_rule: BTreeMap<Rule, Vec<&Finding>> = BTreeMap::new();
    for finding in &report.findings {
        by_rule.entry(finding.rule).or_default().push(finding);
    }
    html! {
        section #findings {
            h2 { "Findings" }
            @if by_rule.is_empty() {
                p.empty { "None: nothing optional happened without consent, and what visitors are told is what was seen." }
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
    let worst = findings
        .iter()
        .map(|finding| finding.severity)
        .min()
        .unwrap_or(Severity::Advice);
    html! {
        article.rule.(worst.as_str()) id=(words.id) {
            header {
                h3 { (words.title) }
                span.chip { (weights(findings)) }
            }
            p { b { "Expected: " } (words.expected) ". " b { "To do: " } (words.advice) }
            (rows(&findings[..findings.len().min(OPEN)]))
            @if findings.len() > OPEN {
                details { summary { (findings.len() - OPEN) " more" } (rows(&findings[OPEN..])) }
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

fn gallery(pictures: &[Picture]) -> Markup {
    let mut by_title: Vec<(&str, Vec<&Picture>)> = Vec::new();
    for picture in pictures {
        match by_title
            .iter_mut()
            .find(|(title, _)| *title == picture.title)
        {
            Some((_, list)) => list.push(picture),
            None => by_title.push((&picture.title, vec![picture])),
        }
    }
    html! {
        @if !by_title.is_empty() {
            section #pictures {
                h2 { "What a visitor sees" }
                div.gallery {
                    @for (title, pictures) in by_title {
                        figure {
                            figcaption { (title) }
                            div {
                                @for picture in pictures.iter().rev() {
                                    @let source = format!("data:image/png;base64,{}", STANDARD.encode(&picture.bytes));
                                    img.(picture.window.file_name()) src=(source) loading="lazy"
                                        alt={ (title) ", " (picture.window.file_name()) };
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn proposed(report: &Report) -> Markup {
    html! {
        @if !report.proposals.is_empty() {
            section #proposals {
                h2 { "Lines to add to the configuration" }
                p {
                    "Each is a member of " code { "services" } ", as the scan saw it. What only the owner \
                     knows is to be completed; a purpose that nobody knows is marketing until you say otherwise."
                }
                @for proposal in &report.proposals {
                    article.proposal {
                        header {
                            h3 { (proposal.service.name) }
                            span.chip {
                                @if proposal.replaces { "in the place of " (proposal.service.id) }
                                @else { "check: " (proposal.to_check.join(", ")) }
                            }
                        }
                        pre tabindex="0" { (serde_json::to_string_pretty(&proposal.service).unwrap_or_default()) }
                        @if !proposal.left_out.is_empty() {
                            p { "A configuration cannot name: " code { (proposal.left_out.join(", ")) } }
                        }
                    }
                }
            }
        }
    }
}

fn everything(things: &[Thing]) -> Markup {
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

fn method(report: &Report) -> Markup {
    html! {
        section #method {
            h2 { "How this was made" }
            p {
                "A real browser visited the pages four times, each time with a fresh profile: without a choice, \
                 after pressing what refuses, after pressing what accepts, and after withdrawing what was accepted. \
                 It presented itself as " code { (crate::agent::user_agent()) } " and kept to robots.txt."
            }
            h3 { "Pages" }
            ul.plain {
                @for page in &report.pages { li.address { (page) } }
                @for left in &report.left_out { li { span.address { (left.url) } " – not visited: " (left.why) } }
            }
            h3 { "What a scan cannot see" }
            ul { @for limit in report.limits { li { (limit) } } }
            @if !report.files.is_empty() {
                h3 { "Files" }
                p { "With the SHA-256 that report.json has of each." }
                ul.plain.files { @for (name, hash) in &report.files { li { code { (name) } " " small { (hash) } } } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::inventory::tests::seen;
    use crate::report::Scanned;
    use crate::visit::visitor::{Seen, Visit, Window};
    use consent_core::calendar::Timestamp;

    fn report(seen: Seen) -> Report {
        let scanned = Scanned {
            url: "https://relais.example/",
            host: "relais.example",
            browser: "Chromium 142.0.7444.59",
            made_at: Timestamp::MIN,
            published: Err("nobody gave one".to_owned()),
            tag: None,
        };
        Report::new(&scanned, seen, &[])
    }

    #[test]
    fn nothing_of_the_site_runs_in_it() {
        let evil = "<script>alert(1)</script>\"><img src=x>";
        let mut kept = seen(Phase::Before, Kind::LocalStorage, evil, "relais.example");
        kept.page = format!("https://relais.example/{evil}");
        let observations = vec![kept];
        let page = page(
            &report(Seen {
                observations,
                ..Seen::default()
            }),
            &[],
        );
        assert!(page.contains("&lt;script&gt;alert(1)"), "{page}");
        assert!(
            !page.contains("<script") && !page.contains("<img"),
            "{page}"
        );
    }

    #[test]
    fn nothing_of_it_is_fetched() {
        let picture = Picture {
            file: "before-phone.png".to_owned(),
            title: "Before a choice".to_owned(),
            window: Window::Phone,
            bytes: vec![1, 2, 3],
        };
        let page = page(&report(Seen::default()), &[picture]);
        assert!(
            page.contains("src=\"data:image/png;base64,AQID\""),
            "{page}"
        );
        for fetches in ["src=\"http", "<link", "url(", "@import"] {
            assert!(!page.contains(fetches), "{fetches}");
        }
    }

    #[test]
    fn a_visit_that_was_not_made_says_why() {
        let visits = vec![Visit {
            phase: Phase::Refused,
            not_made: Some("no way to refuse was found".to_owned()),
        }];
        let page = page(
            &report(Seen {
                visits,
                ..Seen::default()
            }),
            &[],
        );
        assert!(
            page.contains("Not visited: no way to refuse was found."),
            "{page}"
        );
        assert!(page.contains("not compared: nobody gave one"), "{page}");
        assert!(page.contains("in what could be visited"), "{page}");
    }
}
