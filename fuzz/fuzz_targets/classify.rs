//! Whatever is seen is classified without a panic, by a rule that matches it; what no rule matches has no
//! purpose, and no request is necessary. The first line is the name, the second the host.

#![no_main]

use consent_core::Purpose;
use consent_core::classify::{Reason, Rule, Seen};
use cookie_database::TABLE;
use libfuzzer_sys::fuzz_target;

fn check(seen: &Seen) {
    let found = TABLE.classify(seen);
    let rule: Rule = match found.reason {
        Reason::Database(rule)
        | Reason::Functional(rule)
        | Reason::Conflicting(rule)
        | Reason::NecessaryElsewhere(rule)
        | Reason::TooShort(rule)
        | Reason::OtherDomain(rule) => rule,
        Reason::Owner { .. } => panic!("there is no owner"),
        Reason::Unknown => {
            assert_eq!(found.purpose, None);
            return;
        }
    };
    assert!(rule.matches(seen), "{rule}");
    assert_eq!(found.purpose.is_some(), matches!(found.reason, Reason::Database(_)));
}

fuzz_target!(|text: &str| {
    let (name, host) = text.split_once('\n').unwrap_or((text, ""));
    for host in [None, Some(host)] {
        check(&Seen::Cookie { name, host });
        check(&Seen::Storage { name, host });
    }
    check(&Seen::Request { host });
    assert_ne!(TABLE.classify(&Seen::Request { host }).purpose, Some(Purpose::Necessary));
});
