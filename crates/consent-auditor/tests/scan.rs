//! `temoin scan` with a real browser: its exit codes, what it prints, and the scan as evidence. What a scan
//! finds is tested in `site-scanner`, whose sites these are too.
#![cfg(feature = "scan")]

#[path = "../../site-scanner/tests/scan/server.rs"]
mod server;

use serde_json::Value;
use server::{Server, folder};
use std::path::Path;
use std::process::{Command, Output};

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
    assert!(
        wrong.contains("expected the receipt of the evidence"),
        "{wrong}"
    );
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

/// A page that asks before it is left, opens dialogs, prints, and has an image that never answers.
#[test]
#[ignore = "needs Chromium: cargo xtask test browser"]
fn a_page_that_holds_on_to_its_visitor_is_scanned_to_the_end() {
    let url = Server::start("holding").url();
    let folder = tempfile::tempdir().unwrap();
    let Scanned { output, report } = scan(&url, folder.path(), &["--pages", "2"]);
    assert!(has(&report, "kept-before-choice", "_held"), "{output:?}");
}

/// The processes that have this text among their arguments.
#[cfg(target_os = "linux")]
fn processes(text: &str) -> usize {
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let arguments = all.filter_map(|process| std::fs::read(process.path().join("cmdline")).ok());
    arguments
        .filter(|arguments| String::from_utf8_lossy(arguments).contains(text))
        .count()
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "needs Chromium: cargo xtask test browser"]
fn a_scan_that_is_killed_leaves_no_browser_and_no_profile() {
    let url = Server::start("holding").url();
    for signal in ["-KILL", "-TERM", "-INT"] {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().display().to_string();
        let mut scan = Command::new(env!("CARGO_BIN_EXE_temoin"))
            .args(["scan", &url, "--out"])
            .arg(folder.path().join("out"))
            // Where the profile is.
            .env("TMPDIR", folder.path())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        let wait = |what: &str, done: &dyn Fn() -> bool| {
            let began = std::time::Instant::now();
            while !done() {
                assert!(began.elapsed().as_secs() < 30, "{signal}: {what}");
                std::thread::sleep(std::time::Duration::from_millis(100));
            }
        };
        wait("no browser has started", &|| {
            processes(&format!("user-data-dir={place}")) > 2
        });
        let number = scan.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &number])
                .status()
                .unwrap()
                .success()
        );
        scan.wait().unwrap();
        wait("the browser is left", &|| processes(&place) == 0);
        wait("the profile is left", &|| {
            let left = std::fs::read_dir(folder.path()).unwrap().flatten();
            !left.into_iter().any(|entry| {
                entry
                    .file_name()
                    .to_string_lossy()
                    .starts_with("temoin-scan-")
            })
        });
    }
}
