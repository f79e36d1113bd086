//! Counts the tokens that were refused, so that a site's owner learns of who tries.
//!
//! Whoever tries must not make the server write: of the refusals of one kind within an hour, only the first, the second, the
//! fourth and so on are written down. The counts are in the memory of one isolate.

use consent_core::SiteId;
use consent_core::api::security_event::{GuardedRequest, Refusal};
use consent_core::calendar::Timestamp;
use std::cell::RefCell;
use std::collections::HashMap;

/// The most kinds that are counted at once; with one more, counting begins anew.
const MOST_KINDS: usize = 4_096;

/// The hour in which refusals are counted together: hours since 1970-01-01T00:00:00Z.
pub fn hour(now: Timestamp) -> i64 {
    now.as_millis().div_euclid(3_600_000)
}

/// What is counted apart: the site, the request, the reason, the hour.
type Kind = (SiteId, GuardedRequest, Refusal, i64);

thread_local! {
    static COUNTS: RefCell<Counts> = RefCell::default();
}

/// How often each kind was refused, and how much of that was written down.
#[derive(Default)]
struct Counts(HashMap<Kind, (u64, u64)>);

impl Counts {
    /// Counts one. Returns how many are to be written down now, if any.
    fn count(&mut self, kind: Kind) -> Option<u64> {
        if self.0.len() >= MOST_KINDS && !self.0.contains_key(&kind) {
            self.0.clear();
        }
        let (times, written) = self.0.entry(kind).or_default();
        *times += 1;
        if !times.is_power_of_two() {
            return None;
        }
        let new = *times - *written;
        *written = *times;
        Some(new)
    }
}

/// Counts a refusal. Returns how many are to be written down now, if any.
pub fn count(
    site: &SiteId,
    request: GuardedRequest,
    reason: Refusal,
    now: Timestamp,
) -> Option<u64> {
    let kind = (site.clone(), request, reason, hour(now));
    COUNTS.with_borrow_mut(|counts| counts.count(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(site: &str) -> Kind {
        let (request, reason) = (GuardedRequest::Publish, Refusal::Unknown);
        (site.parse().unwrap(), request, reason, 0)
    }

    #[test]
    fn a_flood_is_written_down_a_few_times_and_no_count_is_too_high() {
        let mut counts = Counts::default();
        let written: Vec<_> = (0..1_000).filter_map(|_| counts.count(kind("a"))).collect();
        assert_eq!(written, [1, 1, 2, 4, 8, 16, 32, 64, 128, 256]);
        assert_eq!(counts.count(kind("b")), Some(1));
    }

    #[test]
    fn made_up_names_take_no_memory_without_end() {
        let mut counts = Counts::default();
        for number in 0..3 * MOST_KINDS {
            counts.count(kind(&format!("s{number}")));
        }
        assert!(counts.0.len() <= MOST_KINDS);
    }
}
