//! The cookies of a request and of an answer: what a visitor has not agreed to goes neither way, whatever else stands in the
//! header; what is sent back deletes, and cannot break out of its line.

#![no_main]

use consent_core::calendar::Timestamp;
use edge_gate::cookie_deletion::deletions;
use edge_gate::cookies::{may_be_set, of_request, within_bounds};
use edge_gate::{Rules, Visitor};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

thread_local! {
    static RULES: Rules = serde_json::from_value(serde_json::json!({
        "model": "opt-in", "asked": ["statistics"], "material": "0123456789ab", "domain": null, "unknown_cookies": "pass",
        "services": [{ "id": "mesure", "purpose": "statistics", "open": false, "hosts": [],
            "cookies": ["_m", "_x*"] }]
    }))
    .expect("the rules are good");
}
/// Whitespace in a cookie (RFC 6265, section 2.2).
const SPACE: [char; 2] = [' ', '\t'];
static NOW: LazyLock<Timestamp> = LazyLock::new(|| "2026-11-22T10:00:00Z".parse().expect("a time"));

fuzz_target!(|text: &str| {
    let (sent, set) = text.split_once('\n').unwrap_or((text, text));
    RULES.with(|rules| {
        let read = within_bounds(sent);
        let visitor = Visitor::read(read, *NOW, false, rules, &rules.question);
        if let Some(kept) = of_request(read, rules, &Visitor::REFUSED) {
            for pair in kept.split(';') {
                let name = pair.trim_matches(SPACE).split('=').next().unwrap_or_default().trim_matches(SPACE);
                assert!(name != "_m" || !pair.contains('='), "{kept}");
            }
            assert_eq!(of_request(&kept, rules, &Visitor::REFUSED).as_deref(), Some(&*kept), "once and for all");
        }
        let _ = of_request(read, rules, &visitor);
        let address = "https://www.relais.example/a/b".parse().expect("an address");
        let lines = deletions(read, &address, rules, &Visitor::REFUSED);
        assert!(lines.len() <= 120);
        for line in lines {
            assert!(line.is_ascii() && !line.contains(['\r', '\n', ',']), "{line}");
            assert!(may_be_set(&line, *NOW, rules, &Visitor::REFUSED), "{line}");
        }
        if set.trim_start_matches(SPACE).starts_with("_m=") && !set.contains(';') {
            assert!(!may_be_set(set, *NOW, rules, &Visitor::REFUSED));
        }
    });
});
