//! The anchor: walked first, its cosignatures checked, then compared with each log.

use super::walked_log::WalkedLog;
use super::{Audit, Audited};
use crate::check::anchor::{self, AnchorReader, Anchored};
use crate::check::{listing, witnesses};
use crate::log::fetched::ServedLog;
use crate::log::verified::VerifiedLog;
use crate::report::finding::{Finding, Findings, split_finding};
use crate::report::progress::Progress;
use crate::report::{Check, Section};
use anyhow::Result;
use consent_core::api::SiteLogs;

/// The anchor, once it was walked.
pub struct Anchor<'a> {
    /// What it has of the logs.
    pub reader: AnchorReader,
    verified: Option<VerifiedLog<'a>>,
    place: String,
}

impl<'a> Audit<'a> {
    /// Walks the anchor.
    pub(super) fn anchor(
        &self,
        logs: &'a SiteLogs,
        prefix: &'a str,
        progress: &mut Progress,
        audited: &mut Audited,
    ) -> Result<Option<Anchor<'a>>> {
        let log = ServedLog::new(self.source, prefix);
        let listed = Some((logs.anchor.origin.as_str(), logs.anchor.key.as_str()));
        let Some(opened) = self.open(log, listed, audited)? else {
            return Ok(None);
        };
        let site = listing::server(logs).map(|server| (server, logs.site.clone()));
        let origins = logs.logs.iter().map(|log| log.origin.as_str());
        let mut reader = AnchorReader::new(log.place(""), site, origins);
        let milestones = self.receipts.milestones(logs.anchor.origin.as_str());
        let mut walked = self.walk(opened, milestones, &mut reader, progress)?;
        conclude_entries(&mut walked.section, &mut reader);
        self.check_witnesses(&mut walked, &logs.anchor.witnesses);
        self.check_receipts(&mut walked)?;
        let verified = walked.verified.take();
        audited.add(walked);
        Ok(Some(Anchor {
            reader,
            verified,
            place: log.place(""),
        }))
    }

    /// Checks the cosignatures on the anchor's checkpoint.
    pub(super) fn check_witnesses(&self, anchor: &mut WalkedLog<'a>, named: &[String]) {
        let section = &mut anchor.section;
        let (mut keys, whose) = (self.witnesses.to_vec(), "given");
        let whose = if keys.is_empty() {
            "named by the server, not pinned"
        } else {
            whose
        };
        let mut wrong = Findings::default();
        if keys.is_empty() {
            for text in named {
                match text.parse() {
                    Ok(key) => keys.push(key),
                    Err(error) => {
                        let what = "the server names a witness with an invalid key";
                        let finding = Finding::new(Check::Witnesses, text, what);
                        let expected = "NAME+ID+KEY (C2SP signed-note)";
                        wrong.push(finding.expected(expected, format!("{error}")));
                    }
                }
            }
        }
        if keys.is_empty() && self.policy.quorum == 0 && self.policy.fresh.is_none() {
            section.skip(
                Check::Witnesses,
                "no witness is known; give one with --witness",
            );
            return;
        }
        let place = anchor.log.place("checkpoint");
        let witnessed = witnesses::check(&anchor.signed.note, &keys, self.policy, &place);
        wrong.extend(witnessed.wrong);
        let seen = format!(
            "cosigned by {} of {} witnesses ({whose}): {}",
            witnessed.by.len(),
            keys.len(),
            witnesses::in_words(&witnessed.by)
        );
        section.conclude(Check::Witnesses, wrong, seen);
    }

    /// Checks that the log's checkpoints in the anchor are of its tree.
    pub(super) fn check_anchored(
        log: &mut WalkedLog<'a>,
        anchored: Option<Anchored>,
        anchor: Option<&mut Anchor<'a>>,
    ) -> Result<()> {
        let (Some(anchored), Some(anchor)) = (anchored, anchor) else {
            log.section
                .skip(Check::Anchor, "the anchor could not be checked");
            return Ok(());
        };
        let Some(newest) = anchored.milestones.last() else {
            let why = "the anchor has no checkpoint of this log yet";
            log.section.skip(Check::Anchor, why);
            return Ok(());
        };
        let mut unreadable = None;
        let mut findings = log.milestones(Check::Anchor, |milestone| {
            let place = format!("entry {} of {}", milestone.number, anchor.place);
            let bytes = anchor
                .verified
                .as_mut()
                .map(|anchor| anchor.entry_bytes(milestone.number));
            let bytes = bytes.and_then(|bytes| match split_finding(bytes) {
                Ok(bytes) => bytes.ok().flatten(),
                Err(error) => {
                    unreadable = Some(error);
                    None
                }
            });
            (place, bytes)
        });
        if let Some(error) = unreadable {
            return Err(error);
        }
        if let Err(finding) = anchor::check_newest(&anchored, &log.key, &anchor.place) {
            findings.push(*finding);
        }
        let seen = format!(
            "the tree has the roots of all {} checkpoints in the anchor; the newest is of {} entries",
            anchored.milestones.len(),
            newest.size
        );
        log.conclude_milestones(Check::Anchor, findings, seen);
        Ok(())
    }
}

/// Records what was found in the anchor's entries.
pub fn conclude_entries(section: &mut Section, reader: &mut AnchorReader) {
    let seen = format!(
        "each is a signed checkpoint; {} of them are of other logs than those audited here",
        reader.others()
    );
    section.conclude(Check::Format, std::mem::take(&mut reader.wrong), seen);
}
