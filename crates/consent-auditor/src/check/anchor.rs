//! The anchor: its entries are the signed checkpoints of the other logs.

use super::listing;
use super::milestones::Milestone;
use crate::log::EntryReader;
use crate::report::Check;
use crate::report::finding::{Finding, Findings};
use consent_core::{ServerName, SiteId};
use consent_log::{Checkpoint, SignedNote, VerifierKey};
use std::collections::{BTreeSet, HashMap};

/// What the anchor has of one log.
#[derive(Default)]
pub struct Anchored {
    /// Every checkpoint of the log in the anchor, in the anchor's order.
    pub milestones: Vec<Milestone>,
    /// The newest one, with its index in the anchor.
    pub newest: Option<(u64, SignedNote)>,
    largest: u64,
}

/// Reads the anchor's entries: signed checkpoints of other logs.
pub struct AnchorReader {
    site: Option<(ServerName, SiteId)>,
    place: String,
    logs: HashMap<String, Anchored>,
    /// Logs of the site that are not in its list.
    unlisted: BTreeSet<String>,
    others: u64,
    /// What is wrong with the anchor itself.
    pub wrong: Findings,
}

impl AnchorReader {
    /// For the logs of a site, all of them. `place` is the address or folder of the anchor.
    pub fn new<'a>(
        place: impl Into<String>,
        site: Option<(ServerName, SiteId)>,
        logs: impl Iterator<Item = &'a str>,
    ) -> Self {
        let logs = logs.map(|origin| (origin.to_owned(), Anchored::default()));
        Self {
            site,
            place: place.into(),
            logs: logs.collect(),
            unlisted: BTreeSet::new(),
            others: 0,
            wrong: Findings::default(),
        }
    }

    /// Takes what the anchor has of a log.
    pub fn take(&mut self, origin: &str) -> Anchored {
        self.logs.remove(origin).unwrap_or_default()
    }

    /// How many entries are about other sites.
    pub const fn others(&self) -> u64 {
        self.others
    }

    /// A finding for each log of the site that the anchor has, and the list has not.
    pub fn unlisted(&self) -> Findings {
        let mut findings = Findings::default();
        for origin in &self.unlisted {
            let what = "the anchor has checkpoints of a log of this site that is not listed";
            let finding = Finding::new(Check::Listing, &self.place, what);
            findings.push(finding.expected(origin, "not listed"));
        }
        findings
    }

    fn finding(&self, index: u64, what: &str, bytes: &[u8]) -> Finding {
        Finding::new(
            Check::Format,
            format!("entry {index} of {}", self.place),
            what,
        )
        .manual_step("cat entry    # the checkpoint of a log, as the log signed it")
        .file("entry", bytes)
    }
}

impl EntryReader for AnchorReader {
    fn read(&mut self, index: u64, bytes: &[u8]) {
        let note = str::from_utf8(bytes)
            .ok()
            .and_then(|text| text.parse().ok());
        let read = note.and_then(|note: SignedNote| {
            let checkpoint: Checkpoint = note.text.parse().ok()?;
            Some((note, checkpoint))
        });
        let Some((note, checkpoint)) = read else {
            let found = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
            let finding = self.finding(index, "this is not the checkpoint of a log", bytes);
            self.wrong
                .push(finding.expected("a signed checkpoint (C2SP tlog-checkpoint)", found));
            return;
        };
        let Some(log) = self.logs.get_mut(&checkpoint.origin) else {
            let ours = self
                .site
                .as_ref()
                .is_some_and(|(server, site)| listing::is_of(server, site, &checkpoint.origin));
            if ours {
                self.unlisted.insert(checkpoint.origin);
            } else {
                self.others += 1;
            }
            return;
        };
        let before = log.largest;
        log.largest = before.max(checkpoint.size);
        log.milestones.push(Milestone {
            check: Check::Anchor,
            size: checkpoint.size,
            root: checkpoint.root,
            number: index,
        });
        log.newest = Some((index, note));
        if checkpoint.size < before {
            let what = "a log has shrunk from one of its checkpoints in the anchor to the next";
            let finding = self.finding(index, what, bytes);
            self.wrong.push(finding.expected(
                format!("at least {before} entries of {}", checkpoint.origin),
                format!("{} entries", checkpoint.size),
            ));
        }
    }
}

/// Checks that the log signed its newest checkpoint in the anchor.
pub fn check_newest(
    anchored: &Anchored,
    key: &VerifierKey,
    anchor: &str,
) -> Result<(), Box<Finding>> {
    let Some((index, note)) = &anchored.newest else {
        return Ok(());
    };
    Checkpoint::open(note, key).map(drop).map_err(|error| {
        let what = "this is not a checkpoint that the log signed";
        let finding = Finding::new(Check::Anchor, format!("entry {index} of {anchor}"), what);
        let finding = finding.expected(format!("a checkpoint signed by {key}"), error);
        Box::new(finding.file("entry", note.to_string()))
    })
}
