//! The anchor: its entries are the signed checkpoints of the other logs.

use crate::audit::walk::Reader;
use crate::check::listing;
use crate::check::milestones::Milestone;
use crate::report::Check;
use crate::report::finding::{Finding, Tally};
use consent_core::{ServerName, SiteId};
use consent_log::{Checkpoint, SignedNote, VerifierKey};
use std::collections::{BTreeSet, HashMap};

/// What the anchor says of one log.
#[derive(Default)]
pub struct Anchored {
    /// Each checkpoint that it has of it, in the order of the anchor.
    pub milestones: Vec<Milestone>,
    /// The newest, with its place in the anchor.
    pub newest: Option<(u64, SignedNote)>,
    largest: u64,
}

/// Reads the anchor's entries.
pub struct AnchorReader {
    site: Option<(ServerName, SiteId)>,
    place: String,
    logs: HashMap<String, Anchored>,
    /// Logs of the site that were not asked for.
    unlisted: BTreeSet<String>,
    others: u64,
    /// What is wrong with the anchor itself.
    pub wrong: Tally,
}

impl AnchorReader {
    /// For these logs, which are all those of the site. `place` is where the anchor is, for people.
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
            wrong: Tally::default(),
        }
    }

    /// What it says of a log.
    pub fn take(&mut self, origin: &str) -> Anchored {
        self.logs.remove(origin).unwrap_or_default()
    }

    /// How many of its entries are about other sites.
    pub const fn others(&self) -> u64 {
        self.others
    }

    /// Logs of the site that the anchor knows, and that nobody listed.
    pub fn unlisted(&self) -> Tally {
        let mut tally = Tally::default();
        for origin in &self.unlisted {
            let what = "the anchor has checkpoints of a log of this site that is not listed";
            let finding = Finding::new(Check::Listing, &self.place, what);
            tally.push(finding.expected(origin, "not listed"));
        }
        tally
    }

    fn finding(&self, place: u64, what: &str, bytes: &[u8]) -> Finding {
        Finding::new(
            Check::Format,
            format!("entry {place} of {}", self.place),
            what,
        )
        .by_hand("cat entry    # the checkpoint of a log, as the log signed it")
        .file("entry", bytes)
    }
}

impl Reader for AnchorReader {
    fn read(&mut self, place: u64, bytes: &[u8]) {
        let note = str::from_utf8(bytes)
            .ok()
            .and_then(|text| text.parse().ok());
        let read = note.and_then(|note: SignedNote| {
            let checkpoint: Checkpoint = note.text.parse().ok()?;
            Some((note, checkpoint))
        });
        let Some((note, checkpoint)) = read else {
            let found = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
            let finding = self.finding(place, "this is not the checkpoint of a log", bytes);
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
            number: place,
        });
        log.newest = Some((place, note));
        if checkpoint.size < before {
            let what = "a log has shrunk from one of its checkpoints in the anchor to the next";
            let finding = self.finding(place, what, bytes);
            self.wrong.push(finding.expected(
                format!("at least {before} entries of {}", checkpoint.origin),
                format!("{} entries", checkpoint.size),
            ));
        }
    }
}

/// Checks the newest checkpoint of a log in the anchor.
pub fn check_newest(
    anchored: &Anchored,
    key: &VerifierKey,
    anchor: &str,
) -> Result<(), Box<Finding>> {
    let Some((place, note)) = &anchored.newest else {
        return Ok(());
    };
    Checkpoint::open(note, key).map(drop).map_err(|error| {
        let what = "this is not a checkpoint that the log signed";
        let finding = Finding::new(Check::Anchor, format!("entry {place} of {anchor}"), what);
        let finding = finding.expected(format!("a checkpoint signed by {key}"), error);
        Box::new(finding.file("entry", note.to_string()))
    })
}
