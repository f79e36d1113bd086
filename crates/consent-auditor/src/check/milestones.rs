//! Earlier checkpoints: as the tree grows leaf by leaf, it must have the root of each one at its size.

use crate::log::checkpoint::SignedCheckpoint;
use crate::report::Check;
use crate::report::finding::{Finding, Findings};
use consent_log::{Checkpoint, Edge, Hash};

/// An earlier checkpoint of the log: in the state file, in the anchor, in a receipt.
#[derive(Clone, Copy, Debug)]
pub struct Milestone {
    /// Which check it belongs to: consistency, anchor, receipts.
    pub check: Check,
    /// How many leaves the tree had.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// Which one: the index in the anchor, or the number in the state file or among the receipts.
    pub number: u64,
}

/// All earlier checkpoints of a log, by size.
#[derive(Default)]
pub struct Milestones {
    waiting: Vec<Milestone>,
    reached: usize,
    /// Those whose root the tree did not have, and the root that it had.
    wrong: Vec<(Milestone, Hash)>,
}

impl Milestones {
    /// Takes them in any order.
    pub fn new(mut milestones: Vec<Milestone>) -> Self {
        milestones.sort_by_key(|milestone| milestone.size);
        Self {
            waiting: milestones,
            ..Self::default()
        }
    }

    /// Compares the tree with those of its size. Must be called at each size, 0 included.
    pub fn compare(&mut self, tree: &Edge) {
        while let Some(next) = self.waiting.get(self.reached)
            && next.size == tree.size()
        {
            let root = tree.root();
            if root != next.root {
                self.wrong.push((*next, root));
            }
            self.reached += 1;
        }
    }

    /// How many of one check the tree was compared with.
    pub fn compared(&self, check: Check) -> usize {
        let reached = self.waiting[..self.reached].iter();
        reached.filter(|milestone| milestone.check == check).count()
    }

    /// The size of the largest of one check that the tree was compared with.
    pub fn largest(&self, check: Check) -> Option<u64> {
        let reached = self.waiting[..self.reached].iter();
        let sizes = reached.filter(|milestone| milestone.check == check);
        sizes.map(|milestone| milestone.size).max()
    }

    /// What is wrong with those of one check: another root, or a log that is smaller now. `source` gives, for
    /// each, where it is from and its bytes.
    pub fn findings(
        &self,
        check: Check,
        now: &CurrentTree<'_>,
        mut source: impl FnMut(&Milestone) -> (String, Option<Vec<u8>>),
    ) -> Findings {
        let mut findings = Findings::default();
        let mut about = |milestone: &Milestone, what: String| {
            let (place, bytes) = source(milestone);
            let finding = Finding::new(check, place, what)
                .manual_step(
                    "cat checkpoint earlier    # two checkpoints that cannot both be right",
                )
                .file("checkpoint", now.signed.bytes());
            match bytes {
                Some(bytes) => finding.file("earlier", bytes),
                None => finding,
            }
        };
        let Checkpoint { size, root, .. } = now.signed.checkpoint;
        for milestone in self.waiting.iter().filter(|one| one.check == check) {
            if milestone.size > size {
                let what =
                    "the log was rolled back: it has fewer entries than it signed for before";
                findings.push_with(|| {
                    let expected = format!("at least {} entries", milestone.size);
                    let finding = about(milestone, what.to_owned());
                    finding.expected(expected, format!("{size} entries"))
                });
            } else if milestone.size == size && milestone.root != root {
                // Two signed checkpoints contradict each other, whatever the tree is.
                let what = fork(size);
                findings.push_with(|| about(milestone, what).expected(milestone.root, root));
            }
        }
        let wrong = self.wrong.iter().filter(|_| now.root_matches);
        for (milestone, found) in wrong.filter(|(one, _)| one.check == check && one.size < size) {
            let what = fork(milestone.size);
            findings.push_with(|| about(milestone, what).expected(milestone.root, found));
        }
        findings
    }
}

fn fork(size: u64) -> String {
    format!("the log forked: its first {size} entries now have another root")
}

/// The log as it is now.
pub struct CurrentTree<'a> {
    /// Its newest checkpoint.
    pub signed: &'a SignedCheckpoint,
    /// Whether the tree has the signed root.
    pub root_matches: bool,
}
