//! The commands, on folders.

use crate::log::pins::Pins;
use crate::log::state::State;
use crate::report::progress::Progress;
use crate::source::filters::Filters;
use crate::source::target::Target;
use crate::tests::sample::{Folder, Log, NOTICE, SITE, Site, after, all_files};
use crate::{Verdict, command::Command, command::query};
use anyhow::Result;
use clap::Parser;
use consent_core::entry::ErasureReason;
use consent_core::{ConsentStatus, NoticeHash};
use consent_log::SignerKey;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// Runs a command as a shell would.
pub fn temoin(arguments: &[&str]) -> Result<Verdict> {
    let folder = Folder::new();
    let evidence = folder.arg("evidence");
    let mut all = [&["temoin"], arguments].concat();
    let writes_evidence = ["verify", "verify-export", "query", "watch"].contains(&arguments[0]);
    if writes_evidence && !arguments.contains(&"--evidence") {
        // Not where the tests run.
        all.extend(["--evidence", &evidence]);
    }
    Arguments::try_parse_from(all)?.command.run()
}

fn verify(folder: &str, evidence: &str, more: &[&str]) -> Result<Verdict> {
    temoin(&[&["verify", folder, "--evidence", evidence], more].concat())
}

#[test]
fn an_export_verifies_offline_in_every_format_and_signed() {
    let folder = Folder::new();
    let source = folder.write_export("site", &Site::small());
    let out = folder.arg("out");
    let seed = folder.put("seed", format!("{}\n", hex::encode([7; 32])));
    let mut export = vec!["export", &source, "--out", &out, "--sign-key", &seed];
    for format in ["ndjson", "csv", "jsonld"] {
        export.extend(["--format", format]);
    }
    assert_eq!(temoin(&export).unwrap(), Verdict::Holds);
    let evidence = folder.arg("evidence");
    assert_eq!(verify(&out, &evidence, &[]).unwrap(), Verdict::Holds);
    let key = |seed| {
        SignerKey::ed25519("temoin-export", &[seed; 32])
            .unwrap()
            .verifier()
            .to_string()
    };
    assert_eq!(
        verify(&out, &evidence, &["--key", &key(7)]).unwrap(),
        Verdict::Holds
    );
    assert_eq!(
        verify(&out, &evidence, &["--key", &key(8)]).unwrap(),
        Verdict::Fails
    );
    let jsonld = std::fs::read(folder.path("out/records.jsonld")).unwrap();
    let jsonld: Vec<serde_json::Value> = serde_json::from_slice(&jsonld).unwrap();
    assert_eq!(jsonld.len(), 323);
    assert!(
        temoin(&export)
            .unwrap_err()
            .to_string()
            .contains("is there already")
    );
    // Nothing unfinished is left.
    let names = std::fs::read_dir(folder.path("")).unwrap();
    assert!(
        names
            .map(|entry| entry.unwrap().file_name())
            .all(|name| !name.display().to_string().starts_with('.'))
    );
}

#[test]
fn an_export_of_a_period_is_complete_over_that_period() {
    let folder = Folder::new();
    let source = folder.write_export("site", &Site::small());
    let (from, to) = (after(50).to_string(), after(2_500).to_string());
    let out = folder.arg("out");
    let export = [
        "export", &source, "--out", &out, "--from", &from, "--to", &to,
    ];
    assert_eq!(temoin(&export).unwrap(), Verdict::Holds);
    assert_eq!(
        verify(&out, &folder.arg("evidence"), &[]).unwrap(),
        Verdict::Holds
    );
    let records = std::fs::read_to_string(folder.path("out/records.ndjson")).unwrap();
    let report = temoin(&["verify", &out, "--json"]);
    assert_eq!(report.unwrap(), Verdict::Holds);
    let one_less: String = records
        .lines()
        .skip(1)
        .fold(String::new(), |text, line| text + line + "\n");
    let less = folder.put("less.ndjson", one_less);
    let verdict = verify(&out, &folder.arg("evidence"), &["--records", &less]);
    assert_eq!(verdict.unwrap(), Verdict::Fails);
}

#[test]
fn a_narrowed_export_verifies_but_for_what_is_not_in_it() {
    let folder = Folder::new();
    let source = folder.write_export("site", &Site::small());
    let out = folder.arg("out");
    let export = [
        "export",
        &source,
        "--out",
        &out,
        "--purpose",
        "statistics",
        "--decision",
        "granted",
    ];
    assert_eq!(temoin(&export).unwrap(), Verdict::Holds);
    let records = std::fs::read_to_string(folder.path("out/records.ndjson")).unwrap();
    assert!(
        records
            .lines()
            .all(|line| line.contains(r#""statistics":"granted""#))
    );
    assert_eq!(records.lines().count(), 108);
    assert_eq!(
        verify(&out, &folder.arg("evidence"), &[]).unwrap(),
        Verdict::Holds
    );
}

/// Any file, at some of its bytes; each byte of a log alone is flipped in `corrupted`.
#[test]
fn a_byte_of_any_exported_file_that_is_flipped_is_caught() {
    let folder = Folder::new();
    let source = folder.write_export("site", &Site::small());
    let out = folder.arg("out");
    let seed = folder.put("seed", hex::encode([7; 32]));
    let export = [
        "export",
        &source,
        "--out",
        &out,
        "--sign-key",
        &seed,
        "--format",
        "ndjson",
        "--format",
        "csv",
    ];
    assert_eq!(temoin(&export).unwrap(), Verdict::Holds);
    let files = all_files(&folder.path("out"));
    assert!(files.len() > 20);
    for path in files {
        let honest = std::fs::read(&path).unwrap();
        if honest.is_empty() {
            continue;
        }
        for at in [0, honest.len() / 3, honest.len() * 2 / 3, honest.len() - 1] {
            let mut bytes = honest.clone();
            bytes[at] ^= 1 << (at % 7);
            std::fs::write(&path, bytes).unwrap();
            // What cannot even be read is an error.
            let verdict = verify(&out, &folder.arg("evidence"), &[]);
            assert!(
                !matches!(verdict, Ok(Verdict::Holds)),
                "byte {at} of {}",
                path.display()
            );
        }
        std::fs::write(&path, honest).unwrap();
    }
    folder.put("out/one-more", "file");
    assert_eq!(
        verify(&out, &folder.arg("evidence"), &[]).unwrap(),
        Verdict::Fails
    );
}

#[test]
fn evidence_has_the_bytes_and_says_what_to_do_with_them() {
    let folder = Folder::new();
    let source = folder.write_export("site", &Site::small());
    let q4 = "site/log/temoin.example/relais/2026q4/0";
    let tile = folder.path(&format!("{q4}/tile/1/000.p/1"));
    let mut bytes = std::fs::read(&tile).unwrap();
    bytes[0] ^= 1;
    std::fs::write(&tile, &bytes).unwrap();
    let evidence = folder.arg("evidence");
    assert_eq!(verify(&source, &evidence, &[]).unwrap(), Verdict::Fails);
    let read =
        |name: &str| std::fs::read(folder.path(&format!("evidence/tiles-1/{name}"))).unwrap();
    let finding: serde_json::Value = serde_json::from_slice(&read("finding.json")).unwrap();
    assert_eq!(finding["check"], "tiles");
    assert_eq!(finding["log"], "temoin.example/relais/2026q4/0");
    assert_eq!(
        finding["what"],
        "it is not the root of the full tile 0/000 below it"
    );
    assert!(
        finding["by_hand"][0]
            .as_str()
            .unwrap()
            .starts_with("python3 ")
    );
    assert_eq!(read("parent"), bytes);
    assert_eq!(read("tile").len(), 8192);
}

#[test]
fn state_holds_a_log_to_what_it_signed() {
    let folder = Folder::new();
    let mut site = Site::small();
    let state = folder.arg("state.json");
    let source = folder.write_export("site", &site);
    let verify = |source: &str| verify(source, &folder.arg("evidence"), &["--state", &state]);
    assert_eq!(verify(&source).unwrap(), Verdict::Holds);
    site.logs[1].consent();
    assert_eq!(
        verify(&folder.write_export("later", &site)).unwrap(),
        Verdict::Holds
    );
    // The earlier one again: a step back.
    assert_eq!(verify(&source).unwrap(), Verdict::Fails);
    std::fs::write(folder.path("state.json"), "{}").unwrap();
    let error = verify(&source).unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("is not a state file that temoin wrote"),
        "{error}"
    );
}

#[test]
fn a_watch_tells_growth_from_a_fork() {
    let folder = Folder::new();
    let mut site = Site::small();
    let state = folder.arg("state.json");
    let watch = |source: &str| {
        let evidence = folder.arg("evidence");
        temoin(&[
            "watch",
            source,
            "--state",
            &state,
            "--once",
            "--evidence",
            &evidence,
        ])
    };
    assert_eq!(
        watch(&folder.write_export("first", &site)).unwrap(),
        Verdict::Holds
    );
    (0..400).for_each(|_| site.logs[1].consent());
    site.submit(1, 700);
    assert_eq!(
        watch(&folder.write_export("second", &site)).unwrap(),
        Verdict::Holds
    );
    assert_eq!(watch(&folder.arg("second")).unwrap(), Verdict::Holds);
    let mut forked = Log::new("temoin.example/relais/2026q4/0");
    forked.publish(NoticeHash::of(&NOTICE));
    forked.erase(0, 0, ErasureReason::Holder);
    (2..700).for_each(|_| forked.consent());
    let honest = std::mem::replace(&mut site.logs[1], forked);
    let evidence = |name: &str| {
        folder
            .path(&format!("evidence/consistency-1/{name}"))
            .exists()
    };
    assert_eq!(
        watch(&folder.write_export("third", &site)).unwrap(),
        Verdict::Fails
    );
    assert!(evidence("checkpoint") && evidence("earlier") && evidence("finding.json"));
    site.logs[1].consent();
    assert_eq!(
        watch(&folder.write_export("fourth", &site)).unwrap(),
        Verdict::Fails
    );
    site.logs[1] = honest;
    site.logs[1].entries.pop();
    assert_eq!(
        watch(&folder.write_export("fifth", &site)).unwrap(),
        Verdict::Fails
    );
}

fn answer(folder: &Folder, filters: &Filters) -> query::Answer {
    let place = Target::open(&folder.arg("site"), None, None).unwrap();
    let state = State::default();
    let pins = Pins {
        given: &[],
        state: &state,
    };
    let mut progress = Progress::hidden();
    let logs = place.site().unwrap();
    query::answer(&place, logs, pins, filters, usize::MAX, &mut progress).unwrap()
}

#[test]
fn a_query_is_complete_over_the_places_of_its_period() {
    let folder = Folder::new();
    folder.write_export("site", &Site::small());
    let filters = Filters {
        from: Some(after(50)),
        to: Some(after(2_500)),
        decision: Some(consent_core::Consent::Granted),
        ..Filters::default()
    };
    let answer = answer(&folder, &filters);
    assert!(answer.report.holds(), "{}", answer.report);
    let ranges: Vec<_> = answer
        .ranges
        .iter()
        .map(|one| (one.range.clone(), one.erased))
        .collect();
    assert_eq!(ranges, [(5..40, 1), (5..250, 11)]);
    assert!(answer.records.iter().all(|told| told.record.index % 3 == 2));
    assert_eq!(answer.records.len(), 11 + 78);
    let (from, to) = (after(50).to_string(), after(2_500).to_string());
    let site = folder.arg("site");
    let query = [
        "query",
        &site,
        "--from",
        &from,
        "--to",
        &to,
        "--decision",
        "granted",
    ];
    assert_eq!(temoin(&query).unwrap(), Verdict::Holds);
}

#[test]
fn each_filter_of_a_query_finds_what_it_says() {
    let folder = Folder::new();
    folder.write_export("site", &Site::small());
    let everything = answer(&folder, &Filters::default()).records;
    let count = |filters: Filters| answer(&folder, &filters).records.len();
    let of = |status: ConsentStatus| {
        let filters = Filters {
            status: Some(status),
            ..Filters::default()
        };
        count(filters)
    };
    let by_status = [
        of(ConsentStatus::Given),
        of(ConsentStatus::Refused),
        of(ConsentStatus::Withdrawn),
    ];
    assert_eq!(by_status.iter().sum::<usize>(), everything.len());
    assert!(by_status.iter().all(|found| *found > 0), "{by_status:?}");
    let served = |served| {
        count(Filters {
            served: Some(served),
            ..Filters::default()
        })
    };
    let even = everything.iter();
    let even = even.filter(|told| told.record.index.is_multiple_of(2));
    assert_eq!((served(true), served(false)), {
        let even = even.count();
        (even, everything.len() - even)
    });
    let first = &everything[0].record;
    let one = Filters {
        layer: Some(first.layer),
        language: Some(first.language.clone()),
        jurisdiction: Some(first.jurisdiction),
        gpc: Some(first.gpc),
        trusted: Some(first.trusted),
        subject: Some(first.subject),
        ..Filters::default()
    };
    assert_eq!(answer(&folder, &one).records[0].record, *first);
    let others = [
        Filters {
            gpc: Some(true),
            ..one.clone()
        },
        Filters {
            trusted: Some(false),
            ..one.clone()
        },
        Filters {
            language: "en".parse().ok(),
            ..one.clone()
        },
        Filters {
            layer: Some(consent_core::Layer::None),
            ..one
        },
    ];
    for filters in others {
        assert_eq!(count(filters.clone()), 0, "{filters:?}");
    }
}

#[test]
fn a_query_whose_answer_is_not_complete_or_not_right_is_not_shown() {
    for change in [
        (|site| drop(site.logs[1].records.remove(&42))) as fn(&mut Site),
        |site| drop(site.logs[1].erased.pop()),
        |site| site.logs[1].erased[0].erased_at = after(2_000),
        |site| site.logs[1].records.get_mut(&42).unwrap().record.gpc = true,
        |site| site.logs[1].records.get_mut(&42).unwrap().record.time = after(1),
    ] {
        let folder = Folder::new();
        let mut site = Site::small();
        change(&mut site);
        folder.write_export("site", &site);
        assert!(!answer(&folder, &Filters::default()).report.holds());
    }
}

#[test]
fn receipts_are_explained_or_refused() {
    let folder = Folder::new();
    let site = Site::small();
    let receipt = serde_json::to_string(&site.anchored(1, 150, 300, 3)).unwrap();
    let good = folder.put("receipts/good.json", &receipt);
    let bad = folder.put(
        "bad.json",
        receipt.replace("\"index\":150", "\"index\":151"),
    );
    let witness = site.witness.verifier().to_string();
    // The witness's time is in the year of the sample.
    let run = |file: &str, more: &[&str]| temoin(&[&["receipt", file], more].concat()).unwrap();
    assert_eq!(run(&good, &[]), Verdict::Holds);
    assert_eq!(run(&good, &["--json"]), Verdict::Holds);
    assert_eq!(run(&bad, &[]), Verdict::Fails);
    let other = SignerKey::cosigner("other.example", &[1; 32])
        .unwrap()
        .verifier()
        .to_string();
    assert_eq!(run(&good, &["--witness", &other]), Verdict::Fails);
    let early = serde_json::to_string(&site.logs[1].receipt(150, 151)).unwrap();
    let early = folder.put("receipts/early.json", early);
    assert_eq!(run(&early, &[]), Verdict::Holds);
    assert_eq!(run(&early, &["--witness", &witness]), Verdict::Fails);
    let source = folder.write_export("site", &site);
    let receipts = folder.arg("receipts");
    let verdict = verify(&source, &folder.arg("evidence"), &["--receipts", &receipts]);
    assert_eq!(verdict.unwrap(), Verdict::Holds);
}

#[test]
fn one_log_alone_verifies_and_so_does_the_anchor() {
    let folder = Folder::new();
    folder.write_export("site", &Site::small());
    for log in ["relais/2026q4/0", "anchor"] {
        let log = folder.arg(&format!("site/log/temoin.example/{log}"));
        assert_eq!(temoin(&["verify", &log]).unwrap(), Verdict::Holds);
        assert_eq!(
            temoin(&["verify", &log, "--entries", "opaque"]).unwrap(),
            Verdict::Holds
        );
    }
}

#[test]
fn what_cannot_be_read_is_an_error_that_says_what_was_expected() {
    let folder = Folder::new();
    folder.put("empty/nothing", "");
    let said = |arguments: &[&str]| format!("{:#}", temoin(arguments).unwrap_err());
    let missing = said(&["verify", &folder.arg("missing")]);
    assert!(
        missing.starts_with("expected a server's URL, a log's URL or a folder"),
        "{missing}"
    );
    let empty = said(&["verify", &folder.arg("empty")]);
    assert!(empty.starts_with("expected the folder of a log"), "{empty}");
    let site = folder.write_export("site", &Site::small());
    let other = said(&["verify", &site, "--site", "autre"]);
    assert!(
        other.ends_with(&format!("is of the site {SITE}, not of autre")),
        "{other}"
    );
    let refused = said(&["verify", "http://127.0.0.1:1", "--site", SITE]);
    assert!(
        refused.contains("http://127.0.0.1:1/v1/sites/relais/logs cannot be reached"),
        "{refused}"
    );
    folder.put("out/there", "");
    assert!(said(&["query", &folder.arg("site"), "--purpose", "marketing"]).contains("--decision"));
    let (log, out) = (
        folder.arg("site/log/temoin.example/anchor"),
        folder.arg("new"),
    );
    let export = said(&["export", &log, "--out", &out]);
    assert!(
        export.contains("expected a server, with --site, or an export"),
        "{export}"
    );
}
