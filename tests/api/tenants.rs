//! What the owner of one site, or whoever visits it, does to another site on the same server: nothing.

use crate::support::{Api, ORIGIN, SITE, config, report, wait_for};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const HOSTILE: &str = "pirate";

/// A large configuration that is legal: many languages, and many services, each with cookies and texts.
fn heavy(version: usize) -> Value {
    let languages = [
        "fr-CA", "en", "de", "es", "it", "nl", "pt", "pl", "sv", "da",
    ];
    let everywhere = |text: &str| -> Value {
        let texts = languages.iter().map(|language| (*language, text));
        texts
            .collect::<std::collections::BTreeMap<_, _>>()
            .into_iter()
            .collect::<Value>()
    };
    let services: Vec<Value> = (0..100)
        .map(|nth| {
            json!({
                "id": format!("s{nth}"),
                "name": format!("Service {nth}"),
                "purpose": "statistics",
                "recipient": "Pirate inc.",
                "country": "CA",
                "description": everywhere("Compte."),
                "cookies": (0..10).map(|at| json!({ "name": format!("_{nth}_{at}_*"), "lifetime": "P1M" })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let mut heavy = config();
    heavy["name"] = "Pirate".into();
    heavy["languages"] = json!(languages);
    heavy["services"] = services.into();
    heavy["policy"]["version"] = version.to_string().into();
    heavy
}

/// What a hostile owner and hostile visitors send, one after the other.
fn attack(api: &Api, nth: usize) -> u16 {
    let text = |text: &str| {
        api.post(
            &format!("/v1/sites/{HOSTILE}/consents"),
            &[("origin", ORIGIN), ("content-type", "text/plain")],
            text.as_bytes(),
        )
    };
    let mut made_up = report(&"ab".repeat(32), 1, "accept_all");
    let answer = match nth % 8 {
        0 => api.publish(HOSTILE, &heavy(nth)),
        // A text that is cut by bytes within a character.
        1 => {
            made_up["language"] = "fr-éab".into();
            text(&made_up.to_string())
        }
        2 => text(&"[".repeat(8_000)),
        3 => text(&made_up.to_string()),
        4 => api.get(
            &format!("/v1/sites/{SITE}/consents"),
            &[("authorization", "Bearer essai")],
        ),
        5 => api.get(
            &format!("/t/{HOSTILE}.js"),
            &[("cookie", &"consent_temoin=c1.ggg.1; ".repeat(300))],
        ),
        6 => api.get(
            &format!("/v1/sites/{HOSTILE}/handovers/{}", "a".repeat(4_000)),
            &[],
        ),
        _ => api.put(
            &format!("/v1/sites/{HOSTILE}"),
            &[("authorization", &api.owner())],
            &vec![b'{'; 200_000],
        ),
    };
    answer.status
}

/// Has visitors of the good site answer, and says how long each waited.
fn answers(api: &Api, notice: &str, from: u32, count: u32) -> Vec<Duration> {
    let one = |nth| {
        let began = Instant::now();
        let answer = api.report(&report(notice, nth, "reject_all"));
        assert_eq!(answer.status, 201, "{}", answer.text);
        began.elapsed()
    };
    let mut waited: Vec<_> = (from..from + count).map(one).collect();
    waited.sort();
    waited
}

#[test]
fn a_hostile_site_beside_a_good_one_costs_it_no_record() {
    let (api, notice) = Api::with_site();
    assert_eq!(api.publish(HOSTILE, &heavy(0)).status, 201);
    let alone = answers(&api, &notice, 0, 100);
    let (stop, attacks) = (AtomicBool::new(false), AtomicUsize::new(0));
    let beside = std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let nth = attacks.fetch_add(1, Ordering::Relaxed);
                    let status = attack(&api, nth);
                    // Each is refused or done, and none of them breaks anything.
                    assert!((200..500).contains(&status), "attack {}: {status}", nth % 8);
                }
            });
        }
        wait_for("each attack was made", || {
            attacks.load(Ordering::Relaxed) > 8
        });
        let beside = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            answers(&api, &notice, 100, 100)
        }));
        stop.store(true, Ordering::Relaxed);
        beside.unwrap()
    });
    let middle = |waited: &[Duration]| (waited[50], waited[98]);
    println!(
        "a report waited (median, 99th of 100): alone {:?}, beside {} attacks {:?}",
        middle(&alone),
        attacks.load(Ordering::Relaxed),
        middle(&beside),
    );
    assert_eq!(api.records().len(), 200);
    assert_eq!(api.get(&format!("/t/{SITE}.js"), &[]).status, 200);
}
