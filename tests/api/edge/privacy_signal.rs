//! Global Privacy Control at the edge: `Sec-GPC: 1`.

use super::origin::answer;
use super::{EdgeSite, HTML, PAGE, edge_site_with, without_loader};
use consent_core::{Decision, Purpose, StoredChoice};
use serde_json::{Value, json};

const BOTH: [Purpose; 2] = [Purpose::Statistics, Purpose::Marketing];

fn site(law: &str) -> EdgeSite {
    let own = r#"{"gpc":false}"#;
    let answers = vec![
        ("/", answer("200 OK", HTML, PAGE.as_bytes())),
        (
            "/.well-known/gpc.json",
            answer(
                "200 OK",
                "content-type: application/json\r\n",
                own.as_bytes(),
            ),
        ),
    ];
    edge_site_with(answers, |config| config["jurisdiction"] = json!(law))
}

/// Whether the page that a browser with the signal, or without it, gets for this cookie waits for marketing.
#[track_caller]
fn holds_marketing(edge: &EdgeSite, cookie: &str, signal: &str) -> bool {
    let got = edge.get("/", &format!("cookie: {cookie}\r\n{signal}"));
    let page = without_loader(&got.text());
    // Statistics were granted, and are none of the signal's.
    assert!(
        page.contains("<script src=\"https://mesure.example/m.js\">"),
        "{page}"
    );
    page.contains("<img data-category=\"marketing\"")
}

#[test]
fn the_signal_overrides_what_was_granted_without_it_under_an_opt_out_law_alone() {
    let edge = site("US-CA");
    let granted = edge.choice(&BOTH);
    let knowing = {
        let material = edge.api.notice(&edge.notice).material().digest();
        let now = crate::support::now();
        let choice = StoredChoice::new(Decision::granting(&BOTH), now, 13, material);
        format!("consent_temoin={}", choice.with_gpc(true))
    };
    assert!(knowing.starts_with("consent_temoin=c2."), "{knowing}");
    for (cookie, signal, holds) in [
        (&granted, "", false),
        (&granted, "sec-gpc: 1\r\n", true),
        // The header has one value (Global Privacy Control, "The Sec-GPC Header Field").
        (&granted, "sec-gpc: true\r\n", false),
        (&knowing, "sec-gpc: 1\r\n", false),
        (&knowing, "", false),
    ] {
        assert_eq!(
            holds_marketing(&edge, cookie, signal),
            holds,
            "{cookie} {signal}"
        );
    }
    let opt_in = site("CA-QC");
    let granted = opt_in.choice(&BOTH);
    assert!(!holds_marketing(&opt_in, &granted, "sec-gpc: 1\r\n"));
}

#[test]
fn a_site_whose_law_honours_the_signal_says_so_and_any_other_speaks_for_itself() {
    let address = "/.well-known/gpc.json";
    let edge = site("US-CA");
    let got = edge.get(address, "");
    assert_eq!(
        (got.status, got.header("content-type")),
        (200, "application/json".to_owned())
    );
    let said: Value = serde_json::from_str(&got.text()).unwrap();
    assert_eq!(said, json!({ "gpc": true, "lastUpdate": "2026-11-30" }));
    assert_eq!(edge.ask(&format!("HEAD {address}"), "", "").body.len(), 0);
    // What is sent there, and what lies beside it, is the site's.
    assert_eq!(
        edge.ask(&format!("POST {address}"), "", "x").text(),
        r#"{"gpc":false}"#
    );
    assert_eq!(edge.get("/.well-known/gpc.jsonx", "").status, 404);
    for law in ["CA-QC", "FR"] {
        assert_eq!(
            site(law).get(address, "").text(),
            r#"{"gpc":false}"#,
            "{law}"
        );
    }
}
