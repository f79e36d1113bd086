//! Witnesses: how many have cosigned a checkpoint of the anchor, and when.

use crate::report::Check;
use crate::report::finding::{Finding, Tally};
use consent_core::calendar::Timestamp;
use consent_log::{SignedNote, VerifierKey, witnessed_by};
use std::time::Duration;

/// How much a witness's clock may be ahead of ours.
const AHEAD: Duration = Duration::from_mins(5);

/// What is asked of the witnesses.
#[derive(Clone, Copy, Debug)]
pub struct Demand {
    /// How many must have cosigned.
    pub quorum: usize,
    /// How old, at most, may be as many cosignatures as make a quorum.
    pub fresh: Option<Duration>,
    /// Now.
    pub now: Timestamp,
}

/// What was found.
pub struct Witnessed {
    /// Each witness that cosigned, and when, newest first.
    pub by: Vec<(String, Timestamp)>,
    /// What is wrong.
    pub wrong: Tally,
}

/// Checks the cosignatures of these witnesses on a checkpoint.
pub fn check(
    note: &SignedNote,
    witnesses: &[VerifierKey],
    demand: Demand,
    place: &str,
) -> Witnessed {
    let mut wrong = Tally::default();
    let finding = |what: String| {
        Finding::new(Check::Witnesses, place, what)
            .by_hand("cat checkpoint    # C2SP tlog-cosignature: a line for each witness")
            .file("checkpoint", note.to_string())
    };
    let mut by = Vec::new();
    for (number, time) in witnessed_by(note, witnesses) {
        let name = witnesses[number].name();
        match time {
            Ok(time) => by.push((name.to_owned(), instant(time))),
            Err(error) => {
                let finding = finding(format!("the cosignature of {name} does not hold"));
                let expected = format!("a cosignature by {}", witnesses[number]);
                wrong.push(finding.expected(expected, error));
            }
        }
    }
    by.sort_by_key(|(_, time)| std::cmp::Reverse(*time));
    if by.len() < demand.quorum {
        let finding = finding("too few witnesses have cosigned".to_owned());
        let expected = format!("{} of {}", demand.quorum, names(witnesses));
        wrong.push(finding.expected(expected, in_words(&by)));
    }
    let latest = moved(demand.now, AHEAD, 1);
    for (name, time) in by.iter().filter(|(_, time)| *time > latest) {
        let finding = finding(format!("{name} cosigned in the future"));
        wrong.push(finding.expected(format!("no later than {latest}"), time));
    }
    // With no quorum asked for, at least one must be fresh.
    let counted = by.get(demand.quorum.max(1) - 1);
    if let Some(fresh) = demand.fresh {
        let since = moved(demand.now, fresh, -1);
        if counted.is_none_or(|(_, time)| *time < since) {
            let finding = finding("the cosignatures are too old".to_owned());
            let expected = format!("{} since {since}", demand.quorum.max(1));
            wrong.push(finding.expected(expected, in_words(&by)));
        }
    }
    Witnessed { by, wrong }
}

/// Who cosigned when.
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
        return "no witness that is known".to_owned();
    }
    let names: Vec<_> = witnesses.iter().map(VerifierKey::name).collect();
    names.join(", ")
}

fn moved(time: Timestamp, by: Duration, sign: i64) -> Timestamp {
    let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
    time.saturating_add_seconds(seconds.saturating_mul(sign))
}

/// From seconds since 1970; far in the future, the last instant there is.
fn instant(seconds: u64) -> Timestamp {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    Timestamp::MIN.saturating_add_seconds(seconds)
}
