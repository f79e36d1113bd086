//! Dossiers: an honest site gives one whose data proves itself; a corrupted or forged one gives none.

use super::commands::temoin;
use crate::Verdict;
use crate::log::pins::Pins;
use crate::log::state::State;
use crate::report::progress::Progress;
use crate::source::filters::Filters;
use crate::source::target::Target;
use crate::tests::sample::{Folder, LAYER, NOTICE, Site, after};
use anyhow::Result;
use consent_core::commitment::{SubjectOpening, Texts};
use consent_core::proof::DisclosedRecord;
use consent_core::{NoticeHash, Sha256Digest};
use consent_log::{Hash, SignedNote, SignerKey, TlogProof, VerifierKey};
use serde_json::Value;

/// The sample as a folder, with what a server would serve of its notice too.
fn export(folder: &Folder, site: &Site) -> String {
    let hash = NoticeHash::of(&NOTICE);
    folder.put(&format!("site/n/{hash}/fr-CA/dialog.html"), LAYER);
    let json = serde_json::to_string(LAYER).unwrap();
    let loader = format!(r#"({{"layer":{json},"style":".temoin-banner{{}}"}})"#);
    folder.put("site/t/relais.js?language=fr-CA", loader);
    folder.write_export("site", site)
}

/// Runs `temoin dossier` on a folder, and gives what it wrote.
fn dossier(folder: &Folder, source: &str, more: &[&str]) -> Result<(Verdict, Option<String>)> {
    let (out, evidence) = (folder.arg("dossier.html"), folder.arg("evidence"));
    let command = ["dossier", source, "--out", &out, "--evidence", &evidence];
    let verdict = temoin(&[&command, more].concat())?;
    Ok((verdict, std::fs::read_to_string(out).ok()))
}

fn honest(more: &[&str]) -> String {
    let folder = Folder::new();
    let source = export(&folder, &Site::small());
    let (verdict, page) = dossier(&folder, &source, more).unwrap();
    assert_eq!(verdict, Verdict::Holds);
    page.unwrap()
}

/// Asserts that a changed site gives no dossier.
#[track_caller]
fn refused(change: impl FnOnce(&mut Site), damage: impl FnOnce(&Folder)) {
    let (folder, mut site) = (Folder::new(), Site::small());
    change(&mut site);
    let source = export(&folder, &site);
    damage(&folder);
    let (verdict, page) = dossier(&folder, &source, &[]).unwrap();
    assert_eq!((verdict, page), (Verdict::Fails, None));
}

/// What stands between two texts.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.split_once(before).unwrap();
    rest.split_once(after).unwrap().0
}

fn data(page: &str) -> Value {
    let begin = r#"<script type="application/json" id="dossier-data">"#;
    serde_json::from_str(between(page, begin, "</script>")).unwrap()
}

/// The headings of the sections.
fn headings(page: &str) -> Vec<String> {
    let sections = page.split("<h2").skip(1);
    sections
        .map(|section| between(section, ">", "</h2>").to_owned())
        .collect()
}

#[test]
fn a_dossier_has_its_sections_in_the_language_asked_for() {
    let narrow = [
        "--from",
        "2026-11-22",
        "--decision",
        "granted",
        "--purpose",
        "statistics",
    ];
    let english = honest(&[&narrow[..], &["--in", "en"]].concat());
    insta::assert_snapshot!(headings(&english).join("\n"), @r"
    Contents
    The question and the answer
    The banner as it was shown
    The records found
    What was erased, and why
    Publications of the notice
    Files entered: the last scans of the site
    The proof, step by step
    What is proved, and what is not
    Verify again
    ");
    let french = honest(&[&narrow[..], &["--in", "fr"]].concat());
    insta::assert_snapshot!(headings(&french).join("\n"), @r"
    Sommaire
    La question et la réponse
    La bannière telle qu’elle a été montrée
    Les preuves trouvées
    Ce qui a été effacé, et pourquoi
    Publications de l’avis
    Pièces inscrites : derniers examens du site
    La preuve, pas à pas
    Ce qui est prouvé, et ce qui ne l’est pas
    Vérifier de nouveau
    ");
    assert!(english.starts_with(r#"<!DOCTYPE html><html lang="en">"#));
    assert!(french.starts_with(r#"<!DOCTYPE html><html lang="fr">"#));
    assert!(english.contains("Records that answer the question: 108."));
    assert!(english.contains("<li>Statistics: <strong>granted</strong></li>"));
    assert!(french.contains("<li>Statistiques\u{a0}: <strong>accepté</strong></li>"));
}

#[test]
fn no_gap_of_a_text_stays_open() {
    for language in ["fr", "en"] {
        let page = honest(&["--in", language]);
        let (text, _) = page
            .split_once(r#"<script type="application/json""#)
            .unwrap();
        let (_, text) = text.split_once("</style>").unwrap();
        let frames: String =
            text.split("srcdoc=\"")
                .enumerate()
                .fold(String::new(), |text, (number, piece)| {
                    let rest = match number {
                        0 => piece,
                        _ => piece.split_once('"').unwrap().1,
                    };
                    text + rest
                });
        for gap in [
            "site", "records", "erased", "grant", "number", "language", "same", "index", "size",
            "tool", "reason",
        ] {
            assert!(!frames.contains(&format!("{{{gap}}}")), "{language}: {gap}");
        }
    }
}

/// Verifies each record from the page alone, with nothing but the log's library.
#[test]
fn the_data_in_the_file_proves_each_record_and_each_entry() {
    let page = honest(&["--in", "en"]);
    let data = data(&page);
    let records = data["records"].as_array().unwrap();
    assert_eq!(records.len(), 323);
    let prove = |place: &Value, leaf: Hash| {
        let checkpoint =
            &data["checkpoints"][usize::try_from(place["checkpoint"].as_u64().unwrap()).unwrap()];
        let hashes = place["path"].as_array().unwrap().iter().map(|number| {
            let number = usize::try_from(number.as_u64().unwrap()).unwrap();
            data["hashes"][number].as_str().unwrap().parse().unwrap()
        });
        let note: SignedNote = checkpoint["note"].as_str().unwrap().parse().unwrap();
        let proof = TlogProof {
            extra: None,
            index: place["index"].as_u64().unwrap(),
            hashes: hashes.collect(),
            checkpoint: note.clone(),
        };
        let key: VerifierKey = checkpoint["key"].as_str().unwrap().parse().unwrap();
        proof.verify(leaf, &key).unwrap();
        let anchored: TlogProof = checkpoint["anchor_proof"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let key: VerifierKey = checkpoint["anchor_key"].as_str().unwrap().parse().unwrap();
        let leaf = Hash::leaf(note.to_string().as_bytes());
        anchored.verify(leaf, &key).unwrap();
    };
    let site = Site::small();
    let told = site.logs.iter().flat_map(|log| log.records.values());
    let mut told: Vec<&DisclosedRecord> = told.collect();
    told.sort_by_key(|one| one.record.time);
    for (place, one) in records.iter().zip(told) {
        prove(place, Hash::leaf(&one.claimed_entry().to_bytes()));
        let SubjectOpening::Salt(salt) = one.salts.subject else {
            panic!("{one:?}")
        };
        assert_eq!(place["subject_salt"], salt.to_string());
        // The verifier reads the texts from the page.
        assert!(page.contains(&format!(">{}</pre>", Texts::of(&one.record).decision)));
    }
    let noted = data["noted"].as_array().unwrap();
    // Two publications, three erasures.
    assert_eq!(noted.len(), 5);
    for place in noted {
        let entry = hex::decode(place["entry"].as_str().unwrap()).unwrap();
        prove(place, Hash::leaf(&entry));
    }
    let hash = NoticeHash::of(&NOTICE).to_string();
    assert_eq!(
        data["notices"][&hash].as_str().unwrap().as_bytes(),
        &**NOTICE
    );
}

#[test]
fn nothing_but_the_one_script_and_these_styles_may_run_or_load() {
    let page = honest(&[]);
    let policy = between(&page, "Content-Security-Policy\" content=\"", "\"");
    let source = |text: &str| {
        let digest = Sha256Digest::of(text.as_bytes());
        format!("'sha256-{}'", Hash::from_bytes(*digest.as_bytes()))
    };
    let script = between(&page, "</script><script>", "</script>");
    assert!(
        policy.starts_with(&format!(
            "default-src 'none'; script-src {}; style-src ",
            source(script)
        )),
        "{policy}"
    );
    assert!(policy.ends_with("; base-uri 'none'; form-action 'none'"));
    assert!(policy.contains(&source(between(&page, "<style>", "</style>"))));
    assert!(policy.contains(&source(".temoin-banner{}")));
    assert_eq!(page.matches("<script").count(), 2);
    assert!(!page.contains(" style=\"") && !page.contains(" src=\""));
    assert_eq!(page.matches("<iframe sandbox=\"\" ").count(), 4);
}

#[test]
fn what_an_owner_wrote_is_text() {
    let (folder, mut site) = (Folder::new(), Site::small());
    let log = &mut site.logs[1];
    let place = log.entries.len() as u64;
    let mut told = log.record(place, after(10_000));
    let written = "</script><script>alert(1)</script>";
    told.record.policy_version = written.to_owned().try_into().unwrap();
    log.entries.push(told.claimed_entry().to_bytes().to_vec());
    log.records.insert(place, told);
    let source = export(&folder, &site);
    let (verdict, page) = dossier(&folder, &source, &[]).unwrap();
    assert_eq!(verdict, Verdict::Holds);
    let page = page.unwrap();
    assert!(!page.contains("<script>alert"));
    assert!(page.contains("&lt;/script&gt;&lt;script&gt;alert(1)"));
    // The newest record is not in the anchor yet.
    assert_eq!(data(&page)["checkpoints"].as_array().unwrap().len(), 4);
}

#[test]
fn erasures_are_told_with_their_reasons() {
    let page = honest(&["--in", "en"]);
    let erasures = between(&page, r#"<section id="erasures">"#, "</section>");
    for words in [
        "the end of its retention",
        "the holder asked for it",
        "20–29",
        ">200<",
        ">7<",
    ] {
        assert!(erasures.contains(words), "{words}: {erasures}");
    }
}

#[test]
fn what_does_not_hold_gives_no_dossier() {
    // A record that says something else than its entry; one that is missing.
    refused(
        |site| site.logs[1].records.get_mut(&42).unwrap().record.gpc = true,
        |_| (),
    );
    refused(|site| drop(site.logs[1].records.remove(&42)), |_| ());
    // An erasure that the log does not have.
    refused(
        |site| site.logs[1].erased[0].erased_at = after(2_000),
        |_| (),
    );
    // A notice, a part of what was shown, that is not what was published.
    let hash = NoticeHash::of(&NOTICE);
    refused(
        |_| (),
        |folder| drop(folder.put(&format!("site/notices/{hash}.json"), "{}")),
    );
    refused(
        |_| (),
        |folder| drop(folder.put(&format!("site/n/{hash}/fr-CA/dialog.html"), "<p>")),
    );
    // A leaf, an entry, the anchor's checkpoint.
    for file in [
        "relais/2026q4/0/tile/0/000",
        "relais/2026q4/0/tile/entries/000",
        "anchor/checkpoint",
    ] {
        refused(
            |_| (),
            |folder| {
                let name = format!("site/log/temoin.example/{file}");
                let mut bytes = std::fs::read(folder.path(&name)).unwrap();
                bytes[60] ^= 1;
                folder.put(&name, bytes);
            },
        );
    }
    // An anchor that has another tree of the log, which the log did sign.
    refused(
        |site| {
            let mut other = site.logs[1].clone();
            other.entries[5][30] ^= 1;
            let note = other.checkpoint(300).to_string();
            site.anchor.entries.push(note.into_bytes());
        },
        |_| (),
    );
    // One that somebody else has signed.
    refused(
        |site| {
            let mut other = site.logs[1].clone();
            other.key = SignerKey::ed25519(&other.origin(), &[1; 32]).unwrap();
            let note = other.checkpoint(300).to_string();
            site.anchor.entries.push(note.into_bytes());
        },
        |_| (),
    );
}

#[test]
fn a_layer_that_no_loader_carries_is_not_shown_and_a_kept_loader_brings_it() {
    let folder = Folder::new();
    let source = export(&folder, &Site::small());
    let loader = folder.path("site/t/relais.js?language=fr-CA");
    let kept = folder.arg("kept.js");
    std::fs::rename(&loader, folder.path("kept.js")).unwrap();
    let (_, page) = dossier(&folder, &source, &["--in", "en"]).unwrap();
    let page = page.unwrap();
    assert!(page.contains("The first layer of this notice is no longer served"));
    assert_eq!(page.matches("<iframe ").count(), 2);
    std::fs::remove_file(folder.path("dossier.html")).unwrap();
    let (_, page) = dossier(&folder, &source, &["--in", "en", "--loader", &kept]).unwrap();
    assert_eq!(page.unwrap().matches("<iframe ").count(), 4);
}

#[test]
fn receipts_that_are_presented_are_held_to_the_logs() {
    let site = Site::small();
    let receipt = |index| serde_json::to_vec(&site.anchored(1, index, 300, 3)).unwrap();
    let folder = Folder::new();
    let source = export(&folder, &site);
    let mut before = Site::small();
    before.logs[1].records = {
        let mut all = before.logs[1].records.clone();
        all.insert(200, before.logs[1].record(200, after(2_000)));
        all
    };
    let erased = serde_json::to_vec(&before.logs[1].receipt(200, 300)).unwrap();
    let (one, two) = (
        folder.put("one.json", receipt(150)),
        folder.put("two.json", erased),
    );
    let given = ["--in", "en", "--receipt", &one, "--receipt", &two];
    let (verdict, page) = dossier(&folder, &source, &given).unwrap();
    assert_eq!(verdict, Verdict::Holds);
    let page = page.unwrap();
    assert!(page.contains("holds; its record is in the answer"));
    assert!(page.contains("holds; its record was erased since (the holder asked for it)"));
    std::fs::remove_file(folder.path("dossier.html")).unwrap();
    let outside = [
        "--in",
        "en",
        "--receipt",
        &one,
        "--to",
        "2026-11-22T20:00:01Z",
    ];
    let (_, page) = dossier(&folder, &source, &outside).unwrap();
    assert!(
        page.unwrap()
            .contains("holds; its record is outside the question")
    );
    std::fs::remove_file(folder.path("dossier.html")).unwrap();
    // One that was changed, and one of a log that forked.
    let mut other = Site::small();
    other.logs[1].entries[5][30] ^= 1;
    let forged = [
        String::from_utf8(receipt(150))
            .unwrap()
            .replace("\"save\"", "\"api\"")
            .replace("reject_all", "save"),
        serde_json::to_string(&other.logs[1].receipt(150, 300)).unwrap(),
    ];
    for text in forged {
        let file = folder.put("forged.json", text);
        let (verdict, page) = dossier(&folder, &source, &["--receipt", &file]).unwrap();
        assert_eq!((verdict, page), (Verdict::Fails, None));
    }
}

#[test]
fn a_dossier_of_nothing_says_so_and_a_file_that_is_there_is_not_overwritten() {
    let folder = Folder::new();
    let source = export(&folder, &Site::small());
    let (_, page) = dossier(&folder, &source, &["--in", "en", "--to", "2026-01-01"]).unwrap();
    assert!(page.unwrap().contains("No record answers the question."));
    let again = dossier(&folder, &source, &[]).unwrap_err();
    assert!(again.to_string().contains("is there already"), "{again}");
}

#[test]
fn more_records_than_a_file_should_hold_are_refused_with_advice() {
    let folder = Folder::new();
    folder.write_export("site", &Site::small());
    let target = Target::open(&folder.arg("site"), None, None).unwrap();
    let state = State::default();
    let pins = Pins {
        given: &[],
        state: &state,
    };
    let (filters, mut progress) = (Filters::default(), Progress::hidden());
    let logs = target.site().unwrap();
    let answer = crate::command::query::answer(&target, logs, pins, &filters, 322, &mut progress);
    let error = answer.err().unwrap().to_string();
    insta::assert_snapshot!(error, @"more than 322 records pass the filters; narrow them (--from, --to, …), or take `temoin export`, which has no limit");
}
