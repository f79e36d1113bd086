//! How long a look-up takes, as rows of a Markdown table: `cargo xtask bench classify`.

use consent_core::classify::Seen;
use cookie_database::TABLE;
use std::hint::black_box;
use std::time::Instant;

/// How many look-ups are timed together: one alone is shorter than the clock's own time.
const BATCH: u32 = 2_000;
/// How many batches there are; the median is of them.
const BATCHES: usize = 501;

fn main() {
    let host = Some("www.example.org");
    let cookie = |name| Seen::Cookie { name, host };
    for (what, seen) in [
        ("whole name", cookie("_ga")),
        ("prefix", cookie("_gac_gb_UA-1")),
        (
            "prefix, the second that fits",
            cookie("CookieConsentPolicies"),
        ),
        (
            "name that needs its domain",
            Seen::Cookie {
                name: "chk",
                host: Some("ads.mediarithmics.com"),
            },
        ),
        ("unknown name", cookie("panier")),
        ("unknown name of 4,000 bytes", cookie(&"_gat".repeat(1000))),
        (
            "host",
            Seen::Request {
                host: "cdn.creative-serving.com",
            },
        ),
        (
            "unknown host",
            Seen::Request {
                host: "www.example.org",
            },
        ),
    ] {
        let mut nanoseconds: Vec<u128> = (0..BATCHES)
            .map(|_| {
                let start = Instant::now();
                for _ in 0..BATCH {
                    black_box(TABLE.classify(black_box(&seen)));
                }
                start.elapsed().as_nanos() / u128::from(BATCH)
            })
            .collect();
        nanoseconds.sort_unstable();
        let [min, median, max] = [0, BATCHES / 2, BATCHES - 1].map(|at| nanoseconds[at]);
        println!("| {what} | {min} | {median} | {max} |");
    }
}
