//! One log, walked from its first entry to its last, with the checks that this allows.

use super::open::Opened;
use super::walk::Walk;
use crate::check::history::History;
use crate::check::milestones::{CurrentTree, Milestone, Milestones};
use crate::check::signature;
use crate::log::EntryReader;
use crate::log::checkpoint::SignedCheckpoint;
use crate::log::fetched::ServedLog;
use crate::log::index_set::{IndexRanges, IndexSet};
use crate::log::state::Saved;
use crate::log::verified::{VerifiedLog, wrong_root};
use crate::report::finding::{Failure, Finding, Findings, split_finding};
use crate::report::progress::Progress;
use crate::report::{Check, Section, counted};
use anyhow::Result;
use consent_log::VerifierKey;

/// Why a check that needs the tree is skipped.
pub const ROOT_DIFFERS: &str = "the tree does not have the signed root";

/// A log that was walked.
pub struct WalkedLog<'a> {
    /// Its files.
    pub log: ServedLog<'a>,
    /// Its key.
    pub key: VerifierKey,
    /// The checkpoint up to which it was walked.
    pub signed: SignedCheckpoint,
    /// The checks so far.
    pub section: Section,
    /// Whether the log was walked to its end, and the tree has the signed root.
    pub root_matches: bool,
    /// Access to single entries, if every tile is right.
    pub verified: Option<VerifiedLog<'a>>,
    /// What its entries say, if they were parsed.
    pub history: Option<History>,
    /// Its size when the records were requested.
    pub requested_size: u64,
    /// The indices that were erased by then.
    pub erased_at_request: IndexRanges,
    /// The indices of the disclosed records.
    pub disclosed: IndexSet,
    walk: Walk<'a>,
}

/// Walks a log up to its checkpoint.
pub fn walk<'a>(
    opened: Opened<'a>,
    milestones: Vec<Milestone>,
    saved: &[Saved],
    reader: &mut (dyn EntryReader + 'a),
    progress: &mut Progress,
) -> Result<WalkedLog<'a>> {
    let size = opened.signed.checkpoint.size;
    let mut walked = WalkedLog {
        log: opened.log,
        key: opened.key,
        requested_size: size,
        section: opened.section,
        root_matches: false,
        verified: None,
        history: None,
        erased_at_request: IndexRanges::default(),
        disclosed: IndexSet::default(),
        walk: Walk::new(opened.log, Milestones::new(milestones)),
        signed: opened.signed,
    };
    let reached = split_finding(walked.walk.go_on(size, reader, progress))?;
    let stopped = reached.err();
    walked.conclude(stopped);
    let findings = walked.milestones(Check::Consistency, |milestone| {
        let place = "a checkpoint in the state file".to_owned();
        let saved = usize::try_from(milestone.number)
            .ok()
            .and_then(|number| saved.get(number));
        (
            place,
            saved.map(|saved| saved.note.to_string().into_bytes()),
        )
    });
    let seen = match saved.len() {
        0 => "no checkpoint was saved before".to_owned(),
        _ => format!(
            "with {} saved checkpoints, the largest of {} entries",
            walked.walk.milestones.compared(Check::Consistency),
            walked
                .walk
                .milestones
                .largest(Check::Consistency)
                .unwrap_or_default()
        ),
    };
    if saved.is_empty() {
        walked.section.skip(Check::Consistency, seen);
    } else {
        walked.conclude_milestones(Check::Consistency, findings, seen);
    }
    if walked.root_matches && !walked.section.has_failed(Check::Tiles) {
        // The tiles are read again, and must be the same as before.
        match split_finding(VerifiedLog::open(walked.log, walked.signed.clone()))? {
            Ok(verified) => walked.verified = Some(verified),
            Err(finding) => walked.section.fail(finding),
        }
    }
    Ok(walked)
}

impl WalkedLog<'_> {
    /// Records the checks of the walk. `stopped` is the finding that ended it early.
    fn conclude(&mut self, stopped: Option<Finding>) {
        let size = self.signed.checkpoint.size;
        let walk = &mut self.walk;
        let take = std::mem::take::<Findings>;
        let (entries, tiles) = (take(&mut walk.entries), take(&mut walk.tiles));
        let reached = walk.tree().size();
        let section = &mut self.section;
        if stopped.is_none() {
            section.conclude(
                Check::Entries,
                entries,
                format!("{}, each with the hash of its leaf", counted(size, "entry")),
            );
            let seen = format!(
                "{}, each full one with the hash that its parent has of it",
                counted(walk.tiles_read, "tile")
            );
            section.conclude(Check::Tiles, tiles, seen);
            let root = walk.tree().root();
            self.root_matches = root == self.signed.checkpoint.root;
            if self.root_matches {
                section.pass(
                    Check::Root,
                    format!("{root}, computed from all leaves, is the signed one"),
                );
            } else {
                section.fail(wrong_root(self.log, &self.signed, root));
            }
            return;
        }
        for (check, findings) in [(Check::Entries, entries), (Check::Tiles, tiles)] {
            if !findings.is_empty() {
                section.conclude(check, findings, "");
            }
        }
        let why = format!("only {reached} of {size} entries could be read");
        for check in [Check::Entries, Check::Tiles, Check::Root] {
            if stopped
                .as_ref()
                .is_none_or(|finding| finding.check != check)
            {
                section.skip(check, &why);
            }
        }
        if let Some(finding) = stopped {
            section.fail(finding);
        }
    }

    /// What is wrong with the earlier checkpoints of one check.
    pub fn milestones(
        &self,
        check: Check,
        source: impl FnMut(&Milestone) -> (String, Option<Vec<u8>>),
    ) -> Findings {
        let now = CurrentTree {
            signed: &self.signed,
            root_matches: self.root_matches,
        };
        self.walk.milestones.findings(check, &now, source)
    }

    /// Records the check of earlier checkpoints.
    pub fn conclude_milestones(&mut self, check: Check, findings: Findings, seen: String) {
        if self.root_matches || !findings.is_empty() {
            self.section.conclude(check, findings, seen);
        } else {
            self.section.skip(check, ROOT_DIFFERS);
        }
    }

    /// Walks on to the newest checkpoint, which the log may have signed in the meantime.
    pub fn catch_up(&mut self, progress: &mut Progress) -> Result<()> {
        let result = self.try_catch_up(progress);
        if let Err(finding) = split_finding(result)? {
            self.section.fail(finding);
        }
        Ok(())
    }

    fn try_catch_up(&mut self, progress: &mut Progress) -> Result<(), Failure> {
        let served = self.log.checkpoint()?;
        let newer = signature::check(&served.bytes, &self.key, &served.place)?;
        let (old, new) = (self.signed.checkpoint.size, newer.checkpoint.size);
        if new < old {
            let what = "the log was rolled back while it was read";
            let finding = Finding::new(Check::Consistency, served.place, what);
            let finding =
                finding.expected(format!("at least {old} entries"), format!("{new} entries"));
            let finding = finding.file("earlier", self.signed.bytes());
            return Err(finding.file("checkpoint", served.bytes).into());
        }
        let Some(history) = &mut self.history else {
            return Ok(());
        };
        self.walk.go_on(new, history, progress)?;
        history.conclude(&mut self.section);
        self.section
            .add(Check::Entries, std::mem::take(&mut self.walk.entries));
        self.section
            .add(Check::Tiles, std::mem::take(&mut self.walk.tiles));
        let root = self.walk.tree().root();
        if root != newer.checkpoint.root {
            return Err(wrong_root(self.log, &newer, root).into());
        }
        let verified = VerifiedLog::open(self.log, newer.clone())?;
        self.verified = Some(verified);
        self.signed = newer;
        Ok(())
    }
}
