//! Sets of places in a log, small in memory: a bit for each place, or a pair for each run of them.

use std::collections::BTreeMap;

/// A bit for each place.
#[derive(Clone, Debug, Default)]
pub struct Places {
    words: Vec<u64>,
}

impl Places {
    /// Adds a place; whether it was there already.
    pub fn insert(&mut self, place: u64) -> bool {
        let (word, bit) = split(place);
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        let before = self.words[word] & bit != 0;
        self.words[word] |= bit;
        before
    }

    /// Whether a place is in it.
    pub fn contains(&self, place: u64) -> bool {
        let (word, bit) = split(place);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    /// How many there are.
    #[cfg(test)]
    pub fn count(&self) -> u64 {
        let ones = self.words.iter().map(|word| u64::from(word.count_ones()));
        ones.sum()
    }

    /// All of them, in order.
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

fn split(place: u64) -> (usize, u64) {
    // A place within a log that is held in memory bit by bit fits.
    let word = usize::try_from(place / 64).unwrap_or(usize::MAX);
    (word, 1 << (place % 64))
}

/// Runs of places, apart from each other.
#[derive(Clone, Debug, Default)]
pub struct Runs {
    /// By its first place, the last one.
    runs: BTreeMap<u64, u64>,
}

impl Runs {
    /// Adds the places from `first` to `last`, both included.
    pub fn insert(&mut self, first: u64, last: u64) {
        let (mut first, mut last) = (first, last);
        // What begins before the end and ends after the beginning, or touches it, becomes one run.
        while let Some((start, end)) = self.runs.range(..=last.saturating_add(1)).next_back()
            && *end >= first.saturating_sub(1)
        {
            let (start, end) = (*start, *end);
            first = first.min(start);
            last = last.max(end);
            self.runs.remove(&start);
        }
        self.runs.insert(first, last);
    }

    /// Whether a place is in one of them.
    pub fn contains(&self, place: u64) -> bool {
        let run = self.runs.range(..=place).next_back();
        run.is_some_and(|(_, last)| place <= *last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn runs_hold_exactly_what_was_added(added in prop::collection::vec((0_u64..60, 0_u64..9), 0..20)) {
            let mut runs = Runs::default();
            let mut places = BTreeSet::new();
            for (first, more) in added {
                runs.insert(first, first + more);
                places.extend(first..=first + more);
            }
            for place in 0..80 {
                prop_assert_eq!(runs.contains(place), places.contains(&place));
            }
            let ends: Vec<_> = runs.runs.into_iter().collect();
            for pair in ends.windows(2) {
                prop_assert!(pair[0].1 + 1 < pair[1].0);
            }
        }

        #[test]
        fn places_are_told_in_order(added in prop::collection::btree_set(0_u64..500, 0..50)) {
            let mut places = Places::default();
            for place in &added {
                prop_assert!(!places.insert(*place));
                prop_assert!(places.insert(*place));
            }
            prop_assert_eq!(places.count(), added.len() as u64);
            prop_assert!(places.iter().eq(added.iter().copied()));
        }
    }
}
