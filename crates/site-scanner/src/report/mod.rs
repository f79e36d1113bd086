//! The report of a scan: one value, from which the JSON and the page are made. What is wrong, and why, is for `assess`.

pub mod html;

use crate::assess::evidence::Evidence;
use crate::assess::finding::Finding;
use crate::assess::findings::findings;
use crate::assess::inventory::{Thing, Tool, inventory};
use crate::assess::propose::{Proposal, SiteContext, proposals};
use crate::assess::published::{Published, Tag};
use crate::observe::observation::Phase;
use crate::visit::consent_dialog::Layer;
use crate::visit::visitor::{Seen, Visit};
use consent_core::EvidenceHash;
use consent_core::calendar::Timestamp;
use consent_core::text::LanguageTag;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;

/// What a scan cannot see, as every report says.
const LIMITS: [&str; 5] = [
    "Pages behind a login, and what only some visitors are shown, are not seen.",
    "A third party behind a name of the site's own (CNAME cloaking, a server-side relay) looks like the site.",
    "What a server keeps of a request, its address included, is not seen by a browser.",
    "What runs later than the page was watched, or only after other gestures than a scroll, is not seen.",
    "Frames in which another tool asks for consent are not answered.",
];

/// The whole report.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The version of this format.
    pub format: u8,
    /// The program that made it: `temoin/0.1.0`.
    pub tool: String,
    /// The browser and its version.
    pub browser: String,
    /// When the scan was made.
    pub made_at: Timestamp,
    /// The first page.
    pub url: String,
    /// The site's host.
    pub host: String,
    /// How many findings are violations.
    pub violations: usize,
    /// How many are only advice.
    pub advice: usize,
    /// How many things that need consent were seen, by phase.
    pub counts: BTreeMap<Phase, Counts>,
    /// The visits, and why one was not made.
    pub visits: Vec<Visit>,
    /// The visited pages.
    pub pages: Vec<String>,
    /// The pages that were not visited, or not to the end, and why.
    pub left_out: Vec<LeftOut>,
    /// The first layer of the first page.
    pub layer: Layer,
    /// The published configuration, if it is known.
    pub published: Option<PublishedSource>,
    /// Why nothing was compared with the published configuration, if nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_compared: Option<String>,
    /// The findings.
    pub findings: Vec<Finding>,
    /// What the configuration lacks.
    pub proposals: Vec<Proposal>,
    /// Everything that was observed, each thing once.
    pub things: Vec<Thing>,
    /// Name -> SHA-256 of the files beside the report.
    pub files: BTreeMap<String, EvidenceHash>,
    /// What a scan cannot see.
    pub limits: [&'static str; 5],
}

/// A page that was not visited, or not to the end.
#[derive(Debug, Serialize)]
pub struct LeftOut {
    /// Its address.
    pub url: String,
    /// Why.
    pub why: String,
}

/// Where the published configuration was read from.
#[derive(Debug, Serialize)]
pub struct PublishedSource {
    /// A file or an address.
    pub from: String,
    /// The notice's hash.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice: Option<String>,
    /// How many services it has.
    pub services: usize,
}

/// How many things were observed in a phase.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// All of them.
    pub all: usize,
    /// Those kept on the device that need consent.
    pub kept: usize,
    /// Those sent to a third party or read from the device that need consent.
    pub sent: usize,
}

/// What a report is about.
pub struct Scanned<'a> {
    /// The first page.
    pub url: &'a str,
    /// The site's host.
    pub host: &'a str,
    /// The browser and its version.
    pub browser: &'a str,
    /// When the scan was made.
    pub made_at: Timestamp,
    /// The published configuration, or why it is not known.
    pub published: Result<&'a Published, String>,
    /// The tag of Témoin, if the page has one.
    pub tag: Option<&'a Tag>,
}

impl Report {
    /// Makes the report from what was seen. `files` are the files beside it: names and bytes.
    pub fn new(scanned: &Scanned, seen: Seen, files: &[(String, Vec<u8>)]) -> Self {
        let mut hosts = seen.layer.hosts.clone();
        hosts.extend(scanned.tag.map(|tag| tag.host.clone()));
        let tool = Tool {
            name: seen.layer.manager.as_deref().unwrap_or("Témoin"),
            stored: &seen.layer.stored,
            hosts: &hosts,
        };
        let published = scanned.published.as_ref().ok().copied();
        let things = inventory(&seen.observations, published, &tool);
        let evidence = Evidence {
            things: &things,
            layer: &seen.layer,
            gone_after_gesture: seen.gone_after_gesture,
            visits: &seen.visits,
            published,
        };
        let findings = findings(&evidence);
        let languages = match published {
            Some(published) => published.languages.clone(),
            None => "en".parse::<LanguageTag>().into_iter().collect(),
        };
        let violations = findings
            .iter()
            .filter(|finding| finding.is_violation())
            .count();
        Self {
            format: 1,
            tool: concat!("temoin/", env!("CARGO_PKG_VERSION")).to_owned(),
            browser: scanned.browser.to_owned(),
            made_at: scanned.made_at,
            url: scanned.url.to_owned(),
            host: scanned.host.to_owned(),
            violations,
            advice: findings.len() - violations,
            counts: counts(&things),
            visits: seen.visits,
            pages: seen.pages,
            left_out: seen
                .left_out
                .into_iter()
                .map(|(url, why)| LeftOut { url, why })
                .collect(),
            layer: seen.layer,
            not_compared: scanned.published.as_ref().err().cloned(),
            published: published.map(|published| PublishedSource {
                from: published.from.clone(),
                notice: published.notice.clone(),
                services: published.services.len(),
            }),
            findings,
            proposals: proposals(
                &things,
                &SiteContext {
                    services: published.map_or(&[], |published| &published.services),
                    languages: &languages,
                    host: scanned.host,
                    law: published.map(|published| published.law),
                },
            ),
            things,
            files: files
                .iter()
                .map(|(name, bytes)| (name.clone(), sha256(bytes)))
                .collect(),
            limits: LIMITS,
        }
    }

    /// The default name of its folder: `temoin-scan-HOST-DATE`.
    pub fn folder_name(&self) -> String {
        let plain = |char: char| char.is_ascii_alphanumeric() || "-_.".contains(char);
        let host = self.host.chars();
        let host: String = host
            .map(|char| if plain(char) { char } else { '-' })
            .collect();
        let made_at = self.made_at.to_string();
        let day = made_at.split('T').next().unwrap_or_default();
        format!("temoin-scan-{}-{day}", host.trim_start_matches('.'))
    }

    /// The report as JSON: the bytes of `report.json`.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string_pretty(self).map(|json| json + "\n")
    }
}

/// The SHA-256 of a file.
pub fn sha256(bytes: &[u8]) -> EvidenceHash {
    EvidenceHash::from_bytes(Sha256::digest(bytes).into())
}

fn counts(things: &[Thing]) -> BTreeMap<Phase, Counts> {
    let mut counts: BTreeMap<_, _> = Phase::ALL.map(|phase| (phase, Counts::default())).into();
    for thing in things {
        for phase in thing.seen.keys() {
            let count = counts.entry(*phase).or_default();
            count.all += 1;
            if thing.needs_consent() {
                if thing.kind.is_kept() {
                    count.kept += 1;
                } else {
                    count.sent += 1;
                }
            }
        }
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assess::inventory::tests::{NO_TOOL, seen};
    use crate::observe::observation::Kind;

    #[test]
    fn counts_are_of_what_needs_consent() {
        let things = inventory(
            &[
                seen(Phase::Before, Kind::Cookie, "_ga", "relais.example"),
                seen(
                    Phase::Before,
                    Kind::Request,
                    "https://relais.example/a.css",
                    "relais.example",
                ),
                seen(
                    Phase::Accepted,
                    Kind::Request,
                    "https://tags.example/t.js",
                    "tags.example",
                ),
                seen(
                    Phase::Accepted,
                    Kind::Script,
                    "https://tags.example/t.js",
                    "tags.example",
                ),
            ],
            None,
            &NO_TOOL,
        );
        let counts = counts(&things);
        let of = |all, kept, sent| Counts { all, kept, sent };
        assert_eq!(counts[&Phase::Before], of(2, 1, 0));
        assert_eq!(counts[&Phase::Refused], of(0, 0, 0));
        assert_eq!(counts[&Phase::Accepted], of(2, 0, 1));
    }

    #[test]
    fn digests_are_those_of_sha256sum() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(sha256(b"").to_string(), empty);
    }
}
