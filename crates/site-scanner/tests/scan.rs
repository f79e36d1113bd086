//! A scan with a real browser: on a site that breaks every rule, each planted violation is found; on one
//! that listens, none is. What the command `temoin scan` says of it is tested where the command is.

#[path = "scan/server.rs"]
mod server;

use serde_json::Value;
use server::{Server, folder};
use site_scanner::{Bounds, Scan, Selectors};
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::Url;

/// What is planted in `sites/violations`, each with the rule that must find it. The id is part of the name
/// or address of what breaks it.
const PLANTED: [(&str, &str); 60] = [
    // Before a choice: kept on the device …
    ("v01_uid", "kept-before-choice"),         // document.cookie
    ("v02_server", "kept-before-choice"),      // Set-Cookie of the site's own server, HttpOnly
    ("v03_store", "kept-before-choice"),       // cookieStore.set
    ("v05_third", "kept-before-choice"),       // Set-Cookie of a third party
    ("v06_local", "kept-before-choice"),       // localStorage.setItem
    ("v07_session", "kept-before-choice"),     // sessionStorage.setItem
    ("v08_db", "kept-before-choice"),          // indexedDB.open
    ("v09_cache", "kept-before-choice"),       // caches.open
    ("v10-worker", "kept-before-choice"),      // serviceWorker.register
    ("v34_tag", "kept-before-choice"),         // a third party's script
    ("v35_assigned", "kept-before-choice"),    // localStorage by assignment
    ("v40_frame", "kept-before-choice"),       // a frame's own storage
    ("v45_second_page", "kept-before-choice"), // not on the first page
    // … sent to a third party …
    ("v11-import", "sent-before-choice"), // importScripts of a service worker
    ("v12-pixel", "sent-before-choice"),  // img
    ("v13-tag", "sent-before-choice"),    // script
    ("v14-frame", "sent-before-choice"),  // iframe
    ("v15-fetch", "sent-before-choice"),  // fetch, keepalive
    ("v16-beacon", "sent-before-choice"), // sendBeacon
    ("v17-socket", "sent-before-choice"), // WebSocket
    ("v18-stream", "sent-before-choice"), // EventSource
    ("v19.css", "sent-before-choice"),    // link rel=stylesheet
    ("v19-import", "sent-before-choice"), // CSS @import
    ("v20-background", "sent-before-choice"), // CSS background
    ("v21-font", "sent-before-choice"),   // @font-face
    ("v22.example", "sent-before-choice"), // link rel=preconnect
    ("v23-preload", "sent-before-choice"), // link rel=preload
    ("v24.example", "sent-before-choice"), // a Link header
    ("v25-written", "sent-before-choice"), // document.write
    ("v26-poster", "sent-before-choice"), // video poster
    ("v27-object", "sent-before-choice"), // object
    ("v28-embed", "sent-before-choice"),  // embed
    ("v29-bounce", "sent-before-choice"), // meta refresh, and back
    ("v30-form", "sent-before-choice"),   // a form sent into a hidden frame
    ("v31-xhr", "sent-before-choice"),    // XMLHttpRequest
    ("v32-import", "sent-before-choice"), // importScripts of a worker
    ("v33-redirect", "sent-before-choice"), // an address of the site that leads away
    ("v37-module", "sent-before-choice"), // import()
    ("v38-svg", "sent-before-choice"),    // image of an SVG
    ("v39-nested", "sent-before-choice"), // a frame's own pixel
    ("v42-report", "sent-before-choice"), // a policy's report-uri
    ("v43-later", "sent-before-choice"),  // after a while
    ("v44-second-page", "sent-before-choice"), // not on the first page
    // … read from it …
    ("toDataURL", "read-before-choice"),
    // … and what is no choice.
    ("v54_scrolled", "choice-by-gesture"),
    // After a refusal.
    ("v60_refused", "kept-after-refusal"),
    ("v61-refused", "sent-after-refusal"),
    ("v62_refused", "kept-after-refusal"),
    // After a withdrawal.
    ("v70_kept", "kept-after-withdrawal"),
    ("v71_kept", "kept-after-withdrawal"),
    ("v72_kept", "kept-after-withdrawal"),
    ("v73-still", "sent-after-withdrawal"),
    // The question.
    ("Continuer sans accepter", "refusal-weaker"),
    ("v51_ticked", "ticked-boxes"),
    ("first layer", "locks-scrolling"),
    ("first layer", "blocks-page"),
    // Against what visitors are told.
    ("v04_long", "lives-too-long"),
    ("v80_undeclared", "undeclared"),
    ("v81_longer", "longer-than-declared"),
    ("v83.example", "undeclared"),
];

/// Scans a site into a folder, held to a configuration; the report as it is written there.
fn scan(server: &Server, out: &Path, config: PathBuf) -> Value {
    let scan = Scan {
        first: Url::parse(&server.url()).unwrap(),
        bounds: Bounds {
            pages: 10,
            depth: 2,
            delay: Duration::ZERO,
            watch: Duration::from_millis(700),
        },
        selectors: Selectors::default(),
        config: Some(config),
        browser: None,
        browser_arguments: vec!["--host-resolver-rules=MAP *.example 127.0.0.1".to_owned()],
        made_at: "2026-11-22T20:00:00.000Z".parse().unwrap(),
    };
    let outcome = scan.run(&|_| Ok(None), &mut |_| ()).unwrap();
    outcome.write(out).unwrap();
    let report = std::fs::read(out.join("report.json")).unwrap();
    serde_json::from_slice(&report).unwrap()
}

/// A configuration of `sites`, for the port in use.
fn config(site: &str, server: &Server, out: &Path) -> PathBuf {
    let text = std::fs::read_to_string(folder().join(format!("sites/{site}.json"))).unwrap();
    let path = out.join(format!("{site}.json"));
    std::fs::write(&path, text.replace("{port}", &server.port.to_string())).unwrap();
    path
}

fn has(report: &Value, rule: &str, subject: &str) -> bool {
    let mut findings = report["findings"].as_array().into_iter().flatten();
    findings.any(|finding| {
        finding["rule"] == rule
            && finding["subject"]
                .as_str()
                .is_some_and(|text| text.contains(subject))
    })
}

#[test]
#[ignore = "needs Chromium: cargo xtask test browser"]
fn every_planted_violation_is_found() {
    let server = Server::start("violations");
    let folder = tempfile::tempdir().unwrap();
    let out =
        std::env::var_os("TEMOIN_SCAN_OUT").map_or_else(|| folder.path().to_owned(), Into::into);
    std::fs::create_dir_all(&out).unwrap();
    let config = config("violations", &server, folder.path());
    let report = scan(&server, &out, config);
    let missed: Vec<_> = PLANTED
        .iter()
        .filter(|(subject, rule)| !has(&report, rule, subject))
        .collect();
    assert!(missed.is_empty(), "missed: {missed:#?}");
    assert!(report["violations"].as_u64().is_some_and(|count| count > 0));
    assert!(has(&report, "unused", "v82_unused"));

    let findings = report["findings"].as_array().unwrap();
    let of = |subject: &str| {
        findings
            .iter()
            .find(|finding| finding["subject"] == subject)
            .unwrap()
    };
    let by = of("v34_tag")["by"]["url"].as_str().unwrap();
    assert!(
        by.contains("tracker.example") && by.contains("v13-tag.js:1"),
        "{by}"
    );
    let proposed = report["proposals"].to_string();
    assert!(
        proposed.contains("v80_undeclared") && proposed.contains("v83.example"),
        "{proposed}"
    );
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("v34_tag") && page.contains("data:image/png;base64,"));
    for (name, hash) in report["files"].as_object().unwrap() {
        let bytes = std::fs::read(out.join(name)).unwrap();
        assert!(
            !bytes.is_empty() && hash.as_str().is_some_and(|hash| hash.len() == 64),
            "{name}"
        );
    }
}

#[test]
#[ignore = "needs Chromium: cargo xtask test browser"]
fn a_site_that_listens_has_no_finding() {
    let server = Server::start("clean");
    let folder = tempfile::tempdir().unwrap();
    let config = config("clean", &server, folder.path());
    let report = scan(&server, folder.path(), config);
    assert_eq!(
        report["findings"],
        serde_json::json!([]),
        "{:#}",
        report["findings"]
    );
    assert_eq!(report["violations"], 0);
    let visits = report["visits"].as_array().unwrap();
    assert!(
        visits.iter().all(|visit| visit["not_made"].is_null()),
        "{visits:?}"
    );
    // It was there to be found: what was accepted was seen.
    let things = report["things"].as_array().unwrap();
    let measured = things
        .iter()
        .find(|thing| thing["name"] == "_mesure")
        .unwrap();
    assert!(measured["seen"]["accepted"].is_object() && measured["seen"]["withdrawn"].is_null());
}
