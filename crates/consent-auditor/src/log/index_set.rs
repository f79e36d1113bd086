//! Sets of indices in a log, small in memory: one bit for each index, or one pair for each range.

use std::collections::BTreeMap;

/// A set of indices, one bit each.
#[derive(Clone, Debug, Default)]
pub struct IndexSet {
    words: Vec<u64>,
}

impl IndexSet {
    /// Adds an index. Returns whether it was in the set already.
    pub fn insert(&mut self, index: u64) -> bool {
        let (word, bit) = split(index);
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let before = self.words[word] & bit != 0;
        self.words[word] |= bit;
        before
    }

    /// Whether an index is in the set.
    pub fn contains(&self, index: u64) -> bool {
        let (word, bit) = split(index);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// How many indices are in the set.
    #[cfg(test)]
    pub fn count(&self) -> u64 {
        let ones = self.words.iter().map(|word| u64::from(word.count_ones()));
        ones.sum()
    }

    /// All indices, in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        (0..).zip(&self.words).flat_map(|(number, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| u64::from(rest.trailing_zeros()))?;
                rest &= rest - 1;
                Some(number * 64 + bit)
            })
        })
    }
}

fn split(index: u64) -> (usize, u64) {
    // A set with a bit for this index fits in memory, so the word's number fits in a usize.
    let word = usize::try_from(index / 64).unwrap_or(usize::MAX);
    (word, 1 << (index % 64))
}

/// A set of indices, as ranges that do not touch each other.
#[derive(Clone, Debug, Default)]
pub struct IndexRanges {
    /// First index -> last index.
    ranges: BTreeMap<u64, u64>,
}

impl IndexRanges {
    /// Adds the indices from `first` to `last`, both included.
    pub fn insert(&mut self, first: u64, last: u64) {
        let (mut first, mut last) = (first, last);
        // Ranges that overlap the new one, or touch it, are merged with it.
        while let Some((start, end)) = self.ranges.range(..=last.saturating_add(1)).next_back()
            && *end >= first.saturating_sub(1)
        {
            let (start, end) = (*start, *end);
            first = first.min(start);
            last = last.max(end);
            self.ranges.remove(&start);
        }
        self.ranges.insert(first, last);
    }

    /// Whether an index is in one of the ranges.
    pub fn contains(&self, index: u64) -> bool {
        let range = self.ranges.range(..=index).next_back();
        range.is_some_and(|(_, last)| index <= *last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn ranges_have_exactly_the_added_indices(added in prop::collection::vec((0_u64..60, 0_u64..9), 0..20)) {
            let mut ranges = IndexRanges::default();
            let mut indices = BTreeSet::new();
            for (first, more) in added {
                ranges.insert(first, first + more);
                indices.extend(first..=first + more);
            }
            for index in 0..80 {
                prop_assert_eq!(ranges.contains(index), indices.contains(&index));
            }
            let ends: Vec<_> = ranges.ranges.into_iter().collect();
            for pair in ends.windows(2) {
                prop_assert!(pair[0].1 + 1 < pair[1].0);
            }
        }

        #[test]
        fn indices_come_in_order(added in prop::collection::btree_set(0_u64..500, 0..50)) {
            let mut indices = IndexSet::default();
            for index in &added {
                prop_assert!(!indices.insert(*index));
                prop_assert!(indices.insert(*index));
            }
            prop_assert_eq!(indices.count(), added.len() as u64);
            prop_assert!(indices.iter().eq(added.iter().copied()));
        }
    }
}
