//! The order of a sorted set: members by score, then by bytes, with ranks.
//!
//! Entries stand in blocks of at most [`BLOCK`], and a Fenwick tree over the blocks' lengths turns a block into a rank and
//! back. A search is two binary searches, an insertion moves part of one block; the list of blocks and the tree are
//! rebuilt only when a block splits or goes, once in about [`BLOCK`] / 2 changes. Against a skip list this touches
//! consecutive memory and allocates nothing for an entry.
//!
//! **Invariant:** entries ascend strictly by (score, member) within and across blocks; no block is empty; `tree` counts
//! exactly the blocks' lengths.

use std::{cmp::Ordering, sync::Arc};

/// The most entries of a block.
const BLOCK: usize = 256;

/// A member with its score. The score is never NaN.
#[derive(Clone, Debug)]
pub(crate) struct Ranked {
    pub(crate) score: f64,
    pub(crate) member: Arc<[u8]>,
}

impl Ranked {
    fn compare(&self, score: f64, member: &[u8]) -> Ordering {
        // Not NaN; 0 and -0 are the same score.
        self.score.partial_cmp(&score).unwrap_or(Ordering::Equal).then_with(|| (*self.member).cmp(member))
    }
}

/// Members in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ranking {
    blocks: Vec<Vec<Ranked>>,
    /// `tree[i]` is the number of entries in the blocks `(i & (i + 1)) ..= i`.
    tree: Vec<usize>,
    len: usize,
}

impl Ranking {
    #[cfg(test)]
    fn len(&self) -> usize {
        self.len
    }

    fn rebuild(&mut self) {
        self.tree.clear();
        self.tree.extend(self.blocks.iter().map(Vec::len));
        for index in 0..self.tree.len() {
            let parent = index | (index + 1);
            if parent < self.tree.len() {
                self.tree[parent] += self.tree[index];
            }
        }
    }

    fn count(&mut self, block: usize, change: isize) {
        let mut index = block;
        while let Some(sum) = self.tree.get_mut(index) {
            *sum = sum.wrapping_add_signed(change);
            index |= index + 1;
        }
        self.len = self.len.wrapping_add_signed(change);
    }

    /// The number of entries in the blocks before `block`.
    fn before(&self, block: usize) -> usize {
        let (mut sum, mut end) = (0, block);
        while end > 0 {
            sum += self.tree[end - 1];
            end &= end - 1;
        }
        sum
    }

    /// The block and the place in it of the entry at `rank`; past the last block if there is none.
    fn locate(&self, rank: usize) -> (usize, usize) {
        let (mut block, mut rest) = (0, rank);
        let mut step = self.tree.len().checked_ilog2().map_or(0, |bits| 1 << bits);
        while step > 0 {
            if let Some(&sum) = self.tree.get(block + step - 1)
                && sum <= rest
            {
                block += step;
                rest -= sum;
            }
            step >>= 1;
        }
        (block, rest)
    }

    /// The block that (score, member) is in, or would be put into.
    fn block_of(&self, score: f64, member: &[u8]) -> usize {
        if self.blocks.len() <= 1 {
            return 0;
        }
        self.blocks.partition_point(|block| {
            block.last().is_some_and(|last| last.compare(score, member) == Ordering::Less)
        })
    }

    /// Adds an entry that is not there.
    pub(crate) fn insert(&mut self, score: f64, member: Arc<[u8]>) {
        let block = self.block_of(score, &member).min(self.blocks.len().saturating_sub(1));
        let Some(entries) = self.blocks.get_mut(block) else {
            self.blocks.push(vec![Ranked { score, member }]);
            self.len = 1;
            self.rebuild();
            return;
        };
        let place = entries.partition_point(|entry| entry.compare(score, &member) == Ordering::Less);
        entries.insert(place, Ranked { score, member });
        if entries.len() > BLOCK {
            // A block that grows at its end (scores that ascend, such as times) splits off little, so that blocks stay full.
            let cut = if place + 1 == entries.len() { BLOCK - BLOCK / 8 } else { BLOCK / 2 };
            let tail = entries.split_off(cut);
            self.blocks.insert(block + 1, tail);
            self.len += 1;
            self.rebuild();
        } else {
            self.count(block, 1);
        }
    }

    /// Removes an entry; whether it was there.
    pub(crate) fn remove(&mut self, score: f64, member: &[u8]) -> bool {
        let block = self.block_of(score, member);
        let Some(entries) = self.blocks.get_mut(block) else { return false };
        let Ok(place) = entries.binary_search_by(|entry| entry.compare(score, member)) else { return false };
        entries.remove(place);
        self.shrunk(block, 1);
        true
    }

    /// Keeps the invariant after `removed` entries have left `block`.
    fn shrunk(&mut self, block: usize, removed: usize) {
        let left = self.blocks.get(block).map_or(0, Vec::len);
        let following = self.blocks.get(block + 1).map_or(BLOCK, Vec::len);
        if left == 0 {
            self.blocks.remove(block);
        } else if left + following <= BLOCK / 2 {
            let mut tail = self.blocks.remove(block + 1);
            self.blocks[block].append(&mut tail);
        } else {
            self.count(block, -removed.cast_signed());
            return;
        }
        self.len -= removed;
        self.rebuild();
    }

    /// Removes the entries of the ranks `start..end` and hands them to `each`.
    pub(crate) fn remove_range(&mut self, start: usize, end: usize, mut each: impl FnMut(Ranked)) {
        let mut missing = end.min(self.len).saturating_sub(start);
        while missing > 0 {
            let (block, place) = self.locate(start);
            let Some(entries) = self.blocks.get_mut(block) else { return };
            let upto = entries.len().min(place + missing);
            entries.drain(place..upto).for_each(&mut each);
            let removed = upto - place;
            missing -= removed;
            self.shrunk(block, removed);
        }
    }

    /// The rank of the first entry that `precedes` says no to; it must say yes to some first entries and no to the rest.
    pub(crate) fn partition_point(&self, mut precedes: impl FnMut(&Ranked) -> bool) -> usize {
        let block = self.blocks.partition_point(|block| block.last().is_some_and(&mut precedes));
        let within = self.blocks.get(block).map_or(0, |entries| entries.partition_point(precedes));
        self.before(block) + within
    }

    /// The rank of an entry.
    pub(crate) fn rank(&self, score: f64, member: &[u8]) -> Option<usize> {
        let block = self.block_of(score, member);
        let place = self.blocks.get(block)?.binary_search_by(|entry| entry.compare(score, member)).ok()?;
        Some(self.before(block) + place)
    }

    /// The entry at `rank`.
    pub(crate) fn get(&self, rank: usize) -> Option<&Ranked> {
        let (block, place) = self.locate(rank);
        self.blocks.get(block)?.get(place)
    }

    /// The entries of the ranks `start..end`, ascending.
    pub(crate) fn range(&self, start: usize, end: usize) -> impl DoubleEndedIterator<Item = &Ranked> {
        let end = end.min(self.len);
        let start = start.min(end);
        let (first_block, first_place) = self.locate(start);
        let (last_block, last_place) = self.locate(end);
        let whole = self.blocks.get(first_block..=last_block.min(self.blocks.len().saturating_sub(1)));
        whole.unwrap_or_default().iter().enumerate().flat_map(move |(index, entries)| {
            let from = if index == 0 { first_place } else { 0 };
            let upto = if first_block + index == last_block { last_place } else { entries.len() };
            entries.get(from..upto).unwrap_or_default()
        })
    }

    /// All entries, ascending.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = &Ranked> {
        self.blocks.iter().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn key(score: u16, member: u8) -> (u16, Vec<u8>) {
        (score, vec![member])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn agrees_with_a_sorted_set(
            steps in prop::collection::vec((0u8..10, 0u16..300, 0u8..6, 0u16..600), 0..3000),
        ) {
            let mut model: BTreeSet<(u16, Vec<u8>)> = BTreeSet::new();
            let mut ranking = Ranking::default();
            for (kind, score, member, span) in steps {
                let entry = key(score, member);
                match kind {
                    0..=6 => {
                        if model.insert(entry.clone()) {
                            ranking.insert(f64::from(score), entry.1.into());
                        }
                    }
                    7 | 8 => {
                        prop_assert_eq!(ranking.remove(f64::from(score), &entry.1), model.remove(&entry));
                    }
                    _ => {
                        let start = usize::from(span);
                        let doomed: Vec<_> = model.iter().skip(start).take(40).cloned().collect();
                        let mut removed = Vec::new();
                        ranking.remove_range(start, start + 40, |entry| removed.push(entry.member.to_vec()));
                        prop_assert_eq!(removed, doomed.iter().map(|entry| entry.1.clone()).collect::<Vec<_>>());
                        for entry in &doomed {
                            model.remove(entry);
                        }
                    }
                }
                prop_assert_eq!(ranking.len(), model.len());
            }
            let wanted: Vec<_> = model.iter().map(|(score, member)| (f64::from(*score), member.clone())).collect();
            let found: Vec<_> = ranking.iter().map(|entry| (entry.score, entry.member.to_vec())).collect();
            prop_assert_eq!(&found, &wanted);
            for (rank, (score, member)) in wanted.iter().enumerate() {
                prop_assert_eq!(ranking.rank(*score, member), Some(rank));
                prop_assert_eq!(ranking.get(rank).map(|entry| entry.score), Some(*score));
            }
            let middle = wanted.len() / 3;
            let tail: Vec<_> = ranking.range(middle, middle * 2).rev().map(|entry| entry.score).collect();
            let wanted_tail: Vec<_> = wanted[middle..middle * 2].iter().rev().map(|entry| entry.0).collect();
            prop_assert_eq!(tail, wanted_tail);
            let below = ranking.partition_point(|entry| entry.score < 150.0);
            prop_assert_eq!(below, wanted.iter().filter(|entry| entry.0 < 150.0).count());
        }
    }
}
