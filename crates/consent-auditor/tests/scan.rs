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

/// Ends the renderers of the browser whose temporary folder is this one.
#[cfg(target_os = "linux")]
fn kill_renderers(temporary: &str) {
    for process in std::fs::read_dir("/proc").unwrap().flatten() {
        let arguments = std::fs::read(process.path().join("cmdline")).unwrap_or_default();
        let arguments = String::from_utf8_lossy(&arguments);
        let profile = format!("--user-data-dir={temporary}/");
        if arguments.contains("--type=renderer") && arguments.contains(&profile) {
            let _ = Command::new("kill")
                .arg("-KILL")
                .arg(process.file_name())
                .status();
        }
    }
}

/// Scans a site with a temporary folder of its own, in which no browser is left then; `meanwhile` is called again and again.
#[cfg(target_os = "linux")]
fn scan_to_the_end(url: &str, more: &[&str], meanwhile: &dyn Fn(&str)) -> (Scanned, String) {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().display().to_string();
    let out = folder.path().join("out");
    let mut running = Command::new(env!("CARGO_BIN_EXE_temoin"))
        .args(["scan", url, "--delay", "0s", "--watch", "300ms"])
        .arg("--out")
        .arg(&out)
        .args(more)
        .env("TMPDIR", &place)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    while running.try_wait().unwrap().is_none() {
        meanwhile(&place);
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let output = running.wait_with_output().unwrap();
    let began = std::time::Instant::now();
    while processes(&place) > 0 {
        assert!(began.elapsed().as_secs() < 30, "a browser is left");
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    let report = std::fs::read(out.join("report.json")).unwrap_or_default();
    let report = serde_json::from_slice(&report).unwrap_or_default();
    let page = std::fs::read_to_string(out.join("report.html")).unwrap_or_default();
    (Scanned { output, report }, page)
}

/// What became of a page, if it was not visited to the end: all that the report says of it.
#[cfg(target_os = "linux")]
fn said_of(report: &Value, page: &str) -> String {
    let left_out = report["left_out"].as_array().into_iter().flatten();
    let of_page =
        left_out.filter(|left| left["url"].as_str().is_some_and(|url| url.contains(page)));
    let why = of_page.filter_map(|left| left["why"].as_str());
    why.collect::<Vec<_>>().join("; ")
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "needs Chromium: cargo xtask test browser"]
fn pages_that_break_are_named_with_what_happened_and_the_others_are_visited() {
    let server = Server::start("hostile");
    let began = std::time::Instant::now();
    let ended = std::cell::RefCell::new(std::collections::HashSet::new());
    let (Scanned { output, report }, page) =
        scan_to_the_end(&server.url(), &["--pages", "20"], &|place| {
            // The page says that it is shown, again and again. What it said before its end may be read after it, when another page is
            // shown: so it says which of its loads that was.
            let posted = server.posted.lock().unwrap();
            if let Some((_, load)) = posted.last()
                && ended.borrow_mut().insert(load.clone())
            {
                kill_renderers(place);
            }
        });
    for (name, expected) in [
        ("/endless.html", "stopped responding"),
        ("/crash.html", "the page crashed"),
        ("/piece.html", "is a download"),
        ("/reload.html", "reloads itself"),
        ("/refresh.html", "reloads itself"),
        ("/windows.html", "opens windows without end"),
        ("/circle.html", "lead in a circle"),
        // The browser shows no dialog of a page that is being left.
        ("/leaving.html", ""),
        ("/silent.html", "stopped responding"),
        ("/print.html", ""),
        ("/body.html", ""),
        ("/last.html", ""),
    ] {
        let said = said_of(&report, name);
        assert!(said.contains(expected), "{name}: {said}\n{output:?}");
        assert_eq!(said.is_empty(), expected.is_empty(), "{name}: {said}");
        let pages = report["pages"].as_array().unwrap();
        let visited = pages
            .iter()
            .any(|url| url.as_str().is_some_and(|url| url.contains(name)));
        assert!(visited || !expected.is_empty(), "{name} was not visited");
        assert!(page.contains(expected));
    }
    // It is too large, or so busy with it that it answers nothing, or not all of it has come when the time for a page is over.
    let said = said_of(&report, "/large.html");
    let is_named = said.contains("the page is too large") || said.contains("stopped responding");
    let pages = report["pages"].to_string();
    assert!(
        is_named || (said.is_empty() && pages.contains("/large.html")),
        "{said}\n{output:?}"
    );
    assert!(has(&report, "kept-before-choice", "_last"), "{output:?}");
    // What was lost before the choice costs no time after it.
    assert!(began.elapsed().as_secs() < 600, "{:?}", began.elapsed());
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        printed.contains("crash.html: the page crashed"),
        "{printed}"
    );
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "needs Chromium: cargo xtask test browser"]
fn a_button_whose_script_never_ends_costs_its_own_visit_alone() {
    let server = Server::start("stuck");
    let (Scanned { output, report }, _) = scan_to_the_end(&server.url(), &[], &|_| ());
    let visits = report["visits"].as_array().unwrap();
    let why = |phase: &str| {
        let visit = visits.iter().find(|visit| visit["phase"] == phase).unwrap();
        visit["not_made"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(why("before") + &why("refused"), "", "{output:?}");
    for phase in ["accepted", "withdrawn"] {
        assert!(why(phase).contains("stopped responding"), "{}", why(phase));
    }
    // The refusal was seen; of the withdrawal nothing is known, so nothing is said.
    let refused = report["things"].as_array().unwrap();
    assert!(refused.iter().any(|thing| thing["name"] == "_refused"));
    assert!(!has(&report, "no-withdrawal", "every page"), "{output:?}");
}

#[test]
#[cfg(target_os = "linux")]
#[ignore = "needs Chromium: cargo xtask test browser"]
fn a_first_page_that_cannot_be_shown_ends_the_scan_with_its_reason() {
    let server = Server::start("hostile");
    for (page, expected) in [
        ("piece.html", "is a download, not a page"),
        ("circle.html?circle", "lead in a circle"),
        ("reload.html", "reloads itself"),
    ] {
        let url = format!("{}{page}", server.url());
        let (Scanned { output, .. }, _) = scan_to_the_end(&url, &[], &|_| ());
        let wrong = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{wrong}");
        assert!(wrong.contains(expected) && wrong.contains(page), "{wrong}");
    }
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
