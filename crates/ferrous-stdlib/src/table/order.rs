//! Order: sorting of plain values, where no script code can be asked.
//!
//! Lists of only numbers or only strings are copied out, sorted and written back. Blocks are sorted with the standard
//! library's unstable sort, then merged; each block and each slice of a merge is short, so that a sort of millions can
//! stop in between. Strings carry their first eight bytes, which settle most comparisons without looking at the heap.
//!
//! **Invariant:** the order is total: numbers without NaN and without -0, or strings by bytes; equal elements are
//! indistinguishable, so that any correct algorithm gives the same list as PUC Lua's.

use std::{cmp::Ordering, ops::Range};

use ferrous_heap::{HeapError, Transaction, Value};

/// Longer strings are not sorted here: a block of those that begin alike would take long to compare.
const LONGEST: usize = 1 << 10;

/// Elements sorted at once, and elements merged between two charges.
const BLOCK: usize = 4096;

/// Elements of a list's array part; none where it has not so many.
fn elements<'t>(tx: &'t Transaction<'_>, list: Value, range: Range<usize>) -> &'t [Value] {
    tx.table(list).and_then(|table| table.array().get(range)).unwrap_or_default()
}

/// Copies a list out as what `read` makes of its elements, block by block; `None` if it makes nothing of one.
fn copy_out<T: Copy + Send + 'static>(
    tx: &mut Transaction<'_>,
    list: Value,
    count: usize,
    read: impl Fn(&Transaction<'_>, Value) -> Option<T>,
) -> Result<Option<Vec<T>>, HeapError> {
    let mut items = Vec::new();
    if items.try_reserve_exact(count).is_err() {
        return Ok(None);
    }
    while items.len() < count {
        let looked = tx.look();
        let block = elements(tx, list, items.len()..count.min(items.len() + BLOCK));
        let before = items.len();
        if looked.is_ok() {
            items.extend(block.iter().map_while(|&value| read(tx, value)));
        }
        if looked.is_err() || block.is_empty() || items.len() < before + block.len() {
            tx.scrap(items);
            return looked.map(|()| None);
        }
    }
    Ok(Some(items))
}

/// A list of equal kind, being sorted.
pub(super) enum Ordered {
    /// Numbers.
    Numbers(BlockSort<f64>),
    /// Strings with their prefixes.
    Strings(BlockSort<(u64, Value)>),
}

impl Ordered {
    /// Copies out a list if it is of one plain kind. `None`: it is not, or there is no memory for the copy.
    ///
    /// # Errors
    /// The run was killed.
    pub(super) fn copy(
        tx: &mut Transaction<'_>,
        list: Value,
        count: usize,
    ) -> Result<Option<Self>, HeapError> {
        let first = elements(tx, list, 0..1).first().copied().unwrap_or(Value::NIL);
        if first.is_number() {
            let number = |_: &Transaction<'_>, value: Value| {
                value
                    .as_number()
                    .filter(|&number| !(number.is_nan() || number == 0.0 && number.is_sign_negative()))
            };
            let numbers = copy_out(tx, list, count, number)?;
            return Ok(numbers.map(|numbers| Self::Numbers(BlockSort::new(numbers))));
        }
        let prefixed = |tx: &Transaction<'_>, value: Value| {
            let text = tx.string(value).filter(|text| text.len() <= LONGEST)?;
            Some((prefix(text), value))
        };
        let strings = copy_out(tx, list, count, prefixed)?;
        Ok(strings.map(|strings| Self::Strings(BlockSort::new(strings))))
    }

    /// Sorts a little further; true when done.
    pub(super) fn step(&mut self, tx: &Transaction<'_>) -> bool {
        match self {
            Self::Numbers(numbers) => numbers.step(|a, b| a.total_cmp(b)),
            Self::Strings(strings) => strings.step(|a, b| {
                a.0.cmp(&b.0).then_with(|| {
                    let text = |value: Value| tx.string(value).unwrap_or_default();
                    text(a.1).cmp(text(b.1))
                })
            }),
        }
    }

    /// The copy is not wanted any more.
    pub(super) fn give_up(self, tx: &mut Transaction<'_>) {
        match self {
            Self::Numbers(numbers) => [numbers.items, numbers.left].map(|buffer| tx.scrap(buffer)),
            Self::Strings(strings) => [strings.items, strings.left].map(|buffer| tx.scrap(buffer)),
        };
    }

    /// Element `index` of the list.
    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<Value> {
        match self {
            Self::Numbers(numbers) => numbers.items.get(index).map(|&number| Value::number(number)),
            Self::Strings(strings) => strings.items.get(index).map(|&(_, value)| value),
        }
    }

    /// Units of work of one step.
    pub(super) const STEP_COST: u32 = 2 * BLOCK as u32;
}

/// The first eight bytes as a number that compares as they do.
#[inline]
fn prefix(text: &[u8]) -> u64 {
    let mut bytes = [0; 8];
    for (slot, byte) in bytes.iter_mut().zip(text) {
        *slot = *byte;
    }
    u64::from_be_bytes(bytes)
}

/// A sort in steps.
pub(super) struct BlockSort<T> {
    items: Vec<T>,
    /// The left one of the two runs being merged, whose place is written over.
    left: Vec<T>,
    /// How long that run is; it is taken aside block by block before the merge begins.
    run: usize,
    /// Length of the sorted runs; 0 while blocks are being sorted.
    width: usize,
    /// Where the next block, or the next element of a merge, begins.
    at: usize,
    /// How many elements of the left run have been merged.
    taken: usize,
    /// Read position in the right run, and where that ends.
    right: usize,
    end: usize,
}

impl<T: Copy> BlockSort<T> {
    fn new(items: Vec<T>) -> Self {
        let mut left = Vec::new();
        if let Some(half) = (items.len() / 2).checked_next_power_of_two().filter(|half| *half >= BLOCK) {
            // The longest left run. If there is no such room the first long run says so.
            let _ = left.try_reserve_exact(half);
        }
        Self { items, left, run: 0, width: 0, at: 0, taken: 0, right: 0, end: 0 }
    }

    /// Sorts one block or merges one slice; true when the whole list is sorted.
    fn step(&mut self, compare: impl Fn(&T, &T) -> Ordering) -> bool {
        let length = self.items.len();
        if self.width == 0 {
            let end = length.min(self.at + BLOCK);
            self.items.get_mut(self.at..end).unwrap_or_default().sort_unstable_by(&compare);
            self.at = end;
            if end == length {
                self.begin_pass(BLOCK);
            }
        } else if self.left.len() < self.run {
            self.take_aside();
        } else {
            for _ in 0..BLOCK {
                if self.taken == self.left.len() && !self.begin_merge() {
                    break;
                }
                self.merge_one(&compare);
            }
            if self.taken == self.left.len() && self.end == length {
                self.begin_pass(self.width.saturating_mul(2));
            }
        }
        self.width >= length && self.width > 0
    }

    fn begin_pass(&mut self, width: usize) {
        self.width = width;
        self.left.clear();
        (self.run, self.taken, self.end) = (0, 0, 0);
    }

    /// Begins to take the left run of the next two aside; false if there are no two, or if that takes more steps. What is left of
    /// a right run is where it belongs.
    fn begin_merge(&mut self) -> bool {
        let length = self.items.len();
        self.at = self.end;
        self.right = length.min(self.at + self.width);
        self.end = length.min(self.right + self.width);
        self.taken = 0;
        self.left.clear();
        if self.right < self.end {
            self.run = self.right - self.at;
            self.take_aside();
            self.left.len() == self.run
        } else {
            (self.run, self.end) = (0, length);
            false
        }
    }

    /// Takes a block of the left run aside.
    fn take_aside(&mut self) {
        let from = self.at + self.left.len();
        let block = self.items.get(from..self.right.min(from + BLOCK)).unwrap_or_default();
        self.left.extend_from_slice(block);
    }

    /// Moves the smaller head of the two runs to where they go on.
    #[inline]
    fn merge_one(&mut self, compare: &impl Fn(&T, &T) -> Ordering) {
        let Some(&left) = self.left.get(self.taken) else { return };
        let right = self.items.get(self.right).filter(|_| self.right < self.end).copied();
        let smaller = match right {
            Some(right) if compare(&left, &right) == Ordering::Greater => {
                self.right += 1;
                right
            }
            _ => {
                self.taken += 1;
                left
            }
        };
        if let Some(place) = self.items.get_mut(self.at) {
            *place = smaller;
        }
        self.at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted(items: Vec<i64>) -> Vec<i64> {
        let mut sort = BlockSort::new(items);
        while !sort.step(Ord::cmp) {}
        sort.items
    }

    #[test]
    fn lists_longer_than_a_block() {
        for length in [0, 1, 2, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 5 * BLOCK + 7] {
            let items: Vec<i64> = (0..length as i64).map(|n| n * 7919 % 10_007).collect();
            let mut expected = items.clone();
            expected.sort_unstable();
            assert_eq!(sorted(items), expected, "{length}");
        }
    }

    proptest! {
        #[test]
        fn prefixes_order_as_strings_do(a: Vec<u8>, b: Vec<u8>) {
            let by_prefix = prefix(&a).cmp(&prefix(&b));
            if by_prefix != Ordering::Equal {
                prop_assert_eq!(by_prefix, a.cmp(&b));
            }
        }
    }
}
