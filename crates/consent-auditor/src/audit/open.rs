//! The opening of a log: its key and its newest checkpoint are read and checked.

use crate::check::signature;
use crate::log::checkpoint::SignedCheckpoint;
use crate::log::fetched::ServedLog;
use crate::log::pins::{Pins, Trust};
use crate::report::finding::{Finding, split_finding};
use crate::report::{Check, Section, counted};
use anyhow::Result;
use consent_log::VerifierKey;

/// A log whose newest checkpoint is signed by its key.
pub struct Opened<'a> {
    /// Its files.
    pub log: ServedLog<'a>,
    /// Its key.
    pub key: VerifierKey,
    /// Its newest checkpoint.
    pub signed: SignedCheckpoint,
    /// The checks so far.
    pub section: Section,
}

/// Opens a log. `listed` is the origin and the key that a list has for it. If the log cannot be audited, the section
/// with the findings is the error.
pub fn open<'a>(
    log: ServedLog<'a>,
    listed: Option<(&str, &str)>,
    pins: Pins<'_>,
) -> Result<Result<Opened<'a>, Section>> {
    let served_key = log.key()?;
    let checkpoint = split_finding(log.checkpoint())?;
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
            section.fail(finding.expected("a key there, or one given with --key", "none"));
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
