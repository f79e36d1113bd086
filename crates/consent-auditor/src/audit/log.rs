//! One log: opened, then walked from its first entry to its last.

use crate::audit::walk::{Reader, Walk};
use crate::check::history::History;
use crate::check::milestones::{Milestone, Milestones, Now};
use crate::check::signature::{self, Signed};
use crate::log::fetched::ServedLog;
use crate::log::index_set::{Places, Runs};
use crate::log::pins::{Pins, Trust};
use crate::log::state::Saved;
use crate::log::verified::{TrustedLog, wrong_root};
use crate::report::finding::{Failure, Finding, Tally, apart};
use crate::report::progress::Progress;
use crate::report::{Check, Section, counted};
use anyhow::Result;
use consent_log::VerifierKey;

/// A log whose checkpoint is signed by its key.
pub struct Opened<'a> {
    /// Where it is.
    pub log: ServedLog<'a>,
    /// Its key.
    pub key: VerifierKey,
    /// Its newest checkpoint.
    pub signed: Signed,
    /// What was checked.
    pub section: Section,
}

/// Opens a log. `listed` is the name and the key that a list has for it. What is wrong is in the
/// section, and ends the audit of this log.
pub fn open<'a>(
    log: ServedLog<'a>,
    listed: Option<(&str, &str)>,
    pins: Pins<'_>,
) -> Result<Result<Opened<'a>, Section>> {
    let served_key = log.key()?;
    let checkpoint = apart(log.checkpoint())?;
    let claimed = checkpoint.as_ref().ok().and_then(|served| {
        let text = str::from_utf8(&served.bytes).ok()?;
        text.lines().next().map(str::to_owned)
    });
    let origin = match (listed, claimed) {
        (Some((origin, _)), _) => origin.to_owned(),
        (None, Some(claimed)) => claimed,
        (None, None) => log.place(""),
    };
    let mut section = Section::new(&origin);
    let (key, wrong) = pins.choose(&origin, served_key.as_deref(), &log.place("vkey"))?;
    if let Some(wrong) = wrong {
        section.fail(wrong);
    }
    let Some((key, trust)) = key else {
        if section.holds() {
            let what = "no key is known for the log, and it serves none";
            let finding = Finding::new(Check::Key, log.place("vkey"), what);
            section.fail(finding.expected("a key, there or with --key", "none"));
        }
        return Ok(Err(section));
    };
    if let Some((_, listed)) = listed.filter(|(_, listed)| *listed != key.to_string()) {
        let what = "the list of the site's logs has another key for it";
        let finding = Finding::new(Check::Key, log.place("vkey"), what);
        section.fail(finding.expected(&key, listed));
    } else if section.holds() {
        section.pass(Check::Key, trust.in_words());
    }
    let signed = match checkpoint {
        Ok(served) => signature::check(&served.bytes, &key, &served.place),
        Err(finding) => Err(Box::new(finding)),
    };
    match signed {
        Ok(signed) => {
            let by = if trust == Trust::FirstUse {
                "its own key"
            } else {
                "the pinned key"
            };
            let seen = format!(
                "{}, signed by {by}",
                counted(signed.checkpoint.size, "entry")
            );
            section.pass(Check::Signature, seen);
            Ok(Ok(Opened {
                log,
                key,
                signed,
                section,
            }))
        }
        Err(finding) => {
            section.fail(*finding);
            Ok(Err(section))
        }
    }
}

/// Why a check is left out that needs the tree.
pub const NO_TREE: &str = "the tree does not stand";

/// A log that was walked.
pub struct Walked<'a> {
    /// Where it is.
    pub log: ServedLog<'a>,
    /// Its key.
    pub key: VerifierKey,
    /// The checkpoint up to which it was walked.
    pub signed: Signed,
    /// What was checked.
    pub section: Section,
    /// Whether it could be walked to its end, and the tree has the signed root.
    pub stands: bool,
    /// Single entries of it, if every tile holds.
    pub trusted: Option<TrustedLog<'a>>,
    /// What its entries say, if they were read.
    pub history: Option<History>,
    /// How many entries it had when the records were asked for.
    pub asked_at: u64,
    /// What was erased by then.
    pub erased_then: Runs,
    /// Where the disclosed records are.
    pub disclosed: Places,
    walk: Walk<'a>,
}

/// Walks a log up to its checkpoint.
pub fn walk<'a>(
    opened: Opened<'a>,
    milestones: Vec<Milestone>,
    saved: &[Saved],
    reader: &mut (dyn Reader + 'a),
    progress: &mut Progress,
) -> Result<Walked<'a>> {
    let size = opened.signed.checkpoint.size;
    let mut walked = Walked {
        log: opened.log,
        key: opened.key,
        asked_at: size,
        section: opened.section,
        stands: false,
        trusted: None,
        history: None,
        erased_then: Runs::default(),
        disclosed: Places::default(),
        walk: Walk::new(opened.log, Milestones::new(milestones)),
        signed: opened.signed,
    };
    let reached = apart(walked.walk.go_on(size, reader, progress))?;
    let stopped = reached.err();
    walked.settle(stopped);
    let tally = walked.milestones(Check::Consistency, |milestone| {
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
            walked.walk.milestones.passed(Check::Consistency),
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
        walked.settle_milestones(Check::Consistency, tally, seen);
    }
    if walked.stands && !walked.section.has_failed(Check::Tiles) {
        // It is read anew, so what the log serves then must be what it served before.
        match apart(TrustedLog::open(walked.log, walked.signed.clone()))? {
            Ok(trusted) => walked.trusted = Some(trusted),
            Err(finding) => walked.section.fail(finding),
        }
    }
    Ok(walked)
}

impl Walked<'_> {
    /// Puts into the report what the walk has found. `stopped` is what ended it before its end.
    fn settle(&mut self, stopped: Option<Finding>) {
        let size = self.signed.checkpoint.size;
        let walk = &mut self.walk;
        let take = std::mem::take::<Tally>;
        let (entries, tiles) = (take(&mut walk.entries), take(&mut walk.tiles));
        let reached = walk.tree().size();
        let section = &mut self.section;
        if stopped.is_none() {
            section.settle(
                Check::Entries,
                entries,
                format!("{}, each as its leaf says", counted(size, "entry")),
            );
            let seen = format!(
                "{}, each full one as its parent says",
                counted(walk.tiles_read, "tile")
            );
            section.settle(Check::Tiles, tiles, seen);
            let root = walk.tree().root();
            self.stands = root == self.signed.checkpoint.root;
            if self.stands {
                section.pass(Check::Root, format!("{root} from all leaves, as signed"));
            } else {
                section.fail(wrong_root(self.log, &self.signed, root));
            }
            return;
        }
        for (check, tally) in [(Check::Entries, entries), (Check::Tiles, tiles)] {
            if !tally.is_empty() {
                section.settle(check, tally, "");
            }
        }
        let why = format!("{reached} of {size} entries could be read");
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

    /// What is wrong with earlier checkpoints of a kind.
    pub fn milestones(
        &self,
        check: Check,
        whence: impl FnMut(&Milestone) -> (String, Option<Vec<u8>>),
    ) -> Tally {
        let now = Now {
            signed: &self.signed,
            stands: self.stands,
        };
        self.walk.milestones.findings(check, &now, whence)
    }

    /// Puts what was found about earlier checkpoints into the report.
    pub fn settle_milestones(&mut self, check: Check, tally: Tally, seen: String) {
        if self.stands || !tally.is_empty() {
            self.section.settle(check, tally, seen);
        } else {
            self.section.skip(check, NO_TREE);
        }
    }

    /// Walks on to the newest checkpoint, which the log may have signed since.
    pub fn catch_up(&mut self, progress: &mut Progress) -> Result<()> {
        let result = self.try_catch_up(progress);
        if let Err(finding) = apart(result)? {
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
        history.settle(&mut self.section);
        self.section
            .add(Check::Entries, std::mem::take(&mut self.walk.entries));
        self.section
            .add(Check::Tiles, std::mem::take(&mut self.walk.tiles));
        let root = self.walk.tree().root();
        if root != newer.checkpoint.root {
            return Err(wrong_root(self.log, &newer, root).into());
        }
        let trusted = TrustedLog::open(self.log, newer.clone())?;
        self.trusted = Some(trusted);
        self.signed = newer;
        Ok(())
    }
}
