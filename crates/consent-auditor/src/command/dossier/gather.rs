//! Gathers everything that a dossier states. All of it is verified here; what does not hold is a finding in the report,
//! and then there is no dossier.

use super::grants::{self, Grants};
use super::presented::{self, Presented};
use super::shown::{self, ShownNotice};
use super::tree::{self, Anchored, Noted, Proved};
use crate::audit::open::open;
use crate::check::witnesses::{self, WitnessPolicy};
use crate::command::now;
use crate::command::query::{self, Answer, Covered};
use crate::log::checkpoint::SignedCheckpoint;
use crate::log::fetched::ServedLog;
use crate::log::pins::Pins;
use crate::log::verified::VerifiedLog;
use crate::report::finding::{Failure, Finding, split_finding};
use crate::report::progress::Progress;
use crate::report::{Check, Section};
use crate::source::filters::Filters;
use crate::source::target::{self, Target};
use anyhow::Result;
use consent_core::calendar::Timestamp;
use consent_core::entry::Event;
use consent_log::{Hash, VerifierKey};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// How many records a dossier has at most: more than anybody reads, and a file of some 25 MB.
pub const MAX_RECORDS: usize = 5_000;

/// Everything that a dossier states.
pub struct Gathered {
    /// The records and the ranges, all verified.
    pub answer: Answer,
    /// The logs of the answer with an entry in the period.
    pub logs: Vec<LogOfAnswer>,
    /// The notices that the records name.
    pub notices: Vec<ShownNotice>,
    /// The receipts that were presented.
    pub presented: Vec<Presented>,
    /// Who published, as the server says it.
    pub grants: Grants,
    /// The key of the anchor, and who has cosigned its checkpoint.
    pub anchor: Option<AnchorOfAnswer>,
}

/// The anchor, as it was read.
pub struct AnchorOfAnswer {
    /// Its key.
    pub key: VerifierKey,
    /// The keys of the witnesses, as the server lists them.
    pub witnesses: Vec<String>,
    /// Who has cosigned, and when.
    pub cosigned: Vec<(String, Timestamp)>,
}

/// One log of the answer.
pub struct LogOfAnswer {
    /// Its origin.
    pub origin: String,
    /// Its key.
    pub key: VerifierKey,
    /// The newest checkpoint.
    pub newest: SignedCheckpoint,
    /// The newest one that the anchor has, if there is one.
    pub anchored: Option<Anchored>,
    /// The entries that are no consents, and matter here.
    pub noted: Vec<Noted>,
    /// The inclusion of each record and each such entry, by index.
    pub proved: BTreeMap<u64, Proved>,
}

/// What a dossier is made of.
pub struct Sources<'a> {
    /// Where everything is read.
    pub target: &'a Target,
    /// The keys that are known before.
    pub pins: Pins<'a>,
    /// Which records.
    pub filters: &'a Filters,
    /// The files of receipts.
    pub receipts: &'a [PathBuf],
    /// Loaders that somebody kept.
    pub loaders: &'a [String],
}

/// Gathers a dossier. Nothing where something does not hold: then the report says what.
pub fn gather(sources: &Sources<'_>, progress: &mut Progress) -> Result<Result<Gathered, Answer>> {
    let (target, pins) = (sources.target, sources.pins);
    let logs = target.site()?;
    let mut answer = query::answer(target, logs, pins, sources.filters, MAX_RECORDS, progress)?;
    if !answer.report.holds() {
        return Ok(Err(answer));
    }
    let mut section = Section::new(format!("dossier of {}", logs.site));
    let read = rest(sources, &mut answer, progress);
    match split_finding(read)? {
        Ok(rest) if answer.report.holds() => {
            progress.clear();
            Ok(Ok(Gathered {
                answer,
                logs: rest.logs,
                notices: rest.notices,
                presented: rest.presented,
                grants: rest.grants,
                anchor: rest.anchor,
            }))
        }
        Ok(_) => Ok(Err(answer)),
        Err(finding) => {
            section.fail(finding);
            answer.report.sections.push(section);
            Ok(Err(answer))
        }
    }
}

struct Rest {
    logs: Vec<LogOfAnswer>,
    notices: Vec<ShownNotice>,
    presented: Vec<Presented>,
    grants: Grants,
    anchor: Option<AnchorOfAnswer>,
}

/// Everything but the answer itself.
fn rest(
    sources: &Sources<'_>,
    answer: &mut Answer,
    progress: &mut Progress,
) -> Result<Rest, Failure> {
    let (target, pins) = (sources.target, sources.pins);
    let logs = target.site()?;
    let mut presented = presented::read(sources.receipts, &pins.all()?)??;
    let prefix = target::prefix(&logs.anchor.origin);
    let mut anchor = anchor(sources, &prefix, answer)?;
    let mut found = Vec::new();
    let prefixes: Vec<_> = logs
        .logs
        .iter()
        .map(|log| target::prefix(&log.origin))
        .collect();
    for (summary, prefix) in logs.logs.iter().zip(&prefixes) {
        let origin = summary.origin.as_str();
        let Some(covered) = answer.ranges.iter().find(|one| one.origin == origin) else {
            continue;
        };
        let named = presented
            .iter()
            .any(|one| one.receipt.log.as_str() == origin);
        if covered.range.is_empty() && !named {
            continue;
        }
        let served = ServedLog::new(&*target.source, prefix);
        let mut verified = VerifiedLog::open(served, covered.signed.clone())?;
        check_presented(&mut presented, origin, &mut verified, answer, covered)?;
        let anchor = anchor.as_mut().map(|(_, verified)| verified);
        found.push(log(answer, covered, &mut verified, anchor, progress)?);
    }
    for one in &presented {
        let known = |log: &LogOfAnswer| log.origin == one.receipt.log.as_str();
        if !found.iter().any(known) {
            let what = "this is a receipt of another site, or of a log that is not listed";
            let finding = Finding::new(Check::Receipts, &one.file, what);
            let expected = format!("a log of {}", logs.site);
            return Err(finding.expected(expected, &one.receipt.log).into());
        }
    }
    progress.step("notices");
    let records = &answer.records;
    let notices = shown::of_records(target, &logs.site, records, sources.loaders)?;
    Ok(Rest {
        logs: found,
        notices,
        presented,
        grants: grants::read(target, &logs.site),
        anchor: anchor.map(|(anchor, _)| anchor),
    })
}

/// Opens the anchor, and checks its cosignatures. Nothing, and findings in the report, where it does not hold.
fn anchor<'a>(
    sources: &'a Sources<'_>,
    prefix: &'a str,
    answer: &mut Answer,
) -> Result<Option<(AnchorOfAnswer, VerifiedLog<'a>)>, Failure> {
    let listed = &sources.target.site()?.anchor;
    let served = ServedLog::new(&*sources.target.source, prefix);
    let names = Some((listed.origin.as_str(), listed.key.as_str()));
    let mut opened = match open(served, names, sources.pins)? {
        Ok(opened) => opened,
        Err(section) => {
            answer.report.sections.push(section);
            return Ok(None);
        }
    };
    let keys = listed.witnesses.iter().filter_map(|key| key.parse().ok());
    let keys: Vec<VerifierKey> = keys.collect();
    let policy = WitnessPolicy {
        quorum: 0,
        fresh: None,
        now: now(),
    };
    let note = &opened.signed.note;
    let witnessed = witnesses::check(note, &keys, policy, &served.place("checkpoint"));
    let seen = witnesses::in_words(&witnessed.by);
    let section = &mut opened.section;
    section.conclude(Check::Witnesses, witnessed.wrong, seen);
    answer.report.sections.push(opened.section);
    let anchor = AnchorOfAnswer {
        key: opened.key,
        witnesses: listed.witnesses.clone(),
        cosigned: witnessed.by,
    };
    Ok(Some((anchor, VerifiedLog::open(served, opened.signed)?)))
}

fn log(
    answer: &Answer,
    covered: &Covered,
    verified: &mut VerifiedLog<'_>,
    anchor: Option<&mut VerifiedLog<'_>>,
    progress: &mut Progress,
) -> Result<LogOfAnswer, Failure> {
    progress.begin();
    let mut noted = tree::noted(verified, progress)?;
    noted.retain(|one| matters(one, answer, covered));
    let key = covered.key.clone();
    let anchored = match anchor {
        Some(anchor) => tree::anchored(verified, &key, anchor)?,
        None => None,
    };
    let records = answer.records.iter();
    let records = records.filter(|one| one.record.log.as_str() == covered.origin);
    let mut leaves: BTreeMap<u64, Hash> = records
        .map(|one| {
            let leaf = Hash::leaf(&one.claimed_entry().to_bytes());
            (one.record.index, leaf)
        })
        .collect();
    leaves.extend(noted.iter().map(|one| (one.index, Hash::leaf(&one.bytes))));
    progress.step("proofs");
    let signed = anchored.as_ref().map(|anchored| &anchored.signed);
    let proved = tree::prove(verified, &key, signed, &leaves)?;
    Ok(LogOfAnswer {
        origin: covered.origin.clone(),
        key,
        newest: covered.signed.clone(),
        anchored,
        noted,
        proved,
    })
}

/// Whether an entry that is no consent belongs in the dossier: what was published and entered up to the end of the
/// range, and what erased something in it.
fn matters(noted: &Noted, answer: &Answer, covered: &Covered) -> bool {
    match noted.entry.event {
        Event::Consent { .. } | Event::Read { .. } | Event::Register { .. } => false,
        Event::Erase(erasure) => covered.erasures.iter().any(|erased| {
            erasure.covers(erased.index)
                && erased.erased_at == noted.entry.time
                && erased.reason == erasure.reason
        }),
        Event::Evidence { .. } => noted.index < covered.range.end,
        Event::Publish { notice, .. } => {
            let named = |one: &consent_core::proof::DisclosedRecord| one.record.notice == notice;
            covered.range.contains(&noted.index)
                || (noted.index < covered.range.end && answer.records.iter().any(named))
        }
    }
}

/// Checks the receipts that name this log, and finds what became of their records.
fn check_presented(
    presented: &mut [Presented],
    origin: &str,
    verified: &mut VerifiedLog<'_>,
    answer: &Answer,
    covered: &Covered,
) -> Result<(), Failure> {
    for one in presented {
        if one.receipt.log.as_str() != origin {
            continue;
        }
        one.check(verified)?;
        let id = &one.receipt.id;
        one.answered = answer.records.iter().any(|told| told.record.receipt == *id);
        let erased = covered
            .erasures
            .iter()
            .find(|erased| erased.index == one.receipt.index);
        one.erased = erased.map(|erased| erased.reason);
    }
    Ok(())
}
