//! How much the visitors of one site, and those of one network, may send.

use crate::support::{Answer, Api, ORIGIN, SITE, config, report};
use serde_json::Value;
use std::time::{Duration, Instant};

/// A server with these limits, behind a proxy that says where a request comes from.
fn limited(limits: &str) -> (Api, String) {
    let (mut api, notice) = Api::with_site();
    api.server.set_environment(vec![
        ("TEMOIN_VISITOR_LIMITS".to_owned(), limits.into()),
        (
            "TEMOIN_CLIENT_ADDRESS_HEADER".to_owned(),
            "x-real-ip".into(),
        ),
    ]);
    api.crash();
    (api, notice)
}

fn send(api: &Api, site: &str, report: &Value, address: &str) -> Answer {
    api.post(
        &format!("/v1/sites/{site}/consents"),
        &[("origin", ORIGIN), ("x-real-ip", address)],
        report.to_string().as_bytes(),
    )
}

fn statuses(api: &Api, notice: &str, from: u32, address: &str, count: u32) -> Vec<u16> {
    (from..from + count)
        .map(|nth| send(api, SITE, &report(notice, nth, "accept_all"), address).status)
        .collect()
}

#[test]
fn one_network_has_its_own_share_and_takes_from_nobody() {
    let (api, notice) = limited("network=1/3");
    let began = Instant::now();
    let flood = statuses(&api, &notice, 0, "203.0.113.7", 30);
    // What passes is the burst, and what the time that this took allows.
    let passed = flood.iter().filter(|status| **status == 201).count();
    let allowed = 3 + usize::try_from(began.elapsed().as_secs()).unwrap() + 1;
    assert!((3..=allowed).contains(&passed), "{flood:?}");
    assert!(
        flood.iter().all(|status| [201, 429].contains(status)),
        "{flood:?}"
    );
    // Another visitor of the same network waits with it; one of another network, of either family, does not.
    let refused = send(
        &api,
        SITE,
        &report(&notice, 50, "reject_all"),
        "203.0.113.200",
    );
    refused.assert_problem(
        429,
        "too-many-requests",
        "too many requests come for this site, or from this network; nothing was kept: send it again in 1 s",
    );
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(refused.header("access-control-allow-origin"), "*");
    for (nth, address) in ["198.51.100.7", "2001:db8:1:200::1", "::ffff:192.0.2.1"]
        .iter()
        .enumerate()
    {
        let nth = 60 + 10 * u32::try_from(nth).unwrap();
        assert_eq!(
            statuses(&api, &notice, nth, address, 3),
            [201; 3],
            "{address}"
        );
    }
    // What was refused was not kept, and the same report is taken later.
    let kept = api.records().len();
    assert_eq!(kept, passed + 9);
    std::thread::sleep(Duration::from_millis(1_100));
    let again = send(
        &api,
        SITE,
        &report(&notice, 50, "reject_all"),
        "203.0.113.200",
    );
    assert_eq!(again.status, 201, "{}", again.text);
}

#[test]
fn one_site_has_its_own_share_whoever_comes() {
    let (api, notice) = limited("site=1/4");
    let mut other = config();
    other["name"] = "Ailleurs".into();
    assert_eq!(api.publish("ailleurs", &other).status, 201);
    let other = api.get("/v1/sites/ailleurs/logs", &[]);
    assert_eq!(other.status, 200);
    let flood: Vec<u16> = (0..20)
        .map(|nth| {
            let address = format!("198.51.{nth}.7");
            send(&api, SITE, &report(&notice, nth, "accept_all"), &address).status
        })
        .collect();
    assert_eq!(flood[..4], [201; 4]);
    assert!(flood[4..].contains(&429), "{flood:?}");
    // The other site answers as if nothing were: what it refuses, it refuses for its own reasons.
    let theirs = send(
        &api,
        "ailleurs",
        &report(&notice, 90, "accept_all"),
        "198.51.0.7",
    );
    assert_ne!(theirs.status, 429, "{}", theirs.text);
    // Reading what is published is nobody's share.
    for _ in 0..20 {
        assert_eq!(api.get(&format!("/t/{SITE}.js"), &[]).status, 200);
    }
}

#[test]
fn nobody_says_where_they_come_from_unless_the_operator_believes_it() {
    let (mut api, notice) = limited("network=1/3");
    api.server.set_environment(vec![(
        "TEMOIN_VISITOR_LIMITS".to_owned(),
        "network=1/3".into(),
    )]);
    api.crash();
    // The header is a claim of the client's: no network is known, and the site's share holds.
    assert_eq!(statuses(&api, &notice, 0, "203.0.113.7", 8), [201; 8]);
}

#[test]
fn a_setting_that_is_wrong_says_so() {
    let (api, notice) = limited("network=many");
    let answer = send(&api, SITE, &report(&notice, 1, "accept_all"), "203.0.113.7");
    answer.assert_problem(
        500,
        "setting",
        "the server's setting TEMOIN_VISITOR_LIMITS many is no rate; write requests per second, and how many may come at once: 2/120",
    );
}
