//! Witnesses: how many have cosigned a checkpoint of the anchor, and when.

use crate::report::Check;
use crate::report::finding::{Finding, Findings};
use consent_core::calendar::Timestamp;
use consent_log::{SignedNote, VerifierKey, witnessed_by};
use std::time::Duration;

/// A witness's clock may be this far ahead of ours.
const MAX_CLOCK_LEAD: Duration = Duration::from_mins(5);

/// What is required of the witnesses.
#[derive(Clone, Copy, Debug)]
pub struct WitnessPolicy {
    /// How many must have cosigned.
    pub quorum: usize,
    /// The greatest age of the cosignatures that make the quorum.
    pub fresh: Option<Duration>,
    /// The current time.
    pub now: Timestamp,
}

/// The cosignatures of a checkpoint.
pub struct Cosignatures {
    /// Each witness that cosigned, and when, newest first.
    pub by: Vec<(String, Timestamp)>,
    /// What is wrong.
    pub wrong: Findings,
}

/// Checks the cosignatures of these witnesses on a checkpoint.
pub fn check(
    note: &SignedNote,
    witnesses: &[VerifierKey],
    policy: WitnessPolicy,
    place: &str,
) -> Cosignatures {
    let mut wrong = Findings::default();
    let finding = |what: String| {
        Finding::new(Check::Witnesses, place, what)
            .manual_step("cat checkpoint    # C2SP tlog-cosignature: a line for each witness")
            .file("checkpoint", note.to_string())
    };
    let mut by = Vec::new();
    for (number, time) in witnessed_by(note, witnesses) {
        let name = witnesses[number].name();
        match time {
            Ok(time) => by.push((name.to_owned(), from_unix_seconds(time))),
            Err(error) => {
                let finding = finding(format!("the cosignature of {name} does not hold"));
                let expected = format!("a cosignature by {}", witnesses[number]);
                wrong.push(finding.expected(expected, error));
            }
        }
    }
    by.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
    if by.len() < policy.quorum {
        let finding = finding("too few witnesses have cosigned".to_owned());
        let expected = format!("{} of {}", policy.quorum, names(witnesses));
        wrong.push(finding.expected(expected, in_words(&by)));
    }
    let latest = shifted(policy.now, MAX_CLOCK_LEAD, 1);
    for (name, time) in by.iter().filter(|(_, time)| *time > latest) {
        let finding = finding(format!("{name} cosigned in the future"));
        wrong.push(finding.expected(format!("no later than {latest}"), time));
    }
    // Without a quorum, at least one must be fresh.
    let counted = by.get(policy.quorum.max(1) - 1);
    if let Some(fresh) = policy.fresh {
        let since = shifted(policy.now, fresh, -1);
        if counted.is_none_or(|(_, time)| *time < since) {
            let finding = finding("the cosignatures are too old".to_owned());
            let expected = format!("{} since {since}", policy.quorum.max(1));
            wrong.push(finding.expected(expected, in_words(&by)));
        }
    }
    Cosignatures { by, wrong }
}

/// The cosignatures in words: `NAME at TIME`, …
pub fn in_words(by: &[(String, Timestamp)]) -> String {
    if by.is_empty() {
        return "none".to_owned();
    }
    let each: Vec<_> = by
        .iter()
        .map(|(name, time)| format!("{name} at {time}"))
        .collect();
    each.join(", ")
}

fn names(witnesses: &[VerifierKey]) -> String {
    if witnesses.is_empty() {
        return "no known witness".to_owned();
    }
    let names: Vec<_> = witnesses.iter().map(VerifierKey::name).collect();
    names.join(", ")
}

fn shifted(time: Timestamp, by: Duration, sign: i64) -> Timestamp {
    let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
    time.saturating_add_seconds(seconds.saturating_mul(sign))
}

/// An instant from seconds since 1970, at most the last instant there is.
fn from_unix_seconds(seconds: u64) -> Timestamp {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    Timestamp::MIN.saturating_add_seconds(seconds)
}
