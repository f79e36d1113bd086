//! What others say of our logs: Go's `sumdb/tlog` and `note`, and a witness that is not ours.

use crate::support::{Api, Log, logs, report, wait_for};
use local_server::Witness;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

fn program(variable: &str) -> PathBuf {
    std::env::var_os(variable)
        .unwrap_or_else(|| panic!("{variable} is not set: run `cargo xtask test api`"))
        .into()
}

/// Verifies a log over HTTP with the reference, and with what else it is given.
fn reference(api: &Api, log: &Log, more: &[&str]) -> Output {
    Command::new(program("TEMOIN_REFERENCE"))
        .arg(api.url(&format!("/log/{}", log.origin)))
        .arg(log.key.to_string())
        .args(more)
        .output()
        .unwrap()
}

#[track_caller]
fn assert_verified(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

/// A file that goes with the test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(api: &Api, name: &str, text: &str) -> Self {
        let path = api.state.join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

#[test]
fn the_go_reference_verifies_a_log_that_our_server_wrote_and_a_receipt_in_it() {
    let (api, notice) = Api::with_site();
    api.report_many(&notice, 1..21, "reject_all");
    let log = Log::of_site(&api);
    let old = Scratch::new(&api, "old", &log.note().to_string());
    api.report_many(&notice, 21..600, "accept_all");
    let receipt = api.report(&report(&notice, 600, "accept_all")).receipt();
    let proof = Scratch::new(&api, "proof", &receipt.evidence.proof);
    let entry = hex::encode(receipt.claimed_entry().unwrap().to_bytes());
    let more = [
        "--old",
        old.path(),
        "--proof",
        proof.path(),
        "--entry",
        &entry,
    ];
    let output = reference(&api, &log, &more);
    assert_verified(&output);
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&said["size"], &said["entries"]),
        (&601.into(), &601.into())
    );
    // Another entry at that index, and another key, are refused.
    let forged = entry.replace("0101", "0102");
    assert_ne!(forged, entry);
    let more = ["--proof", proof.path(), "--entry", &forged];
    assert_eq!(reference(&api, &log, &more).status.code(), Some(1));
    let mut stranger = Log::of_site(&api);
    stranger.key = Log::anchor(&api).key;
    assert_eq!(reference(&api, &stranger, &[]).status.code(), Some(1));
}

/// The same bit of the same bytes as in the test of our own tool, `corrupted.rs`: a checkpoint, tiles of two
/// levels, full and partial ones, and the bundles of entries.
#[test]
fn the_go_reference_refuses_a_log_of_ours_with_any_byte_changed() {
    let (api, notice) = Api::with_site();
    api.report_many(&notice, 1..261, "reject_all");
    let log = Log::of_site(&api);
    let checkpoint = log.note().to_string().len();
    let output = reference(&api, &log, &["--tamper"]);
    assert_verified(&output);
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let (hash, entry) = (32, 2 + 58);
    let expected = serde_json::json!({
        "checkpoint": checkpoint,
        "tile/0/000": 256 * hash,
        "tile/0/001.p/5": 5 * hash,
        "tile/1/000.p/1": hash,
        "tile/entries/000": 256 * entry,
        "tile/entries/001.p/5": 5 * entry,
    });
    assert_eq!(said["tampered"], expected);
}

/// The witness, running. It is killed when this value is dropped.
struct Running {
    child: Child,
    witness: Witness,
    config: PathBuf,
}

impl Running {
    fn start(api: &Api, anchor: &Log) -> Self {
        let program = program("TEMOIN_WITNESS");
        let config = api.state.with_extension("witness").join("witness.json");
        std::fs::create_dir_all(config.parent().unwrap()).unwrap();
        let run = |arguments: &[&str]| {
            let output = Command::new(&program).args(arguments).output().unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        let file = config.to_str().unwrap();
        let said = run(&[
            "init",
            "--config",
            file,
            "--name",
            "witness.example/temoin",
            "--listen",
            "127.0.0.1:0",
        ]);
        let key = said
            .split_whitespace()
            .find(|word| word.starts_with("witness.example/temoin+"))
            .unwrap()
            .to_owned();
        let anchor_key = anchor.key.to_string();
        run(&[
            "add-log",
            "--config",
            file,
            "--origin",
            &anchor.origin,
            "--vkey",
            &anchor_key,
        ]);
        let mut child = Command::new(&program)
            .args(["serve", "--config", file, "--listen", "127.0.0.1:0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stderr.take().unwrap());
        let mut line = String::new();
        let url = loop {
            line.clear();
            assert!(
                said.read_line(&mut line).unwrap() > 0,
                "the witness stopped"
            );
            let announced = line.split_once("listening on ");
            if let Some(url) = announced.and_then(|(_, rest)| rest.split_whitespace().next()) {
                break url.to_owned();
            }
        };
        // It goes on telling; somebody must listen.
        std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
        Self {
            child,
            witness: Witness { url, key },
            config,
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(self.config.parent().unwrap());
    }
}

#[test]
fn a_witness_that_is_not_ours_cosigns_the_anchor_as_it_grows() {
    let (mut api, notice) = Api::with_site();
    let running = Running::start(&api, &Log::anchor(&api));
    api.server.set_witnesses(vec![running.witness.clone()]);
    api.crash();
    assert_eq!(logs(&api).anchor.witnesses[..], [&*running.witness.key]);
    for nth in 1..=3 {
        let report = report(&notice, nth, "reject_all");
        let receipt = api.report(&report).receipt();
        let mut proof = None;
        wait_for("the witness has cosigned", || {
            let again = api.receipt(&receipt.id, &report).receipt();
            let cosigned = |proof: &String| proof.contains("— witness.example/temoin ");
            proof = again.evidence.anchor_proof.filter(cosigned);
            proof.is_some()
        });
        let proof: consent_log::TlogProof = proof.unwrap().parse().unwrap();
        let key = running.witness.key.parse().unwrap();
        proof.checkpoint.verified_by(&key).unwrap();
    }
    // Go sees the cosignature too.
    let anchor = Log::anchor(&api);
    assert_verified(&reference(
        &api,
        &anchor,
        &["--cosigner", &running.witness.key],
    ));
}
