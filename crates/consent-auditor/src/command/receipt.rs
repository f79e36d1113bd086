//! `temoin receipt`: verifies receipts offline, and says what they prove.

use super::{now, print};
use crate::Verdict;
use crate::audit::receipts;
use crate::check::receipt::{self, SignedInclusion, VerifiedReceipt};
use crate::check::witnesses::{self, WitnessPolicy};
use crate::report::Check;
use crate::report::finding::Finding;
use anyhow::{Context as _, Result};
use clap::Args;
use consent_core::{Consent, ConsentReceipt, Purpose};
use consent_log::VerifierKey;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

/// The command's arguments.
#[derive(Args)]
pub struct Receipt {
    /// Receipts, as the server sends them and as visitors download them
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// The key of a log or of the anchor (C2SP signed-note, NAME+ID+KEY); may be repeated
    #[arg(long = "key", value_name = "VKEY")]
    keys: Vec<VerifierKey>,
    /// The key of a witness, which must have cosigned the anchor; may be repeated
    #[arg(long = "witness", value_name = "VKEY")]
    witnesses: Vec<VerifierKey>,
    /// Answer in JSON
    #[arg(long)]
    json: bool,
}

/// A receipt that holds.
struct Holding {
    receipt: ConsentReceipt,
    proven: VerifiedReceipt,
    witnessed: Vec<(String, consent_core::Timestamp)>,
}

impl Receipt {
    /// Runs it.
    pub fn run(self) -> Result<Verdict> {
        let mut verdict = Verdict::Holds;
        let mut answers = Vec::new();
        for file in &self.files {
            let shown = file.display().to_string();
            let bytes = std::fs::read(file).with_context(|| format!("{shown} cannot be read"))?;
            let checked = self.check(&bytes, &shown);
            if checked.is_err() {
                verdict = Verdict::Fails;
            }
            if self.json {
                answers.push(match checked {
                    Ok(holding) => as_json(&shown, &holding),
                    Err(finding) => json!({ "file": shown, "holds": false, "finding": finding }),
                });
            } else {
                print(&match checked {
                    Ok(holding) => format!("{shown}: holds\n{}\n", in_words(&holding)),
                    Err(finding) => format!("{shown}: does NOT hold\n{}\n\n", indented(&finding)),
                })?;
            }
        }
        if self.json {
            print(&format!("{:#}\n", Value::Array(answers)))?;
        }
        Ok(verdict)
    }

    fn check(&self, bytes: &[u8], source: &str) -> Result<Holding, Box<Finding>> {
        let receipt = receipts::parse(bytes, source)?;
        let proven = receipt::check(&receipt, &self.keys, source)?;
        let mut witnessed = Vec::new();
        if !self.witnesses.is_empty() {
            let Some(anchor) = &proven.anchor else {
                let what = "it is not anchored yet, so no witness has cosigned it";
                let finding = Finding::new(Check::Witnesses, source, what);
                let expected =
                    "evidence.anchor_proof, with cosignatures: ask for the receipt again";
                return Err(Box::new(finding.expected(expected, "none")));
            };
            let policy = WitnessPolicy {
                quorum: self.witnesses.len(),
                fresh: None,
                now: now(),
            };
            let place = format!("evidence.anchor_proof of {source}");
            let found = witnesses::check(&anchor.note, &self.witnesses, policy, &place);
            if let Some(finding) = found.wrong.into_parts().0.into_iter().next() {
                return Err(Box::new(finding));
            }
            witnessed = found.by;
        }
        Ok(Holding {
            receipt,
            proven,
            witnessed,
        })
    }
}

fn indented(finding: &Finding) -> String {
    let text = finding.to_string();
    let lines: Vec<_> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

/// What the receipt says, the entry in the log, the anchor, the witnesses.
fn in_words(holding: &Holding) -> String {
    let Holding {
        receipt, proven, ..
    } = holding;
    let mut text = String::new();
    // Writing to a string does not fail.
    let mut say = |line: String| {
        let _ = writeln!(text, "  {line}");
    };
    say(format!(
        "{} says: on {}, consent was {} ({}): {}.",
        receipt.id.site,
        receipt.time,
        receipt.status.as_str(),
        receipt.method.as_str(),
        decision_in_words(receipt)
    ));
    say(format!(
        "The notice was {}; the choice is valid until {}.",
        receipt.notice, receipt.valid_until
    ));
    say(format!(
        "It is entry {} of {}, written on {}: the log signed this when it had {} entries.",
        proven.log.index, receipt.log, proven.entry.time, proven.log.checkpoint.size
    ));
    match &proven.anchor {
        None => {
            say("The receipt has no anchor yet: only the log itself vouches for it.".to_owned());
        }
        Some(anchor) => {
            say(format!(
                "That checkpoint is entry {} of {}, which has {} entries.",
                anchor.index,
                anchor.key.name(),
                anchor.checkpoint.size
            ));
            say(cosigned_by(holding, anchor));
        }
    }
    let inclusion = [Some(&proven.log), proven.anchor.as_ref()];
    for inclusion in inclusion
        .into_iter()
        .flatten()
        .filter(|inclusion| !inclusion.pinned)
    {
        say(format!(
            "The key of {} was taken from the receipt; to pin it: --key {}",
            inclusion.key.name(),
            inclusion.key
        ));
    }
    text
}

fn cosigned_by(holding: &Holding, anchor: &SignedInclusion) -> String {
    if !holding.witnessed.is_empty() {
        let by = witnesses::in_words(&holding.witnessed);
        return format!("The anchor was cosigned by {by}.");
    }
    let others = anchor.note.signatures.iter();
    let others = others.filter(|signature| signature.name != anchor.key.name());
    let names: Vec<_> = others.map(|signature| signature.name.as_str()).collect();
    if names.is_empty() {
        "The anchor has no cosignature.".to_owned()
    } else {
        let names = names.join(", ");
        format!("The anchor has cosignatures of {names}, which are checked only with --witness.")
    }
}

fn decision_in_words(receipt: &ConsentReceipt) -> String {
    let mut parts: Vec<_> = Purpose::OPTIONAL
        .iter()
        .map(|purpose| format!("{purpose} {}", receipt.decision.get(*purpose).as_str()))
        .collect();
    for (service, consent) in receipt.services.iter() {
        let consent: Consent = consent;
        parts.push(format!("{service} {}", consent.as_str()));
    }
    parts.join(", ")
}

fn as_json(file: &str, holding: &Holding) -> Value {
    let inclusion = |inclusion: &SignedInclusion| {
        json!({
            "log": inclusion.key.name(),
            "index": inclusion.index,
            "size": inclusion.checkpoint.size,
            "root": inclusion.checkpoint.root.to_string(),
            "key": inclusion.key.to_string(),
            "pinned": inclusion.pinned,
        })
    };
    let witnessed: Vec<_> = holding
        .witnessed
        .iter()
        .map(|(name, time)| json!({ "name": name, "time": time }))
        .collect();
    json!({
        "file": file,
        "holds": true,
        "id": holding.receipt.id,
        "time": holding.receipt.time,
        "status": holding.receipt.status,
        "decision": holding.receipt.decision,
        "log": inclusion(&holding.proven.log),
        "anchor": holding.proven.anchor.as_ref().map(inclusion),
        "witnesses": witnessed,
    })
}
