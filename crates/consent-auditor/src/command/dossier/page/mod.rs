//! The document: one file for each of its sections, and what holds them together. It fetches nothing; what runs in it
//! is the one script whose hash its policy states. What is said is in `words`; what is true was found by `gather`.

mod data_cells;
mod frames;
mod limits;
mod log_entries;
mod notices;
mod proof;
mod question;
mod records;

use super::data::Data;
use super::gather::Gathered;
use super::question::{Question, time};
use super::shown;
use super::tree::Noted;
use super::words::{Words, fill};
use anyhow::Result;
use consent_core::Sha256Digest;
use consent_core::entry::Event;
use consent_log::Hash;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use std::fmt::Display;

/// The style of the document.
const STYLE: &str = include_str!("page.css");
/// The verifier in the file: `cargo xtask build` makes it from `consent-widget/loader/dossier`.
const SCRIPT: &str = include_str!("../prepared/verifier.js");
/// How many rows a table of log entries has at most.
const MAX_ROWS: usize = 1_000;
/// With more records than these, their details begin folded.
const MAX_OPEN: usize = 12;

/// What the sections show.
pub struct View<'a> {
    /// What was found.
    pub gathered: &'a Gathered,
    /// What was asked.
    pub question: &'a Question,
    /// The words.
    pub words: Words,
    /// The log entries that are shown, in the order of their numbers in the data.
    noted: Vec<&'a Noted>,
}

impl<'a> View<'a> {
    /// A view of what was found.
    pub fn new(gathered: &'a Gathered, question: &'a Question, words: Words) -> Self {
        let all = || gathered.logs.iter().flat_map(|log| &log.noted);
        let is = |kind: fn(&Event) -> bool| all().filter(move |one| kind(&one.entry.event));
        let published = is(|event| matches!(event, Event::Publish { .. })).take(MAX_ROWS);
        let erased = is(|event| matches!(event, Event::Erase(_))).take(MAX_ROWS);
        let files: Vec<_> = is(|event| matches!(event, Event::Evidence { .. })).collect();
        // The last ones are asked for.
        let files = files[files.len().saturating_sub(MAX_ROWS)..].to_vec();
        let noted = published.chain(erased).chain(files).collect();
        Self {
            gathered,
            question,
            words,
            noted,
        }
    }

    /// The entries of one kind, each with its number in the data.
    fn noted(&self, kind: fn(&Event) -> bool) -> Vec<(usize, &'a Noted)> {
        let numbered = self.noted.iter().copied().enumerate();
        numbered.filter(|(_, one)| kind(&one.entry.event)).collect()
    }

    /// The whole document.
    pub fn page(&self) -> Result<String> {
        let data = Data::of(self.gathered, &self.noted, self.words).to_json()?;
        let title = format!("{} – {}", self.words.document.kind, self.question.site);
        let page = html! {
            (DOCTYPE)
            html lang=(self.words.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(self.policy());
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    meta name="referrer" content="no-referrer";
                    title { (title) }
                    style { (PreEscaped(STYLE)) }
                }
                body {
                    (self.cover())
                    (self.contents())
                    main {
                        (question::section(self))
                        (notices::section(self))
                        (records::section(self))
                        (records::presented(self))
                        (log_entries::erasures(self))
                        (log_entries::publications(self))
                        (log_entries::files(self))
                        (proof::section(self))
                        (limits::section(self))
                        (limits::again(self))
                    }
                    footer { p { (fill(self.words.document.footer, &[("tool", TOOL)])) } }
                    script type="application/json" id="dossier-data" { (PreEscaped(data)) }
                    script { (PreEscaped(SCRIPT)) }
                }
            }
        };
        Ok(page.into_string())
    }

    /// The policy of the document and, as they inherit it, of the pictures in it: this script, these styles, and
    /// nothing else.
    fn policy(&self) -> String {
        let mut styles: Vec<_> = shown::all_styles(&self.gathered.notices)
            .into_iter()
            .map(source)
            .collect();
        styles.extend([source(STYLE), source(frames::STYLE)]);
        let (script, styles) = (source(SCRIPT), styles.join(" "));
        format!(
            "default-src 'none'; script-src {script}; style-src {styles}; base-uri 'none'; form-action 'none'"
        )
    }

    fn cover(&self) -> Markup {
        let (document, gathered) = (self.words.document, self.gathered);
        let site = self.question.site.as_str();
        let mut last = gathered.notices.iter().rev();
        let notice = last.find_map(|shown| shown.notice.as_ref());
        let name = notice.map_or(site, |notice| notice.name.as_str());
        let erased: u64 = gathered.answer.ranges.iter().map(|one| one.erased).sum();
        html! {
            header.cover {
                p.brand { "Témoin" span { (document.kind) } }
                h1 { (name) }
                p.about { (fill(document.about, &[("site", site)])) }
                dl.facts {
                    (fact(document.site, site))
                    @if let Some(notice) = notice { (fact(document.controller, notice.controller.name.as_str())) }
                    (fact(document.made, &time(self.question.at)))
                    (fact(document.made_by, TOOL))
                    (fact(document.records_found, &gathered.answer.records.len().to_string()))
                    (fact(document.erased_found, &erased.to_string()))
                }
                div.verdict #verdict data-outcome="waiting" {
                    strong { (document.verdict) }
                    p #verdict-text role="status" data-waiting=(self.words.proof.waiting)
                        data-broken=(self.words.proof.unreadable) { (self.words.proof.without_script) }
                }
            }
        }
    }

    fn contents(&self) -> Markup {
        let (document, proof, limits) = (self.words.document, self.words.proof, self.words.limits);
        let presented = !self.gathered.presented.is_empty();
        let sections = [
            ("question", document.question),
            ("shown", document.shown),
            ("records", document.records),
            ("presented", document.presented),
            ("erasures", document.erasures),
            ("publications", document.publications),
            ("scans", document.scans),
            ("proof", proof.title),
            ("limits", limits.title),
            ("again", limits.again),
        ];
        html! {
            nav aria-labelledby="contents" {
                h2 #contents { (document.contents) }
                ol {
                    @for (id, title) in sections {
                        @if id != "presented" || presented { li { a href={ "#" (id) } { (title) } } }
                    }
                }
            }
        }
    }
}

/// The program that made the document.
const TOOL: &str = concat!("temoin ", env!("CARGO_PKG_VERSION"));

/// A source expression of a policy (CSP Level 3, "hash-source").
fn source(text: &str) -> String {
    let hash = Hash::from_bytes(*Sha256Digest::of(text.as_bytes()).as_bytes());
    format!("'sha256-{hash}'")
}

/// A name and its value, in a list of facts.
fn fact(name: &str, value: &str) -> Markup {
    html! { div { dt { (name) } dd { (value) } } }
}

/// A hash, which breaks anywhere.
fn code(value: impl Display) -> Markup {
    let value = value.to_string();
    html! { code { (value) } }
}

/// A table that scrolls by itself where it is too wide.
fn table(caption: &str, head: &[&str], rows: &Markup) -> Markup {
    html! {
        div.table role="region" aria-label=(caption) tabindex="0" {
            table {
                caption { (caption) }
                thead { tr { @for name in head { th scope="col" { (name) } } } }
                tbody { (rows) }
            }
        }
    }
}
