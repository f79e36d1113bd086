//! `temoin scan` with a real browser: on a site that breaks every rule, each planted violation is found;
//! on one that listens, none is.

#[path = "scan/server.rs"]
mod server;

use serde_json::Value;
use server::{Server, folder};
use std::path::Path;
use std::process::{Command, Output};

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

struct Scanned {
    output: Output,
    report: Value,
}

/// Scans a site into a folder, with what else is asked for.
fn scan(url: &str, out: &Path, more: &[&str]) -> Scanned {
    let output = Command::new(env!("CARGO_BIN_EXE_temoin"))
        .args(["scan", url, "--delay", "0s", "--watch", "700ms"])
        .args([
            "--browser-argument",
            "--host-resolver-rules=MAP *.example 127.0.0.1",
        ])
        .arg("--out")
        .arg(out)
        .args(more)
        .output()
        .unwrap();
    let report = std::fs::read(out.join("report.json")).unwrap_or_default();
    Scanned {
        report: serde_json::from_slice(&report).unwrap_or_default(),
        output,
    }
}

/// A configuration of `sites`, for the port in use.
fn config(site: &str, server: &Server, out: &Path) -> String {
    let text = std::fs::read_to_string(folder().join(format!("sites/{site}.json"))).unwrap();
    let path = out.join(format!("{site}.json"));
    std::fs::write(&path, text.replace("{port}", &server.port.to_string())).unwrap();
    path.display().to_string()
}

/// What the tool that everybody has says.
fn sha256sum(file: &Path) -> String {
    let sum = Command::new("sha256sum").arg(file).output().unwrap();
    let sum = String::from_utf8_lossy(&sum.stdout);
    sum.split(' ').next().unwrap_or_default().to_owned()
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
    let Scanned { output, report } = scan(&server.url(), &out, &["--config", &config]);
    let missed: Vec<_> = PLANTED
        .iter()
        .filter(|(subject, rule)| !has(&report, rule, subject))
        .collect();
    let said = String::from_utf8_lossy(&output.stdout);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(missed.is_empty(), "missed: {missed:#?}\n{said}{wrong}");
    assert_eq!(output.status.code(), Some(1), "{said}{wrong}");
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
    let Scanned { output, report } = scan(&server.url(), folder.path(), &["--config", &config]);
    assert_eq!(
        report["findings"],
        serde_json::json!([]),
        "{:#}",
        report["findings"]
    );
    assert_eq!(output.status.code(), Some(0), "{output:?}");
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

/// The notice in force, and the log, are those of the consent server that the page's own tag names.
#[test]
#[ignore = "needs Chromium and the demo sites: cargo xtask test browser"]
fn our_own_sites_listen_are_what_they_publish_and_keep_the_scan_as_evidence() {
    let sites = std::env::var("TEMOIN_SITES").expect("TEMOIN_SITES: where the demo sites are");
    let owner = std::env::var("TEMOIN_OWNER").expect("TEMOIN_OWNER: their owner's token");
    let folder = tempfile::tempdir().unwrap();
    let more = ["--pages", "3", "--attach", "--token", &owner];
    let Scanned { output, report } = scan(&format!("{sites}/boutique/"), folder.path(), &more);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let receipt = std::fs::read(folder.path().join("evidence.json")).unwrap();
    let receipt: Value = serde_json::from_slice(&receipt).unwrap();
    assert_eq!(
        receipt["sha256"],
        sha256sum(&folder.path().join("report.json"))
    );
    assert_eq!(receipt["notice"], report["published"]["notice"]);
    assert_eq!(report["layer"]["manager"], "Témoin");
    assert_eq!(report["published"]["services"], 11);
    let visits = report["visits"].as_array().unwrap();
    assert!(
        visits.iter().all(|visit| visit["not_made"].is_null()),
        "{visits:?}"
    );
    let accepted = &report["counts"]["accepted"];
    assert!(
        accepted["kept"].as_u64().is_some_and(|kept| kept >= 2),
        "{accepted}"
    );
    assert!(folder.path().join("screenshots/dialog-phone.png").exists());
}

#[test]
#[ignore = "needs Chromium: cargo xtask test browser"]
fn a_question_without_a_no_is_a_finding_and_the_visits_that_were_not_made_are_named() {
    let server = Server::start("no-refusal");
    let folder = tempfile::tempdir().unwrap();
    let Scanned { output, report } = scan(&server.url(), folder.path(), &[]);
    assert!(has(&report, "no-refusal", "first layer"), "{output:?}");
    assert!(has(&report, "no-withdrawal", "every page"), "{output:?}");
    assert!(
        has(&report, "choice-by-gesture", "w90_escape"),
        "{output:?}"
    );
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("after refusal       not visited: no way to refuse was found"),
        "{said}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
#[ignore = "needs Chromium: cargo xtask test browser"]
fn what_a_server_does_not_prove_is_no_evidence() {
    let server = Server::start("clean");
    let folder = tempfile::tempdir().unwrap();
    let config = config("clean", &server, folder.path());
    // It takes everything that is posted, and answers nothing.
    let consent = format!("http://127.0.0.1:{}", server.port);
    let attach = [
        "--attach", "--site", "relais", "--server", &consent, "--token", "jeton",
    ];
    let more = [&["--config", &config, "--pages", "1"], &attach[..]].concat();
    let Scanned { output, .. } = scan(&server.url(), folder.path(), &more);
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(wrong.contains("expected what proves the entry"), "{wrong}");
    assert_eq!(output.status.code(), Some(2));
    let posted = server.posted.lock().unwrap();
    let (path, body) = posted.last().unwrap();
    assert_eq!(path, "/v1/sites/relais/evidence Bearer jeton");
    let body: Value = serde_json::from_str(body).unwrap();
    let sha256 = sha256sum(&folder.path().join("report.json"));
    assert_eq!(body, serde_json::json!({ "sha256": sha256 }));
}

#[test]
#[ignore = "needs Chromium: cargo xtask test browser"]
fn robots_txt_is_kept_to() {
    let server = Server::start("private");
    let folder = tempfile::tempdir().unwrap();
    let Scanned { output, .. } = scan(&server.url(), folder.path(), &[]);
    assert_eq!(output.status.code(), Some(2));
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(
        wrong.contains("robots.txt does not allow") && wrong.contains("User-agent: TemoinScan"),
        "{wrong}"
    );
}
