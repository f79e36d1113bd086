//! The report as one page: it fetches nothing, and nothing of the scanned site runs in it.

mod findings;
mod inventory;
mod proposals;
mod screenshots;

use super::{Counts, Report};
use crate::agent::user_agent;
use crate::observe::observation::Phase;
use crate::visit::visitor::Screenshot;
use crate::words::counted;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::collections::BTreeSet;

const STYLE: &str = include_str!("page.css");

/// The whole page.
pub fn page(report: &Report, screenshots: &[Screenshot]) -> String {
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
                    @if !screenshots.is_empty() { a href="#pictures" { "Screenshots" } }
                    a href="#findings" { "Findings" }
                    @if !report.proposals.is_empty() { a href="#proposals" { "Lines to add" } }
                    a href="#seen" { "Everything seen" }
                    a href="#method" { "Method" }
                }
                main {
                    (phases(report))
                    (screenshots::gallery(screenshots))
                    (findings::findings(report))
                    (proposals::proposals(report))
                    (inventory::everything(&report.things))
                    (method(report))
                }
                footer { "Made by " (report.tool) " on this computer. The SHA-256 of report.json identifies this scan." }
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
            Some(source) => {
                (counted(source.services as u64, "service")) " in "
                span.address title=(source.from) { @match &source.notice { Some(hash) => { "the notice " (hash.get(..12).unwrap_or_default()) "…" } None => { (source.from.rsplit('/').next().unwrap_or_default()) } } }
            }
            None => { "not compared" @if let Some(why) = &report.not_compared { ": " (why) } }
        }
    }
}

/// A time in words, to the minute: `2026-11-22, 20:00 UTC`.
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

fn method(report: &Report) -> Markup {
    html! {
        section #method {
            h2 { "How this was made" }
            p {
                "A real browser visited the pages four times, each time with a fresh profile: without a choice, \
                 after pressing what refuses, after pressing what accepts, and after withdrawing what was accepted. \
                 It presented itself as " code { (user_agent()) } " and kept to robots.txt."
            }
            h3 { "Pages" }
            ul.plain {
                @for page in &report.pages { li.address { (page) } }
                @for left in &report.left_out { li { span.address { (left.url) } " – not visited to the end: " (left.why) } }
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
    use crate::browser::tab::Window;
    use crate::observe::observation::Kind;
    use crate::report::Scanned;
    use crate::visit::visitor::{Seen, Visit};
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
        let picture = Screenshot {
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
            failed: false,
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
