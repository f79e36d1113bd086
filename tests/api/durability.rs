//! What was acknowledged is kept, whatever happens to the server.

use crate::support::{Api, ERASED, Log, ORIGIN, SITE, config, report, secret, verify, wait_for};
use consent_core::ConsentReceipt;
use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

#[test]
fn a_killed_server_has_kept_every_record_it_acknowledged() {
    let (mut api, notice) = Api::with_site();
    for round in 0..3 {
        let acknowledged: Mutex<Vec<ConsentReceipt>> = Mutex::default();
        let stop = AtomicBool::new(false);
        let next = AtomicU32::new(round * 100_000);
        let url = api.url(&format!("/v1/sites/{SITE}/consents"));
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    while !stop.load(Ordering::Relaxed) {
                        let report =
                            report(&notice, next.fetch_add(1, Ordering::Relaxed), "reject_all");
                        let answer = ureq::post(&url)
                            .header("origin", ORIGIN)
                            .send(report.to_string().as_bytes());
                        // A connection that the kill cut acknowledges nothing.
                        let Ok(mut answer) = answer else { continue };
                        if let Ok(text) = answer.body_mut().read_to_string() {
                            let receipt: ConsentReceipt = serde_json::from_str(&text).unwrap();
                            acknowledged.lock().unwrap().push(receipt);
                        }
                    }
                });
            }
            // In the middle of the load, not after it.
            wait_for("a hundred are acknowledged", || {
                acknowledged.lock().unwrap().len() >= 100
            });
            api.server.kill().unwrap();
            stop.store(true, Ordering::Relaxed);
        });
        api.server.restart().unwrap();
        let kept = all_receipts(&api);
        let acknowledged = acknowledged.into_inner().unwrap();
        assert!(acknowledged.len() >= 100);
        // Not only are they there: the log goes on from everything that was signed.
        let log = Log::of_site(&api);
        log.verify();
        for receipt in acknowledged {
            let id = receipt.id.to_string();
            assert!(kept.contains(&id), "{id} was acknowledged and is gone");
            log.assert_continues(&verify(&receipt, &log.key));
        }
    }
}

#[test]
fn the_site_is_in_force_after_a_restart() {
    let (mut api, notice) = Api::with_site();
    let first = report(&notice, 1, "accept_all");
    let receipt = api.report(&first).json();
    api.crash();
    let again = api.report(&first);
    assert_eq!((again.status, again.json()), (200, receipt));
    let mut second = report(&notice, 2, "withdraw");
    second["consent_id"] = first["consent_id"].clone();
    assert_eq!(api.report(&second).json()["index"], 2);
    let records = api.records();
    assert_eq!(
        records[0]["subject"], records[1]["subject"],
        "the site's key is kept"
    );
}

#[test]
fn what_was_erased_stays_erased() {
    let (mut api, report, receipt) = Api::with_choice();
    let path = format!("/v1/receipts/{}", receipt["id"].as_str().unwrap());
    let erased = api.delete(&path, &[("authorization", &secret(&report))]);
    assert_eq!(erased.status, 204);
    let before = api.query("").json();
    api.crash();
    assert_eq!(api.query("").json(), before);
    api.report(&report).assert_refused(ERASED);
}

fn all_receipts(api: &Api) -> HashSet<String> {
    let mut receipts = HashSet::new();
    let mut parameters = "?limit=1000".to_owned();
    loop {
        let page = api.query(&parameters).json();
        for record in page["records"].as_array().unwrap() {
            let receipt = record["receipt"].as_str().unwrap().to_owned();
            assert!(receipts.insert(receipt), "a record stands twice");
        }
        match page["next"].as_str() {
            Some(next) => parameters = format!("?limit=1000&cursor={next}"),
            None => return receipts,
        }
    }
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_readable_by_who_runs_the_server_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let api = Api::empty();
    let published = api.publish(SITE, &config()).json();
    let notice = published["notice"].as_str().unwrap();
    assert_eq!(api.report(&report(notice, 1, "save")).status, 201);
    let mut folders = vec![api.state.clone()];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let about = entry.metadata().unwrap();
            if about.is_dir() {
                folders.push(entry.path());
            } else {
                let mode = about.permissions().mode() & 0o777;
                assert_eq!(mode & 0o077, 0, "{} {mode:o}", entry.path().display());
                files += 1;
            }
        }
    }
    assert!(files > 3, "{files} files");
}
