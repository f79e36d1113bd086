//! When a delivery is attempted again, and when it is given up.

use consent_core::calendar::Timestamp;

/// How long after a failed attempt the next one comes, in seconds (Standard Webhooks 1.0.0, "Deliverability and
/// reliability": its example of a schedule).
const DELAYS: [i64; 9] = [
    5,
    5 * 60,
    30 * 60,
    2 * 3600,
    5 * 3600,
    10 * 3600,
    14 * 3600,
    20 * 3600,
    24 * 3600,
];

/// The longest that an endpoint is left alone after a failed attempt while others wait for it, in seconds.
const LONGEST_REST: i64 = 5 * 60;

/// For how long every attempt must have failed before an endpoint is disabled, in seconds: five days.
const FAILING: i64 = 5 * 86_400;

/// When the next attempt is due, after so many that failed; `None` where it is given up. `random` spreads those that failed
/// together: up to a fifth is added.
pub fn next_attempt(now: Timestamp, failed: u32, random: u8) -> Option<Timestamp> {
    let at = usize::try_from(failed.checked_sub(1)?).ok()?;
    let delay = *DELAYS.get(at)? * 1000;
    let jitter = delay * i64::from(random) / (5 * 255);
    Timestamp::from_millis(now.as_millis().saturating_add(delay + jitter)).ok()
}

/// Until when an endpoint is left alone, whose last so many attempts failed.
pub fn rest_until(now: Timestamp, failures: u32) -> Timestamp {
    let at = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
    let delay = DELAYS.get(at).copied().unwrap_or(LONGEST_REST);
    now.saturating_add_seconds(delay.min(LONGEST_REST))
}

/// Whether an endpoint is disabled that has failed since then.
pub fn is_to_be_disabled(now: Timestamp, failing_since: Timestamp) -> bool {
    failing_since.saturating_add_seconds(FAILING) <= now
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_millis(seconds * 1000).unwrap()
    }

    #[test]
    fn attempts_are_spread_over_three_days_and_then_given_up() {
        let waits = |random: u8| -> Vec<i64> {
            let next = (1..).map_while(|failed| next_attempt(at(0), failed, random));
            next.map(|next| next.as_millis() / 1000).collect()
        };
        assert_eq!(
            waits(0),
            [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
        );
        assert_eq!(
            waits(255),
            [6, 360, 2160, 8640, 21600, 43200, 60480, 86400, 103_680]
        );
        assert_eq!(next_attempt(at(0), 0, 0), None);
    }

    #[test]
    fn an_endpoint_rests_five_minutes_at_most() {
        assert_eq!(rest_until(at(0), 1), at(5));
        assert_eq!(rest_until(at(0), 2), at(300));
        assert_eq!(rest_until(at(0), 9), at(300));
        assert_eq!(rest_until(at(0), u32::MAX), at(300));
    }

    #[test]
    fn an_endpoint_is_disabled_after_five_days() {
        assert!(!is_to_be_disabled(at(432_000 - 1), at(0)));
        assert!(is_to_be_disabled(at(432_000), at(0)));
    }
}
