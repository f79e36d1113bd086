//! Files of the API's export: one that is whole verifies, and one that was changed, whoever changed it, does not.

use super::commands::temoin;
use crate::Verdict;
use crate::tests::sample::{Folder, NOTICE, Site, after};
use consent_core::api::{
    ExportEnd, ExportHead, ExportProof, ExportStart, ExportSums, ExportedLog, OtherLine,
};
use consent_core::entry::ErasureReason;
use consent_core::proof::{DisclosedRecord, OtherRecord};
use consent_core::{NoticeHash, Sha256Digest};
use serde_json::{Value, json};

/// An export that is put together as the server does it, and can then be changed.
struct Export {
    head: ExportHead,
    lines: Vec<String>,
}

impl Export {
    /// Of a site up to `sizes`, with the records that pass, and with those that do not where the proof is complete.
    fn of(
        site: &Site,
        filters: Value,
        proof: ExportProof,
        show: impl Fn(&DisclosedRecord) -> Option<OtherRecord>,
    ) -> Self {
        let logs = site.logs.iter().map(|log| ExportedLog {
            origin: log.origin().parse().unwrap(),
            key: log.key.verifier().to_string(),
            size: log.entries.len() as u64,
            checkpoint: log.checkpoint(log.entries.len()).to_string(),
        });
        let Value::Object(filters) = filters else {
            panic!("an object");
        };
        let head = ExportHead {
            format: ExportHead::FORMAT.to_owned(),
            site: "relais".parse().unwrap(),
            made_at: after(1_000_000),
            filters,
            proof,
            logs: logs.collect(),
        };
        let complete = proof == ExportProof::Complete;
        let mut lines = Vec::new();
        for log in &site.logs {
            for index in 0..log.entries.len() as u64 {
                if let Some(disclosed) = log.records.get(&index) {
                    match show(disclosed) {
                        None => lines.push(serde_json::to_string(disclosed).unwrap()),
                        Some(other) if complete => {
                            lines.push(serde_json::to_string(&OtherLine { other }).unwrap());
                        }
                        Some(_) => {}
                    }
                }
                let erased = log.erased.iter().find(|erased| erased.index == index);
                if let Some(erased) = erased.filter(|_| complete) {
                    lines.push(serde_json::to_string(erased).unwrap());
                }
            }
        }
        Self { head, lines }
    }

    fn whole(site: &Site) -> Self {
        Self::of(site, json!({}), ExportProof::Complete, |_| None)
    }

    /// Its bytes, with an end mark that fits them: who forges a file makes that too.
    fn bytes(&self) -> Vec<u8> {
        let export = self.head.clone();
        let mut text = serde_json::to_string(&ExportStart { export }).unwrap() + "\n";
        let mut end = ExportSums::default();
        for line in &self.lines {
            if line.starts_with("{\"other\"") {
                end.others += 1;
            } else if line.contains("\"erased_at\"") {
                end.erased += 1;
            } else {
                end.records += 1;
            }
            text.push_str(line);
            text.push('\n');
        }
        end.sha256 = Some(Sha256Digest::of(text.as_bytes()));
        text += &(serde_json::to_string(&ExportEnd { end }).unwrap() + "\n");
        text.into_bytes()
    }

    /// The line of a record.
    fn line_of(&mut self, log: &str, index: u64) -> &mut String {
        let mark = format!("{log}/0\",\"index\":{index},");
        let line = self.lines.iter_mut().find(|line| line.contains(&mark));
        line.unwrap()
    }
}

/// Against a saved copy of the site's logs.
#[track_caller]
fn verdict(site: &Site, bytes: &[u8]) -> Verdict {
    let folder = Folder::new();
    let copy = folder.write_export("site", site);
    let file = folder.put("export.ndjson", bytes);
    let evidence = folder.arg("evidence");
    let found = temoin(&["verify-export", &file, &copy, "--evidence", &evidence]).unwrap();
    let json = temoin(&[
        "verify-export",
        &file,
        &copy,
        "--json",
        "--evidence",
        &evidence,
    ]);
    assert_eq!(json.unwrap(), found);
    found
}

#[test]
fn a_whole_export_verifies_also_when_the_log_has_grown_since() {
    let mut site = Site::small();
    let bytes = Export::whole(&site).bytes();
    assert_eq!(verdict(&site, &bytes), Verdict::Holds);
    for _ in 0..300 {
        site.logs[1].consent();
    }
    // What was exported is erased afterwards.
    site.logs[1].erase(42, 42, ErasureReason::Holder);
    assert_eq!(verdict(&site, &bytes), Verdict::Holds);
    // A log that came after the export.
    let mut third = crate::tests::sample::Log::new("temoin.example/relais/2027q1/0");
    third.publish(NoticeHash::of(&NOTICE));
    site.logs.push(third);
    assert_eq!(verdict(&site, &bytes), Verdict::Holds);
}

#[test]
fn what_was_damaged_on_its_way_does_not_verify() {
    let site = Site::small();
    let bytes = Export::whole(&site).bytes();
    let text = String::from_utf8(bytes.clone()).unwrap();
    let lines: Vec<_> = text.split_inclusive('\n').collect();
    let (last, middle) = (lines.len() - 1, lines.len() / 2);
    let without = |nth: usize| [&lines[..nth], &lines[nth + 1..]].concat().concat();
    for (what, changed) in [
        ("its end is cut off", lines[..last].concat()),
        ("half of it is cut off", lines[..middle].concat()),
        ("it is cut within a line", text[..text.len() / 2].to_owned()),
        ("a row is removed", without(middle)),
        ("the first line is removed", without(0)),
        (
            "a row is there twice",
            format!("{}{}", lines[..=middle].concat(), lines[middle..].concat()),
        ),
        ("something follows its end", format!("{text}{{}}\n")),
        (
            "two rows are exchanged",
            [
                &lines[..middle],
                &[lines[middle + 1], lines[middle]],
                &lines[middle + 2..],
            ]
            .concat()
            .concat(),
        ),
    ] {
        assert_eq!(verdict(&site, changed.as_bytes()), Verdict::Fails, "{what}");
    }
    // One byte anywhere.
    for at in (0..bytes.len()).step_by(bytes.len() / 60) {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let folder = Folder::new();
        let copy = folder.write_export("site", &site);
        let file = folder.put("export.ndjson", &changed);
        let found = temoin(&["verify-export", &file, &copy, "--site", "relais"]);
        assert!(!matches!(found, Ok(Verdict::Holds)), "byte {at}");
    }
}

/// What somebody changes in an export.
type Change<'a> = &'a dyn Fn(&mut Export);

#[test]
fn a_forger_who_makes_the_end_mark_fit_is_found_out_by_the_log() {
    let site = Site::small();
    let forged = |change: &dyn Fn(&mut Export)| {
        let mut export = Export::whole(&site);
        change(&mut export);
        verdict(&site, &export.bytes())
    };
    assert_eq!(forged(&|_| {}), Verdict::Holds);
    let changes: [(&str, Change<'_>); 8] = [
        ("a record is removed", &|export| {
            drop(export.lines.remove(100));
        }),
        ("an erased one is removed", &|export| {
            let erased = export
                .lines
                .iter()
                .position(|line| line.contains("erased_at"));
            export.lines.remove(erased.unwrap());
        }),
        ("an answer is changed", &|export| {
            let line = export.line_of("2026q4", 50);
            *line = line.replace("\"marketing\":\"denied\"", "\"marketing\":\"granted\"");
        }),
        ("a record is there twice", &|export| {
            let line = export.lines[100].clone();
            export.lines.push(line);
        }),
        ("a log is left out", &|export| {
            let log = export.head.logs.remove(0);
            export
                .lines
                .retain(|line| !line.contains(log.origin.as_str()));
        }),
        ("a checkpoint is another log's", &|export| {
            export.head.logs[0].checkpoint = export.head.logs[1].checkpoint.clone();
        }),
        ("fewer entries are said than are signed", &|export| {
            export.head.logs[0].size -= 5;
        }),
        ("the period is said to be shorter", &|export| {
            export
                .head
                .filters
                .insert("to".to_owned(), json!(after(500)));
        }),
    ];
    for (what, change) in changes {
        assert_eq!(forged(change), Verdict::Fails, "{what}");
    }
}

#[test]
fn a_filtered_export_shows_of_every_other_record_that_it_does_not_pass() {
    let site = Site::small();
    let by_method = json!({ "method": "save" });
    let shown = |disclosed: &DisclosedRecord| {
        let saved = disclosed.record.method == consent_core::Method::Save;
        (!saved).then(|| OtherRecord::by_decision(disclosed))
    };
    let export = Export::of(&site, by_method.clone(), ExportProof::Complete, shown);
    assert_eq!(verdict(&site, &export.bytes()), Verdict::Holds);

    // One that passes is hidden: left out, or shown by its other part.
    let mut hidden = Export::of(&site, by_method.clone(), ExportProof::Complete, shown);
    let passing = hidden.line_of("2026q4", 101).clone();
    hidden.lines.retain(|line| *line != passing);
    assert_eq!(verdict(&site, &hidden.bytes()), Verdict::Fails);
    let record = &site.logs[1].records[&101];
    for other in [
        OtherRecord::by_subject(record),
        OtherRecord::by_decision(record),
    ] {
        let mut disguised = hidden.lines.clone();
        disguised.push(serde_json::to_string(&OtherLine { other }).unwrap());
        let head = hidden.head.clone();
        let disguised = Export {
            head,
            lines: disguised,
        };
        assert_eq!(verdict(&site, &disguised.bytes()), Verdict::Fails);
    }
    let mut changed = Export::of(&site, by_method.clone(), ExportProof::Complete, shown);
    let line = changed.line_of("2026q4", 100);
    *line = line.replace("\"gpc\":false", "\"gpc\":true");
    assert_eq!(verdict(&site, &changed.bytes()), Verdict::Fails);
    // One that does not pass is among those that do.
    let more = Export::of(&site, by_method.clone(), ExportProof::Complete, |_| None);
    assert_eq!(verdict(&site, &more.bytes()), Verdict::Fails);
    // Without the proof, only what is there is checked.
    let mut records = Export::of(&site, by_method, ExportProof::Records, shown);
    assert_eq!(verdict(&site, &records.bytes()), Verdict::Holds);
    records.lines.remove(3);
    assert_eq!(verdict(&site, &records.bytes()), Verdict::Holds);
    records.lines[3] = records.lines[3].replace("\"gpc\":false", "\"gpc\":true");
    assert_eq!(verdict(&site, &records.bytes()), Verdict::Fails);
}

#[test]
fn what_everybody_sees_in_the_log_needs_no_line_and_a_visitor_is_told_from_the_others() {
    let site = Site::small();
    let status = json!({ "status": "withdrawn" });
    let withdrawn = |disclosed: &DisclosedRecord| {
        let passes = disclosed.record.status == consent_core::ConsentStatus::Withdrawn;
        (!passes).then(|| OtherRecord::by_decision(disclosed))
    };
    let mut export = Export::of(&site, status, ExportProof::Complete, withdrawn);
    export.lines.retain(|line| !line.starts_with("{\"other\""));
    assert_eq!(verdict(&site, &export.bytes()), Verdict::Holds);
    export.lines.remove(4);
    assert_eq!(verdict(&site, &export.bytes()), Verdict::Fails);

    let subject = site.logs[1].records[&60].record.subject;
    let other = |disclosed: &DisclosedRecord| {
        (disclosed.record.subject != subject).then(|| OtherRecord::by_subject(disclosed))
    };
    let filter = json!({ "subject": subject });
    let export = Export::of(&site, filter, ExportProof::Complete, other);
    assert!(
        !String::from_utf8(export.bytes())
            .unwrap()
            .contains("\"method\":\"withdraw\"")
    );
    assert_eq!(verdict(&site, &export.bytes()), Verdict::Holds);
}
