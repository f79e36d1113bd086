//! What a browser has stored: nobody's text is a choice for longer than the product allows, or from the future beyond a clock's
//! error; what is a choice is written back as the same; and of several, a refusal made here is never overridden by a later time.

#![no_main]

use consent_core::calendar::Timestamp;
use consent_core::{Purpose, StoredState};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let now: Timestamp = "2026-11-22T10:00:00Z".parse().expect("a time");
    let material = "0123456789ab".parse().expect("a digest");
    let texts: Vec<&str> = text.split(';').collect();
    for one in &texts {
        match StoredState::read(one, now, material) {
            StoredState::Unasked => {}
            StoredState::Chosen(choice) => {
                assert_eq!(StoredState::read(&choice.to_string(), now, material), StoredState::Chosen(choice.clone()));
                assert!(choice.expires_at > now && choice.expires_at <= choice.decided_at.add_months(25));
                assert!(choice.decided_at.as_millis() <= now.as_millis() + 48 * 3_600_000);
            }
            StoredState::Pending(click) => assert_eq!(click.material, material),
        }
    }
    let refused = format!("c1.gddd.{}.{}.{material}", now.as_millis(), now.as_millis() + 1_000);
    let with = texts.iter().copied().chain([refused.as_str()]);
    let (_, newest) = StoredState::newest(with, now, material).expect("there is one");
    if let StoredState::Chosen(choice) = newest {
        let grants = Purpose::OPTIONAL.iter().any(|&purpose| choice.decision.grants(purpose));
        assert!(!grants || choice.decided_at <= now);
    }
});
