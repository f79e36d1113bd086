//! Many receipts: each is checked by itself, then against its log.

use super::walked_log::WalkedLog;
use crate::check::milestones::Milestone;
use crate::check::receipt::{self, SignedInclusion, VerifiedReceipt};
use crate::report::finding::{Finding, Findings, split_finding};
use crate::report::{Check, Report};
use anyhow::{Context as _, Result};
use consent_core::ConsentReceipt;
use consent_core::api::SiteLogs;
use consent_log::VerifierKey;
use std::path::Path;

/// The receipts that hold by themselves, and what is wrong with the others.
#[derive(Default)]
pub struct Receipts {
    proven: Vec<(String, ConsentReceipt, VerifiedReceipt)>,
    wrong: Findings,
    asked: bool,
}

/// Reads the receipts in a folder, `*.json`, and checks each by itself.
pub fn load(folder: &Path, known: &[VerifierKey]) -> Result<Receipts> {
    let shown = folder.display();
    let entries = std::fs::read_dir(folder).with_context(|| format!("{shown} cannot be read"))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.retain(|path| {
        path.extension()
            .is_some_and(|extension| extension == "json")
    });
    paths.sort();
    let mut receipts = Receipts {
        asked: true,
        ..Receipts::default()
    };
    for path in paths {
        let bytes =
            std::fs::read(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        receipts.add(&path.display().to_string(), &bytes, known);
    }
    Ok(receipts)
}

impl Receipts {
    /// Adds a receipt, once it was checked by itself.
    pub fn add(&mut self, source: &str, bytes: &[u8], known: &[VerifierKey]) {
        self.asked = true;
        let read = parse(bytes, source).and_then(|receipt| {
            let proven = receipt::check(&receipt, known, source)?;
            Ok((source.to_owned(), receipt, proven))
        });
        match read {
            Ok(proven) => self.proven.push(proven),
            Err(finding) => self.wrong.push(finding.file("receipt.json", bytes)),
        }
    }

    /// The checkpoints of a log in the receipts.
    pub fn milestones(&self, origin: &str) -> Vec<Milestone> {
        let on = (0..).zip(self.inclusions(origin));
        on.map(|(number, (_, inclusion))| Milestone {
            check: Check::Receipts,
            size: inclusion.checkpoint.size,
            root: inclusion.checkpoint.root,
            number,
        })
        .collect()
    }

    /// The proofs against a log in the receipts, each with the receipt it is from.
    fn inclusions<'r>(
        &'r self,
        origin: &'r str,
    ) -> impl Iterator<Item = (&'r str, &'r SignedInclusion)> {
        self.proven.iter().flat_map(move |(source, _, proven)| {
            let inclusion = [Some(&proven.log), proven.anchor.as_ref()]
                .into_iter()
                .flatten();
            let on = inclusion.filter(move |inclusion| inclusion.key.name() == origin);
            on.map(|inclusion| (source.as_str(), inclusion))
        })
    }

    /// Records the receipts that do not hold by themselves, and those of logs that were not audited.
    pub fn conclude(&self, report: &mut Report, logs: Option<&SiteLogs>, audited: &[String]) {
        if !self.asked {
            return;
        }
        let mut wrong = self.wrong.clone();
        let mut others = 0;
        for (source, receipt, _) in &self.proven {
            if audited.iter().any(|origin| origin == receipt.log.as_str()) {
                continue;
            }
            let site = logs.filter(|logs| logs.site == receipt.id.site);
            if site.is_some_and(|logs| receipt::is_of(receipt, &logs.anchor.origin)) {
                let what = "this is a receipt of a log of the site that is not listed";
                let finding = Finding::new(Check::Receipts, source, what);
                wrong.push(finding.expected("a listed log", &receipt.log));
            } else {
                others += 1;
            }
        }
        let mut seen = format!("{} hold by themselves", self.proven.len());
        if others > 0 {
            seen = format!("{seen}; {others} of them are of other logs than those audited here");
        }
        if let Some(section) = report.sections.first_mut() {
            section.conclude(Check::Receipts, wrong, seen);
        }
    }
}

/// Parses a receipt.
pub fn parse(bytes: &[u8], source: &str) -> Result<ConsentReceipt, Box<Finding>> {
    serde_json::from_slice(bytes).map_err(|error| {
        let finding = Finding::new(Check::Receipts, source, "this is not a receipt");
        let expected = "a receipt in JSON (docs/proof-format.md)";
        Box::new(finding.expected(expected, error))
    })
}

/// Checks that the log has each receipt's leaf at its index, and that the checkpoint in the receipt is of this tree.
pub fn check(receipts: &Receipts, log: &mut WalkedLog<'_>) -> Result<()> {
    let origin = log.key.name().to_owned();
    let on: Vec<_> = receipts.inclusions(&origin).collect();
    if on.is_empty() {
        return Ok(());
    }
    let mut wrong = log.milestones(Check::Receipts, |milestone| {
        let one = usize::try_from(milestone.number).ok();
        let one = one.and_then(|number| on.get(number));
        one.map_or_else(Default::default, |(source, inclusion)| {
            let note = inclusion.note.to_string().into_bytes();
            (format!("the checkpoint in {source}"), Some(note))
        })
    });
    for (source, inclusion) in &on {
        let Some(verified) = log.verified.as_mut() else {
            continue;
        };
        let leaf = match split_finding(verified.leaf(inclusion.index))? {
            Ok(Some(leaf)) => leaf,
            // The receipt's checkpoint is larger than the log, which is a finding already.
            Ok(None) => continue,
            Err(finding) => {
                wrong.push(finding);
                continue;
            }
        };
        if leaf != inclusion.leaf {
            let place = format!("{source}, for {}", verified.place(inclusion.index));
            let what = "the log has another entry at the index that the receipt names";
            let finding = Finding::new(Check::Receipts, place, what);
            wrong.push(finding.expected(format!("{:?}", inclusion.leaf), format!("{leaf:?}")));
        }
    }
    let seen = format!("{} are in the log, with checkpoints of this tree", on.len());
    log.conclude_milestones(Check::Receipts, wrong, seen);
    Ok(())
}
