//! Receipts in bulk: each by itself, then in the log that it is a receipt of.

use super::log::Walked;
use crate::check::milestones::Milestone;
use crate::check::receipt::{self, Proven, Stands};
use crate::report::finding::{Finding, Tally, apart};
use crate::report::{Check, Report};
use anyhow::{Context as _, Result};
use consent_core::ConsentReceipt;
use consent_core::receipt::SiteLogs;
use consent_log::VerifierKey;
use std::path::Path;

/// Receipts that hold by themselves, and what is wrong with the others.
#[derive(Default)]
pub struct Receipts {
    proven: Vec<(String, ConsentReceipt, Proven)>,
    wrong: Tally,
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
        receipts.take(&path.display().to_string(), &bytes, known);
    }
    Ok(receipts)
}

impl Receipts {
    /// Checks one more by itself.
    pub fn take(&mut self, whence: &str, bytes: &[u8], known: &[VerifierKey]) {
        self.asked = true;
        let read = parse(bytes, whence).and_then(|receipt| {
            let proven = receipt::check(&receipt, known, whence)?;
            Ok((whence.to_owned(), receipt, proven))
        });
        match read {
            Ok(proven) => self.proven.push(proven),
            Err(finding) => self.wrong.push(finding.file("receipt.json", bytes)),
        }
    }

    /// What they say about the tree of a log.
    pub fn milestones(&self, origin: &str) -> Vec<Milestone> {
        let on = (0..).zip(self.on(origin));
        on.map(|(number, (_, stands))| Milestone {
            check: Check::Receipts,
            size: stands.checkpoint.size,
            root: stands.checkpoint.root,
            number,
        })
        .collect()
    }

    /// What stands on the tree of a log, and whence.
    fn on<'r>(&'r self, origin: &'r str) -> impl Iterator<Item = (&'r str, &'r Stands)> {
        self.proven.iter().flat_map(move |(whence, _, proven)| {
            let stands = [Some(&proven.log), proven.anchor.as_ref()]
                .into_iter()
                .flatten();
            let on = stands.filter(move |stands| stands.key.name() == origin);
            on.map(|stands| (whence.as_str(), stands))
        })
    }

    /// Reports those that do not hold by themselves, and those of logs that were not audited.
    pub fn settle(&self, report: &mut Report, logs: Option<&SiteLogs>, audited: &[String]) {
        if !self.asked {
            return;
        }
        let mut wrong = self.wrong.clone();
        let mut others = 0;
        for (whence, receipt, _) in &self.proven {
            if audited.iter().any(|origin| origin == receipt.log.as_str()) {
                continue;
            }
            let site = logs.filter(|logs| logs.site == receipt.id.site);
            if site.is_some_and(|logs| receipt::is_of(receipt, &logs.anchor.origin)) {
                let what = "a receipt of a log of this site that is not listed";
                let finding = Finding::new(Check::Receipts, whence, what);
                wrong.push(finding.expected("a log that is listed", &receipt.log));
            } else {
                others += 1;
            }
        }
        let mut seen = format!("{} hold by themselves", self.proven.len());
        if others > 0 {
            seen = format!("{seen}; {others} are of logs that are not audited here");
        }
        if let Some(section) = report.sections.first_mut() {
            section.settle(Check::Receipts, wrong, seen);
        }
    }
}

/// Reads a receipt.
pub fn parse(bytes: &[u8], whence: &str) -> Result<ConsentReceipt, Box<Finding>> {
    serde_json::from_slice(bytes).map_err(|error| {
        let finding = Finding::new(Check::Receipts, whence, "this is not a receipt");
        let expected = "a receipt in JSON (docs/proof-format.md)";
        Box::new(finding.expected(expected, error))
    })
}

/// Checks that what each receipt stands on in a log is there, and that its checkpoint is of this tree.
pub fn check(receipts: &Receipts, log: &mut Walked<'_>) -> Result<()> {
    let origin = log.key.name().to_owned();
    let on: Vec<_> = receipts.on(&origin).collect();
    if on.is_empty() {
        return Ok(());
    }
    let mut wrong = log.milestones(Check::Receipts, |milestone| {
        let one = usize::try_from(milestone.number).ok();
        let one = one.and_then(|number| on.get(number));
        one.map_or_else(Default::default, |(whence, stands)| {
            let note = stands.note.to_string().into_bytes();
            (format!("the checkpoint in {whence}"), Some(note))
        })
    });
    for (whence, stands) in &on {
        let Some(trusted) = log.trusted.as_mut() else {
            continue;
        };
        let leaf = match apart(trusted.leaf(stands.index))? {
            Ok(Some(leaf)) => leaf,
            // The checkpoint of the receipt is larger than the log: that is told already.
            Ok(None) => continue,
            Err(finding) => {
                wrong.push(finding);
                continue;
            }
        };
        if leaf != stands.leaf {
            let place = format!("{whence}, for {}", trusted.place(stands.index));
            let what = "the log has another entry at the place that the receipt names";
            let finding = Finding::new(Check::Receipts, place, what);
            wrong.push(finding.expected(format!("{:?}", stands.leaf), format!("{leaf:?}")));
        }
    }
    let seen = format!(
        "{} are at their places, their checkpoints of this tree",
        on.len()
    );
    log.settle_milestones(Check::Receipts, wrong, seen);
    Ok(())
}
