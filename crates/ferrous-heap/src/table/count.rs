//! Counts: how many keys of which kind a table has, and what size of array part follows from them.
//!
//! A count goes over all that the table holds, piece by piece, and is given up between two of them when nobody wants the result
//! any more (`watch`).
//!
//! **Invariant:** nothing here changes anything.

use super::{Entry, SCATTERED, Table};
use crate::error::HeapError;
use crate::value::{Value, array_index};
use crate::watch::{PIECE, Watch};

/// Largest array part (`MAXASIZE`).
pub(super) const MAX_ARRAY: u32 = 1 << 26;
/// Array parts above this size are not counted again because names take the place of other names.
const RECOUNTED: usize = 256;

/// Elements that are counted, moved or filled between two looks.
pub(crate) const ELEMENTS: usize = PIECE / size_of::<Entry>();

/// Whether a key may stand in an array part.
pub(super) fn is_index(key: Value) -> bool {
    key.as_number().and_then(array_index).is_some()
}

/// How many keys are indices up to [`MAX_ARRAY`].
#[derive(Default)]
struct Indices {
    /// Element b: of those above 2^(b-1) and up to 2^b.
    buckets: [usize; 32],
    /// Of all.
    total: usize,
}

impl Indices {
    fn add(&mut self, index: u32) {
        if index > MAX_ARRAY {
            return;
        }
        let bucket = (u32::BITS - (index - 1).leading_zeros()) as usize;
        if let Some(count) = self.buckets.get_mut(bucket) {
            *count += 1;
        }
        self.total += 1;
    }

    /// Adds all indices from 1 up to `last`.
    fn add_list(&mut self, last: usize) {
        let mut below = 0;
        for (bucket, count) in self.buckets.iter_mut().enumerate() {
            if below == last {
                break;
            }
            let upto = last.min(1 << bucket);
            *count += upto - below;
            below = upto;
        }
        self.total += last;
    }

    /// Adds the indices of an array part whose places have values.
    fn add_places(&mut self, array: &[Value], watch: &Watch) -> Result<(), HeapError> {
        let (mut from, mut to) = (0, 1);
        for count in &mut self.buckets {
            let Some(rest) = array.get(from..).filter(|rest| !rest.is_empty()) else { break };
            let found = present(rest.get(..to - from).or(Some(rest)), watch)?;
            *count += found;
            self.total += found;
            (from, to) = (to, to * 2);
        }
        Ok(())
    }

    /// The largest power of two of which more than half are there, or 0.
    fn best_size(&self) -> usize {
        let (mut size, mut below) = (0, 0);
        for (bucket, count) in self.buckets.iter().enumerate() {
            let candidate = 1_usize << bucket;
            if candidate / 2 >= self.total {
                break;
            }
            below += count;
            if below > candidate / 2 {
                size = candidate;
            }
        }
        size
    }
}

impl Table {
    /// The largest power of two of which more than half would be used as an array part, or 0.
    pub(super) fn best_array_size(&self, new_key: Value, watch: &Watch) -> Result<usize, HeapError> {
        let new_index = new_key.as_number().and_then(array_index);
        if self.filled != SCATTERED && !self.has_indices() {
            // A list, maybe one that grows by one: all of the keys from 1 on.
            let appends = new_index.is_some_and(|index| index - 1 == self.filled && index <= MAX_ARRAY);
            let count = self.filled as usize + usize::from(appends);
            if appends || new_index.is_none() {
                return Ok(if count == 0 { 0 } else { count.next_power_of_two() });
            }
        }
        // A churn of other keys shall not count a long array part again and again.
        if self.places() > RECOUNTED
            && new_index.is_none()
            && self.has_tombstones(watch)?
            && !any_entry(self.entries(), watch, |entry| is_index(entry.key))?
        {
            return Ok(self.places());
        }
        let mut indices = Indices::default();
        if self.filled == SCATTERED {
            indices.add_places(self.array(), watch)?;
        } else {
            indices.add_list(self.filled as usize);
        }
        for (number, piece) in self.entries().chunks(ELEMENTS).enumerate() {
            watch.look_before(number)?;
            for entry in piece {
                let index = entry.key.as_number().and_then(array_index);
                if let Some(index) = index.filter(|_| !entry.value.is_nil()) {
                    indices.add(index);
                }
            }
        }
        if let Some(index) = new_index {
            indices.add(index);
        }
        Ok(indices.best_size())
    }

    /// Whether a key among the entries has lost its value.
    pub(super) fn has_tombstones(&self, watch: &Watch) -> Result<bool, HeapError> {
        any_entry(self.entries(), watch, |entry| entry.value.is_nil())
    }
}

/// Whether any entry is as wanted.
fn any_entry(entries: &[Entry], watch: &Watch, wanted: impl Fn(&Entry) -> bool) -> Result<bool, HeapError> {
    for (number, piece) in entries.chunks(ELEMENTS).enumerate() {
        watch.look_before(number)?;
        if piece.iter().any(&wanted) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// How many of these values are not nil.
pub(super) fn present(values: Option<&[Value]>, watch: &Watch) -> Result<usize, HeapError> {
    let mut count = 0;
    for (number, piece) in values.unwrap_or(&[]).chunks(ELEMENTS).enumerate() {
        watch.look_before(number)?;
        count += piece.iter().map(|value| usize::from(!value.is_nil())).sum::<usize>();
    }
    Ok(count)
}
