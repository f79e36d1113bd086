//! Earlier checkpoints: the tree, grown leaf by leaf, has each one's root when it has its size.

use crate::check::signature::Signed;
use crate::report::Check;
use crate::report::finding::{Finding, Tally};
use consent_log::{Checkpoint, Edge, Hash};

/// What someone signed about the tree once.
#[derive(Clone, Copy, Debug)]
pub struct Milestone {
    /// Which check it belongs to: consistency, anchor, receipts.
    pub check: Check,
    /// How many leaves the tree had.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// Which of its kind: the place in the anchor, the number of the receipt.
    pub number: u64,
}

/// All that is known about the tree, by size.
#[derive(Default)]
pub struct Milestones {
    waiting: Vec<Milestone>,
    reached: usize,
    /// Those that the tree does not agree with, and the roots that it has.
    wrong: Vec<(Milestone, Hash)>,
}

impl Milestones {
    /// In any order.
    pub fn new(mut milestones: Vec<Milestone>) -> Self {
        milestones.sort_by_key(|milestone| milestone.size);
        Self {
            waiting: milestones,
            ..Self::default()
        }
    }

    /// Compares those that the tree has reached. Called for each size, 0 included.
    pub fn pass(&mut self, tree: &Edge) {
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

    /// How many of a kind the tree has been compared with.
    pub fn passed(&self, check: Check) -> usize {
        let reached = self.waiting[..self.reached].iter();
        reached.filter(|milestone| milestone.check == check).count()
    }

    /// The size of the largest of a kind that the tree has been compared with.
    pub fn largest(&self, check: Check) -> Option<u64> {
        let reached = self.waiting[..self.reached].iter();
        let sizes = reached.filter(|milestone| milestone.check == check);
        sizes.map(|milestone| milestone.size).max()
    }

    /// What is wrong with those of a kind: another root, or a tree that has shrunk below them.
    /// `whence` says who says so, and gives the bytes.
    pub fn findings(
        &self,
        check: Check,
        now: &Now<'_>,
        mut whence: impl FnMut(&Milestone) -> (String, Option<Vec<u8>>),
    ) -> Tally {
        let mut tally = Tally::default();
        let mut about = |milestone: &Milestone, what: String| {
            let (place, bytes) = whence(milestone);
            let finding = Finding::new(check, place, what)
                .by_hand("cat checkpoint earlier    # two checkpoints that cannot both be right")
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
                tally.push_with(|| {
                    let expected = format!("at least {} entries", milestone.size);
                    let finding = about(milestone, what.to_owned());
                    finding.expected(expected, format!("{size} entries"))
                });
            } else if milestone.size == size && milestone.root != root {
                // Two signatures say so, whatever the tree is.
                let what = fork(size);
                tally.push_with(|| about(milestone, what).expected(milestone.root, root));
            }
        }
        let wrong = self.wrong.iter().filter(|_| now.stands);
        for (milestone, found) in wrong.filter(|(one, _)| one.check == check && one.size < size) {
            let what = fork(milestone.size);
            tally.push_with(|| about(milestone, what).expected(milestone.root, found));
        }
        tally
    }
}

fn fork(size: u64) -> String {
    format!("the log forked: its first {size} entries now have another root")
}

/// The log as it is now.
pub struct Now<'a> {
    /// Its checkpoint.
    pub signed: &'a Signed,
    /// Whether the tree has the root that was signed.
    pub stands: bool,
}
